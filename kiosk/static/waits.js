// Waits on the kiosk, which move while they are looked at; while the server is away only what was known a moment ago, and marked.
import { h, icon, now, time } from "/static/look/live.js";
import { beforeTicket, waitWords } from "/static/look/wait_words.js";
import { isOffline } from "/static/kiosk/device.js";
import { common, lang, t, waits } from "/static/kiosk/words.js";

const KNOWN_MS = 600_000;

const WAITS = {
  people: (row) => (row.waiting ? t("waiting_now", { n: row.waiting }) : t("nobody")),
  count: (row) => (row.waiting ? common("people", { n: row.waiting }) : t("nobody")),
  range: (row) => waitWords(row.wait_s, lang()),
};

function told(row, kind) {
  return row && !isOffline() ? WAITS[kind](row) : "";
}

/** A figure of a queue that `refreshWaits` keeps true. */
export function wait(hall, queue, kind) {
  return h("span", { class: "wait", data: { queue, kind } }, told(hall.waits.get(queue), kind));
}

/** What to know before taking a ticket for an item: that no window is open, that another time is better than now, unless one is offered. */
export function before(hall, { queue, offer }) {
  return tellBefore(h("p", { class: "before", data: { queue, offered: offer?.action ?? "" } }), hall);
}

export function refreshWaits(hall) {
  for (const node of document.querySelectorAll(".wait")) {
    const text = told(hall.waits.get(node.dataset.queue), node.dataset.kind);
    if (node.textContent !== text) node.textContent = text;
  }
  for (const node of document.querySelectorAll(".before")) tellBefore(node, hall);
}

const PICTURES = { none: "info", later: "clock", known: "offline" };

function tellBefore(node, hall) {
  const { queue, offered } = node.dataset;
  const later = offered === "offer_later" ? [] : hall.outlook.later(queue);
  const found = isOffline() ? lastKnown(hall, queue) : beforeTicket(hall.waits.get(queue)?.wait_s, later, lang());
  node.hidden = !found;
  node.dataset.kind = found?.kind ?? "";
  node.replaceChildren(...(found ? [icon(PICTURES[found.kind]), h("span", {}, found.text)] : []));
  return node;
}

/** What the server expected when it was last heard, for as long as that may still be so. */
function lastKnown({ outlook }, queue) {
  const wait_s = outlook.queues.get(queue)?.wait_s;
  if (!wait_s || now() - Date.parse(outlook.at) > KNOWN_MS) return null;
  return { kind: "known", text: waits("known_at", { at: time(outlook.at, undefined, lang()), wait: waitWords(wait_s, lang()) }) };
}
