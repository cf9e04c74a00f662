// A rating for a visitor who asks the guide: the same five faces, none chosen before.
import { api, h, icon, pick, say } from "/static/look/live.js";
import { face, faces, reasons } from "/static/look/faces.js";

const MOST_KNOWN = 20;
const known = new Map();

const overOf = (ticket) => (ticket.status === "done" ? ticket.stop : ticket.stop - 1);

/** What this desk knows of a ticket's finished stops: read once for each that ends. */
function factsOf(HALL, ticket, redraw) {
  const key = `${ticket.id}/${overOf(ticket)}`;
  if (!known.has(key)) {
    const row = { stops: [], score: 0, tags: new Set(), problem: null, busy: false };
    known.set(key, row);
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value);
    api("GET", `${HALL}/tickets/${encodeURIComponent(ticket.id)}/rating`, undefined, { tries: 1 }).then(({ stops }) => { row.stops = stops; redraw(); }, () => known.delete(key));
  }
  return known.get(key);
}

/** The part of a ticket that can be rated, or null. */
export function ratingPart(HALL, ticket, serviceName, redraw) {
  if (overOf(ticket) < 1) return null;
  const row = factsOf(HALL, ticket, redraw);
  const open = row.stops.filter((stop) => stop.score === undefined).at(-1), last = row.stops.at(-1);
  if (!open) return last ? h("section", { class: "card sheet rated" }, h("p", { class: "rated-as" }, face(last.score), h("span", {}, say("rating.rated", { score: say(`rating.score.${last.score}`) })))) : null;

  async function send() {
    Object.assign(row, { busy: true, problem: null });
    redraw();
    try {
      await api("POST", `${HALL}/tickets/${encodeURIComponent(ticket.id)}/rating`, { score: row.score, tags: [...row.tags], stop: open.stop });
      open.score = row.score;
      Object.assign(row, { score: 0, tags: new Set() });
    } catch (problem) {
      row.problem = problem;
    }
    row.busy = false;
    redraw();
  }

  function choose(score) {
    if (score !== row.score) row.tags = new Set();
    row.score = score;
    redraw();
  }

  return h("section", { class: "card sheet rate", "aria-labelledby": "rate-title" }, h("h2", { id: "rate-title" }, say("rating.for_visitor")),
    h("p", { class: "soft" }, pick(serviceName(open.service)), " · ", say("common.window_n", { window: open.window })), faces(choose, { chosen: row.score, disabled: row.busy }),
    row.score > 0 && [reasons(row.score, row.tags), h("button", { type: "button", class: "button next", id: "rate-send", disabled: row.busy, onclick: send }, icon("check"), say("rating.send"))],
    row.problem && h("p", { class: "note bad", role: "alert" }, icon("warning"), row.problem.detail || row.problem.title));
}
