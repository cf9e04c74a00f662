// The hall board as a fold: `board = step(board, event)`. No clock, no input or output, no board is ever changed.
// The same fold as queue_server/domain/board.py; tests/pages/test_board_fold.py keeps the two equal.

const CALLS = new Set(["TicketCalled", "TicketRecalled"]);
const FREES_WINDOW = new Set([
  "ServiceFinished", "TicketHeld", "TicketMissed", "TicketTransferred", "TicketExpired", "TicketCancelled",
]);
const WINDOW_STATUS = new Set(["WindowOpened", "WindowPaused", "WindowResumed", "WindowClosed"]);
const AT_WINDOW = new Set(["called", "serving"]);
const NO_WAIT = { p10: 0, p50: 0, p90: 0 };

/** The board after one more event. What it does not show leaves it as it is, but for its position. */
export function step(board, event) {
  const after = { ...board, at: event.at, last_event_id: event.id || board.last_event_id };
  if (event.event === "WaitEstimated") return { ...after, waiting: estimated(board.waiting, event.queues) };
  if (event.event === "DayClosed") return { ...after, ...empty(board) };
  return {
    ...after,
    calls: calls(board, event),
    windows: board.windows.map((row) => windowAfter(row, event)),
    waiting: board.waiting.map((row) => counted(row, event)),
  };
}

/** The latest call of each window, latest first; an undone call gives way to the one before it. */
function calls(board, event) {
  if (CALLS.has(event.event)) {
    return withCall(board.calls, event.window, event.number, event.zone, event.at, event.times);
  }
  if (event.event === "ActUndone") {
    const calledAt = new Date(event.shown_at).toISOString();
    return withCall(board.calls, event.window, event.shown, zoneOf(board, event), calledAt, event.shown_times);
  }
  return board.calls;
}

function withCall(list, window, number, zone, calledAt, times) {
  const others = list.filter((call) => call.window !== window);
  if (!number) return others;
  const newer = others.filter((other) => other.called_at > calledAt);
  return [...newer, { number, window, zone, called_at: calledAt, times }, ...others.slice(newer.length)];
}

function zoneOf(board, event) {
  return board.windows.find((row) => row.window === event.window)?.zone ?? event.zone;
}

/** A window after the event: its status, and the number that is there now. */
function windowAfter(row, event) {
  if (row.window !== event.window) return row;
  if (WINDOW_STATUS.has(event.event)) return { ...row, status: event.status };
  const undone = event.event === "ActUndone";
  if (CALLS.has(event.event) || (undone && AT_WINDOW.has(event.status))) return { ...row, number: event.number };
  if (undone || (FREES_WINDOW.has(event.event) && row.number === event.number)) return withoutNumber(row);
  return row;
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
    windows: board.windows.map((row) => ({ ...withoutNumber(row), status: "closed" })),
    waiting: board.waiting.map((row) => ({ ...row, waiting: 0, wait_s: NO_WAIT })),
  };
}

function withoutNumber({ number: _, ...row }) {
  return row;
}
