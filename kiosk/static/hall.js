// The hall as the kiosk knows it: what is done here, how long it takes now, and whether tickets are given.
import { api, facts, live, now, page } from "/static/look/live.js";
import { outlookOf } from "/static/look/wait_words.js";

const AWAY_MS = 2500;
const FAR_MS = 2_147_000_000;
export const HALL = `/halls/${encodeURIComponent(page.hall)}`;

/** Follows the hall. `onChange` when the page is to be drawn again, `onWaits` when only numbers moved; `heard` by name of event. */
export function followHall({ onChange, onWaits, heard }) {
  const hall = { ready: false, away: false, open: true, opens_at: null, languages: [], departments: [], priorities: [], journeys: [], zones: [], lockers: 0, services: [], byId: new Map(), queues: new Map(), waits: new Map(), outlook: outlookOf(HALL), read, look };
  let doorTimer = 0, awayTimer = 0, wasAway = false;

  function watchDoor(detail) {
    clearTimeout(doorTimer);
    const change = Date.parse(detail.open ? detail.closes_at : detail.opens_at) - now();
    if (Number.isFinite(change)) doorTimer = setTimeout(() => read().catch(() => {}), Math.min(FAR_MS, Math.max(1000, change + 500)));
  }

  async function read() {
    const [detail, found] = await Promise.all([
      api("GET", HALL, undefined, { tries: 1 }),
      api("GET", `${HALL}/services?limit=500`, undefined, { tries: 1 }),
    ]);
    const { open, opens_at, languages, departments, priorities, journeys = [], zones = [], lockers = 0 } = detail;
    Object.assign(hall, { ready: true, open, opens_at, languages, departments, priorities, journeys, zones, lockers, services: found.services });
    hall.byId = new Map(found.services.map((row) => [row.id, row]));
    hall.queues = new Map(detail.queues.map((row) => [row.id, row]));
    hall.waits = new Map(found.services.map((row) => [row.queue, row]));
    watchDoor(detail);
    onChange();
    lookAhead();
    return "";
  }

  /** What is expected of the queues, read now and then while something happens. */
  const lookAhead = () => hall.outlook.read().then((news) => news && onWaits());

  /** Reads one item again as it is opened, since offers come and go; a kiosk's agent has heard of them already. */
  async function look(id) {
    if (facts.agent) return;
    const found = await api("GET", `${HALL}/services?limit=5&q=${encodeURIComponent(id)}`, undefined, { tries: 1 }).catch(() => null);
    const row = found?.services.find((other) => other.id === id);
    if (!row || JSON.stringify(row.offer) === JSON.stringify(hall.byId.get(id).offer)) return;
    Object.assign(hall.byId.get(id), { offer: row.offer });
    onChange();
  }

  function follow(event) {
    heard[event.event]?.(event);
    if (event.event === "HallChanged") read().catch(() => {});
    if (event.event !== "WaitEstimated") return;
    for (const row of event.queues) hall.waits.set(row.queue, row);
    onWaits();
    lookAhead();
  }

  function tellState(state) {
    if (state === "offline") {
      if (wasAway) return;
      wasAway = true;
      awayTimer = setTimeout(() => { hall.away = true; onChange(); }, hall.ready ? AWAY_MS : 0);
    } else if (wasAway) {
      clearTimeout(awayTimer);
      wasAway = hall.away = false;
      read().catch(() => {}).finally(onChange); // the waits that changed meanwhile
    }
  }

  live({ topics: "waits:*,help", snapshot: read, onEvent: follow, onState: tellState });
  return hall;
}
