// Choosing a time: the days, the slots of one of them, and what to do when a day is full. For booking, and for moving a booking.
import { api, h, icon, pick, say } from "/static/look/live.js";
import { button, note, refusal } from "/static/phone/parts.js";
import { dayStrip, daysOf, dayTitle, firstDay, shutText, slotGroups } from "/static/phone/slots.js";

const t = (key, values) => say(`booking.${key}`, values);

/** Reads all times of an item that can still be asked for. */
export async function readSlots(hall, { service, window, places }) {
  const asked = new URLSearchParams({ service, places: String(places || 1), ...(window && { window: String(window) }) });
  const found = await api("GET", `/halls/${encodeURIComponent(hall.id)}/slots?${asked}`, undefined, { tries: 2 });
  return found.slots;
}

/**
 * The days and slots of `wish` (`{service, slots, day, start, places, window, problem}`); `set(patch)` draws again,
 * `choose(slot)` takes one, `wait(day)` asks for any place of a full day where that can be asked for.
 */
export function picker(hall, wish, { set, choose, wait }) {
  if (wish.problem) return h("div", { class: "stack tight" }, refusal(wish.problem, button("", "again", say("common.retry"), wish.again)));
  if (!wish.slots) return h("p", { class: "soft", role: "status" }, t("reading"));
  if (!wish.slots.length) return note("warn", "calendar", t("no_slots"), t("no_slots_detail"));
  const days = daysOf(wish.slots, wish.places || 1, (hall.bookings?.days_ahead ?? 14) + 1);
  const row = firstDay(days, wish.day);
  const more = { all: wish.all, show: () => set({ all: true }) };
  return h("section", { class: "stack tight picker" },
    dayStrip(days, row.day, (day) => set({ day, all: false, sure: null })),
    dayTitle(hall, row),
    row.state === "shut" ? h("p", { class: "soft shut-day" }, icon("door"), h("span", {}, shutText(hall, row.day, pick))) : slotGroups(row, wish.places || 1, wish.start, choose, more),
    row.state === "full" && wait && note("", "hold", t("full_title"), t("full_detail"), button("next", "bell", t("full_wait"), () => wait(row.day), { id: "wait" })));
}
