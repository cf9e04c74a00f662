// Visits of several stops at the guide desk: the path of a ticket with another stop first, and a life event for someone.
import { h, icon, pick, say, time, waitRange } from "/static/look/live.js";
import { minutesOf, pathList } from "/static/look/journey.js";
import { HOUR, placeText } from "/static/window_client/desk_cards.js";

const t = (key, values) => say(`journey.${key}`, values);

const words = {
  t, nameOf: pick,
  placeText: (zone, queue, window) => [placeText(zone), window && say("common.window_n", { window })].filter(Boolean).join(" · "),
  waitText: (wait) => waitRange(wait),
  clock: (at) => time(at, HOUR),
  moment: (at) => time(at, { weekday: "short", month: "long", day: "numeric", ...HOUR }),
};

/** The path of the ticket on the desk; its visitor may want another stop first. */
export function pathPart(ticket, acts, busy) {
  if (!ticket.path && !ticket.aside) return null;
  const may = ["waiting", "held"].includes(ticket.status);
  return h("section", { class: "card sheet journey-card" }, h("h2", {}, t("path_title")),
    pathList(ticket, words, { choose: may ? (service) => acts.choose(ticket, service) : null, busy }));
}

/** A life event for someone: its path first, then the ticket. */
export function eventing(acts) {
  const box = h("div", { class: "stack" });

  function list(journeys) {
    if (!journeys.length) return box.replaceChildren(h("p", { class: "soft" }, t("none")));
    return box.replaceChildren(h("p", { class: "soft" }, t("events_lead")), h("ul", { class: "items" }, journeys.map((row) =>
      h("li", {}, h("button", { type: "button", class: "item", data: { journey: row.id }, onclick: () => show(row, journeys) }, h("b", {}, pick(row.names)))))));
  }

  async function show(row, journeys) {
    box.replaceChildren(h("p", { class: "soft", role: "status" }, say("common.loading")));
    const back = h("button", { type: "button", class: "button", onclick: () => list(journeys) }, icon("left"), say("common.back"));
    try {
      const plan = await acts.path(row.id);
      box.replaceChildren(h("h2", {}, pick(row.names)), plan.total_s !== null && h("p", { class: "soft" }, t("total", { n: minutesOf(plan.total_s) })),
        pathList(plan, words), h("div", { class: "acts" }, back, h("button", { type: "button", class: "button next", onclick: () => acts.issue({ journey: row.id }) }, icon("ticket"), t("take_path"))));
    } catch (problem) {
      box.replaceChildren(h("p", { role: "alert" }, problem.title), h("div", { class: "acts" }, back));
    }
  }

  acts.journeys().then(list, (problem) => box.replaceChildren(h("p", { role: "alert" }, problem.title)));
  return box;
}
