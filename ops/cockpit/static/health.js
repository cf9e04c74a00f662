// How devices are, from what they say of themselves. Pure: no clock, no page, no words.

/** From worst to best; `never` is a device that has not said anything yet, `page` one that will not: a browser. */
export const LEVELS = ["wrong", "silent", "look", "ok", "never", "page"];
export const ALARMS = new Set(["wrong", "silent"]);
const QUIET = new Set(["ok", "never", "page"]);
const PAGES = new Set(["manager", "desk"]);
const PAPER_LOW_PERCENT = 10;

/** How a device is, in one word. */
export function levelOf({ role, health }) {
  if (!health) return PAGES.has(role) ? "page" : "never";
  if (health.silent) return "silent";
  if (!health.ok) return "wrong";
  return troublesOf({ health }).length ? "look" : "ok";
}

/** What is the matter with a device, worst first: `{kind, name, code, stops}`; `kind` is empty for the device itself. */
export function troublesOf({ health }) {
  if (!health) return [];
  const own = [health.silent && trouble("SILENT", true), health.doubled && trouble("DOUBLED", false)].filter(Boolean);
  const parts = health.parts.flatMap((part) => [
    ...(part.ok ? [] : [trouble(part.code, true, part)]),
    ...part.warnings.map((code) => trouble(code, false, part)),
  ]);
  const all = [...own, ...parts, ...paperEnds(health, parts)];
  return [...all.filter((one) => one.stops), ...all.filter((one) => !one.stops)];
}

const trouble = (code, stops, { kind = "", name = "" } = {}) => ({ kind, name, code, stops });

/** A printer without a sensor for it: the count says that the roll ends. */
function paperEnds({ paper }, known) {
  const said = known.some((one) => one.code.startsWith("PAPER"));
  return !said && paper?.left_percent !== undefined && paper.left_percent !== null && paper.left_percent <= PAPER_LOW_PERCENT ? [trouble("PAPER_LOW", false, { kind: "printer" })] : [];
}

/** The devices from worst to best, the latest first among equals. */
export function worstFirst(rows) {
  const rank = (row) => LEVELS.indexOf(levelOf(row));
  return [...rows].reverse().sort((a, b) => rank(a) - rank(b));
}

/** How many there are of each level, and those that raise an alarm, worst first. */
export function summary(rows) {
  const counts = Object.fromEntries(LEVELS.map((level) => [level, 0]));
  for (const row of rows) counts[levelOf(row)] += 1;
  const ordered = worstFirst(rows);
  return { counts, alarms: ordered.filter((row) => ALARMS.has(levelOf(row))), worst: ordered.find((row) => !QUIET.has(levelOf(row))) };
}

/** Numbers in reserve: how many in all, and the queues that have fewest. */
export function reserve(leases, shown = 4) {
  const fewest = [...leases].sort((a, b) => a.left - b.left).slice(0, shown);
  return { left: leases.reduce((sum, row) => sum + row.left, 0), fewest };
}
