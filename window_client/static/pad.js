// The rating pad: it rests, asks after each finish, thanks, and forgets. Nothing is chosen before the visitor touches it.
import { api, facts, h, icon, live, newKey, now, page, pick, say } from "/static/look/live.js";
import { face, faces, reasons } from "/static/look/faces.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const NUMBER = facts.window;
const LAST = `${HALL}/windows/${NUMBER}/rating`;
/** So long after a finish the visitor is asked; so long after the last touch all of it is wiped; so long thanks stay. */
const ASKED_MS = 60_000, WIPED_MS = 30_000, THANKS_MS = 6_000;
const BEGINS = new Set(["ServiceStarted"]);
const stage = document.getElementById("stage");

/** `view`: loading, idle, ask, why, thanks, problem, signedout. What was touched stands in `score` and `tags` alone. */
const state = { view: "loading", stop: null, service: null, score: 0, tags: new Set(), problem: null, away: false, busy: false };
let timer = 0, done = "";

// ---- what is shown ----

const VIEWS = {
  loading: () => [h("p", { class: "calm" }, say("common.loading"))],
  idle: () => [h("h1", { class: "big" }, say("rating.idle_title", { window: NUMBER })), h("p", { class: "rest" }, say("rating.idle_detail"))],
  ask: () => [h("h1", { id: "rate-title" }, say("rating.ask")), about(), faces(choose), h("p", { class: "calm" }, say("rating.free"))],
  why: () => [h("h1", { class: "chosen" }, face(state.score), h("span", {}, say(`rating.score.${state.score}`))), reasons(state.score, state.tags),
    h("div", { class: "acts" }, h("button", { type: "button", class: "button", disabled: state.busy, onclick: () => show("ask") }, icon("undo"), say("rating.again")),
      h("button", { type: "button", class: "button next", id: "send", disabled: state.busy, onclick: send }, icon("check"), say("rating.send")))],
  thanks: () => [h("div", { class: "thanks slides-in" }, icon("check"), h("h1", {}, say("rating.thanks")), h("p", {}, say(state.score <= 2 ? "rating.thanks_low" : "rating.thanks_high")))],
  problem: () => [h("div", { class: "note bad", role: "alert" }, icon("warning"), h("div", {}, h("h1", {}, state.problem.code === "ALREADY_RATED" ? say("rating.already") : say("rating.gone")), h("p", {}, state.problem.detail || state.problem.title)))],
  away: () => [h("div", { class: "thanks" }, icon("offline"), h("h1", {}, say("rating.away_title")), h("p", {}, say("rating.away_detail")))],
  signedout: () => [h("div", { class: "thanks" }, icon("lock"), h("h1", {}, say("rating.signed_out")),
    h("a", { class: "button next", href: `/sign-in?${new URLSearchParams({ to: location.pathname })}` }, say("rating.sign_in")))],
};

const about = () => h("p", { class: "about" }, h("span", { class: "number" }, state.stop.number), state.service && h("span", {}, pick(state.service.names)));

function draw() {
  const view = state.away && !["why", "thanks", "signedout"].includes(state.view) ? "away" : state.view;
  if (stage.dataset.state !== view || view === "why" || view === "ask") stage.replaceChildren(...VIEWS[view]());
  stage.dataset.state = view;
  document.getElementById("connection").replaceChildren(...(state.away ? [icon("offline"), h("span", {}, say("common.offline_short"))] : []));
}

function show(view) {
  clearTimeout(timer);
  state.view = view;
  if (view === "idle" || view === "ask") Object.assign(state, { score: 0, tags: new Set(), problem: null, busy: false });
  if (view === "idle") state.stop = null;
  draw();
  if (view === "ask" || view === "thanks") document.getElementById("told").textContent = say(view === "ask" ? "rating.ask" : "rating.thanks");
  if (view === "ask") timer = setTimeout(() => show("idle"), Math.max(1000, Date.parse(state.stop.finished_at) + ASKED_MS - now()));
  if (view === "why") timer = setTimeout(send, WIPED_MS); // a touched face counts, though its visitor has gone
  if (view === "thanks" || view === "problem") timer = setTimeout(() => show("idle"), THANKS_MS);
}

// ---- what happens ----

function choose(score) {
  state.score = score;
  show("why");
}

async function send() {
  if (state.busy) return;
  clearTimeout(timer);
  state.busy = true;
  draw();
  const { stop } = state;
  const body = { score: state.score, tags: [...state.tags], stop: stop.stop };
  try {
    await api("POST", `${HALL}/tickets/${encodeURIComponent(stop.ticket)}/rating`, body, { key: newKey() });
    done = nameOf(stop);
    show("thanks");
  } catch (problem) {
    if (problem.status === 401) return show("signedout");
    state.problem = problem;
    if (problem.code === "ALREADY_RATED") done = nameOf(stop);
    show("problem");
  }
}

const nameOf = (stop) => `${stop.ticket}/${stop.stop}/${stop.finished_at}`;

/** Asks about what this window finished last, if that was just now and nobody has rated it yet. */
async function look() {
  const stop = await api("GET", LAST, undefined, { tries: 1 });
  const fresh = stop && stop.score === undefined && nameOf(stop) !== done && Date.parse(stop.finished_at) + ASKED_MS > now();
  if (!fresh) return ["loading", "ask"].includes(state.view) && show("idle");
  if (state.stop && nameOf(state.stop) === nameOf(stop) && state.view !== "idle") return;
  const { services } = await api("GET", `${HALL}/services?limit=5&q=${encodeURIComponent(stop.service)}`, undefined, { tries: 1 });
  Object.assign(state, { stop, service: services.find((row) => row.id === stop.service) ?? null });
  show("ask");
}

async function snapshot() {
  try {
    const board = await api("GET", `${HALL}/board`, undefined, { tries: 1 });
    await look();
    return board.last_event_id;
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403) show("signedout");
    throw problem;
  }
}

function onEvent(event) {
  if (event.window !== NUMBER) return;
  if (event.event === "ServiceFinished" || event.event === "ActUndone") look().catch(() => {}); // the next event, or the next connection, asks again
  if (BEGINS.has(event.event) && ["ask", "problem"].includes(state.view)) show("idle"); // somebody else stands here now
}

function onState(line) {
  state.away = line === "offline";
  draw();
}

window.addEventListener("offline", () => onState("offline"));
draw();
live({ topics: [`window:${NUMBER}`], snapshot, onEvent, onState });
