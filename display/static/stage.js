// Who is shown huge, and for how long. No clock of its own, no input or output.
// Every call gets its time: up to SLOTS at once for HOLD_MS each; when more come than that, all get equally less.

export const SLOTS = 4;
export const HOLD_MS = 8000;
export const LEAST_MS = 4000;
export const STALE_MS = 60_000;

export const noCalls = { shown: [], queue: [] };

/** The stage with one more call. A recall of a number that is still shown begins its time anew. */
export function add(stage, call, now) {
  const same = (other) => other.number === call.number && other.window === call.window;
  if (stage.shown.some(({ call: other }) => same(other))) {
    return { ...stage, shown: stage.shown.map((slot) => (same(slot.call) ? { call, since: now } : slot)) };
  }
  const queue = [...stage.queue.filter((other) => other.window !== call.window), call];
  return settle({ ...stage, queue }, now);
}

/** The stage without what a window no longer calls. */
export function remove(stage, window, number, now) {
  const gone = (call) => call.window === window && call.number === number;
  return settle({ shown: stage.shown.filter((slot) => !gone(slot.call)), queue: stage.queue.filter((call) => !gone(call)) }, now);
}

/** The stage once a call is answered: its number stays, what urged it on goes. */
export function answer(stage, window, number) {
  const calm = (call) => (call.window === window && call.number === number ? { ...call, step: "" } : call);
  return { shown: stage.shown.map((slot) => ({ ...slot, call: calm(slot.call) })), queue: stage.queue.map(calm) };
}

const RUNGS = ["", "silent", "flash", "voice"];

/** Whether a call says more than what its window has shown: a later call or recall, or the same further up the ladder. */
export function isNews(known, call) {
  if (!known || call.called_at > known.called_at) return true;
  return call.called_at === known.called_at && RUNGS.indexOf(call.step) > RUNGS.indexOf(known.step);
}

/** How long each call is shown while `queued` others stand behind it. */
export function holdMs(queued) {
  return Math.max(LEAST_MS, Math.round((HOLD_MS * SLOTS) / (SLOTS + queued)));
}

/** The stage as time has passed: who had its time goes, who waits comes; the latest call stays until another comes. */
export function settle(stage, now) {
  const hold = holdMs(stage.queue.length);
  let shown = stage.shown.filter((slot) => now - slot.since < hold);
  if (!shown.length && !stage.queue.length) shown = stage.shown.slice(0, 1);
  const free = SLOTS - shown.length;
  const coming = stage.queue.slice(0, free).map((call) => ({ call, since: now }));
  return { shown: [...coming.reverse(), ...shown], queue: stage.queue.slice(free) };
}

/** When (ms) the stage changes by itself, or null. */
export function due(stage) {
  if (stage.shown.length < 2 && !stage.queue.length) return null;
  return Math.min(...stage.shown.map((slot) => slot.since)) + holdMs(stage.queue.length);
}
