// The forecast: the next two hours of the hall or of one queue, its own error, and what it does not trust.
import { api, h, icon, pick, say, time } from "/static/look/live.js";
import { chart } from "/static/cockpit/charts.js";
import { duration, fill } from "/static/cockpit/parts.js";
import { sentence } from "/static/cockpit/asking.js";
import { count } from "/static/cockpit/words.js";

/** It is worked out every 15 s at least: reading it more often shows nothing new. */
const LEAST_MS = 14_000, MOST_MS = 60_000;
const RESIZED_MS = 300;
const SPANS = ["today", "yesterday", "weeks"];

/** The forecast's cards. `soon()` reads it when it may be another, `choose(queue)` shows a queue ("" for the hall). */
export function outlook(HALL, $) {
  const charts = { wait: chart($("chart-wait"), "wait"), waiting: chart($("chart-waiting"), "waiting") };
  let found = null, problem = null, chosen = "", queues = [], readAt = -Infinity, timer = 0, resized = 0, on = true;

  async function read() {
    clearTimeout(timer);
    readAt = performance.now();
    timer = setTimeout(read, MOST_MS);
    try {
      found = await api("GET", `${HALL}/forecast`, undefined, { tries: 1 });
      problem = null;
    } catch (refusal) {
      [found, problem] = [null, refusal];
    }
    draw();
  }

  function soon() {
    if (!on || performance.now() - readAt < LEAST_MS) return;
    read();
  }

  function draw() {
    const there = Boolean(found?.hall.length);
    $("outlook-none").hidden = there;
    $("outlook-charts").hidden = !there;
    fill($("outlook-none"), [problem?.code ?? "", there, found?.age_s === null], () => none());
    if (there) for (const [name, one] of Object.entries(charts)) one.show(chosen ? { queue: chosen } : {});
    fill($("outlook-when"), [there && found.at], () => there && [say("cockpit_outlook.worked_out", { at: time(found.at, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }) })]);
    fill($("outlook-error"), [found?.accuracy, chosen], () => errorLine(rowOf(chosen)));
    fill($("outlook-doubts"), found?.doubts ?? [], () => doubtLine(found?.doubts ?? []));
    fill($("doubts"), [Boolean(found), found?.doubts ?? [], queues.length], () => doubtList(Boolean(found), found?.doubts ?? []));
    fill($("accuracy"), [found?.accuracy ?? [], queues.map((queue) => queue.queue)], () => accuracyTable(found?.accuracy ?? []));
  }

  const rowOf = (queue) => found?.accuracy?.find((row) => row.queue === queue);

  function none() {
    const known = problem && problem.status !== 404, stopped = found && found.age_s !== null;
    return [icon(known ? "warning" : "clock"), h("div", {}, h("p", { class: "what" }, say(known ? "cockpit_outlook.wrong" : stopped ? "cockpit_outlook.doubt.FORECAST_AWAY" : "cockpit_outlook.none")), h("p", { class: "soft" }, known ? sentence(problem) : say("cockpit_outlook.none_detail")))];
  }

  // ---- its own error ----

  function errorLine(row) {
    const known = SPANS.filter((span) => row?.[span]);
    if (!known.length) return h("span", { class: "soft" }, say("cockpit_outlook.error_none"));
    return [h("span", { class: "soft" }, say("cockpit_outlook.error")), ...known.map((span) => h("span", {}, say(`cockpit_outlook.span.${span}`), " ", h("b", { class: "number" }, `± ${duration(row[span].mean_error_s)}`)))];
  }

  function accuracyTable(rows) {
    const known = rows.filter((row) => SPANS.some((span) => row[span]));
    if (!known.length) return h("p", { class: "nothing soft" }, say("cockpit_outlook.error_none"));
    const spans = SPANS.map((span) => h("th", { scope: "colgroup", colspan: 3 }, say(`cockpit_outlook.span.${span}`)));
    const heads = SPANS.flatMap(() => ["mean_error", "bias", "covered"].map((key) => h("th", { scope: "col" }, say(`cockpit_outlook.${key}`))));
    return h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col", rowspan: 2, class: "queue" }, say("cockpit.column.queue")), spans), h("tr", {}, heads)), h("tbody", {}, known.map(accuracyRow)));
  }

  function accuracyRow(row) {
    const named = row.queue ? pick(queues.find((one) => one.queue === row.queue)?.names) : say("cockpit_outlook.whole_hall");
    return h("tr", { class: row.queue ? "" : "sum" }, h("th", { scope: "row", class: "queue" }, h("span", { class: "letter number" }, row.queue), h("span", { class: "called" }, named)), SPANS.flatMap((span) => cells(row[span])));
  }

  function cells(one) {
    if (!one) return [h("td", { class: "soft" }, "–"), h("td", { class: "soft" }, "–"), h("td", { class: "soft" }, "–")];
    const sign = one.bias_s < 0 ? "−" : "+";
    return [h("td", { class: "number", title: say("cockpit_outlook.tickets", { n: count(one.tickets) }) }, duration(one.mean_error_s)), h("td", {}, `${sign}${duration(Math.abs(one.bias_s))}`), h("td", { class: covered(one.covered_pct) }, `${Math.round(one.covered_pct)} %`)];
  }

  /** Eight in ten should fall into the range: well within ten points of it, else worth a look. */
  const covered = (pct) => (pct >= 70 && pct <= 90 ? "" : "long");

  // ---- what it does not trust ----

  /** That nothing is known of earlier days is no alarm: every hall has a first day. */
  const isFirstDay = ({ code }) => code === "NO_HISTORY";

  const doubtWords = ({ code, queue, window }) => {
    const where = [queue && nameOf(queue), window && say("common.window_n", { window })].filter(Boolean).join(say("common.list_comma"));
    return say("cockpit_outlook.doubt_of", { where: where || say("cockpit_outlook.whole_hall"), doubt: doubtOf(code) });
  };

  function doubtLine(doubts) {
    if (!doubts.length) return null;
    const first = doubts.every(isFirstDay);
    return [h("a", { href: "#forecast", class: `sign ${first ? "quiet" : "long"}` }, icon("info"), h("span", {}, first ? say("cockpit_outlook.first_day") : say("cockpit_outlook.doubts", { n: doubts.length })))];
  }

  function doubtList(there, doubts) {
    if (!there) return h("p", { class: "soft" }, say("cockpit_outlook.none"));
    if (!doubts.length) return h("p", { class: "sign well" }, icon("check"), h("span", {}, say("cockpit_outlook.trusted")));
    return h("ul", { class: "doubts" }, doubts.map((doubt) => h("li", { class: isFirstDay(doubt) ? "soft" : "" }, icon("info"), h("span", {}, doubtWords(doubt)))));
  }

  // ---- which queue ----

  const nameOf = (queue) => { const row = queues.find((one) => one.queue === queue); return row ? `${queue} ${pick(row.names)}` : queue; };

  function choose(queue) {
    chosen = queue;
    $("outlook-queue").value = queue;
    draw();
  }

  $("outlook-queue").addEventListener("change", (event) => choose(event.target.value));
  window.addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(draw, RESIZED_MS); });
  return {
    read, soon, choose, draw,
    get chosen() { return chosen; },
    get found() { return found; },
    able(is) { on = is; if (on && !found) read(); },
    list(rows) {
      const fresh = rows.length !== queues.length;
      queues = rows;
      if (fresh) draw();
      fill($("outlook-queue"), rows.map((row) => row.queue), () => [h("option", { value: "" }, say("cockpit_outlook.whole_hall")), ...rows.map((row) => h("option", { value: row.queue }, `${row.queue} · ${pick(row.names)}`))]);
      $("outlook-queue").value = chosen;
    },
  };
}

/** A doubt in plain words; those for any other where it has none. */
export function doubtOf(code) {
  try {
    return say(`cockpit_outlook.doubt.${code}`);
  } catch {
    return say("cockpit_outlook.doubt.OTHER", { code });
  }
}
