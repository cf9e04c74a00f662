// The hall board as a fold: `board = step(board, event)`. No clock, no input or output, no board is ever changed.
// The same fold as queue_server/domain/board.py; tests/pages/test_board_fold.py keeps the two equal.

const CALLS = new Set(["TicketCalled", "TicketRecalled"]);
const FREES_WINDOW = new Set([
  "ServiceFinished", "TicketHeld", "TicketMissed", "TicketTransferred", "TicketExpired", "TicketCancelled",
]);
const WINDOW_STATUS = new Set(["WindowOpened", "WindowPaused", "WindowResumed", "WindowClosed"]);
const NO_WAIT = { p10: 0, p50: 0, p90: 0 };

/** The board after one more event. What it does not show leaves it as it is, but for its position. */
export function step(board, event) {
  const after = { ...board, at: event.at, last_event_id: event.id || board.last_event_id };
  if (event.event === "WaitEstimated") return { ...after, waiting: estimated(board.waiting, event.queues) };
  if (event.event === "DayClosed") return { ...after, ...empty(board) };
  return {
    ...after,
    calls: calls(board, event),
    windows: windowsAfter(board.windows, event),
    waiting: board.waiting.map((row) => counted(row, event)),
  };
}

/** The latest call of each window, latest first; an undone call gives way to the one before it. */
function calls(board, event) {
  if (CALLS.has(event.event)) return withCall(board.calls, called(event));
  if (event.event === "CallEscalated") return board.calls.map((call) => escalated(call, event));
  if (event.event === "TicketAcknowledged") return board.calls.map((call) => (isOf(call, event) ? { ...call, coming: true } : call));
  if (event.event === "ActUndone") return withCall(board.calls, calledBefore(board, event));
  return board.calls;
}

function called({ number, window, zone, at, times, step: rung = "", language = "" }) {
  return { number, window, zone, called_at: at, times, step: rung, language };
}

/** What an undone act's window shows now: the call of before. */
function calledBefore(board, event) {
  return {
    number: event.shown, window: event.window, zone: zoneOf(board, event),
    called_at: new Date(event.shown_at).toISOString(), times: event.shown_times,
    step: event.shown_step ?? "", language: event.shown_language ?? "",
  };
}

/** A call one step further up the ladder; it keeps its place and its moment. */
function escalated(call, event) {
  return isOf(call, event) ? { ...call, step: event.step } : call;
}

const isOf = (call, event) => call.window === event.window && call.number === event.number;

function withCall(list, call) {
  const others = list.filter((other) => other.window !== call.window);
  if (!call.number) return others;
  const newer = others.filter((other) => other.called_at > call.called_at);
  return [...newer, call, ...others.slice(newer.length)];
}

function zoneOf(board, event) {
  return board.windows.find((row) => row.window === event.window)?.zone ?? event.zone;
}

/** All windows after the event; one that opens for the first time today comes to its place among them. */
function windowsAfter(rows, event) {
  const isNew = WINDOW_STATUS.has(event.event) && !rows.some((row) => row.window === event.window);
  const all = isNew ? [...rows, { window: event.window, zone: event.zone }].sort((one, other) => one.window - other.window) : rows;
  return all.map((row) => windowAfter(row, event));
}

/** A window after the event: its status with its reason, the number that is there now and whether it is served. */
function windowAfter(row, event) {
  if (row.window !== event.window) return row;
  if (WINDOW_STATUS.has(event.event)) return withStatus(row, event);
  if (CALLS.has(event.event) || event.event === "ActUndone") return withNumber(row, event);
  if (row.number !== event.number) return row;
  if (event.event === "ServiceStarted") return { ...row, serving: true };
  return FREES_WINDOW.has(event.event) ? without(row, "number", "serving") : row;
}

function withStatus(row, event) {
  const reason = event.reason ? { reason: event.reason } : {};
  return { ...without(row, "reason"), status: event.status, ...reason };
}

function withNumber(row, event) {
  const free = without(row, "number", "serving");
  if (CALLS.has(event.event) || event.status === "called") return { ...free, number: event.number };
  return event.status === "serving" ? { ...free, number: event.number, serving: true } : free;
}

/** A queue after the event: one fewer who waited there, one more who waits there now. */
function counted(row, event) {
  const left = event.was === "waiting" && (event.was_queue || event.queue) === row.queue;
  const came = event.status === "waiting" && event.queue === row.queue;
  return left === came ? row : { ...row, waiting: Math.max(0, row.waiting + Number(came) - Number(left)) };
}

function estimated(waiting, queues) {
  const known = new Map(queues.map((queue) => [queue.queue, queue]));
  return waiting.map((row) => {
    const now = known.get(row.queue);
    return now ? { ...row, waiting: now.waiting, wait_s: now.wait_s } : row;
  });
}

/** Nobody called, nobody waiting, every window shut: how a day begins. */
function empty(board) {
  return {
    calls: [],
    windows: board.windows.map((row) => ({ ...without(row, "number", "serving", "reason"), status: "closed" })),
    waiting: board.waiting.map((row) => ({ ...row, waiting: 0, wait_s: NO_WAIT })),
  };
}

function without(row, ...names) {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}
