// A code of six digits: typed, pasted, or filled in by the phone itself from the message.
import { h, now } from "/static/look/live.js";
import { button, refusal } from "/static/phone/parts.js";
import { leftText, t } from "/static/phone/words.js";

export const DIGITS = 6;
const WIDE_ZERO = 0xff10 - 0x30;

/** Digits alone, full-width ones too, as they come out of some keyboards. */
export const digitsOf = (text) => text.replace(/[\uff10-\uff19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - WIDE_ZERO)).replace(/[^0-9]/g, "");

const BEAT_MS = 500;

/** Counts down to a moment in an element of its own, without drawing the page again; then `over`, once. */
export function countdown(until, say, over = () => {}) {
  const node = h("span", { class: "nowrap" });
  const show = () => {
    node.textContent = say(leftText(until - now()));
    if (until <= now()) return over();
    return setTimeout(() => node.isConnected && show(), BEAT_MS);
  };
  show();
  return node;
}

/** The field and its keys. `form` remembers `{code, problem, busy, again_at}`; `give(code)` and `again()` are the acts. */
export function codeForm(form, { to, give, again }) {
  const field = h("input", { id: "code", type: "text", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12, enterkeyhint: "done", class: "digits", "aria-describedby": "code-note",
    "aria-invalid": form.problem ? "true" : null, disabled: form.busy, oninput: () => typed(field.value) });
  const send = button("next", "check", form.busy ? t("checking") : t("code_give"), () => tryIt(), { id: "give", disabled: form.busy });
  field.value = form.code || "";

  function typed(text) {
    form.code = field.value = digitsOf(text).slice(0, DIGITS);
    if (form.code.length === DIGITS && form.code !== form.tried) tryIt();
  }

  function tryIt() {
    if (form.busy || (form.code || "").length < DIGITS) return field.focus();
    form.tried = form.code;
    return give(form.code);
  }

  return h("form", { class: "stack tight", novalidate: true, onsubmit: (event) => { event.preventDefault(); tryIt(); } },
    h("p", { class: "field" }, h("label", { for: "code" }, t("code_label")), field, h("span", { class: "soft", id: "code-note" }, to ? t("code_sent_to", { phone: to }) : t("code_sent"))),
    refusal(form.problem),
    send, sendAgain(form, again));
}

function sendAgain(form, again) {
  const key = button("quiet", "again", t("code_again"), again, { id: "again", disabled: form.busy });
  if (!(form.again_at > now())) return key;
  key.disabled = true;
  key.lastChild.replaceChildren(countdown(form.again_at, (left) => t("code_again_in", { left }), () => { key.disabled = form.busy; key.lastChild.textContent = t("code_again"); }));
  return key;
}
