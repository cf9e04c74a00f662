// The phone home of a hall: which view the address asks for, and what the hall tells meanwhile.
import { live, now, say, time } from "/static/look/live.js";
import { outlookOf } from "/static/look/wait_words.js";
import { refreshBefore } from "/static/phone/before.js";
import { bookView, confirmView, freshSlots, newWish } from "/static/phone/book.js";
import { departmentsView, departmentView, findField, foundList, frontView, hallName, mineView, refreshWaits } from "/static/phone/front.js";
import { fasterHalls, HALL, knownItem, lastHall, ofDepartment, readHall, readItem, search } from "/static/phone/hall.js";
import { itemView } from "/static/phone/item.js";
import { forgetMine } from "/static/phone/kept.js";
import { refreshMine } from "/static/phone/mine.js";
import { projectView } from "/static/phone/project.js";
import { newQueueing, queueView } from "/static/phone/queue.js";
import { frame, showAway, stayAtHand } from "/static/phone/shell.js";

const SETTLE_MS = 150;
const DAY_MS = 86_400_000;
const t = (key, values) => say(`phone_home.${key}`, values);
const $ = (id) => document.getElementById(id);
const state = { hall: null, away: false, q: "", found: null, problem: null, others: [], several: [], visit: null, outlook: outlookOf(HALL) };
const waits = new Map();
const { outlook } = state;
let shown = "", asked = null, timer = 0, doorTimer = 0;
let visits = null; // how visits of several stops look: fetched for who wants one, so that the first view stays light

// ---- what is shown ----

const VIEWS = {
  "": () => frontView(state, type),
  departments: () => departmentsView(state),
  department: (id) => departmentView(state, id),
  item: () => itemView(state),
  queue: () => queueView(state, draw),
  book: (id, start) => (start && state.wish.start ? confirmView(state, draw, go) : bookView(state, draw, go)),
  list: (id, day) => confirmView({ ...state, day }, draw, go),
  mine: () => mineView(draw, forgetMine),
  project: () => projectView(state, draw),
  journeys: () => visits.journeysView(state),
  several: () => visits.severalView(state, draw, findField(state, type), state.q ? state.found ?? [] : null),
  journey: () => visits.visitView(state, draw, plan),
  visit: () => visits.visitView(state, draw, plan),
};
const VISITS = new Set(["journeys", "several", "journey", "visit"]);

function route() {
  const [name, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
  return name in VIEWS ? [name, ...rest] : [""];
}

/** Draws the view that the address asks for; an item that is not known yet is read first. */
function draw() {
  const [name, ...rest] = route();
  const needs = ["item", "queue", "book", "list"].includes(name);
  if ((!state.hall && name !== "mine") || (VISITS.has(name) && !visits)) return $("view").replaceChildren(frontView(state, type));
  const focused = document.activeElement?.id;
  const view = needs && !ready(name, rest[0]) ? itemView(state) : VIEWS[name](...rest);
  $("view").replaceChildren(view);
  const heading = $("view").querySelector("h1")?.textContent;
  document.title = name && heading ? t("tab", { title: heading, hall: hallName() }) : hallName();
  if (focused && focused !== "view") $(focused)?.focus({ preventScroll: true });
  return undefined;
}

/** Whether what a view is about is there; a wish begins where its item has come. */
function ready(name, id) {
  if (state.item?.id !== id) return false;
  if (name === "queue" && state.queueing?.item.id !== id) state.queueing = newQueueing(state.item);
  if ((name === "book" || name === "list") && state.wish?.service !== id) {
    state.wish = newWish(state.item);
    freshSlots(state.hall, state.wish, draw);
  }
  return true;
}

function go(hash, instead = false) {
  if (!instead) { location.hash = hash; return; }
  history.replaceState(null, "", `#${hash}`);
  turn();
}

/** The address has changed: another view, from its top, told to those who listen. */
function turn() {
  const [name, id, more] = route();
  const place = [name, id, more].join("/");
  if (place === shown) return draw();
  if (VISITS.has(name) && !visits) return fetchVisits();
  shown = place;
  asked?.abort();
  Object.assign(state, { problem: null, found: name === "" ? state.found : null });
  if (["item", "queue", "book", "list"].includes(name)) openItem(name, id);
  if (name === "journey" || name === "visit") openVisit(name === "journey" ? { journey: id, services: [] } : { journey: "", services: (id ?? "").split("+") });
  if (name === "department") fill((signal) => ofDepartment(id, signal));
  if (name === "book" && state.wish?.gone) freshSlots(state.hall, state.wish, draw);
  if (name === "queue" && state.queueing) Object.assign(state.queueing, { step: "", problem: null, another: false });
  draw();
  window.scrollTo(0, 0);
  $("view").focus({ preventScroll: true });
  return undefined;
}

// ---- what is read ----

function fetchVisits() {
  return import("/static/phone/journey.js").then((found) => { visits = found; turn(); }, () => go("", true));
}

/** A visit of several stops is planned as its view is opened, and again when its visitor is another one. */
function openVisit(wish) {
  state.visit = visits.newVisit(wish);
  plan();
}

async function plan() {
  const { visit } = state;
  visit.problem = null;
  try {
    await visits.readPlan(visit);
  } catch (problem) {
    visit.problem = problem;
  }
  if (state.visit === visit) draw();
}

async function openItem(name, id) {
  if (state.item?.id !== id) Object.assign(state, { item: knownItem(id) || undefined, others: [] });
  try {
    state.item = await readItem(id);
    if (state.item) waits.set(state.item.queue, state.item);
    if (route()[1] === id) draw();
    lookAhead();
    if (name === "item" && state.item && state.hall && !state.away) await lookElsewhere(state.item);
  } catch (problem) {
    state.problem = problem;
    draw();
  }
}

/** What is expected of an item's queue, while it is looked at. */
async function lookAhead() {
  if (!["item", "queue"].includes(route()[0]) || state.away) return;
  if (await outlook.read()) refreshBefore(waits, outlook);
}

async function lookElsewhere(item) {
  const others = await fasterHalls(state.hall, item);
  if (others.length && state.item === item) {
    state.others = others;
    if (route()[0] === "item") draw();
  }
}

/** Fills the list of what was found, as long as it is still asked for. */
async function fill(look) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  try {
    const found = await look(signal);
    if (!signal.aborted) Object.assign(state, { found, problem: null });
  } catch (problem) {
    if (signal.aborted) return;
    Object.assign(state, { found: null, problem });
  }
  if (signal.aborted) return;
  for (const row of state.found || []) waits.set(row.queue, row);
  drawFound();
}

