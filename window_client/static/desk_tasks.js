// What diversion asks of the guide desk: whom to help, where, with what; taken and done, each with its timer.
import { api, h, icon, live, minutes, now, page, pick, say, time } from "/static/look/live.js";
import { button, placeText } from "/static/window_client/desk_cards.js";
import { fill, running, tick } from "/static/window_client/parts.js";

const SHAPES = { send_helpers: "care", send_out: "people", guide_to_device: "device", slow_entry: "door", offer_later: "calendar", offer_hall: "right" };
const OFFERS = new Set(["offer_later", "offer_hall"]);
const SETTLE_MS = 150;
const AGAIN_MS = 5000;
const MOST_ITEMS = 4;
const KEPT = `greenwave.desk.${page.hall}.tasks`;
const AT_DESK = page.as.startsWith("desk");
const t = (key, values) => say(`desk_tasks.${key}`, values);

/** Which tasks this desk has taken, and when (ms): kept over a reload, known to this desk alone. */
function taken() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

const minuteOf = (row) => Math.ceil((row?.wait_s?.p50 ?? 0) / 60);

/** Fills `box` with the tasks of now; `services()` are the hall's items by id; `others` hear of the hall by the same line. */
export function tasks(HALL, box, services, others = []) {
  let rows = [], state = "loading", timer = 0, asking = 0;
  const queues = {}, busy = new Set(), refused = {}, mine = taken();

  // ---- what is true ----

  async function read() {
    const asked = asking += 1;
    const told = await api("GET", `${HALL}/diversions/tasks`, undefined, { tries: 2 });
    if (asked !== asking) return;
    rows = told.tasks.filter((row) => row.action in SHAPES);
    state = "ready";
    forget();
    draw();
  }

  function failed(problem) {
    state = problem?.status === 0 || problem?.status === 503 ? "offline" : "error";
    draw();
    soon(AGAIN_MS);
  }

  function forget() {
    for (const id of Object.keys(mine)) if (!rows.some((row) => row.diversion === id)) delete mine[id];
    keep();
  }

  function keep() {
    try {
      localStorage.setItem(KEPT, JSON.stringify(mine));
    } catch { /* then it is not known after a reload */ }
  }

  function count(list) {
    for (const row of list) queues[row.queue] = { ...queues[row.queue], ...row };
  }

  // ---- acts ----

  /** A desk takes it on for all to see; a manager who stands in for it only notes it here. */
  async function take(row) {
    const told = AT_DESK ? await sent(row, "accept", {}) : true;
    if (told) mine[row.diversion] = now();
    keep();
    draw();
  }

  const done = (row) => sent(row, "end", { reason: "done" });

  async function sent(row, act, body) {
    const id = row.diversion;
    busy.add(id);
    delete refused[id];
    draw();
    const well = await api("POST", `${HALL}/diversions/${encodeURIComponent(id)}/${act}`, body).then(() => true, (problem) => { refused[id] = problem.detail || problem.title; });
    busy.delete(id);
    draw();
    soon();
    return well;
  }

  // ---- the page ----

  function draw() {
    box.dataset.state = state === "ready" && !rows.length ? "empty" : state;
    const counted = rows.map((row) => [queues[queueOf(row)]?.waiting, minuteOf(queues[queueOf(row)])]);
    fill(box, [state, rows, counted, mine, [...busy], refused, services().size], () => [h("h2", {}, t("title")), state !== "ready" && trouble(), state !== "loading" && list()]);
  }

  function trouble() {
    if (state === "loading") return h("p", { class: "soft" }, say("common.loading"));
    const text = state === "offline" ? t("offline") : t("error");
    return h("div", { class: "note warn", role: "status" }, icon(state === "offline" ? "offline" : "warning"), h("p", {}, text));
  }

  function list() {
    if (!rows.length) return state === "ready" && h("p", { class: "soft none" }, icon("check"), h("span", {}, t("none")));
    return h("div", { class: "sheets" }, rows.map(card));
  }

  const queueOf = ({ queue, service }) => queue || services().get(service)?.queue;

  function card(row) {
    const { diversion: id, action } = row, known = queues[queueOf(row)];
    return h("article", { class: mine[id] ? "card job taken" : "card job", data: { diversion: id } },
      h("header", {}, icon(SHAPES[action]), h("h3", {}, title(row))),
      row.taken && !mine[id] && h("p", { class: "signs" }, h("span", { class: "badge booked" }, icon("check"), t("taken"))),
      (mine[id] || OFFERS.has(action)) && h("p", {}, t(`how.${action}`)),
      h("ul", { class: "facts" }, crowd(known), action === "guide_to_device" ? devices(row) : known && fact("place", placeText(known.zone))),
      refused[id] && h("p", { class: "no", role: "alert" }, icon("warning"), h("span", {}, refused[id])),
      h("footer", {}, h("p", { class: "soft" }, times(row)), acts(row)));
  }

  function crowd(known) {
    const long = known?.waiting > 0 && minuteOf(known) > 1;
    return known && fact("people", t("crowd", { n: known.waiting }), long && t("about", { minutes: minutes(known.wait_s.p50) }));
  }

  function times({ diversion: id, since, until }) {
    const began = mine[id] ? new Date(mine[id]).toISOString() : since;
    return [t(mine[id] ? "taken_for" : "since"), " ", running(began), until ? ` · ${t("until", { at: time(until) })}` : ""];
  }

  /** What it is about: a queue, or an item. */
  function title({ action, queue, service, window }) {
    if (action === "send_out" && window) return t("what.send_out_from", { window });
    const item = services().get(service), name = queue ? [queue, pick(queues[queue]?.names)].filter(Boolean).join(" ") : item && pick(item.names);
    return name ? t(`what.${action}`, { queue: name }) : t(`plain.${action}`);
  }

  function devices(row) {
    const all = [...services().values()], at = all.find((service) => service.queue === "SELF");
    const fits = (service) => (row.service ? service.id === row.service : service.queue === row.queue && service.alternatives.includes("self"));
    const items = all.filter(fits).map((service) => pick(service.names)), more = items.length - MOST_ITEMS;
    const named = items.slice(0, MOST_ITEMS).join(say("common.list_comma"));
    return [
      items.length > 0 && !row.service && fact("paper", more > 0 ? t("items_more", { items: named, n: more }) : t("items", { items: named })),
      at && fact("device", t("devices_at", { place: placeText(at.zone) })),
    ];
  }

  function acts(row) {
    if (OFFERS.has(row.action)) return null;
    const disabled = busy.has(row.diversion) || state !== "ready";
    const begun = mine[row.diversion] || row.taken;
    if (begun) return button(mine[row.diversion] ? "next" : "", "check", t("done"), () => done(row), { twice: say("desk.sure"), about: row.diversion, disabled });
    return button("next", "person", t("take"), () => take(row), { disabled });
  }

  // ---- the hall's events ----

  function soon(pause = SETTLE_MS) {
    clearTimeout(timer);
    timer = setTimeout(() => read().catch(failed), pause);
  }

  function onEvent(event) {
    if (event.event === "WaitEstimated") { count(event.queues); draw(); }
    if (event.event.startsWith("Diversion")) soon();
    for (const other of others) other.onEvent(event);
  }

  function onState(line) {
    if (line === "offline" && state === "ready") { state = "offline"; draw(); }
    if (line === "online" && state === "offline") soon(0);
    for (const other of others) other.onState(line);
  }

  async function snapshot() {
    const board = await api("GET", `${HALL}/board`);
    count(board.waiting);
    for (const other of others) other.read();
    await read().catch(failed);
    return board.last_event_id;
  }

  setInterval(tick, 1000);
  draw();
  live({ topics: ["hall", "waits:*"], snapshot, onEvent, onState });
  return draw;
}

const fact = (picture, ...texts) => texts.some(Boolean) && h("li", {}, icon(picture), h("span", {}, texts.filter(Boolean).join(" · ")));
