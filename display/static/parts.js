// What the hall screen and the window screens are both made of.
import { facts, h, icon, langs, pick, say } from "/static/look/live.js";

export const second = langs[1];
export const $ = (id) => document.getElementById(id);
const zones = new Map(facts.zones.map((row) => [row.id, row]));

/** One text in the screen's languages: the first large, the second small beside or below it. */
export function both(build) {
  return langs.slice(0, 2).map((lang, at) => h("span", { lang, class: at ? "second" : "first" }, build(lang)));
}

export function put(node, ...children) {
  node.replaceChildren(...children.flat().filter(Boolean));
}

export function whereOf(id, lang) {
  const found = zones.get(id);
  return found ? say("screen.zone", { floor: found.floor, zone: pick(found.names, lang) }, lang) : "";
}

const MARKS = { flash: ["bell", "screen.flash"], voice: ["call", "screen.voice"] };

/** The sign of a call that climbed the ladder: an icon and a word, never colour alone; null for a silent call. */
export function markOf(step) {
  const [sign, words] = MARKS[step] || [];
  return sign && h("span", { class: `mark ${step}` }, icon(sign), h("span", {}, both((lang) => say(words, {}, lang))));
}

/** Runs once the browser has painted what is on the page now; not before, and not while nobody can see it. */
export function whenPainted(act) {
  requestAnimationFrame(() => setTimeout(() => { if (!document.hidden) act(); }));
}
