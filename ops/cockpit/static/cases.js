// Low ratings and complaints to their end: who owns each, what is due, one step after another; and today's ratings by queue.
import { api, h, icon, name, pick, say, time } from "/static/look/live.js";
import { face } from "/static/look/faces.js";
import { caseForm } from "/static/cockpit/case_forms.js";
import { fill } from "/static/cockpit/parts.js";
import { count } from "/static/cockpit/words.js";

const SOON_MS = 200;
const SHOWN = ["open", "closed", "rejected"];
const WHEN = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = { month: "numeric", day: "numeric", weekday: "short" };
const t = (key, values) => say(`cases.${key}`, values);
const when = (at) => time(at, WHEN);

/** A due moment is the end of a day: the day is what counts. */
const dayOf = (at) => time(new Date(Date.parse(at) - 1).toISOString(), DAY);

/** The view. `read()` reads the list again, `look(on)` while it is shown, `soon()` after an event, `able(on)` lets acts happen. */
export function cases(HALL, $) {
  const names = new Map(), busy = new Set(), problems = new Map();
  let rows = null, which = SHOWN[0], on = true, looked = false, timer = 0, trouble = "", form = null, asked = 0;

  // ---- what is true ----

  async function read() {
    const mine = asked += 1;
    try {
      const found = await api("GET", `${HALL}/cases${which === "open" ? "" : `?status=${which}`}`);
      if (mine !== asked) return;
      rows = found.cases;
      trouble = "";
      await readNames();
    } catch (problem) {
      if (mine !== asked) return;
      trouble = problem.detail || problem.title;
    }
    draw();
  }

  async function readNames() {
    if (names.size || !rows.length) return;
    for (const row of (await api("GET", `${HALL}/services`)).services) names.set(row.id, row.names);
  }

  async function act(row, body) {
    busy.add(row.id);
    problems.delete(row.id);
    draw();
    try {
      await api("POST", `${HALL}/cases/${encodeURIComponent(row.id)}`, body);
      form = null;
    } catch (problem) {
      problems.set(row.id, problem.detail || problem.title);
    }
    busy.delete(row.id);
    await read();
    $("cases").querySelector(`[data-case="${CSS.escape(row.id)}"] button`)?.focus();
  }

  function ask(row, step) {
    form = form?.id === row.id && form.step === step ? null : { id: row.id, step, note: "", owner: "" };
    draw();
    $("case-first")?.focus();
  }

  // ---- the page ----

  const served = (row) => [row.number && h("b", { class: "number" }, row.number), row.service && pick(names.get(row.service) ?? { zh: row.service }),
    row.window && say("common.window_n", { window: row.window }), row.staff].filter(Boolean);

  function due(row) {
    if (!row.due_at) return h("span", { class: "sign quiet" }, icon("check"), name("case_status", row.status));
    const text = t("due", { at: dayOf(row.due_at), step: t(`${row.kind === "project" ? "next_project" : "next"}.${row.status}`) });
    return h("span", { class: `sign ${row.overdue ? "bad" : "well"}` }, icon(row.overdue ? "warning" : "clock"), row.overdue ? `${t("overdue")}${say("common.list_comma")}${text}` : text);
  }

  function history(row) {
    const step = (change) => h("li", {}, h("time", { class: "soft", datetime: change.at }, when(change.at)), " ",
      h("b", {}, change.from_status === change.to_status ? t("handed", { owner: change.owner }) : name("case_status", change.to_status)), change.note && ` ${change.note}`, h("span", { class: "soft" }, ` ${change.actor}`));
    return row.changes.length > 0 && h("details", { class: "history" }, h("summary", {}, `${t("history")} (${count(row.changes.length)})`), h("ol", {}, row.changes.map(step)));
  }

  function actsOf(row) {
    if (!row.moves.length) return null;
    const free = on && !busy.has(row.id);
    const key = (step, kind, picture) => h("button", { type: "button", class: `button ${kind}`, disabled: !free, "aria-expanded": String(form?.id === row.id && form.step === step), data: { step }, onclick: () => ask(row, step) }, icon(picture), t(`act.${step}`));
    return h("div", { class: "acts" }, row.moves.map((step, at) => key(step, at ? "" : "next", step === "rejected" ? "cross" : "check")), key("hand_over", "", "transfer"));
  }

  function card(row) {
    const problem = problems.get(row.id), title = `case-${row.id}`;
    return h("li", { class: `case ${row.overdue ? "late" : ""}`, data: { case: row.id } },
      h("div", { class: "case-head" }, row.score ? face(row.score) : icon(row.kind === "project" ? "paper" : "call"), h("div", {}, h("h3", { id: title }, t(`kind.${row.kind}`), row.score && ` · ${say(`rating.score.${row.score}`)}`),
        h("p", { class: "served" }, served(row).flatMap((part, at) => (at ? [" · ", part] : [part])))), due(row)),
      h("p", { class: row.text ? "said" : "said soft" }, row.text || t("no_words")),
      row.tags.length > 0 && h("p", { class: "why" }, row.tags.map((tag) => h("span", { class: "badge" }, say(`rating.tag.${tag}`)))),
      h("p", { class: "owner" }, icon("person"), h("span", {}, row.owner ? t("owner", { owner: row.owner }) : t("nobody")), h("span", { class: "soft" }, t("opened", { at: when(row.opened_at) })), row.visits.length > 0 && h("span", { class: "soft" }, t("visits", { numbers: row.visits.map((visit) => visit.number).join(say("common.list_comma")) }))),
      actsOf(row), form?.id === row.id && caseForm(form, busy.has(row.id), (body) => act(row, body)),
      problem && h("p", { class: "problem", role: "alert" }, icon("warning"), problem), history(row));
  }

  function draw() {
    const typing = document.activeElement?.id, { selectionStart: at } = document.activeElement ?? {};
    fill($("cases"), [rows, which, on, form?.id, form?.step, trouble, [...busy], [...problems], names.size], () => {
      if (trouble) return h("li", {}, h("div", { class: "note bad", role: "alert" }, icon("warning"), h("div", {}, h("p", {}, t("failed")), h("p", {}, trouble)), h("button", { type: "button", class: "button", onclick: read }, icon("again"), say("common.retry"))));
      if (!rows) return h("li", { class: "calm" }, icon("clock"), h("span", {}, say("common.loading")));
      if (!rows.length) return h("li", { class: "calm" }, icon("check"), h("span", {}, t(which === "open" ? "none" : "none_ended")));
      return rows.map(card);
    });
    if (typing?.startsWith("case-") && document.activeElement.id !== typing) {
      $(typing)?.focus();
      $(typing)?.setSelectionRange?.(at, at);
    }
    $("cases").dataset.state = trouble ? "error" : !rows ? "loading" : rows.length ? "ready" : "empty";
    $("cases-count").textContent = which === "open" && rows?.length ? count(rows.length) : "";
  }

  function soon() {
    clearTimeout(timer);
    if (looked) timer = setTimeout(read, SOON_MS);
  }

  const options = SHOWN.map((status) => h("option", { value: status }, t(`show_${status}`)));
  $("cases-which").append(...options);
  $("cases-which").addEventListener("change", (event) => { which = event.target.value; rows = null; form = null; draw(); read(); });
  draw();

  return {
    read, soon,
    look(now) { if (now && !looked) read(); looked = now; },
    able(now) { on = now; draw(); },
  };
}

