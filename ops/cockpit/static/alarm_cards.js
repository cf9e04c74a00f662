// The hall's own alarms as cards: one for each kind, its worst named first, so that many queues make no flood.
import { facts, h, icon, LANG, pick, say } from "/static/look/live.js";
import { doubtOf } from "/static/cockpit/outlook.js";
import { count } from "/static/cockpit/words.js";

const NAMED = 3;
/** From here on it is "more than a day". */
const FAR_MIN = 24 * 60;
const SHAPES = { HALF_DOOR: "door", NO_WINDOW: "door", LONG_WAIT: "clock", LONG_QUEUE: "people", EMPTY_DESK: "window", CROWDED: "people", NO_INTERPRETER_ON_DUTY: "globe", FORECAST_AWAY: "offline", FORECAST_DOUBT: "info", ARCHIVE_BEHIND: "book", CASE_OVERDUE: "calendar", PROMISE_OVERDUE: "calendar", LOW_RATINGS: "care", LOCKER_FULL: "lock", LOCKER_OVERDUE: "lock", CERTIFICATE_ENDING: "calendar" };
const GRAVE = new Set(["HALF_DOOR", "NO_WINDOW", "LONG_WAIT"]);
/** Where an alarm leads: a queue of the forecast, a window of the map, the forecast itself, the staff. */
const LEADS = { HALF_DOOR: "window", EMPTY_DESK: "window", NO_WINDOW: "queue", LONG_WAIT: "queue", LONG_QUEUE: "queue", FORECAST_DOUBT: "forecast", CASE_OVERDUE: "cases", LOW_RATINGS: "cases", CERTIFICATE_ENDING: "staff" };

/** The cards of the alarms of now. `lead(kind, alarm)` goes where one leads. */
export function ruleCards(alarms, lead) {
  const codes = [...new Set(alarms.map((alarm) => alarm.code))].filter((code) => code in SHAPES);
  return codes.map((code) => ruleCard(code, alarms.filter((alarm) => alarm.code === code), lead));
}

function ruleCard(code, alarms, lead) {
  const named = alarms.slice(0, NAMED).map((alarm) => oneOf(code, alarm)).join(say("cockpit_alarm.and"));
  const more = alarms.length - NAMED;
  const text = more > 0 ? say("cockpit_alarm.more", { named, n: more }) : named;
  const head = say(`cockpit_alarm.head.${code}`, { n: alarms.length });
  const kinds = alarms.map((alarm) => [alarm.queue, alarm.window, alarm.zone, alarm.doubt, alarm.language].join("/"));
  return {
    key: `rule-${code}`, kind: GRAVE.has(code) ? "rule" : "rule unshown", said: head + kinds.join(), told: `${head}: ${text}`, made: alarms,
    build: () => [icon(SHAPES[code]), h("div", { class: "words" }, h("h2", {}, head), h("p", {}, text)),
      LEADS[code] && h("button", { type: "button", class: "button", onclick: () => lead(LEADS[code], alarms[0]) }, icon("right"), say("cockpit_alarm.look"), h("span", { class: "unseen" }, head))],
  };
}

function oneOf(code, alarm) {
  const zone = facts.zones.find((one) => one.id === alarm.zone);
  const where = zone ? pick(zone.names) : say("cockpit_outlook.whole_hall");
  const { queue = "", window = 0, n = 0, most = 0, min = 0 } = alarm;
  return say(`cockpit_alarm.one.${kindOf(code, alarm)}`, { queue, window, n: count(n), most: count(most), min, where, doubt: alarm.doubt ? doubtOf(alarm.doubt) : "", language: alarm.language ? tongue(alarm.language) : "" });
}

/** A language by its name in the page's own; the code of one that the browser does not know. */
function tongue(code) {
  try {
    return new Intl.DisplayNames([LANG], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

/** What is said of one: a crowd without a limit, an archive with time to spare, one that is not heard of. */
function kindOf(code, { zone, n, min }) {
  if (code === "CROWDED" && !zone) return "CROWDED_USUAL";
  if (code !== "ARCHIVE_BEHIND") return code;
  return !n ? "ARCHIVE_SILENT" : min >= FAR_MIN ? "ARCHIVE_CALM" : code;
}
