// What the pages of a phone say: places, windows, waits, and the hall's days and times.
import { facts, LANG, now, pick, say, time } from "/static/look/live.js";

const zones = new Map(facts.zones.map((zone) => [zone.id, zone]));
const LONG_DAY = { weekday: "long", month: "long", day: "numeric" };

/** A sentence that all pages of a phone share. */
export const t = (key, values) => say(`pocket.${key}`, values);

// ---- places ----

export function placeText(zone) {
  const found = zones.get(zone);
  return found ? say("phone.place_at", { floor: found.floor, zone: pick(found.names) }) : "";
}

/** Window numbers as ranges: 1-4, 7. */
export function windowRanges(windows) {
  const runs = [];
  for (const window of [...windows].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[1] + 1 === window) run[1] = window;
    else runs.push([window, window]);
  }
  const told = runs.map(([from, to]) => (from === to ? String(from) : say("phone.window_range", { from, to })));
  return say("phone.windows_at", { windows: told.join(say("common.list_comma")) });
}

// ---- days and times, on the hall's calendar ----

const ISO = new Intl.DateTimeFormat("en-CA", { timeZone: facts.timezone, year: "numeric", month: "2-digit", day: "2-digit" });
const HOUR = new Intl.DateTimeFormat("en-GB", { timeZone: facts.timezone, hour: "2-digit", hourCycle: "h23" });

/** The hall's day of a moment, as `2026-11-23`. */
export const dayOf = (at) => ISO.format(new Date(at));

export const hourOf = (at) => Number(HOUR.format(new Date(at)));

/** The days from today on, as `2026-11-23`, by the calendar alone: no hour of them is left out or counted twice. */
export function daysFrom(first, count) {
  const [year, month, day] = first.split("-").map(Number);
  return Array.from({ length: count }, (_, more) => new Date(Date.UTC(year, month - 1, day + more)).toISOString().slice(0, 10));
}

/** A day of the calendar in words; it has no hour, so it is told in no zone. */
export const dayText = (day, options = LONG_DAY) => new Intl.DateTimeFormat(LANG, { timeZone: "UTC", ...options }).format(new Date(`${day}T00:00:00Z`));

/** Today, tomorrow, or the day's name. */
export function dayWord(at) {
  const day = dayOf(at);
  if (day === dayOf(now())) return t("today");
  if (day === daysFrom(dayOf(now()), 2)[1]) return t("tomorrow");
  return dayText(day);
}

export const moment = (at) => t("moment", { day: dayWord(at), time: time(at) });

export const span = (start, end) => t("span", { from: time(start), to: time(end) });

/** Minutes and seconds that are left, as 4:07. */
export function leftText(ms) {
  const left = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}
