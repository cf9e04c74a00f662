// The page of the 24-hour area: read at once, again when its boards change, and now and then, for doors open by the clock.
import { api, h, icon, LANG, live, now, page, say } from "/static/look/live.js";
import { areaZones } from "/static/look/area.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const AGAIN_MS = 60_000;
const SETTLE_MS = 500;
const $ = (id) => document.getElementById(id);
const placeOf = ({ floor }) => say("common.floor", { floor });
let timer = 0;

async function read() {
  const area = await api("GET", `${HALL}/area`, undefined, { tries: 2 });
  const open = new Set([...document.querySelectorAll("details[open]")].map((node) => node.closest("[data-queue]").dataset.queue));
  $("hall-now").replaceChildren(icon(area.hall_open ? "door" : "lock"), say(area.hall_open ? "area.hall_open" : "area.hall_shut"));
  $("zones").replaceChildren(...areaZones(area, { lang: LANG, now: now(), place: placeOf }));
  for (const node of document.querySelectorAll("[data-queue]")) if (open.has(node.dataset.queue)) node.querySelector("details").open = true;
}

function failed() {
  if (!document.querySelector(".zone-card")) $("zones").replaceChildren(h("p", { class: "note warn", role: "status" }, icon("offline"), h("span", {}, say("area.error"))));
  soon(5000);
}

function soon(pause = SETTLE_MS) {
  clearTimeout(timer);
  timer = setTimeout(() => read().catch(failed), pause);
}

async function snapshot() {
  const board = await api("GET", `${HALL}/board`);
  await read().catch(failed);
  return board.last_event_id;
}

live({ topics: "board:*", snapshot, onEvent: () => soon(), onState: () => {} });
setInterval(() => { if (!document.hidden) soon(0); }, AGAIN_MS);
