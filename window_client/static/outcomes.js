// How a visit ended, and what is still to come after it; and what is too hard for this window (难办事项).
import { h, name, pick, say } from "/static/look/live.js";
import { choice, chosen, radios, typed } from "/static/window_client/panel_parts.js";

const OUTCOMES = ["done", "papers_due", "passed_on", "advice_only", "not_done"];
const UNTIL = [0, 1, 3, 5, 10, 20];
/** Usual reasons of a hard case. */
export const WHY = ["papers", "several", "system", "rule"];
const LONGEST_REASON = 200;
const t = (key, values) => say(`promises.${key}`, values);

/** Each outcome is one key; papers, a result and a decision that are due carry until when, as usual unless said. */
export function outcome(state, book, act, { hard: toHard }) {
  const ticket = state.window.ticket, more = (ticket?.stops ?? 1) > (ticket?.stop ?? 1);
  const box = h("div", { class: "stack outcomes" });

  function promise(kind) {
    const days = Number(chosen(box, "until"));
    const papers = [...box.querySelectorAll('input[name="paper"]:checked')].map((node) => node.value);
    return { kind, ...(days && { days }), ...(kind === "papers" && papers.length && { papers }) };
  }

  const finish = (kind, promised) => act("finish", { outcome: kind, ...(promised && { promise: promise(promised) }) });
  const kinds = more ? ["next", ...OUTCOMES] : OUTCOMES;
  const materials = book.services.get(ticket?.service)?.materials ?? [];
  box.append(
    h("div", { class: "choices" },
      kinds.map((kind, at) => choice(String(at + 1), name("outcome", kind), () => finish(kind, kind === "papers_due" && "papers"))),
      choice("R", t("result_later"), () => finish(more ? "next" : "done", "result")),
      choice("D", t("decision_later"), () => finish("passed_on", "decision")),
      choice("0", t("hard.act"), toHard)),
    radios(t("until"), "until", UNTIL, (days) => (days ? t("days", { n: days }) : t("usual")), 0));
  if (materials.length) box.append(h("fieldset", { class: "radios" }, h("legend", {}, t("which")), materials.map((paper) =>
    h("label", {}, h("input", { type: "checkbox", name: "paper", value: paper.id }), h("span", {}, pick(paper.names))))));
  return box;
}

/** Why it is too hard here: a usual reason is one key. */
export function hard(_state, _book, _act, { escalate }) {
  const reasons = WHY.map((reason, at) => choice(String(at + 1), t(`hard.reason.${reason}`), () => escalate(t(`hard.reason.${reason}`))));
  return h("div", { class: "stack" }, h("p", { class: "soft" }, t("hard.hint")), h("div", { class: "choices" }, reasons),
    typed("hard-reason", t("hard.other"), t("hard.send"), escalate, { maxlength: LONGEST_REASON }));
}

/** What is told of a ticket that was made a hard case. */
export function hardText({ case: id, queue, ticket }, before) {
  if (!queue) return t("hard.only_case", { case: id });
  return t(ticket.id === before ? "hard.went" : "hard.new", { number: ticket.number });
}

/** Whoever is a hard case has gone where it can be dealt with; without such a place the visitor is still here. `before` is the ticket that it was. */
export function escalated(answer, box, before) {
  const { window } = box.state;
  if (answer.queue) box.set({ window: { ...window, ticket: undefined }, undo: null });
  return hardText(answer, before);
}
