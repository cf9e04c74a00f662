// What a manager tries out: changes to the windows, what they make of the hall, and the calls that carry them out. Pure.

/** What it means to put a window on a queue: open it, open it there, or let it serve that queue (too, or alone). */
export function put(changes, row, queue, planned) {
  const rest = changes.filter((change) => change.window !== row.window);
  const own = row.status === "closed" ? planned : row.queues.map((share) => share.queue);
  if (row.status === "closed") return [...rest, { action: "open_window", window: row.window, queue: planned.includes(queue) ? "" : queue }];
  return own.includes(queue) && own.length === 1 ? rest : [...rest, { action: own.includes(queue) ? "move_window" : "reskill_window", window: row.window, queue }];
}

/** A window that serves a queue besides its own, or that one alone. */
export const alone = (changes, window) => changes.map((change) => (change.window !== window || change.action === "open_window" ? change : { ...change, action: change.action === "move_window" ? "reskill_window" : "move_window" }));

/** A window that shuts; one that is shut stays so. */
export function shut(changes, row) {
  const rest = changes.filter((change) => change.window !== row.window);
  return row.status === "closed" ? rest : [...rest, { action: "close_window", window: row.window, queue: "" }];
}

export const without = (changes, window) => changes.filter((change) => change.window !== window);

/** The body of the question. */
export const question = (changes) => ({ changes: changes.flatMap(asked) });

function asked({ action, window, queue }) {
  if (action === "open_window") return [{ action, window }, ...(queue ? [{ action: "reskill_window", window, queue }] : [])];
  if (action === "move_window") return [{ action, window, queues: [queue] }];
  return [queue ? { action, window, queue } : { action, window }];
}

/** The queues that a window would serve. */
export function served(row, planned, change) {
  const own = row.status === "closed" ? [] : row.queues.map((share) => share.queue);
  if (!change) return own;
  if (change.action === "close_window") return [];
  if (change.action === "open_window") return change.queue ? [...planned, change.queue] : planned;
  return change.action === "move_window" ? [change.queue] : [...own, change.queue];
}

/** The calls that make it so: what the hall has an action for begins as a diversion, the rest is done at the window. */
export function calls(changes, windows) {
  return changes.map(({ action, window, queue }) => {
    if (action === "close_window") return { path: `/windows/${window}/close`, body: {} };
    if (action === "move_window") return { path: `/windows/${window}/open`, body: { staff: windows.get(window).staff, queues: [queue] } };
    return { path: "/diversions", body: queue ? { action, window, queue } : { action, window } };
  });
}
