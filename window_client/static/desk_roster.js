// The roster of interpreters: who is on duty, what they speak, when they are here; a manager changes it.
import { h, icon, page, say } from "/static/look/live.js";
import { button } from "/static/window_client/desk_cards.js";
import { t, tongue } from "/static/window_client/desk_interpreters.js";
import { dutyButton } from "/static/window_client/desk_mine.js";

const MAY_CHANGE = /(^|\.)(manager|admin)([-.]|$)/.test(page.as);
const USUAL = ["en", "ja", "ko", "ru", "de"];
const DAYS = [1, 2, 3, 4, 5, 6, 7];
const STATES = { off: "lock", free: "check", busy: "people" };

export function roster(state, acts) {
  const { people, form } = state;
  const node = h("details", { class: "roster", open: state.open || Boolean(form) },
    h("summary", {}, icon("people"), h("span", {}, t("roster"), " ", h("span", { class: "number" }, people.length))),
    people.length ? h("ul", {}, people.map((row) => person(row, state, acts))) : h("p", { class: "soft" }, t("roster_none")),
    people.length > 0 && !state.account && who(state, acts),
    notes(state),
    MAY_CHANGE && (form ? editor(form.person, state, acts) : h("button", { type: "button", class: "button", onclick: () => acts.form({}) }, icon("person"), t("add"))));
  node.addEventListener("toggle", () => acts.open(node.open));
  return node;
}

function person(row, state, acts) {
  const disabled = state.busy.has(row.id) || state.line !== "ready";
  return h("li", { class: "person", data: { interpreter: row.id } },
    h("p", {}, h("b", {}, row.name), " ", row.languages.map(tongue).join(say("common.list_comma"))),
    h("p", { class: "signs" }, h("span", { class: `badge ${row.state === "free" ? "serving" : row.state === "busy" ? "held" : ""}` }, icon(STATES[row.state]), t(`state.${row.state}`)),
      h("span", { class: "soft" }, [t("today", { n: row.today }), !row.on_shift && t("off_shift")].filter(Boolean).join(" · "))),
    row.phone && h("p", {}, h("a", { href: `tel:${row.phone}` }, icon("phone"), " ", row.phone)),
    state.refused[row.id] && h("p", { class: "no", role: "alert" }, icon("warning"), h("span", {}, state.refused[row.id])),
    h("div", { class: "acts" }, dutyButton(row, state, acts),
      MAY_CHANGE && button("", "paper", t("change"), () => acts.form({ person: row }), { disabled }),
      MAY_CHANGE && button("danger", "cross", t("remove"), () => acts.remove(row), { twice: say("desk.sure"), about: row.id, disabled })));
}

/** Which of them this phone is. */
function who(state, acts) {
  return h("label", { class: "field", for: "interpreter-me" }, h("span", {}, t("me")),
    h("select", { id: "interpreter-me", onchange: (event) => acts.me(event.target.value) }, h("option", { value: "" }, t("me_none")),
      state.people.map((row) => h("option", { value: row.id, selected: row.id === state.me }, row.name))));
}

function notes({ wishes, people }) {
  const rows = wishes.filter((row) => row.note);
  if (!rows.length) return null;
  return h("section", { class: "notes" }, h("h3", {}, t("notes")), h("ul", {}, rows.map((row) => h("li", {}, h("b", { class: "number" }, row.number), " ", people.find((one) => one.id === row.interpreter)?.name ?? "", ": ", row.note))));
}

/** One form for somebody new and for a change. */
function editor(known, state, acts) {
  const input = (id, label, attrs) => h("label", { class: "field", for: id }, h("span", {}, label), h("input", { id, autocomplete: "off", ...attrs }));
  const chip = (group, value, text, checked) => h("label", {}, h("input", { type: "checkbox", name: group, value, checked }), h("span", {}, text));
  const shift = known?.shifts[0], spoken = known?.languages ?? [];
  const form = h("form", { class: "stack editor", onsubmit: save },
    input("interpreter-name", t("name"), { required: true, maxlength: 64, value: known?.name ?? "" }),
    h("fieldset", { class: "chips" }, h("legend", {}, t("languages")), USUAL.map((code) => chip("language", code, tongue(code), spoken.includes(code)))),
    input("interpreter-others", t("others"), { maxlength: 60, pattern: "[a-zA-Z ,]*", value: spoken.filter((code) => !USUAL.includes(code)).join(" ") }),
    input("interpreter-phone", t("phone"), { type: "tel", maxlength: 32, value: known?.phone ?? "" }),
    input("interpreter-account", t("account"), { maxlength: 32, pattern: "[A-Za-z0-9][A-Za-z0-9_.\\-]*", value: known?.account ?? "" }), h("p", { class: "soft" }, t("account_hint")),
    h("fieldset", { class: "chips" }, h("legend", {}, t("days")), DAYS.map((day) => chip("day", day, t(`weekday.${day}`), known?.shifts.some((row) => row.day === day)))),
    h("div", { class: "pair" }, input("interpreter-from", t("from"), { type: "time", required: true, value: shift?.begins ?? "09:00" }), input("interpreter-to", t("to"), { type: "time", required: true, value: shift?.ends ?? "17:00" })),
    h("p", { class: "soft" }, t("shift_hint")),
    state.refused.form && h("p", { class: "no", role: "alert" }, icon("warning"), h("span", {}, state.refused.form)),
    h("div", { class: "acts" }, button("", "left", say("common.back"), () => acts.form(null)), h("button", { class: "button next", disabled: state.busy.has("form") }, icon("check"), t("save"))));

  function save(event) {
    event.preventDefault();
    const said = new FormData(form), value = (id) => form.querySelector(`#interpreter-${id}`).value.trim();
    const others = value("others").toLowerCase().split(/[\s,]+/).filter(Boolean);
    const shifts = said.getAll("day").map((day) => ({ day: Number(day), begins: value("from"), ends: value("to") }));
    acts.keep(known, { name: value("name"), languages: [...said.getAll("language"), ...others], phone: value("phone"), shifts, account: value("account") });
  }
  return form;
}
