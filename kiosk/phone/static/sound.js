// A short sound at a call, made here. A browser lets a page sound only after its visitor has touched it.
const NOTES = [[660, 0], [880, 0.22], [660, 0.6], [880, 0.82]];
const LONG_S = 0.2;
let context = null;

function wake() {
  const Maker = window.AudioContext || window.webkitAudioContext;
  if (!Maker) return;
  context ||= new Maker();
  if (context.state === "suspended") context.resume().catch(() => {});
}

for (const touch of ["pointerdown", "keydown"]) window.addEventListener(touch, wake, { passive: true });

/** Two rising tones, twice; nothing where the page may not sound. */
export function chime() {
  if (context?.state !== "running") return;
  for (const [pitch, after] of NOTES) {
    const tone = context.createOscillator(), loud = context.createGain(), from = context.currentTime + after;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, from);
    loud.gain.linearRampToValueAtTime(0.4, from + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.001, from + LONG_S);
    tone.connect(loud).connect(context.destination);
    tone.start(from);
    tone.stop(from + LONG_S);
  }
}
