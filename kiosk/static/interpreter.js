// An interpreter: beside the ticket, with one touch for who reads no Chinese; or chosen from the help, before there is a ticket.
import { api, h, icon, newKey, say } from "/static/look/live.js";
import { askInterpreter, isOffline } from "/static/kiosk/device.js";
import { HALL } from "/static/kiosk/hall.js";
import { button, deck } from "/static/kiosk/parts.js";
import { lang } from "/static/kiosk/words.js";

const t = (key, values, language = lang()) => say(`interpreters.${key}`, values, language);
/** The language that this visitor chose before taking a ticket; empty for none. */
let wanted = "";

export function tongue(code, language = lang()) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code);
  } catch {
    return code; // no code of any language
  }
}

/** With the visitor goes what they chose. */
export function forgetInterpreter() {
  wanted = "";
}

/** "I need an interpreter", in the page's language and in English, so that it is found by who does not read the page. */
export function needWords(languages) {
  if (lang() === "en" || !languages.includes("en")) return [t("need")];
  return [t("need"), " ", h("span", { lang: "en" }, t("need", {}, "en"))];
}

/** The part under a ticket; nothing for a number that only this machine knows yet. */
export function interpreterPart({ redraw, interpreter }, view) {
  const { ticket } = view;
  if (ticket.offline || isOffline()) return null;
  const state = (view.interpreter ??= { step: "", key: newKey(), problem: null, language: "" });

  async function ask(language) {
    Object.assign(state, { step: "asking", problem: null, language });
    redraw();
    try {
      await askInterpreter(ticket, language, state.key);
      state.step = "asked";
    } catch (problem) {
      Object.assign(state, { step: "", problem, key: newKey() });
    }
    redraw();
  }

  if (wanted) {
    const language = wanted;
    forgetInterpreter();
    queueMicrotask(() => ask(language)); // this is drawn at the moment
  }
  if (state.step === "asked") {
    return h("div", { class: "note interpreter", role: "status" }, icon("globe"), h("div", {}, h("h2", {}, t("asked", { language: tongue(state.language) })), h("p", {}, t("asked_detail"))));
  }
  const busy = { disabled: state.step === "asking", "aria-busy": state.step === "asking" };
  const own = lang() !== "zh";
  return h("div", { class: "interpreter" },
    state.problem && h("div", { class: "note warn", role: "alert" }, icon("warning"), h("div", {}, h("h2", {}, state.problem.title || t("ask")), h("p", {}, state.problem.detail || t("no_languages")))),
    button("plain ask-interpreter", "globe", own ? `${t("ask")}: ${tongue(lang())}` : t("need"), own ? () => ask(lang()) : interpreter, busy));
}

/** Which language? `told(language)` goes on where a ticket is there to ask with; else it is noted for the one to come. */
export function interpreterDialog({ languages, hasTicket, told, close }) {
  const body = h("div", { class: "choice-of-tongues", role: "status" }, h("p", {}, say("common.loading", {}, lang())));
  const node = h("div", { class: "veil" }, h("div", { class: "dialog interpreting", role: "dialog", "aria-modal": "true", "aria-labelledby": "interpreter-title" },
    icon("globe"), h("h2", { id: "interpreter-title" }, needWords(languages)), body, deck(button("next", "left", say("kiosk.back", {}, lang()), close))));
  node.addEventListener("click", (event) => { if (event.target === node) close(); });

  function choose(language) {
    wanted = language;
    if (hasTicket) return told();
    return body.replaceChildren(h("div", { class: "note" }, icon("check"), h("div", {}, h("p", {}, h("b", {}, t("noted", { language: tongue(language) }))), h("p", {}, t("noted_detail")))));
  }

  /** Each in its own words first: who needs one may not read the page. */
  function key({ language }) {
    const own = tongue(language, language), here = tongue(language);
    return h("button", { type: "button", class: "tongue", data: { language }, onclick: () => choose(language) }, h("span", { lang: language }, own), own !== here && h("small", {}, here));
  }

  api("GET", `${HALL}/interpreters/languages`, undefined, { tries: 1 }).then(
    ({ languages: spoken }) => body.replaceChildren(spoken.length ? h("div", { class: "tongues" }, spoken.map(key)) : h("p", { class: "note warn" }, icon("info"), h("span", {}, t("no_languages")))),
    () => body.replaceChildren(h("p", { class: "note warn", role: "alert" }, icon("warning"), h("span", {}, t("no_languages")))),
  );
  return Object.assign(node, { dismiss: close });
}
