// A diversion in words: what, why, whom it needs, when it helps, how much, and what came of it.
import { h, icon, name, now, pick, say, time } from "/static/look/live.js";
import { queueWait } from "/static/cockpit/fold.js";
import { duration } from "/static/cockpit/parts.js";
import { clock, count } from "/static/cockpit/words.js";

/** Minutes and seconds of a gain, with its sign: waits fall (−) or rise (+). */
export function change(seconds) {
  if (Math.abs(seconds) < 1) return "±0:00";
  return `${seconds > 0 ? "−" : "+"}${clock(Math.abs(seconds))}`;
}

const queueName = (id, hall) => { const row = hall?.queues.find((one) => one.id === id); return row ? `${id} ${pick(row.names)}` : id; };
const known = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value));

/** What is to be done, in one sentence. */
export function title(row, hall) {
  const service = row.names ? pick(row.names) : row.service;
  const words = { window: row.window, queue: queueName(row.queue, hall), service, to: row.to };
  const kind = row.action === "open_window" && row.queue ? "open_window_for" : row.action === "slow_entry" && !row.queue ? "slow_entry_hall" : row.action;
  try {
    return say(`cockpit_advice.action.${kind}`, words);
  } catch {
    return [row.action, ...Object.values(known({ window: row.window, queue: row.queue, service: row.service, to: row.to }))].join(" · ");
  }
}

/** Why: how long its queue waits now. The queues of a window by the plan where it names none. */
export function why(row, state, hall) {
  const planned = hall?.windows.find((one) => one.window === row.window)?.queues.map((share) => share.queue) ?? [];
  const wanted = row.queue ? [row.queue] : planned;
  const queues = state.queues.filter((one) => wanted.includes(one.queue));
  const worst = queues.sort((a, b) => (queueWait(b) ?? 0) - (queueWait(a) ?? 0))[0];
  if (!worst) return null;
  const words = { queue: worst.queue, waiting: count(worst.waiting), wait: duration(queueWait(worst)), open: worst.open_windows };
  return h("p", { class: "why" }, say(worst.open_windows ? "cockpit_advice.why" : "cockpit_advice.why_shut", words));
}

/** What it is expected to bring: the mean with its range, and nine in ten. */
export function gainLine({ gain }) {
  if (!gain) return h("p", { class: "gain soft" }, say("cockpit_advice.no_gain"));
  const ranged = gain.mean_low_s !== undefined && gain.mean_high_s !== undefined;
  return h("dl", { class: "gain" },
    h("div", {}, h("dt", {}, say("cockpit_advice.mean")), h("dd", { class: "number" }, change(gain.mean_s)), ranged && h("dd", { class: "range" }, say("cockpit_advice.range", { low: change(gain.mean_low_s), high: change(gain.mean_high_s) }))),
    h("div", {}, h("dt", {}, say("cockpit_advice.p90")), h("dd", { class: "number" }, change(gain.p90_s))));
}

/** Whom it needs, for how long, and when it takes effect. */
export function needsLine({ needs, cost_min: cost, lead_s: lead, status }) {
  const parts = [
    needs && [icon("person"), say(`cockpit_advice.needs.${needs}`)],
    cost > 0 && [icon("clock"), say("cockpit_advice.cost", { n: count(cost) })],
    status === "proposed" && [icon("right"), lead >= 60 ? say("cockpit_advice.lead", { n: Math.round(lead / 60) }) : say("cockpit_advice.at_once")],
  ].filter(Boolean);
  return h("p", { class: "needs" }, parts.map((part) => h("span", {}, part)));
}

/** How long it runs, has run, and who took what it offers. */
export function timeLine(row) {
  if (row.status !== "started") return null;
  const taken = row.offered > 0 && h("span", {}, icon("people"), say("cockpit_advice.taken", { taken: count(row.taken), offered: count(row.offered) }));
  const until = row.until_at && Date.parse(row.until_at) > now() && h("span", {}, icon("clock"), say("cockpit_advice.left"), " ", h("b", { class: "number", role: "timer", data: { until: row.until_at } }));
  return h("p", { class: "needs" }, until || h("span", {}, icon("clock"), say("cockpit_advice.since", { at: row.started_at ? time(row.started_at) : "–" })), !row.carried_at && h("span", { class: "soft" }, say("cockpit_advice.not_carried")), taken);
}

/** What came of it: the measured effect beside the predicted one, or why it was dismissed. */
export function doneLines(row) {
  const at = row.ended_at ? time(row.ended_at) : "";
  if (row.status === "dismissed") return [h("p", { class: "needs" }, h("span", { class: "soft" }, say("cockpit_advice.dismissed", { at })), row.reason && h("span", {}, reasonOf(row.reason)))];
  const measured = row.effect_mean_s !== null && row.effect_mean_s !== undefined;
  return [
    h("p", { class: "needs" }, h("span", { class: "soft" }, say("cockpit_advice.ended", { at })), row.offered > 0 && h("span", {}, say("cockpit_advice.taken", { taken: count(row.taken), offered: count(row.offered) }))),
    h("dl", { class: "gain" },
      h("div", {}, h("dt", {}, say("cockpit_advice.effect")), h("dd", { class: "number" }, measured ? change(row.effect_mean_s) : "–"), !measured && h("dd", { class: "range" }, say("cockpit_advice.effect_coming"))),
      row.gain && h("div", {}, h("dt", {}, say("cockpit_advice.predicted")), h("dd", { class: "number soft" }, change(row.gain.mean_s)))),
  ];
}

/** A reason from the short list in this language, any other as it was typed. */
export function reasonOf(reason) {
  try {
    return say(`cockpit_advice.reason.${reason}`);
  } catch {
    return name("reason", reason);
  }
}
