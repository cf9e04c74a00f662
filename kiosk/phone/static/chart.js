// How a day usually goes: one bar for each half hour, and the same in words.
import { h, say } from "/static/look/live.js";

const SVG = "http://www.w3.org/2000/svg";
const BAR = 10, GAP = 3, HIGH = 64;
const t = (key, values) => say(`phone_home.${key}`, values);

function shape(tag, attrs) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attrs)) node.setAttribute(key, value);
  return node;
}

const byMinute = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** The busiest half hour, and the calmest one of those in which a fair part of the day's visits still come. */
export function ends(usual) {
  const known = usual.filter(([, share]) => share > 0);
  const busy = known.reduce((most, row) => (row[1] > most[1] ? row : most));
  const open = known.filter(([, share]) => share >= busy[1] / 8);
  const calm = [...open].reverse().reduce((least, row) => (row[1] < least[1] ? row : least));
  return { busy: busy[0], calm: calm[0] };
}

/** The chart; `minute` is the minute of the day now, or -1 where that is no day of visits. */
export function usualChart(usual, minute) {
  if (usual.length < 4) return null;
  const most = Math.max(...usual.map(([, share]) => share));
  const here = usual.find(([from]) => byMinute(from) <= minute && minute < byMinute(from) + 30);
  const told = t("usual_told", ends(usual));
  const svg = shape("svg", { viewBox: `0 0 ${usual.length * (BAR + GAP) - GAP} ${HIGH}`, preserveAspectRatio: "none", class: "bars", "aria-hidden": "true" });
  usual.forEach(([from, share], at) => {
    const high = Math.max(2, (share / most) * HIGH);
    svg.append(shape("rect", { x: at * (BAR + GAP), y: HIGH - high, width: BAR, height: high, rx: 1.5, class: from === here?.[0] ? "here" : "bar" }));
  });
  const hours = [usual[0][0], usual[Math.floor(usual.length / 2)][0], usual.at(-1)[0]];
  return h("section", { class: "block usual" },
    h("h2", {}, t("usual_title")),
    h("p", {}, told),
    svg,
    h("p", { class: "hours soft", "aria-hidden": "true" }, hours.map((hour) => h("span", {}, hour))),
    h("p", { class: "soft small" }, here ? t("usual_here") : t("usual_note")));
}
