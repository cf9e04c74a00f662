// Reading codes with the phone's own camera, where the browser can.
import { h, icon, say } from "/static/look/live.js";
import { t } from "/static/window_client/desk_cards.js";

const LOOK_MS = 150;
/** The same code under the camera is one scan until it has been away for so long. */
const SAME_MS = 3000;

/** Shows `key` where there is a camera to use; `onCode(text)` hears each code once. */
export function camera(key, finder, onCode) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  let stream = null, timer = 0, last = { text: "", at: 0 };

  async function start() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      finder.replaceChildren(h("p", { class: "note warn" }, icon("warning"), h("span", {}, t("camera_refused"))));
      finder.hidden = false;
      return;
    }
    const video = h("video", { autoplay: true, muted: true, playsinline: true });
    video.srcObject = stream;
    finder.replaceChildren(video, h("button", { type: "button", class: "button", onclick: stop }, icon("cross"), say("common.close")));
    finder.hidden = false;
    key.setAttribute("aria-pressed", "true");
    watch(video, new window.BarcodeDetector({ formats: ["qr_code"] }));
  }

  function stop() {
    clearTimeout(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    finder.hidden = true;
    finder.replaceChildren();
    key.setAttribute("aria-pressed", "false");
  }

  async function watch(video, detector) {
    if (!stream) return;
    try {
      const [code] = await detector.detect(video);
      if (code) take(code.rawValue);
    } catch { /* no picture yet */ }
    timer = setTimeout(() => watch(video, detector), LOOK_MS);
  }

  function take(text) {
    const at = performance.now(), same = text === last.text && at - last.at < SAME_MS;
    last = { text, at };
    if (!same) onCode(text);
  }

  key.hidden = false;
  key.setAttribute("aria-pressed", "false");
  key.addEventListener("click", () => (stream ? stop() : start()));
}
