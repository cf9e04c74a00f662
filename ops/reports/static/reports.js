// The page of reports: what is asked for stands in the address; the server counts, draws and tells.
import { api, facts, h, page, say, time } from "/static/look/live.js";
import { chart, file, isAway, sentence } from "/static/reports/fetching.js";
import { cell, minutes, share, tableOf } from "/static/reports/figures.js";
import { listing } from "/static/reports/tickets.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const AGAIN_MS = 15_000, GROWS_MS = 60_000;
const $ = (id) => document.getElementById(id);
const SPANS = ["day", "week", "month", "year"], CHARTS = ["visits", "waits", "spread"];

const today = time(facts.now_ms, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA");
const charts = CHARTS.map((one) => chart($(`chart-${one}`), page.hall, one));
const tickets = listing(HALL, $);
let asked = asking(), controller = null, timer = 0;

/** What the address asks for; what it does not say, or no report can be about, is today by queue. */
function asking() {
  const { span, date, by } = facts.query;
  return {
    span: SPANS.includes(span) ? span : "day",
    date: isDay(date) && date <= today ? date : today,
    by: [...$("by").options].some((option) => option.value === by) ? by : "queue",
  };
}

/** Whether a text is a day of the calendar, as 2026-01-31. */
function isDay(text) {
  const at = /^20\d\d-\d\d-\d\d$/.test(text ?? "") ? new Date(`${text}T12:00:00Z`) : new Date(NaN);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}

function shown() {
  document.querySelector(`input[name=span][value=${asked.span}]`).checked = true;
  $("date").value = asked.date;
  $("date").max = today;
  $("by").value = asked.by;
  $("after").disabled = moved(1) > today;
  history.replaceState(null, "", `?${new URLSearchParams(asked)}`);
  for (const link of document.querySelectorAll(".languages a")) link.href = `?${new URLSearchParams({ ...asked, lang: link.dataset.lang })}`;
}

/** The day so many spans on, as `2026-01-31`; of a month or a year its first. */
function moved(by) {
  const at = new Date(`${asked.date}T12:00:00Z`);
  if (asked.span === "day") at.setUTCDate(at.getUTCDate() + by);
  if (asked.span === "week") at.setUTCDate(at.getUTCDate() - (at.getUTCDay() + 6) % 7 + 7 * by);
  if (asked.span === "month") at.setUTCFullYear(at.getUTCFullYear(), at.getUTCMonth() + by, 1);
  if (asked.span === "year") at.setUTCFullYear(at.getUTCFullYear() + by, 0, 1);
  return at.toISOString().slice(0, 10);
}

async function read() {
  clearTimeout(timer);
  controller?.abort();
  controller = new AbortController();
  const { signal } = controller;
  shown();
  busy(true);
  try {
    const { span, ...query } = asked;
    const report = await api("GET", `${HALL}/reports/${span}?${new URLSearchParams(query)}`, undefined, { signal, tries: 1 });
    busy(false);
    trouble(null);
    draw(report);
    if (report.missing.length || report.goes_on) timer = setTimeout(read, report.missing.length ? AGAIN_MS : GROWS_MS);
  } catch (problem) {
    if (signal.aborted) return;
    busy(false);
    trouble(problem);
    if (isAway(problem)) timer = setTimeout(read, AGAIN_MS);
  }
}

function busy(on) {
  $("content").setAttribute("aria-busy", String(on));
  $("content").classList.toggle("busy", on);
  if (on && $("found").hidden) $("told").textContent = say("common.loading");
}

/** What is wrong stands above what was shown before; a refusal that waiting does not heal takes its place. */
function trouble(problem) {
  $("problem").hidden = !problem;
  $("problem-text").textContent = problem ? sentence(problem) : "";
  if (!problem) return;
  $("told").textContent = "";
  if (!isAway(problem)) { $("found").hidden = true; $("empty").hidden = true; }
}

function draw(report) {
  const days = report.from === report.to ? report.from : `${report.from} – ${report.to}`;
  $("told").textContent = report.goes_on ? say("reports.so_far", { days }) : days;
  $("missing").hidden = !report.missing.length;
  $("missing").textContent = report.missing.length ? say("reports.missing", { n: report.missing.length }) : "";
  const nothing = !report.days.length && !report.rows.length;
  $("empty").hidden = !nothing;
  $("found").hidden = nothing;
  for (const button of document.querySelectorAll(".files button")) button.disabled = nothing;
  if (nothing) return;
  $("tiles").replaceChildren(...tiles(report.total));
  $("figures").replaceChildren(...tableOf(report, openTickets));
  $("diversions").replaceChildren(diversions(report.diversions));
  for (const one of charts) one.show(asked);
}

function tiles(total) {
  const shownTiles = [
    ["visits", cell(total.visits, "count")], ["wait", minutes(total.wait_s.mean)], ["p90", minutes(total.wait_s.p90)],
    ["over_30", share(total.wait_s.over_30_min)], ["abandoned", cell(total.abandoned, "count")], ["satisfied", share(total.satisfied)],
    ["rating_rate", share(total.rating_rate)], ["forecast", minutes(total.forecast.mean_error_s)],
  ];
  return shownTiles.map(([id, told]) => h("div", { class: "tile" }, h("dt", {}, say(`reports.tile.${id}`)), h("dd", { class: "number" }, told)));
}

function diversions(rows) {
  if (!rows.length) return h("p", { class: "soft" }, say("reports.diversions_none"));
  return h("table", {},
    h("thead", {}, h("tr", {}, ["name", "ended", "gain", "effect"].map((id) => h("th", { scope: "col" }, say(`reports.action.${id}`))))),
    h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, say(`reports.action.${row.action}`)), h("td", {}, cell(row.ended, "count")), h("td", {}, minutes(row.gain_mean_s)), h("td", {}, minutes(row.effect_mean_s))))));
}

function openTickets(row, called, figure) {
  const label = say(`reports.column.${figure}`);
  tickets.open({ ...asked, figure, ...(row === null ? {} : { key: row.key }) }, say("reports.tickets_of", { figure: label, name: called }));
}

async function keep(kind) {
  try {
    await file(`/api/v1${HALL}/reports/${asked.span}?${new URLSearchParams({ date: asked.date, by: asked.by })}`, kind);
  } catch (problem) {
    trouble(problem);
  }
}

function change(more) {
  asked = { ...asked, ...more };
  read();
}

$("asked").addEventListener("submit", (event) => event.preventDefault());
for (const one of document.querySelectorAll("input[name=span]")) one.addEventListener("change", () => change({ span: one.value }));
$("date").addEventListener("change", () => $("date").validity.valid && change({ date: $("date").value }));
$("by").addEventListener("change", () => change({ by: $("by").value }));
$("before").addEventListener("click", () => change({ date: moved(-1) }));
$("after").addEventListener("click", () => change({ date: moved(1) > today ? today : moved(1) }));
$("again").addEventListener("click", read);
$("print").addEventListener("click", () => window.print());
for (const button of document.querySelectorAll("[data-file]")) button.addEventListener("click", () => keep(button.dataset.file));
window.addEventListener("online", read);
window.addEventListener("resize", () => { if (!$("found").hidden) for (const one of charts) one.show(asked); });
read();
