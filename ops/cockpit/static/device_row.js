// One device of the list: how it is in one line, and all it says of itself below.
import { h, icon, name, say } from "/static/look/live.js";
import { levelOf, reserve, troublesOf } from "/static/cockpit/health.js";
import { ago, capital, count, moment, ofCode, PART_SHAPES, placeOf, SHAPES, sign, troubleWords } from "/static/cockpit/words.js";

const MOST_TROUBLES = 2;
const NO_FACTS = new Set(["waiting", "backlog_s"]);

export const stateCell = (row) => sign(levelOf(row));

export function nameCell(row) {
  const where = [name("role", row.role), placeOf(row)].filter(Boolean).join(" · ");
  return [icon(SHAPES[row.role] ?? "device"), h("span", {}, h("b", {}, row.name), h("span", { class: "soft" }, where))];
}

/** What is the matter and what to do; what it did where nothing is. */
export function matterCell(row) {
  const troubles = troublesOf(row);
  if (!row.health) return h("p", { class: "soft" }, say(levelOf(row) === "page" ? "device.page_only" : "device.never_heard"));
  if (!troubles.length) return h("p", { class: "soft" }, [say("device.all_well", { n: row.health.parts.length }), ...counts(row.health)].join(" · "));
  const more = troubles.length - MOST_TROUBLES;
  return [...troubles.slice(0, MOST_TROUBLES).map(matter), more > 0 && h("p", { class: "soft" }, say("device.more_troubles", { n: more }))];
}

const matter = (one) => h("p", { class: one.stops ? "stops" : "warns" }, h("b", {}, troubleWords(one)), " ", ofCode("todo", one.code));

function counts({ pending, paper }) {
  const left = paper?.left_percent;
  return [pending && say("device.pending", { n: count(pending) }), left !== undefined && left !== null && say("device.paper_left", { percent: left })].filter(Boolean);
}

/** What a device says of itself, part by part. */
export function details(row) {
  const { health } = row;
  const parts = (health?.parts ?? []).map(partItem);
  return [
    parts.length ? h("ul", { class: "parts" }, parts) : null,
    h("dl", { class: "facts" }, [
      ...(health ? [
        fact("tickets", health.pending ? say("device.pending", { n: count(health.pending) }) : say("device.pending_none")),
        health.leases.length && fact("reserve", reserveWords(health.leases)),
        health.paper && fact("paper", paperWords(health.paper)),
        health.version && fact("version", health.version),
      ] : []),
      row.added_at && fact("added", moment(row.added_at)),
      fact("id", row.id),
    ].filter(Boolean)),
  ];
}

const fact = (key, words) => h("div", {}, h("dt", {}, say(`device.${key}`)), h("dd", {}, words));

function partItem(part) {
  const troubles = troublesOf({ health: { parts: [part] } });
  const level = part.ok ? (troubles.length ? "look" : "ok") : "wrong";
  const own = part.name && part.name !== part.kind ? h("span", { class: "soft" }, part.name) : null;
  return h("li", { class: level }, icon(PART_SHAPES[part.kind] ?? "device"), h("div", {},
    h("p", { class: "part" }, h("b", {}, say(`device.part.${part.kind}`)), own, sign(level)),
    ...troubles.map((one) => h("p", {}, capital(ofCode("code", one.code)), " ", ofCode("todo", one.code))),
    backlog(part), factLine(part.facts)));
}

/** What waits to be spoken, where a loudspeaker tells. */
function backlog({ kind, facts }) {
  if (kind !== "speaker" || facts.waiting === undefined) return null;
  return h("p", {}, facts.waiting ? say("device.backlog", { n: facts.waiting, seconds: Math.round(facts.backlog_s ?? 0) }) : say("device.backlog_none"));
}

function factLine(facts) {
  const told = Object.entries(facts).filter(([key]) => !NO_FACTS.has(key)).map(([key, value]) => `${key} ${value}`);
  return told.length ? h("p", { class: "mono soft" }, told.join(" · ")) : null;
}

function reserveWords(leases) {
  const { left, fewest } = reserve(leases);
  const named = fewest.map((row) => `${row.queue} ${count(row.left)}`).join(say("common.list_comma"));
  return say("device.reserve_left", { n: count(left), named });
}

function paperWords({ printed, left_percent: left, ends_at: ends }) {
  const known = [say("device.paper_printed", { n: count(printed) }), left !== undefined && left !== null && say("device.paper_left", { percent: left }), ends && say("device.paper_ends", { at: moment(ends) })];
  return known.filter(Boolean).join(say("common.list_comma"));
}

export const heardCell = (row) => (row.health ? h("span", { data: { ago: row.health.seen_at }, title: moment(row.health.seen_at) }, ago(row.health.seen_at)) : "–");
