// The clerk's console: snapshot -> events -> state -> page, and one key for each act.
import { api, h, icon, live, newKey, now, say, setNow, store, time } from "/static/look/live.js";
import { ACTS, actOfKey, deskActs, makesSense, windowActs } from "/static/window_client/acts.js";
import { listen } from "/static/window_client/keys.js";
import { blank, counted, step } from "/static/window_client/fold.js";
import { panel, panelMade } from "/static/window_client/panels.js";
import { book, gently, HALL, keepStaff, lastStaff, NUMBER, numbered, readHall, readNext, remember, remembered, stillAside, WINDOW } from "/static/window_client/truth.js";
import { button } from "/static/window_client/buttons.js";
import { escalated } from "/static/window_client/outcomes.js";
import { endedText, readTasks, taskRows, tasksMade } from "/static/window_client/console_tasks.js";
import { firstDue, over, wayOf } from "/static/window_client/tasks.js";
import { person, readPerson } from "/static/window_client/person.js";
import * as parts from "/static/window_client/parts.js";

const NEXT_MS = 500;
const LINE_MS = 8000;
const AGAIN_MS = 2000;
const SLOW_MS = 1000;
const TITLE = document.title;
const $ = (id) => document.getElementById(id);

const box = store((state, event) => step(state, event, NUMBER), render);
let feed = null, version = 0, lineTimer = 0, busyAt = 0, after = "";

// ---- what is true: read at the start, after a break, and when an event says too little ----

async function snapshot() {
  try {
    await Promise.all([readHall(), readPerson()]);
    const board = await api("GET", `${HALL}/board`);
    setNow(board.at);
    const [window, next, aside] = await Promise.all([api("GET", WINDOW), readNext(), stillAside(box.state.aside.length ? box.state.aside : remembered())]);
    const counts = counted(box.state.counts, { at: board.at, queues: board.waiting });
    box.set({ window, next, aside, counts, plan: book.plan, undo: null, busy: "" });
    tasksSoon();
    return board.last_event_id;
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403) box.set({ connection: "signedout" });
    throw problem;
  }
}

const nextSoon = gently(async () => box.set({ next: await readNext() }), NEXT_MS);

const windowSoon = gently(async () => {
  const asked = version;
  const window = await api("GET", WINDOW);
  if (asked === version) box.set({ window });
  else windowSoon();
}, 150);

/** Serving never waits for diversion: what cannot be read now is asked again with its next event. */
const tasksSoon = gently(async () => {
  const tasks = await readTasks(), [ended] = over(box.state.tasks, tasks);
  box.set({ tasks });
  if (ended) tell("calm", endedText(ended));
}, 150);

// ---- acts ----

/** Does one act: one press, one key, one effect. Nothing else is done until the answer is there. */
async function act(name, body, path = `${WINDOW}/${ACTS[name].path}`) {
  const { busy, connection, window } = box.state; // as it was: the hall's news may come before the answer
  if (busy || connection !== "online") return;
  version += 1;
  busyAt = performance.now();
  box.set({ busy: name, line: null });
  try {
    answered(name, await api("POST", path, body, { key: newKey() }), window.ticket?.id);
  } catch (problem) {
    refused(problem);
  } finally {
    version += 1;
    box.set({ busy: "" });
    pressAfter();
  }
}

/** A quick clerk's next key waits for the answer to the one before; then it is done if it still makes sense. */
function pressAfter() {
  const name = after;
  after = "";
  if (name) press(name);
}

function answered(name, answer, at) {
  box.set({ panel: "" });
  if (answer === null) return tell("calm", say("console.nobody"));
  if (answer.queues) return box.set({ window: answer.status === "closed" ? answer : { ...box.state.window, ...answer }, undo: null });
  if (name === "hard") {
    tell("calm", escalated(answer, box, at));
    return nextSoon();
  }
  if (name === "reinstate") box.set({ undo: null });
  if (name === "reinstate") return tell("calm", say("console.reinstated", { number: answer.number }));
  const here = answer.status === "called" || answer.status === "serving";
  box.set({ window: { ...box.state.window, ticket: here ? answer : undefined }, next: box.state.next.filter((row) => row.id !== answer.id) });
  return nextSoon();
}

