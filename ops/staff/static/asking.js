// What the staff page is about: the hall's own facts, and calls to the server.
import { api, facts, page, pick } from "/static/look/live.js";

export const HALL = `/halls/${encodeURIComponent(page.hall)}`;
export const book = { departments: [], queues: [], windows: [] };

/** Departments, queues and windows of the hall, to choose from. */
export async function readHall() {
  const hall = await api("GET", HALL);
  book.departments = hall.departments.map((row) => ({ id: row.id, name: pick(row.names) }));
  book.queues = hall.queues.filter((row) => row.id !== "SELF").map((row) => ({ id: row.id, name: `${row.id} ${pick(row.names)}` }));
  book.windows = hall.windows.map((row) => row.window);
}

export const nameOf = (list, id) => book[list].find((row) => row.id === id)?.name ?? id;

/** Windows as people write them: `1-3, 7`. */
export function written(windows) {
  const spans = [];
  for (const each of [...windows].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && each === last[1] + 1) last[1] = each;
    else spans.push([each, each]);
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

/** The windows that someone wrote; null for what is not understood. */
export function readWindows(text) {
  const found = [];
  for (const part of text.split(/[,，、;\s]+/).filter(Boolean)) {
    const span = part.match(/^(\d{1,4})(?:[-–](\d{1,4}))?$/);
    if (!span) return null;
    for (let each = Number(span[1]); each <= Number(span[2] ?? span[1]) && found.length <= 512; each += 1) found.push(each);
  }
  return [...new Set(found)];
}

const pad = (n) => String(n).padStart(2, "0");
export const clock = (minute) => `${pad(Math.floor(minute / 60) % 24)}:${pad(minute % 60)}`;
export const minuteOf = (text) => { const [hours, minutes] = text.split(":").map(Number); return hours * 60 + minutes; };

/** How far the hall's clock is from UTC at a moment, in ms. */
function offset(at) {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: facts.timezone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(at);
  const part = (type) => Number(parts.find((each) => each.type === type).value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - Math.floor(at / 1000) * 1000;
}

/** A day and a time on the hall's own clock, as a moment of the wire. */
export function momentOf(day, time) {
  const wall = Date.parse(`${day}T${time}:00Z`);
  return new Date(wall - offset(wall - offset(wall))).toISOString();
}

/** The day and the minute of a moment, on the hall's own clock. */
export function onTheWall(moment) {
  const at = Date.parse(moment), text = new Date(at + offset(at)).toISOString();
  return { day: text.slice(0, 10), minute: minuteOf(text.slice(11, 16)) };
}
