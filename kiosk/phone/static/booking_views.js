// How a booking looks in each of its states.
import { h, icon, name, now, page, pick, say, time } from "/static/look/live.js";
import { codeForm, countdown } from "/static/phone/code.js";
import { button, door, facts, line, note, papers, refusal, status, tick, twice } from "/static/phone/parts.js";
import { picker } from "/static/phone/picker.js";
import { pushKey } from "/static/phone/push.js";
import { inCare } from "/static/phone/shell.js";
import { slotText } from "/static/phone/slots.js";
import { dayOf, dayText, dayWord, moment, placeText, span } from "/static/phone/words.js";

const t = (key, values) => say(`booking.${key}`, values);
const sure = {};
const LOOK = {
  listed: ["", "hold"], held: ["", "phone"], booked: ["", "check"], late: ["warn", "clock"], checked_in: ["", "ticket"],
  cancelled: ["over", "cross"], missed: ["over", "missed"], expired: ["over", "clock"],
};

const at = (text) => Date.parse(text || "") || 0;

/** Where in its life a booking is now: `early` before check-in opens, `open`, `past` its time, `later` on another day. */
export function phase(booking) {
  if (booking.status === "late" || (at(booking.late_at) && now() >= at(booking.late_at))) return "past";
  if (now() >= at(booking.opens_at)) return "open";
  return dayOf(booking.start) === dayOf(now()) ? "early" : "later";
}

// ---- when and where ----

function when(booking) {
  const listed = booking.status === "listed";
  return h("div", { class: "when" },
    h("p", { class: "date-line" }, listed ? dayText(dayOf(booking.start)) : dayWord(booking.start)),
    !listed && dayWord(booking.start) !== dayText(dayOf(booking.start)) && h("p", { class: "soft" }, dayText(dayOf(booking.start))),
    !listed && h("p", { class: "number hours" }, span(booking.start, booking.end)));
}

const where = ({ booking, item }) => h("div", { class: "card" }, facts([
  [say("phone.item"), pick(item?.names)],
  [say("phone.place"), placeText(booking.zone)],
  [say("common.window"), booking.window ? say("common.window_n", { window: booking.window }) : ""],
  [t("people"), booking.places > 1 ? t("for_two") : booking.companion ? t("one_and_companion") : ""],
]));

const codeBlock = (booking) => h("section", { class: "block code" }, h("h2", {}, t("code_title")), h("p", { class: "number" }, booking.code), h("p", { class: "soft" }, t("code_note")));

// ---- states in which it is being made ----

function listed(state, acts) {
  return [h("ul", { class: "lines" }, line("bell", t("listed_line")), line("clock", t("listed_hold"))), leave(state, acts, t("list_leave"), t("list_leave_sure"))];
}

function held(state, acts) {
  const { booking, form } = state;
  const left = h("p", { class: "left" }, icon("clock"), countdown(at(booking.hold_until), (time_) => t("held_left", { left: time_ }), acts.redraw));
  if (at(booking.hold_until) <= now()) return [note("warn", "clock", t("held_over"), t("held_over_detail"), bookAgain(state))];
  if (booking.confirm === "none") return [left, refusal(form.problem), button("next", "check", t("take_place"), () => acts.give(), { id: "give", disabled: form.busy }), leave(state, acts)];
  return [left, codeForm(form, { give: acts.give, again: acts.again }), leave(state, acts)];
}

// ---- check-in ----

/** What turn one gets, as the hall's rules say; the line that holds now is marked. */
function turns({ booking, hall }) {
  const here = { later: "", early: "", open: "on_time", past: "late" }[phase(booking)];
  const { before_min, after_min, late_credit_min } = hall?.bookings || {};
  const row = (key, picture, values) => h("li", { "aria-current": key === here ? "true" : null }, icon(key === here ? "check" : picture), h("span", {}, h("strong", {}, t(`turn.${key}`)), " ", t(`turn.${key}_detail`, values)));
  return hall && h("section", { class: "block turns" }, h("h2", {}, t("turn_title")), h("ul", { class: "lines" },
    row("early", "hold", { before: before_min, at: time(at(booking.opens_at)) }),
    row("on_time", "clock", { start: time(booking.start), after: after_min }),
    row("late", "again", { credit: late_credit_min })));
}

function passBlock(state) {
  return h("section", { class: "block pass" }, h("h2", {}, t("pass_title")), h("div", { id: "pass", class: "qr" }, h("p", { class: "soft" }, state.away ? t("pass_away") : say("common.loading"))), h("p", { class: "soft" }, t("pass_note")));
}

