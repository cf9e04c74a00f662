// The hall screen: the board's fold, with the latest calls on a stage.
import { api, facts, h, icon, LANG, live, now, page, pick, say, setNow, store, time } from "/static/look/live.js";
import { waitWords } from "/static/look/wait_words.js";
import { step } from "/static/display/board.js";
import { chime } from "/static/display/chime.js";
import { notices } from "/static/display/notices.js";
import { $, both, markOf, put, second, whenPainted, whereOf } from "/static/display/parts.js";
import { teller } from "/static/display/shown.js";
import { add, answer, due, HOLD_MS, isNews, noCalls, remove, settle, SLOTS, STALE_MS } from "/static/display/stage.js";

const ROWS = 6;
const CELLS = 6;
const MOST_LISTED = 12;
const TURN_MS = 12_000;
const FAR_MS = 2_147_000_000;
const CALLS = new Set(["TicketCalled", "TicketRecalled", "CallEscalated"]);
const ANSWERS = new Set(["TicketAcknowledged", "ServiceStarted", "TicketMissed", "TicketHeld", "TicketCancelled"]);
const asked = (facts.query.zone || "").split(",").filter(Boolean);
const zone = asked.length === 1 ? asked[0] : "";
const drew = teller(page.as);
page.as = ""; // the board is for all; only what was shown is told as a device, which may be revoked

let stage = noCalls;
let stageTimer = 0, doorTimer = 0;
let turn = 0;
let known = null; // what each window has shown: by its number {called_at, step}

// ---- parts ----

function bigCall({ call, since }) {
  const node = h("article", { class: "call slides-in", data: { key: keyOf({ call, since }) } },
    h("p", { class: "number" }, call.number),
    h("div", { class: "to" },
      h("p", { class: "go" }, both((lang) => say("screen.go_to", { window: call.window }, lang))),
      h("p", { class: "more" })));
  return dress(node, call);
}

/** Gives a call on the stage the marks of its step. */
function dress(node, call) {
  if (node.dataset.step === (call.step || "")) return node;
  node.dataset.step = call.step || "";
  put(node.querySelector(".more"),
    markOf(call.step),
    !zone && h("span", { class: "in" }, icon("place"), h("span", {}, both((lang) => whereOf(call.zone, lang)))),
    call.times > 1 && h("span", { class: "again" }, icon("again"), h("span", {}, both((lang) => say("screen.times", { times: call.times }, lang)))));
  return node;
}

const keyOf = ({ call, since }) => [call.number, call.window, since].join("/");
const sameCall = (one) => (other) => one.window === other.window && one.number === other.number;

function drawStage(state) {
  const closed = isClosed(state);
  const shown = closed ? [] : stage.shown;
  const box = $("calls");
  const there = new Map([...box.children].map((node) => [node.dataset.key, node]));
  const wanted = shown.map((slot) => (there.has(keyOf(slot)) ? dress(there.get(keyOf(slot)), slot.call) : bigCall(slot)));
  box.dataset.count = wanted.length;
  if (wanted.length !== box.children.length || wanted.some((node, at) => node !== box.children[at])) put(box, wanted);
  $("calm").hidden = wanted.length > 0;
  if (!wanted.length) put($("calm"), calm(state, closed));
  if (shown.length) whenPainted(tellShown);
}

/** Tells what is on the stage by now, as the page shows it. */
function tellShown() {
  const drawn = new Set([...$("calls").children].map((node) => node.dataset.key));
  for (const slot of stage.shown) {
    if (slot.call.told && drawn.has(keyOf(slot))) drew(slot.call.step === "flash" ? "flash" : "screen", slot.call);
  }
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
  const rows = board.calls.filter((call) => !stage.shown.some((slot) => sameCall(call)(slot.call))).slice(0, ROWS);
  put($("recent"), rows.map((call) => recentRow(call, isSpoken(board, call))));
}

/** Whether a call is being spoken: it climbed to the voice, and nobody has begun with it. */
function isSpoken(board, call) {
  return call.step === "voice" && board.windows.some((row) => sameCall(row)(call) && !row.serving);
}

