// The screen of one window: who is called there now, or why nobody is.
import { api, facts, h, icon, live, name, now, page, pick, say, setNow, store, time } from "/static/look/live.js";
import { step } from "/static/display/board.js";
import { chime } from "/static/display/chime.js";
import { $, both, markOf, put, whenPainted, whereOf } from "/static/display/parts.js";
import { teller } from "/static/display/shown.js";

const ROWS = 6;
const number = facts.window;
const zone = $("now").dataset.zone;
const drew = teller(page.as);
page.as = ""; // the board is for all; only what was shown is told as a device, which may be revoked

const isHere = (row) => row.window === number;
const words = (key, values = {}) => both((lang) => say(key, values, lang));

// ---- what is here now ----

/** What the window does, in one word. */
function phaseOf(row) {
  if (row?.number) return row.serving ? "serving" : "called";
  return { open: "ready", paused: "paused" }[row?.status] || "closed";
}

/** The call that the window's number came with; none of what an older server does not say. */
function callOf(state, row) {
  const call = state.board.calls.find((each) => isHere(each) && each.number === row?.number);
  return call && { ...call, step: state.answered === call.called_at ? "" : call.step };
}

// ---- parts ----

function numberParts(row, call, phase) {
  return [
    h("p", { class: "current" }, words("window_screen.current")),
    h("p", { class: "number" }, row.number),
    h("p", { class: "words" }, words(phase === "called" ? "window_screen.come" : "window_screen.serving")),
    h("p", { class: "stale" }, icon("offline"), h("span", {}, words("window_screen.stale"))),
    h("p", { class: "signs" }, phase === "called" && markOf(call?.step), row.status === "paused" ? pausesAfter() : timesOf(call, phase)),
  ];
}

const pausesAfter = () => h("span", { class: "after" }, icon("pause"), h("span", {}, words("window_screen.paused_after")));

function timesOf(call, phase) {
  return phase === "called" && call?.times > 1 && h("span", { class: "again" }, icon("again"), h("span", {}, words("screen.times", { times: call.times })));
}

/** The reason of a pause in its words; one that has none is the clerk's own and not for all. */
function reasonOf(row) {
  const known = row.reason && name("reason", row.reason) !== row.reason;
  return known && h("p", { class: "detail" }, both((lang) => name("reason", row.reason, lang)));
}

const CALM = {
  ready: () => [h("p", { class: "title" }, words("window_screen.ready")), h("p", { class: "detail" }, words("window_screen.ready_detail"))],
  paused: (row) => [icon("pause"), h("p", { class: "title" }, words("window_screen.paused")), reasonOf(row), h("p", { class: "detail" }, words("window_screen.watch"))],
  closed: () => [icon("door"), h("p", { class: "title" }, words("window_screen.closed")), h("p", { class: "detail" }, words("window_screen.watch"))],
  loading: () => [h("p", { class: "title" }, words("screen.loading"))],
};

// ---- drawing ----

let drawn = "";

function draw(state) {
  const row = state.board?.windows.find(isHere);
  const phase = state.board ? phaseOf(row) : "loading";
  const call = row?.number && callOf(state, row);
  drawNow(phase, row, call);
  if (state.hall) drawQueues(state.hall);
  if (phase === "called" && call) whenPainted(() => { if (drawn === pictureOf(phase, row, call)) drew("window_screen", call); });
}

const pictureOf = (phase, row, call) => JSON.stringify([phase, row, call]);

/** Draws afresh only what has changed, so that a pulse goes on as it was. */
function drawNow(phase, row, call) {
  const picture = pictureOf(phase, row, call);
  if (picture === drawn) return;
  drawn = picture;
  const box = $("now");
  box.dataset.phase = phase;
  box.dataset.step = phase === "called" ? call?.step || "" : "";
  const parts = CALM[phase] ? CALM[phase](row) : numberParts(row, call, phase);
  put(box, h("div", { class: phase === "called" ? "panel slides-in" : "panel" }, parts.filter(Boolean)));
}

function drawQueues({ windows, queues }) {
  const names = new Map(queues.map((queue) => [queue.queue ?? queue.id, queue.names]));
  const shares = windows.find(isHere)?.queues || [];
  const rows = shares.slice(0, ROWS).map(({ queue }) => h("li", {}, h("span", { class: "letter number" }, queue), h("span", { class: "name" }, both((lang) => pick(names.get(queue), lang)))));
  put($("queues"), rows);
  $("queues").dataset.count = rows.length;
}

const door = store(fold, draw);
door.reset({ board: null, hall: null, answered: "" });

/** The state after one more event: the board's, and whether the visitor has said "coming" to the present call. */
function fold(state, event) {
  const board = step(state.board, event);
  const coming = event.event === "TicketAcknowledged" && isHere(event);
  return { ...state, board, answered: coming ? board.calls.find(isHere)?.called_at : state.answered };
}

// ---- what happens ----

function follow(event) {
  door.apply(event);
  if (!isHere(event)) return;
  if (event.event === "CallEscalated" && event.step === "flash") chime();
  if (event.event === "WindowOpened") readHall().catch(() => {}); // it may serve other queues today
}

async function readHall() {
  door.set({ hall: await api("GET", `/halls/${encodeURIComponent(page.hall)}`, undefined, { tries: 1 }) });
}

async function snapshot() {
  await readHall();
  const board = await api("GET", `/halls/${encodeURIComponent(page.hall)}/board?zone=${encodeURIComponent(zone)}`, undefined, { tries: 1 });
  setNow(board.at);
  door.set({ board });
  return board.last_event_id;
}

function tellState(state) {
  $("offline").hidden = state === "online";
  document.body.classList.toggle("away", state !== "online");
}

function tick() {
  $("clock").textContent = time(now());
  setTimeout(tick, 1000 - (now() % 1000) + 20);
}

put($("window"), words("common.window_n", { window: number }));
put($("offline"), icon("offline"), h("span", {}, words("screen.offline")));
put($("place"), both((lang) => whereOf(zone, lang)));
tick();
document.addEventListener("visibilitychange", () => door.set({}));
live({ topics: [`board:${zone}`], snapshot, onEvent: follow, onState: tellState });
