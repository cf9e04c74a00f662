// The cockpit: snapshot -> events -> state -> page; what moves is drawn at most once a second.
import { api, facts, h, icon, live, now, page, pick, say, setNow, store, time } from "/static/look/live.js";
import { aged, begin, step } from "/static/cockpit/fold.js";
import { alarms } from "/static/cockpit/alarms.js";
import { devices } from "/static/cockpit/devices.js";
import { enrolment } from "/static/cockpit/enrol.js";
import { messageTile, ways } from "/static/cockpit/messages.js";
import { summary } from "/static/cockpit/health.js";
import * as parts from "/static/cockpit/parts.js";
import { tick } from "/static/cockpit/words.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const DRAW_MS = 1000;
const $ = (id) => document.getElementById(id);

const box = store(step, () => later());
const list = devices(HALL, $, onDevices);
const enrol = enrolment(HALL, $, () => list.read());
const strip = alarms(HALL, $, toDevice);
let rows = null, hall = null, connection = "loading", pointed = 0, drawn = 0, timer = 0;

/** Draws now when the last time is a second ago, else when it will be. */
function later() {
  if (timer) return;
  timer = setTimeout(() => { timer = 0; drawn = performance.now(); draw(aged(box.state, now())); }, Math.max(0, drawn + DRAW_MS - performance.now()));
}

async function snapshot() {
  try {
    hall ??= await api("GET", HALL);
    const [state, board, { help }] = await Promise.all(["state", "board", "help"].map((what) => api("GET", `${HALL}/${what}`)));
    setNow(state.at);
    box.reset(begin(hall, state, board, help));
    list.read();
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
  if (event.event === "WaitEstimated") setNow(event.at);
  if (event.event === "DeviceChanged") list.soon();
  if (event.event === "DayClosed") feed.refresh();
  box.apply(event);
}

function onDevices(found) {
  rows = found;
  if (found) enrol.rows(found);
  if (box.state) later();
}

function onState(state) {
  connection = state;
  const lost = state === "offline";
  if (lost) stillSignedIn();
  $("lost").hidden = !lost;
  document.body.classList.toggle("away", lost);
  parts.fill($("connection"), state, () => [icon(lost ? "offline" : "online"), h("span", {}, say(lost ? "common.offline_short" : "common.online"))]);
  $("connection").dataset.state = state;
  for (const part of [list, enrol, strip]) part.able(!lost);
}

// ---- the page ----

function draw(state) {
  drawDoor(state);
  strip.draw(state, rows);
  parts.fill($("totals"), [state.totals, state.queues.map((queue) => [queue.waiting, queue.open_windows])], () => parts.totals(state));
  parts.fill($("device-tile"), [rows && summary(rows), list.problem()], () => parts.deviceTile(rows && summary(rows), list.problem()));
  parts.fill($("message-tile"), state.messages, () => messageTile(state.messages));
  parts.fill($("ways"), state.messages, () => ways(state.messages));
  parts.fill($("queues"), state.queues.map((queue) => queue.queue), () => parts.queueTable(state.queues));
  for (const queue of state.queues) parts.queueRow($("queues").querySelector(`[data-queue="${CSS.escape(queue.queue)}"]`), queue);
  parts.fill($("map"), [...state.windows.keys()], () => parts.zoneMap(facts.zones, state.windows, point));
  if (!pointed) $("map").querySelector(".tiles > button").tabIndex = 0;
  for (const tile of $("map").querySelectorAll(".tiles > button")) parts.tileState(tile, state.windows.get(Number(tile.dataset.window)));
  parts.fill($("legend"), [...state.windows.values()].map((row) => [row.status, row.ticket, row.serving, row.step]), () => parts.legend(state.windows));
  parts.fill($("calling"), state.totals, () => parts.calling(state.totals));
  parts.fill($("ticker"), state.calls, () => parts.ticker(state.calls));
  drawPointed();
}

function drawDoor(state) {
  const quiet = !state.open;
  parts.fill($("door"), quiet, () => (quiet
    ? [h("span", { class: "badge closed" }, icon("lock"), hall.opens_at ? say("cockpit.closed_until", { at: time(hall.opens_at, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) }) : say("cockpit.closed"))]
    : [h("span", { class: "badge open" }, icon("door"), say("cockpit.open"))]));
}

function point(window) {
  pointed = window;
  drawPointed();
}

function drawPointed() {
  const row = box.state?.windows.get(pointed);
  $("told").replaceChildren(...parts.windowLine(row));
}

function everySecond() {
  $("clock").textContent = time(now());
  $("date").textContent = time(now(), { month: "long", day: "numeric", weekday: "short" });
  tick();
  if (box.state) later();
}

function showView() {
  if (location.hash === "#content") return; // the skip link stays in its view
  const second = location.hash === "#devices";
  $("hall-view").hidden = second;
  $("devices-view").hidden = !second;
  for (const [id, on] of [["to-hall", !second], ["to-devices", second]]) {
    if (on) $(id).setAttribute("aria-current", "page");
    else $(id).removeAttribute("aria-current");
  }
  list.look(second);
}

function toDevice(device) {
  location.hash = "#devices";
  showView();
  list.show(device);
}

function rehearsal() {
  const speed = Number(facts.rehearsal_speed ?? page.rehearsalSpeed ?? 1);
  if (!(speed > 1)) return;
  const told = speed === 60 ? say("cockpit.rehearsal_60") : say("cockpit.rehearsal", { speed });
  $("rehearsal").replaceChildren(icon("info"), h("span", {}, told));
  $("rehearsal").hidden = false;
}

$("lost").append(icon("offline"), h("span", {}, say("cockpit.lost")));
rehearsal();
parts.walk($("map"));
showView();
everySecond();
drawPointed();
setInterval(everySecond, 1000);
window.addEventListener("hashchange", showView);
const feed = live({ topics: ["hall", "waits:*", "messages"], snapshot, onEvent, onState });
