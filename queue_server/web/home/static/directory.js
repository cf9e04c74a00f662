// The list of a district's halls: found by name, district or nearness, each with its wait. Names are on the page already.
import { api, facts, h, icon, minutes, now, say, time } from "/static/look/live.js";

const AGAIN_MS = 60_000;
const $ = (id) => document.getElementById(id);
const t = (key, values) => say(`directory.${key}`, values);
const items = [...$("hall-list").children];
const state = { rows: new Map(), near: null, told: "" };

/** Everything that was typed must stand somewhere in a hall's words. */
const fits = (item, words) => words.every((word) => item.dataset.words.includes(word));

function draw() {
  const words = $("q").value.trim().toLowerCase().split(/\s+/).filter(Boolean), district = $("district").value, open = $("open-only").checked;
  let shown = 0;
  for (const item of items) {
    const row = state.rows.get(item.dataset.hall);
    item.hidden = !fits(item, words) || (district !== "" && item.dataset.district !== district) || (open && !row?.open) || (state.rows.size > 0 && !row);
    shown += !item.hidden;
  }
  $("no-fit").hidden = shown > 0;
  $("told").textContent = [t("shown", { n: shown }), state.near && t("nearest"), state.told].filter(Boolean).join(" · ");
}

function order() {
  const far = (item) => state.rows.get(item.dataset.hall)?.distance_m ?? Infinity;
  const sorted = state.near ? [...items].sort((a, b) => far(a) - far(b) || items.indexOf(a) - items.indexOf(b)) : items;
  $("hall-list").append(...sorted);
}

function lineOf(row, timeZone) {
  const hour = (at) => time(at, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(Date.parse(at) - now() > 72_000_000 && { weekday: "short" }) });
  const door = row.open ? (row.closes_at ? say("home.open_until", { at: hour(row.closes_at) }) : say("home.is_open")) : row.opens_at ? say("home.opens_at", { at: hour(row.opens_at) }) : say("home.is_closed");
  const wait = row.service_wait_s ?? row.wait_s, metres = row.distance_m;
  return [
    metres !== undefined && h("span", { class: "badge far" }, icon("place"), metres < 1000 ? t("metres", { n: metres }) : t("km", { n: (metres / 1000).toFixed(1) })),
    h("span", { class: row.open ? "badge on" : "badge" }, icon(row.open ? "check" : "clock"), door),
    row.open && wait && h("span", { class: "badge" }, icon("clock"), t("wait", { minutes: minutes(wait.p50) })),
    row.open && h("span", { class: "badge" }, icon("people"), say("home.waiting", { n: row.waiting })),
    row.always && h("span", { class: "badge" }, icon("device"), t("always")),
  ].filter(Boolean);
}

async function read() {
  const asked = new URLSearchParams();
  if (state.near) asked.set("near", state.near);
  if (facts.query?.service) asked.set("service", facts.query.service);
  try {
    const { halls } = await api("GET", `/halls?${asked}`);
    state.rows = new Map(halls.map((row) => [row.id, row]));
    state.told = "";
    for (const item of items) item.querySelector(".live").replaceChildren(...(state.rows.has(item.dataset.hall) ? lineOf(state.rows.get(item.dataset.hall), item.dataset.timezone) : []));
  } catch {
    state.told = t("away");
  }
  order();
  draw();
}

/** Where this device is leaves the browser only as the place of one question. */
function near() {
  if (state.near) return away();
  const lost = () => { state.told = t("near_off"); draw(); };
  if (!navigator.geolocation || !window.isSecureContext) return lost();
  return navigator.geolocation.getCurrentPosition(({ coords }) => {
    state.near = `${coords.latitude.toFixed(4)},${coords.longitude.toFixed(4)}`;
    $("near").setAttribute("aria-pressed", "true");
    read();
  }, lost, { timeout: 15_000 });
}

function away() {
  state.near = null;
  $("near").setAttribute("aria-pressed", "false");
  return read();
}

$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("input", draw);
$("near").addEventListener("click", near);
setInterval(() => { if (!document.hidden) read(); }, AGAIN_MS);
read();
