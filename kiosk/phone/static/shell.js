// What surrounds every page of a phone: large type in four sizes, reading aloud, languages, and the page that also opens offline.
import { h, icon, LANG, say } from "/static/look/live.js";
import { keep, recall } from "/static/phone/kept.js";
import { t } from "/static/phone/words.js";

const SIZES = 4;
const care = { on: recall("care", false), size: recall("size", 0) };
const $ = (id) => document.getElementById(id);

export const inCare = () => care.on;

/** Draws the keys above the page. `onCare` redraws a page that shows less in large type. */
export function frame(onCare = () => {}) {
  const tools = $("tools");
  const tool = (id, picture, text, onclick, attrs = {}) => h("button", { type: "button", class: "tool", id, onclick, ...attrs }, picture && icon(picture), h("span", {}, text));

  function draw() {
    const focused = document.activeElement?.id;
    document.body.dataset.theme = care.on ? "care" : "light";
    document.body.dataset.size = String(care.size);
    const larger = () => change({ size: Math.min(SIZES - 1, care.size + 1) });
    const smaller = () => change({ size: Math.max(0, care.size - 1) });
    tools.replaceChildren(...[
      tool("care", "care", say(care.on ? "phone.care_off" : "phone.care_on"), () => change({ on: !care.on }), { "aria-pressed": String(care.on) }),
      care.on && tool("smaller", null, t("smaller"), smaller, { "aria-label": t("smaller_label"), disabled: care.size === 0 }),
      care.on && tool("larger", null, t("larger"), larger, { "aria-label": t("larger_label"), disabled: care.size === SIZES - 1 }),
      care.on && canSpeak() && tool("aloud", "call", t(speaking() ? "aloud_stop" : "aloud"), () => aloud(draw), { "aria-pressed": String(speaking()) }),
    ].filter(Boolean));
    if (focused) $(focused)?.focus();
  }

  function change(patch) {
    Object.assign(care, patch);
    keep("care", care.on);
    keep("size", care.size);
    hush();
    draw();
    onCare();
  }

  draw();
  if ("speechSynthesis" in window) speechSynthesis.onvoiceschanged = draw;
  watchLanguages();
}

// ---- reading aloud ----

const voice = () => speechSynthesis.getVoices().find((each) => each.lang.replace("_", "-").split("-")[0] === LANG);
const canSpeak = () => "speechSynthesis" in window && Boolean(voice());
const speaking = () => "speechSynthesis" in window && speechSynthesis.speaking;

/** What is on the page, as one would read it to somebody: without the keys, which have their own words. */
export function readable() {
  const parts = [...document.querySelectorAll("main h1, main h2, main h3, main p, main li, main dt, main dd, main label")];
  return parts.filter((node) => node.offsetParent && !parts.some((other) => other !== node && other.contains(node))).map((node) => node.innerText.trim()).filter(Boolean);
}

function hush() {
  if (speaking()) speechSynthesis.cancel();
}

function aloud(redraw) {
  if (speaking()) {
    speechSynthesis.cancel();
    return redraw();
  }
  const words = readable().map((text) => Object.assign(new SpeechSynthesisUtterance(text), { lang: LANG, voice: voice(), rate: 0.9 }));
  if (words.length) words.at(-1).onend = words.at(-1).onerror = redraw;
  for (const each of words) speechSynthesis.speak(each);
  return redraw();
}

window.addEventListener("pagehide", hush);

// ---- languages: the same place of the page, in other words ----

function watchLanguages() {
  for (const link of document.querySelectorAll(".tongues a")) {
    link.addEventListener("click", () => { link.hash = location.hash; });
  }
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(".tongues[open]")) if (!open.contains(event.target)) open.open = false;
  });
}

// ---- the line ----

/** The bar that says the connection is lost, with the time of what is shown. */
export function showAway(text) {
  const bar = $("away");
  bar.hidden = !text;
  if (text) bar.replaceChildren(icon("offline"), h("span", {}, text));
}

// ---- the page without a connection ----

/** Keeps this page and its files on the phone, so that it opens without a connection. Resolves to the worker's registration, or null. */
export async function stayAtHand() {
  const { worker, scope } = document.querySelector("[data-worker]").dataset;
  if (!("serviceWorker" in navigator)) return null;
  try {
    await navigator.serviceWorker.register(worker, { scope });
    const registration = await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType("resource").map((row) => row.name).filter((url) => url.startsWith(`${location.origin}/static/`));
    registration.active.postMessage({ keep: [location.href.split("#")[0], ...new Set(files)] });
    return registration;
  } catch {
    return null; // a private window, or a browser that has none: the page works all the same
  }
}
