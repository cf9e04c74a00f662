// What this phone keeps for its owner: own tickets and bookings, ticked papers, the last state of a page. Nothing of it is sent anywhere.
import { newKey, now, page } from "/static/look/live.js";

const AREA = "greenwave:";
const MOST = 30;
const DAY_MS = 86_400_000;

/** What was kept under a name; `other` where there is nothing, or where a private window keeps nothing. */
export function recall(name, other = null) {
  try {
    return JSON.parse(localStorage.getItem(AREA + name)) ?? other;
  } catch {
    return other;
  }
}

export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(AREA + name);
    else localStorage.setItem(AREA + name, JSON.stringify(value));
  } catch { /* a private window, or a full one: then it is kept for this page alone */ }
}

// ---- own tickets and bookings ----

/** Own things, the latest first: `{kind: "t" | "b", token, hall, label, names, status, start?, until}`. */
export function mine() {
  return recall("mine", []).filter((row) => row.until > now());
}

/** Keeps a thing, or what is new about it. A ticket is kept for two days, a booking for two days after its time. */
export function keepMine(row) {
  const before = recall("mine", []);
  const known = before.find((other) => other.token === row.token) || { hall: page.hall, first: now() };
  const until = Math.max(now(), row.start || 0) + 2 * DAY_MS;
  const rest = before.filter((other) => other.token !== row.token && other.until > now());
  keep("mine", [{ ...known, ...row, until }, ...rest].sort((a, b) => b.first - a.first).slice(0, MOST));
}

export function forgetMine(token) {
  keep("mine", recall("mine", []).filter((row) => row.token !== token));
  for (const name of ["last", "again"]) keep(`${name}:${token}`, null);
}

// ---- one wish, one key ----

function digest(text) {
  let hash = 0xcbf29ce484222325n;
  for (const char of text) hash = ((hash ^ BigInt(char.codePointAt(0))) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(36);
}

/**
 * The key of a wish: the same in every tab of this phone, so that a second touch, a second try or ten tabs make one thing.
 * It changes once the wish was answered: after a yes the next one is meant, and a no may be a yes later.
 */
export function keyOf(wish) {
  const name = digest(JSON.stringify(wish));
  return `${recall("phone", unkept)}.${name}.${recall("granted", {})[name]?.times || 0}`;
}

/** Settles a wish that the hall itself refused; where only the line failed, the same is asked again. */
export const refusedBy = (problem, wish) => { if (problem.status && problem.status < 500) settled(wish); };

export function settled(wish) {
  const name = digest(JSON.stringify(wish));
  const fresh = Object.entries(recall("granted", {})).filter(([, row]) => row.at > now() - DAY_MS);
  const rows = Object.fromEntries(fresh);
  keep("granted", { ...rows, [name]: { at: now(), times: (rows[name]?.times || 0) + 1 } });
}

/** What this phone calls itself in its keys; settled when the first page of it opens, long before anything is touched. */
const unkept = newKey();
if (!recall("phone")) keep("phone", unkept);
