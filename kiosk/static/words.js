// What the kiosk says, in the language that its visitor chose; the page holds the words of all of them.
import { facts, LANG, pick, say, time } from "/static/look/live.js";
import { waitWords } from "/static/look/wait_words.js";

const zones = new Map(facts.zones.map((zone) => [zone.id, zone]));
const DAY = { weekday: "long", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
let chosen = LANG;

export const lang = () => chosen;

export function speak(next) {
  chosen = next;
  document.documentElement.lang = next;
}

/** A sentence of the kiosk's own. */
export const t = (key, values = {}, language = chosen) => say(`kiosk.${key}`, values, language);

/** A sentence that all pages share. */
export const common = (key, values = {}, language = chosen) => say(`common.${key}`, values, language);

export const nameOf = (names, language = chosen) => pick(names, language);

export const moment = (at) => time(at, DAY, chosen);

/** Sentences on waits and on what is offered instead, the same on all pages of visitors. */
export const waits = (key, values = {}, language = chosen) => say(`waits.${key}`, values, language);
export const offers = (key, values = {}, language = chosen) => say(`offers.${key}`, values, language);

/** A wait as an honest range: about 15-20 minutes. */
export const waitText = (wait, language = chosen) => waitWords(wait, language);

export function placeText(zone, language = chosen) {
  const found = zones.get(zone);
  return found ? t("where", { floor: found.floor, zone: nameOf(found.names, language) }, language) : "";
}

/** Window numbers as ranges: 1-4, 7. */
export function windowRanges(windows, language = chosen) {
  const runs = [];
  for (const window of [...windows].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[1] + 1 === window) run[1] = window;
    else runs.push([window, window]);
  }
  const told = runs.map(([from, to]) => (from === to ? String(from) : t("window_range", { from, to }, language)));
  return told.join(common("list_comma", {}, language));
}
