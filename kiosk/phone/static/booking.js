// The phone page of one booking: follows it, and carries what its visitor asks for.
import { api, facts, live, now, page, say, setNow, store, time } from "/static/look/live.js";
import { awayText, draw, goneView, tabOf } from "/static/phone/booking_views.js";
import { forgetMine, keep, keepMine, keyOf, recall, refusedBy, settled } from "/static/phone/kept.js";
import { showPass } from "/static/phone/pass.js";
import { readSlots } from "/static/phone/picker.js";
import { pushKeys } from "/static/phone/push.js";
import { frame, showAway, stayAtHand } from "/static/phone/shell.js";
import { position } from "/static/phone/where.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const BOOKING = `${HALL}/bookings/${encodeURIComponent(facts.booking)}`;
const TOKEN = location.pathname.split("/").pop();
const LAST = `last:${TOKEN}`;
const ONCE = { tries: 1 };
const $ = (id) => document.getElementById(id);
const t = (key, values) => say(`booking.${key}`, values);

let told = "", pass = null;

// ---- what is shown ----

const box = store((state) => state, render);
box.reset({ booking: null, item: null, hall: null, panel: null, problem: null, busy: false, away: false, form: {}, move: null, push: null });

function render(state) {
  if (!state.booking) return;
  const focused = document.activeElement?.id;
  document.title = tabOf(state);
  document.body.dataset.status = state.booking.status;
  $("view").replaceChildren(draw(state, acts));
  if (focused && focused !== "view") $(focused)?.focus({ preventScroll: true });
  const picture = $("pass");
  if (picture) pass = showPass(picture, pass);
  tell(state.booking);
}

/** Says a new state once to those who listen instead of look. */
function tell(booking) {
  const key = `${booking.status}/${booking.start}`;
  if (told && told !== key) $("told").textContent = $("view").querySelector("h1")?.textContent || "";
  told = key;
}

// ---- what is read ----

function take(booking) {
  if (booking.status === "checked_in" && booking.ticket?.token && box.state.booking) return location.replace(`/t/${booking.ticket.token}`);
  const changed = box.state.booking?.status !== booking.status;
  box.set({ booking, at: now(), away: false, ...(changed && { panel: null, problem: null, form: { again_at: againAt(booking) } }) });
  keepMine({ kind: "b", token: TOKEN, label: facts.booking, item: booking.service, names: box.state.item?.names || {}, status: booking.status, start: Date.parse(booking.start) });
  keep(LAST, { booking, item: box.state.item, hall: box.state.hall, at: now(), gap: now() - Date.now() });
  return undefined;
}

const againAt = (booking) => Math.max(recall(`again:${TOKEN}`, 0), now() + 1000 * (booking.retry_after_s || 0));

/** Reads the booking, and what it is about where that is not known yet. */
async function read() {
  const booking = await api("GET", BOOKING, undefined, ONCE).catch((problem) => { if (problem.status === 404) return null; throw problem; });
  if (!booking) return forget();
  if (box.state.item?.id !== booking.service || !box.state.hall) await readAbout(booking);
  take(booking);
  return "";
}

/** It was purged: nothing of it stays here either. */
function forget() {
  forgetMine(TOKEN);
  $("view").replaceChildren(goneView());
  return "";
}

async function readAbout(booking) {
  const [detail, found] = await Promise.all([api("GET", HALL, undefined, ONCE), api("GET", `${HALL}/services?limit=5&q=${encodeURIComponent(booking.service)}`, undefined, ONCE)]);
  const { bookings, remote, closures, moved_workdays, windows } = detail;
  box.set({ hall: { id: page.hall, bookings, remote, closures, moved_workdays, bookable: windows.filter((row) => row.bookable) }, item: found.services.find((row) => row.id === booking.service) || null });
}

/** Without a connection: what was last known, with the clock of then. */
function remember() {
  const kept = recall(LAST);
  if (!kept) return;
  setNow(Date.now() + kept.gap);
  box.set({ booking: kept.booking, item: kept.item, hall: kept.hall, at: kept.at });
}

function tellState(line) {
  const away = line === "offline";
  if (away && !box.state.booking) remember();
  const back = box.state.away && !away;
  box.set({ away });
  showAway(away && box.state.booking ? awayText(box.state.at) : "");
  if (back) read().catch(() => {});
}

