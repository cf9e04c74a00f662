// Messages in the cockpit: how many went out today, and by which channel. A shape and a word for whatever is not well.
import { h, icon, say } from "/static/look/live.js";
import { count } from "/static/cockpit/words.js";

const SIGNS = { bad: "warning", long: "clock", well: "check" };

const sign = (kind, key, n) => h("span", { class: `sign ${kind}` }, icon(SIGNS[kind]), h("span", {}, say(`messages.cockpit.${key}`, { n: count(n) })));

/** Today's messages as a figure: those sent, and what is not well. */
export function messageTile({ sent, failed, waiting, written }) {
  return [
    h("p", { class: "term" }, say("messages.cockpit.tile")),
    h("p", { class: "value number" }, count(sent)),
    failed ? sign("bad", "failed", failed) : waiting ? sign("long", "waiting", waiting) : written ? sign("long", "written", written) : null,
  ];
}

/** How a channel is: what failed counts more than what was late, and both more than what went well; a file reaches nobody. */
function state({ channel, failed, retried, behind }, written) {
  if (failed) return sign("bad", "failed", failed);
  if (behind) return sign("long", "behind", behind);
  if (retried) return sign("long", "retried", retried);
  return channel === "log" ? sign("long", "written", written) : sign("well", "well", 0);
}

/** What a channel is called: its own name, where it is one of the operator's. */
function named(channel) {
  try {
    return say(`messages.channel.${channel}`);
  } catch {
    return channel;
  }
}

/** A row for each channel that had something to send today. */
export function ways({ channels, waiting, quiet, written }) {
  const rows = channels.map((row) => h("tr", {}, h("th", { scope: "row" }, named(row.channel)), h("td", { class: "number" }, count(row.sent)), h("td", {}, state(row, written))));
  const head = ["channel", "sent", "state"].map((column) => h("th", { scope: "col" }, say(`messages.cockpit.${column}`)));
  return [
    rows.length ? h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)) : h("p", { class: "soft" }, say("messages.cockpit.none")),
    waiting ? h("p", {}, sign("long", "waiting", waiting)) : null,
    quiet ? h("p", { class: "soft" }, say("messages.cockpit.quiet", { n: count(quiet) })) : null,
  ];
}
