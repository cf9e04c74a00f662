// One form for a colleague, new or not; and the one-time link that a new one is given.
import { api, h, icon, now, say, time } from "/static/look/live.js";
import { book, clock, HALL, minuteOf, readWindows, written } from "/static/staff/asking.js";
import { alsoAt } from "/static/staff/elsewhere.js";

const ROLES = ["window", "desk", "manager"];
/** The languages of the page, as it names them itself. */
const languages = () => [...document.querySelectorAll(".languages a")].map((link) => [link.hreflang, link.textContent]);

/** A labelled field. */
export function field(label, input, hint) {
  return h("div", { class: "field" }, h("label", { for: input.id }, say(`staff.${label}`)), input, hint && h("p", { class: "soft", id: `${input.id}-hint` }, hint));
}

/** The head of a sheet, with its way out. */
export function top(title, shut) {
  return h("div", { class: "top" }, h("h2", { id: "sheet-title" }, title),
    h("button", { type: "button", class: "button", "aria-label": say("staff.close"), onclick: shut }, icon("cross")));
}

const without = (label, act) => h("button", { type: "button", class: "button", "aria-label": say(label), onclick: act }, icon("cross"));

/** One box of a row; the row's heads name it, on a phone it does so itself. */
const cell = (word, input) => h("label", { class: "cell" }, h("span", { class: "soft" }, say(`staff.${word}`)), input);

function skillRow(skill = { queue: book.queues[0]?.id, handicap_min: 0, from_min: 0, to_min: 1440 }) {
  const row = h("div", { class: "skill" },
    cell("queue", h("select", { name: "queue", "aria-label": say("staff.queue") }, book.queues.map((each) => h("option", { value: each.id, selected: each.id === skill.queue }, each.name)))),
    cell("handicap", h("input", { name: "handicap", type: "number", min: 0, max: 480, value: skill.handicap_min, "aria-label": say("staff.handicap"), title: say("staff.handicap") })),
    cell("from", h("input", { name: "from", type: "time", value: clock(skill.from_min), "aria-label": say("staff.from"), title: say("staff.from") })),
    cell("to", h("input", { name: "to", type: "time", value: skill.to_min === 1440 ? "23:59" : clock(skill.to_min), "aria-label": say("staff.to"), title: say("staff.to") })),
    without("staff.remove_skill", () => row.remove()));
  return row;
}

function certificateRow(each = { name: "", until: "", queue: "" }) {
  const queues = [{ id: "", name: say("staff.no_queue") }, ...book.queues];
  const row = h("div", { class: "certificate" },
    cell("certificate", h("input", { name: "certificate", required: true, maxlength: 80, value: each.name, "aria-label": say("staff.certificate") })),
    cell("until", h("input", { name: "until", type: "date", value: each.until, "aria-label": say("staff.until"), title: say("staff.until") })),
    cell("certificate_queue", h("select", { name: "certified", "aria-label": say("staff.certificate_queue"), title: say("staff.certificate_queue") }, queues.map((one) => h("option", { value: one.id, selected: one.id === (each.queue ?? "") }, one.name)))),
    without("staff.remove_certificate", () => row.remove()));
  return row;
}

const HEADS = { skills: ["skill", "queue", "handicap", "from", "to"], certificates: ["certificate", "certificate", "until", "certificate_queue"] };
function heads(name) {
  const [row, ...words] = HEADS[name];
  return h("div", { class: `${row} soft heads`, "aria-hidden": "true" }, words.map((word) => h("span", {}, say(`staff.${word}`))));
}

function several(name, rows, make, add) {
  const list = h("div", { class: name }, heads(name), rows.map((row) => make(row)));
  return h("fieldset", {}, h("legend", {}, say(`staff.${name}`)), list,
    h("div", {}, h("button", { type: "button", class: "button", onclick: () => list.append(make()) }, say(add))));
}

function readSkill(row) {
  const value = (name) => row.querySelector(`[name=${name}]`).value, to = value("to");
  return { queue: value("queue"), handicap_min: Number(value("handicap")) || 0, from_min: minuteOf(value("from") || "00:00"), to_min: to === "23:59" || !to ? 1440 : minuteOf(to) };
}

function readDuties(form) {
  const data = new FormData(form), windows = readWindows(String(data.get("windows")));
  if (windows === null) throw { detail: say("staff.windows_wrong") };
  return {
    role: data.get("role"), departments: data.getAll("department"), windows,
    skills: [...form.querySelectorAll(".skill:not(.heads)")].map(readSkill),
    certificates: [...form.querySelectorAll(".certificate:not(.heads)")].map((row) => ({ name: row.querySelector("[name=certificate]").value.trim(), until: row.querySelector("[name=until]").value, queue: row.querySelector("[name=certified]").value })),
  };
}