// ---- what the visitor does ----

/** One act, with one key in all tabs; what it answers is the new state, what it is refused stands beside its key. */
async function act(method, path, body, patch = {}) {
  if (box.state.busy) return false;
  const { status, start } = box.state.booking;
  const meant = { booking: facts.booking, status, start, path, body };
  box.set({ busy: true, problem: null });
  try {
    const answer = await api(method, `${BOOKING}${path}`, body, { key: keyOf(meant) });
    settled(meant);
    box.set({ busy: false, panel: null, ...patch });
    return answer;
  } catch (problem) {
    refusedBy(problem, meant);
    box.set({ busy: false, problem });
    if (["BOOKING_STATUS", "HOLD_EXPIRED", "ALREADY_CHECKED_IN", "NO_SUCH_BOOKING", "BOOKING_MOVED"].includes(problem.code)) read().catch(() => {});
    throw problem;
  }
}

const quietly = (made) => made.catch(() => false);

async function give(code) {
  const { form } = box.state;
  box.set({ form: { ...form, busy: true, problem: null } });
  try {
    take(await act("POST", "/confirm", code === undefined ? {} : { code }));
  } catch (problem) {
    box.set({ problem: null, form: { ...box.state.form, busy: false, problem } });
  }
}

async function again() {
  try {
    const sent = await api("POST", `${BOOKING}/confirm-again`, {});
    box.set({ form: { again_at: now() + 1000 * sent.retry_after_s, sent: true } });
  } catch (problem) {
    box.set({ form: { ...box.state.form, problem, again_at: now() + 1000 * (problem.retry_after_s || 0) } });
    if (problem.code === "HOLD_EXPIRED") read().catch(() => {});
  }
}

async function checkIn(where) {
  try {
    const ticket = await act("POST", "/check-in", where ? { position: where } : {});
    if (ticket) location.replace(`/t/${ticket.token}`);
  } catch (problem) {
    if (problem.code === "POSITION_NEEDED") box.set({ panel: "where", problem: null });
  }
}

async function checkInHere() {
  box.set({ busy: true, problem: null });
  const where = await position().catch((problem) => { box.set({ problem }); return null; });
  box.set({ busy: false });
  if (where) await checkIn(where);
}

async function openMove() {
  const { booking, item } = box.state;
  const move = { service: booking.service, item, places: booking.places, window: booking.window || 0, day: "", start: null, slots: null, again: openMove };
  box.set({ panel: "move", problem: null, move });
  setTimeout(() => $("moving")?.scrollIntoView({ block: "start" }), 50);
  try {
    box.set({ move: { ...move, slots: await readSlots({ id: page.hall }, move) } });
  } catch (problem) {
    box.set({ move: { ...move, problem } });
  }
}

async function move() {
  const { start, window } = box.state.move;
  try {
    const moved = await act("POST", "/move", { start, ...(window && { window }) }, { move: null, moved: true });
    if (moved) take(moved);
  } catch (problem) {
    if (["SLOT_FULL", "SLOT_PAST", "NO_SUCH_SLOT"].includes(problem.code)) await openMove().then(() => box.set({ problem }));
  }
}

const acts = {
  open: (panel) => box.set({ panel: box.state.panel === panel ? null : panel, problem: null }),
  redraw: () => box.set({}),
  set: (patch) => box.set({ move: { ...box.state.move, ...patch } }),
  form: () => box.state.form,
  give, again, checkIn, checkInHere, openMove, move,
  cancel: () => quietly(act("DELETE", "").then((booking) => booking && take(booking))),
  messages: (on) => quietly(act("POST", "/messages", { on }).then((booking) => booking && take(booking))),
};

// ---- start ----

frame(() => box.set({}));
live({ topics: `booking:${facts.booking}`, snapshot: read, onEvent: () => read().catch(() => {}), onState: tellState });
window.addEventListener("offline", () => tellState("offline"));
window.addEventListener("pageshow", (event) => { if (event.persisted) { box.set({ busy: false }); read().catch(() => {}); } });
setInterval(() => { if (box.state.booking && !box.state.panel && !document.hidden) box.set({}); }, 30_000); // check-in opens, and turns late, by the clock alone
stayAtHand().then((registration) => pushKeys(registration, BOOKING, (push) => box.set({ push })));
