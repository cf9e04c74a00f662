// One entry of the ledger as a row: when, who, what, about what, why, from where.
import { LANG, h, icon, name, say, time } from "/static/look/live.js";

const MOMENT = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const SIGNS = { refused: "lock", signed_in: "person", read: "search", DayClosed: "check", DeviceChanged: "device" };
const NUMBER = new Intl.NumberFormat(LANG);
const words = JSON.parse(document.getElementById("words").textContent)[LANG].audit;

/** The acts that a person may look for, by their words. */
export const ACTS = Object.entries(words.act).sort(([, one], [, other]) => one.localeCompare(other, LANG));

const called = (act) => words.act[act] ?? act;

/** Who acted: a clerk at the window, by name where it is known; others by their role, and for whom they did it. */
function who({ actor, staff }) {
  const [role, id = ""] = actor.split(":");
  if (!actor) return say("audit.actors.nobody");
  if (role === "system" || role === "operator") return say(`audit.actors.${role}`);
  if (role === "window") return both(staff, say("audit.actors.window", { window: id }));
  const called = name("role", role);
  return both(id ? say("audit.actors.person", { role: called, id: id.slice(0, 6) }) : called, staff);
}

/** What stands first, and what belongs to it below; what there is not is left out. */
const both = (first, second) => [first && h("b", {}, first), first && second && h("br"), second && h("span", { class: first ? "soft" : "" }, second)].filter(Boolean);

function about({ number, ticket, window, queue, facts }) {
  const parts = [
    number && h("b", { class: "number" }, number),
    !number && ticket && h("span", { class: "mono" }, ticket),
    window && say("common.window_n", { window }),
    !number && queue && h("b", { class: "number" }, queue),
    facts.name && h("span", {}, facts.name),
    facts.what && (words.reading[facts.what] ?? h("span", { class: "mono" }, facts.what)),
  ].filter(Boolean);
  return parts.flatMap((part, index) => (index ? [" · ", part] : [part]));
}

function why({ reason, facts }) {
  const parts = [
    reason && name("reason", reason),
    facts.outcome && name("outcome", facts.outcome),
    facts.change && (words.change[facts.change] ?? facts.change),
    facts.code && h("span", { class: "mono" }, facts.code),
    facts.times > 1 && say("audit.why_of.times", { n: NUMBER.format(facts.times) }),
    facts.minutes && say("audit.why_of.minutes", { n: NUMBER.format(facts.minutes) }),
  ].filter(Boolean);
  return parts.flatMap((part, index) => (index ? [" · ", part] : [part]));
}

/** Whatever else an entry says, as it says it: names of facts are those of the API. */
function details(entry) {
  const rest = { id: entry.id, actor: entry.actor, ...(entry.ticket ? { ticket: entry.ticket } : {}), ...entry.facts };
  const lines = Object.entries(rest).map(([key, value]) => [h("dt", { class: "mono" }, key), h("dd", { class: "mono" }, typeof value === "object" ? JSON.stringify(value) : String(value))]);
  return h("details", { class: "more-of" },
    h("summary", {}, say("audit.details")),
    h("dl", {}, lines.flat(), h("dt", {}, say("audit.digest")), h("dd", { class: "mono" }, entry.hash)));
}

/** The row of an entry. */
export function row(entry) {
  const sign = SIGNS[entry.act];
  return h("tr", { class: entry.act, data: { n: entry.n } },
    h("td", { class: "number" }, NUMBER.format(entry.n)),
    h("td", { class: "when" }, h("time", { datetime: entry.at }, time(entry.at, MOMENT))),
    h("td", { class: "who" }, who(entry)),
    h("td", { class: "what" }, sign && icon(sign), sign && " ", called(entry.act)),
    h("td", { class: "about" }, about(entry)),
    h("td", { class: "why" }, why(entry), details(entry)),
    h("td", { class: "whence mono" }, entry.whence ?? ""));
}
