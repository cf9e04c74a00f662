// Five faces, from very bad (1) to very good (5): drawn by us, each with its word; colour is never the only sign.
import { h, say } from "/static/look/live.js";

const NS = "http://www.w3.org/2000/svg";
const MOUTHS = { 1: "M15 35q9-11 18 0", 2: "M16 34q8-6 16 0", 3: "M16 32h16", 4: "M15 30q9 7 18 0", 5: "M13 28q11 15 22 0z" };
const BROWS = { 1: "m13 15 6 3m16-3-6 3", 2: "m13 17 6 1m16-1-6 1" };

function draw(name, attrs) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attrs)) node.setAttribute(key, value);
  return node;
}

/** The face of a score; it says nothing to those who listen: its word stands beside it. */
export function face(score) {
  const svg = draw("svg", { viewBox: "0 0 48 48", class: "face", "aria-hidden": "true", "data-score": score });
  svg.append(draw("circle", { cx: 24, cy: 24, r: 21.5, class: "skin" }), draw("circle", { cx: 17, cy: 21, r: 2, class: "eye" }), draw("circle", { cx: 31, cy: 21, r: 2, class: "eye" }));
  if (BROWS[score]) svg.append(draw("path", { d: BROWS[score] }));
  svg.append(draw("path", { d: MOUTHS[score], class: score === 5 ? "mouth open" : "mouth" }));
  return svg;
}

export const SCORES = [5, 4, 3, 2, 1];
export const PRAISE = ["friendly", "fast", "clear", "one_visit"];
export const BLAME = ["long_wait", "unfriendly", "slow", "unclear", "came_again", "more_papers"];

/** What may be said with a score: praise from 4 on, else what was not good. */
export const tagsOf = (score) => (score >= 4 ? PRAISE : BLAME);

/** Five buttons, none of them chosen before; `pick(score)` hears which was touched. */
export function faces(pick, { chosen = 0, disabled = false } = {}) {
  return h("div", { class: "faces", role: "group", "aria-labelledby": "rate-title" }, SCORES.map((score) =>
    h("button", { type: "button", class: "choice-face", disabled, "aria-pressed": String(score === chosen), data: { score }, onclick: () => pick(score) },
      face(score), h("span", {}, say(`rating.score.${score}`)))));
}

/** Why, to touch as many as fit; `tags` is a set that the touches change. */
export function reasons(score, tags) {
  const row = (tag) => {
    const node = h("button", { type: "button", class: "tag", "aria-pressed": String(tags.has(tag)), data: { tag }, onclick: () => {
      if (!tags.delete(tag)) tags.add(tag);
      node.setAttribute("aria-pressed", String(tags.has(tag)));
    } }, say(`rating.tag.${tag}`));
    return node;
  };
  return h("fieldset", { class: "tags" }, h("legend", {}, say(score >= 4 ? "rating.why_high" : "rating.why_low")), h("div", {}, tagsOf(score).map(row)));
}
