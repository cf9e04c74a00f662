// The guide desk, on foot or at a table: one field for whatever visitors show, and what can be done about it.
import { api, h, icon, live, newKey, now, page, say, time } from "/static/look/live.js";
import { standsFor } from "/static/look/scanned.js";
import { camera } from "/static/window_client/desk_camera.js";
import { bookingCard, problemCard, t, ticketCard } from "/static/window_client/desk_cards.js";
import { complaining, takenText } from "/static/window_client/desk_complaint.js";
import { projecting } from "/static/window_client/desk_projects.js";
import { crowd } from "/static/window_client/desk_crowd.js";
import { gateCard } from "/static/window_client/desk_gate.js";
import { calls } from "/static/window_client/desk_help.js";
import { eventing, pathPart } from "/static/window_client/desk_journey.js";
import { interpreters } from "/static/window_client/desk_interpreters.js";
import { lockers } from "/static/window_client/desk_lockers.js";
import { hardPart } from "/static/window_client/desk_hard.js";
import { promises } from "/static/window_client/desk_promises.js";
import { offerPart } from "/static/window_client/desk_offer.js";
import { interpreterPart, papersPart } from "/static/window_client/desk_papers.js";
import { ratingPart } from "/static/window_client/desk_rating.js";
import { several } from "/static/window_client/desk_several.js";
import { tasks } from "/static/window_client/desk_tasks.js";
import { issuing, pardoning } from "/static/window_client/desk_tools.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const MODE = `greenwave.desk.${page.hall}`;
const MOST_LATEST = 8;
const GATE_MS = 12_000;
const LIKE_TOUCH = matchMedia("(pointer: coarse)");
const $ = (id) => document.getElementById(id);

/** `found` is what lies on the desk: `{kind: "booking"|"ticket"|"problem"|"gate", ...}`. */
const state = { found: null, gate: kept() === "gate", busy: false, tool: "", latest: [], services: new Map(), online: "loading" };
let watching = null, clearing = 0;

function kept() {
  try {
    return localStorage.getItem(MODE);
  } catch {
    return null;
  }
}

// ---- asking the server ----

async function call(method, path, body) {
  try {
    return await api(method, HALL + path, body, { key: newKey(), tries: 2 });
  } catch (problem) {
    if (problem.status === 401) signedOut();
    throw problem;
  }
}

/** One thing at a time: a second press, or a scan meanwhile, waits for nothing and does nothing. */
async function once(act) {
  if (state.busy) return;
  state.busy = true;
  draw();
  try {
    await act();
  } catch (problem) {
    lay({ kind: state.gate ? "gate" : "problem", problem });
  }
  state.busy = false;
  draw();
  refocus();
}

const booking = (code) => call("GET", `/bookings/${encodeURIComponent(code)}`);
const ticket = (id) => call("GET", `/tickets/${encodeURIComponent(id)}`);

const CHECKS = {
  async desk({ kind, wish, ticket: id, number }) {
    if (kind !== "booking") return lay({ kind: "ticket", ticket: await ticket(id ?? number) });
    return wish.pass ? checkIn(wish) : lay({ kind: "booking", booking: await booking(wish.code) });
  },
  async gate({ kind, wish, ticket: id, number }) {
    if (kind === "booking") return checkIn(wish);
    return lay({ kind: "gate", ticket: await ticket(id ?? number) });
  },
};

function look(text) {
  const found = standsFor(text);
  if (!found) return once(async () => { throw { code: "UNKNOWN", title: t("unknown_title"), detail: t("unknown_detail") }; });
  if (found.hall && found.hall !== page.hall) return once(async () => { throw { code: "OTHER_HALL", title: t("other_hall_title"), detail: t("other_hall_detail") }; });
  return once(() => CHECKS[state.gate ? "gate" : "desk"](found));
}

// ---- acts ----

/** A check-in by what was shown; the ticket that comes of it is laid out. */
async function checkIn(wish) {
  const made = await call("POST", "/check-in", wish).catch((problem) => { throw { ...problem, wish }; });
  note("check", made.number, "did_check_in");
  lay({ kind: state.gate ? "gate" : "ticket", ticket: made, fresh: true, done: "check_in" });
}

