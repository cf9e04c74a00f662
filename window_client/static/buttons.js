// The button of an act: its icon, its word, its key.
import { h, icon, say } from "/static/look/live.js";
import { ACTS } from "/static/window_client/acts.js";
import { cap } from "/static/window_client/panel_parts.js";
import { capOf } from "/static/window_client/panels.js";

/** A click by pointer gives the keyboard back to the page, so that the next key acts and does not press this again. */
function pressed(event, name, press) {
  if (event.detail > 0) event.currentTarget.blur();
  press(name);
}

export function button(name, first, press) {
  return h("button", {
    type: "button", class: `button act ${first ? "next" : ""}`, data: { act: name },
    "aria-keyshortcuts": ACTS[name].keys.map((key) => (key === " " ? "Space" : key)).join(" "),
    onclick: (event) => pressed(event, name, press),
  }, icon(ACTS[name].icon), h("span", { class: "word" }, say(`console.act.${name}`)), name === "aside" && h("span", { class: "count number" }), cap(capOf(name)));
}
