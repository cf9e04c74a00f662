// Booking: for how many, when, then a look at it all before it is done.
import { api, h, icon, LANG, now, pick, say } from "/static/look/live.js";
import { HALL } from "/static/phone/hall.js";
import { keep, keepMine, keyOf, mine, refusedBy, settled } from "/static/phone/kept.js";
import { back, button, choice, door, facts, line, note, refusal, tick } from "/static/phone/parts.js";
import { picker, readSlots } from "/static/phone/picker.js";
import { slotText } from "/static/phone/slots.js";
import { numberOf, phoneField, phoneIsThere } from "/static/phone/who.js";
import { dayText, placeText } from "/static/phone/words.js";

const t = (key, values) => say(`booking.${key}`, values);
const GONE = new Set(["SLOT_FULL", "SLOT_PAST", "NO_SUCH_SLOT", "NOT_FULL"]);

/** What is wished for, as it is before anything was chosen. */
export const newWish = (item) => ({ item, service: item.id, places: 1, companion: false, window: 0, phone: "" });

/** Reads the free times again: at the start, and whenever what they are for has changed. */
export async function freshSlots(hall, wish, redraw) {
  Object.assign(wish, { slots: null, problem: null, again: () => freshSlots(hall, wish, redraw) });
  redraw();
  const { places, window } = wish;
  try {
    const slots = await readSlots(hall, wish);
    if (places === wish.places && window === wish.window) wish.slots = slots;
  } catch (problem) {
    wish.problem = problem;
  }
  redraw();
}

// ---- for how many, where, when ----

function forWhom(hall, wish, redraw) {
  const many = (places) => () => { Object.assign(wish, { places, start: null }); freshSlots(hall, wish, redraw); };
  return h("section", { class: "stack tight" }, h("h2", {}, t("people")),
    (hall.bookings?.most_places ?? 2) > 1 && h("div", { class: "choices" },
      choice(wish.places === 1, "person", t("for_one"), many(1), { id: "for-1" }), choice(wish.places === 2, "people", t("for_two"), many(2), { id: "for-2" })),
    tick("companion", t("companion"), wish.companion, (on) => { wish.companion = on; }));
}

function windows(hall, wish, redraw) {
  const own = hall.bookable.filter((row) => row.queues.some((share) => share.queue === wish.item.queue));
  if (!own.length) return null;
  const field = h("select", { id: "window", onchange: () => { Object.assign(wish, { window: Number(field.value), start: null }); freshSlots(hall, wish, redraw); } },
    h("option", { value: "0" }, t("any_window")),
    own.map((row) => h("option", { value: String(row.window), selected: row.window === wish.window }, row.name ? t("named_window", { window: row.window, name: row.name }) : say("common.window_n", { window: row.window }))));
  return h("p", { class: "field" }, h("label", { for: "window" }, t("which_window")), field);
}

export function bookView({ hall, wish, away }, redraw, go) {
  const set = (patch) => { Object.assign(wish, patch); redraw(); };
  const top = [back(t("to_item"), `#item/${wish.service}`), h("h1", {}, t("book_title")), h("p", { class: "soft" }, pick(wish.item.names))];
  if (away && !wish.slots) return h("div", { class: "stack" }, top, note("warn", "offline", t("away")));
  return h("div", { class: "stack book" }, top, forWhom(hall, wish, redraw), windows(hall, wish, redraw),
    wish.gone && refusal(wish.gone),
    picker(hall, wish, {
      set,
      choose: (slot) => { Object.assign(wish, { start: slot.start, end: slot.end, gone: null, refused: null }); go(`book/${wish.service}/${Date.parse(slot.start)}`); },
      wait: wish.window ? null : (day) => { Object.assign(wish, { refused: null }); go(`list/${wish.service}/${day}`); },
    }));
}

// ---- a look at it all ----

function happens(hall, wish, listed) {
  const { confirm, hold_min, before_min, after_min } = hall.bookings || {};
  return h("section", { class: "block" }, h("h2", {}, t("happens")), h("ul", { class: "lines" },
    confirm === "code" && !listed && line("phone", t("happens_code", { minutes: hold_min })),
    listed && line("bell", t("happens_listed")),
    !listed && line("calendar", t("happens_link")),
    !listed && before_min !== undefined && line("clock", t("happens_check_in", { before: before_min, after: after_min })),
    !listed && line("undo", t("happens_cancel"))));
}

