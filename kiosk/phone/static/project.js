// For applicants of large projects: with the code of theirs a ticket straight for their officer's window.
import { api, h, icon, LANG, say } from "/static/look/live.js";
import { HALL } from "/static/phone/hall.js";
import { keepMine, keyOf, refusedBy, settled } from "/static/phone/kept.js";
import { back, button, refusal } from "/static/phone/parts.js";
import { askPosition } from "/static/phone/queue.js";

const LONGEST = 32;
const t = (key) => say(`projects.${key}`);

/** The view; what is typed stays while the page around it is drawn again. */
export function projectView(state, redraw) {
  const project = state.project ??= { code: "", busy: false, problem: null, position: null, step: "" };
  const field = h("input", { id: "project-code", maxlength: LONGEST, required: true, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", enterkeyhint: "go", oninput: () => { project.code = field.value; } });
  field.value = project.code;

  async function take(event) {
    event?.preventDefault();
    const code = project.code.trim();
    if (!code || project.busy) return;
    Object.assign(project, { busy: true, problem: null, step: "" });
    redraw();
    const wish = { code, channel: "phone", language: LANG, ...(project.position && { position: project.position }) };
    try {
      const ticket = await api("POST", `${HALL}/projects/visit`, wish, { key: keyOf(wish) });
      settled(wish);
      keepMine({ kind: "t", token: ticket.token, label: ticket.number, item: ticket.service, names: { zh: t("title"), en: t("title"), [LANG]: t("title") }, status: ticket.status });
      state.project = null;
      location.assign(`/t/${ticket.token}`);
    } catch (problem) {
      refusedBy(problem, wish);
      const step = problem.code === "POSITION_NEEDED" ? "where" : "";
      Object.assign(project, { busy: false, step, problem: step ? null : problem });
      redraw();
    }
  }

  return h("div", { class: "stack" }, back(say("phone_home.front"), "#"), h("h1", {}, t("title")), h("p", {}, t("phone_about")),
    h("form", { class: "stack", onsubmit: take }, h("label", { class: "find-label", for: "project-code" }, t("code")), h("div", { class: "find-box" }, icon("ticket"), field),
      project.problem && refusal(project.problem), project.step === "where" && askPosition(project, redraw, take), button("next", "ticket", t("ticket"), undefined, { type: "submit", disabled: project.busy })));
}