const percent = (value) => (value === null || value === undefined ? "–" : `${count(value)}%`);

/** Today's ratings in one figure: how many are satisfied, of how many. */
export function ratingTile({ ratings }) {
  const told = ratings?.count ? [t("tile_well", { n: count(ratings.satisfied_pct) }), ratings.rated_pct !== null && t("tile_rate", { n: count(ratings.rated_pct) })].filter(Boolean) : [];
  return [h("p", { class: "term" }, t("tile")), h("p", { class: "value number" }, count(ratings?.count ?? 0)),
    h("p", { class: ratings?.low ? "sign long" : "soft" }, told.map((line) => h("span", {}, line)))];
}

/** Today's ratings, the least satisfied queue first; queues that nobody rated stay out. */
export function scores(queues) {
  const rated = queues.filter((queue) => queue.ratings?.count).sort((a, b) => a.ratings.satisfied_pct - b.ratings.satisfied_pct || b.ratings.count - a.ratings.count);
  if (!rated.length) return h("p", { class: "calm" }, icon("info"), h("span", {}, t("scores_none")));
  const head = ["queue", "ratings", "rate", "well", "scores"].map((column) => h("th", { scope: "col", class: column }, t(`column.${column}`)));
  const row = ({ queue, names: called, ratings }) => h("tr", {}, h("th", { scope: "row", class: "queue" }, h("span", { class: "letter number" }, queue), h("span", { class: "called" }, pick(called))),
    h("td", { class: "number" }, count(ratings.count)), h("td", {}, percent(ratings.rated_pct)), h("td", { class: ratings.satisfied_pct < 80 ? "bad" : "" }, percent(ratings.satisfied_pct)), h("td", {}, [...ratings.scores].reverse().map(count).join(" · ")));
  return h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rated.map(row)));
}
