// How long it still takes until a ticket is called: in words, as a bar, and calmly when it has moved.
import { h, icon, say, time } from "/static/look/live.js";
import { beforeTicket, ownWaitWords } from "/static/look/wait_words.js";
import { barOf } from "/static/look/waits.js";

const SVG = "http://www.w3.org/2000/svg";
const LONG = 100, HIGH = 6, LEAST = 7;
const t = (key, values) => say(`waits.${key}`, values);

function strip(kind, x, width) {
  const node = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ class: kind, x, y: 0, width, height: HIGH, rx: 2 })) node.setAttribute(key, value);
  return node;
}

/** The range on a bar from now on; the words beside it say the same, so it is for eyes alone. */
function bar(wait) {
  const { minutes, from, to } = barOf(wait);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${LONG} ${HIGH}`);
  svg.setAttribute("preserveAspectRatio", "none");
  const width = Math.max(LEAST, Math.round((to - from) * LONG));
  svg.append(strip("road", 0, LONG), strip("range", Math.min(Math.round(from * LONG), LONG - width), width));
  return h("div", { class: "wait-bar", "aria-hidden": "true" }, svg, h("p", {}, h("span", {}, t("bar_now")), h("span", {}, t("bar_end", { n: minutes }))));
}

/** The wait of a waiting ticket, as the second of its two figures. */
export function waitFigure({ wait_s }) {
  return h("div", { class: "wait" }, h("dt", {}, icon("clock"), say("phone.wait")),
    h("dd", {}, h("span", { class: "figure" }, ownWaitWords(wait_s)), wait_s?.p90 > 0 && bar(wait_s)));
}

/** What there is to say of the wait besides: that it moved, or that no window is open. */
export function waitNote({ ticket, seen, later: at }, later) {
  if (at) return h("p", { class: "moved", role: "status", data: { kind: "set" } }, icon("check"), h("span", {}, say("offers.later_set", { at: time(at) })));
  if (!ticket.wait_s) return h("p", { class: "moved", role: "status", data: { kind: "none" } }, icon("info"), h("span", {}, beforeTicket(null, later).text));
  return seen?.moved && h("p", { class: "moved", role: "status", data: { kind: seen.moved } }, icon("clock"), h("span", {}, t(seen.moved)));
}