function who(row) {
  if (row) return h("p", {}, h("span", { class: "number" }, row.number), " · ", h("span", { class: "mono" }, row.sign_in));
  return h("div", { class: "two" },
    field("name", h("input", { id: "c-name", name: "name", required: true, maxlength: 64, autocomplete: "off" })),
    field("number", h("input", { id: "c-number", name: "number", required: true, maxlength: 32, pattern: "[A-Za-z0-9][A-Za-z0-9_.\\-]*", autocomplete: "off" })),
    field("sign_in", h("input", { id: "c-sign-in", name: "sign_in", maxlength: 64, pattern: "[A-Za-z0-9][A-Za-z0-9_.@+\\-]*", autocomplete: "off", placeholder: say("staff.sign_in_hint") })),
    field("language", h("select", { id: "c-language", name: "language" }, languages().map(([id, name]) => h("option", { value: id, lang: id, selected: id === document.documentElement.lang }, name)))));
}

function duties(row) {
  const is = row ?? { role: "window", departments: [], windows: [], skills: [], certificates: [] };
  return [
    h("fieldset", {}, h("legend", {}, say("staff.role_title")), h("div", { class: "choices" }, ROLES.map((role) =>
      h("label", {}, h("input", { type: "radio", name: "role", value: role, checked: role === is.role }), say(`staff.role.${role}`))))),
    h("fieldset", {}, h("legend", {}, say("staff.departments")), h("div", { class: "choices", tabindex: 0 }, book.departments.map((each) =>
      h("label", {}, h("input", { type: "checkbox", name: "department", value: each.id, checked: is.departments.includes(each.id) }), each.name)))),
    field("windows", h("input", { id: "c-windows", name: "windows", value: written(is.windows), placeholder: "1-3, 7", "aria-describedby": "c-windows-hint" }), say("staff.windows_hint")),
    several("skills", is.skills, skillRow, "staff.add_skill"),
    several("certificates", is.certificates, certificateRow, "staff.add_certificate"),
  ];
}

/** The sheet of a colleague; without a row of a new one. `done` hears what the server answered. */
export function colleagueForm(row, { shut, done }) {
  const wrong = h("div", { class: "note bad", role: "alert", hidden: true }, icon("warning"), h("p", {}));
  async function act(work) {
    wrong.hidden = true;
    try {
      await done(await work());
    } catch (problem) {
      wrong.querySelector("p").textContent = problem.detail || problem.title || String(problem);
      wrong.hidden = false;
      wrong.scrollIntoView({ block: "nearest" });
    }
  }
  const post = (path, body) => act(() => api("POST", `${HALL}/staff${path}`, body));
  const one = row && `/${encodeURIComponent(row.id)}`;
  function save(event) {
    event.preventDefault();
    const data = new FormData(event.target), text = (name) => String(data.get(name)).trim();
    return act(() => (row
      ? api("POST", `${HALL}/staff${one}`, readDuties(event.target))
      : api("POST", `${HALL}/staff`, { name: text("name"), number: text("number"), ...(text("sign_in") && { sign_in: text("sign_in") }), language: text("language"), ...readDuties(event.target) })));
  }
  const sure = (label, work, sign) => h("button", { type: "button", class: "button danger", onclick: (event) => {
    const button = event.currentTarget;
    if (button.dataset.sure) return work();
    button.dataset.sure = "1";
    return button.replaceChildren(icon("warning"), say("staff.sure"));
  } }, icon(sign), say(label));
  const account = row?.yours && !row.joins && h("div", { class: "acts end" },
    row.locked_until && h("button", { type: "button", class: "button", onclick: () => post(`${one}/unlock`) }, icon("clock"), say("staff.unlock")),
    sure("staff.reset", () => post(`${one}/reset`), "again"),
    row.disabled ? h("button", { type: "button", class: "button", onclick: () => post(`${one}/enable`) }, icon("check"), say("staff.enable"))
      : sure("staff.disable", () => post(`${one}/disable`), "lock"),
    sure("staff.remove", () => act(() => api("DELETE", `${HALL}/staff${one}`)), "cross"));
  return h("form", { class: "sheet", onsubmit: save }, top(row?.joins ? say("staff.joins", { name: row.name }) : row ? row.name : say("staff.new"), shut), wrong, who(row), duties(row),
    (!row || row.yours) && h("div", { class: "acts" }, h("button", { class: "button next" }, icon("check"), say(row ? "staff.save" : "staff.create"))), row && !row.joins && alsoAt(row), account);
}

/** The one-time link, to be scanned or copied; it is shown this once. */
export function linkSheet(row, shut) {
  const address = location.origin + row.link;
  const copied = h("span", { role: "status" });
  const copy = async () => { await navigator.clipboard.writeText(address); copied.textContent = say("staff.copied"); };
  return h("div", { class: "sheet" }, top(say("staff.link_title", { name: row.name }), shut),
    h("div", { class: "link" }, h("img", { alt: say("staff.link_picture"), src: `/welcome/${encodeURIComponent(row.link.split("/").at(-1))}/qr.svg` }),
      h("div", {}, h("p", {}, say("staff.link_explain", { until: time(row.link_until ?? now(), { dateStyle: "medium", timeStyle: "short" }) })),
        h("code", {}, address),
        h("div", { class: "acts" }, navigator.clipboard && h("button", { class: "button", onclick: copy }, icon("paper"), say("staff.copy")), copied))),
    h("div", { class: "acts" }, h("button", { class: "button next", onclick: shut }, say("staff.close"))));
}
