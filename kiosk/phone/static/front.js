// The front of the hall on a phone: open or not, how full, own things, finding an item.
import { facts, h, icon, name, now, page, pick, say, time } from "/static/look/live.js";
import { waitWords } from "/static/look/wait_words.js";
import { usualChart } from "/static/phone/chart.js";
import { SELF } from "/static/phone/hall.js";
import { mine } from "/static/phone/kept.js";
import { isOver } from "/static/phone/mine.js";
import { back, button, door, note } from "/static/phone/parts.js";
import { inCare } from "/static/phone/shell.js";
import { moment, placeText } from "/static/phone/words.js";

const t = (key, values) => say(`phone_home.${key}`, values);
const IN_CARE = 4;
const BUSY_S = [[900, "calm"], [1800, "some"], [Infinity, "busy"]];

// ---- lists ----

/** How an item's queue is now; `refreshWaits` keeps it true while it is looked at. */
export const waitOf = (row) => h("span", { data: { queue: row.queue } }, waitLine(row));

function waitLine(row) {
  if (row.queue === SELF) return t("at_machine");
  if (!row.waiting && row.wait_s) return t("wait_none");
  return row.waiting ? t("wait_line", { wait: waitWords(row.wait_s), n: row.waiting }) : waitWords(null);
}

export function refreshWaits(rows) {
  for (const node of document.querySelectorAll("[data-queue]")) {
    const row = rows.get(node.dataset.queue);
    if (row) node.textContent = waitLine(row);
  }
}

export function itemRow(hall, row) {
  const line = hall.open || row.queue === SELF ? [icon(row.queue === SELF ? "device" : "clock"), waitOf(row)] : [icon("place"), placeText(row.zone)];
  return h("li", {}, h("a", { class: "row", href: `#item/${row.id}`, data: { item: row.id } },
    h("span", { class: "name" }, pick(row.names)), icon("right"), h("span", { class: "line" }, h("span", {}, line))));
}

export const itemList = (hall, rows) => h("ul", { class: "rows" }, rows.map((row) => itemRow(hall, row)));

// ---- own tickets and bookings ----

export const mineRow = (row) => h("li", {}, h("a", { class: "row own-row", href: `/${row.kind}/${row.token}` },
  h("span", { class: "name" }, row.kind === "t" ? row.label : moment(row.start)), icon("right"),
  h("span", { class: "line" }, h("span", {}, icon(row.kind === "t" ? "ticket" : "calendar"), stateOf(row)), h("span", {}, pick(row.names)))));

export const stateOf = (row) => name(row.kind === "t" ? "status" : "booking_status", row.status);

function own(hall) {
  const rows = mine().filter((row) => row.hall === hall.id);
  const open = rows.filter((row) => !isOver(row));
  if (!rows.length) return null;
  return h("section", { class: "stack tight" },
    h("h2", {}, t("mine_title")),
    open.length > 0 && h("ul", { class: "rows" }, open.slice(0, 3).map(mineRow)),
    (open.length > 3 || rows.length > open.length) && h("p", {}, h("a", { href: "#mine" }, t("mine_all", { n: rows.length }))));
}

// ---- open or not, and how full ----

function openText(hall) {
  if (!hall.open) return hall.opens_at ? t("opens", { at: moment(hall.opens_at) }) : t("shut_note");
  return hall.closes_at ? t("open_until", { at: time(hall.closes_at) }) : t("open_always");
}

/** For who has more than one thing to do. */
const journeyDoors = (hall) => h("section", { class: "stack tight" },
  hall.journeys.length > 0 && door("", "paper", say("journey.events"), "#journeys", { id: "journeys" }),
  door("", "check", say("journey.several"), "#several", { id: "several" }));

/** Where one can go at any hour. */
function alwaysLine({ zones }) {
  const zone = zones?.find((one) => one.always);
  return zone && h("p", { class: "always" }, icon("device"), " ", h("a", { href: `/area/${encodeURIComponent(page.hall)}`, id: "area" }, say("places.always_open", { place: placeText(zone.id) })));
}

