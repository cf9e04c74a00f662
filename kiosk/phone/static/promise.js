// What was promised with this ticket, and where a hard case goes on: after the visit, for as long as it is kept.
import { api, facts, h, icon, page, pick, say, time } from "/static/look/live.js";
import { door } from "/static/phone/parts.js";

const PROMISES = `/halls/${encodeURIComponent(page.hall)}/tickets/${encodeURIComponent(facts.ticket)}/promises`;
const DAY = { month: "long", day: "numeric", weekday: "short" };
const OVER = new Set(["done", "cancelled", "expired"]);
const t = (key, values) => say(`promises.${key}`, values);

/** What this page knows of promises. `redraw()` shows it again. */
export function promising(redraw) {
  let rows = [], asked = "";

  /** Reads them once for each finished stop; `again` when one of them has changed. */
  async function read(ticket, again = false) {
    const key = ticket.status === "done" ? ticket.stop : ticket.stop - 1;
    if (key < 1 || (key === asked && !again)) return;
    asked = key;
    try {
      ({ promises: rows } = await api("GET", PROMISES, undefined, { tries: 1 }));
      redraw();
    } catch {
      asked = ""; // asked again with the next event
    }
  }

  function card() {
    return rows.length > 0 && h("section", { class: "promises" }, rows.map(row));
  }

  return { read, card };
}

/** It is due at the end of a day, or at a moment of one. */
const dueText = (at) => time(new Date(Date.parse(at) - 1).toISOString(), DAY);

function row({ kind, status, due_at: due, overdue, papers, note, names }) {
  const over = status !== "open";
  const said = status === "kept" ? t(`mine.kept_${kind}`) : t(`mine.${kind}`, { at: dueText(due) });
  return h("article", { class: `note ${overdue || status === "broken" ? "warn" : ""}` }, icon(over ? "check" : "calendar"), h("div", {},
    h("h2", {}, said), h("p", { class: "soft" }, pick(names)),
    !over && papers.length > 0 && h("ul", {}, papers.map((paper) => h("li", {}, pick(paper.names)))),
    note && h("p", {}, note), (overdue || status === "broken") && h("p", {}, t("mine.late"))));
}

/** Where a hard case goes on: here, or with another number after a visit that was over. */
export function hardNote({ escalated, status }) {
  if (!escalated) return null;
  const { queue, names, windows, number, page: address } = escalated;
  if (queue && !address && OVER.has(status)) return null; // it has been there
  const place = queue && [pick(names), windows.length > 0 && windows.length <= 3 && t("hard.window", { n: windows.join(", ") })].filter(Boolean).join(" · ");
  return h("section", { class: "note hard", role: "status" }, icon("info"), h("div", {},
    h("h2", {}, queue ? t("hard.mine", { place }) : t("hard.badge")), h("p", {}, t(queue ? "hard.mine_detail" : "hard.mine_case")),
    address && door("next", "ticket", t("hard.mine_new", { number }), address)));
}
