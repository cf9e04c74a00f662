// The phone page of one ticket: follows it, and carries what its visitor asks for.
import { api, facts, live, now, page, setNow, store } from "/static/look/live.js";
import { outlookOf } from "/static/look/wait_words.js";
import { followWait } from "/static/look/waits.js";
import { isFinal, leavesOpen, step } from "/static/phone/fold.js";
import { interpreting } from "/static/phone/interpreter.js";
import { keep, keepMine, recall } from "/static/phone/kept.js";
import { keepInstead, leftFor, readMetres } from "/static/phone/offer.js";
import { parcels } from "/static/phone/parcel.js";
import { promising } from "/static/phone/promise.js";
import { pushKeys } from "/static/phone/push.js";
import { ratings } from "/static/phone/rating.js";
import { frame, showAway, stayAtHand } from "/static/phone/shell.js";
import { chime } from "/static/phone/sound.js";
import { awayText, draw, tabOf, titleOf } from "/static/phone/views.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const TICKET = `${HALL}/tickets/${encodeURIComponent(facts.ticket)}`;
const TOKEN = location.pathname.split("/").pop();
const LAST = `last:${TOKEN}`;
const CALL_PATTERN = [400, 200, 400, 200, 400];
const SURE_MS = 6000;
const STALE = new Set(["WRONG_STATUS", "PATH_CHANGED", "STOP_NOT_YET", "GAP_NOT_OVER", "NO_SUCH_STOP", "OFFER_OVER", "NO_SUCH_DIVERSION"]);
const ONCE = { tries: 1 };
const $ = (id) => document.getElementById(id);

const OFFERS_MS = 60_000;
const outlook = outlookOf(HALL);
const rating = ratings(() => box.set({}));
const promised = promising(() => box.set({}));
const parcel = parcels(() => box.set({}));
const interpreter = interpreting(() => box.set({}), () => readTicket());
let sureTimer = 0, toldFor = "", heardAt = now(), heard = 0, readAt = now();

// ---- what is shown ----

function render(state) {
  if (!state.ticket) return;
  const focused = document.activeElement?.id;
  document.body.dataset.status = state.ticket.status;
  document.title = tabOf(state.ticket);
  $("view").replaceChildren(draw(state, acts));
  if (focused && focused !== "view") $(focused)?.focus({ preventScroll: true });
  tell(state);
}

/** Says a new state once to those who listen instead of look; shakes and sounds at a call, however it became known. */
function tell({ ticket, left }) {
  const key = `${ticket.status}/${ticket.window}/${ticket.times_called}`;
  if (key === toldFor) return;
  if (ticket.status === "called") {
    shake();
    chime();
  }
  if (toldFor) $("told").textContent = `${ticket.number} ${titleOf(ticket, left)}`;
  toldFor = key;
}

/** A browser lets a page shake the phone only after its visitor has touched it. */
function shake() {
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(CALL_PATTERN);
}

const box = store((state, event) => ({ ...state, ticket: step(state.ticket, event) }), render);
box.reset({ ticket: null, item: null, panel: null, reasons: null, busy: false, problem: null, push: null, messages: null, seen: null, metres: null, metresOf: "", later: "", left: recall(LAST)?.left ?? null });

// ---- what happens ----

/** Reads the ticket; again when something happened to it meanwhile, for then the answer may be the older of the two. */
async function readTicket() {
  const before = heard;
  const ticket = await api("GET", TICKET, undefined, ONCE);
  if (heard !== before) return readTicket();
  heardAt = readAt = now();
  box.set({ ticket: { ...ticket, near: ticket.status === "waiting" && box.state.ticket?.near }, panel: keepPanel(ticket) });
  tellWait();
  measure(ticket.offer);
  await readItem(ticket);
  rating.read(ticket);
  promised.read(ticket);
  interpreter.read(ticket);
  if (facts.lockers) parcel.read();
  keepState();
  return "";
}

async function readItem(ticket) {
  if (box.state.item?.id === ticket.service) return;
  const found = await api("GET", `${HALL}/services?limit=5&q=${encodeURIComponent(ticket.service)}`, undefined, ONCE);
  box.set({ item: found.services.find((row) => row.id === ticket.service) || null });
}

/** Notes how the wait moved; with no window open it is asked when the first is expected. */
function tellWait() {
  const { ticket, seen } = box.state;
  const waiting = ticket.status === "waiting";
  box.set({ seen: waiting ? followWait(seen, ticket.wait_s, now()) : null });
  if (waiting && !ticket.wait_s) outlook.read().then((news) => news && box.set({}));
}

/** How far an offered hall is, read once for each offer. */
async function measure(offer) {
  if (offer?.action !== "offer_hall" || box.state.metresOf === offer.diversion) return;
  box.set({ metresOf: offer.diversion, metres: null });
  const metres = await readMetres(offer).catch(() => null);
  if (box.state.metresOf === offer.diversion) box.set({ metres });
}

const keepPanel = (ticket) => (box.state.ticket?.status === ticket.status ? box.state.panel : null);