function now_(hall, away) {
  const [, mood] = BUSY_S.find(([below]) => (hall.wait_s?.p50 ?? 0) < below);
  const full = hall.open && !away;
  return h("section", { class: "now", data: { open: String(hall.open) } },
    h("div", { class: "door" }, h("p", { class: "mark" }, icon(hall.open ? "door" : "lock")),
      h("div", {}, h("h1", {}, t(hall.open ? "open" : "shut")), h("p", { class: "soft" }, openText(hall)), !hall.open && alwaysLine(hall))),
    full && h("dl", { class: "figures" },
      h("div", {}, h("dt", {}, icon("people"), t("waiting")), h("dd", {}, h("span", { class: "figure number", id: "waiting" }, String(hall.waiting)))),
      h("div", {}, h("dt", {}, icon("clock"), t("usual_wait")), h("dd", {}, h("span", { class: "figure" }, waitWords(hall.wait_s))))),
    full && hall.wait_s && h("p", { class: "mood", data: { mood } }, icon(mood === "busy" ? "warning" : mood === "some" ? "people" : "check"), h("span", {}, t(`mood.${mood}`))));
}

/** The minute of the hall's day, so that the chart can say where in the day we are. */
function minuteNow(hall) {
  if (!hall.open) return -1;
  const [hours, minutes] = time(now()).split(":").map(Number);
  return hours * 60 + minutes;
}

// ---- finding ----

export function findField(state, type) {
  const input = h("input", { type: "search", id: "q", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", maxlength: 60, placeholder: t("find_hint"), oninput: () => type(input.value) });
  input.value = state.q;
  return h("search", { class: "find" }, h("label", { class: "find-label", for: "q" }, t("find_label")), h("div", { class: "find-box" }, icon("search"), input));
}

export function foundList({ hall, q, found, problem }) {
  if (problem) return note("warn", "offline", problem.title, t("find_away"));
  if (!found) return h("p", { class: "soft", role: "status" }, say("common.loading"));
  const told = h("p", { class: found.length ? "unseen" : "none", role: "status" }, found.length ? t("found", { n: found.length }) : t("found_none", { q }));
  if (found.length) return [told, itemList(hall, found)];
  return [h("div", { class: "nothing" }, icon("search"), told, h("p", { class: "soft" }, t("found_none_detail")), call(hall))];
}

const call = (hall) => hall.hotline && h("a", { class: "button", href: `tel:${hall.hotline.replace(/[^0-9+]/g, "")}` }, icon("phone"), h("span", {}, t("call", { hotline: hall.hotline })));

function often(hall) {
  const rows = inCare() ? hall.first.slice(0, IN_CARE) : hall.first.slice(0, 8);
  return h("section", { class: "stack tight" }, h("h2", {}, t("often")), itemList(hall, rows),
    door("", "paper", t("departments"), "#departments"));
}

/** The front; while something is typed the list of what was found stands in place of the rest. */
export function frontView(state, type) {
  const { hall, q, away } = state;
  if (!hall) return h("p", { class: "stale", role: "status" }, away ? t("away_new") : say("common.loading"));
  return h("div", { class: "stack front" },
    now_(hall, away), own(hall), findField(state, type),
    h("div", { class: "stack", id: "found" }, q ? foundList(state) : [often(hall), journeyDoors(hall), !inCare() && usualChart(hall.usual, minuteNow(hall)), help(hall)]));
}

const help = (hall) => h("p", { class: "soft help" }, t("help"), " ", call(hall), " ", h("a", { href: "#project", id: "to-project" }, say("projects.mine")));

// ---- departments, own things ----

export function departmentsView({ hall }) {
  const rows = hall.departments.map((row) => h("li", {}, h("a", { class: "row", href: `#department/${row.id}` }, h("span", { class: "name" }, pick(row.names)), icon("right"))));
  return h("div", { class: "stack" }, back(t("front"), "#"), h("h1", {}, t("departments_title")), h("ul", { class: "rows" }, rows));
}

export function departmentView({ hall, found, problem }, id) {
  const department = hall.departments.find((row) => row.id === id);
  return h("div", { class: "stack" }, back(t("departments"), "#departments"), h("h1", {}, pick(department?.names)), foundList({ hall, q: "", found, problem }));
}

export function mineView(redraw, forget) {
  const rows = mine();
  const row = (own) => h("li", { class: "own-line" }, mineRow(own).firstChild,
    isOver(own) && button("quiet", "cross", t("forget"), () => { forget(own.token); redraw(); }, { "aria-label": t("forget_label", { label: own.label }) }));
  return h("div", { class: "stack" }, back(t("front"), "#"), h("h1", {}, t("mine_title")),
    rows.length ? h("ul", { class: "rows" }, rows.map(row)) : h("p", { class: "soft" }, t("mine_none")),
    h("p", { class: "soft" }, t("mine_note")));
}

export const hallName = () => pick(facts.names);
