// The path of a visit as a list of stops: the same on kiosk, phone, console and desk. Each page brings its own words for
// places, names and waits.
import { h, icon } from "/static/look/live.js";

const MARKS = { done: "check", now: "right", later: "clock", left: "cross" };
const HOUR = /** the hall's own clock, by the page */ (clock, at) => clock(at);

/**
 * `ticket` is a ticket or a path (`{path, aside}`); `words` is `{t, nameOf, placeText, waitText, clock, moment}`;
 * `choose(service)`, where it is given, lets a later stop come first.
 */
export function pathList({ path = [], aside = [] }, words, { choose = null, busy = false } = {}) {
  if (!path.length && !aside.length) return null;
  return h("div", { class: "journey" },
    h("ol", { class: "journey-stops" }, path.map((row, at) => stopRow(row, at, path, words, choose, busy))),
    aside.length > 0 && asideList(aside, words));
}

const namesOf = (row, { nameOf }) => row.names.map((names) => nameOf(names));

function stopRow(row, at, path, words, choose, busy) {
  const { t, placeText, waitText } = words;
  const names = namesOf(row, words);
  const undone = (row.after ?? []).filter((id) => path.some((other) => other.status !== "done" && other.services.includes(id)));
  const mayChoose = choose && row.status === "later" && !undone.length && ["later", "now"].includes(row.status);
  return h("li", { class: "journey-stop", data: { status: row.status, service: row.services[0] }, "aria-current": row.status === "now" ? "step" : undefined },
    h("p", { class: "journey-mark" }, icon(MARKS[row.status] ?? "clock"), h("span", { class: "unseen" }, t("stop_n", { n: at + 1 }))),
    h("div", { class: "journey-what" },
      h("p", { class: "journey-name" }, names.map((name) => h("span", {}, name))),
      names.length > 1 && h("p", { class: "soft" }, t("together")),
      h("p", { class: "journey-place soft" }, h("span", {}, placeText(row.zone, row.queue, row.window)), stateText(row, words)),
      timeText(row, words),
      row.status === "later" && row.wait_s && h("p", { class: "soft" }, waitText(row.wait_s)),
      row.status !== "done" && row.wait_s === null && h("p", { class: "journey-note" }, icon("warning"), h("span", {}, t("nobody"))),
      mayChoose && h("button", { type: "button", class: "button quiet journey-choose", disabled: busy, onclick: () => choose(row.services[0]) }, h("span", {}, t("first_this"), h("span", { class: "unseen" }, ` ${names[0]}`)))));
}

function stateText(row, { t }) {
  if (row.status === "later") return null;
  return h("span", { class: "journey-state" }, t(row.status));
}

function timeText(row, { t, clock }) {
  const at = (row.not_before || row.expected_at) && HOUR(clock, row.not_before || row.expected_at);
  if (row.reason) return h("p", { class: "journey-note" }, icon(row.reason === "gap" ? "clock" : "right"), h("span", {}, t(row.reason, { at })));
  if (row.status !== "later") return null;
  if (row.not_before) return h("p", { class: "journey-note" }, icon("calendar"), h("span", {}, t("come_back", { at })));
  return row.expected_at && h("p", { class: "journey-at" }, icon("clock"), h("span", {}, t("expected", { at })));
}

function asideList(aside, words) {
  const { t, nameOf, placeText, moment } = words;
  const why = (row) => (row.why === "closed" && row.opens_at ? t("closed_until", { at: moment(row.opens_at) }) : t(row.why));
  return h("section", { class: "journey-aside" }, h("h3", {}, t("aside_title")),
    h("ul", {}, aside.map((row) => h("li", { data: { why: row.why } }, icon(row.why === "device" ? "device" : row.why === "assisted" ? "person" : "calendar"),
      h("div", {}, h("p", { class: "journey-name" }, h("span", {}, nameOf(row.names))),
        h("p", { class: "soft" }, why(row), ["device", "assisted"].includes(row.why) && row.zone && ` · ${placeText(row.zone)}`))))));
}

/** Minutes from seconds, never none. */
export const minutesOf = (seconds) => Math.max(1, Math.round(seconds / 60));
