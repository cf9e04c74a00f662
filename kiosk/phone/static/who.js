// Who it is: a phone number, shown to be one's own by a code. The number stays on this phone only while it is being typed.
import { api, h, icon, LANG, now, page, pick } from "/static/look/live.js";
import { codeForm, digitsOf } from "/static/phone/code.js";
import { HALL } from "/static/phone/hall.js";
import { button, door, refusal } from "/static/phone/parts.js";
import { t } from "/static/phone/words.js";

const FEWEST = 5;

/** A number as typed, without what people put between the digits. */
export const numberOf = (text) => (text.trim().startsWith("+") || text.trim().startsWith("\uff0b") ? "+" : "") + digitsOf(text);

/** The field for a phone number; `state` remembers `phone` and `phoneProblem`. */
export function phoneField(state, note) {
  const field = h("input", { id: "phone", type: "tel", inputmode: "tel", autocomplete: "tel", maxlength: 24, enterkeyhint: "done", "aria-describedby": "phone-note", "aria-invalid": state.phoneProblem ? "true" : null,
    oninput: () => { state.phone = field.value; } });
  field.value = state.phone || "";
  return h("p", { class: "field" }, h("label", { for: "phone" }, t("phone_label")), field,
    state.phoneProblem ? h("span", { class: "wrong", id: "phone-note", role: "alert" }, icon("warning"), state.phoneProblem) : h("span", { class: "soft", id: "phone-note" }, note));
}

/** Whether what was typed can be a number at all; says so beside the field where it cannot. */
export function phoneIsThere(state) {
  state.phoneProblem = digitsOf(state.phone || "").length < FEWEST ? t("phone_wrong") : "";
  return !state.phoneProblem;
}

/** The two steps of showing who one is; calls `done` once the server knows. */
export function whoView(who, redraw, done) {
  const set = (patch) => { Object.assign(who, patch); redraw(); };

  async function ask() {
    if (who.busy) return;
    if (!phoneIsThere(who)) return redraw();
    set({ busy: true, problem: null });
    try {
      const sent = await api("POST", `${HALL}/codes`, { phone: numberOf(who.phone), language: LANG });
      set({ busy: false, sent: true, code: "", tried: "", again_at: now() + 1000 * sent.retry_after_s });
    } catch (problem) {
      if (problem.code === "INVALID") set({ busy: false, phoneProblem: t("phone_wrong") });
      else set({ busy: false, problem, again_at: now() + 1000 * (problem.retry_after_s || 0) });
    }
  }

  async function give(code) {
    set({ busy: true, problem: null });
    try {
      await api("POST", `${HALL}/proofs`, { phone: numberOf(who.phone), code });
      who.busy = false;
      done();
    } catch (problem) {
      set({ busy: false, problem });
    }
  }

  if (who.sent) return h("section", { class: "panel" }, h("h2", {}, t("who_code_title")), codeForm(who, { to: who.phone, give, again: ask }),
    button("quiet", "left", t("who_other"), () => set({ sent: false, problem: null })));
  if (!who.others) {
    who.others = [];
    others().then((rows) => rows.length && set({ others: rows }));
  }
  return h("form", { class: "panel", novalidate: true, onsubmit: (event) => { event.preventDefault(); ask(); } },
    h("h2", {}, t("who_title")), h("p", {}, t("who_detail")), phoneField(who, t("who_note")), refusal(who.problem),
    button("next", "phone", who.busy ? t("sending") : t("who_send"), ask, { id: "send", disabled: who.busy }),
    who.others.map((row) => door("", "person", t("who_with", { name: pick(row.names) }), awayTo(row))));
}

/** Services that know their visitors: one goes there, and comes back to this place. */
const others = () => api("GET", `${HALL}/sign-ins`, undefined, { tries: 1 }).then((found) => found.sign_ins, () => []);
const awayTo = ({ id }) => `/m/${encodeURIComponent(page.hall)}/sign-in/${encodeURIComponent(id)}?to=${encodeURIComponent(location.pathname + location.hash)}`;
