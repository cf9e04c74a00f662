// How a ticket looks in each of its states.
import { h, icon, name, page, pick, say, time } from "/static/look/live.js";
import { diverted, offerCard } from "/static/phone/offer.js";
import { entryNote } from "/static/phone/entry.js";
import { papersSeen } from "/static/phone/interpreter.js";
import { heldText, pathOf } from "/static/phone/journey.js";
import { button, door, facts, papers as paperList, refusal, status as statusBlock, tick } from "/static/phone/parts.js";
import { hardNote } from "/static/phone/promise.js";
import { pushKey } from "/static/phone/push.js";
import { inCare } from "/static/phone/shell.js";
import { waitFigure, waitNote } from "/static/phone/wait.js";
import { placeText, windowRanges } from "/static/phone/words.js";

const NEAR = 3;
const LATER_MIN = [5, 10, 15, 30];
const ICONS = { waiting: "clock", called: "call", serving: "window", held: "hold", missed: "missed", done: "check", cancelled: "cross", expired: "calendar" };
const TONES = { missed: "warn", held: "warn", cancelled: "over", expired: "over" };
const t = (key, values) => say(`phone.${key}`, values);

// ---- words ----

/** A waiting ticket is "near" with a few ahead, and "soon" when there is just time to come back, however many are ahead. */
const stateOf = (ticket) => (ticket.status !== "waiting" ? ticket.status : ticket.ahead < NEAR ? "near" : ticket.near ? "soon" : "waiting");
const wantsBack = (ticket) => ["near", "soon"].includes(stateOf(ticket));

/** `left` is what a ticket was given up for. */
export function titleOf(ticket, left = null) {
  if (left && ticket.status === "cancelled") return say("offers.over");
  return t(`${stateOf(ticket)}_title`, { window: ticket.window });
}

// ---- parts ----

function number(ticket) {
  return h("div", { class: "own" }, h("p", { class: "label" }, t("your_number")), h("p", { class: "number" }, ticket.number));
}

function status(ticket) {
  return statusBlock(TONES[ticket.status] || "", wantsBack(ticket) ? "bell" : ICONS[ticket.status], heldText(ticket) ? say("journey.your_path") : titleOf(ticket), ticket.status !== "called" && (heldText(ticket) ?? t(`${stateOf(ticket)}_detail`)));
}

function figures(ticket) {
  if (ticket.status !== "waiting") return null;
  const ahead = ticket.ahead
    ? [h("span", { class: "figure number" }, String(ticket.ahead)), " ", t("ahead_people", { n: ticket.ahead })]
    : h("span", { class: "figure" }, t("next_up"));
  return h("dl", { class: "figures" },
    h("div", {}, h("dt", {}, icon("people"), t("ahead")), h("dd", {}, ahead)),
    waitFigure(ticket));
}

function where({ ticket, item }) {
  const rows = [[t("item"), pick(item?.names)], [t("place"), placeText(ticket.zone)]];
  if (ticket.booked_for) rows.push([say("pocket.booked_for"), time(ticket.booked_for)]);
  if (ticket.stops > 1) rows.push(["", t("stop", { stop: ticket.stop, stops: ticket.stops })]);
  if (ticket.status === "waiting" && item?.queue === ticket.queue && item.windows.length) rows.push([t("windows"), windowRanges(item.windows)]);
  if (ticket.priority !== "normal") rows.push(["", t("priority", { priority: name("priority", ticket.priority) })]);
  return facts(rows);
}

const papers = ({ item }) => item?.materials.length > 0 && paperList(item);

// ---- what the visitor may do ----

function later({ ticket, panel, busy }, { open, postpone }) {
  const back = ticket.status !== "waiting";
  const title = back ? t("again_title") : t("later_title");
  const kind = back ? "next" : "";
  const main = button(kind, back ? "again" : "clock", back ? t("again") : t("later"), () => open("later"), { "aria-expanded": String(panel === "later"), disabled: busy, id: "later" });
  return [main, panel === "later" && h("div", { class: "panel slides-in" }, h("h2", {}, title),
    h("div", { class: "minutes" }, LATER_MIN.map((minutes) => button("", null, t("minutes", { n: minutes }), () => postpone(minutes), { disabled: busy, data: { minutes } }))),
    !back && h("p", { class: "soft" }, t("later_note")))];
}

function cancel({ panel, busy }, { open, cancelNow }) {
  const sure = panel === "sure";
  return button(sure ? "danger sure" : "quiet", "cross", sure ? t("cancel_sure") : t("cancel"), sure ? cancelNow : () => open("sure"), { disabled: busy, id: "cancel" });
}

function why({ ticket, panel, reasons }, { open }) {
  if (ticket.status !== "waiting") return null;
  const shown = panel === "why" && reasons;
  return h("section", { class: "why" },
    button("quiet", shown ? "down" : "right", t("why"), () => open("why"), { "aria-expanded": String(Boolean(shown)), id: "why" }),
    shown && h("div", { class: "slides-in" },
      reasons.ahead.length ? h("ol", {}, reasons.ahead.map((row) => h("li", {}, row.because))) : h("p", {}, t("why_none")),
      reasons.more > 0 && h("p", { class: "soft" }, t("why_more", { n: reasons.more }))));
}

const problemNote = ({ problem }) => refusal(problem);

// ---- the page ----

function called(state, acts) {
  const { ticket, busy } = state;
  return h("section", { class: "called" },
    h("p", { class: "ring slides-in" }, icon("call")),
    h("p", { class: "number" }, ticket.number),
    h("h1", {}, titleOf(ticket)),
    h("p", { class: "to" }, icon("place"), placeText(ticket.zone)),
    ticket.times_called > 1 && h("p", { class: "times" }, icon("again"), t("called_times", { times: ticket.times_called })),
    problemNote(state),
    ticket.coming
      ? h("p", { class: "told", role: "status" }, icon("check"), t("coming_told"))
      : button("coming", "check", t("coming"), acts.coming, { disabled: busy }));
}

const MAY_WAIT = new Set(["waiting", "held", "missed"]);

function resting(state, acts) {
  const { ticket } = state;
  const may = MAY_WAIT.has(ticket.status);
  return h("section", { class: "resting" },
    number(ticket), acts.parcels(), entryNote(ticket), status(ticket), figures(ticket), ticket.status === "waiting" && waitNote(state, acts.later(ticket.queue)), problemNote(state),
    may && offerCard(state, acts),
    hardNote(ticket),
    acts.promises(),
    papersSeen(ticket),
    acts.interpreter(ticket),
    !may && acts.rating(),
    may && h("div", { class: "acts" }, heldText(ticket) ? null : later(state, acts), cancel(state, acts)),
    h("div", { class: "card" }, where(state)),
    pathOf(state, acts),
    may && acts.rating(),
    (may || ticket.status === "serving") && papers(state),
    may && pushKey(state.push),
    may && state.messages?.phone && tick("messages", say("pocket.messages"), state.messages.on, acts.messages),
    !inCare() && why(state, acts),
    !may && ticket.status !== "serving" && door("next", "home", say("pocket.to_hall"), `/m/${encodeURIComponent(page.hall)}`));
}

export function draw(state, acts) {
  if (state.ticket.status === "called") return called(state, acts);
  return state.ticket.status === "cancelled" && state.left ? diverted(state) : resting(state, acts);
}

export function tabOf(ticket) {
  if (ticket.status === "called") return t("tab_called", { number: ticket.number, window: ticket.window });
  return t("tab", { number: ticket.number, status: name("status", ticket.status) });
}

export const awayText = (at) => t("offline", { at: time(at) });
