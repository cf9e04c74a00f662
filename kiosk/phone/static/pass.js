// The code to be scanned at check-in: good for a moment, so another is fetched before it is too old.
import { h, now, say } from "/static/look/live.js";

const EARLY_MS = 25_000;
const RETRY_MS = 5_000;
const t = (key, values) => say(`booking.${key}`, values);

async function fetchPass() {
  const answer = await fetch(`${location.pathname}/pass.svg`, { cache: "no-store", headers: { Accept: "image/svg+xml" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return { svg: await answer.text(), until: Date.parse(answer.headers.get("Greenwave-Expires-At")) };
}

/** Keeps a fresh code in `place`, as long as that is on the page. `before` is what the last drawing had. */
export function showPass(place, before) {
  const held = before || { svg: "", until: 0, place: null, timer: 0 };
  held.place = place;
  const show = () => {
    if (held.svg && held.until > now()) held.place.replaceChildren(h("img", { src: `data:image/svg+xml,${encodeURIComponent(held.svg)}`, alt: t("pass_alt"), width: 240, height: 240 }));
    else held.place.replaceChildren(h("p", { class: "soft", role: "status" }, navigator.onLine ? say("common.loading") : t("pass_away")));
  };
  const turn = async () => {
    clearTimeout(held.timer);
    if (!held.place.isConnected) return;
    try {
      if (held.until - now() < EARLY_MS && !document.hidden) Object.assign(held, await fetchPass());
    } catch { /* without a line the last one stays until it is too old; the code in large type always works */ }
    show();
    held.timer = setTimeout(turn, held.until > now() ? Math.max(RETRY_MS, held.until - now() - EARLY_MS) : RETRY_MS);
  };
  show();
  turn();
  return held;
}
