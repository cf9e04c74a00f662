// What the cockpit shows: totals, queues, windows, calls. Rows keep their nodes, so that focus and eyes stay where they are.
import { facts, h, icon, LANG, minutes, pick, say, time, waitRange } from "/static/look/live.js";
import { health, level } from "/static/cockpit/fold.js";
import { levelOf } from "/static/cockpit/health.js";
import { sign as deviceSign } from "/static/cockpit/words.js";

export const SIGNS = { well: "check", long: "clock", bad: "warning", shut: "door", quiet: "check", none: "info" };
const FINE_S = 600;
const LONG_NAME = 44;
export const SPEED = Number(facts.rehearsal_speed ?? 1);
const seen = new WeakMap();

/** Fills a node when what it is made of differs from the last time. */
export function fill(node, made, build) {
  const mark = JSON.stringify(made);
  if (seen.get(node) === mark) return;
  seen.set(node, mark);
  node.replaceChildren(...[build()].flat(2).filter(Boolean));
}

/** m:ss below ten minutes, whole minutes beyond; a dash where there is none. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.round(seconds);
  if (whole >= FINE_S) return minutes(whole - whole % 60);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export const number = (value) => new Intl.NumberFormat(LANG).format(value);

/** A sign that needs no colour: a shape and a word. */
const sign = (kind) => h("span", { class: `sign ${kind}` }, icon(SIGNS[kind]), h("span", {}, say(`cockpit.health.${kind}`)));

// ---- totals ----

export function totals(state) {
  const { totals: sum } = state;
  const shut = state.queues.filter((queue) => health(queue, SPEED) === "shut").length;
  const served = state.totals.waiting ? level(sum.longest_s, SPEED) : "none";
  return [
    figure("waiting", number(sum.waiting), shut ? h("span", { class: "sign shut" }, icon("door"), say("cockpit.shut_queues", { n: shut })) : null),
    figure("open_windows", [number(sum.open_windows), h("small", {}, ` / ${number(sum.windows)}`)]),
    figure("serving", number(sum.serving)),
    figure("longest", duration(sum.waiting ? sum.longest_s : null), served === "none" ? null : sign(served)),
    figure("mean", duration(sum.mean_s), sum.mean_s === null ? null : sign(level(sum.mean_s, SPEED))),
    figure("p90", duration(sum.p90_s), sum.p90_s === null ? null : sign(level(sum.p90_s, SPEED))),
    figure("issued", number(sum.issued)),
    figure("done", number(sum.done)),
    figure("missed", number(sum.missed)),
  ];
}

/** How the devices are, in one look: how many of each level, and the worst by name. */
export function deviceTile(sum, problem) {
  const counted = sum ? ["ok", "look", "wrong", "silent"].filter((level) => sum.counts[level] || (level === "ok" && sum.worst)) : [];
  const well = counted.map((level) => h("span", { class: `count ${level}` }, h("b", { class: "number" }, number(sum.counts[level])), " ", say(`device.level.${level}`)));
  return [
    h("p", { class: "term" }, say("cockpit.devices")),
    h("p", { class: "value" }, well.length ? well : h("span", { class: "soft" }, say(problem ? "cockpit.devices_away" : sum ? "cockpit.devices_none" : "common.loading"))),
    sum?.worst && h("p", { class: "worst" }, deviceSign(levelOf(sum.worst)), h("span", { class: "called" }, sum.worst.name)),
  ];
}

/** Today's calls and how loud they had to become. A call that was spoken may have flashed before. */
export function calling({ called, silent, flashed, voiced, unseen, missed }) {
  if (!called) return h("p", { class: "soft" }, say("cockpit.calling_none"));
  const row = (key, value, cls = "") => h("div", { class: cls }, h("dt", {}, say(`cockpit.calling_${key}`)), h("dd", { class: "number" }, number(value)));
  return [
    h("p", { class: "sum" }, say("cockpit.calling_sum", { n: number(called), voiced: number(voiced), missed: number(missed) })),
    h("dl", {}, row("silent", silent), row("flashed", flashed), row("voiced", voiced), row("unseen", unseen, unseen ? "bad" : "")),
  ];
}

function figure(key, value, under = null) {
  return h("div", { class: "figure", data: { figure: key } }, h("p", { class: "term" }, say(`cockpit.${key}`)), h("p", { class: "value number" }, value), under);
}

// ---- queues ----

const COLUMNS = ["queue", "state", "waiting", "open_windows", "serving", "longest", "mean", "p90", "estimate"];

export function queueTable(rows) {
  const head = COLUMNS.map((column) => h("th", { scope: "col", class: column }, say(`cockpit.column.${column}`)));
  return h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows.map((queue) => h("tr", { data: { queue: queue.queue } }))));
}

export function queueRow(node, queue) {
  const called = pick(queue.names);
  fill(node, queue, () => [
    h("th", { scope: "row", class: "queue" }, h("span", { class: "letter number" }, queue.queue), h("span", { class: called.length > LONG_NAME ? "called long" : "called", title: called }, called)),
    h("td", { class: "state" }, sign(health(queue, SPEED))),
    cell("waiting", number(queue.waiting), "strong"),
    cell("open_windows", `${queue.open_windows} / ${queue.windows}`),
    cell("serving", number(queue.serving)),
    cell("longest", duration(queue.waiting ? queue.longest_s : null), queue.waiting ? level(queue.longest_s, SPEED) : "none"),
    cell("mean", duration(queue.mean_s), level(queue.mean_s, SPEED)),
    cell("p90", duration(queue.p90_s), level(queue.p90_s, SPEED)),
    cell("estimate", queue.wait_s && (queue.open_windows || queue.waiting) ? waitRange(queue.wait_s) : "–"),
  ]);
  node.className = health(queue, SPEED);
}

const cell = (column, text, cls = "") => h("td", { class: `${column} ${cls}` }, text);

// ---- the latest calls ----

export function ticker(calls) {
  if (!calls.length) return h("li", { class: "none soft" }, say("cockpit.no_calls"));
  return calls.map((call) => h("li", {}, h("span", { class: "number" }, call.number), h("span", { class: "to" }, say("common.window_n", { window: call.window }),
    call.times > 1 && h("span", { class: "soft" }, ` · ${say("cockpit.times", { times: call.times })}`)), h("time", { class: "soft", datetime: call.at }, time(call.at))));
}
