// Diversion (分流): what may be done against the crowd, what runs, and what came of it. Each proposal is one click away.
import { api, h, icon, say } from "/static/look/live.js";
import { grouped, whole } from "/static/cockpit/diversions.js";
import { fill } from "/static/cockpit/parts.js";
import { sentence } from "/static/cockpit/asking.js";
import { changeForm, dismissForm } from "/static/cockpit/advice_forms.js";
import { doneLines, gainLine, needsLine, timeLine, title, why } from "/static/cockpit/advice_words.js";
import { tick } from "/static/cockpit/words.js";

const SOON_MS = 200;
/** Names that could not be read are asked for again after this time. */
const AGAIN_MS = 10_000;

/** The card of diversions. `read()` reads them again, `soon()` after a moment; `onRows(rows)` hears what was read. */
export function advice(HALL, $, hall, onRows) {
  const cards = new Map(), opened = new Map(), busy = new Set(), problems = new Map();
  let state = null, problem = "", known = false, on = true, timer = 0, replayed = false, items = null;

  async function read() {
    try {
      const { diversions } = await api("GET", `${HALL}/diversions`, undefined, { tries: 1 });
      [problem, known] = ["", true];
      onRows(new Map(diversions.map((row) => [row.id, whole(row)])));
    } catch (refusal) {
      problem = refusal.status === 404 ? "" : sentence(refusal);
      draw(state);
    }
  }

  /** What items are called, read once when a diversion is about one, of now or of a past day; until then they go by their ids. */
  async function readItems() {
    if (items) return;
    items = new Map();
    try {
      const { services } = await api("GET", `${HALL}/services?limit=500`, undefined, { tries: 1 });
      items = new Map(services.map((row) => [row.id, row.names]));
      draw(state);
    } catch {
      setTimeout(() => { items = null; }, AGAIN_MS);
    }
  }

  const named = (row) => (row.service ? { ...row, names: items?.get(row.service) } : row);

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(read, SOON_MS);
  }

  // ---- the page ----

  function draw(now) {
    if (!now) return;
    state = now;
    const groups = grouped(state.diversions);
    if (Object.values(groups).flat().some((row) => row.service)) readItems();
    for (const [name, rows] of Object.entries(groups)) drawGroup(name, rows.map(named));
    $("advice-runs").hidden = !groups.started.length;
    $("advice-past").hidden = !groups.over.length;
    const none = !groups.proposed.length;
    $("advice-none").hidden = !none;
    if (none) fill($("advice-none"), [problem, known, replayed], () => nothing());
    fill($("advice-count"), groups.proposed.length, () => groups.proposed.length || null);
    tick();
  }

  function nothing() {
    if (problem) return [icon("warning"), h("p", {}, say("cockpit_advice.away"), " ", h("span", { class: "soft" }, problem))];
    return [icon("check"), h("p", {}, say(replayed ? "cockpit_advice.none_then" : "cockpit_advice.none"))];
  }

  function drawGroup(name, rows) {
    const list = $(`advice-${name}`), ids = new Set(rows.map((row) => row.id));
    for (const node of [...list.children]) if (!ids.has(node.dataset.diversion)) node.remove();
    rows.forEach((row, at) => {
      const node = cards.get(row.id) ?? h("li", { data: { diversion: row.id } });
      cards.set(row.id, node);
      node.className = `diversion ${row.status}`;
      fill(node, [row, on && !replayed, opened.get(row.id), busy.has(row.id), problems.get(row.id)], () => card(row));
      if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
    });
  }

  const card = (row) => [
    h("h3", {}, title(row, hall())),
    row.status === "proposed" && why(row, state, hall()),
    ...(row.status === "ended" || row.status === "dismissed" ? doneLines(row) : [gainLine(row), needsLine(row), timeLine(row)]),
    problems.has(row.id) && h("p", { class: "problem", role: "alert" }, icon("warning"), problems.get(row.id)),
    !replayed && acts(row),
    !replayed && form(row),
  ];

  function acts(row) {
    const able = on && !busy.has(row.id), named = h("span", { class: "unseen" }, title(row, hall()));
    const press = (key, shape, act, cls = "") => h("button", { type: "button", class: `button ${cls}`, disabled: !able, onclick: act }, icon(shape), say(`cockpit_advice.${key}`), " ", named.cloneNode(true));
    const fold = (key, shape) => h("button", { type: "button", class: "button", disabled: !able, "aria-expanded": String(opened.get(row.id) === key), onclick: () => open(row.id, key) }, icon(shape), say(`cockpit_advice.${key}`), " ", named.cloneNode(true));
    if (row.status === "proposed") return h("div", { class: "acts" }, press("accept", "check", () => act(row, "accept", {}), "next"), fold("change", "transfer"), fold("dismiss", "cross"));
    return row.status === "started" && h("div", { class: "acts" }, press("end", "check", () => act(row, "end", {})));
  }

  function form(row) {
    const which = opened.get(row.id);
    if (row.status !== "proposed" || !which) return null;
    return which === "change" ? changeForm(row, hall(), (body) => act(row, "accept", body)) : dismissForm(row, (reason) => act(row, "dismiss", { reason }));
  }

  function open(id, which) {
    if (opened.get(id) === which) opened.delete(id);
    else opened.set(id, which);
    draw(state);
    (cards.get(id).querySelector("form :is(select, input)") ?? cards.get(id).querySelector("[aria-expanded]"))?.focus();
  }

  async function act(row, what, body) {
    busy.add(row.id);
    problems.delete(row.id);
    draw(state);
    try {
      await api("POST", `${HALL}/diversions/${encodeURIComponent(row.id)}/${what}`, body);
      opened.delete(row.id);
      $("advice-told").textContent = say(`cockpit_advice.told.${what}`, { what: title(row, hall()) });
    } catch (refusal) {
      problems.set(row.id, sentence(refusal));
    }
    busy.delete(row.id);
    await read();
    draw(state);
  }

  return {
    read, soon, draw,
    able(is) { on = is; draw(state); },
    replay(is) { replayed = is; },
  };
}
