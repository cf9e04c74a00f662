// The parts that the kiosk's views are made of.
import { h, icon } from "/static/look/live.js";
import { isOffline } from "/static/kiosk/device.js";
import { wait } from "/static/kiosk/waits.js";
import { nameOf, placeText, t } from "/static/kiosk/words.js";

/** A large button; `kind` is next, plain or quiet. */
export function button(kind, picture, text, onclick, attrs = {}) {
  return h("button", { type: "button", class: `big ${kind}`, onclick, ...attrs }, picture && icon(picture), h("span", {}, text));
}

/** The row of what can be done next, always in the same place. */
export const deck = (...buttons) => h("div", { class: "deck" }, buttons.flat());

export const heading = (title, lead) => h("div", { class: "heading" }, h("h1", {}, title), lead && h("p", { class: "soft" }, lead));

/** An item to touch: its name, and how long it would take now. */
export function itemButton(hall, row, onclick) {
  const line = row.queue === "SELF"
    ? [icon("device"), h("span", {}, t("no_ticket"))]
    : isOffline() ? [icon("place"), h("span", { class: "where-line" }, placeText(row.zone))] : [icon("clock"), wait(hall, row.queue, "range"), h("span", { class: "people" }, wait(hall, row.queue, "people"))];
  return h("button", { type: "button", class: "tile", onclick, data: { item: row.id } },
    h("span", { class: "name" }, nameOf(row.names)),
    h("span", { class: "line" }, line));
}

/** Tiles that share the room there is: a name too long for its tile is set smaller, and at last ends in an ellipsis. */
export function tiles(buttons) {
  const box = h("div", { class: "tiles" }, buttons);
  new ResizeObserver(() => buttons.forEach(fit)).observe(box);
  return box;
}

const FITS = ["", "small", "smaller", "lines-4", "lines-3", "lines-2", "lines-1"];
const EDGE_PX = 8;

function fit(tile) {
  const bottom = (node) => node.getBoundingClientRect().bottom;
  for (const way of FITS) {
    tile.firstChild.dataset.fit = way;
    if (bottom(tile.lastChild) + EDGE_PX <= bottom(tile)) return;
  }
}

// ---- lists that turn pages, since nobody scrolls well on a kiosk ----

function trim(list) {
  const bottom = list.getBoundingClientRect().bottom + 1;
  const nodes = [...list.children];
  const shown = nodes.filter((node, at) => at === 0 || node.getBoundingClientRect().bottom <= bottom);
  list.replaceChildren(...shown);
  return shown.length;
}

const MOST_ROWS = 24;

/** A list of as many rows as there is room for, with keys for the others. `memory` `{from, trail}` keeps the place. */
export function paged(rows, memory, kind = "") {
  const list = h("div", { class: `rows ${kind}` });
  const told = h("p", { class: "soft", "aria-live": "polite" });
  const earlier = button("plain", "left", t("earlier_page"), () => { memory.from = memory.trail.pop() ?? 0; fill(); });
  const later = button("plain", "right", t("later_page"), () => { memory.trail.push(memory.from); memory.from += list.children.length; fill(); });
  const pager = h("div", { class: "pager" }, earlier, told, later);
  let width = 0, height = 0;

  function fill() {
    list.replaceChildren(...rows.slice(memory.from, memory.from + MOST_ROWS).map((row) => row()));
    const shown = trim(list);
    told.textContent = t("shown", { from: memory.from + 1, to: memory.from + shown, all: rows.length });
    pager.dataset.needed = shown < rows.length;
    earlier.disabled = memory.from === 0;
    later.disabled = memory.from + shown >= rows.length;
  }

  new ResizeObserver(() => {
    if (list.clientWidth === width && list.clientHeight === height) return;
    if (width) Object.assign(memory, { from: 0, trail: [] });
    [width, height] = [list.clientWidth, list.clientHeight];
    fill();
  }).observe(list);
  return h("div", { class: "paged" }, list, pager);
}

/** What may be longer than its room, with one key to see the rest. */
export function scroller(...children) {
  const box = h("div", { class: "scroll", onscroll: look }, children);
  const more = button("quiet", "down", t("more_below"), () => box.scrollBy({ top: box.clientHeight * 0.8, behavior: "smooth" }));
  more.hidden = true;
  function look() {
    more.hidden = box.scrollTop + box.clientHeight >= box.scrollHeight - 8;
    box.tabIndex = box.scrollHeight > box.clientHeight ? 0 : -1; // what scrolls is reached by keys too
  }
  new ResizeObserver(look).observe(box);
  return h("div", { class: "scroller" }, box, more);
}
