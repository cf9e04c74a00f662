// A complaint, taken in by whoever is asked first: their name stands for it until it is handed over.
import { h, icon, page, say, time } from "/static/look/live.js";

const KEPT = `greenwave.desk.${page.hall}.owner`;
const LONGEST = 2000;
const DAY = { month: "long", day: "numeric", weekday: "short" };
const t = (key, values) => say(`cases.complaint.${key}`, values);

/** Who took the last one in here, so that a name is typed once a day. */
function lastOwner() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

function keepOwner(owner) {
  try {
    sessionStorage.setItem(KEPT, owner);
  } catch { /* then it is typed again */ }
}

/** What is told of one that was taken in; it is due until the end of a day. */
export const takenText = ({ id, owner, due_at: due }) => t("taken", { id, owner, at: time(new Date(Date.parse(due) - 1).toISOString(), DAY) });

/** The form. The ticket on the desk, where one lies there, is filled in. */
export function complaining(acts) {
  const laid = acts.onDesk();
  const text = h("textarea", { id: "complaint-text", rows: 4, maxlength: LONGEST, required: true, "aria-describedby": "complaint-hint" });
  const owner = h("input", { id: "complaint-owner", required: true, maxlength: 64, autocomplete: "off", value: lastOwner() });
  const ticket = h("input", { id: "complaint-ticket", maxlength: 32, autocomplete: "off", autocapitalize: "characters", value: laid?.number ?? "" });
  const field = (node, label) => h("label", { class: "field", for: node.id }, h("span", {}, label), node);

  function take(event) {
    event.preventDefault();
    const wanted = { text: text.value.trim(), owner: owner.value.replace(/\s+/g, " ").trim() }, number = ticket.value.trim();
    if (!wanted.text || !wanted.owner) return;
    keepOwner(wanted.owner);
    acts.complain({ ...wanted, ...(number && { ticket: number === laid?.number ? laid.id : number }) });
  }

  return h("form", { class: "stack complaint", onsubmit: take }, h("h2", {}, t("title")),
    field(text, t("text")), h("p", { class: "soft", id: "complaint-hint" }, t("hint")), field(owner, t("owner")), field(ticket, t("ticket")),
    h("button", { class: "button next" }, icon("check"), t("take")));
}
