// Visits of several stops on a phone: the path of a ticket, and life events or several things chosen before there is one.
import { api, h, icon, LANG, pick, say, time } from "/static/look/live.js";
import { minutesOf, pathList } from "/static/look/journey.js";
import { waitWords } from "/static/look/wait_words.js";
import { HALL } from "/static/phone/hall.js";
import { keepMine, keyOf, refusedBy, settled } from "/static/phone/kept.js";
import { back, button, choice, door, line, note, refusal } from "/static/phone/parts.js";
import { position } from "/static/phone/where.js";
import { whoView } from "/static/phone/who.js";
import { moment, placeText } from "/static/phone/words.js";

export const MOST = 10;
const OFFERED = ["elder", "disabled", "infant", "veteran"];
const t = (key, values) => say(`journey.${key}`, values);
const home = (key, values) => say(`phone_home.${key}`, values);
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const words = {
  t, nameOf: pick, moment,
  placeText: (zone, queue, window) => [placeText(zone), window && say("common.window_n", { window })].filter(Boolean).join(" · "),
  waitText: (wait) => waitWords(wait),
  clock: (at) => time(at, HOUR),
};

// ---- the path of a ticket ----

export const pathOf = ({ ticket, busy }, { choose }) => ticket.path && h("section", { class: "card journey-card" },
  h("h2", {}, t("your_path")),
  pathList(ticket, words, { choose: ["waiting", "held"].includes(ticket.status) ? choose : null, busy }));

/** Why a ticket is held by its own path, as a sentence; null where it is not. */
export function heldText(ticket) {
  const here = ticket.status === "held" && ticket.path?.find((row) => row.status === "now" && row.reason);
  return here ? t(here.reason, { at: words.clock(here.not_before) }) : null;
}

// ---- before the ticket ----

/** What is wished for: a life event by its id, or several items. */
export const newVisit = (wish) => ({ ...wish, plan: null, priority: "normal", position: null, who: {}, step: "", problem: null, busy: false });

const asked = ({ journey, services, priority }) => new URLSearchParams({ ...(journey ? { journey } : { services: services.join(",") }), priority });

export async function readPlan(visit) {
  visit.plan = await api("GET", `${HALL}/path?${asked(visit)}`, undefined, { tries: 1 });
}

export function journeysView({ hall }) {
  const rows = hall.journeys.map((row) => h("li", {}, h("a", { class: "row", href: `#journey/${row.id}`, data: { journey: row.id } }, h("span", { class: "name" }, pick(row.names)), icon("right"))));
  return h("div", { class: "stack" }, back(home("front"), "#"), h("h1", {}, t("events")), h("p", { class: "soft" }, t("events_lead")),
    rows.length ? h("ul", { class: "rows" }, rows) : note("", "info", t("none"), t("none_detail")));
}

/** Items to tick, with what was ticked on top. */
export function severalView({ hall, several }, redraw, field, found) {
  const chosen = new Set(several.map((row) => row.id));
  const turn = (row) => () => {
    const at = several.findIndex((other) => other.id === row.id);
    if (at >= 0) several.splice(at, 1);
    else if (several.length < MOST) several.push(row);
    redraw();
  };
  const tick = (row) => choice(chosen.has(row.id), "paper", pick(row.names), turn(row), { data: { item: row.id }, disabled: !chosen.has(row.id) && several.length >= MOST });
  const rows = [...several, ...(found ?? hall.first).filter((row) => !chosen.has(row.id) && row.queue !== "SELF")];
  return h("div", { class: "stack several" }, back(home("front"), "#"), h("h1", {}, t("several")), h("p", { class: "soft" }, t("several_lead")),
    field, h("div", { class: "choices several-choices" }, rows.map(tick)),
    h("div", { class: "several-foot" }, h("p", { role: "status" }, several.length >= MOST ? t("too_many") : several.length ? t("chosen", { n: several.length }) : t("pick_one")),
      several.length > 0 && door("next", "right", t("show_path"), `#visit/${several.map((row) => row.id).join("+")}`, { id: "show" })));
}

