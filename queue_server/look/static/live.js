// The one small script under every page: words, calls to the server, the live stream, and a DOM builder.
// A page is a fold: snapshot -> events -> state -> render. Nothing here knows what a page shows.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");
const WORDS = read("words");
export const facts = read("facts");
export const page = { ...document.body.dataset };
export const langs = (page.langs || page.lang || "").split(",").filter(Boolean);
export const LANG = langs[0] || document.documentElement.lang;

// ---- words ----

/** The sentence at `section.key` with its facts; a table of plural forms is chosen by the fact `n`. */
export function say(key, values = {}, lang = LANG) {
  let found = key.split(".").reduce((here, part) => here?.[part], WORDS[lang]);
  if (found && typeof found === "object") {
    found = found[new Intl.PluralRules(lang).select(Number(values.n))] ?? found.other;
  }
  if (typeof found !== "string") throw new Error(`no words for ${key}`);
  return found.replace(/\{([a-z][a-z0-9_]*)\}/g, (place, name) => String(values[name] ?? place));
}

/** The word for a value of the wire, `name("status", "waiting")`; the value itself where there is none. */
export function name(kind, value, lang = LANG) {
  return WORDS[lang]?.common?.[kind]?.[value] ?? value;
}

/** One of a thing's names: this language's, else English, else Chinese. */
export function pick(names, lang = LANG) {
  return names?.[lang] || names?.en || names?.zh || Object.values(names || {})[0] || "";
}

export function minutes(seconds, lang = LANG) {
  return seconds < 60 ? say("common.under_a_minute", {}, lang) : say("common.minutes", { n: Math.ceil(seconds / 60) }, lang);
}

/** A wait `{p10, p50, p90}` in seconds as an honest range of minutes. */
export function waitRange(wait, lang = LANG) {
  const low = Math.floor(wait.p10 / 60), high = Math.ceil(wait.p90 / 60);
  if (high <= 1) return say("common.under_a_minute", {}, lang);
  if (low === high) return minutes(high * 60, lang);
  return say(low ? "common.minutes_range" : "common.minutes_within", { low, high }, lang);
}

// ---- the server's clock ----

const clock = { server: facts.now_ms ?? Date.now(), here: performance.now() };

/** Sets the clock by a moment from the server (RFC 3339 or ms), so that a wrong or changed clock here does no harm. */
export function setNow(at) {
  const moment = typeof at === "number" ? at : Date.parse(at);
  if (Number.isFinite(moment)) Object.assign(clock, { server: moment, here: performance.now() });
}

/** Now in ms by the server's clock. */
export const now = () => clock.server + performance.now() - clock.here;

/** Seconds since a moment of the wire, never negative. */
export const secondsSince = (at) => Math.max(0, (now() - Date.parse(at)) / 1000);

/** A moment on the hall's clock and calendar. */
export function time(at, options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, lang = LANG) {
  return new Intl.DateTimeFormat(lang, { timeZone: facts.timezone, ...options }).format(new Date(at));
}

// ---- calls ----

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** One key for one act of a person: the same key for its retries, another for the next act. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return { status: answer.status, code: "INTERNAL", title: say("common.offline_problem"), detail: "" };
  }
}

const OFFLINE = () => ({ status: 0, code: "OFFLINE", title: say("common.offline_problem"), detail: "" });

/** Calls `/api/v1` + path. Tries again by itself while the server or its store is away; rejects with the problem. */
export async function api(method, path, body, { key = newKey(), tries = 4, signal, as = page.as } = {}) {
  const headers = { "Accept": "application/json", "Accept-Language": LANG };
  if (as) headers["Greenwave-As"] = as;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method === "POST") headers["Idempotency-Key"] = key;
  const asked = { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) };
  for (let round = 1; ; round += 1) {
    let answer = null;
    try {
      answer = await fetch(`/api/v1${path}`, asked);
    } catch (error) {
      if (signal?.aborted) throw error;
    }
    if (answer?.ok) return answer.status === 204 ? null : await answer.json();
    if (answer && answer.status !== 503) throw await problemOf(answer);
    if (round >= tries) throw answer ? await problemOf(answer) : OFFLINE();
    await sleep(Math.min(5000, 1000 * Number(answer?.headers.get("Retry-After")) || 400 * 2 ** round));
  }
}

// ---- the stream ----

