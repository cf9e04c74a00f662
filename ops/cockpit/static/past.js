// A past day as events: read page by page, folded by the cockpit's own fold, at any moment of it. No page, no clock.
import { begin, step } from "/static/cockpit/fold.js";
import * as tally from "/static/cockpit/tally.js";
import { ask } from "/static/cockpit/asking.js";

const PAGE = 2000;
/** So many events lie between two kept states: a jump back folds no more than these. */
const KEPT = 4000;
const NOBODY = { waiting: 0, open_windows: 0, windows: 0, serving: 0, issued: 0, called: 0, done: 0, missed: 0, cancelled: 0, active: 0, silent: 0, flashed: 0, voiced: 0, unseen: 0, mean_s: null, p90_s: null, longest_s: 0 };
const NO_MESSAGES = { waiting: 0, sent: 0, failed: 0, quiet: 0, written: 0, channels: [] };

/** What the turn of the day does, hours after the last visitor. */
const CLOSING = new Set(["TicketExpired", "WindowClosed", "DayClosed", "BookingMissed", "BookingExpired", "DiversionEnded"]);

/** All events of a day, in order. `told(n)` hears how many have come so far. */
export async function eventsOf(HALL, day, told, signal) {
  const events = [];
  for (let after = "0"; ;) {
    const answer = await ask(`/api/v1${HALL}/days/${encodeURIComponent(day)}/events?${new URLSearchParams({ after, limit: PAGE })}`, { signal, accept: "application/x-ndjson" });
    const lines = (await answer.text()).split("\n").filter(Boolean);
    for (const line of lines) events.push(JSON.parse(line));
    told(events.length);
    if (lines.length < PAGE) return events;
    after = events.at(-1).id;
  }
}

/** The day of a hall before its first event. */
function morning(hall, at) {
  const queues = hall.queues.filter((queue) => queue.windows.length);
  const empty = queues.map((queue) => ({ queue: queue.id, names: queue.names, zone: queue.zone, waiting: 0, open_windows: 0, windows: queue.windows.length, serving: 0, issued: 0, called: 0, done: 0, missed: 0, cancelled: 0, mean_s: null, p90_s: null, longest_s: 0, wait_s: null }));
  const state = { at, open: true, totals: { ...NOBODY, windows: hall.windows.length }, queues: empty, windows: [], messages: NO_MESSAGES, alarms: [] };
  return { index: 0, state: begin(hall, state, { calls: [] }, []), counts: tally.begin(queues) };
}

/** A day that can be gone to: `to(ms)` is its state at a moment. */
export function pastDay(hall, events) {
  const times = events.map((event) => Date.parse(event.at)), first = times[0];
  const last = Date.parse((events.findLast((event) => !CLOSING.has(event.event)) ?? events.at(-1)).at);
  const queues = hall.queues.filter((queue) => queue.windows.length);
  const kept = [morning(hall, new Date(first).toISOString())];
  let here = copy(kept[0]);

  function to(at) {
    const goal = upTo(at);
    if (goal < here.index) here = copy(kept.findLast((one) => one.index <= goal));
    while (here.index < goal) forward(events[here.index]);
    return step(here.state, tally.told(here.counts, queues, here.state.windows, new Date(at).toISOString()));
  }

  function forward(event) {
    here.state = step(here.state, event);
    tally.count(here.counts, event);
    here.index += 1;
    if (here.index % KEPT === 0 && kept.at(-1).index < here.index) kept.push(copy(here));
  }

  /** How many events had happened by then. */
  function upTo(at) {
    let low = 0, high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return { first, last, to };
}

const copy = ({ index, state, counts }) => ({ index, state, counts: tally.copy(counts) });
