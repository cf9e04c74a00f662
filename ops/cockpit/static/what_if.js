// "What if I open window 5 and move 7 to queue B?": windows are dragged onto queues, or chosen and put there by a button.
import { api, h, icon, pick, say } from "/static/look/live.js";
import { alone, calls, put, question, served, shut, without } from "/static/cockpit/changes.js";
import { change as gainOf } from "/static/cockpit/advice_words.js";
import { doing, level, queueWait } from "/static/cockpit/fold.js";
import { duration, fill, number, SPEED } from "/static/cockpit/parts.js";
import { sentence } from "/static/cockpit/asking.js";
import { dragging } from "/static/cockpit/dragging.js";

const SHUT = "shut";
const ASK_MS = 120;
/** Questions that were let go are still being answered when windows are put down quickly: the last one waits its turn. */
const TRIES = 4;
/** So many the server tries at once. */
const MOST_CHANGES = 8;

/** The view. `draw(state)` shows the hall as it is and as it would be; `hall()` is its plan. */
export function whatIf(HALL, $, hall) {
  let state = null, changes = [], picked = 0, answer = null, problem = "", asking = null, timer = 0, on = true, applying = false, done = "";

  const planned = (window) => hall()?.windows.find((one) => one.window === window)?.queues.map((share) => share.queue) ?? [];
  const changeOf = (window) => changes.find((one) => one.window === window);
  const rowOf = (window) => state.windows.get(window);

  // ---- what is tried ----

  function set(next) {
    const many = question(next).changes.length;
    if (many > MOST_CHANGES && many > question(changes).changes.length) return full();
    [changes, answer, problem, done] = [next, null, "", ""];
    picked = 0;
    clearTimeout(timer);
    asking?.abort();
    if (changes.length) timer = setTimeout(ask, ASK_MS);
    draw(state);
  }

  function full() {
    [problem, picked] = [say("cockpit_what_if.full"), 0];
    draw(state);
  }

  function place(window, target) {
    if (!window || !target || !state.windows.has(window)) return;
    set(target === SHUT ? shut(changes, rowOf(window)) : put(changes, rowOf(window), target, planned(window)));
  }

  async function ask() {
    const mine = asking = new AbortController();
    try {
      const found = await api("POST", `${HALL}/what-if`, question(changes), { tries: TRIES, signal: mine.signal });
      answer = found;
    } catch (refusal) {
      if (mine.signal.aborted) return;
      [answer, problem] = [null, sentence(refusal)];
    }
    if (mine === asking) { asking = null; draw(state); }
  }

  async function apply() {
    applying = true;
    draw(state);
    try {
      for (const { path, body } of calls(changes, state.windows)) await api("POST", `${HALL}${path}`, body);
      set([]);
      done = say("cockpit_what_if.applied");
    } catch (refusal) {
      problem = sentence(refusal);
    }
    applying = false;
    draw(state);
  }

  function pick_(window) {
    picked = picked === window ? 0 : window;
    draw(state);
  }

  // ---- the page ----

  function draw(now) {
    if (!now) return;
    state = now;
    if ($("what-if-view").hidden) return;
    fill($("what-if-windows"), [...state.windows.keys()], () => zones());
    for (const node of $("what-if-windows").querySelectorAll("button")) windowState(node);
    fill($("what-if-queues"), state.queues.map((queue) => queue.queue), () => [...state.queues.map((queue) => h("li", { data: { target: queue.queue } })), h("li", { class: "shut-here", data: { target: SHUT } })]);
    for (const queue of state.queues) queueState($("what-if-queues").querySelector(`[data-target="${CSS.escape(queue.queue)}"]`), queue);
    shutState($("what-if-queues").querySelector(`[data-target="${SHUT}"]`));
    fill($("what-if-changes"), [changes, on], () => changes.map(chip));
    fill($("what-if-answer"), [answer, problem, Boolean(asking) || applying, changes.length, done], () => told());
    $("what-if-apply").disabled = !on || applying || !changes.length || !answer;
    $("what-if-reset").disabled = !changes.length;
    fill($("what-if-hint"), picked, () => (picked ? say("cockpit_what_if.put_where", { window: picked }) : say("cockpit_what_if.hint")));
  }

  function zones() {
    const rows = [...state.windows.values()];
    return hall().zones.filter((zone) => rows.some((row) => row.zone === zone.id)).map((zone) => h("section", { class: "palette" },
      h("h3", {}, pick(zone.names)), h("div", { class: "tiles" }, rows.filter((row) => row.zone === zone.id).map((row) => h("button", { type: "button", data: { window: row.window }, onclick: () => pick_(row.window) }, row.window)))));
  }

  function windowState(node) {
    const row = rowOf(Number(node.dataset.window)), kind = doing(row), change = changeOf(row.window);
    const queues = served(row, planned(row.window), change);
    node.className = `tile ${kind}${change ? " changed" : ""}${picked === row.window ? " picked" : ""}`;
    node.setAttribute("aria-pressed", String(picked === row.window));
    node.setAttribute("aria-label", say("cockpit_what_if.window_told", { window: row.window, doing: say(`cockpit.doing.${kind}`), queues: queues.join(say("common.list_comma")) || "–" }));
  }

  function queueState(node, queue) {
    const gain = answer?.queues.find((row) => row.queue === queue.queue)?.mean_gain_s, wait = queueWait(queue);
    const coming = changes.filter((change) => served(rowOf(change.window), planned(change.window), change).includes(queue.queue)).map((change) => change.window);
    node.className = `target ${level(wait, SPEED)}${coming.length ? " changed" : ""}`;
    fill(node, [queue.waiting, queue.open_windows, Math.round((wait ?? 0) / 5), gain, picked, coming], () => [
      h("span", { class: "letter number" }, queue.queue), h("span", { class: "called" }, pick(queue.names)),
      h("span", { class: "counts soft" }, say("cockpit_what_if.counts", { waiting: number(queue.waiting), open: queue.open_windows })),
      h("span", { class: "wait number" }, duration(queue.waiting || queue.open_windows ? wait : null)),
      gain === undefined || Math.abs(gain) < 1 ? h("span", { class: "queue-gain soft" }, answer ? "±0:00" : "") : h("span", { class: `queue-gain number ${gain > 0 ? "good" : "worse"}` }, gainOf(gain)),
      picked ? h("button", { type: "button", class: "button next here", onclick: () => place(picked, queue.queue) }, say("cockpit_what_if.here"), h("span", { class: "unseen" }, ` ${queue.queue}`)) : coming.length > 0 && h("span", { class: "coming" }, icon("window"), h("span", {}, coming.join(say("common.list_comma")))),
    ]);
  }

  function shutState(node) {
    fill(node, picked, () => [icon("lock"), h("span", { class: "called" }, say("cockpit_what_if.shut")), picked ? h("button", { type: "button", class: "button here", onclick: () => place(picked, SHUT) }, say("cockpit_what_if.here"), h("span", { class: "unseen" }, ` ${say("cockpit_what_if.shut")}`)) : null]);
  }

  function chip(change) {
    const both = change.action === "reskill_window", words = say(`cockpit_what_if.change.${change.action === "open_window" && change.queue ? "open_window_for" : change.action}`, change);
    const may = both || change.action === "move_window";
    return h("li", { class: "chip" }, h("span", {}, words),
      may && h("button", { type: "button", class: "button", onclick: () => set(alone(changes, change.window)) }, icon("transfer"), say(both ? "cockpit_what_if.only_there" : "cockpit_what_if.there_too"), h("span", { class: "unseen" }, ` ${words}`)),
      h("button", { type: "button", class: "button bare", "aria-label": say("cockpit_what_if.remove", { change: words }), onclick: () => set(without(changes, change.window)) }, icon("cross")));
  }

  function told() {
    if (problem) return [h("p", { class: "note warn" }, icon("warning"), problem), answer && outcomes(answer)];
    if (done) return h("p", { class: "note" }, icon("check"), done);
    if (!changes.length) return h("p", { class: "soft" }, say("cockpit_what_if.empty"));
    if (!answer) return h("p", { class: "soft" }, icon("clock"), say("cockpit_what_if.asking"));
    return outcomes(answer);
  }

  function outcomes({ gain, without: before, with: after }) {
    return [
      outcome("mean", before.mean_s, after.mean_s, gain.mean_s, say("cockpit_advice.range", { low: gainOf(gain.mean_low_s), high: gainOf(gain.mean_high_s) })),
      outcome("p90", before.p90_s, after.p90_s, gain.p90_s, ""),
    ];
  }

  function outcome(key, before, after, gain, range) {
    const kind = gain >= 1 ? "good" : gain <= -1 ? "worse" : "same";
    return h("div", { class: `outcome ${kind}` }, h("p", { class: "term" }, say(`cockpit_advice.${key}`)),
      h("p", { class: "value number" }, icon(kind === "worse" ? "warning" : kind === "good" ? "check" : "info"), gainOf(gain)),
      h("p", { class: "soft" }, say("cockpit_what_if.from_to", { before: duration(before), after: duration(after) })), range && h("p", { class: "soft" }, range));
  }

  $("what-if-apply").addEventListener("click", apply);
  $("what-if-reset").addEventListener("click", () => set([]));
  dragging($("what-if-view"), place);
  return { draw, able(is) { on = is; draw(state); } };
}
