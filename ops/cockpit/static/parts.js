// What the cockpit shows: totals, queues, windows, calls. Rows keep their nodes, so that focus and eyes stay where they are.
import { facts, h, icon, LANG, minutes, name, now, pick, say, time, waitRange } from "/static/look/live.js";
import { doing, health, level, since } from "/static/cockpit/fold.js";

const SIGNS = { well: "check", long: "clock", bad: "warning", shut: "door", quiet: "check", none: "info" };
export const DOING = ["serving", "called", "free", "paused", "closed"];
const SHAPES = { serving: "play", called: "call", free: "check", paused: "pause", closed: "lock" };
const FINE_S = 600;
const SPEED = Number(facts.rehearsal_speed ?? 1);
const seen = new WeakMap();

/** Fills a node when what it is made of differs from the last time. */
export function fill(node, made, build) {
  const mark = JSON.stringify(made);
  if (seen.get(node) === mark) return;
  seen.set(node, mark);
  node.replaceChildren(...[build()].flat(2).filter(Boolean));
}

/** m:ss below ten minutes, whole minutes beyond; a dash where there is none. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.round(seconds);
  if (whole >= FINE_S) return minutes(whole - whole % 60);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const number = (value) => new Intl.NumberFormat(LANG).format(value);

/** A sign that needs no colour: a shape and a word. */
const sign = (kind) => h("span", { class: `sign ${kind}` }, icon(SIGNS[kind]), h("span", {}, say(`cockpit.health.${kind}`)));

// ---- totals ----

export function totals(state) {
  const { totals: sum } = state;
  const shut = state.queues.filter((queue) => health(queue, SPEED) === "shut").length;
  const served = state.totals.waiting ? level(sum.longest_s, SPEED) : "none";
  return [
    figure("waiting", number(sum.waiting), shut ? h("span", { class: "sign shut" }, icon("door"), say("cockpit.shut_queues", { n: shut })) : null),
    figure("open_windows", [number(sum.open_windows), h("small", {}, ` / ${number(sum.windows)}`)]),
    figure("serving", number(sum.serving)),
    figure("longest", duration(sum.waiting ? sum.longest_s : null), served === "none" ? null : sign(served)),
    figure("mean", duration(sum.mean_s), sum.mean_s === null ? null : sign(level(sum.mean_s, SPEED))),
    figure("p90", duration(sum.p90_s), sum.p90_s === null ? null : sign(level(sum.p90_s, SPEED))),
    figure("issued", number(sum.issued)),
    figure("done", number(sum.done)),
    figure("missed", number(sum.missed)),
  ];
}

function figure(key, value, under = null) {
  return h("div", { class: "figure", data: { figure: key } }, h("p", { class: "term" }, say(`cockpit.${key}`)), h("p", { class: "value number" }, value), under);
}

// ---- queues ----

const COLUMNS = ["queue", "state", "waiting", "open_windows", "serving", "longest", "mean", "p90", "estimate"];

export function queueTable(rows) {
  const head = COLUMNS.map((column) => h("th", { scope: "col", class: column }, say(`cockpit.column.${column}`)));
  return h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows.map((queue) => h("tr", { data: { queue: queue.queue } }))));
}

export function queueRow(node, queue) {
  fill(node, queue, () => [
    h("th", { scope: "row", class: "queue" }, h("span", { class: "letter number" }, queue.queue), h("span", { class: "called", title: pick(queue.names) }, pick(queue.names))),
    h("td", { class: "state" }, sign(health(queue, SPEED))),
    cell("waiting", number(queue.waiting), "strong"),
    cell("open_windows", `${queue.open_windows} / ${queue.windows}`),
    cell("serving", number(queue.serving)),
    cell("longest", duration(queue.waiting ? queue.longest_s : null), queue.waiting ? level(queue.longest_s, SPEED) : "none"),
    cell("mean", duration(queue.mean_s), level(queue.mean_s, SPEED)),
    cell("p90", duration(queue.p90_s), level(queue.p90_s, SPEED)),
    cell("estimate", queue.open_windows || queue.waiting ? waitRange(queue.wait_s) : "–"),
  ]);
  node.className = health(queue, SPEED);
}

const cell = (column, text, cls = "") => h("td", { class: `${column} ${cls}` }, text);

// ---- the map of windows ----

export function legend(windows) {
  const counts = Object.fromEntries(DOING.map((kind) => [kind, 0]));
  for (const row of windows.values()) counts[doing(row)] += 1;
  return DOING.map((kind) => h("li", {}, h("span", { class: `tile ${kind}`, "aria-hidden": "true" }), say(`cockpit.doing.${kind}`), h("b", { class: "number" }, counts[kind])));
}

export function zoneMap(zones, windows, tell) {
  const rows = [...windows.values()];
  return zones.filter((zone) => rows.some((row) => row.zone === zone.id)).map((zone) => h("section", { class: "zone" },
    h("h3", {}, pick(zone.names), " ", h("span", { class: "soft nowrap" }, say("common.floor", { floor: zone.floor }))),
    h("div", { class: "tiles" }, rows.filter((row) => row.zone === zone.id).map((row) => tile(row.window, tell)))));
}

function tile(window, tell) {
  const show = () => tell(window);
  return h("button", { type: "button", tabindex: -1, data: { window }, onmouseenter: show, onfocus: show, onclick: show }, window);
}

export function tileState(node, row) {
  const kind = doing(row);
  if (node.className === `tile ${kind}`) return;
  node.className = `tile ${kind}`;
  node.setAttribute("aria-label", `${say("common.window_n", { window: row.window })}, ${say(`cockpit.doing.${kind}`)}`);
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
    for (const one of tiles()) one.tabIndex = one === event.target ? 0 : -1;
  });
}

/** A window in one line: number, what it does, for whom, who sits there, since when. */
export function windowLine(row) {
  if (!row) return [h("span", { class: "soft" }, say("cockpit.point"))];
  const kind = doing(row), at = since(row);
  const parts = [
    row.number && h("span", { class: "number" }, row.number),
    row.staff && row.status !== "closed" && h("span", {}, icon("person"), row.staff),
    kind === "paused" && row.reason && h("span", {}, name("reason", row.reason)),
    at && h("span", { class: "soft" }, say("cockpit.since", { at: time(at), ago: duration((now() - Date.parse(at)) / 1000) })),
  ].filter(Boolean);
  return [h("b", {}, say("common.window_n", { window: row.window })), h("span", { class: `what ${kind}` }, icon(SHAPES[kind]), say(`cockpit.doing.${kind}`)), ...parts];
}

// ---- the latest calls ----

export function ticker(calls) {
  if (!calls.length) return h("li", { class: "none soft" }, say("cockpit.no_calls"));
  return calls.map((call) => h("li", {}, h("span", { class: "number" }, call.number), h("span", { class: "to" }, say("common.window_n", { window: call.window }),
    call.times > 1 && h("span", { class: "soft" }, ` · ${say("cockpit.times", { times: call.times })}`)), h("time", { class: "soft", datetime: call.at }, time(call.at))));
}