const EVENTS = [
  "TicketIssued", "TicketCalled", "TicketRecalled", "TicketAcknowledged", "ServiceStarted", "ServiceFinished", "TicketHeld",
  "TicketTransferred", "TicketMissed", "TicketReinstated", "TicketPostponed", "TicketCancelled", "TicketExpired",
  "WindowOpened", "WindowPaused", "WindowResumed", "WindowClosed", "ActUndone", "DeviceChanged", "DayClosed",
  "CallEscalated", "CallShown", "CallUnseen", "TicketFollowed", "NumbersLeased", "HelpCalled", "HelpAnswered", "TicketNear",
  "BookingHeld", "BookingMade", "BookingMoved", "BookingCancelled", "BookingCheckedIn", "BookingLate", "BookingMissed",
  "BookingExpired", "BookingListed", "BookingOffered", "PlaceReopened", "ReminderDue", "BookingsPardoned",
  "DiversionProposed", "DiversionStarted", "DiversionEnded", "DiversionDismissed", "DiversionAnswered",
  "StaffChanged", "ShiftChanged",
  "RatingGiven", "CaseOpened", "CaseChanged", "TicketPlanned", "ActNoted",
  "PromiseMade", "PromiseChanged", "TicketEscalated",
  "PeopleCounted", "WaveCalled", "LockerChanged",
  "InterpreterAsked", "InterpreterAssigned", "InterpreterDone", "InterpreterChanged", "PapersChecked",
  "WaitEstimated", "PlaceChanged", "MessagesCounted", "AlarmsChanged",
  "HallChanged", "KioskChanged", "CardRead", "CardMissed", "CodeScanned",
];
const SILENCE_MS = 45_000;

/** Whether position `a` (`ms-seq` or a whole number) comes after `b`. */
export function isAfter(a, b) {
  if (!b) return true;
  const [am, as = 0] = a.split("-").map(Number), [bm, bs = 0] = b.split("-").map(Number);
  return am > bm || (am === bm && as > bs);
}

/**
 * Follows a hall. `snapshot()` fetches the page's start and resolves to its `last_event_id`; it runs at the start and
 * after each `reset` (then `onReset` goes first). `onEvent(event)` sees every later event once, in order; events
 * without an id (`WaitEstimated`) as they come. `onState` hears "online" or "offline". Returns `{stop, refresh}`.
 */
export function live({ hall = page.hall, topics, snapshot, onEvent, onReset, onState }) {
  let source = null, last = "", pause = 500, timer = 0, watch = 0, stopped = false, fresh = false;
  const tell = (state) => onState?.(state);

  function later() {
    source?.close();
    clearTimeout(timer);
    clearTimeout(watch);
    if (stopped) return;
    tell("offline");
    timer = setTimeout(start, pause * (0.75 + Math.random() / 2));
    pause = Math.min(5000, pause * 2);
  }

  function listen() {
    clearTimeout(watch);
    watch = setTimeout(() => { source?.close(); open(); }, SILENCE_MS); // a dead line shows no error: come back by position
  }

  function take(message) {
    listen();
    const event = { event: message.type, ...JSON.parse(message.data) };
    if (event.id) { // what has no id (WaitEstimated, PlaceChanged) is not in the stream, only the latest of it counts
      if (!isAfter(event.id, last)) return;
      last = event.id;
    }
    onEvent(event);
  }

  function open() {
    if (stopped) return;
    source?.close();
    const asked = new URLSearchParams({ topics: [].concat(topics).join(",") });
    if (page.as) asked.set("as", page.as);
    if (last) asked.set("last_event_id", last);
    const here = source = new EventSource(`/api/v1/halls/${encodeURIComponent(hall)}/events?${asked}`);
    const mine = (act) => (message) => { if (here === source) act(message); };
    here.onopen = mine(() => { pause = 500; tell("online"); listen(); });
    here.onerror = mine(later);
    here.addEventListener("reset", mine(() => { fresh = false; here.close(); onReset?.(); start(); }));
    for (const event of EVENTS) here.addEventListener(event, mine(take));
    listen();
  }

  async function start() {
    clearTimeout(timer);
    source?.close();
    try {
      if (!fresh) last = await snapshot();
      fresh = true;
    } catch {
      return later();
    }
    return open();
  }

  const again = () => { if (!stopped) start(); };
  window.addEventListener("online", again);
  start();
  return {
    stop() { stopped = true; source?.close(); clearTimeout(timer); clearTimeout(watch); window.removeEventListener("online", again); },
    refresh() { fresh = false; again(); },
  };
}

/** Holds a page's state: `reset(state)`, `apply(event)`, `set(patch)`; renders once per frame, whatever happened in it. */
export function store(fold, render) {
  const box = { state: null, reset, apply, set };
  let due = false;
  function soon() {
    if (due) return;
    due = true;
    const draw = () => { due = false; if (box.state !== null) render(box.state); };
    if (document.hidden) setTimeout(draw, 50); else requestAnimationFrame(draw);
  }
  function reset(state) { box.state = state; soon(); }
  function apply(event) { if (box.state !== null) { box.state = fold(box.state, event); soon(); } }
  function set(patch) { reset({ ...box.state, ...patch }); }
  return box;
}

// ---- the DOM ----

/** Builds an element. Text is only ever text; `on*` are listeners, `data` a table of data attributes. */
export function h(tag, attrs = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attrs || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(node.dataset, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An icon of the page's sprite. */
export function icon(id) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${id}`);
  svg.append(use);
  return svg;
}
