// An interpreter, for whoever reads the kiosk in another language than Chinese: one touch beside the ticket.
import { h, icon, newKey, say } from "/static/look/live.js";
import { askInterpreter, isOffline } from "/static/kiosk/device.js";
import { button } from "/static/kiosk/parts.js";
import { lang } from "/static/kiosk/words.js";

const t = (key, values) => say(`interpreters.${key}`, values, lang());
const tongue = () => new Intl.DisplayNames([lang()], { type: "language" }).of(lang());

/** The part under a ticket; nothing in Chinese, nor for a number that only this machine knows yet. */
export function interpreterPart({ redraw }, view) {
  const { ticket } = view;
  if (lang() === "zh" || ticket.offline || isOffline()) return null;
  const state = (view.interpreter ??= { step: "", key: newKey(), problem: null });

  async function ask() {
    Object.assign(state, { step: "asking", problem: null });
    redraw();
    try {
      await askInterpreter(ticket, lang(), state.key);
      state.step = "asked";
    } catch (problem) {
      Object.assign(state, { step: "", problem, key: newKey() });
    }
    redraw();
  }

  if (state.step === "asked") {
    return h("div", { class: "note interpreter", role: "status" }, icon("globe"), h("div", {}, h("h2", {}, t("asked", { language: tongue() })), h("p", {}, t("asked_detail"))));
  }
  return h("div", { class: "interpreter" },
    state.problem && h("div", { class: "note warn", role: "alert" }, icon("warning"), h("div", {}, h("h2", {}, state.problem.title || t("ask")), h("p", {}, state.problem.detail || t("no_languages")))),
    button("plain ask-interpreter", "globe", `${t("ask")}: ${tongue()}`, ask, { disabled: state.step === "asking", "aria-busy": state.step === "asking" }));
}
