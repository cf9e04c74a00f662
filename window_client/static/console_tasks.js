// What diversion asks of this window: said at the top of the console, done with one key, gone when it is over.
import { api, h, icon, minutes, say, time } from "/static/look/live.js";
import { book, HALL, NUMBER } from "/static/window_client/truth.js";
import { cap } from "/static/window_client/panel_parts.js";
import { due, firstDue } from "/static/window_client/tasks.js";

const SAID = new Set(["open_window", "reskill_window", "send_out"]);
const BY = new Set(["manager", "admin", "rule"]);
const KEYS = { open: "O", resume: "P", serve: "G", leave: "G" };
const SHAPES = { open: "door", resume: "play", serve: "people", leave: "care" };
const t = (key, values) => say(`console_diversion.${key}`, values);

/** What is asked of this window now, first asked first. */
export async function readTasks() {
  const { tasks } = await api("GET", `${HALL}/diversions/tasks`, undefined, { tries: 1 });
  return tasks.filter((task) => task.window === NUMBER && SAID.has(task.action));
}

// ---- words ----

const named = (queue) => `${queue} ${book.queueName(queue)}`;

function title(task, window) {
  const facts = { window: NUMBER, queue: task.queue && named(task.queue) };
  const act = due(task, window);
  if (task.action === "send_out") return t(act ? (task.queue ? "out" : "out_plain") : "gone", facts);
  if (act === "serve") return t("also", facts);
  if (act) return t(task.queue ? act : `${act}_plan`, facts);
  if (window.status === "closed") return t("when_open", facts);
  if (!task.queue) return t("opened");
  return t(task.action === "reskill_window" ? "added" : "helping", facts);
}

/** How many wait where help is needed, and how long; who asks for it, and until when. */
function reasons(task, counts) {
  const rows = (task.queue ? [task.queue] : book.plan).map((queue) => counts[queue]).filter(Boolean);
  const waiting = rows.reduce((sum, row) => sum + row.waiting, 0);
  const longest = Math.max(0, ...rows.map((row) => row.wait_s?.p50 ?? 0));
  return [
    rows.length > 0 && t("crowd", { n: waiting }),
    waiting > 0 && longest >= 60 && t("about", { minutes: minutes(longest) }),
    BY.has(task.by) && t(`by_${task.by}`),
    task.until && t("until", { at: time(task.until) }),
  ].filter(Boolean);
}

export const endedText = (task) => (task.queue ? t("ended", { queue: named(task.queue) }) : t("ended_plain"));

// ---- the page ----

/** What the rows are made of: they are built anew only when this changes. */
export function tasksMade({ tasks, window, counts }) {
  const queues = tasks.flatMap((task) => (task.queue ? [task.queue] : book.plan));
  return [tasks, window?.status, window?.queues, window?.ticket?.id, queues.map((queue) => [counts[queue]?.waiting, minuteOf(counts[queue])])];
}

const minuteOf = (row) => Math.ceil((row?.wait_s?.p50 ?? 0) / 60);

/** A row for each task; `press` is called with what its button does. */
export function taskRows(state, press) {
  const first = firstDue(state);
  return state.tasks.map((task) => {
    const act = due(task, state.window);
    return h("article", { class: act ? "task asks slides-in" : "task", data: { diversion: task.diversion } },
      icon(act ? SHAPES[act] : "check"),
      h("div", { class: "words" }, h("p", { class: "wish" }, title(task, state.window)), h("p", { class: "why" }, reasons(task, state.counts).join(" · "))),
      act && h("button", { type: "button", class: "button next", onclick: (event) => { event.currentTarget.blur(); press(task, act); } },
        h("span", {}, t(`do_${act}`)), task === first && cap(KEYS[act])));
  });
}
