// What several parts of the cockpit say alike.
import { facts, h, icon, LANG, minutes, now, pick, say, time } from "/static/look/live.js";

export const SHAPES = { manager: "cockpit", window: "window", desk: "help", kiosk: "kiosk", display: "screen" };
export const PART_SHAPES = {
  printer: "printer", scanner: "scan", idcard: "card", speaker: "call", panel: "screen", keypad: "erase", clock: "clock",
  journal: "book", network: "online", screen: "screen",
};
export const SIGNS = { wrong: "warning", silent: "offline", look: "info", ok: "check", never: "clock", page: "globe" };
const JUST_NOW_S = 30;
const MOMENT = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = { year: "numeric", month: "numeric", day: "numeric" };

export const count = (value) => new Intl.NumberFormat(LANG).format(value);

/** The words for a code, in the table `code` (what is wrong) or `todo` (what to do); those for any other where it has none. */
export function ofCode(table, code) {
  try {
    return say(`device.${table}.${code}`);
  } catch {
    return say(`device.${table}.OTHER`, { code: code || "?" });
  }
}

/** What is the matter and with what: "Printer: out of paper." */
export function troubleWords({ kind, code }) {
  const what = ofCode("code", code);
  return kind ? of(say(`device.part.${kind}`), what) : capital(what);
}

/** "Kiosk 3: out of paper." */
export const of = (part, what) => say("device.of_part", { part, what });

export const capital = (text) => text.charAt(0).toLocaleUpperCase(LANG) + text.slice(1);

/** Window and zone of a device; empty for the whole hall. */
export function placeOf({ window, zone }) {
  const found = facts.zones.find((row) => row.id === zone);
  return [window && say("common.window_n", { window }), found && pick(found.names)].filter(Boolean).join(say("common.list_comma"));
}

/** m:ss, and h:mm:ss from an hour on. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds)), two = (value) => String(value).padStart(2, "0");
  const [hours, rest] = [Math.floor(whole / 3600), whole % 3600];
  return hours ? `${hours}:${two(Math.floor(rest / 60))}:${two(rest % 60)}` : `${Math.floor(rest / 60)}:${two(rest % 60)}`;
}

/** How long ago, no finer than anyone needs. */
export function ago(at) {
  const seconds = (now() - Date.parse(at)) / 1000;
  if (seconds < JUST_NOW_S) return say("device.just_now");
  const whole = Math.floor(seconds / 60);
  if (whole < 60) return say("device.ago", { time: minutes(whole * 60) });
  return whole < 24 * 60 ? say("device.ago", { time: say("common.hours_minutes", { hours: Math.floor(whole / 60), minutes: whole % 60 }) }) : moment(at);
}

/** A moment: its time, with the day where that is another one. */
export function moment(at) {
  const today = time(at, DAY) === time(now(), DAY);
  return time(at, today ? MOMENT : { month: "numeric", day: "numeric", ...MOMENT });
}

/** A sign that needs no colour: a shape and a word. */
export const sign = (level) => h("span", { class: `sign ${level}` }, icon(SIGNS[level]), h("span", {}, say(`device.level.${level}`)));

/** Moves all that counts the time on the page on: since when, until when, how long ago. */
export function tick() {
  for (const node of document.querySelectorAll("[data-since]")) put(node, clock((now() - Date.parse(node.dataset.since)) / 1000));
  for (const node of document.querySelectorAll("[data-until]")) put(node, clock((Date.parse(node.dataset.until) - now()) / 1000));
  for (const node of document.querySelectorAll("[data-ago]")) put(node, ago(node.dataset.ago));
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
