// What is still to come after visits: papers from visitors, results and decisions from the hall. What is due first stands first.
import { api, h, icon, newKey, pick, say, time } from "/static/look/live.js";
import { button } from "/static/window_client/desk_cards.js";

const MOST = 3;
const SETTLE_MS = 150;
const DAY = { month: "long", day: "numeric", weekday: "short" };
const t = (key, values) => say(`promises.${key}`, values);

/** Fills `node`, which is hidden while nothing is promised; answers `{read, onEvent, onState}` for the line that hears of the hall. */
export function promises(HALL, node) {
  const state = { rows: [], all: false, busy: false, problem: null };
  let timer = 0;

  async function read() {
    try {
      state.problem = null;
      ({ promises: state.rows } = await api("GET", `${HALL}/promises`, undefined, { tries: 2 }));
    } catch (problem) {
      state.problem = problem;
    }
    draw();
  }

  async function end(promise, status) {
    if (state.busy) return;
    Object.assign(state, { busy: true, problem: null });
    draw();
    try {
      await api("POST", `${HALL}/promises/${encodeURIComponent(promise.id)}`, { status }, { key: newKey() });
    } catch (problem) {
      state.problem = problem;
    }
    state.busy = false;
    await read();
  }

  /** A promise is due at the end of a day, or at a moment of one. */
  const dueText = (at) => time(new Date(Date.parse(at) - 1).toISOString(), DAY);

  function row(promise) {
    const { id, kind, number, names, due_at: due, overdue, papers, note } = promise;
    const act = (word, shape) => button(word === "keep" ? "next" : "", shape, t(word), () => end(promise, word === "keep" ? "kept" : "broken"), { twice: t("sure"), about: id, disabled: state.busy });
    return h("li", { class: overdue ? "late" : "" },
      h("p", {}, h("b", { class: "number" }, number), " ", t(`kind.${kind}`), " · ", pick(names)),
      h("p", { class: overdue ? "when bad" : "when soft" }, overdue && [icon("warning"), t("overdue"), " · "], t("by", { at: dueText(due) })),
      (papers.length > 0 || note) && h("p", { class: "soft" }, [...papers.map((paper) => pick(paper.names)), note].filter(Boolean).join(" · ")),
      h("div", { class: "acts" }, act("keep", "check"), act("break", "cross")));
  }

  function draw() {
    node.hidden = !state.rows.length && !state.problem;
    const shown = state.all ? state.rows : state.rows.slice(0, MOST), left = state.rows.length - shown.length;
    node.replaceChildren(...[
      h("h2", {}, icon("calendar"), h("span", {}, t("title"))),
      state.problem && h("p", { class: "note bad", role: "alert" }, icon("warning"), state.problem.detail || state.problem.title || t("failed")),
      h("ul", { class: "promised" }, shown.map(row)),
      left > 0 && h("button", { type: "button", class: "button quiet", onclick: () => { state.all = true; draw(); } }, t("more", { n: left })),
    ].filter(Boolean));
  }

  function onEvent(event) {
    if (!event.event.startsWith("Promise")) return;
    clearTimeout(timer);
    timer = setTimeout(read, SETTLE_MS);
  }

  return { read, onEvent, onState: () => {} };
}
