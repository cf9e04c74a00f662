// The hall's devices: how each is, worst first, and revoked by a second click. Rows keep their nodes, and so the focus.
import { api, h, icon, say } from "/static/look/live.js";
import { fill } from "/static/cockpit/parts.js";
import { details, heardCell, matterCell, nameCell, stateCell } from "/static/cockpit/device_row.js";
import { levelOf, summary, worstFirst } from "/static/cockpit/health.js";
import { tick } from "/static/cockpit/words.js";

const COLUMNS = ["state", "device", "matter", "heard"];
const SURE_MS = 4000;
const SOON_MS = 150;
/** What devices count (pending tickets, paper) changes without an event; how often it is read while it is looked at, and else. */
const LOOKED_AT_MS = 10_000, UNSEEN_MS = 60_000;

/** The list. `read()` reads it again, `soon()` after a moment; `onRows(rows)` hears what was read; `able(on)` lets acts happen. */
export function devices(HALL, $, onRows) {
  const nodes = new Map(), open = new Set();
  let rows = null, sure = "", sureTimer = 0, soonTimer = 0, nextTimer = 0, on = true, looked = false, reading = false, again = false, problem = "", body = null;

  async function read() {
    if (reading) { again = true; return; }
    reading = true;
    clearTimeout(nextTimer);
    try {
      ({ devices: rows } = await api("GET", `${HALL}/devices`));
      problem = "";
      onRows(rows);
    } catch (refusal) {
      problem = refusal.detail || refusal.title;
      onRows(rows);
    }
    reading = false;
    draw();
    nextTimer = setTimeout(read, looked && !document.hidden ? LOOKED_AT_MS : UNSEEN_MS);
    if (again) { again = false; read(); }
  }

  /** Many devices change at once when a network comes back. */
  function soon() {
    clearTimeout(soonTimer);
    soonTimer = setTimeout(read, SOON_MS);
  }

  // ---- the list ----

  function draw() {
    fill($("devices-sum"), [rows && summary(rows).counts], sums);
    fill($("devices-note"), problem, () => problem && h("p", { class: "note warn" }, icon("warning"), problem));
    fill($("devices"), [Boolean(rows?.length), Boolean(rows), Boolean(problem)], () => (rows?.length ? table() : h("p", { class: "nothing soft" }, rows ? say("device.none") : problem ? "" : say("common.loading"))));
    if (rows?.length) drawRows(worstFirst(rows));
    tick();
  }

  const sums = () => (rows ? Object.entries(summary(rows).counts).filter(([, n]) => n).map(([level, n]) => h("li", { class: `sum ${level}` }, h("b", { class: "number" }, n), " ", say(`device.level.${level}`))) : null);

  function table() {
    nodes.clear();
    body = h("tbody");
    const head = COLUMNS.map((column) => h("th", { scope: "col", class: column }, say(`device.${column}`)));
    return h("table", {}, h("thead", {}, h("tr", {}, head, h("td", {}))), body);
  }

  function drawRows(ordered) {
    const focused = document.activeElement;
    const known = new Set(ordered.map((row) => row.id));
    for (const [id, node] of nodes) if (!known.has(id)) { node.line.remove(); node.more.remove(); nodes.delete(id); }
    ordered.forEach((row, at) => {
      const node = nodes.get(row.id) ?? newRow(row);
      drawRow(node, row);
      if (body.children[at * 2] !== node.line) body.insertBefore(node.line, body.children[at * 2] ?? null);
      if (body.children[at * 2 + 1] !== node.more) node.line.after(node.more);
    });
    if (focused !== document.activeElement && focused.isConnected) focused.focus(); // a node that moves loses it
  }

  function newRow(row) {
    const [state, matter, heard] = ["state", "matter", "heard"].map((cls) => h("td", { class: cls }));
    const title = h("th", { scope: "row", class: "device" });
    const more = h("button", { type: "button", class: "button fold", "aria-controls": `more-${row.id}`, onclick: () => toggle(row.id) });
    const revoke = row.role === "manager" ? null : h("button", { type: "button", class: "button", onclick: () => (sure === row.id ? drop(row.id) : ask(row.id)) });
    const inside = h("td", { colspan: COLUMNS.length + 1 });
    const node = {
      state, title, matter, heard, more: h("tr", { class: "more", id: `more-${row.id}` }, inside), fold: more, revoke, inside,
      line: h("tr", { data: { device: row.id } }, state, title, matter, heard, h("td", { class: "end" }, h("div", {}, more, revoke))),
    };
    nodes.set(row.id, node);
    return node;
  }

  function drawRow(node, row) {
    const level = levelOf(row), isOpen = open.has(row.id), asked = sure === row.id;
    node.line.className = level;
    fill(node.state, level, () => stateCell(row));
    fill(node.title, [row.name, row.role, row.window, row.zone], () => nameCell(row));
    fill(node.matter, [row.role, row.health?.parts, row.health?.silent, row.health?.doubled, row.health?.pending, row.health?.paper], () => matterCell(row));
    fill(node.heard, row.health?.seen_at ?? "", () => heardCell(row));
    fill(node.fold, isOpen, () => [icon("down"), say("device.details"), h("span", { class: "unseen" }, row.name)]);
    node.fold.setAttribute("aria-expanded", String(isOpen));
    node.more.hidden = !isOpen;
    if (isOpen) fill(node.inside, [row.health, row.added_at], () => details(row));
    if (!node.revoke) return;
    node.revoke.disabled = !on;
    node.revoke.classList.toggle("danger", asked);
    fill(node.revoke, asked, () => [icon(asked ? "warning" : "cross"), say(asked ? "device.sure" : "device.revoke"), h("span", { class: "unseen" }, row.name)]);
  }

  function toggle(id) {
    if (!open.delete(id)) open.add(id);
    draw();
  }

  // ---- revoked ----

  function ask(id) {
    clearTimeout(sureTimer);
    sure = id;
    sureTimer = setTimeout(() => { sure = ""; draw(); }, SURE_MS);
    draw();
  }

  async function drop(id) {
    sure = "";
    try {
      await api("DELETE", `${HALL}/devices/${encodeURIComponent(id)}`);
    } catch (refusal) {
      problem = refusal.detail || refusal.title;
    }
    await read();
  }

  return {
    read, soon,
    problem: () => problem,
    able(now) { on = now; draw(); },
    /** Whether the list is looked at. */
    look(now) { looked = now; if (now) soon(); },
    /** Opens one device and brings it into sight. */
    show(id) {
      open.add(id);
      draw();
      nodes.get(id)?.line.scrollIntoView({ block: "nearest" });
      nodes.get(id)?.fold.focus();
    },
  };
}
