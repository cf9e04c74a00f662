// Where the phone is: asked of it once, for one request, and kept nowhere.
import { t } from "/static/phone/words.js";

const PATIENCE_MS = 15_000;
const WHY = { 1: "denied", 2: "unknown", 3: "unknown" };

/** The phone's position as the server takes it. Rejects with a problem of our own words. */
export function position() {
  const problem = (key) => ({ code: "NO_POSITION", title: t(`position.${key}`), detail: t(`position.${key}_detail`) });
  if (!navigator.geolocation || !window.isSecureContext) return Promise.reject(problem("unknown"));
  return new Promise((found, lost) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found({ latitude: coords.latitude, longitude: coords.longitude, accuracy_m: Math.round(coords.accuracy) }),
      (error) => lost(problem(WHY[error.code] || "unknown")), { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 });
  });
}
