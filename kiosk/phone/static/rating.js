// A rating from the phone: of the visit that has ended, or of the stop that was just finished. Voluntary, and never asked twice.
import { api, facts, h, page, pick, say } from "/static/look/live.js";
import { face, faces, reasons } from "/static/look/faces.js";
import { button, refusal } from "/static/phone/parts.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const RATING = `${HALL}/tickets/${encodeURIComponent(facts.ticket)}/rating`;
const LONGEST = 500;

/** What this page knows of its ratings. `redraw()` shows it again. */
export function ratings(redraw) {
  const state = { stops: [], names: new Map(), score: 0, tags: new Set(), comment: "", busy: false, problem: null, thanked: 0 };
  let asked = "";

  /** Reads what can be rated, once for each finished stop of the ticket. */
  async function read(ticket) {
    const over = ticket.status === "done" ? ticket.stop : ticket.stop - 1;
    const key = `${over}/${ticket.status === "done"}`;
    if (over < 1 || key === asked) return;
    asked = key;
    try {
      ({ stops: state.stops } = await api("GET", RATING, undefined, { tries: 1 }));
      await Promise.all(state.stops.map(nameStop));
    } catch {
      asked = ""; // asked again with the next event
    }
    redraw();
  }

  async function nameStop({ service }) {
    if (state.names.has(service)) return;
    const { services } = await api("GET", `${HALL}/services?limit=5&q=${encodeURIComponent(service)}`, undefined, { tries: 1 });
    state.names.set(service, services.find((row) => row.id === service)?.names ?? { zh: service });
  }

  function choose(score) {
    if (score !== state.score) state.tags = new Set();
    Object.assign(state, { score, problem: null });
    redraw();
  }

  async function send(stop) {
    if (state.busy) return;
    Object.assign(state, { busy: true, problem: null });
    redraw();
    const comment = state.comment.replace(/\s+/g, " ").trim();
    try {
      await api("POST", RATING, { score: state.score, tags: [...state.tags], stop: stop.stop, ...(comment && { comment }) });
      Object.assign(stop, { score: state.score });
      Object.assign(state, { thanked: state.score, score: 0, tags: new Set(), comment: "", busy: false });
    } catch (problem) {
      if (problem.code === "ALREADY_RATED") asked = "";
      Object.assign(state, { busy: false, problem });
    }
    redraw();
  }

  const about = (stop) => h("p", { class: "soft" }, pick(state.names.get(stop.service)), " · ", say("common.window_n", { window: stop.window }));

  function thanks(score) {
    return h("section", { class: "rating thanked", role: "status" }, face(score), h("div", {}, h("h2", {}, say("rating.thanks")),
      h("p", { class: "soft" }, say(score <= 2 ? "rating.thanks_low" : "rating.thanks_high"))));
  }

  function form(stop) {
    return [reasons(state.score, state.tags),
      h("label", { class: "field", for: "rating-comment" }, h("span", {}, say("rating.comment")),
        h("textarea", { id: "rating-comment", rows: 3, maxlength: LONGEST, "aria-describedby": "rating-hint", oninput: (event) => { state.comment = event.target.value; } }, state.comment)),
      h("p", { class: "soft", id: "rating-hint" }, say("rating.comment_hint")),
      button("next", "check", say("rating.send"), () => send(stop), { id: "rating-send", disabled: state.busy })];
  }

  /** The card: the latest stop that nobody rated; thanks once it is; nothing where there is nothing to rate. */
  function card() {
    const open = state.stops.filter((stop) => stop.score === undefined).at(-1);
    if (!open) return state.stops.length > 0 && thanks(state.thanked || state.stops.at(-1).score);
    return h("section", { class: "rating", "aria-labelledby": "rate-title" }, h("h2", { id: "rate-title" }, say("rating.ask")), about(open),
      faces(choose, { chosen: state.score, disabled: state.busy }),
      state.score ? form(open) : h("p", { class: "soft" }, say("rating.free")), refusal(state.problem));
  }

  return { read, card };
}
