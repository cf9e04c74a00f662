// Queues counted from events alone, for the replay of a past day: what the server counts while a day lasts. No clock, no page.

/** Told of a visit that may be over: they move nothing. */
const AFTERWARDS = new Set(["RatingGiven", "CaseOpened", "CaseChanged", "PromiseMade", "PromiseChanged", "TicketEscalated"]);
const FINAL = new Set(["done", "cancelled", "expired"]);
const DAY = { issued: 0, called: 0, waited_ms: 0, done: 0, missed: 0, cancelled: 0, voiced: 0, flashed: 0, unseen: 0 };
const STEP_S = 10;
const COUNTS = { TicketIssued: "issued", TicketCalled: "called", ServiceFinished: "done", TicketMissed: "missed", TicketCancelled: "cancelled", CallUnseen: "unseen" };

/** An empty day of these queues. */
export function begin(queues) {
  return { tickets: new Map(), days: new Map(queues.map((queue) => [queue.id, { ...DAY, waits: new Map() }])), told: new Map() };
}

/** The same, apart from what happens to the other. */
export function copy({ tickets, days, told }) {
  const each = [...days].map(([queue, day]) => [queue, { ...day, waits: new Map(day.waits) }]);
  return { tickets: new Map(tickets), days: new Map(each), told: new Map(told) };
}

/** Counts one more event. */
export function count(tally, event) {
  if (event.event === "DayClosed") tally.tickets.clear();
  if (!event.ticket || AFTERWARDS.has(event.event)) return;
  const day = tally.days.get(event.queue);
  if (day) countDay(day, event);
  if (event.p50_s !== undefined) tally.told.set(event.queue, { p10: event.p10_s, p50: event.p50_s, p90: event.p90_s });
  move(tally.tickets, event);
}

function countDay(day, event) {
  const by = event.event === "ActUndone" ? -1 : 1, what = COUNTS[event.event === "ActUndone" ? event.undone : event.event];
  if (what) day[what] = Math.max(0, day[what] + by);
  if (event.event === "CallEscalated") day[event.step === "voice" ? "voiced" : "flashed"] += 1;
  if (what !== "called" || event.waited_ms === undefined) return;
  const bucket = Math.floor(event.waited_ms / 1000 / STEP_S);
  day.waited_ms = Math.max(0, day.waited_ms + by * event.waited_ms);
  day.waits.set(bucket, Math.max(0, (day.waits.get(bucket) ?? 0) + by));
}

function move(tickets, { ticket, queue, status, at }) {
  if (!status || FINAL.has(status)) { tickets.delete(ticket); return; }
  const before = tickets.get(ticket);
  const same = before?.queue === queue && before.status === status;
  tickets.set(ticket, same ? before : { queue, status, since: Date.parse(at) });
}

function quantile(waits, share) {
  const total = [...waits.values()].reduce((sum, n) => sum + n, 0);
  let seen = 0;
  for (const bucket of [...waits.keys()].sort((a, b) => a - b)) {
    seen += waits.get(bucket);
    if (total && seen >= share * total) return (bucket + 0.5) * STEP_S;
  }
  return null;
}

/** What `WaitEstimated` would have told at a moment: the queues and the whole hall. `windows` are those of the fold. */
export function told(tally, queues, windows, at) {
  const now = Date.parse(at), rows = [...windows.values()];
  const made = queues.map((queue) => row(tally, queue, rows, now));
  const sum = (key) => made.reduce((total, one) => total + one[key], 0);
  const waits = new Map();
  for (const { waits: own } of tally.days.values()) for (const [bucket, n] of own) waits.set(bucket, (waits.get(bucket) ?? 0) + n);
  const days = [...tally.days.values()], called = sum("called"), of = (key) => days.reduce((total, day) => total + day[key], 0);
  const totals = { waiting: sum("waiting"), open_windows: rows.filter((one) => one.status === "open").length, windows: rows.length, serving: rows.filter((one) => one.ticket).length,
    issued: sum("issued"), called, done: sum("done"), missed: sum("missed"), cancelled: sum("cancelled"), active: tally.tickets.size, silent: Math.max(0, called - of("voiced")),
    flashed: of("flashed"), voiced: of("voiced"), unseen: of("unseen"), mean_s: called ? of("waited_ms") / called / 1000 : null, p90_s: quantile(waits, 0.9), longest_s: Math.max(0, ...made.map((one) => one.longest_s)) };
  return { event: "WaitEstimated", at, queues: made, totals };
}

function row(tally, queue, windows, now) {
  const waiting = [...tally.tickets.values()].filter((ticket) => ticket.queue === queue.id && ticket.status === "waiting");
  const day = tally.days.get(queue.id), open = windows.filter((one) => one.status === "open" && one.queues.some((share) => share.queue === queue.id));
  const serving = [...tally.tickets.values()].filter((ticket) => ticket.queue === queue.id && (ticket.status === "called" || ticket.status === "serving")).length;
  const since = waiting.reduce((first, ticket) => Math.min(first, ticket.since), now);
  return { queue: queue.id, names: queue.names, zone: queue.zone, waiting: waiting.length, open_windows: open.length, windows: queue.windows.length, serving, issued: day.issued, called: day.called,
    done: day.done, missed: day.missed, cancelled: day.cancelled, mean_s: day.called ? day.waited_ms / day.called / 1000 : null, p90_s: quantile(day.waits, 0.9),
    longest_s: Math.floor((now - since) / 1000), wait_s: tally.told.get(queue.id) ?? null };
}
