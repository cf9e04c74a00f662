// What helps more than a ticket now: offered before one is taken, and said in full to whoever touches it.
import { h, icon, time } from "/static/look/live.js";
import { waitWords } from "/static/look/wait_words.js";
import { button, deck } from "/static/kiosk/parts.js";
import { lang, nameOf, offers, placeText, t, waits } from "/static/kiosk/words.js";

const PICTURES = { guide_to_device: "device", offer_later: "clock", offer_hall: "place" };
const o = (key, values) => waits(`offer.${key}`, values);

const said = (offer) => ({ at: offer.later_at && time(offer.later_at, undefined, lang()), hall: nameOf(offer.names) });

function waitOf({ action, wait_s }) {
  if (!wait_s || action === "guide_to_device") return "";
  return o(action === "offer_hall" ? "wait_there" : "wait_then", { wait: waitWords(wait_s, lang()) });
}

/** The offer of an item as one key; null where there is none. */
export function offerKey(desk, row) {
  const { offer } = row;
  if (!(offer?.action in PICTURES)) return null;
  const more = offer.zone ? placeText(offer.zone) : waitOf(offer);
  return h("button", { type: "button", class: "offer", onclick: () => desk.go({ name: "instead", offer }) },
    icon(PICTURES[offer.action]), h("span", {}, h("strong", {}, o(offer.action, said(offer))), more && h("small", {}, more)), icon("right"));
}

const LONG = {
  guide_to_device: () => [t("self_title"), t("self_detail")],
  offer_later: (offer) => [offers("come_later", said(offer)), offers("come_later_detail")],
  offer_hall: (offer) => [offers("go_hall", said(offer)), offers("go_hall_detail")],
};

export function insteadView(desk, { offer }) {
  const [title, detail] = LONG[offer.action](offer);
  return h("section", { class: "view instead" },
    h("div", { class: "message", role: "status" }, icon(PICTURES[offer.action]), h("h1", {}, title),
      h("p", {}, detail), offer.zone && h("p", { class: "self-place" }, icon("place"), h("span", {}, placeText(offer.zone))), waitOf(offer) && h("p", {}, waitOf(offer))),
    deck(button("plain", "left", t("back"), desk.back), button("next", "check", offer.action === "guide_to_device" ? t("self_done") : t("ticket_done"), desk.home)));
}
