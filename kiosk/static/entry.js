// The door: a full zone before which a ticket waits outside, and the area that is open when the hall is not.
import { h, icon, say } from "/static/look/live.js";
import { lang, nameOf, placeText } from "/static/kiosk/words.js";

const t = (key, values) => say(`places.${key}`, values, lang());

/** What the visitor of a new ticket is told of the door; nothing where there is room. */
export function entryNote({ entry }) {
  if (entry?.state !== "outside") return null;
  const ahead = entry.ahead ? t("outside_ahead", { n: entry.ahead }) : t("outside_first");
  return h("div", { class: "note warn entry" }, icon("door"), h("div", {}, h("p", {}, h("b", {}, t("outside_title"))), h("p", {}, t("outside_detail", { place: placeText(entry.zone) })), h("p", {}, ahead)));
}

/** Where one can go at any hour; nothing in a hall without such an area. */
export function alwaysLine(hall) {
  const zone = hall.zones?.find((one) => one.always);
  return zone ? t("always_open", { place: nameOf(zone.names) }) : "";
}
