// The cockpit's fold: what the events of the hall make of its state. Pure: no clock, no page, no calls.
import { diverted } from "/static/cockpit/diversions.js";
import { counted } from "/static/cockpit/places.js";

const FREES = new Set(["ServiceFinished", "TicketHeld", "TicketMissed", "TicketTransferred", "TicketExpired", "TicketCancelled"]);
const CALLS = new Set(["TicketCalled", "TicketRecalled"]);
const AT_WINDOW = new Set(["called", "serving"]);
const MOST_CALLS = 12;
/** What a step of a silent call, or its being shown or not, changes at its window. */
const LADDER = {
  CallEscalated: ({ step }) => ({ step }),
  CallShown: () => ({ unseen: false }),
  CallUnseen: () => ({ unseen: true }),
};
export const EMPTY = Object.freeze({ ticket: "", number: "", called_at: null, started_at: null, times: 0, serving: false, step: "", unseen: false });

/** The page's start from the hall, its state, its board and its calls for help: every window of the plan, also those never opened today. */
export function begin(hall, state, board, help) {
  const unseenAfter = Date.parse(state.at) - hall.calling.unseen_s * 1000;
  const known = new Map(state.windows.map((row) => [row.window, { ...row, unseen: Boolean(row.ticket) && !row.shown && Date.parse(row.called_at) <= unseenAfter }]));
  const plan = hall.windows.map(({ window, zone, queues }) => ({ window, zone, queues, status: "closed", reason: "", staff: "", since: "", ...EMPTY, ...known.get(window) }));
  const calls = board.calls.slice(0, MOST_CALLS).map(({ number, window, called_at: at, times }) => ({ number, window, at, times }));
  const queues = state.queues.map((row) => ({ ...row, at: state.at }));
  return { open: state.open, totals: { ...state.totals, at: state.at }, queues, windows: new Map(plan.map((row) => [row.window, row])), calls, messages: state.messages,
    alarms: state.alarms, diversions: new Map(),
    help: help.filter((row) => !row.answered_at).sort((a, b) => Date.parse(a.called_at) - Date.parse(b.called_at)) };
}

/** The state after one more event. */
export function step(state, event) {
  if (event.event === "WaitEstimated") return estimated(state, event);
  if (event.event === "MessagesCounted") return { ...state, messages: event.messages };
  if (event.event === "AlarmsChanged") return { ...state, alarms: event.alarms };
  if (event.event.startsWith("Diversion")) return { ...state, diversions: diverted(state.diversions, event) };
  if (event.event === "DayClosed") return newDay(state);
  if (event.event === "PeopleCounted" || event.event === "WaveCalled" || event.outside) return { ...state, places: counted(state.places ?? new Map(), event) };
  if (event.event === "HelpCalled") return { ...state, help: [...withoutHelp(state, event), { id: event.help, name: event.name, zone: event.zone, called_at: event.at }] };
  if (event.event === "HelpAnswered") return { ...state, help: withoutHelp(state, event) };
  const after = { ...state, calls: calls(state.calls, event) };
  return event.window && state.windows.has(event.window) ? { ...after, windows: windows(state.windows, event) } : after;
}

const withoutHelp = (state, event) => state.help.filter((row) => row.id !== event.help);

function estimated(state, { queues, totals, at }) {
  const fresh = new Map(queues.map((row) => [row.queue, row]));
  const row = (old) => (fresh.has(old.queue) ? { ...fresh.get(old.queue), at } : old);
  return { ...state, totals: { ...totals, at }, queues: state.queues.map(row) };
}

function newDay(state) {
  const shut = [...state.windows].map(([number, row]) => [number, { ...row, ...EMPTY, status: "closed", reason: "", staff: "", since: "" }]);
  return { ...state, calls: [], help: [], diversions: new Map(), places: new Map(), windows: new Map(shut) };
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
  const { ticket, number, at, times, step } = event;
  if (CALLS.has(event.event)) return { ...row, ticket, number, called_at: at, started_at: null, times, serving: false, step, unseen: false };
  if (event.event in LADDER) return row.ticket === ticket ? { ...row, ...LADDER[event.event](event) } : row;
  if (event.event === "ServiceStarted") return { ...row, ticket, number, started_at: at, serving: true };
  if (event.event === "ActUndone") return undone(row, event);
  return FREES.has(event.event) && row.ticket === ticket ? { ...row, ...EMPTY } : row;
}

function withStatus(row, { status, at, staff, reason = "", queues }) {
  return { ...row, status, since: at, reason, staff: staff ?? row.staff, queues: queues ?? row.queues };
}

function undone(row, { ticket, number, status, shown_at: shown, times, step }) {
  if (!AT_WINDOW.has(status)) return { ...row, ...EMPTY };
  return { ...row, ticket, number, called_at: new Date(shown).toISOString(), times, serving: status === "serving", step, unseen: row.unseen && row.ticket === ticket };
}

/** How loud the present call of a window has become: "flash", "voice", or empty while it is silent or over. */
export const loudness = (row) => (row.ticket && !row.serving && row.step !== "silent" ? row.step : "");

/** The calls that no device shows, longest first; a call that has been answered needs none. */
export function unseen(state) {
  const rows = [...state.windows.values()].filter((row) => row.ticket && !row.serving && row.unseen);
  return rows.sort((a, b) => Date.parse(a.called_at) - Date.parse(b.called_at)).map(({ number, window, zone }) => ({ number, window, zone }));
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

/** How long a queue's next visitor may wait, in seconds: what is expected, or what the first has waited already; null where nobody knows. */
export function queueWait(queue) {
  const known = [queue.waiting ? queue.longest_s : null, queue.wait_s?.p50 ?? null].filter((value) => value !== null);
  return known.length ? Math.max(...known) : null;
}

/** A zone in one look: its people, its worst queue and that one's wait, and how it is. `rows` are its queues. */
export function zoneHealth(rows, speed = 1) {
  const waiting = rows.reduce((sum, row) => sum + row.waiting, 0), serving = rows.reduce((sum, row) => sum + row.serving, 0);
  const shut = rows.find((row) => health(row, speed) === "shut");
  const served = rows.filter((row) => row.waiting || row.open_windows).sort((a, b) => (queueWait(b) ?? -1) - (queueWait(a) ?? -1));
  const worst = shut ?? served[0] ?? null, wait = worst && queueWait(worst);
  return { waiting, people: waiting + serving, worst: worst?.queue ?? "", wait, level: shut ? "shut" : worst ? level(wait, speed) : "quiet" };
}
