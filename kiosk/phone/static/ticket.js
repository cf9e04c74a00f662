// The phone page of one ticket: follows it, and carries what its visitor asks for.
import { api, facts, icon, live, now, page, store } from "/static/look/live.js";
import { isFinal, leavesOpen, step } from "/static/phone/fold.js";
import { awayText, careText, draw, tabOf, titleOf } from "/static/phone/views.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const TICKET = `${HALL}/tickets/${encodeURIComponent(facts.ticket)}`;
const CALL_PATTERN = [400, 200, 400, 200, 400];
const SURE_MS = 6000;
const $ = (id) => document.getElementById(id);

let sureTimer = 0, toldFor = "", heardAt = now(), heard = 0;

// ---- what is shown ----

function render(state) {
  if (!state.ticket) return;
  const focused = document.activeElement?.id;
  document.body.dataset.status = state.ticket.status;
  document.title = tabOf(state.ticket);
  $("ticket").replaceChildren(draw(state, acts));
  if (focused) $(focused)?.focus();
  tell(state.ticket);
}

/** Says a new state once to those who listen instead of look, and shakes at a call, however it became known. */
function tell(ticket) {
  const key = `${ticket.status}/${ticket.window}/${ticket.times_called}`;
  if (key === toldFor) return;
  if (ticket.status === "called") navigator.vibrate?.(CALL_PATTERN);
  if (toldFor) $("told").textContent = `${ticket.number} ${titleOf(ticket)}`;
  toldFor = key;
}

const box = store((state, event) => ({ ...state, ticket: step(state.ticket, event) }), render);
box.reset({ ticket: null, item: null, panel: null, reasons: null, busy: false, problem: null });

// ---- what happens ----

/** Reads the ticket; again when something happened to it meanwhile, for then the answer may be the older of the two. */
async function readTicket() {
  const before = heard;
  const ticket = await api("GET", TICKET, undefined, { tries: 1 });
  if (heard !== before) return readTicket();
  heardAt = now();
  box.set({ ticket, panel: keepPanel(ticket) });
  await readItem(ticket);
  return "";
}

async function readItem(ticket) {
  if (box.state.item?.id === ticket.service) return;
  const found = await api("GET", `${HALL}/services?limit=1&q=${encodeURIComponent(ticket.service)}`, undefined, { tries: 1 });
  box.set({ item: found.services.find((row) => row.id === ticket.service) || null });
}

const keepPanel = (ticket) => (box.state.ticket?.status === ticket.status ? box.state.panel : null);

function follow(event) {
  heardAt = now();
  const before = box.state.ticket?.status;
  box.apply(event);
  if (event.event === "PlaceChanged") return box.state.panel === "why" && readWhy();
  heard += 1;
  if (event.status !== before) box.set({ panel: null, problem: null });
  if (leavesOpen(event)) readTicket().catch(() => {});
}

function tellState(state) {
  const away = state === "offline";
  $("away").replaceChildren(icon("offline"), awayText(heardAt));
  $("away").hidden = !away || !box.state.ticket;
  if (!away) readTicket().catch(() => {}); // what changed between the last reading and the open stream
}

// ---- what the visitor does ----

async function act(path, body) {
  if (box.state.busy) return;
  const before = heard;
  box.set({ busy: true, problem: null });
  try {
    const ticket = await api("POST", `${TICKET}/${path}`, body);
    box.set({ panel: null, busy: false, ...(heard === before && { ticket }) });
  } catch (problem) {
    box.set({ problem, panel: null, busy: false });
    if (problem.code === "WRONG_STATUS") readTicket().catch(() => {});
  }
}

async function open(panel) {
  clearTimeout(sureTimer);
  if (box.state.panel === panel) return box.set({ panel: null });
  if (panel === "sure") sureTimer = setTimeout(() => box.state.panel === "sure" && box.set({ panel: null }), SURE_MS);
  if (panel === "why") await readWhy();
  if (panel !== "why" || box.state.reasons) box.set({ panel, problem: null });
}

async function readWhy() {
  const reasons = await api("GET", `${TICKET}/why`, undefined, { tries: 1 }).catch(() => null);
  if (reasons) box.set({ reasons });
}

const acts = {
  open,
  coming: () => act("coming", {}),
  postpone: (minutes) => act("postpone", { minutes }),
  cancelNow: () => act("cancel", {}),
};

// ---- large type ----

const kept = {
  get care() { try { return localStorage.getItem("care") === "1"; } catch { return false; } },
  set care(on) { try { localStorage.setItem("care", on ? "1" : "0"); } catch { /* private window: for this page alone */ } },
};

function showCare(on) {
  document.body.dataset.theme = on ? "care" : "light";
  $("care").setAttribute("aria-pressed", String(on));
  $("care").replaceChildren(icon("care"), careText(on));
}

$("care").addEventListener("click", () => { kept.care = document.body.dataset.theme !== "care"; showCare(kept.care); });
showCare(kept.care);

// ---- start ----

const line = live({ topics: [`ticket:${facts.ticket}`, `place:${facts.ticket}`], snapshot: readTicket, onEvent: follow, onState: tellState });
window.addEventListener("pageshow", (shown) => { if (shown.persisted && box.state.ticket && !isFinal(box.state.ticket)) line.refresh(); });
