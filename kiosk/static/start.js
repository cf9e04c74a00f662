// The start: one large key for what nearly everybody wants, and the rest within reach.
import { h, icon } from "/static/look/live.js";
import { button, deck, heading, itemButton, tiles } from "/static/kiosk/parts.js";
import { collectKey } from "/static/kiosk/collect.js";
import { journeyKeys } from "/static/kiosk/journey.js";
import { t } from "/static/kiosk/words.js";

const OFTEN = 4, OFTEN_LARGE = 2, MOST_USED_HERE = 6, MOST_USED_LARGE = 4;

const mostUsed = ({ hall, go }, many) => tiles(hall.services.slice(0, many).map((row) => itemButton(hall, row, () => go({ name: "item", id: row.id }))));

export function startView(desk) {
  const { state, go, help } = desk;
  const large = state.care || state.low;
  return h("section", { class: "view start" },
    h("button", { type: "button", class: "hero", onclick: () => go({ name: "choose" }) },
      icon("ticket"), h("span", {}, h("strong", {}, t("hero")), h("small", {}, t("hero_lead")))),
    deck(
      button("plain booked", "calendar", t("booked"), () => go({ name: "booked" })),
      collectKey(desk),
      button("plain ask", "help", t("help_call"), help)),
    h("h1", { class: "often" }, t("often")),
    mostUsed(desk, large ? OFTEN_LARGE : OFTEN));
}

export function chooseView(desk) {
  const { state, go, home } = desk;
  return h("section", { class: "view choose" },
    heading(t("start_title"), t("start_lead")),
    mostUsed(desk, state.care || state.low ? MOST_USED_LARGE : MOST_USED_HERE),
    deck(journeyKeys(desk)),
    deck(
      button("plain", "home", t("home"), home),
      button("plain", "window", t("by_department"), () => go({ name: "departments" })),
      button("next", "search", t("find"), () => go({ name: "find", q: "" }))));
}