function refused(problem) {
  if (problem.status === 401 || problem.status === 403 && problem.code !== "WRONG_WINDOW") return box.set({ connection: "signedout" });
  if (problem.status === 503 || problem.status === 0) return away(problem);
  tell("warn", problem.detail || problem.title);
  windowSoon();
  return nextSoon();
}

/** The store or the server is away: says so, and looks again until it is back; then everything is read afresh. */
async function away(problem) {
  box.set({ connection: "away", line: { kind: "warn", text: problem.detail || problem.title } });
  for (;;) {
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    try {
      await api("GET", WINDOW, undefined, { tries: 1 });
      box.set({ connection: "online", line: null });
      return feed.refresh();
    } catch (again) {
      if (again.status !== 503 && again.status !== 0) return refused(again);
    }
  }
}

function tell(kind, text) {
  clearTimeout(lineTimer);
  box.set({ line: { kind, text } });
  lineTimer = setTimeout(() => box.set({ line: null }), LINE_MS);
}

// ---- what panels ask for ----

const doing = {
  act,
  shut: () => show(""),
  hard: () => show("hard"),
  staff: () => person.staff || $("staff-name")?.value || (box.state.window?.staff ?? lastStaff()),
  reinstate: (row) => act("reinstate", undefined, `${HALL}/tickets/${encodeURIComponent(row.id)}/reinstate`),
  openWindow,
  callNumber: (text) => act("pick", { ticket: numbered(text, box.state) }),
  escalate: (reason) => act("hard", { reason }, `${HALL}/tickets/${encodeURIComponent(box.state.window.ticket?.id ?? "")}/escalate`),
};

function openWindow(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const staff = String(form.get("staff")).trim(), queues = form.getAll("queue").map(String);
  if (!staff) return undefined;
  if (!queues.length) return tell("warn", say("console.no_queue"));
  keepStaff(staff);
  return act("open", { staff, queues });
}

/** What the strip above asks for. A closed window opens by its panel, which knows the queues already. */
function pressTask(task, due) {
  if (due === "open") return press("open");
  if (box.state.busy || box.state.connection !== "online") return undefined;
  return act(...wayOf(task, box.state.window));
}

/** An act by its button or its key: at once, or its panel first. */
function press(name) {
  const { state } = box;
  if (name === "open" && shown(state) === "open") return openByKey();
  if (name !== "help" && state.connection !== "online") return undefined;
  if (state.busy && name !== "help") {
    after = name === state.busy ? "" : name;
    return undefined;
  }
  if (!makesSense(name, state) && !(name === "open" && state.window)) return undefined;
  if (name === "divert") return pressTask(firstDue(state), "");
  if (name === "undo" && !parts.undoLeft(state.undo)) return undefined;
  const kind = ACTS[name].panel;
  return kind ? show(state.panel === kind ? "" : kind) : act(name);
}

/** Opens a panel at once, not a frame later: the next key may already be a choice in it. */
function show(kind) {
  box.set({ panel: kind });
  render(box.state);
}

function openByKey() {
  const field = $("staff-name");
  if (field.value.trim()) $("opening").requestSubmit();
  else field.focus();
}

// ---- the page ----

/** The panel that shows: the one asked for; a closed window asks to be opened. */
const shown = (state) => state.panel || (state.window?.status === "closed" && state.connection !== "signedout" ? "open" : "");

function render(state) {
  const kind = state.window && shown(state);
  document.body.classList.toggle("away", !["online", "loading"].includes(state.connection));
  parts.fill($("stage"), [state.window?.ticket, state.window?.status, state.window?.reason, state.connection === "signedout", state.connection === "offline", state.window ? parts.waitingAt(state.window, state.counts) : 0, book.queues.length], () => parts.stage(state, book));
  $("desk").classList.toggle("asks", Boolean(kind));
  $("desk").classList.toggle("opens", kind === "open" && state.window.status === "closed");
  drawPanel(kind, state);
  drawTasks(state);
  drawSide(state);
  parts.drawTop(state);
  drawActs($("acts"), deskActs(state), state, true);
  drawActs($("window-acts"), windowActs(state), state, false);
  drawLine();
  if (state.window) remember(state.aside);
}

