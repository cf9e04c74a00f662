// Visits of several stops at the kiosk: life events, several things ticked, the path before the ticket.
import { api, h, icon, pick, say, time } from "/static/look/live.js";
import { minutesOf, pathList } from "/static/look/journey.js";
import { isOffline } from "/static/kiosk/device.js";
import { ways } from "/static/kiosk/find.js";
import { HALL } from "/static/kiosk/hall.js";
import { closedText, refusal } from "/static/kiosk/item.js";
import { button, deck, heading, paged, scroller } from "/static/kiosk/parts.js";
import { common, lang, moment, nameOf, placeText, waitText } from "/static/kiosk/words.js";

const MOST = 10;
const OFFERED = ["elder", "disabled", "infant", "veteran"];
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const t = (key, values = {}, language = lang()) => say(`journey.${key}`, values, language);
const kiosk = (key, values) => say(`kiosk.${key}`, values, lang());
const memoryOf = (view) => (view.memory ??= { from: 0, trail: [] });

export const words = {
  t, nameOf, moment,
  placeText: (zone, queue, window) => [placeText(zone), window && common("window_n", { window })].filter(Boolean).join(" · "),
  waitText: (wait) => waitText(wait),
  clock: (at) => time(at, HOUR, lang()),
};

/** The two doors, on the page where one chooses. */
export const journeyKeys = ({ hall, go }) => [
  ...(hall.journeys.length ? [button("plain events", "paper", t("events"), () => go({ name: "events" }))] : []),
  button("plain several", "check", t("several"), () => go({ name: "several", chosen: [] })),
];

// ---- life events ----

export function eventsView(desk, view) {
  const { hall, go } = desk;
  const rows = hall.journeys.map((row) => () => h("button", { type: "button", class: "tile small", data: { journey: row.id }, onclick: () => go({ name: "visit", journey: row.id, names: row.names, priority: "normal" }) },
    h("span", { class: "name" }, nameOf(row.names))));
  return h("section", { class: "view" }, heading(t("events"), t("events_lead")), paged(rows, memoryOf(view), "two"), deck(ways(desk)));
}

// ---- several things ----

export function severalView(desk, view) {
  const { hall, go, redraw } = desk;
  const isChosen = (row) => view.chosen.includes(row.id);
  const turn = (row) => () => {
    view.chosen = isChosen(row) ? view.chosen.filter((id) => id !== row.id) : [...view.chosen, row.id];
    redraw();
  };
  const tick = (row) => () => h("button", { type: "button", class: "tile small tick", "aria-pressed": String(isChosen(row)), data: { item: row.id }, disabled: !isChosen(row) && view.chosen.length >= MOST, onclick: turn(row) },
    h("span", { class: "line" }, icon(isChosen(row) ? "check" : "paper"), h("span", { class: "name" }, nameOf(row.names))));
  const own = view.chosen.map((id) => hall.byId.get(id)), others = hall.services.filter((row) => !isChosen(row) && row.queue !== "SELF");
  const show = button("next", "right", t("show_path"), () => go({ name: "visit", services: view.chosen, priority: "normal" }), { disabled: !view.chosen.length });
  return h("section", { class: "view several" },
    heading(t("several"), view.chosen.length >= MOST ? t("too_many") : view.chosen.length ? t("chosen", { n: view.chosen.length }) : t("several_lead")),
    paged([...own, ...others].map(tick), memoryOf(view), "two"),
    deck(ways(desk), show));
}

// ---- the path, before the ticket ----

/** Without the server nobody knows the waits: the stops are shown as they are listed, and the first gives the ticket. */
function listed(hall, view) {
  const steps = view.journey ? hall.journeys.find((row) => row.id === view.journey).steps.map((step) => step.service) : view.services;
  const rows = steps.map((id) => hall.byId.get(id)).filter((row) => row && row.queue !== "SELF");
  return { path: rows.map((row) => ({ services: [row.id], names: [row.names], queue: row.queue, zone: row.zone, status: "later" })), aside: [], total_s: null, offline: true };
}

