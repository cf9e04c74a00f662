// The hall screen: the board's fold, with the latest calls on a stage.
import {
  api, facts, h, icon, LANG, langs, live, now, page, pick, say, setNow, store, time, waitRange,
} from "/static/look/live.js";
import { step } from "/static/display/board.js";
import { add, due, noCalls, remove, settle, STALE_MS } from "/static/display/stage.js";

const ROWS = 6;
const CELLS = 6;
const MOST_LISTED = 12;
const TURN_MS = 12_000;
const FAR_MS = 2_147_000_000;
const zone = facts.query.zone || "";
const zones = new Map(facts.zones.map((row) => [row.id, row]));
const $ = (id) => document.getElementById(id);
const second = langs[1];

let stage = noCalls;
let stageTimer = 0, doorTimer = 0;
let turn = 0;

/** One text in the screen's languages: the first large, the second small beside or below it. */
function both(build) {
  return langs.slice(0, 2).map((lang, at) => h("span", { lang, class: at ? "second" : "first" }, build(lang)));
}

function put(node, ...children) {
  node.replaceChildren(...children.flat().filter(Boolean));
}

// ---- parts ----

function whereOf(id, lang) {
  const found = zones.get(id);
  return found ? say("screen.zone", { floor: found.floor, zone: pick(found.names, lang) }, lang) : "";
}

function bigCall({ call }) {
  return h("article", { class: "call slides-in", data: { key: keyOf(call) } },
    h("p", { class: "number" }, call.number),
    h("div", { class: "to" },
      h("p", { class: "go" }, both((lang) => say("screen.go_to", { window: call.window }, lang))),
      h("p", { class: "more" },
        !zone && h("span", { class: "in" }, icon("place"), whereOf(call.zone, LANG)),
        call.times > 1 && h("span", { class: "again" }, icon("again"), say("screen.times", { times: call.times })))));
}

const keyOf = (call) => `${call.number}/${call.window}/${call.called_at}`;

function drawStage(state) {
  const closed = isClosed(state);
  const shown = closed ? [] : stage.shown;
  const box = $("calls");
  const there = new Map([...box.children].map((node) => [node.dataset.key, node]));
  const wanted = shown.map((slot) => there.get(keyOf(slot.call)) || bigCall(slot));
  box.dataset.count = wanted.length;
  if (wanted.length !== box.children.length || wanted.some((node, at) => node !== box.children[at])) put(box, wanted);
  $("calm").hidden = wanted.length > 0;
  if (!wanted.length) put($("calm"), calm(state, closed));
}

/** Shut by the calendar, and nobody is left inside. */
function isClosed({ board, door }) {
  if (!board || door.open) return false;
  return board.windows.every((row) => row.status === "closed") && board.waiting.every((row) => !row.waiting);
}

function calm(state, closed) {
  if (!state.board) return h("p", { class: "title" }, both((lang) => say("screen.loading", {}, lang)));
  const title = closed ? "screen.closed_title" : "screen.empty_title";
  return [
    h("p", { class: "title" }, both((lang) => say(title, {}, lang))),
    h("p", { class: "detail" }, both((lang) => calmDetail(state, closed, lang))),
  ];
}

