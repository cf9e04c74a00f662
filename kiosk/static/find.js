// Finding an item among all: by department, or with a few letters on a keyboard of large keys.
import { api, h, icon } from "/static/look/live.js";
import { HALL } from "/static/kiosk/hall.js";
import { apart, together } from "/static/kiosk/hangul.js";
import { button, deck, heading, itemButton, paged } from "/static/kiosk/parts.js";
import { nameOf, t } from "/static/kiosk/words.js";

const LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SETTLE_MS = 120, LONGEST = 40;

export function ways({ back, home }) {
  return [button("plain", "left", t("back"), back), button("plain", "home", t("home"), home)];
}

const memoryOf = (view) => (view.memory ??= { from: 0, trail: [] });
const openItem = (go, row) => () => go({ name: "item", id: row.id });

// ---- by department ----

export function departmentsView(desk, view) {
  const { hall, go } = desk;
  const used = new Set(hall.services.map((row) => row.department));
  const rows = hall.departments.filter((row) => used.has(row.id)).map((row) => () =>
    h("button", { type: "button", class: "tile small", onclick: () => go({ name: "department", id: row.id }) },
      h("span", { class: "name" }, nameOf(row.names))));
  return h("section", { class: "view" }, heading(t("departments_title")), paged(rows, memoryOf(view), "two"), deck(ways(desk)));
}

export function departmentView(desk, view) {
  const { hall, go } = desk;
  const department = hall.departments.find((row) => row.id === view.id);
  const rows = hall.services.filter((row) => row.department === view.id).map((row) => () => itemButton(hall, row, openItem(go, row)));
  return h("section", { class: "view" }, heading(nameOf(department.names)), paged(rows, memoryOf(view)), deck(ways(desk)));
}

// ---- by letters ----

export function findView(desk, view) {
  const { hall, go } = desk;
  const field = h("input", { type: "text", id: "q", inputmode: "none", autocomplete: "off", spellcheck: "false", maxlength: LONGEST, placeholder: t("search_hint"), "aria-label": t("search_label"), oninput: () => type(field.value) });
  const found = h("div", { class: "found" });
  let timer = 0, asked = null;
  field.value = view.q;

  function type(text) {
    if (text !== view.q) view.memory = null;
    field.value = view.q = text;
    clearTimeout(timer);
    timer = setTimeout(look, SETTLE_MS);
  }

  async function look() {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const q = view.q.trim();
    try {
      const answer = q ? await api("GET", `${HALL}/services?limit=60&q=${encodeURIComponent(q)}`, undefined, { signal }) : hall;
      if (!signal.aborted) show(answer.services);
    } catch { /* a later letter asks again; while the hall is away the whole page says so */ }
  }

  function show(services) {
    const rows = services.map((row) => () => itemButton(hall, row, openItem(go, row)));
    const nothing = h("div", { class: "nothing", role: "status" }, icon("search"), h("h2", {}, t("search_empty_title")), h("p", { class: "soft" }, t("search_empty_detail")));
    found.replaceChildren(rows.length ? paged(rows, memoryOf(view)) : nothing);
  }

  if (view.q) look();
  else show(hall.services);
  return h("section", { class: "view find" },
    h("h1", { class: "unseen" }, t("search_title")),
    h("div", { class: "field-box" }, icon("search"), field, t("letters") !== LATIN && otherLetters(field, view, type)),
    found,
    keyboard(field, view, type),
    deck(ways(desk), button("plain", "window", t("by_department"), () => go({ name: "departments" }))));
}

const key = (kind, label, press, name) => h("button", { type: "button", class: `key ${kind}`, "aria-label": name, onclick: press }, label);

/** The letters of the page's language; Latin ones, which every search understands, are one key away. */
function keyboard(field, view, type) {
  const letters = view.latin ? LATIN : t("letters");
  const add = (text) => () => type(together(apart(field.value) + text).slice(0, LONGEST));
  return h("div", { class: "keyboard", role: "group", "aria-label": t("keyboard"), data: { full: letters.length % 8 === 0 } },
    [...letters].map((letter) => key("letter", letter, add(letter.toLowerCase()))),
    key("wide space", t("key_space"), add(" ")),
    key("wide", t("key_erase"), () => type(together(apart(field.value).slice(0, -1)))),
    key("wide", t("key_clear"), () => type("")));
}

/** Changes the keys alone, so that what was typed and found stays. */
function otherLetters(field, view, type) {
  const other = () => (view.latin ? t("letters") : LATIN).slice(0, 3);
  const node = key("wide other", other(), () => {
    view.latin = !view.latin;
    node.textContent = other();
    document.querySelector(".keyboard").replaceWith(keyboard(field, view, type));
  }, t("key_other"));
  return node;
}
