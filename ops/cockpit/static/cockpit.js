// The cockpit: snapshot -> events -> state -> page; what moves is drawn at most once a second. A past day goes the same way.
import { api, facts, h, icon, live, now, page, say, setNow, store, time } from "/static/look/live.js";
import { aged, begin, step } from "/static/cockpit/fold.js";
import { advice } from "/static/cockpit/advice.js";
import { alarms } from "/static/cockpit/alarms.js";
import { onDuty, today } from "/static/cockpit/day.js";
import { cases, ratingTile, scores } from "/static/cockpit/cases.js";
import { comments } from "/static/cockpit/comments.js";
import { devices } from "/static/cockpit/devices.js";
import { enrolment } from "/static/cockpit/enrol.js";
import { messageTile, ways } from "/static/cockpit/messages.js";
import { outlook } from "/static/cockpit/outlook.js";
import { replay } from "/static/cockpit/replay.js";
import { summary } from "/static/cockpit/health.js";
import { views } from "/static/cockpit/views.js";
import { whatIf } from "/static/cockpit/what_if.js";
import * as map from "/static/cockpit/map.js";
import * as parts from "/static/cockpit/parts.js";
import { tick } from "/static/cockpit/words.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const DRAW_MS = 1000;
const $ = (id) => document.getElementById(id);

const box = store(step, () => later());
let rows = null, hall = null, pointed = 0, drawn = 0, timer = 0, placing = 0, past = null;

const list = devices(HALL, $, onDevices);
const enrol = enrolment(HALL, $, () => list.read());
const forecast = outlook(HALL, $);
const day = today($);
const diversions = advice(HALL, $, () => hall, (found) => box.set({ diversions: found }));
const told = cases(HALL, $), written = comments(HALL, $);
const tried = whatIf(HALL, $, () => hall);
const shown = views($, (view) => { list.look(view === "devices"); day.look(view === "forecast"); told.look(view === "cases"); if (view === "hall") forecast.draw(); later(); });
const strip = alarms(HALL, $, toDevice, lead);
const again = replay(HALL, $, () => hall, showPast, backToToday);

/** Draws now when the last time is a second ago, else when it will be. */
function later() {
  if (timer) return;
  timer = setTimeout(() => { timer = 0; drawn = performance.now(); drawNow(); }, Math.max(0, drawn + DRAW_MS - performance.now()));
}

function drawNow() {
  if (past) draw(past.state, past.at);
  else if (box.state) draw(aged(box.state, now()), now());
}

async function snapshot() {
  try {
    hall ??= await api("GET", HALL);
    const [state, board, { help }] = await Promise.all(["state", "board", "help"].map((what) => api("GET", `${HALL}/${what}`)));
    setNow(state.at);
    const { zones } = await api("GET", `${HALL}/zones`);
    box.reset({ ...begin(hall, state, board, help), places: new Map(zones.map((zone) => [zone.zone, zone])), diversions: box.state?.diversions ?? new Map() });
    list.read();
    diversions.read();
    forecast.read();
    told.soon();
    return state.last_event_id;
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403) signedOut();
    throw problem;
  }
}

/** A stream that ends may mean that this manager was signed out: only an answer tells. */
async function stillSignedIn() {
  await api("GET", `${HALL}/devices`, undefined, { tries: 1 }).catch((problem) => {
    if (problem.status === 401 || problem.status === 403) signedOut();
  });
}

function signedOut() {
  location.assign(`/sign-in?${new URLSearchParams({ to: location.pathname })}`);
}

function onEvent(event) {
  if (event.event === "WaitEstimated") { setNow(event.at); forecast.soon(); day.read(); }
  if (event.event === "DeviceChanged") list.soon();
  if (event.event.startsWith("Diversion")) diversions.soon();
  if (event.event.startsWith("Case")) told.soon();
  if (event.event === "RatingGiven") written.soon();
  if (event.event === "DayClosed") feed.refresh();
  if (event.event === "TicketCalled" && [...(box.state?.places ?? new Map()).values()].some((zone) => zone.outside)) placesSoon();
  box.apply(event);
}

/** Whoever is called to a window comes in: how many are left outside, the server says. */
function placesSoon() {
  clearTimeout(placing);
  placing = setTimeout(async () => {
    const { zones } = await api("GET", `${HALL}/zones`).catch(() => ({}));
    if (zones) box.set({ places: new Map(zones.map((zone) => [zone.zone, zone])) });
  }, DRAW_MS);
}

function onDevices(found) {
  rows = found;
  if (found) enrol.rows(found);
  if (box.state) later();
}

function onState(state) {
  const lost = state === "offline";
  if (lost) stillSignedIn();
  $("lost").hidden = !lost;
  document.body.classList.toggle("away", lost);
  parts.fill($("connection"), state, () => [icon(lost ? "offline" : "online"), h("span", {}, say(lost ? "common.offline_short" : "common.online"))]);
  $("connection").dataset.state = state;
  for (const part of [list, enrol, strip, forecast, diversions, tried, told]) part.able(!lost);
}

// ---- the page ----

