// What a clerk is told of a ticket beforehand: the interpreter who comes along, and the papers that a guide looked at.
import { h, icon, LANG, pick, say } from "/static/look/live.js";

function tongue(code) {
  try {
    return new Intl.DisplayNames([LANG], { type: "language" }).of(code);
  } catch {
    return code; // no code of any language
  }
}

/** Whether somebody interprets for this visitor; nothing for whoever asked for nobody. */
export function interpreterBadge({ interpreter }) {
  if (!interpreter) return null;
  return h("span", { class: "badge interpreter" }, icon(interpreter.assigned ? "people" : "hold"), `${say(interpreter.assigned ? "interpreters.comes" : "interpreters.waits")}: ${tongue(interpreter.language)}`);
}

/** What the guide saw of the papers; nothing where nobody looked. */
export function papersSeen({ papers }) {
  if (!papers) return null;
  if (!papers.missing.length) return h("p", { class: "note seen" }, icon("check"), h("span", {}, say("guide.papers_ready")));
  return h("div", { class: "note warn seen" }, icon("warning"), h("div", {}, h("h3", {}, say("guide.papers_missing")), h("ul", {}, papers.missing.map((paper) => h("li", {}, pick(paper.names))))));
}