function drawPanel(kind, state) {
  const node = $("panel");
  node.hidden = !kind;
  node.inert = state.connection !== "online" && kind !== "help";
  parts.fill(node, kind ? panelMade(kind, state) : "", () => (kind ? panel(kind, state, book, doing) : []));
}

function drawTasks(state) {
  const asked = Boolean(firstDue(state)), shut = state.connection !== "online" || Boolean(state.busy);
  $("tasks").hidden = !state.window || !state.tasks.length;
  if (!$("tasks").hidden) parts.fill($("tasks"), tasksMade(state), () => taskRows(state, pressTask));
  for (const key of $("tasks").querySelectorAll("button")) key.disabled = shut;
  document.title = asked ? `● ${TITLE}` : TITLE;
}

function drawSide(state) {
  if (!state.window) return;
  parts.fill($("crowd"), [state.window.queues, state.counts, state.next.map((row) => row.id)], () => parts.crowd(state, book));
  parts.fill($("next"), [state.window.status, state.next.map((row) => [row.id, row.because])], () => parts.nextRows(state, book));
}

function drawActs(node, names, state, large) {
  parts.fill(node, names, () => names.map((name, at) => button(name, large && at === 0, press)));
  const calm = state.connection === "online" && !state.busy;
  for (const key of node.children) key.disabled = key.dataset.act !== "help" && !(calm && makesSense(key.dataset.act, state));
  const aside = node.querySelector('[data-act="aside"] .count');
  if (aside) aside.textContent = state.aside.length || "";
}

function drawLine() {
  const { state } = box, left = parts.undoLeft(state.undo);
  const lost = state.connection === "offline" || state.connection === "away";
  const slow = state.busy && performance.now() - busyAt > SLOW_MS;
  const line = lost ? { kind: "warn", text: state.line?.text ?? say("console.away_detail") } : slow ? { kind: "calm", text: say("console.sending") } : state.line;
  const able = left > 0 && !lost && !state.busy;
  parts.fill($("line"), [line, left > 0 ? state.undo : null, able], () => lineParts(line, left > 0 ? state.undo : null, able));
  const count = $("line").querySelector(".left");
  if (count) count.textContent = left;
}

function lineParts(line, undo, able) {
  const text = line ? h("p", { class: `said ${line.kind}` }, icon(line.kind === "warn" ? "warning" : "info"), h("span", {}, line.text))
    : undo ? h("p", { class: "said" }, icon("check"), h("span", {}, say(`console.did.${undo.event}`, { number: undo.number }))) : null;
  const back = undo && button("undo", false, press);
  if (back) back.disabled = !able;
  if (back) back.append(h("span", { class: "left number", "aria-hidden": "true" }));
  return [text, back];
}

function everySecond() {
  parts.tick();
  $("clock").textContent = time(now());
  if (box.state.window) drawLine();
}

// ---- the hall's events ----

function onEvent(event) {
  if (event.event === "WaitEstimated") setNow(event.at);
  const mine = event.window === NUMBER;
  if (mine) version += 1;
  box.apply(event);
  if (event.event.startsWith("Diversion")) tasksSoon();
  const queues = box.state.window.queues.map((row) => row.queue);
  const here = event.ticket && event.ticket === box.state.window.ticket?.id;
  if ((mine || here) && event.ticket) windowSoon();
  if (queues.includes(event.queue) || queues.includes(event.was_queue) || mine) nextSoon();
}

function onState(state) {
  const { connection } = box.state;
  if (connection === "signedout" || connection === "away") return;
  const back = state === "online" && connection === "offline";
  box.set({ connection: state });
  if (state === "offline") stillSignedIn();
  if (back) { windowSoon(); nextSoon(); tasksSoon(); }
}

/** A stream that ends may mean that this window was signed out: only an answer tells. */
async function stillSignedIn() {
  try {
    await api("GET", WINDOW, undefined, { tries: 1 });
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403) box.set({ connection: "signedout" });
  }
}

box.reset(blank);
listen({ press, shut: () => show(""), actOfKey: (key) => actOfKey(key, box.state), panel: () => shown(box.state) });
setInterval(everySecond, 250);
feed = live({ topics: [`window:${NUMBER}`, "hall", "waits:*"], snapshot, onEvent, onState });
