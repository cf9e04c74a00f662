// The parts that all pages of a phone are made of.
import { h, icon, pick, say } from "/static/look/live.js";
import { keep, recall } from "/static/phone/kept.js";
import { t } from "/static/phone/words.js";

export const button = (kind, picture, text, onclick, attrs = {}) =>
  h("button", { type: "button", class: `button ${kind}`, onclick, ...attrs }, picture && icon(picture), h("span", {}, text));

/** A link that looks like a button. */
export const door = (kind, picture, text, href, attrs = {}) => h("a", { class: `button ${kind}`, href, ...attrs }, picture && icon(picture), h("span", {}, text));

export const back = (text, href) => h("a", { class: "back", href, id: "back" }, icon("left"), h("span", {}, text));

export const line = (picture, ...text) => h("li", {}, icon(picture), h("span", {}, text));

/** A note: kind is "", "warn" or "bad". */
export function note(kind, picture, title, detail, ...more) {
  return h("div", { class: `note ${kind}`, role: kind === "bad" ? "alert" : "status" }, icon(picture),
    h("div", {}, detail ? [h("h2", {}, title), h("p", {}, detail)] : h("p", {}, title), more));
}

/** What was refused and why, with what to do next. */
export function refusal(problem, ...next) {
  return problem && note("bad", "warning", problem.title, problem.detail === problem.title ? "" : problem.detail, ...next);
}

/** The one thing that the page is about: tone is "", "warn" or "over". */
export function status(tone, picture, title, detail) {
  return h("div", { class: "status", data: { tone } }, h("p", { class: "mark" }, icon(picture)),
    h("div", {}, h("h1", {}, title), detail && h("p", { class: "soft" }, detail)));
}

/** Labels and values; rows without a value are left out. */
export const facts = (rows) => h("dl", { class: "facts" }, rows.filter(([, value]) => value).map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));

export function choice(pressed, picture, text, onclick, attrs = {}) {
  return h("button", { type: "button", class: "choice", "aria-pressed": String(pressed), onclick, ...attrs }, icon(pressed ? "check" : picture), h("span", {}, text));
}

export function tick(id, text, checked, onchange, attrs = {}) {
  return h("label", { class: "check" }, h("input", { type: "checkbox", id, checked, ...attrs, onchange: (event) => onchange(event.target.checked) }), h("span", {}, text));
}

// ---- papers to bring ----

/** The papers of an item, to tick as they are found; the ticks stay on this phone and need no connection. */
export function papers(item) {
  const name = `papers:${item.id}`;
  const ticked = new Set(recall(name, []));
  const told = h("p", { class: "soft", role: "status" });
  const tell = () => { told.textContent = ticked.size < item.materials.length ? t("papers_left", { n: item.materials.length - ticked.size }) : t("papers_ready"); };
  const change = (id) => (event) => {
    if (event.target.checked) ticked.add(id); else ticked.delete(id);
    keep(name, ticked.size ? [...ticked] : null);
    tell();
  };
  const row = (paper) => h("li", {}, h("label", {},
    h("input", { type: "checkbox", checked: ticked.has(paper.id), onchange: change(paper.id), data: { paper: paper.id } }), h("span", {}, pick(paper.names))));
  for (const id of ticked) if (!item.materials.some((paper) => paper.id === id)) ticked.delete(id); // the list has changed since
  tell();
  if (!item.materials.length) return h("section", { class: "block" }, h("ul", { class: "lines" }, line("check", t("papers_none"))));
  return h("section", { class: "block papers" }, h("h2", {}, say("phone.materials")), h("ul", { class: "ticks" }, item.materials.map(row)), told);
}

// ---- a touch that is meant ----

const SURE_MS = 6000;

/** A button that asks to be touched again; `state` remembers across drawings whether it waits for that. */
export function twice(name, state, kind, picture, text, sure, redraw, act, attrs = {}) {
  const waits = state.sure === name;
  const ask = () => {
    state.sure = name;
    clearTimeout(state.sureTimer);
    state.sureTimer = setTimeout(() => { if (state.sure === name) { state.sure = null; redraw(); } }, SURE_MS);
    redraw();
  };
  const go = () => { state.sure = null; act(); };
  return button(waits ? `${kind} sure` : kind, picture, waits ? sure : text, waits ? go : ask, { id: name, ...attrs });
}
