// What to know before taking a ticket by phone: that no window is open, that another time is better, what the hall offers instead.
import { h, icon, pick, say, time } from "/static/look/live.js";
import { beforeTicket, waitWords } from "/static/look/wait_words.js";
import { SELF } from "/static/phone/hall.js";
import { placeText } from "/static/phone/words.js";

const PICTURES = { none: "info", later: "clock" };
const t = (key, values) => say(`waits.offer.${key}`, values);

/** The line about an item's queue that `refreshBefore` keeps true; where a later time is offered, that says it. */
export function before(item, outlook) {
  return tell(h("p", { class: "before", data: { before: item.queue, offered: item.offer?.action ?? "" } }), item.wait_s, outlook);
}

export function refreshBefore(waits, outlook) {
  for (const node of document.querySelectorAll("[data-before]")) tell(node, waits.get(node.dataset.before)?.wait_s, outlook);
}

function tell(node, wait_s, outlook) {
  const { before: queue, offered } = node.dataset;
  const found = queue === SELF ? null : beforeTicket(wait_s, offered === "offer_later" ? [] : outlook.later(queue));
  node.hidden = !found;
  node.dataset.kind = found?.kind ?? "";
  node.replaceChildren(...(found ? [icon(PICTURES[found.kind]), h("span", {}, found.text)] : []));
  return node;
}

// ---- what the hall offers in place of a ticket here and now ----

const LINES = {
  guide_to_device: ({ offer }) => ["device", t("guide_to_device"), placeText(offer.zone), ""],
  offer_later: (item, wait) => ["clock", t("offer_later", { at: time(item.offer.later_at) }), wait && t("wait_then", { wait }), item.appointment === "none" ? "" : `#book/${item.id}`],
  offer_hall: ({ id, offer }, wait) => ["place", t("offer_hall", { hall: pick(offer.names) }), wait && t("wait_there", { wait }), `/m/${encodeURIComponent(offer.to)}#item/${id}`],
};

/** An item's offer as the first of the faster ways, a link where there is somewhere to go; null where there is none to tell. */
export function offerLine(item) {
  const told = item.offer && LINES[item.offer.action]?.(item, item.offer.wait_s && waitWords(item.offer.wait_s));
  if (!told) return null;
  const [picture, title, more, href] = told;
  const text = [h("strong", {}, title), more && h("span", {}, more)];
  return h("li", { class: "offered" }, icon(picture), href ? h("a", { href, id: "offered" }, text, icon("right")) : h("div", {}, text));
}