function priorityPart(hall, visit, redraw, replan) {
  const offered = OFFERED.filter((kind) => hall.priorities.includes(kind));
  const press = (kind) => () => { visit.priority = visit.priority === kind ? "normal" : kind; redraw(); replan(); };
  return offered.length > 0 && h("section", { class: "stack tight" }, h("h2", {}, home("priority_title")), h("p", { class: "soft" }, home("priority_note")),
    h("div", { class: "choices" }, offered.map((kind) => choice(visit.priority === kind, "care", home(`declared.${kind}`), press(kind), { disabled: visit.busy, data: { priority: kind } }))));
}

function wishOf({ journey, services, priority, position: where }) {
  return { ...(journey ? { journey } : { services, plan: true }), channel: "phone", language: LANG, ...(priority !== "normal" && { priority }), ...(where && { position: where }) };
}

async function take(visit, names, redraw) {
  if (visit.busy) return;
  Object.assign(visit, { busy: true, problem: null, step: "" });
  redraw();
  const wish = wishOf(visit);
  try {
    const ticket = await api("POST", `${HALL}/tickets`, wish, { key: keyOf(wish) });
    settled(wish);
    keepMine({ kind: "t", token: ticket.token, label: ticket.number, item: ticket.service, names, status: ticket.status });
    location.assign(`/t/${ticket.token}`);
  } catch (problem) {
    refusedBy(problem, wish);
    const step = { POSITION_NEEDED: "where", IDENTITY_NEEDED: "who" }[problem.code] || "";
    Object.assign(visit, { busy: false, step, problem: step ? null : problem });
    redraw();
  }
}

function askPlace(visit, redraw, go) {
  const allow = async () => {
    Object.assign(visit, { busy: true, problem: null });
    redraw();
    try {
      visit.position = await position();
      visit.busy = false;
      go();
    } catch (problem) {
      Object.assign(visit, { busy: false, problem });
      redraw();
    }
  };
  return h("section", { class: "panel" }, h("h2", {}, say("pocket.where_title")), h("p", {}, home("where_detail")),
    button("next", "place", visit.busy ? say("pocket.where_reading") : say("pocket.where_allow"), allow, { disabled: visit.busy }));
}

/** The path before the ticket, and the ticket. */
export function visitView({ hall, visit, away }, redraw, replan) {
  const known = hall.journeys.find((row) => row.id === visit.journey);
  const leave = visit.journey ? back(t("events"), "#journeys") : back(t("several"), "#several");
  const head = [leave, h("h1", {}, known ? pick(known.names) : t("path_title"))];
  const again = button("", "again", say("common.retry"), replan);
  if (visit.problem && !visit.plan) return h("div", { class: "stack" }, head, refusal(visit.problem, again));
  if (!visit.plan) return h("div", { class: "stack" }, head, h("p", { class: "soft", role: "status" }, say("common.loading")));
  const go = () => take(visit, known?.names ?? visit.plan.path[0]?.names[0] ?? {}, redraw);
  return h("div", { class: "stack visit" }, head,
    h("ul", { class: "lines" }, line("ticket", t("path_lead")), visit.plan.total_s !== null && line("clock", t("total", { n: minutesOf(visit.plan.total_s) }))),
    h("div", { class: "card journey-card" }, pathList(visit.plan, words)),
    visit.step === "where" ? askPlace(visit, redraw, go) : visit.step === "who" ? whoView(visit.who, redraw, go) : [
      priorityPart(hall, visit, redraw, replan),
      refusal(visit.problem, again),
      !hall.open ? note("", "lock", hall.opens_at ? home("shut_until", { at: moment(hall.opens_at) }) : home("shut"))
        : away ? note("warn", "offline", home("away_act"))
          : button("next", "ticket", visit.busy ? home("taking") : t("take_path"), go, { id: "take", disabled: visit.busy, "aria-busy": String(visit.busy) }),
    ]);
}
