// Free times of some days: what they are, said and drawn. The rules are the server's; here they are only grouped.
import { h, now, say, time } from "/static/look/live.js";
import { button } from "/static/phone/parts.js";
import { inCare } from "/static/phone/shell.js";
import { dayOf, dayText, daysFrom, dayWord, hourOf, span } from "/static/phone/words.js";

const t = (key, values) => say(`booking.${key}`, values);
const PARTS = [["morning", 12], ["afternoon", 18], ["evening", 24]];
const FEW = 2;
const IN_CARE = 6;
const SHORT = { weekday: "short" };

/** `few`, `free` or `full`, for so many places at once. */
export function freedom({ free, capacity }, places) {
  if (free < places) return "full";
  return free < capacity && free <= Math.max(FEW, places, capacity / 5) ? "few" : "free";
}

/** The days that can be asked for, each with its slots: `{day, slots, state}`, where state is `shut`, `full`, `few` or `free`. */
export function daysOf(slots, places, count) {
  const byDay = Map.groupBy ? Map.groupBy(slots, (slot) => dayOf(slot.start)) : grouped(slots);
  return daysFrom(dayOf(now()), count).map((day) => {
    const own = byDay.get(day) || [];
    const states = new Set(own.map((slot) => freedom(slot, places)));
    const state = !own.length ? "shut" : ["free", "few", "full"].find((each) => states.has(each));
    return { day, slots: own, state };
  });
}

function grouped(slots) {
  const found = new Map();
  for (const slot of slots) found.set(dayOf(slot.start), [...(found.get(dayOf(slot.start)) || []), slot]);
  return found;
}

/** The day to begin with: the one that was chosen, else the first on which there is a place. */
export const firstDay = (days, wanted) => days.find((row) => row.day === wanted) || days.find((row) => row.state === "free" || row.state === "few") || days.find((row) => row.slots.length) || days[0];

// ---- the strip of days ----

function dayKey(row, chosen, choose) {
  const words = [dayText(row.day), t(`day.${row.state}`)].join(say("common.list_comma"));
  return h("li", {}, h("button", { type: "button", class: "day", "aria-pressed": String(row.day === chosen), "aria-label": words, data: { day: row.day, state: row.state }, onclick: () => choose(row.day) },
    h("span", { class: "weekday" }, row.day === dayOf(now()) ? t("day_today") : dayText(row.day, SHORT)),
    h("span", { class: "date number" }, dayText(row.day, { day: "numeric" }).replace(/\D/g, "")),
    h("span", { class: "state" }, t(`day.${row.state}`))));
}

export function dayStrip(days, chosen, choose) {
  const strip = h("ul", { class: "days", id: "days", "aria-label": t("days") }, days.map((row) => dayKey(row, chosen, choose)));
  queueMicrotask(() => strip.querySelector("[aria-pressed='true']")?.scrollIntoView({ block: "nearest", inline: "center" }));
  return strip;
}

// ---- the slots of a day ----

function slotKey(slot, places, chosen, choose) {
  const state = freedom(slot, places);
  return h("li", {}, h("button", { type: "button", class: "slot", "aria-pressed": String(slot.start === chosen), disabled: state === "full", data: { start: slot.start, state }, onclick: () => choose(slot) },
    h("span", { class: "time number" }, time(slot.start)), h("span", { class: "state" }, t(`slot.${state}`))));
}

/** The slots of one day in parts of the day; in large type first those that can be had. */
export function slotGroups(row, places, chosen, choose, more) {
  const free = row.slots.filter((slot) => freedom(slot, places) !== "full");
  const shown = inCare() && !more.all ? free.slice(0, IN_CARE) : row.slots;
  const parts = PARTS.map(([part, before], at) => [part, shown.filter((slot) => hourOf(slot.start) < before && hourOf(slot.start) >= (PARTS[at - 1]?.[1] ?? 0))]);
  return [
    ...parts.filter(([, slots]) => slots.length).map(([part, slots]) => h("section", { class: "part" }, h("h3", {}, t(`part.${part}`)), h("ul", { class: "slots" }, slots.map((slot) => slotKey(slot, places, chosen, choose))))),
    shown.length < row.slots.length && button("", "down", t("slots_all"), more.show, { id: "slots-all" }),
  ];
}

/** Why there is nothing on a day: the hall's own reason where it has one. */
export function shutText(hall, day, pick) {
  const closure = hall.closures?.find((row) => row.day === day);
  if (closure) return t("shut_because", { reason: pick(closure.names) });
  return t(day === dayOf(now()) ? "shut_today" : "shut_day");
}

export const dayTitle = (hall, row) => h("h2", { id: "day-title" }, dayText(row.day), hall.moved_workdays?.includes(row.day) && h("small", { class: "soft" }, " ", t("moved_workday")));

/** A slot in a sentence: Monday 23 November, 09:00-09:30. */
export const slotText = ({ start, end }) => t("slot_text", { day: dayWord(start), span: span(start, end) });
