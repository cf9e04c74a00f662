// The kiosk page: which view is shown, and the one act it knows: taking a ticket.
import { facts, h, icon, LANG, langs, newKey, now, setNow, time } from "/static/look/live.js";
import { arrivals, bookedView, notArrivedView } from "/static/kiosk/arrival.js";
import { areaView, collectView } from "/static/kiosk/collect.js";
import { awayCover, blockedCover, closedCover, loadingCover } from "/static/kiosk/covers.js";
import { AGENT, device, forgetCard, isOffline, leaveUnprinted, takeTicket } from "/static/kiosk/device.js";
import { helpDialog, idleDialog, languageDialog, languageWords } from "/static/kiosk/dialogs.js";
import { departmentsView, departmentView, findView } from "/static/kiosk/find.js";
import { followHall } from "/static/kiosk/hall.js";
import { watchIdle } from "/static/kiosk/idle.js";
import { insteadView } from "/static/kiosk/instead.js";
import { forgetInterpreter, interpreterDialog } from "/static/kiosk/interpreter.js";
import { itemView } from "/static/kiosk/item.js";
import { eventsView, severalView, visitView, visitWish } from "/static/kiosk/journey.js";
import { lookedUpView, printingView, ticketView } from "/static/kiosk/printed.js";
import { chooseView, startView } from "/static/kiosk/start.js";
import { drawState, offlineStrip } from "/static/kiosk/state.js";
import { refreshWaits } from "/static/kiosk/waits.js";
import { lang, nameOf, speak, t } from "/static/kiosk/words.js";

const VIEWS = {
  start: startView, choose: chooseView, booked: bookedView, departments: departmentsView, department: departmentView, find: findView, item: itemView, instead: insteadView,
  collect: collectView, area: areaView,
  events: eventsView, several: severalView, visit: visitView,
  printing: printingView, ticket: ticketView, lookup: lookedUpView, "not-arrived": notArrivedView,
};
const DONE = ["ticket", "lookup", "instead"];
const QUIET = { quiet_s: 60, warn_s: 30 };
const QUIET_TICKET = { quiet_s: 25, warn_s: 20, any_touch: true };
const QUIET_UNPRINTED = { quiet_s: 60, warn_s: 30, any_touch: true };
const $ = (id) => document.getElementById(id);
const fresh = () => ({ view: { name: "start" }, trail: [], care: false, low: false });

let state = fresh();
let over = null;

// ---- going about ----

function go(view) {
  state.trail.push(state.view);
  show(view);
}

function back() {
  show(state.trail.pop() || { name: "start" });
}

function home() {
  state.trail = [];
  show({ name: "start" });
}

function show(view) {
  if (view.name === "item") Object.assign(view, { priority: view.priority || (device.card?.elder ? "elder" : "normal"), problem: null, missed: null });
  state.view = view;
  if (view.name === "item") hall.look(view.id);
  draw();
  $("view").focus({ preventScroll: true });
}

function wipe() {
  const { ticket, name } = state.view;
  if (name === "ticket" && ticket.printed === false && !ticket.shown) leaveUnprinted(ticket.number, false).catch(() => {}); // nobody wanted it
  speak(LANG);
  state = fresh();
  forgetCard();
  forgetInterpreter();
  close();
  drawFrame();
  draw();
}

// ---- drawing ----

function covered() {
  if (["ticket", "printing", "lookup"].includes(state.view.name)) return null;
  if (hall.away) return awayCover();
  if (!hall.ready && !device.status.blocked) return loadingCover();
  if (device.status.blocked) return blockedCover(device.status.blocked, device.status.hotline, openHelp);
  if (!hall.open && state.view.name === "start") return closedCover(hall, () => go({ name: "find", q: "" }), go);
  return null;
}

function draw() {
  const desk = { hall, names: facts.names, state, scanner: device.status.scanner, go, back, home, show, take, arrive: arrival.arrive, refuse: arrival.refuse, help: openHelp, interpreter: openInterpreter, redraw: draw };
  const place = document.querySelector(".scroll")?.scrollTop || 0;
  const cover = covered();
  const strip = isOffline() && !cover && ["start", "choose", "item", "visit"].includes(state.view.name) && offlineStrip();
  $("view").replaceChildren(...[strip, cover || VIEWS[state.view.name](desk, state.view)].filter(Boolean));
  if (place && document.querySelector(".scroll")) document.querySelector(".scroll").scrollTop = place;
  drawState($("state"));
}

function drawFrame() {
  document.body.dataset.theme = state.care ? "care" : "light";
  document.body.classList.toggle("low", state.low);
  $("hall-name").textContent = nameOf(facts.names);
  const change = (patch) => () => { Object.assign(state, patch); drawFrame(); draw(); };
  const key = (picture, text, onclick, attrs = {}) => h("button", { type: "button", class: "mode", onclick, ...attrs }, icon(picture), h("span", {}, text));
  $("foot").replaceChildren(
    ...(langs.length > 1 ? [key("globe", languageWords(langs), openLanguages, { class: "mode language", "aria-haspopup": "dialog" })] : []),
    key("care", state.care ? t("care_off") : t("care_on"), change({ care: !state.care }), { "aria-pressed": String(state.care) }),
    key("wheelchair", state.low ? t("low_off") : t("low_on"), change({ low: !state.low }), { "aria-pressed": String(state.low) }),
    key("help", t("help"), openHelp));
  drawClock();
}

function drawClock() {
  $("date").textContent = time(now(), { month: "long", day: "numeric", weekday: "long" }, lang());
  $("clock").textContent = time(now());
}

