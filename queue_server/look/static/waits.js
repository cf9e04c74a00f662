// Waits in the honest words of a visitor, and what is made of them: pure, no clock, no network, no words of a language.
// `phraseOf` is the same as queue_server/languages/waits.py; tests/pages/test_waits_words.py keeps the two equal.

const MINUTE_S = 60;
const FINE_UNTIL_S = 5 * MINUTE_S, MIDDLE_UNTIL_S = 60 * MINUTE_S, LONGEST_S = 120 * MINUTE_S;
const FINE_S = MINUTE_S, MIDDLE_S = 5 * MINUTE_S, COARSE_S = 10 * MINUTE_S;

function stepOf(seconds) {
  if (seconds < FINE_UNTIL_S) return FINE_S;
  return seconds < MIDDLE_UNTIL_S ? MIDDLE_S : COARSE_S;
}

function nearest(seconds) {
  const step = stepOf(seconds);
  return Math.floor((seconds + step / 2) / step) * step;
}

function down(seconds) {
  const step = stepOf(seconds);
  return Math.floor((seconds + step / 5) / step) * step;
}

function up(seconds) {
  const step = stepOf(seconds);
  return Math.max(0, Math.ceil((seconds - step / 5) / step)) * step;
}

/** Both ends of a range in told seconds: rounded outwards, or one figure where both are nearest to it. */
function rounded(lowS, highS) {
  const middleS = nearest(lowS);
  return middleS === nearest(highS) ? [middleS, middleS] : [down(lowS), up(highS)];
}

/** What to say of a wait between two whole numbers of seconds (p10 and p90): `[key of the section waits, its minutes]`. */
export function phraseOf(lowS, highS) {
  const [fromS, toS] = rounded(lowS, highS);
  const low = fromS / MINUTE_S, high = toS / MINUTE_S;
  if (fromS >= LONGEST_S) return ["hours", {}];
  if (toS > LONGEST_S) return low ? ["at_least", { low }] : ["unclear", {}];
  if (high === 0) return ["at_once", {}];
  if (low === 0) return ["within", { high }];
  return low === high ? ["about", { n: low }] : ["range", { low, high }];
}

// ---- another time ----

const WORTH_S = 600;
const WORTH_SHARE = 2 / 3;

/** The first of the moments to come (`{at, wait_s}`) at which a visitor waits clearly less than now; null where none is. */
export function betterLater(wait, later) {
  const isBetter = ({ wait_s }) => wait_s && wait_s.p50 <= wait.p50 - WORTH_S && wait_s.p50 <= wait.p50 * WORTH_SHARE;
  return later.find(isBetter) ?? null;
}

/** The first moment to come at which anybody is expected to be served; null where none is known. */
export const firstServed = (later) => later.find((row) => row.wait_s) ?? null;

// ---- a wait that is followed ----

const MOVED_MS = 5 * 60_000;
const MOVED_SHARE = 1 / 3;
const SAID_MS = 10 * 60_000;

/**
 * What to remember of a ticket's wait at `now` (ms): `{expectedAt, moved, movedAt}` after what was remembered before
 * (null at first). `moved` is "longer" or "shorter" for ten minutes after the expected call moved much against what was
 * told: by five minutes at least, and by a third of what is left to wait.
 */
export function followWait(seen, wait, now) {
  if (!wait) return null;
  const expectedAt = now + wait.p50 * 1000;
  if (!seen) return { expectedAt, moved: "", movedAt: now };
  const byMs = expectedAt - seen.expectedAt;
  if (Math.abs(byMs) >= Math.max(MOVED_MS, wait.p50 * 1000 * MOVED_SHARE)) return { expectedAt, moved: byMs > 0 ? "longer" : "shorter", movedAt: now };
  return now - seen.movedAt > SAID_MS ? { ...seen, moved: "" } : seen;
}

const SCALES_MIN = [10, 20, 30, 60, 90, 120];

/** Where a wait lies on a bar from now on: `{from, to}` as shares (0 to 1) of the `minutes` of the bar. */
export function barOf(wait) {
  const [fromS, toS] = rounded(wait.p10, wait.p90);
  const minutes = SCALES_MIN.find((scale) => toS <= scale * MINUTE_S) ?? SCALES_MIN.at(-1);
  const share = (seconds) => Math.min(1, seconds / (minutes * MINUTE_S));
  return { minutes, from: share(fromS), to: share(toS) };
}

// ---- distance ----

const EARTH_M = 6_371_000;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** Metres between two sites (`{latitude, longitude}`), as the crow flies. */
export function metresBetween(one, other) {
  const north = radians(other.latitude - one.latitude), east = radians(other.longitude - one.longitude);
  const half = Math.sin(north / 2) ** 2 + Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude)) * Math.sin(east / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}
