// Diversions as the cockpit holds them: rows of the wire, or made of events alone when a past day is replayed. Pure.

const STATUS = { DiversionProposed: "proposed", DiversionStarted: "started", DiversionEnded: "ended", DiversionDismissed: "dismissed" };
const MOMENTS = { proposed: "proposed_at", started: "started_at", ended: "ended_at", dismissed: "ended_at" };
const NEW = { window: 0, queue: "", service: "", to: "", gain: null, needs: "", cost_min: 0, lead_s: 0, proposed_at: null, started_at: null, until_at: null, ended_at: null,
  by: "", reason: "", offered: 0, taken: 0, effect_mean_s: null, effect_p90_s: null };
const SHOWN_ENDED = 12;
/** Who may be sent by hand, and where from: windows, queues or items. */
export const WINDOW_ACTIONS = new Set(["open_window", "reskill_window", "send_out"]);
export const QUEUE_ACTIONS = new Set(["reskill_window", "send_helpers", "offer_later", "slow_entry"]);

/** The diversions after one more event. */
export function diverted(rows, event) {
  const old = rows.get(event.diversion) ?? { ...NEW, id: event.diversion };
  const after = new Map(rows);
  after.set(event.diversion, event.event === "DiversionAnswered" ? answered(old, event) : changed(old, event));
  return after;
}

const answered = (row, { answer }) => ({ ...row, offered: row.offered + (answer === "shown" ? 1 : 0), taken: row.taken + (answer === "accepted" ? 1 : 0) });

function changed(row, event) {
  const status = STATUS[event.event] ?? row.status;
  const { action = row.action, window = row.window, queue = row.queue, service = row.service, to = row.to, reason = row.reason } = event;
  return { ...row, status, action, window, queue, service, to, reason, gain: gainOf(event) ?? row.gain, until_at: event.until_at ?? row.until_at,
    effect_mean_s: event.effect_mean_s ?? row.effect_mean_s, effect_p90_s: event.effect_p90_s ?? row.effect_p90_s, [MOMENTS[status]]: event.at };
}

const gainOf = ({ gain_mean_s: mean, gain_p90_s: p90 }) => (mean === undefined ? null : { mean_s: mean, p90_s: p90 });

/** A row of the wire, whole. */
export const whole = ({ measure = {}, ...row }) => ({ ...NEW, ...measure, ...row });

/** What is shown: proposals by gain, those that run, and the latest that are over. */
export function grouped(rows) {
  const of = (...statuses) => [...rows.values()].filter((row) => statuses.includes(row.status));
  const latest = (a, b) => Date.parse(b.ended_at ?? 0) - Date.parse(a.ended_at ?? 0);
  return {
    proposed: of("proposed").sort((a, b) => (b.gain?.mean_s ?? 0) - (a.gain?.mean_s ?? 0)),
    started: of("started").sort((a, b) => Date.parse(a.started_at ?? 0) - Date.parse(b.started_at ?? 0)),
    over: of("ended", "dismissed").sort(latest).slice(0, SHOWN_ENDED),
  };
}
