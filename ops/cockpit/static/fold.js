// The cockpit's fold: what the events of the hall make of its state. Pure: no clock, no page, no calls.

const FREES = new Set(["ServiceFinished", "TicketHeld", "TicketMissed", "TicketTransferred", "TicketExpired", "TicketCancelled"]);
const CALLS = new Set(["TicketCalled", "TicketRecalled"]);
const AT_WINDOW = new Set(["called", "serving"]);
const MOST_CALLS = 12;
export const EMPTY = Object.freeze({ ticket: "", number: "", called_at: null, started_at: null, times: 0, serving: false });

/** The page's start from the hall, its state and its board: every window of the plan, also those never opened today. */
export function begin(hall, state, board) {
  const known = new Map(state.windows.map((row) => [row.window, row]));
  const plan = hall.windows.map(({ window, zone, queues }) => ({ window, zone, queues, status: "closed", reason: "", staff: "", since: "", ...EMPTY, ...known.get(window) }));
  const calls = board.calls.slice(0, MOST_CALLS).map(({ number, window, called_at: at, times }) => ({ number, window, at, times }));
  const queues = state.queues.map((row) => ({ ...row, at: state.at }));
  return { open: state.open, totals: { ...state.totals, at: state.at }, queues, windows: new Map(plan.map((row) => [row.window, row])), calls };
}

/** The state after one more event. */
export function step(state, event) {
  if (event.event === "WaitEstimated") return estimated(state, event);
  if (event.event === "DayClosed") return newDay(state);
  const after = { ...state, calls: calls(state.calls, event) };
  return event.window && state.windows.has(event.window) ? { ...after, windows: windows(state.windows, event) } : after;
}

function estimated(state, { queues, totals, at }) {
  const fresh = new Map(queues.map((row) => [row.queue, row]));
  const row = (old) => (fresh.has(old.queue) ? { ...fresh.get(old.queue), at } : old);
  return { ...state, totals: { ...totals, at }, queues: state.queues.map(row) };
}

function newDay(state) {
  const shut = [...state.windows].map(([number, row]) => [number, { ...row, ...EMPTY, status: "closed", reason: "", staff: "", since: "" }]);
  return { ...state, calls: [], windows: new Map(shut) };
}

function calls(rows, event) {
  if (event.event === "ActUndone" && CALLS.has(event.undone)) return rows.filter((row) => row.number !== event.number || row.window !== event.window);
  if (!CALLS.has(event.event)) return rows;
  const { number, window, at, times } = event;
  return [{ number, window, at, times }, ...rows.filter((row) => row.number !== number)].slice(0, MOST_CALLS);
}

function windows(all, event) {
  const after = new Map(all);
  after.set(event.window, stepWindow(all.get(event.window), event));
  return after;
}

function stepWindow(row, event) {
  if (event.event.startsWith("Window")) return withStatus(row, event);
  const { ticket, number, at, times } = event;
  if (CALLS.has(event.event)) return { ...row, ticket, number, called_at: at, started_at: null, times, serving: false };
  if (event.event === "ServiceStarted") return { ...row, ticket, number, started_at: at, serving: true };
  if (event.event === "ActUndone") return undone(row, event);
  return FREES.has(event.event) && row.ticket === ticket ? { ...row, ...EMPTY } : row;
}

function withStatus(row, { status, at, staff, reason = "", queues }) {
  return { ...row, status, since: at, reason, staff: staff ?? row.staff, queues: queues ?? row.queues };
}

function undone(row, { ticket, number, status, shown_at: shown, times }) {
  if (!AT_WINDOW.has(status)) return { ...row, ...EMPTY };
  return { ...row, ticket, number, called_at: new Date(shown).toISOString(), times, serving: status === "serving" };
}

/** What a window is doing, in one word: closed, paused, called, serving or free. */
export function doing(row) {
  if (row.ticket) return row.serving ? "serving" : "called";
  return row.status === "open" ? "free" : row.status;
}

/** Since when it does so. */
export function since(row) {
  if (row.ticket) return row.serving ? row.started_at ?? row.called_at : row.called_at;
  return row.since;
}

const older = (row, now) => (row.waiting ? { ...row, longest_s: row.longest_s + Math.max(0, Math.floor((now - Date.parse(row.at)) / 1000)) } : row);

/** The state as it is at the moment `now`: who waits has waited longer since it was told. */
export function aged(state, now) {
  return { ...state, totals: older(state.totals, now), queues: state.queues.map((row) => older(row, now)) };
}

const AMBER_S = 15 * 60;
const RED_S = 30 * 60;

/** How long a wait is for people: well, long or bad; "none" where there is none. In a rehearsal a second stands for `speed`. */
export function level(seconds, speed = 1) {
  if (seconds === null || seconds === undefined) return "none";
  return seconds * speed < AMBER_S ? "well" : seconds * speed < RED_S ? "long" : "bad";
}

/** How a queue is: `shut` where people wait and no window serves them, else by its longest wait; quiet when nobody waits. */
export function health(queue, speed = 1) {
  if (queue.waiting && !queue.open_windows) return "shut";
  return queue.waiting ? level(queue.longest_s, speed) : "quiet";
}