function draw(state, at) {
  drawDoor(state);
  strip.draw(past ? { ...state, help: [], alarms: [], windows: new Map() } : state, past ? [] : rows);
  parts.fill($("totals"), [state.totals, state.queues.map((queue) => [queue.waiting, queue.open_windows])], () => parts.totals(state));
  parts.fill($("device-tile"), [rows && summary(rows), list.problem()], () => parts.deviceTile(rows && summary(rows), list.problem()));
  parts.fill($("message-tile"), state.messages, () => messageTile(state.messages));
  parts.fill($("rating-tile"), state.totals.ratings, () => ratingTile(state.totals));
  parts.fill($("scores"), state.queues.map((queue) => [queue.queue, queue.ratings]), () => scores(state.queues));
  written.queues(state.queues);
  parts.fill($("ways"), state.messages, () => ways(state.messages));
  parts.fill($("queues"), state.queues.map((queue) => queue.queue), () => parts.queueTable(state.queues));
  for (const queue of state.queues) parts.queueRow($("queues").querySelector(`[data-queue="${CSS.escape(queue.queue)}"]`), queue);
  parts.fill($("calling"), state.totals, () => parts.calling(state.totals));
  parts.fill($("ticker"), state.calls, () => parts.ticker(state.calls));
  parts.fill($("duty"), [...state.windows.values()].map((row) => [row.window, row.status, row.staff, row.ticket, row.serving]), () => onDuty(state, hall.zones));
  drawMap(state);
  forecast.list(state.queues);
  diversions.draw(state);
  tried.draw(state);
  drawPointed(state, at);
}

function drawMap(state) {
  parts.fill($("map"), [...state.windows.keys()], () => map.zoneMap(hall.zones, state.windows, point, follow));
  if (!pointed) $("map").querySelector(".tiles > button")?.setAttribute("tabindex", "0");
  for (const tile of $("map").querySelectorAll(".tiles > button")) map.tileState(tile, state.windows.get(Number(tile.dataset.window)));
  for (const zone of hall.zones) map.zoneState($("map").querySelector(`[data-zone="${CSS.escape(zone.id)}"]`), zone, state.queues.filter((queue) => queue.zone === zone.id), state.places?.get(zone.id));
  parts.fill($("legend"), [...state.windows.values()].map((row) => [row.status, row.ticket, row.serving, row.step]), () => map.legend(state.windows));
}

function drawDoor(state) {
  const quiet = !state.open;
  parts.fill($("door"), quiet, () => (quiet
    ? [h("span", { class: "badge closed" }, icon("lock"), hall.opens_at ? say("cockpit.closed_until", { at: time(hall.opens_at, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) }) : say("cockpit.closed"))]
    : [h("span", { class: "badge open" }, icon("door"), say("cockpit.open"))]));
}

function point(window) {
  pointed = window;
  drawPointed(past ? past.state : box.state, past ? past.at : now());
}

function drawPointed(state, at) {
  $("told").replaceChildren(...map.windowLine(state?.windows.get(pointed), at));
}

/** The forecast follows a queue that was chosen elsewhere. */
function follow(queue) {
  forecast.choose(queue);
}

function lead(kind, alarm) {
  if (kind === "forecast" || kind === "cases") return shown.go(kind);
  if (kind === "staff") return location.assign(`/staff/${encodeURIComponent(page.hall)}`);
  shown.go("hall");
  follow(alarm.queue ?? "");
  const node = kind === "window" ? $("map").querySelector(`[data-window="${alarm.window}"]`) : $("outlook-queue");
  node?.focus();
  return node?.scrollIntoView({ block: "nearest" });
}

function everySecond() {
  $("clock").textContent = time(past ? past.at : now());
  $("date").textContent = time(past ? past.at : now(), { month: "long", day: "numeric", weekday: "short" });
  tick();
  if (box.state) later();
}

function toDevice(device) {
  shown.go("devices");
  list.show(device);
}

// ---- a past day ----

function showPast(state, at) {
  if (!past) {
    document.body.classList.add("past");
    diversions.replay(true);
  }
  past = { state, at };
  later();
}

function backToToday() {
  past = null;
  document.body.classList.remove("past");
  diversions.replay(false);
  $("to-replay").focus();
  later();
}

function rehearsal() {
  const speed = Number(facts.rehearsal_speed ?? page.rehearsalSpeed ?? 1);
  if (!(speed > 1)) return;
  const told = speed === 60 ? say("cockpit.rehearsal_60") : say("cockpit.rehearsal", { speed });
  $("rehearsal").replaceChildren(icon("info"), h("span", {}, told));
  $("rehearsal").hidden = false;
}

$("lost").append(icon("offline"), h("span", {}, say("cockpit.lost")));
$("to-replay").addEventListener("click", () => ($("replay").hidden ? again.begin() : again.end()));
rehearsal();
map.walk($("map"));
shown.show();
everySecond();
drawPointed(null, 0);
setInterval(everySecond, 1000);
const feed = live({ topics: ["hall", "waits:*", "messages", "alarms"], snapshot, onEvent, onState });
