// Two soft tones for a page that was opened with `?chime=1`; elsewhere the loudspeakers chime, not the page.
import { facts } from "/static/look/live.js";

const TONES = [[659.26, 0], [523.25, 0.45]];
const LENGTH_S = 1.2;
const LOUDNESS = 0.25;
const REST_MS = 3000;

let context = null;
let last = -REST_MS;

/** Chimes, unless it just did; says nothing where the browser lets no page sound unasked. */
export function chime() {
  if (facts.query.chime !== "1" || performance.now() - last < REST_MS) return;
  context ??= new AudioContext();
  if (context.state !== "running") {
    context.resume().catch(() => {});
    return;
  }
  last = performance.now();
  for (const [hertz, after] of TONES) tone(hertz, context.currentTime + after);
}

function tone(hertz, at) {
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setTargetAtTime(LOUDNESS, at, 0.01);
  gain.gain.setTargetAtTime(0, at + 0.15, 0.25);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + LENGTH_S);
}

if (facts.query.chime === "1") { // so that it may sound by the time that it must
  context = new AudioContext();
}