function drawFound() {
  if (route()[0] === "several") return draw();
  if (route()[0] !== "" || !$("found")) return draw();
  return $("found").replaceChildren(...[foundList(state)].flat());
}

function type(text) {
  const before = state.q.trim();
  state.q = text.trim() && text;
  clearTimeout(timer);
  if (text.trim() === before) return undefined;
  if (!state.q) return draw();
  timer = setTimeout(() => fill((signal) => search(state.q.trim(), signal)), SETTLE_MS);
  return undefined;
}

// ---- what the hall tells ----

/** The doors open and close by the clock: then the hall is read again. */
function watchDoor({ open, opens_at, closes_at }) {
  clearTimeout(doorTimer);
  const change = Date.parse(open ? closes_at : opens_at) - now();
  if (Number.isFinite(change) && change < DAY_MS) doorTimer = setTimeout(() => snapshot().catch(() => {}), Math.max(1000, change + 500));
}

async function snapshot() {
  state.hall = await readHall();
  watchDoor(state.hall);
  for (const row of state.hall.first) waits.set(row.queue, row);
  tellAway(false);
  if (route()[0] === "item" && state.item && !state.others.length) lookElsewhere(state.item);
  draw();
  refreshMine(state.hall.id, draw);
  return "";
}

function follow(event) {
  if (event.event === "HallChanged") return snapshot().catch(() => {});
  if (event.event !== "WaitEstimated" || !state.hall) return undefined;
  for (const row of event.queues) waits.set(row.queue, row);
  state.hall.waiting = event.totals.waiting;
  if ($("waiting")) $("waiting").textContent = String(event.totals.waiting);
  refreshWaits(waits);
  refreshBefore(waits, outlook);
  return lookAhead();
}

function tellAway(away) {
  const changed = state.away !== away;
  state.away = away;
  if (away && !state.hall) state.hall = lastHall();
  showAway(away && state.hall ? say("phone.offline", { at: time(state.hall.at) }) : "");
  if (changed) draw();
}

function tellState(told) {
  if (told === "offline") tellAway(true);
  else if (state.away) snapshot().catch(() => {}); // what moved meanwhile
}

// ---- start ----

let line = null;

/** Follows the hall while somebody looks; a phone in a pocket asks for nothing. */
function attend() {
  if (document.hidden) { line?.stop(); line = null; } else if (!line) line = live({ topics: "waits:*", snapshot, onEvent: follow, onState: tellState });
}

frame(draw);
window.addEventListener("hashchange", turn);
document.addEventListener("visibilitychange", attend);
window.addEventListener("offline", () => tellAway(true));
window.addEventListener("pageshow", (event) => { if (event.persisted) { if (state.wish) state.wish.busy = false; if (state.queueing) state.queueing.busy = false; snapshot().catch(() => {}); } });
draw();
turn();
attend();
stayAtHand();
