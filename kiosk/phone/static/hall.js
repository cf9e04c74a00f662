// The hall as a phone knows it: what is open, how full, which items there are; the last of it stays for when there is no connection.
import { api, now, page, setNow } from "/static/look/live.js";
import { keep, recall } from "/static/phone/kept.js";

export const HALL = `/halls/${encodeURIComponent(page.hall)}`;
export const SELF = "SELF";
const FIRST = 12;
const ONCE = { tries: 1 };
const LAST = `hall:${page.hall}`;

const items = new Map();
const remember = (rows) => { for (const row of rows) items.set(row.id, row); return rows; };

/** What the front needs, and no more of the hall than that. */
export async function readHall() {
  const [detail, listed, found] = await Promise.all([api("GET", HALL, undefined, ONCE), api("GET", "/halls", undefined, ONCE), api("GET", `${HALL}/services?limit=${FIRST}`, undefined, ONCE)]);
  const { waiting, wait_s } = listed.halls.find((row) => row.id === page.hall) || { waiting: 0, wait_s: null };
  const { windows, ...hall } = detail;
  const read = {
    ...hall, waiting, wait_s, at: now(), bookable: windows.filter((row) => row.bookable), others: listed.halls.filter((row) => row.id !== page.hall),
    first: remember(found.services),
  };
  keep(LAST, { ...read, gap: now() - Date.now() });
  return read;
}

/** The hall as it was when it was last read, for a phone without a connection; its clock is set by what was known then. */
export function lastHall() {
  const kept = recall(LAST);
  if (kept) setNow(Date.now() + kept.gap);
  if (kept) remember(kept.first);
  return kept;
}

export async function search(q, signal) {
  const found = await api("GET", `${HALL}/services?limit=40&q=${encodeURIComponent(q)}`, undefined, { ...ONCE, signal });
  return remember(found.services);
}

export async function ofDepartment(id) {
  const found = await api("GET", `${HALL}/services?limit=200&department=${encodeURIComponent(id)}`, undefined, ONCE);
  return remember(found.services);
}

const named = (found, id) => found.services.find((row) => row.id === id) || null;

/** One item; what was seen of it before while there is no connection. Null where there is none of that id. */
export async function readItem(id) {
  try {
    const item = named(await api("GET", `${HALL}/services?limit=5&q=${encodeURIComponent(id)}`, undefined, ONCE), id);
    if (item) items.set(id, item);
    if (item) keep(`item:${id}`, item);
    return item;
  } catch (problem) {
    const kept = items.get(id) || recall(`item:${id}`);
    if (kept) return { ...kept, old: true };
    throw problem;
  }
}

/** An item that has been listed already. */
export const knownItem = (id) => items.get(id) || recall(`item:${id}`);

// ---- other halls ----

const MOST_HALLS = 4;
const WORTH_S = 300;

/** Open halls of this server where the same item takes clearly less time now, the quickest first. */
export async function fasterHalls(hall, item) {
  const open = hall.others.filter((row) => row.open).slice(0, MOST_HALLS);
  const asked = open.map((row) => api("GET", `/halls/${encodeURIComponent(row.id)}/services?limit=5&q=${encodeURIComponent(item.id)}`, undefined, ONCE)
    .then((found) => ({ hall: row, item: named(found, item.id) })).catch(() => ({ item: null })));
  const isFaster = ({ item: there }) => there?.wait_s && (!item.wait_s || there.wait_s.p50 + WORTH_S <= item.wait_s.p50);
  const rows = (await Promise.all(asked)).filter(isFaster);
  return rows.sort((a, b) => a.item.wait_s.p50 - b.item.wait_s.p50);
}
