// The console's fold: what the events of the hall make of one window. Pure: no clock, no page, no calls.

const FREES = new Set(["ServiceFinished", "TicketHeld", "TicketMissed", "TicketTransferred", "TicketExpired", "TicketCancelled"]);
const UNDOABLE = new Set(["TicketCalled", "TicketRecalled", "ServiceStarted", "TicketHeld", "TicketMissed", "ServiceFinished", "TicketTransferred"]);
const LEAVES_ASIDE = new Set(["TicketReinstated", "TicketPostponed", "TicketCancelled", "TicketExpired", "ActUndone"]);
const AT_WINDOW = new Set(["called", "serving"]);
const MOST_ASIDE = 9;
const MOST_KNOWN = 2000;

const UNDO_MS = 5000;

/** A console before it knows anything. */
export const blank = Object.freeze({
  window: null, plan: [], tasks: [], counts: {}, next: [], aside: [], known: {}, undo: null,
  line: null, busy: "", connection: "loading", panel: "",
});

/** The console of window `number` after one more event. */
export function step(state, event, number) {
  if (event.event === "WaitEstimated") return { ...state, counts: counted(state.counts, event) };
  if (event.event === "DayClosed") return { ...state, ...newDay(state) };
  const after = { ...state, known: known(state.known, event), aside: aside(state.aside, event, number) };
  return event.window === number ? { ...after, ...atWindow(after, event) } : after;
}

/** How many wait in each queue, how long they will, and since when the first of them has waited. */
export function counted(counts, { at, queues }) {
  const seen = queues.map((row) => [row.queue, {
    waiting: row.waiting, wait_s: row.wait_s,
    since: row.waiting && row.longest_s !== undefined ? Date.parse(at) - row.longest_s * 1000 : null,
  }]);
  return { ...counts, ...Object.fromEntries(seen) };
}

const newDay = ({ window }) => ({
  window: { ...window, status: "closed", ticket: undefined }, counts: {}, next: [], aside: [], known: {}, undo: null,
});

function known(numbers, event) {
  if (event.event !== "TicketIssued") return numbers;
  const kept = Object.keys(numbers).length < MOST_KNOWN ? numbers : {};
  return { ...kept, [event.number]: event.ticket };
}

/** Tickets that this window set aside: missed or held here, latest first, until they wait again or go. */
function aside(rows, event, number) {
  const others = rows.filter((row) => row.id !== event.ticket);
  if (event.window === number && (event.event === "TicketMissed" || event.event === "TicketHeld")) {
    const { ticket: id, number: label, service, status, at, reason = "", minutes = 0 } = event;
    return [{ id, number: label, service, status, at, reason, minutes }, ...others].slice(0, MOST_ASIDE);
  }
  return LEAVES_ASIDE.has(event.event) ? others : rows;
}

function atWindow(state, event) {
  const window = event.event.startsWith("Window") ? withStatus(state.window, event) : withTicket(state.window, event);
  return { window, undo: undoOf(state.undo, event) };
}

function withStatus(window, { event, status, staff, queues, reason }) {
  const opened = event === "WindowOpened" ? { staff, queues } : {};
  return { ...window, ...opened, status, reason };
}

function withTicket(window, event) {
  if (event.event === "TicketAcknowledged") return { ...window, ticket: { ...window.ticket, coming: true } };
  if (event.event === "ActUndone" && !AT_WINDOW.has(event.status)) return { ...window, ticket: undefined };
  if (FREES.has(event.event)) return window.ticket?.id === event.ticket ? { ...window, ticket: undefined } : window;
  return AT_WINDOW.has(event.status) ? { ...window, ticket: present(window.ticket, event) } : window;
}

/** The ticket that an event puts at the window. An older event than what is known here changes nothing. */
function present(ticket, event) {
  const same = ticket?.id === event.ticket ? ticket : {};
  const { ticket: id, number, queue, service, priority, language, channel, status, at, times } = event;
  if (same.started_at && at < same.started_at && event.event !== "ActUndone") return ticket;
  const now = { ...same, id, number, queue, service, priority, status };
  if (event.event === "ServiceStarted") return { ...now, started_at: at };
  if (event.event === "ActUndone") return { ...now, times_called: times, called_at: new Date(event.shown_at).toISOString() };
  return { ...now, language, channel, called_at: at, started_at: undefined, times_called: times, coming: false };
}

/** After these a window has nothing to take back. */
const OVERTAKES = new Set(["ActUndone", "TicketAcknowledged", "WindowOpened", "WindowPaused", "WindowResumed", "WindowClosed"]);

/** What the window may take back, and until when. A finish that sends the visitor on is one act with two events. */
function undoOf(undo, event) {
  if (!UNDOABLE.has(event.event)) return OVERTAKES.has(event.event) ? null : undo;
  if (undo?.ticket === event.ticket && undo.at === event.at && undo.event === "ServiceFinished") return undo;
  return { event: event.event, ticket: event.ticket, number: event.number, at: event.at, until: Date.parse(event.at) + UNDO_MS };
}
