// Large projects: opened for an officer at one window; their applicants come with a code, or are found in the list.
import { api, h, icon, page, say, time } from "/static/look/live.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const DAY = { month: "long", day: "numeric", weekday: "short" };
const t = (key, values) => say(`projects.${key}`, values);
const plain = (field) => field.value.replace(/\s+/g, " ").trim();

/** A due moment is the end of a day: the day is what counts. */
const dayOf = (at) => time(new Date(Date.parse(at) - 1).toISOString(), DAY);

/** The tool: a code to type, the open projects, and a form for a new one. */
export function projecting(acts) {
  const code = h("input", { id: "project-code", required: true, maxlength: 32, autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  const list = h("ul", { class: "projects", "aria-live": "polite" }), said = h("div", { "aria-live": "polite" });
  const field = (node, label) => h("label", { class: "field", for: node.id }, h("span", {}, t(label)), node);

  const row = (one) => h("li", { data: { project: one.id } },
    h("b", {}, one.title), h("p", { class: "soft" }, t("officer_at", { owner: one.owner, window: one.window })),
    h("p", { class: one.overdue ? "late" : "soft" }, t("due", { at: dayOf(one.due_at) }), one.visits.length > 0 && ` · ${say("cases.visits", { numbers: one.visits.map((visit) => visit.number).join(say("common.list_comma")) })}`),
    h("p", {}, h("span", { class: "number code" }, one.code)),
    h("button", { type: "button", class: "button", onclick: () => acts.visitProject(one.code) }, icon("ticket"), t("ticket")));

  async function read() {
    try {
      const { projects } = await api("GET", `${HALL}/projects`);
      list.replaceChildren(...(projects.length ? projects.map(row) : [h("li", { class: "soft" }, t("none"))]));
    } catch (problem) {
      list.replaceChildren(h("li", { class: "note bad", role: "alert" }, icon("warning"), problem.detail || problem.title));
    }
  }

  let opening = false; // pressed twice is one project
  async function open(event) {
    event.preventDefault();
    if (opening) return;
    const [title, owner, window] = ["project-title", "project-owner", "project-window"].map((id) => event.target.querySelector(`#${id}`));
    if (!plain(title) || !plain(owner)) return;
    opening = true;
    try {
      const made = await api("POST", `${HALL}/projects`, { title: plain(title), owner: plain(owner), window: Number(window.value) });
      event.target.reset();
      said.replaceChildren(h("p", { class: "note" }, icon("check"), h("span", {}, t("opened"), " ", h("b", { class: "number code" }, made.code))));
      read();
    } catch (problem) {
      said.replaceChildren(h("p", { class: "note bad", role: "alert" }, icon("warning"), h("span", {}, problem.detail || problem.title)));
    }
    opening = false;
  }

  const fresh = () => h("form", { class: "stack", onsubmit: open },
    field(h("input", { id: "project-title", required: true, maxlength: 100, autocomplete: "off" }), "name"),
    h("p", { class: "soft" }, say("cases.complaint.hint")),
    field(h("input", { id: "project-owner", required: true, maxlength: 64, autocomplete: "off" }), "officer"),
    field(h("input", { id: "project-window", type: "number", required: true, min: 1, max: 9999, inputmode: "numeric" }), "window"),
    h("button", { class: "button next" }, icon("plus"), t("open")));

  read();
  return h("div", { class: "stack project" }, h("h2", {}, t("title")),
    h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); if (plain(code)) acts.visitProject(plain(code)); } },
      field(code, "code"), h("button", { class: "button next" }, icon("ticket"), t("ticket"))),
    h("h3", {}, t("list")), list, said, h("details", {}, h("summary", {}, t("new")), fresh()));
}
