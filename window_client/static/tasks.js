// What diversion's tasks mean at a window that is as it is. Pure: no page, no calls.

const MORE_QUEUES = new Set(["open_window", "reskill_window"]);

const serves = (window, queue) => !queue || window.queues.some((row) => row.queue === queue);

/** The one thing to do about a task now: `open`, `resume`, `serve`, `leave`, or "" when it is done or not possible. */
export function due(task, window) {
  if (task.action === "send_out") return window.status === "open" ? "leave" : "";
  if (window.status === "closed") return task.action === "open_window" ? "open" : "";
  if (window.status === "paused") return task.action === "open_window" ? "resume" : "";
  return serves(window, task.queue) ? "" : "serve";
}

/** The first task that something can be done about: the one that the key is for. */
export const firstDue = ({ tasks, window }) => (window ? tasks.find((task) => due(task, window)) : undefined);

/** The queues that the window opens with: those of its plan, and those that it is asked to serve besides. */
export function opensWith({ tasks, plan }) {
  const asked = tasks.filter((task) => MORE_QUEUES.has(task.action) && task.queue).map((task) => task.queue);
  return [...new Set([...plan, ...asked])];
}

/** The call that does it: its act and its body. The windows that open do so by their own panel. */
export function wayOf(task, window) {
  if (due(task, window) === "leave") return ["pause", { reason: "help" }];
  if (due(task, window) === "resume") return ["resume"];
  const queues = [...window.queues.map((row) => row.queue), task.queue];
  return ["open", { staff: window.staff, queues: [...new Set(queues)] }];
}

/** What was asked before and is not any more. */
export const over = (before, after) => before.filter((task) => !after.some((other) => other.diversion === task.diversion));
