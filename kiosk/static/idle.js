// Notices that nobody is there any more, so that the next visitor finds a clean page.

const TOUCHES = ["pointerdown", "keydown", "input", "scroll"];

/**
 * Counts the seconds without a touch. `limits()` says `{quiet_s, warn_s}` for what is shown now, or null where nothing
 * is to be wiped. `onWarn(left_s)` hears the countdown once a second and null when it ended; `onOver` wipes.
 * While it warns, only `stay()` counts as a touch.
 */
export function watchIdle({ limits, onWarn, onOver }) {
  let last = performance.now(), warned = false;

  function stay() {
    last = performance.now();
    if (warned) onWarn(null);
    warned = false;
  }

  function tick() {
    const limit = limits();
    if (!limit) return stay();
    const left = limit.quiet_s + limit.warn_s - (performance.now() - last) / 1000;
    if (left > limit.warn_s) return;
    warned = true;
    if (left > 0) return onWarn(Math.ceil(left));
    stay();
    onOver();
  }

  for (const touch of TOUCHES) document.addEventListener(touch, () => { if (!warned || limits()?.any_touch) stay(); }, { capture: true, passive: true });
  setInterval(tick, 1000);
  return { stay };
}