const acts = {
  checkIn: ({ code }) => once(() => checkIn({ code })),
  checkInAs: (wish) => once(() => checkIn(wish)),
  cancelBooking: ({ code }) => once(async () => {
    const left = await call("DELETE", `/bookings/${encodeURIComponent(code)}`);
    note("cross", code, "did_cancel");
    lay({ kind: "booking", booking: left });
  }),
  cancelTicket: ({ id, number }) => once(async () => {
    const left = await call("POST", `/tickets/${encodeURIComponent(id)}/cancel`);
    note("cross", number, "did_cancel");
    lay({ kind: "ticket", ticket: left });
  }),
  reinstate: ({ id, number }) => once(async () => {
    const back = await call("POST", `/tickets/${encodeURIComponent(id)}/reinstate`);
    note("undo", number, "did_reinstate");
    lay({ kind: "ticket", ticket: back });
  }),
  pardon: (wanted) => once(async () => {
    await call("POST", "/pardons", wanted);
    note("undo", "", "did_pardon");
    openTool("");
    lay({ kind: "said", text: t("pardoned") });
  }),
  issue: (wish) => once(async () => {
    const made = await call("POST", "/tickets", { ...wish, channel: "desk" });
    note("ticket", made.number, "did_issue");
    openTool("");
    lay({ kind: "ticket", ticket: made, fresh: true, done: "issue" });
  }),
  answerOffer: ({ id, number, offer }, answer) => once(async () => {
    const left = await call("POST", `/tickets/${encodeURIComponent(id)}/offer`, { diversion: offer.diversion, answer });
    note("transfer", number, `did_offer_${answer}`);
    lay({ kind: "ticket", ticket: left });
  }),
  openTicket: (id) => once(async () => lay({ kind: "ticket", ticket: await ticket(id) })),
  complain: (wanted) => once(async () => {
    const taken = await call("POST", "/cases", { kind: "complaint", ...wanted });
    openTool("");
    lay({ kind: "said", text: takenText(taken) });
  }),
  visitProject: (code) => once(async () => {
    const made = await call("POST", "/projects/visit", { code, channel: "desk" });
    note("ticket", made.number, "did_issue");
    openTool("");
    lay({ kind: "ticket", ticket: made, fresh: true, done: "issue" });
  }),
  checkPapers: ({ id, number }, missing) => once(async () => {
    const left = await call("POST", `/tickets/${encodeURIComponent(id)}/papers`, { missing });
    note("paper", number, "did_papers");
    lay({ kind: "ticket", ticket: left });
  }),
  askInterpreter: ({ id, number }, language) => once(async () => {
    const left = await call("POST", `/tickets/${encodeURIComponent(id)}/interpreter`, { language });
    note("globe", number, "did_interpreter");
    lay({ kind: "ticket", ticket: left });
  }),
  withoutInterpreter: ({ id }) => once(async () => lay({ kind: "ticket", ticket: await call("DELETE", `/tickets/${encodeURIComponent(id)}/interpreter`) })),
  took: ({ number }) => { note("ticket", number, "did_issue"); draw(); },
  onDesk: () => (state.found?.kind === "ticket" ? state.found.ticket : null),
  choose: ({ id }, service) => once(async () => {
    const moved = await call("POST", `/tickets/${encodeURIComponent(id)}/path`, { service });
    lay({ kind: "ticket", ticket: moved });
  }),
  journeys: async () => (await call("GET", "")).journeys,
  path: (journey) => call("GET", `/path?journey=${encodeURIComponent(journey)}`),
  search: (q) => call("GET", `/services?limit=30&q=${encodeURIComponent(q)}`),
  close: () => { lay(null); draw(); refocus(); },
};

function note(picture, what, key) {
  state.latest = [{ picture, what, key, at: now() }, ...state.latest].slice(0, MOST_LATEST);
}

// ---- what lies on the desk ----

function lay(found) {
  watching?.stop();
  clearTimeout(clearing);
  watching = null;
  state.found = found;
  if (found?.kind === "gate") clearing = setTimeout(() => { lay(null); draw(); }, GATE_MS); // nobody takes it for the next one's
  const id = found?.kind === "ticket" && found.ticket.id;
  if (id) watching = follow(`ticket:${id}`, () => ticket(id), (fresh) => { found.ticket = { ...fresh, token: found.ticket.token }; });
  const code = found?.kind === "booking" && found.booking.code;
  if (code) watching = follow(`booking:${code.replace("-", "")}`, () => booking(code), (fresh) => { found.booking = fresh; });
}

/** Keeps what is shown true while it is looked at. */
function follow(topics, read, take) {
  let timer = 0;
  const again = async () => {
    try {
      take(await read());
      draw();
    } catch { /* the next event asks again */ }
  };
  return live({ topics, snapshot: async () => (await api("GET", `${HALL}/board`)).last_event_id, onEvent: () => { clearTimeout(timer); timer = setTimeout(again, 200); } });
}

// ---- the page ----

