// The start: what most people come for, one touch away from its papers and two from a ticket.
import { h } from "/static/look/live.js";
import { button, deck, heading, itemButton } from "/static/kiosk/parts.js";
import { t } from "/static/kiosk/words.js";

const MOST_USED = 8, MOST_USED_LARGE = 4;

export function startView({ hall, go, state }) {
  const many = state.care || state.low ? MOST_USED_LARGE : MOST_USED;
  return h("section", { class: "view start" },
    heading(t("start_title"), t("start_lead")),
    h("div", { class: "tiles" }, hall.services.slice(0, many).map((row) => itemButton(hall, row, () => go({ name: "item", id: row.id })))),
    deck(
      button("plain", "window", t("by_department"), () => go({ name: "departments" })),
      button("next", "search", t("find"), () => go({ name: "find", q: "" }))));
}
