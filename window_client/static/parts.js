// What the console shows: each part of the page from the state, rebuilt only when what it shows has changed.
import { interpreterBadge, papersSeen } from "/static/window_client/seen_parts.js";
import { facts, h, icon, LANG, name, now, pick, say, secondsSince } from "/static/look/live.js";

const seen = new WeakMap();

/** Fills a node when what it is made of differs from the last time; an input in it keeps its caret until then, one with `data-kept` beyond. */
export function fill(node, made, build) {
  const mark = JSON.stringify(made);
  if (seen.get(node) === mark) return;
  seen.set(node, mark);
  const kept = node.querySelector("input[data-kept]"), typing = kept && kept === document.activeElement;
  node.replaceChildren(...[build()].flat(2).filter(Boolean));
  const again = kept && node.querySelector(`#${CSS.escape(kept.id)}`);
  if (!again) return;
  again.value = kept.value;
  if (!typing) return;
  again.focus();
  again.setSelectionRange(kept.selectionStart, kept.selectionEnd);
}

/** How long as a clock shows it: 0:07, 12:40, 1:02:09. */
export function clock(seconds) {
  const whole = Math.floor(seconds), two = (value) => String(value).padStart(2, "0");
  const [hours, rest] = [Math.floor(whole / 3600), whole % 3600];
  const tail = two(rest % 60);
  return hours ? `${hours}:${two(Math.floor(rest / 60))}:${tail}` : `${Math.floor(rest / 60)}:${tail}`;
}

export const running = (at, cls = "") => h("span", { class: `running number ${cls}`, data: { since: at } }, clock(secondsSince(at)));

/** Moves all running times on by what has passed. */
export function tick() {
  for (const node of document.querySelectorAll(".running")) {
    const text = clock(secondsSince(node.dataset.since));
    if (node.textContent !== text) node.textContent = text;
  }
}

/** A word as a sign of its own: its first letter large. */
export const sign = (text) => text.charAt(0).toLocaleUpperCase(LANG) + text.slice(1);

const badge = (kind, shape, text) => h("span", { class: `badge ${kind}` }, icon(shape), text);

export function priorityBadge(priority) {
  return priority && priority !== "normal" ? badge("priority", "care", sign(name("priority", priority))) : null;
}

// ---- the stage ----

export function stage(state, book) {
  if (state.connection === "signedout") return signedOut();
  if (!state.window) return calm(state.connection === "offline" ? "offline" : "clock", say(state.connection === "offline" ? "console.away_title" : "common.loading"));
  if (state.window.ticket) return ticketCard(state.window.ticket, book);
  if (state.window.status === "paused") return calm("pause", say("console.paused_title"), say("console.paused_detail", { reason: name("reason", state.window.reason) }));
  return nobodyHere(state);
}

function nobodyHere({ counts, window }) {
  const waiting = waitingAt(window, counts);
  if (waiting === 0) return calm("check", say("console.empty_title"), say("console.empty_detail"));
  return calm("people", say("console.ready_title"), waiting ? say("console.ready_detail", { n: waiting }) : "");
}

function signedOut() {
  const to = new URLSearchParams({ to: location.pathname });
  return h("div", { class: "calm" }, icon("lock"), h("h2", {}, say("console.signed_out_title")), h("p", {}, say("console.signed_out_detail")),
    h("a", { class: "button next", href: `/sign-in?${to}` }, say("console.sign_in")));
}

const calm = (shape, title, detail = "") => h("div", { class: "calm" }, icon(shape), h("h2", {}, title), detail && h("p", {}, detail));

function ticketCard(ticket, book) {
  const service = book.services.get(ticket.service);
  const serving = ticket.status === "serving";
  return h("article", { class: `ticket ${ticket.status}`, "aria-label": ticket.number },
    h("div", { class: "who" },
      h("p", { class: "state" }, icon(serving ? "play" : "call"), sign(name("status", ticket.status))),
      h("p", { class: "number big" }, ticket.number)),
    h("div", { class: "what" },
      h("h2", { class: "item" }, service ? pick(service.names) : ticket.service),
      h("p", { class: "signs" }, signs(ticket)),
      h("dl", { class: "times" }, times(ticket, serving))),
    papersSeen(ticket), papers(service));
}

function signs(ticket) {
  return [
    priorityBadge(ticket.priority),
    ticket.coming && ticket.status === "called" && badge("coming", "check", say("console.coming")),
    interpreterBadge(ticket),
    ticket.language && ticket.language !== "zh" && badge("speaks", "globe", say("console.speaks", { language: name("language_name", ticket.language) })),
    ticket.stops > 1 && badge("", "right", say("console.stop_of", { stop: ticket.stop, stops: ticket.stops })),
    nextStop(ticket) && badge("next-stop", "transfer", nextStop(ticket)),
  ].filter(Boolean);
}