async function plan(desk, view) {
  const asked = new URLSearchParams({ ...(view.journey ? { journey: view.journey } : { services: view.services.join(",") }), priority: view.priority });
  view.asked = `${view.priority}/${isOffline()}`;
  try {
    view.plan = isOffline() ? listed(desk.hall, view) : await api("GET", `${HALL}/path?${asked}`, undefined, { tries: 1 });
    view.unplanned = null;
  } catch (problem) {
    view.plan = problem.status === 0 || problem.code === "OFFLINE" || problem.code === "AWAY" ? listed(desk.hall, view) : null;
    view.unplanned = view.plan ? null : problem;
  }
  desk.redraw();
}

function priority({ hall, redraw }, view) {
  const offered = OFFERED.filter((kind) => hall.priorities.includes(kind));
  const key = (kind) => h("button", { type: "button", class: "choice", "aria-pressed": String(view.priority === kind), disabled: view.busy, data: { priority: kind },
    onclick: () => { view.priority = view.priority === kind ? "normal" : kind; redraw(); } }, icon(view.priority === kind ? "check" : "care"), h("span", {}, kiosk(`declared.${kind}`)));
  return offered.length > 0 && h("section", { class: "block" },
    h("h2", {}, kiosk("priority_title"), " ", h("small", { class: "soft" }, kiosk("priority_note"))), h("div", { class: "choices" }, offered.map(key)));
}

export function visitView(desk, view) {
  const { hall, take, back } = desk;
  if (view.asked !== `${view.priority}/${isOffline()}`) plan(desk, view);
  const title = view.names ? nameOf(view.names) : t("path_title");
  if (view.unplanned) return h("section", { class: "view visit" }, heading(title), refusal(view.unplanned), deck(ways(desk)));
  if (!view.plan) return h("section", { class: "view visit" }, heading(title), h("p", { class: "soft", role: "status" }, common("loading")), deck(ways(desk)));
  const { plan: { path, total_s, offline } } = view;
  const taking = { disabled: view.busy || !path.length, "aria-busy": view.busy };
  return h("section", { class: "view visit" },
    heading(title, [t("path_lead"), total_s ? t("total", { n: minutesOf(total_s) }) : ""].join(" ")),
    offline && h("p", { class: "note warn" }, icon("offline"), h("span", {}, t("offline"))),
    scroller(pathList(view.plan, words), priority(desk, view)),
    view.problem && refusal(view.problem),
    hall.open
      ? deck(button("plain", "left", kiosk("back"), back, { disabled: view.busy }), button("next take", "ticket", view.busy ? kiosk("taking") : t("take_path"), () => take(view, false), taking))
      : h("div", { class: "shut" }, h("p", { class: "note warn" }, icon("clock"), h("span", {}, closedText(hall))), deck(ways(desk))));
}

/** What a visit wishes for, as a request says it. */
export const visitWish = ({ journey, services, priority: kind, plan: shown }) => ({
  ...(journey ? { journey } : { services }), priority: kind, ...(shown?.path[0] && { service: shown.path[0].services[0] }),
});

/** The path of a ticket, for the page after it. */
export const pathBlock = (ticket) => (ticket.path?.length ?? 0) + (ticket.aside?.length ?? 0) > 0 && h("section", { class: "block" }, h("h2", {}, t("your_path")), pathList(ticket, words));

/** What a kiosk that is alone could not give a number for. */
export const restNote = (ticket) => ticket.rest?.length > 0 && h("p", { class: "note warn" }, icon("info"), h("span", {}, t("offline_rest", { items: ticket.rest.map((names) => nameOf(names)).join(common("list_comma")) })));

/** The path on a slip, in one of its languages: the stops by number, with where and, after a gap, from when. */
export const slipPath = (ticket, place, language) => (ticket.path ?? []).map((row, at) => {
  const facts = { n: at + 1, item: row.names.map((names) => pick(names, language)).join(common("list_comma", {}, language)), place: place(row.zone, language) };
  return row.not_before ? t("slip_gap", { ...facts, at: time(row.not_before, HOUR, language) }, language) : t("slip_stop", facts, language);
});
