// The hall's map: floors, zones coloured by wait (with a sign and its minutes), windows as small squares inside their zone.
import { h, icon, name, pick, say, time } from "/static/look/live.js";
import { doing, loudness, since, zoneHealth } from "/static/cockpit/fold.js";
import { duration, fill, number, SIGNS, SPEED } from "/static/cockpit/parts.js";

export const DOING = ["serving", "called", "free", "paused", "closed"];
const SHAPES = { serving: "play", called: "call", free: "check", paused: "pause", closed: "lock" };
/** How a call that had to become louder is shown: flash and chime, then voice. */
const LOUD = { flash: "bell", voice: "call" };
const LEAST_TILES = 4;

export function legend(windows) {
  const counts = Object.fromEntries(DOING.map((kind) => [kind, 0]));
  for (const row of windows.values()) counts[doing(row)] += 1;
  const loud = (kind) => [...windows.values()].filter((row) => loudness(row) === kind).length;
  return [
    ...DOING.map((kind) => h("li", {}, h("span", { class: `tile ${kind}`, "aria-hidden": "true" }), say(`cockpit.doing.${kind}`), h("b", { class: "number" }, counts[kind]))),
    ...Object.keys(LOUD).filter(loud).map((kind) => h("li", { class: `loud ${kind}` }, icon(LOUD[kind]), say(`cockpit.loudness.${kind}`), h("b", { class: "number" }, loud(kind)))),
  ];
}

/** The floors from the ground up, each with its zones; `choose(queue)` follows a zone's worst queue. */
export function zoneMap(zones, windows, tell, choose) {
  const rows = [...windows.values()], floors = [...new Set(zones.map((zone) => zone.floor))].sort((a, b) => a - b);
  const of = (zone) => rows.filter((row) => row.zone === zone.id);
  return floors.map((floor) => grown(h("section", { class: "floor", "aria-label": say("common.floor", { floor }) },
    h("h3", { class: "storey" }, say("common.floor", { floor })),
    h("div", { class: "zones" }, zones.filter((zone) => zone.floor === floor).map((zone) => zoneBox(zone, of(zone), tell, choose)))),
  zones.filter((zone) => zone.floor === floor).reduce((sum, zone) => sum + Math.max(LEAST_TILES, of(zone).length), 0)));
}

/** Room by the number of windows. */
function grown(node, by) {
  node.style.flexGrow = by;
  return node;
}

function zoneBox(zone, rows, tell, choose) {
  const head = h("button", { type: "button", class: "zone-head", onclick: () => choose(head.dataset.queue ?? "") });
  return grown(h("section", { class: "zone", data: { zone: zone.id } }, head, h("div", { class: "tiles" }, rows.map((row) => tile(row.window, tell)))), Math.max(LEAST_TILES, rows.length));
}

/** How a zone is: its name, a sign, the minutes of its worst queue, and how full it is. */
export function zoneState(node, zone, queues, place) {
  const waits = zoneHealth(queues, SPEED), head = node.querySelector(".zone-head");
  const how = place?.counted ? { ...waits, people: place.people } : waits;
  const full = Boolean(zone.most_people) && how.people > zone.most_people;
  node.className = `zone ${how.level}${full ? " full" : ""}`;
  head.dataset.queue = how.worst;
  fill(head, [how, full, zone.most_people, place?.counted, place?.outside], () => [
    h("span", { class: "zone-name" }, pick(zone.names)),
    queues.length && h("span", { class: "zone-wait" }, icon(SIGNS[how.level]), h("b", { class: "number" }, how.level === "shut" ? say("cockpit.health.shut") : how.level === "quiet" ? say("cockpit.health.quiet") : duration(how.wait)),
      how.worst && how.level !== "quiet" && h("span", { class: "worst-queue" }, how.worst)),
    (queues.length > 0 || place?.counted) && h("span", { class: "zone-people" }, icon(full ? "warning" : "people"), h("span", { class: "number" }, zone.most_people ? `${number(how.people)} / ${number(zone.most_people)}` : number(how.people)), full && h("span", {}, say("cockpit_map.full")), place?.outside > 0 && h("span", { class: "zone-outside" }, icon("door"), h("span", { class: "number", "aria-hidden": "true" }, number(place.outside)), h("span", { class: "unseen" }, say("places.outside", { n: place.outside })))),
    queues.length && h("span", { class: "unseen" }, say("cockpit_map.zone_told", { state: say(`cockpit.health.${how.level}`), queue: how.worst || "–", waiting: how.waiting })),
    !queues.length && !place?.counted && h("span", { class: "zone-people soft" }, say("cockpit_map.no_queue")),
  ]);
}

function tile(window, tell) {
  const show = () => tell(window);
  return h("button", { type: "button", tabindex: -1, data: { window }, onmouseenter: show, onfocus: show, onclick: show }, window);
}

export function tileState(node, row) {
  const kind = doing(row), loud = loudness(row);
  const look = `tile ${kind}${loud && ` ${loud}`}`;
  if (node.className === look) return;
  node.className = look;
  node.replaceChildren(row.window, ...(loud ? [icon(LOUD[loud])] : []));
  const said = [say("common.window_n", { window: row.window }), say(`cockpit.doing.${kind}`), loud && say(`cockpit.loudness.${loud}`)];
  node.setAttribute("aria-label", said.filter(Boolean).join(say("common.list_comma")));
}

const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

/** The map is one stop for the Tab key; arrows, Home and End walk it. */
export function walk(map) {
  const tiles = () => [...map.querySelectorAll(".tile")];
  map.addEventListener("keydown", (event) => {
    const all = tiles(), at = all.indexOf(event.target), by = STEPS[event.key];
    if (at < 0 || by === undefined) return;
    event.preventDefault();
    all[Math.min(all.length - 1, Math.max(0, at + by))].focus();
  });
  map.addEventListener("focusin", (event) => {
    if (!event.target.matches(".tile")) return;
    for (const one of tiles()) one.tabIndex = one === event.target ? 0 : -1;
  });
}

/** A window in one line: number, what it does, for whom, who sits there, since when. `moment` is now, in ms. */
export function windowLine(row, moment) {
  if (!row) return [h("span", { class: "soft" }, say("cockpit.point"))];
  const kind = doing(row), at = since(row), loud = loudness(row);
  const parts = [
    loud && h("span", { class: "loud" }, icon(LOUD[loud]), say(`cockpit.loudness.${loud}`)),
    row.number && h("span", { class: "number" }, row.number),
    row.staff && row.status !== "closed" && h("span", {}, icon("person"), row.staff),
    kind === "paused" && row.reason && h("span", {}, name("reason", row.reason)),
    at && h("span", { class: "soft" }, say("cockpit.since", { at: time(at), ago: duration((moment - Date.parse(at)) / 1000) })),
  ].filter(Boolean);
  return [h("b", {}, say("common.window_n", { window: row.window })), h("span", { class: `what ${kind}` }, icon(SHAPES[kind]), say(`cockpit.doing.${kind}`)), ...parts];
}
