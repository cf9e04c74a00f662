// An offer to a ticket that waits: a machine, another time or another hall. Its place is kept until there is something better.
import { api, h, icon, LANG, page, pick, say, time } from "/static/look/live.js";
import { waitWords } from "/static/look/wait_words.js";
import { metresBetween } from "/static/look/waits.js";
import { keepMine } from "/static/phone/kept.js";
import { button, door, status } from "/static/phone/parts.js";
import { placeText } from "/static/phone/words.js";

const ONCE = { tries: 1 };
const PICTURES = { guide_to_device: "device", offer_later: "calendar", offer_hall: "place" };
const t = (key, values) => say(`offers.${key}`, values);
const brief = (key, values) => say(`waits.offer.${key}`, values);
const path = (hall) => `/halls/${encodeURIComponent(hall)}`;

/** How far the offered hall is from here in metres, as the crow flies; null where nobody said where they are. */
export async function readMetres({ to }) {
  const ends = await Promise.all([page.hall, to].map((hall) => api("GET", path(hall), undefined, ONCE).catch(() => null)));
  const sites = ends.map((hall) => hall?.remote.site);
  return sites.every(Boolean) ? metresBetween(...sites) : null;
}

function distanceText(metres) {
  const [value, unit] = metres < 950 ? [Math.max(50, Math.round(metres / 50) * 50), "meter"] : [Number((metres / 1000).toFixed(1)), "kilometer"];
  return new Intl.NumberFormat(LANG, { style: "unit", unit, unitDisplay: "short" }).format(value);
}

// ---- the card ----

const wordsOf = (offer) => ({ at: offer.later_at && time(offer.later_at), hall: pick(offer.names) });

function lines(offer, metres) {
  const wait = offer.wait_s && waitWords(offer.wait_s);
  const told = [
    offer.zone && ["place", placeText(offer.zone)],
    wait && ["clock", brief(offer.action === "offer_hall" ? "wait_there" : "wait_then", { wait })],
    metres !== null && ["place", t("distance", { distance: distanceText(metres) })],
  ].filter(Boolean);
  return told.length > 0 && h("ul", { class: "lines" }, told.map(([picture, text]) => h("li", {}, icon(picture), h("span", {}, text))));
}

function offered(offer, busy, answer) {
  return [
    h("p", {}, t(`kept_${offer.action}`)),
    h("div", { class: "acts" },
      button("next", "check", t("accept"), () => answer("accept"), { id: "offer-accept", disabled: busy }),
      button("quiet", null, t("decline"), () => answer("decline"), { id: "offer-decline", disabled: busy })),
  ];
}

/** At the machine: giving the place back takes a second touch. */
function accepted({ panel, busy }, { answer, open }) {
  const sure = panel === "done";
  return [
    h("p", { class: "kept" }, icon("check"), h("strong", {}, t("accepted"))),
    h("p", {}, t("at_device")),
    h("div", { class: "acts" },
      button(sure ? "sure" : "next", "check", t(sure ? "sure" : "done"), () => (sure ? answer("done") : open("done")), { id: "offer-done", disabled: busy }),
      button("quiet", null, t("stay"), () => answer("decline"), { id: "offer-stay", disabled: busy })),
  ];
}

/** The card of a ticket's offer; null where there is none that this page can say. */
export function offerCard(state, acts) {
  const { ticket: { offer }, metres, busy } = state;
  if (!(offer?.action in PICTURES)) return null;
  return h("section", { class: "offer", data: { action: offer.action, accepted: String(offer.accepted) }, "aria-labelledby": "offer-title" },
    h("h2", { id: "offer-title" }, icon(PICTURES[offer.action]), h("span", {}, brief(offer.action, wordsOf(offer)))),
    lines(offer, metres),
    offer.accepted ? accepted(state, acts) : offered(offer, busy, acts.answer));
}

// ---- what came of it ----

/** What a ticket is given up for by this answer: `{action, later_at?, names?}`; null where it goes on. */
export function leftFor(offer, answer) {
  const gone = answer === "done" || (answer !== "declined" && answer !== "decline" && offer.action !== "guide_to_device");
  return gone ? { action: offer.action, later_at: offer.later_at, names: offer.names } : null;
}

/** Keeps on this phone what its owner has in the ticket's place: a booking, or a ticket at another hall. */
export function keepInstead({ booking, elsewhere }, item) {
  const known = { item: item?.id, names: item?.names || {} };
  if (booking?.token) keepMine({ ...known, kind: "b", token: booking.token, label: booking.code, status: booking.status, start: Date.parse(booking.start) });
  if (elsewhere?.token) keepMine({ ...known, kind: "t", token: elsewhere.token, hall: elsewhere.hall, label: elsewhere.number, status: elsewhere.status });
}

/** The calm end of a ticket that was given back for something better. */
export function diverted({ ticket: { number }, left }) {
  const at = left.action === "offer_later" && time(left.later_at);
  const detail = at ? t("over_later", { number, at }) : t("over_detail", { number });
  const there = left.page && door("next", at ? "calendar" : "ticket", t(at ? "to_booking" : "to_ticket"), left.page, { id: "instead" });
  return h("section", { class: "resting diverted" }, status("", "check", t("over"), detail),
    left.action === "offer_hall" && h("p", { class: "place" }, icon("place"), h("span", {}, pick(left.names))),
    there, door(there ? "" : "next", "home", say("pocket.to_hall"), `/m/${encodeURIComponent(page.hall)}`));
}
