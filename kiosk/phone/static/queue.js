// Queueing now: a remote ticket. What the hall asks for (where one is, who one is) is asked only when it does.
import { api, h, icon, LANG, pick, say } from "/static/look/live.js";
import { before } from "/static/phone/before.js";
import { HALL, SELF } from "/static/phone/hall.js";
import { mayBook, ownOf } from "/static/phone/item.js";
import { keepMine, keyOf, mine, refusedBy, settled } from "/static/phone/kept.js";
import { back, button, choice, door, line, note, refusal } from "/static/phone/parts.js";
import { waitOf } from "/static/phone/front.js";
import { position } from "/static/phone/where.js";
import { whoView } from "/static/phone/who.js";
import { placeText } from "/static/phone/words.js";

const t = (key, values) => say(`phone_home.${key}`, values);
const OFFERED = ["elder", "disabled", "infant", "veteran"];

/** What is wished for, before anything was chosen. */
export const newQueueing = (item) => ({ item, priority: "normal", position: null, who: {}, step: "", problem: null, busy: false, another: false });

// ---- parts ----

function priority(hall, queueing, redraw) {
  const offered = OFFERED.filter((kind) => hall.priorities.includes(kind));
  const press = (kind) => () => { queueing.priority = queueing.priority === kind ? "normal" : kind; redraw(); };
  return offered.length > 0 && h("section", { class: "stack tight" }, h("h2", {}, t("priority_title")), h("p", { class: "soft" }, t("priority_note")),
    h("div", { class: "choices" }, offered.map((kind) => choice(queueing.priority === kind, "care", t(`declared.${kind}`), press(kind), { id: `priority-${kind}`, disabled: queueing.busy, data: { priority: kind } }))));
}

export function askPosition(queueing, redraw, take) {
  const allow = async () => {
    Object.assign(queueing, { busy: true, problem: null });
    redraw();
    try {
      queueing.position = await position();
      queueing.busy = false;
      take();
    } catch (problem) {
      Object.assign(queueing, { busy: false, problem });
      redraw();
    }
  };
  return h("section", { class: "panel" }, h("h2", {}, say("pocket.where_title")), h("p", {}, t("where_detail")),
    button("next", "place", queueing.busy ? say("pocket.where_reading") : say("pocket.where_allow"), allow, { id: "allow", disabled: queueing.busy }));
}

// ---- what to do about a refusal ----

const NEXT = {
  HALL_CLOSED: ["book"], LAST_TICKETS_GONE: ["book"], QUOTA_REACHED: ["kiosk", "book"], TOO_FAR: ["again_place", "kiosk", "book"], NO_POSITION: ["kiosk", "book"],
  SELF_SERVICE: ["insist"], ALREADY_WAITING: ["own"], TOO_MANY: ["again", "kiosk"], OFFLINE: ["again"], STORE_DOWN: ["again"], SIGN_IN_FAILED: ["again"],
};

function nextOf({ hall, queueing }, redraw, take) {
  const { item, problem } = queueing;
  const own = mine().find((row) => row.kind === "t" && row.hall === hall.id && row.label === problem.number);
  const again = () => { queueing.problem = null; take(); };
  const ways = {
    book: () => mayBook(item) && door("", "calendar", t("book_instead"), `#book/${item.id}`),
    kiosk: () => h("p", {}, t("at_hall")),
    again: () => button("", "again", say("common.retry"), again),
    again_place: () => button("", "place", t("where_again"), () => { Object.assign(queueing, { position: null, step: "where", problem: null }); redraw(); }),
    insist: () => button("", "ticket", t("insist"), () => { queueing.insist = true; again(); }),
    own: () => (own ? door("", "ticket", t("own_open", { number: own.label }), `/t/${own.token}`) : h("p", {}, t("own_elsewhere"))),
  };
  return (NEXT[problem.code] || ["again"]).map((way) => ways[way]()).filter(Boolean);
}

// ---- the ticket ----

function wishOf({ item, priority, insist, position }) {
  const must = insist || item.queue === SELF;
  return { service: item.id, channel: "phone", language: LANG, ...(priority !== "normal" && { priority }), ...(must && { insist: true }), ...(position && { position }) };
}

const ownTicket = (hall, item) => ownOf(hall, item).find((row) => row.kind === "t");

/** Takes the ticket. One wish has one key in all tabs; a tab that comes later finds the ticket that is there by now. */
async function takeTicket(hall, queueing, redraw) {
  if (queueing.busy) return;
  const own = !queueing.another && ownTicket(hall, queueing.item);
  if (own) {
    queueing.busy = true; // a second touch must not call off the first one's way
    return location.assign(`/t/${own.token}`);
  }
  Object.assign(queueing, { busy: true, problem: null, step: "" });
  redraw();
  const wish = wishOf(queueing);
  try {
    const ticket = await api("POST", `${HALL}/tickets`, wish, { key: keyOf(wish) });
    settled(wish);
    keepMine({ kind: "t", token: ticket.token, label: ticket.number, item: queueing.item.id, names: queueing.item.names, status: ticket.status });
    location.assign(`/t/${ticket.token}`);
  } catch (problem) {
    refusedBy(problem, wish);
    const step = { POSITION_NEEDED: "where", IDENTITY_NEEDED: "who" }[problem.code] || "";
    Object.assign(queueing, { busy: false, step, problem: step ? null : problem });
    redraw();
  }
}

function steps(view, redraw, take) {
  const { hall, queueing, away } = view;
  if (queueing.step === "where") return [askPosition(queueing, redraw, take), refusal(queueing.problem, ...(queueing.problem ? nextOf(view, redraw, take) : []))];
  if (queueing.step === "who") return [whoView(queueing.who, redraw, take)];
  return [
    priority(hall, queueing, redraw), refusal(queueing.problem, ...(queueing.problem ? nextOf(view, redraw, take) : [])),
    away ? note("warn", "offline", t("away_act")) : button("next", "ticket", queueing.busy ? t("taking") : t("take"), take, { id: "take", disabled: queueing.busy, "aria-busy": String(queueing.busy) }),
  ];
}

export function queueView(view, redraw) {
  const { hall, queueing } = view;
  const take = () => takeTicket(hall, queueing, redraw);
  const own = ownTicket(hall, queueing.item);
  const head = [back(t("to_item"), `#item/${queueing.item.id}`), h("h1", {}, t("queue_title")), h("p", { class: "soft" }, pick(queueing.item.names))];
  if (own && !queueing.another) {
    return h("div", { class: "stack" }, head, note("", "ticket", t("own_title", { number: own.label }), t("own_detail"),
      door("next", "ticket", t("own_open", { number: own.label }), `/t/${own.token}`), button("", "people", t("own_another"), () => { queueing.another = true; redraw(); }, { id: "another" })));
  }
  return h("div", { class: "stack queue" }, head,
    h("ul", { class: "lines" }, line("place", placeText(queueing.item.zone)), h("li", {}, icon("clock"), waitOf(queueing.item)), line("bell", t("queue_note"))),
    before(queueing.item, view.outlook),
    ...steps(view, redraw, take));
}
