// What a clerk can do: its key, its icon, and the call behind it. A panel asks for what the call needs first.
import { firstDue } from "/static/window_client/tasks.js";

/** Each act: `keys` as the browser names them, `cap` as the button shows it, `path` of the call; a `panel` asks first. */
export const ACTS = {
  next: { keys: [" ", "n"], cap: "space", icon: "call", path: "call-next" },
  start: { keys: ["s"], cap: "S", icon: "play", path: "start" },
  finish: { keys: ["f"], cap: "F", icon: "check", path: "finish" },
  resume: { keys: ["p"], cap: "P", icon: "play", path: "resume" },
  recall: { keys: ["r"], cap: "R", icon: "again", path: "recall" },
  missed: { keys: ["m"], cap: "M", icon: "missed", path: "no-show" },
  outcome: { keys: ["e"], cap: "E", icon: "paper", panel: "outcome", path: "finish" },
  hold: { keys: ["h"], cap: "H", icon: "hold", panel: "hold", path: "hold" },
  transfer: { keys: ["t"], cap: "T", icon: "transfer", panel: "transfer", path: "transfer" },
  hard: { keys: ["d"], cap: "D", icon: "warning", panel: "hard" },
  pick: { keys: ["c"], cap: "C", icon: "person", panel: "pick", path: "call" },
  aside: { keys: ["a"], cap: "A", icon: "clock", panel: "aside" },
  pause: { keys: ["p"], cap: "P", icon: "pause", panel: "pause", path: "pause" },
  open: { keys: ["o"], cap: "O", icon: "door", panel: "open", path: "open" },
  close: { keys: ["x"], cap: "X", icon: "lock", panel: "close", path: "close" },
  divert: { keys: ["g"], cap: "G", icon: "people" },
  help: { keys: ["?"], cap: "?", icon: "help", panel: "help" },
  undo: { keys: ["u", "Backspace"], cap: "U", icon: "undo", path: "undo" },
};

/** The acts beside the current ticket, the one next step first. */
export function deskActs({ window }) {
  if (window?.ticket?.status === "called") return ["start", "recall", "missed"];
  if (window?.ticket?.status === "serving") return ["finish", "outcome", "hold", "transfer"];
  if (window?.status === "open") return ["next"];
  if (window?.status === "paused") return ["resume"];
  return [];
}

/** The acts of the window itself: always in the same places. */
export const windowActs = ({ window }) => ["pick", "aside", window?.status === "paused" ? "resume" : "pause", "open", "close", "help"];

/** Whether an act makes sense now, by the window's own state. */
export function makesSense(act, state) {
  const { window } = state;
  if (act === "help") return true;
  if (!window) return false;
  const free = !window.ticket;
  if (act === "undo") return state.undo !== null;
  if (act === "divert") return firstDue(state) !== undefined;
  if (act === "hard") return window.ticket?.status === "serving";
  if (act === "aside") return window.status !== "closed";
  if (act === "pause") return window.status === "open";
  if (act === "resume") return window.status === "paused";
  if (act === "pick") return free && window.status === "open";
  if (act === "close") return free && window.status !== "closed";
  if (act === "open") return window.status !== "closed";
  return deskActs(state).includes(act);
}

/** The act of a key now, or undefined. `p` pauses or resumes, whichever makes sense. */
export function actOfKey(key, state) {
  const pressed = key.length === 1 ? key.toLowerCase() : key;
  const named = Object.keys(ACTS).filter((act) => ACTS[act].keys.includes(pressed));
  return named.find((act) => makesSense(act, state)) ?? named[0];
}
