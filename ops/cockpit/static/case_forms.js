// What a step of a case asks for: what was found or done; and to whom it is handed over.
import { h, icon, say } from "/static/look/live.js";

const LONGEST = 500;
const t = (key) => say(`cases.${key}`);

/** The form of a step; `draft` keeps what is typed while the list around it is drawn again, `save(body)` takes it. */
export function caseForm(draft, busy, save) {
  const { step } = draft, over = step === "hand_over";
  const owner = over && h("input", { id: "case-first", name: "owner", required: true, maxlength: 64, autocomplete: "off", value: draft.owner, oninput: () => { draft.owner = owner.value; } });
  const note = h("textarea", { id: over ? "case-note" : "case-first", name: "note", rows: 2, maxlength: LONGEST, required: !over, oninput: () => { draft.note = note.value; } }, draft.note);
  const told = (field) => field.value.replace(/\s+/g, " ").trim();

  function submit(event) {
    event.preventDefault();
    const written = told(note);
    if (over) return told(owner) && save({ owner: told(owner), ...(written && { note: written }) });
    return written && save({ status: step, note: written });
  }

  return h("form", { class: "change", onsubmit: submit },
    over && h("label", { class: "field", for: "case-first" }, h("span", {}, t("new_owner")), owner),
    h("label", { class: "field", for: note.id }, h("span", {}, t(over ? "note_free" : "note")), note),
    h("div", { class: "acts" }, h("button", { class: "button next", disabled: busy }, icon("check"), t(`act.${step}`))));
}