function calmDetail({ door }, closed, lang) {
  if (!closed) return say("screen.empty_detail", {}, lang);
  if (!door.opens_at) return say("screen.closed_plain", {}, lang);
  const day = { weekday: "long", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return say("screen.closed_detail", { at: time(door.opens_at, day, lang) }, lang);
}

function drawRecent({ board }) {
  const shown = new Set(stage.shown.map((slot) => keyOf(slot.call)));
  const queued = new Set(stage.queue.map(keyOf));
  const rows = board.calls.filter((call) => !shown.has(keyOf(call)) && !queued.has(keyOf(call))).slice(0, ROWS);
  put($("recent"), rows.map(recentRow));
}

/** A call of before; the second line is its zone, or on a zone's own screen the second language. */
function recentRow({ number, window, zone: id }) {
  const below = zone ? second && say("screen.window", { window }, second) : pick(zones.get(id)?.names);
  return h("li", {},
    h("span", { class: "number" }, number),
    h("span", { class: "to" },
      h("span", { class: "go" }, say("screen.window", { window })),
      h("span", { class: "in" }, below)));
}

function waitCell(row, windows) {
  const open = windows.some((window) => window.status === "open");
  const busy = open || row.waiting > 0;
  const wait = row.waiting ? say("screen.people", { n: row.waiting }) : say("screen.nobody");
  return h("li", { class: busy ? "cell" : "cell resting" },
    h("span", { class: "letter number" }, row.queue),
    h("span", { class: "name" }, both((lang) => pick(row.names, lang))),
    h("span", { class: "count" }, row.waiting ? icon("people") : "", wait),
    h("span", { class: "range" }, busy ? [icon("clock"), waitRange(row.wait_s)] : ""));
}

function drawWaits({ board }) {
  const pages = Math.max(1, Math.ceil(board.waiting.length / CELLS));
  const each = Math.ceil(board.waiting.length / pages);
  const start = (turn % pages) * each;
  const rows = board.waiting.slice(start, start + each);
  $("waits").dataset.columns = each <= 3 ? each : Math.ceil(each / 2);
  put($("waits"), rows.map((row) => waitCell(row, board.windows.filter((window) => window.zone === row.zone))));
  const dots = Array.from({ length: pages }, (_, at) => h("span", { class: at === turn % pages ? "dot here" : "dot" }));
  put($("pages"), pages > 1 ? dots : []);
}

function listOf(windows, lang) {
  const more = windows.length > MOST_LISTED ? ["…"] : [];
  return [...windows.slice(0, MOST_LISTED), ...more].join(say("common.list_comma", {}, lang));
}

function drawFoot(state) {
  const { board } = state;
  const paused = board.windows.filter((row) => row.status === "paused").map((row) => row.window);
  const listed = (lang) => say("screen.paused_windows", { n: paused.length, windows: listOf(paused, lang) }, lang);
  const parts = [
    ...board.notices.map((notice) => h("span", { class: "notice" }, icon("info"), both((lang) => pick(notice.text, lang)))),
    paused.length > 0 && h("span", { class: "paused" }, icon("pause"), both(listed)),
  ].filter(Boolean);
  put($("foot"), parts.length ? parts[turn % parts.length] : h("span", {}, isClosed(state) ? "" : both((lang) => say("screen.welcome", {}, lang))));
}

function draw(state) {
  document.body.dataset.mode = isClosed(state) ? "closed" : state.board && !state.board.calls.length ? "empty" : "busy";
  drawStage(state);
  if (!state.board) return;
  drawRecent(state);
  drawWaits(state);
  drawFoot(state);
  clearTimeout(stageTimer);
  const next = due(stage);
  if (next !== null) stageTimer = setTimeout(moveOn, Math.max(50, next - now()));
}

const hall = store((state, event) => ({ ...state, board: step(state.board, event) }), draw);
hall.reset({ board: null, door: { open: true } });

function moveOn() {
  stage = settle(stage, now());
  hall.set({});
}

// ---- what happens ----

function follow(event) {
  const at = Date.parse(event.at);
  const calls = event.event === "TicketCalled" || event.event === "TicketRecalled";
  if (event.event === "DayClosed") stage = noCalls;
  else if (event.event === "ActUndone" && event.shown !== event.number) stage = remove(stage, event.window, event.number, now());
  else if (calls && now() - at < STALE_MS) {
    const { number, window, times } = event;
    stage = add(stage, { number, window, times, zone: event.zone, called_at: event.at }, now());
  }
  hall.apply(event);
}

async function readDoor() {
  clearTimeout(doorTimer);
  const { halls } = await api("GET", "/halls");
  const door = halls.find((row) => row.id === page.hall) || { open: true };
  const change = Date.parse(door.open ? door.closes_at : door.opens_at) - now();
  const again = () => readDoor().catch(() => {});
  if (Number.isFinite(change)) doorTimer = setTimeout(again, Math.min(FAR_MS, Math.max(1000, change + 500)));
  hall.set({ door });
}

async function snapshot() {
  const asked = zone ? `?zone=${encodeURIComponent(zone)}` : "";
  const board = await api("GET", `/halls/${encodeURIComponent(page.hall)}/board${asked}`, undefined, { tries: 1 });
  setNow(board.at);
  const latest = board.calls[0];
  if (latest && !stage.shown.length) stage = { ...stage, shown: [{ call: latest, since: Date.parse(latest.called_at) }] };
  hall.set({ board });
  await readDoor().catch(() => {});
  return board.last_event_id;
}

function tellState(state) {
  $("offline").hidden = state === "online";
  document.body.classList.toggle("away", state !== "online");
}

function tick() {
  $("clock").textContent = time(now());
  const day = { month: "long", day: "numeric", weekday: "long" };
  put($("date"), both((lang) => time(now(), day, lang)));
  setTimeout(tick, 1000 - (now() % 1000) + 20);
}

put($("offline"), icon("offline"), both((lang) => say("screen.offline", {}, lang)));
put($("where"), zone ? both((lang) => whereOf(zone, lang)) : second ? pick(facts.names, second) : say("screen.whole_hall"));
put($("recent-title"), both((lang) => say("screen.recent", {}, lang)));
tick();
setInterval(() => { turn += 1; hall.set({}); }, TURN_MS);

const place = zone || "*";
live({ topics: [`board:${place}`, `waits:${place}`], snapshot, onEvent: follow, onState: tellState });
