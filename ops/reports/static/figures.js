// The table of figures: what each is, how it is written, which of them have tickets behind them.
import { LANG, h, name, pick, say } from "/static/look/live.js";

const WHOLE = new Intl.NumberFormat(LANG), TENTH = new Intl.NumberFormat(LANG, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const SHARE = new Intl.NumberFormat(LANG, { style: "percent", maximumFractionDigits: 1 });
const SCORE = new Intl.NumberFormat(LANG, { maximumFractionDigits: 2, minimumFractionDigits: 2 });
const NONE = "–";

/** Each figure: its id, its kind, where it stands, and whether (or by what figure) its tickets are listed. */
export const FIGURES = [
  ["visits", "count", (row) => row.visits, "visits"],
  ["wait_mean", "minutes", (row) => row.wait_s.mean, "waited"],
  ["wait_p50", "minutes", (row) => row.wait_s.p50, ""],
  ["wait_p90", "minutes", (row) => row.wait_s.p90, ""],
  ["over_15", "share", (row) => row.wait_s.over_15_min, "over_15"],
  ["over_30", "share", (row) => row.wait_s.over_30_min, "over_30"],
  ["over_60", "share", (row) => row.wait_s.over_60_min, "over_60"],
  ["served", "count", (row) => row.served, "served"],
  ["handling", "minutes", (row) => row.handling_s.mean, "served"],
  ["missed", "count", (row) => row.missed, "missed"],
  ["cancelled", "count", (row) => row.cancelled, "cancelled"],
  ["expired", "count", (row) => row.expired, "expired"],
  ["diverted", "count", (row) => row.diverted, "diverted"],
  ["booked", "count", (row) => row.booked, "booked"],
  ["bookings", "count", (row) => row.bookings, ""],
  ["no_shows", "count", (row) => row.no_shows, ""],
  ["ratings", "count", (row) => row.ratings, "ratings"],
  ["rating_rate", "share", (row) => row.rating_rate, ""],
  ["rating_mean", "score", (row) => row.rating_mean, "ratings"],
  ["satisfied", "share", (row) => row.satisfied, "satisfied"],
  ["low", "count", (row) => row.low, "low"],
  ["cases", "count", (row) => row.cases, ""],
  ["cases_on_time", "share", (row) => row.cases_on_time, ""],
  ["forecast_error", "minutes", (row) => row.forecast.mean_error_s, "told"],
  ["covered", "share", (row) => row.forecast.covered, ""],
  ["several", "count", (row) => row.journeys.visits, "several"],
  ["green", "share", (row) => row.journeys.green, "green"],
  ["through", "minutes", (row) => row.journeys.through_s, ""],
];

/** A figure as it is written; a dash where nobody knows. */
export function cell(value, kind) {
  if (value === null || value === undefined) return NONE;
  if (kind === "minutes") return TENTH.format(value / 60);
  if (kind === "share") return SHARE.format(value);
  return (kind === "score" ? SCORE : WHOLE).format(value);
}

export const share = (value) => cell(value, "share");
export const minutes = (seconds) => seconds === null ? NONE : say("reports.minutes", { n: TENTH.format(seconds / 60) });

/** What a row is called. */
export function called(row, by) {
  if (!row.key) return say("reports.none_known");
  if (Object.keys(row.names).length) return pick(row.names);
  if (by === "window") return say("common.window_n", { window: row.key });
  return by === "channel" ? name("channel", row.key) : row.key;
}

/** Head, body and foot; `open(row, name, figure)` shows the tickets of a figure, `row` null for the whole hall. */
export function tableOf(report, open) {
  const figures = FIGURES.filter(([id, , of]) => ["visits", "wait_mean", "wait_p90", "served"].includes(id) || [report.total, ...report.rows].some((row) => of(row)));
  const line = (row, label, of) => h("tr", {},
    h("th", { scope: "row" }, of && report.by !== "window" && report.by !== "channel" && row.key ? h("span", { class: "soft number" }, `${row.key} `) : null, label),
    figures.map(([id, kind, read, figure]) => {
      const value = read(row), told = cell(value, kind);
      if (!figure || !value) return h("td", {}, told);
      return h("td", {}, h("button", { type: "button", "aria-label": `${label}: ${say(`reports.column.${id}`)}: ${told}`, onclick: () => open(of ? row : null, label, figure) }, told));
    }));
  return [
    h("caption", { class: "unseen" }, say("reports.table")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say(`reports.by.${report.by}`)), figures.map(([id]) => h("th", { scope: "col" }, say(`reports.column.${id}`))))),
    h("tbody", {}, report.rows.map((row) => line(row, called(row, report.by), true))),
    h("tfoot", {}, line(report.total, say("reports.total"), false)),
  ];
}