function summary(wish, day) {
  return h("div", { class: "card" }, facts([
    [say("phone.item"), pick(wish.item.names)],
    [t("when"), day ? t("any_of_day", { day: dayText(day) }) : slotText(wish)],
    [say("phone.place"), placeText(wish.item.zone)],
    [say("common.window"), wish.window ? say("common.window_n", { window: wish.window }) : ""],
    [t("people"), wish.places > 1 ? t("for_two") : wish.companion ? t("one_and_companion") : ""],
    ["", wish.places > 1 && wish.companion ? t("companion") : ""],
  ]));
}

/** What to do about a refusal. */
function nextOf(problem, wish) {
  if (problem.code === "ALREADY_BOOKED") {
    const own = mine().find((row) => row.kind === "b" && row.item === wish.service);
    return own ? door("", "calendar", t("open_own"), `/b/${own.token}`) : h("p", {}, t("own_elsewhere"));
  }
  if (problem.code === "BOOKINGS_BLOCKED" || problem.code === "QUOTA_REACHED") return h("p", {}, say("phone_home.at_hall"));
  if (problem.code === "NOT_BOOKABLE") return door("", "ticket", say("phone_home.queue_now"), `#queue/${wish.service}`);
  return null;
}

/** The last look before booking a slot, or before waiting for a place on a full day. */
export function confirmView({ hall, wish, day }, redraw, go) {
  const listed = Boolean(day);
  const act = () => (listed ? makeBooking(wish, "waiting-list", listWish(wish, day), redraw, go) : makeBooking(wish, "bookings", slotWish(wish), redraw, go));
  const done = listed ? t("list_do") : t("book_do");
  return h("form", { class: "stack confirm", novalidate: true, onsubmit: (event) => { event.preventDefault(); act(); } },
    back(t("to_times"), `#book/${wish.service}`), h("h1", {}, t(listed ? "list_title" : "confirm_title")),
    summary(wish, day), happens(hall, wish, listed),
    phoneField(wish, t(listed || hall.bookings?.confirm === "code" ? "phone_note_code" : "phone_note")),
    refusal(wish.refused, wish.refused && nextOf(wish.refused, wish)),
    h("button", { type: "submit", class: "button next", id: "do", disabled: wish.busy }, icon("check"), h("span", {}, wish.busy ? t("doing") : done)));
}

const visitorOf = (wish) => ({ phone: numberOf(wish.phone) });

const slotWish = (wish) => ({
  service: wish.service, start: wish.start, visitor: visitorOf(wish), language: LANG,
  ...(wish.places > 1 && { places: wish.places }), ...(wish.companion && { companion: true }), ...(wish.window && { window: wish.window }),
});

const listWish = (wish, day) => ({ service: wish.service, day, visitor: visitorOf(wish), language: LANG });

async function makeBooking(wish, path, body, redraw, go) {
  if (wish.busy) return;
  if (!phoneIsThere(wish)) {
    redraw();
    return document.getElementById("phone").focus();
  }
  const meant = { path, ...body };
  Object.assign(wish, { busy: true, refused: null });
  redraw();
  try {
    const made = await api("POST", `${HALL}/${path}`, body, { key: keyOf(meant) });
    settled(meant);
    keepMine({ kind: "b", token: made.token, label: made.code, item: wish.service, names: wish.item.names, status: made.status, start: Date.parse(made.start) || now() });
    keep(`again:${made.token}`, now() + 1000 * (made.retry_after_s || 0));
    location.assign(`/b/${made.token}`);
  } catch (problem) {
    refusedBy(problem, meant);
    refused(wish, problem, redraw, go);
  }
}

function refused(wish, problem, redraw, go) {
  wish.busy = false;
  if (GONE.has(problem.code)) {
    Object.assign(wish, { gone: problem, start: null, slots: null });
    return go(`book/${wish.service}`, true);
  }
  if (problem.code === "INVALID" && /phone|visitor/.test(problem.field || "")) wish.phoneProblem = say("pocket.phone_wrong");
  else wish.refused = problem;
  return redraw();
}
