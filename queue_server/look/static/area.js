// The area that is open when the hall is shut: its zones with their devices, queues, lockers, and what can be done there.
import { h, icon, pick, say, time } from "/static/look/live.js";

const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const FAR_MS = 20 * 3_600_000;

/** All zones of an answer of `/area`, in a language; `now` is the moment on the server's clock, `place(zone)` says where a zone is. */
export function areaZones(area, { lang, now, place }) {
  const t = (key, values) => say(`area.${key}`, values, lang);
  if (!area.zones.length) return [h("p", { class: "note" }, icon("info"), h("span", {}, t("none")))];
  return area.zones.map((zone) => h("section", { class: "zone-card", data: { zone: zone.zone, open: String(zone.open) } },
    h("header", {}, h("h2", {}, pick(zone.names, lang)), h("p", { class: "where" }, icon("place"), h("span", {}, place(zone)))),
    h("p", { class: "hours" }, icon(zone.open ? "check" : "clock"), h("b", {}, hours(zone))),
    zone.queues.map(queue),
    zone.lockers.length > 0 && h("div", { class: "part lockers" }, h("h3", {}, icon("lock"), t("lockers")),
      h("ul", {}, zone.lockers.map((row) => h("li", {}, h("b", {}, pick(row.names, lang)), " · ", t("free", row)))),
      h("p", { class: "soft" }, t("collect_hint")))));

  function hours({ open, always, closes_at: closes, opens_at: opens }) {
    if (open) return always ? t("always") : closes ? t("open_until", { at: at(closes) }) : t("open");
    return opens ? t("opens", { at: at(opens) }) : t("shut");
  }

  const at = (moment) => time(moment, Date.parse(moment) - now > FAR_MS ? { weekday: "short", ...HOUR } : HOUR, lang);

  function queue(row) {
    const facts = row.devices || !row.windows ? [row.devices > 0 && t("devices", { n: row.devices }), t("no_queue")] : [t("windows", { n: row.windows }), t("waiting", { n: row.waiting })];
    return h("div", { class: "part", data: { queue: row.queue } }, h("h3", {}, icon(row.devices ? "device" : "window"), pick(row.names, lang)),
      h("p", {}, facts.filter(Boolean).join(" · ")),
      row.services.length > 0 && h("details", { open: row.services.length <= 6 }, h("summary", {}, t("items", { n: row.services.length })),
        h("ul", { class: "items" }, row.services.map((item) => h("li", {}, pick(item.names, lang))))));
  }
}