/** A call of before; the second line is its zone, or on a zone's own screen the second language. */
function recentRow({ number, window, zone: id }, spoken) {
  const below = zone ? second && say("screen.window", { window }, second) : pick(facts.zones.find((row) => row.id === id)?.names);
  return h("li", {},
    h("span", { class: "number" }, number),
    h("span", { class: "to" },
      h("span", { class: "go" }, say("screen.window", { window }), spoken && icon("call")),
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
    h("span", { class: "range" }, busy ? [icon(row.wait_s ? "clock" : "pause"), waitWords(row.wait_s)] : ""));
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
  hall.apply(event);
  if (event.event === "DayClosed") stage = noCalls;
  else if (event.event === "ActUndone" && event.shown !== event.number) stage = remove(stage, event.window, event.number, now());
  else if (ANSWERS.has(event.event)) stage = answer(stage, event.window, event.number);
  else if (CALLS.has(event.event)) takeCall(hall.state.board.calls.find(sameCall(event)), Date.parse(event.at));
}

/** Brings a call (back) on the stage; what happened long ago, while the line was cut, is known and not shown again. */
function takeCall(call, at) {
  if (!call || !isNews(known.get(call.window), call)) return;
  known.set(call.window, call);
  if (now() - at >= STALE_MS) return;
  stage = add(stage, { ...call, told: true }, now());
  if (call.step === "flash") chime();
}

/** The stage at the start: what was called this moment, else the latest call, which nobody is urged to any more. */
function begin(calls) {
  known = new Map(calls.map((call) => [call.window, call]));
  const fresh = calls.filter((call) => now() - Date.parse(call.called_at) < HOLD_MS).slice(0, SLOTS);
  for (const call of [...fresh].reverse()) stage = add(stage, { ...call, told: true }, now());
  if (!fresh.length && calls.length) stage = { ...noCalls, shown: [{ call: { ...calls[0], step: "" }, since: now() - HOLD_MS }] };
}

/** The stage when the thread of events was lost: what was not seen yet comes, nothing comes again. */
function catchUp(calls) {
  if (!calls.length) stage = noCalls;
  for (const call of [...calls].reverse()) takeCall(call, Date.parse(call.called_at));
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
  const query = zone ? `?zone=${encodeURIComponent(zone)}` : "";
  const board = ofZones(await api("GET", `/halls/${encodeURIComponent(page.hall)}/board${query}`, undefined, { tries: 1 }));
  setNow(board.at);
  if (known) catchUp(board.calls); else begin(board.calls);
  hall.set({ board });
  await readDoor().catch(() => {});
  return board.last_event_id;
}

/** The whole board, or what of it belongs to the zones of this screen. */
function ofZones(board) {
  if (asked.length < 2) return board;
  const here = (rows) => rows.filter((row) => asked.includes(row.zone));
  return { ...board, calls: here(board.calls), windows: here(board.windows), waiting: here(board.waiting) };
}

function whereText() {
  if (asked.length === 1) return both((lang) => whereOf(zone, lang));
  if (asked.length) return both((lang) => asked.map((id) => whereOf(id, lang)).join(say("common.list_comma", {}, lang)));
  return second ? pick(facts.names, second) : say("screen.whole_hall");
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
put($("where"), whereText());
put($("recent-title"), both((lang) => say("screen.recent", {}, lang)));
tick();
setInterval(() => { turn += 1; hall.set({}); }, TURN_MS);

document.addEventListener("visibilitychange", () => whenPainted(tellShown));

const places = asked.length ? asked : ["*"];
const topics = places.flatMap((place) => [`board:${place}`, `waits:${place}`]);
const tellNotices = notices(`/halls/${encodeURIComponent(page.hall)}/board${zone ? `?zone=${encodeURIComponent(zone)}` : ""}`, (told) => hall.set({ board: { ...hall.state.board, notices: told } }));
live({ topics, snapshot, onEvent: (event, ...more) => { tellNotices(event); follow(event, ...more); }, onState: tellState });
