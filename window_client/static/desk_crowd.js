// How full the zones are, for whoever stands at a door: counting by hand, correcting, and letting in those outside.
import { api, h, icon, live, newKey, page, pick, say, time } from "/static/look/live.js";
import { button, HOUR } from "/static/window_client/desk_cards.js";
import { fill } from "/static/window_client/parts.js";

const SETTLE_MS = 200;
const AGAIN_MS = 5000;
const KEPT = `greenwave.desk.${page.hall}.counts`;
const t = (key, values) => say(`places.${key}`, values);

/** Counts that the server has not taken yet, in their order, each with the key under which it counts once. */
function unsent() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

/** Fills `box` with the zones that are counted or hold only so many. */
export function crowd(HALL, box) {
  let zones = [], state = "loading", timer = 0, told = "", setting = "", sending = false, waits = unsent();

  // ---- what is true ----

  async function read() {
    const found = await api("GET", `${HALL}/zones`, undefined, { tries: 2 });
    zones = found.zones.filter((zone) => zone.most || zone.counted_at);
    state = "ready";
    draw();
    send();
  }

  function failed(problem) {
    state = problem?.status === 0 || problem?.status === 503 ? "offline" : "error";
    draw();
    soon(AGAIN_MS);
  }

  // ---- counting ----

  function count(zone, body) {
    waits.push({ zone, body, key: newKey() });
    keep();
    draw();
    send();
  }

  function keep() {
    try {
      localStorage.setItem(KEPT, JSON.stringify(waits));
    } catch { /* then they are lost with the page */ }
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (waits.length) {
      const { zone, body, key } = waits[0];
      try {
        const fresh = await api("POST", `${HALL}/zones/${encodeURIComponent(zone)}/count`, body, { key, tries: 2 });
        zones = zones.map((row) => (row.zone === zone ? fresh : row));
        state = "ready";
      } catch (problem) {
        if (problem.status === 0 || problem.status >= 500) { failed(problem); break; }
        told = problem.detail || problem.title; // a count that will never be taken keeps no other waiting
      }
      waits = waits.slice(1);
      keep();
      draw();
    }
    sending = false;
  }

  async function wave(zone) {
    try {
      const called = await api("POST", `${HALL}/zones/${encodeURIComponent(zone)}/wave`, {}, { key: newKey() });
      told = t("waved", { wave: called.wave, n: called.n, at: time(called.until_at, HOUR) });
    } catch (problem) {
      told = problem.detail || problem.title;
    }
    soon(0);
  }

  // ---- the page ----

  /** What is shown counts what is still on its way. */
  function people(zone) {
    return waits.filter((one) => one.zone === zone.zone).reduce((sum, { body }) => ("people" in body ? body.people : Math.max(0, sum + (body.in ?? 0) - (body.out ?? 0))), zone.people ?? 0);
  }

  function draw() {
    box.hidden = state === "ready" && !zones.length && !told;
    box.dataset.state = state;
    box.dataset.unsent = waits.length;
    const pressed = document.activeElement?.dataset?.tally;
    fill(box, [zones, state, told, setting, waits.length], () => [
      h("h2", {}, icon("people"), t("title")),
      state === "loading" && h("p", { class: "soft" }, say("common.loading")),
      (state === "offline" || state === "error") && h("p", { class: "note warn", role: "status" }, icon(state === "offline" ? "offline" : "warning"), h("span", {}, t(state), " ", waits.length > 0 && t("unsent", { n: waits.length }))),
      h("div", { class: "doors" }, zones.map(card)),
      told && h("p", { class: "soft said", role: "status" }, told),
    ]);
    if (pressed) box.querySelector(`[data-tally="${CSS.escape(pressed)}"]`)?.focus({ preventScroll: true }); // for who counts by keys
  }

  function card(zone) {
    const n = people(zone), is = zone.counted || waits.some((one) => one.zone === zone.zone);
    const full = Boolean(zone.most) && is && n + (zone.coming ?? 0) >= zone.most;
    return h("article", { class: full ? "card crowd full" : "card crowd", data: { zone: zone.zone } },
      h("h3", {}, pick(zone.names)),
      h("p", { class: "count" }, h("b", { class: "number" }, !is ? "–" : zone.most ? t("of", { n, most: zone.most }) : t("people", { n })), full && h("span", { class: "badge full" }, icon("warning"), t("full"))),
      is && zone.most > 0 && h("meter", { min: 0, max: zone.most, low: 0.8 * zone.most, high: zone.most - 0.5, optimum: 0, value: Math.min(n, zone.most), "aria-label": t("of", { n, most: zone.most }) }),
      h("ul", { class: "facts" }, line(!is && t("nobody_counts")), line(zone.coming > 0 && t("coming", { n: zone.coming })), line(zone.outside > 0 && t("outside", { n: zone.outside })), line(zone.wave > 0 && t("wave_last", { n: zone.wave }))),
      h("div", { class: "tally" }, [["in", "plus", "come"], ["out", "minus", "go"]].map(([way, picture, text]) => tally(zone.zone, way, picture, t(text)))),
      zone.outside > 0 && button("next", "door", zone.room > 0 ? t("let_in_n", { n: Math.min(zone.room, zone.outside) }) : t("let_in"), () => wave(zone.zone), { disabled: zone.room === 0 }),
      setting === zone.zone ? correcting(zone, n) : button("quiet", "people", t("set"), () => { setting = zone.zone; draw(); box.querySelector("input")?.focus(); }));
  }

  function tally(zone, way, picture, text) {
    const key = button("", picture, text, () => count(zone, { [way]: 1 }));
    key.dataset.tally = `${zone} ${way}`;
    return key;
  }

  function correcting(zone, n) {
    const field = h("input", { type: "number", min: 0, max: 99999, value: n, inputmode: "numeric", id: `people-${zone.zone}` });
    const save = (event) => {
      event.preventDefault();
      const people = Number(field.value);
      setting = "";
      if (field.value !== "" && Number.isInteger(people) && people >= 0) return count(zone.zone, { people });
      return draw();
    };
    return h("form", { class: "correct", onsubmit: save }, h("label", { for: field.id }, t("set_label")), field, h("button", { class: "button next" }, icon("check"), t("set_save")));
  }

  const line = (text) => text && h("li", {}, h("span", {}, text));

  // ---- the hall's events ----

  function soon(pause = SETTLE_MS) {
    clearTimeout(timer);
    timer = setTimeout(() => read().catch(failed), pause);
  }

  function onEvent({ event, outside }) {
    if (event === "PeopleCounted" || event === "WaveCalled" || event === "DayClosed" || outside) soon();
  }

  function onState(to) {
    if (to === "offline" && state === "ready") { state = "offline"; draw(); }
    if (to === "online" && state === "offline") soon(0);
  }

  async function snapshot() {
    const board = await api("GET", `${HALL}/board`);
    await read().catch(failed);
    return board.last_event_id;
  }

  draw();
  live({ topics: "hall", snapshot, onEvent, onState });
}