// ---- what lies over the page ----

function open(node) {
  over = node;
  $("over").replaceChildren(node);
  for (const part of document.querySelectorAll(".top, main, .foot")) part.inert = true;
  node.querySelector(".big.next, [aria-current=true]").focus();
}

function close() {
  over?.closed?.();
  over = null;
  $("over").replaceChildren();
  for (const part of document.querySelectorAll(".top, main, .foot")) part.inert = false;
}

function openHelp() {
  open(helpDialog({ close, languages: langs, interpreter: isOffline() ? null : () => { close(); openInterpreter(); } }));
}

function openInterpreter() {
  const hasTicket = state.view.name === "ticket" && !state.view.ticket.offline;
  open(interpreterDialog({ languages: langs, hasTicket, close, told: () => { close(); draw(); } }));
}

function openLanguages() {
  const leave = () => { close(); document.querySelector(".mode.language").focus(); };
  const choose = (language) => { speak(language); drawFrame(); draw(); leave(); };
  open(languageDialog({ languages: langs, choose, close: leave }));
}

function warn(left) {
  const done = document.querySelector(".done span");
  if (done) done.textContent = left ? t("ticket_done_in", { n: left }) : t("ticket_done");
  else if (left === null) { if (over?.tell) close(); } else {
    if (!over?.tell) open(idleDialog({ stay: () => idle.stay(), leave: wipe }));
    over.tell(left);
  }
}

function limits() {
  if (state.view.name === "printing") return null;
  if (state.view.name === "ticket" && state.view.ticket.printed === false && !state.view.ticket.shown) return QUIET_UNPRINTED;
  if (DONE.includes(state.view.name)) return QUIET_TICKET;
  const clean = state.view.name === "start" && !over && !state.care && !state.low && lang() === LANG;
  return clean ? null : QUIET;
}

// ---- the ticket ----

/** One wish has one key, however often it is touched or tried: it can only ever give one ticket. */
function keyFor(view, wish) {
  const same = JSON.stringify(wish);
  if (view.wish !== same) Object.assign(view, { wish: same, key: newKey() });
  return view.key;
}

async function take(view, insist) {
  if (view.busy) return;
  Object.assign(view, { busy: true, problem: null });
  const wish = view.name === "visit" ? visitWish(view) : { service: view.id, priority: view.priority, insist, ...(view.voice && { voice: true }) };
  if (AGENT) show({ name: "printing", id: view.id });
  else draw();
  try {
    const ticket = await takeTicket(wish, keyFor(view, { ...wish, language: lang() }));
    state.trail = [];
    view.busy = false;
    show({ name: "ticket", ticket: { service: view.id, ...ticket } });
    forgetCard();
  } catch (problem) {
    await refused(view, problem);
  }
  idle.stay();
}

async function refused(view, problem) {
  if (problem.code === "HALL_CLOSED") await hall.read().catch(() => {});
  const title = problem.code === "OFFLINE" ? t("offline_title") : problem.title;
  const detail = problem.code === "OFFLINE" ? "" : problem.detail;
  Object.assign(view, { busy: false, problem: hall.open ? { ...problem, title, detail } : null });
  state.view = view;
  draw();
}

// ---- what the machine tells ----

const MISSED = { CARD_REMOVED: "card_removed", CARD_UNREADABLE: "card_unreadable" };

function takeCard(card) {
  device.card = card;
  state.view.missed = null;
  if (state.view.name === "item" && card.elder && state.view.priority === "normal") state.view.priority = "elder";
  idle.stay();
  if (!state.view.busy) draw();
}

function missCard({ code }) {
  if (state.view.name !== "item") return;
  state.view.missed = MISSED[code] || MISSED.CARD_UNREADABLE;
  idle.stay();
  if (!state.view.busy) draw();
}

function takeCode(code) {
  idle.stay();
  if (state.view.busy || state.view.name === "printing") return;
  if (over) close();
  if (code.ticket) go({ name: "lookup", ticket: code.ticket });
  else arrival.scanned(code);
}

const arrival = arrivals({
  viewOf: () => state.view,
  show: (view) => { state.trail = []; show(view); },
  draw: () => draw(),
  done: () => idle.stay(),
});

const HEARD = {
  KioskChanged: (status) => {
    const changed = ["online", "blocked", "scanner", "idcard"].some((key) => status[key] !== device.status[key]);
    device.status = status;
    if (status.now) setNow(status.now);
    if (changed && !state.view.busy && state.view.name !== "printing") draw();
    else drawState($("state"));
  },
  HelpAnswered: () => over?.answered?.(),
  CardRead: takeCard,
  CardMissed: missCard,
  CodeScanned: takeCode,
};

// ---- start ----

function withAllLanguages() {
  const every = $("view").dataset.languages.split(",");
  if (langs.length === every.length || (facts.query.lang || "").includes(",")) return true;
  const query = new URLSearchParams(location.search);
  query.set("lang", [LANG, ...every.filter((language) => language !== LANG)].join(","));
  location.replace(`?${query}`);
  return false;
}

let hall, idle;
if (withAllLanguages()) {
  hall = followHall({ onChange: () => { if (hall && !state.view.busy) draw(); }, onWaits: () => refreshWaits(hall), heard: HEARD });
  idle = watchIdle({ limits, onWarn: warn, onOver: wipe });
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") over?.dismiss(); });
  drawFrame();
  draw();
  setInterval(drawClock, 1000);
}
