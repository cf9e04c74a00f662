// A hard case (难办事项) from the guide desk: any ticket goes to where it can be dealt with, for a reason.
import { api, h, icon, newKey, say } from "/static/look/live.js";
import { button } from "/static/window_client/desk_cards.js";
import { hardText, WHY } from "/static/window_client/outcomes.js";

const GOES = new Set(["waiting", "called", "serving", "held", "missed", "done"]);
const LONGEST = 200;
const state = { ticket: "", open: false, busy: false, said: "", problem: null };
const t = (key, values) => say(`promises.hard.${key}`, values);

/** The part of a ticket that may be made a hard case, or that is one; null for one that was given up. */
export function hardPart(HALL, ticket, acts, redraw) {
  if (state.ticket !== ticket.id) Object.assign(state, { ticket: ticket.id, open: false, problem: null, said: state.busy ? state.said : "" });
  if (ticket.escalated) return badge(ticket, acts);
  if (!GOES.has(ticket.status)) return null;
  if (!state.open) return h("section", { class: "card sheet" }, button("", "warning", t("act"), () => { state.open = true; redraw(); }));

  async function send(event) {
    event.preventDefault();
    const reason = new FormData(event.target).get("reason").trim();
    if (!reason || state.busy) return;
    Object.assign(state, { busy: true, problem: null });
    try {
      const made = await api("POST", `${HALL}/tickets/${encodeURIComponent(ticket.id)}/escalate`, { reason }, { key: newKey() });
      Object.assign(state, { open: false, said: hardText(made, ticket.id) });
      acts.openTicket(made.ticket.id);
    } catch (problem) {
      state.problem = problem;
      redraw();
    }
    state.busy = false;
  }

  const usual = (text) => h("button", { type: "button", class: "button", onclick: () => { document.getElementById("hard-reason").value = text; } }, text);
  return h("section", { class: "card sheet", "aria-labelledby": "hard-title" }, h("h3", { id: "hard-title" }, t("title")), h("p", { class: "soft", id: "hard-hint" }, t("hint")),
    h("form", { class: "stack", onsubmit: send }, h("div", { class: "acts" }, WHY.map((why) => usual(t(`reason.${why}`)))),
      h("label", { class: "field", for: "hard-reason" }, h("span", {}, t("other")), h("input", { id: "hard-reason", name: "reason", required: true, maxlength: LONGEST, autocomplete: "off", "aria-describedby": "hard-hint" })),
      h("button", { class: "button next" }, icon("check"), t("send"))),
    state.problem && h("p", { class: "note bad", role: "alert" }, icon("warning"), h("span", {}, state.problem.detail || state.problem.title)));
}

function badge({ id, escalated }, acts) {
  const told = state.said && state.ticket === id ? state.said : t("badge");
  return h("section", { class: "card sheet" }, h("p", { class: "note", role: "status" }, icon("warning"), h("span", {}, told)),
    escalated.ticket && button("next", "ticket", t("mine_new", { number: escalated.number }), () => acts.openTicket(escalated.ticket)));
}