/** The last state stays on this phone: it is shown, with its time, when there is no connection. */
function keepState() {
  const { ticket, item } = box.state;
  keepMine({ kind: "t", token: TOKEN, label: ticket.number, item: ticket.service, names: item?.names || {}, status: ticket.status });
  keep(LAST, { ticket: { ...ticket, token: undefined }, item, left: box.state.left, at: heardAt, gap: now() - Date.now() });
}

function remember() {
  const kept = recall(LAST);
  if (!kept) return;
  setNow(Date.now() + kept.gap);
  heardAt = kept.at;
  box.set({ ticket: kept.ticket, item: kept.item, left: kept.left });
}

function follow(event) {
  heardAt = now();
  const { status: before, offer } = box.state.ticket ?? {};
  if (event.event === "DiversionAnswered" && offer && !box.state.left) box.set({ left: leftFor(offer, event.answer) });
  if (event.event === "LockerChanged") return parcel.read();
  box.apply(event);
  if (event.event === "PlaceChanged") return takePlace(event);
  box.set({ seen: null }); // what its visitor or the hall did is no drift
  heard += 1;
  keepState();
  rating.read(box.state.ticket);
  promised.read(box.state.ticket, event.event.startsWith("Promise"));
  if (event.status !== before) box.set({ panel: null, problem: null });
  if (leavesOpen(event)) readTicket().catch(() => {});
}

/** The place moves while the ticket waits; now and then it is read whole, for an offer may have come or gone. */
function takePlace({ offers }) {
  tellWait();
  if (box.state.panel === "why") readWhy();
  if (offers || now() - readAt > OFFERS_MS) readTicket().catch(() => {});
}

function tellState(state) {
  const away = state === "offline";
  if (away && !box.state.ticket) remember();
  showAway(away && box.state.ticket ? awayText(heardAt) : "");
  if (!away) readTicket().catch(() => {}); // what changed between the last reading and the open stream
}

// ---- what the visitor does ----

/** Resolves to the answer, or to null where there was none. */
async function act(path, body) {
  if (box.state.busy) return null;
  const before = heard;
  box.set({ busy: true, problem: null });
  try {
    const ticket = await api("POST", `${TICKET}/${path}`, body);
    box.set({ panel: null, busy: false, ...(heard === before && { ticket }) });
    return ticket;
  } catch (problem) {
    box.set({ problem, panel: null, busy: false });
    if (STALE.has(problem.code)) readTicket().catch(() => {});
  }
  return null;
}

/** Answers the offer. What the ticket was given up for is remembered, since the ticket will only say that it is over. */
async function answer(word) {
  const { offer } = box.state.ticket;
  box.set({ left: leftFor(offer, word) });
  const start = word === "accept" && offer.later_at; // the time that was read here, whatever is offered by now
  const answered = await act("offer", { diversion: offer.diversion, answer: word, ...(start && { start }) });
  if (answered) keepInstead(answered, box.state.item);
  const { ticket, left } = box.state;
  if (left && answered && ticket.status === "cancelled") box.set({ left: { ...left, page: answered.page } });
  else box.set({ left: null, later: answered && left ? offer.later_at : "" });
  keepState();
}

async function open(panel) {
  clearTimeout(sureTimer);
  if (box.state.panel === panel) return box.set({ panel: null });
  if (panel === "sure" || panel === "done") sureTimer = setTimeout(() => box.state.panel === panel && box.set({ panel: null }), SURE_MS);
  if (panel === "why") await readWhy();
  if (panel !== "why" || box.state.reasons) box.set({ panel, problem: null });
}

async function readWhy() {
  const reasons = await api("GET", `${TICKET}/why`, undefined, ONCE).catch(() => null);
  if (reasons) box.set({ reasons });
}

/** Whether text messages go to this visitor's phone; asked once, for the switch that turns them off. */
const readMessages = () => api("GET", `${TICKET}/messages`, undefined, ONCE).then((messages) => box.set({ messages }), () => {});

async function setMessages(on) {
  try {
    box.set({ messages: await api("POST", `${TICKET}/messages`, { on }), problem: null });
  } catch (problem) {
    box.set({ problem });
  }
}

const acts = {
  open,
  messages: setMessages,
  coming: () => act("coming", {}),
  postpone: (minutes) => act("postpone", { minutes }),
  cancelNow: () => act("cancel", {}),
  answer,
  choose: (service) => act("path", { service }).then((ticket) => ticket && readTicket().catch(() => {})),
  later: (queue) => outlook.later(queue),
  rating: () => rating.card(),
  parcels: () => parcel.cards(),
  promises: () => promised.card(),
  interpreter: (ticket) => interpreter.card(ticket, box.state.item),
};

// ---- start ----

frame(() => box.set({}));
const line = live({ topics: [`ticket:${facts.ticket}`, `place:${facts.ticket}`], snapshot: readTicket, onEvent: follow, onState: tellState });
window.addEventListener("pageshow", (shown) => { if (shown.persisted && box.state.ticket && !isFinal(box.state.ticket)) line.refresh(); });
window.addEventListener("offline", () => tellState("offline"));
readMessages();
stayAtHand().then((registration) => pushKeys(registration, TICKET, (push) => box.set({ push })));