/** Where the visitor goes from here, as far as it is planned; the finish plans it again. */
function nextStop({ path = [] }) {
  const next = path.find((row) => row.status === "later");
  return next && say("journey.next", { item: [pick(next.names[0]), pick(zoneOf(next.zone)?.names)].filter(Boolean).join(" · ") });
}

function times(ticket, serving) {
  const since = serving && ticket.started_at ? ticket.started_at : ticket.called_at;
  const waited = ticket.issued_at && ticket.called_at ? (Date.parse(ticket.called_at) - Date.parse(ticket.issued_at)) / 1000 : null;
  return [
    fact(say(serving ? "console.served_for" : "console.called_for"), since ? running(since, "timer") : ""),
    fact(say("console.times_called"), h("span", { class: "number" }, ticket.times_called ?? 1)),
    waited !== null && fact(say("console.came_ago"), h("span", { class: "number" }, clock(Math.max(0, waited)))),
  ].filter(Boolean);
}

const fact = (term, value) => h("div", {}, h("dt", {}, term), h("dd", {}, value));

function papers(service) {
  if (!service) return null;
  const rows = service.materials.map((paper) => h("li", {}, icon("paper"), pick(paper.names)));
  return h("section", { class: "papers" }, h("h3", {}, say("console.papers")), rows.length ? h("ul", {}, rows) : h("p", { class: "soft" }, say("console.no_papers")));
}

// ---- the side ----

/** How many wait for this window's queues; null while that is not known. */
export function waitingAt(window, counts) {
  const rows = (window?.queues ?? []).map((row) => counts[row.queue]).filter(Boolean);
  return rows.length ? rows.reduce((sum, row) => sum + row.waiting, 0) : null;
}

function longestSince(state) {
  const sinces = state.window.queues.map((row) => state.counts[row.queue]?.since).concat(state.next.map((row) => row.since)).filter(Boolean);
  return sinces.length ? new Date(Math.min(...sinces)).toISOString() : null;
}

export function crowd(state, book) {
  const since = state.window && longestSince(state);
  const several = (state.window?.queues.length ?? 0) > 1;
  const rows = (state.window?.queues ?? []).map(({ queue }) => h("li", {},
    h("span", { class: "letter number" }, queue), h("span", { class: "of" }, book.queueName(queue)),
    several && h("span", { class: "number" }, state.counts[queue]?.waiting ?? "–")));
  return [
    h("div", { class: "figures" },
      figure(say("console.waiting"), h("span", { class: "number" }, waitingAt(state.window, state.counts) ?? "–")),
      figure(say("console.longest"), since ? running(since) : h("span", { class: "number" }, "–"))),
    h("ul", { class: "queues" }, rows),
  ];
}

const figure = (term, value) => h("div", { class: "figure" }, h("p", { class: "term" }, term), h("p", { class: "value" }, value));

export function nextRows(state, book) {
  if (!state.next.length) return h("li", { class: "none soft" }, say(state.window.status === "closed" ? "console.next_closed" : "console.next_none"));
  return state.next.map((row, at) => h("li", { class: at ? "" : "first" },
    h("div", { class: "head" }, h("span", { class: "number" }, row.number), priorityBadge(row.priority) ?? "", running(new Date(row.since).toISOString(), "waited")),
    h("p", { class: "item" }, book.serviceName(row.service)),
    h("p", { class: "because" }, row.because)));
}

// ---- the top ----

const SIGN = { open: "play", paused: "pause", closed: "lock" };

export function statusSign({ window }) {
  if (!window) return [];
  const reason = window.status === "paused" && window.reason ? ` · ${name("reason", window.reason)}` : "";
  return [h("span", { class: `badge ${window.status}` }, icon(SIGN[window.status]), sign(name("status", window.status)) + reason)];
}

const LINES = { online: "common.online", loading: "common.loading", signedout: "console.signed_out" };

export function connectionSign({ connection }) {
  const well = connection === "online" || connection === "loading";
  return [icon(well ? "online" : connection === "signedout" ? "lock" : "offline"), h("span", {}, say(LINES[connection] ?? "common.offline_short"))];
}

export function drawTop(state) {
  const zone = zoneOf(state.window?.zone);
  document.getElementById("zone").textContent = zone ? `${say("common.floor", { floor: zone.floor })} ${pick(zone.names)}` : "";
  document.getElementById("staff").hidden = !state.window?.staff || state.window.status === "closed";
  fill(document.getElementById("staff"), state.window?.staff ?? "", () => [icon("person"), h("span", {}, state.window?.staff ?? "")]);
  fill(document.getElementById("status"), [state.window?.status, state.window?.reason], () => statusSign(state));
  fill(document.getElementById("connection"), state.connection, () => connectionSign(state));
  document.getElementById("connection").dataset.state = state.connection;
}

/** Seconds left to take the last act back; 0 when it is too late. */
export const undoLeft = (undo) => (undo ? Math.max(0, Math.ceil((undo.until - now()) / 1000)) : 0);

export const zoneOf = (id) => facts.zones.find((zone) => zone.id === id);
