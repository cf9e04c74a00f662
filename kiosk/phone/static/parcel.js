// What lies in a locker for this ticket: where, and the code that opens it.
import { api, facts, h, icon, page, pick, say, time } from "/static/look/live.js";
import { placeText } from "/static/phone/words.js";

const PARCELS = `/halls/${encodeURIComponent(page.hall)}/tickets/${encodeURIComponent(facts.ticket)}/parcels`;
const DAY = { month: "long", day: "numeric", weekday: "short" };
const lastDay = ({ until_at: end }) => time(new Date(Date.parse(end) - 1).toISOString(), DAY); // it ends with the day
const SHAPES = { in: "lock", collected: "check", returned: "undo" };
const t = (key, values) => say(`lockers.${key}`, values);

/** What this page knows of it. `redraw()` shows it again. */
export function parcels(redraw) {
  let found = [];

  async function read() {
    try {
      ({ parcels: found } = await api("GET", PARCELS, undefined, { tries: 1 }));
    } catch {
      return; // read again with the next event
    }
    redraw();
  }

  function one(row) {
    const place = [t("at_box", { locker: pick(row.names), box: row.box }), placeText(row.zone)].filter(Boolean).join(" · ");
    const ready = row.status === "in";
    return h("section", { class: "parcel", data: { state: row.status }, "aria-label": t("title") }, icon(SHAPES[row.status]),
      h("div", {}, h("h2", {}, t(ready ? "ready" : row.status)), h("p", { class: "place" }, place),
        ready && [h("p", { class: "soft" }, t("code")), h("p", { class: "number code" }, row.code.replace(/(?=....$)/, " ")),
          h("p", {}, t("until", { at: lastDay(row) })), h("p", { class: "soft" }, t("ready_detail"))]));
  }

  return { read, cards: () => found.map(one) };
}