function card() {
  const { found, busy } = state;
  if (state.gate) return gateCard(found, busy, serviceName);
  if (busy && !found) return h("p", { class: "calm" }, icon("clock"), h("span", {}, t("asking")));
  if (!found) return h("p", { class: "calm" }, icon("scan"), h("span", {}, t("empty")));
  if (found.kind === "said") return h("p", { class: "note slides-in" }, icon("check"), h("span", {}, found.text));
  if (found.kind === "booking") return bookingCard(found, acts, serviceName, busy);
  if (found.kind === "ticket") return [ticketCard(found, acts, serviceName, busy), pathPart(found.ticket, acts, busy), offerPart(found.ticket, acts, serviceName, busy), papersPart(found.ticket, acts, state.services.get(found.ticket.service), draw, busy), interpreterPart(HALL, found.ticket, acts, draw, busy), hardPart(HALL, found.ticket, acts, draw), ratingPart(HALL, found.ticket, serviceName, draw)];
  return problemCard(found.problem, acts, busy);
}

const serviceName = (id) => state.services.get(id)?.names ?? { zh: id };

function draw() {
  document.body.classList.toggle("at-gate", state.gate);
  $("mode-desk").setAttribute("aria-pressed", String(!state.gate));
  $("mode-gate").setAttribute("aria-pressed", String(state.gate));
  $("what-label").textContent = t(state.gate ? "field_gate" : "field");
  $("what").inputMode = state.gate ? "none" : "text";
  $("go").disabled = state.busy;
  $("found").replaceChildren(...[card()].flat().filter(Boolean));
  $("latest").replaceChildren(...(state.latest.length ? state.latest.map(latestRow) : [h("li", { class: "soft" }, t("latest_none"))]));
  $("connection").replaceChildren(icon(state.online === "offline" ? "offline" : "online"), h("span", {}, say(state.online === "offline" ? "common.offline_short" : "common.online")));
  $("connection").dataset.state = state.online;
}

const latestRow = ({ picture, what, key, at }) => h("li", {}, icon(picture), h("span", {}, t(key), " ", what && h("b", { class: "number" }, what)), h("time", { class: "soft" }, time(at)));

/** The field has the keyboard, so that a scanner types into it; but no on-screen keys jump up on a phone. */
function refocus() {
  if (state.tool || (LIKE_TOUCH.matches && !state.gate)) return;
  $("what").focus({ preventScroll: true });
}

function turn(gate) {
  state.gate = gate;
  try {
    localStorage.setItem(MODE, gate ? "gate" : "desk");
  } catch { /* then it is the desk again after a reload */ }
  openTool("");
  acts.close();
}

const TOOLS = { issue: issuing, several, journey: eventing, pardon: pardoning, complaint: complaining, project: projecting };

function openTool(name) {
  state.tool = name;
  $("tool").hidden = !name;
  for (const each of Object.keys(TOOLS)) $(`tool-${each}`).setAttribute("aria-expanded", String(each === name));
  $("tool").replaceChildren(...(name ? [TOOLS[name](acts, () => openTool(""))] : []));
  $("tool").querySelector("input")?.focus();
  if (!name) refocus();
}

function signedOut() {
  location.assign(`/sign-in?${new URLSearchParams({ to: location.pathname })}`);
}

function submit(event) {
  event?.preventDefault();
  const text = $("what").value;
  $("what").value = "";
  if (text.trim()) look(text);
}

/** A scanner types wherever the keyboard is: what no field takes goes into ours. */
function catchKeys(event) {
  const taken = event.target.closest?.("input, select, textarea, button, a");
  if (!taken && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) $("what").focus({ preventScroll: true });
}

async function readServices() {
  const { services } = await api("GET", `${HALL}/services`);
  state.services = new Map(services.map((row) => [row.id, row]));
  draw();
  drawTasks();
  people.draw();
  boxes.draw();
}

$("ask").addEventListener("submit", submit);
$("mode-desk").addEventListener("click", () => turn(false));
$("mode-gate").addEventListener("click", () => turn(true));
for (const each of Object.keys(TOOLS)) $(`tool-${each}`).addEventListener("click", () => openTool(state.tool === each ? "" : each));
document.addEventListener("keydown", catchKeys, { capture: true });
camera($("camera"), $("finder"), look);
setInterval(() => { $("clock").textContent = time(now()); }, 1000);
const people = interpreters(HALL, $("people"), () => state.services);
const drawTasks = tasks(HALL, $("tasks"), () => state.services, [people, promises(HALL, $("promises"))]);
calls(HALL, $("calls"), (online) => { state.online = online; draw(); });
crowd(HALL, $("crowd"));
const boxes = lockers(HALL, $("lockers"), acts.onDesk, () => state.services);
readServices().catch(() => {});
draw();
refocus();
