// Papers looked at before the window (导办预审), and an interpreter for the ticket on the desk.
import { api, h, icon, pick, say } from "/static/look/live.js";
import { button } from "/static/window_client/desk_cards.js";
import { t as speak, tongue } from "/static/window_client/desk_interpreters.js";

const OPEN = new Set(["waiting", "called", "serving", "held", "missed"]);
const t = (key, values) => say(`guide.${key}`, values);
const state = { ticket: "", looking: false, asking: false, languages: null };

function turnTo(ticket) {
  if (state.ticket === ticket.id) return;
  Object.assign(state, { ticket: ticket.id, looking: false, asking: false });
}

/** What was seen of the papers, or the list to tick. */
export function papersPart(ticket, acts, service, redraw, busy) {
  turnTo(ticket);
  if (!OPEN.has(ticket.status) || !service) return null;
  const { materials } = service, seen = ticket.papers;
  const body = state.looking ? ticks(ticket, acts, materials) : [
    seen && told(seen), materials.length === 0 && h("p", { class: "soft" }, t("papers_none")),
    materials.length > 0 && button("", "paper", t(seen ? "papers_again" : "papers_look"), () => { state.looking = true; redraw(); }, { disabled: busy })];
  return h("section", { class: "card sheet checked", "aria-labelledby": "papers-title" }, h("h3", { id: "papers-title" }, icon("paper"), t("papers")), body);
}

function told({ missing }) {
  if (!missing.length) return h("p", { class: "note", role: "status" }, icon("check"), h("span", {}, t("papers_ready")));
  return h("div", { class: "note warn", role: "status" }, icon("warning"), h("div", {}, h("h4", {}, t("papers_missing")), h("ul", {}, missing.map((paper) => h("li", {}, pick(paper.names))))));
}

/** What is not ticked is missing. */
function ticks(ticket, acts, materials) {
  const form = h("form", { class: "stack", onsubmit: save }, h("p", {}, t("papers_tick")),
    h("div", { class: "ticks" }, materials.map((paper) => h("label", {}, h("input", { type: "checkbox", name: "paper", value: paper.id }), h("span", {}, pick(paper.names))))),
    h("button", { class: "button next" }, icon("check"), t("papers_save")));
  function save(event) {
    event.preventDefault();
    const there = new FormData(form).getAll("paper");
    state.looking = false;
    acts.checkPapers(ticket, materials.map((paper) => paper.id).filter((paper) => !there.includes(paper)));
  }
  return form;
}

/** An interpreter for this ticket: asked for, on the way, or with it. */
export function interpreterPart(HALL, ticket, acts, redraw, busy) {
  turnTo(ticket);
  if (!OPEN.has(ticket.status)) return null;
  const { interpreter } = ticket;
  if (interpreter) {
    const key = interpreter.assigned ? "assigned" : interpreter.waits ? "on_hold" : "asked";
    return h("section", { class: "card sheet" }, h("div", { class: "note", role: "status" }, icon("globe"), h("p", {}, speak(key, { language: tongue(interpreter.language) }))),
      button("", "cross", speak("withdraw"), () => acts.withoutInterpreter(ticket), { twice: say("desk.sure"), about: ticket.id, disabled: busy }));
  }
  if (!state.asking) return h("section", { class: "card sheet" }, button("", "globe", speak("ask"), () => choose(HALL, redraw), { disabled: busy }));
  return h("section", { class: "card sheet" }, h("h3", {}, speak("ask_which")),
    state.languages === null ? h("p", { class: "soft" }, say("common.loading"))
      : state.languages.length === 0 ? h("p", { class: "soft" }, speak("no_languages"))
        : h("div", { class: "acts" }, state.languages.map((row) => button("", "globe", tongue(row.language), () => acts.askInterpreter(ticket, row.language), { disabled: busy }))));
}

async function choose(HALL, redraw) {
  Object.assign(state, { asking: true, languages: null });
  redraw();
  const { languages } = await api("GET", `${HALL}/interpreters/languages`, undefined, { tries: 2 }).catch(() => ({ languages: [] }));
  state.languages = languages;
  redraw();
}
