// Today against a usual day, and who is on duty.
import { h, icon, pick, say, time } from "/static/look/live.js";
import { chart } from "/static/cockpit/charts.js";
import { doing } from "/static/cockpit/fold.js";
import { fill } from "/static/cockpit/parts.js";
import { sentence } from "/static/cockpit/asking.js";

const NAMES = ["day-waiting", "day-issued"];
const LEAST_MS = 60_000;

/** The cards. `look(on)` says whether they are looked at; they are read then, and once a minute. */
export function today($) {
  const charts = NAMES.map((name) => chart($(`chart-${name}`), name, told));
  let readAt = -Infinity, looked = false;

  function told(problem) {
    $("day-note").hidden = !problem;
    $("day-charts").classList.toggle("gone", Boolean(problem));
    fill($("day-note"), problem?.code ?? "", () => problem && [icon(problem.code === "ARCHIVE_AWAY" ? "offline" : "info"), h("span", {}, problem.code === "ARCHIVE_AWAY" ? say("cockpit_day.away") : sentence(problem))]);
  }

  function read() {
    if (!looked || performance.now() - readAt < LEAST_MS) return;
    readAt = performance.now();
    for (const one of charts) one.show();
  }

  return { read, look(on) { looked = on; if (on) { readAt = -Infinity; read(); } } };
}

/** Who is at which window, by zone; names are for managers alone, as the page is. */
export function onDuty(state, zones) {
  const rows = [...state.windows.values()].filter((row) => row.status !== "closed");
  if (!rows.length) return h("p", { class: "nothing soft" }, say("cockpit_day.nobody"));
  return zones.map((zone) => ({ zone, rows: rows.filter((row) => row.zone === zone.id) })).filter((one) => one.rows.length).map(({ zone, rows: own }) => h("section", {},
    h("h3", {}, pick(zone.names), " ", h("span", { class: "soft number" }, own.length)),
    h("ul", { class: "duty" }, own.map((row) => h("li", { class: doing(row) }, h("b", { class: "number" }, row.window), h("span", { class: "who" }, row.staff || "–"), h("span", { class: `what ${doing(row)}` }, say(`cockpit.doing.${doing(row)}`)), h("span", { class: "soft number" }, row.since ? time(row.since) : ""))))));
}
