// Visitors who call for help, while nobody has gone to them yet.
import { api, facts, h, icon, live, pick, say, secondsSince } from "/static/look/live.js";
import { t } from "/static/window_client/desk_cards.js";

const SETTLE_MS = 150;

/** Fills `box` with the calls of now; `onState` hears whether the line holds. */
export function calls(HALL, box, onState) {
  let rows = [], timer = 0;
  const going = new Set();

  async function read() {
    const { help } = await api("GET", `${HALL}/help`);
    rows = help.filter((row) => !row.answered_at).reverse();
    draw();
  }

  function draw() {
    box.hidden = !rows.length;
    box.replaceChildren(...rows.map(card));
    tick();
  }

  function card(row) {
    const zone = facts.zones.find((one) => one.id === row.zone);
    const where = [row.name, zone && pick(zone.names)].filter(Boolean).join(" · ");
    return h("div", { class: "note warn call", role: "alert" }, icon("bell"),
      h("div", { class: "words" }, h("h2", {}, t("call"), " ", h("span", { class: "number since", data: { since: row.called_at } })), h("p", {}, where)),
      h("button", { type: "button", class: "button next", disabled: going.has(row.id), onclick: () => go(row) }, icon("check"), t("call_go"), h("span", { class: "unseen" }, where)));
  }

  async function go(row) {
    going.add(row.id);
    draw();
    await api("POST", `${HALL}/help/${encodeURIComponent(row.id)}/answer`).catch(() => {});
    going.delete(row.id);
    read().catch(() => {});
  }

  function tick() {
    for (const node of box.querySelectorAll(".since")) {
      const seconds = Math.floor(secondsSince(node.dataset.since));
      node.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
  }

  const soon = () => { clearTimeout(timer); timer = setTimeout(() => read().catch(() => {}), SETTLE_MS); };
  setInterval(tick, 1000);
  live({ topics: "help", snapshot: async () => { const board = await api("GET", `${HALL}/board`); await read(); return board.last_event_id; }, onEvent: soon, onState });
}
