// The start: one large key for what nearly everybody wants, and the rest within reach.
import { h, icon } from "/static/look/live.js";
import { ways } from "/static/kiosk/find.js";
import { button, deck, heading, itemButton } from "/static/kiosk/parts.js";
import { t } from "/static/kiosk/words.js";

const OFTEN = 4, OFTEN_LARGE = 2, MOST_USED = 8, MOST_USED_LARGE = 4;

const tiles = ({ hall, go }, many) =>
  h("div", { class: "tiles" }, hall.services.slice(0, many).map((row) => itemButton(hall, row, () => go({ name: "item", id: row.id }))));

export function startView(desk) {
  const { state, go, help } = desk;
  const large = state.care || state.low;
  return h("section", { class: "view start" },
    h("button", { type: "button", class: "hero", onclick: () => go({ name: "choose" }) },
      icon("ticket"), h("span", {}, h("strong", {}, t("hero")), h("small", {}, t("hero_lead")))),
    deck(
      button("plain booked", "calendar", t("booked"), () => go({ name: "booked" })),
      button("plain ask", "help", t("help_call"), help)),
    h("h1", { class: "often" }, t("often")),
    tiles(desk, large ? OFTEN_LARGE : OFTEN));
}

export function chooseView(desk) {
  const { state, go, home } = desk;
  return h("section", { class: "view choose" },
    heading(t("start_title"), t("start_lead")),
    tiles(desk, state.care || state.low ? MOST_USED_LARGE : MOST_USED),
    deck(
      button("plain", "home", t("home"), home),
      button("plain", "window", t("by_department"), () => go({ name: "departments" })),
      button("next", "search", t("find"), () => go({ name: "find", q: "" }))));
}

/** For those who booked: hold the code under the reader; without one the guide desk checks them in. */
export function bookedView(desk, view) {
  const { scanner, go } = desk;
  return h("section", { class: "view booked" },
    heading(t("booked_title"), scanner ? t("booked_scan") : t("booked_desk")),
    h("div", { class: "message", role: "status" },
      icon(scanner ? "scan" : "place"),
      view.problem ? h("p", { class: "note warn" }, icon("warning"), h("span", {}, view.problem)) : h("p", {}, scanner ? t("booked_hold") : t("booked_where"))),
    deck(...ways(desk), button("next", "ticket", t("hero"), () => go({ name: "choose" }))));
}