function here(state, acts) {
  const { panel, busy, problem } = state;
  if (panel === "where") {
    return h("section", { class: "panel" }, h("h2", {}, say("pocket.where_title")), h("p", {}, t("where_detail")),
      button("next", "place", busy ? say("pocket.where_reading") : say("pocket.where_allow"), acts.checkInHere, { id: "allow", disabled: busy }), refusal(problem));
  }
  return [refusal(problem), twice("check-in", sure, "next", "place", busy ? t("checking_in") : t("check_in"), t("check_in_sure"), acts.redraw, () => acts.checkIn(), { disabled: busy || state.away })];
}

function arrival(state, acts) {
  const { booking } = state;
  const now_ = phase(booking);
  if (now_ === "later") return null;
  if (now_ === "early") return note("", "clock", t("early_title"), t("early_detail", { at: time(at(booking.opens_at)) }));
  return [passBlock(state), here(state, acts)];
}

// ---- what else may be done ----

function leave({ busy, away }, acts, text = t("cancel"), again = t("cancel_sure")) {
  return twice("cancel", sure, "quiet danger-ink", "cross", text, again, acts.redraw, acts.cancel, { disabled: busy || away });
}

function moving(state, acts) {
  const { move, hall, busy } = state;
  const chosen = move.start && move.slots?.find((slot) => slot.start === move.start);
  return h("section", { class: "panel wide", id: "moving" }, h("h2", {}, t("move_title")), refusal(state.problem),
    picker(hall, move, { set: acts.set, choose: (slot) => acts.set({ start: slot.start }), wait: null }),
    chosen && h("p", { class: "chosen" }, icon("calendar"), h("span", {}, t("move_to", { slot: slotText(chosen) }))),
    h("div", { class: "acts" }, button("next", "check", busy ? t("doing") : t("move_do"), acts.move, { id: "move-do", disabled: busy || !chosen }), button("", "cross", t("move_not"), () => acts.open("move"), { id: "move-not" })));
}

const bookAgain = ({ booking }) => door("next", "calendar", t("book_again"), `/m/${encodeURIComponent(page.hall)}#book/${booking.service}`);

function more(state, acts) {
  const { booking, busy, panel, away } = state;
  const token = location.pathname.split("/").pop();
  if (panel === "move") return moving(state, acts);
  return h("div", { class: "acts" },
    booking.status === "booked" && button("", "transfer", t("move"), acts.openMove, { id: "move", disabled: busy || away }),
    booking.status === "booked" && door("", "calendar", t("ics"), `/b/${token}/booking.ics`, { download: `booking-${booking.code}.ics` }),
    !inCare() && tick("messages", t("messages"), booking.messages, acts.messages, { disabled: busy || away }),
    pushKey(state.push),
    leave(state, acts));
}

// ---- the page ----

function head({ booking, moved }) {
  const [tone, picture] = LOOK[booking.status];
  const key = booking.status === "booked" && phase(booking) === "open" ? "open" : booking.status === "booked" && phase(booking) === "past" ? "late" : booking.status;
  return status(key === "late" ? "warn" : tone, key === "open" ? "place" : picture, t(`state.${key}`), moved && booking.status === "booked" && key === "booked" ? t("moved_detail") : t(`state.${key}_detail`));
}

const BODY = {
  listed: (state, acts) => [head(state), when(state.booking), where(state), refusal(state.problem), listed(state, acts)],
  held: (state, acts) => [head(state), when(state.booking), held(state, acts), where(state)],
  booked: (state, acts) => [head(state), when(state.booking), arrival(state, acts), where(state), state.item && papers(state.item), codeBlock(state.booking),
    phase(state.booking) === "open" || state.panel === "move" || state.panel === "where" ? null : refusal(state.problem), more(state, acts), turns(state)],
  checked_in: ({ booking, ...state }) => [head({ booking }), booking.ticket && h("p", { class: "number big" }, booking.ticket.number), booking.ticket?.token && door("next", "ticket", t("to_ticket"), `/t/${booking.ticket.token}`), where({ booking, ...state })],
};
BODY.late = BODY.booked;
const over = (state) => [head(state), when(state.booking), where(state), bookAgain(state)];

export const draw = (state, acts) => h("div", { class: "stack" }, ...(BODY[state.booking.status] || over)(state, acts).flat(2).filter(Boolean));

export const goneView = () => h("div", { class: "stack" }, status("over", "search", t("gone_title"), t("gone_detail")), door("next", "home", say("pocket.to_hall"), `/m/${encodeURIComponent(page.hall)}`));

export const tabOf = ({ booking }) => t("tab", { day: booking.status === "listed" ? dayText(dayOf(booking.start)) : moment(booking.start), status: name("booking_status", booking.status) });
export const awayText = (seen) => say("phone.offline", { at: time(seen) });
