// What visitors wrote or touched with their ratings, good ones too: by queue, score and days, and as a file.
import { api, h, icon, LANG, pick, say, time } from "/static/look/live.js";
import { face, SCORES } from "/static/look/faces.js";
import { file } from "/static/reports/fetching.js";
import { fill } from "/static/cockpit/parts.js";

const SOON_MS = 500;
const WHEN = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const t = (key, values) => say(`comments.${key}`, values);

/** The view; it reads only while it is looked at, since each reading is noted. */
export function comments(HALL, $) {
  const services = new Map(), form = $("comments-form");
  let found = null, trouble = "", looked = false, timer = 0, asked = 0;

  const wanted = () => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    return query.size ? `?${query}` : "";
  };

  async function read() {
    const mine = asked += 1;
    try {
      if (!services.size) for (const row of (await api("GET", `${HALL}/services`)).services) services.set(row.id, row.names);
      const rows = await api("GET", `${HALL}/ratings${wanted()}`);
      if (mine !== asked) return;
      found = rows;
      trouble = "";
    } catch (problem) {
      if (mine !== asked) return;
      trouble = problem.detail || problem.title;
    }
    draw();
  }

  async function save() {
    try {
      await file(`/api/v1${HALL}/ratings${wanted()}`, "csv");
    } catch (problem) {
      trouble = problem.detail || problem.title || say("common.offline_problem");
      draw();
    }
  }

  const about = (row) => [h("b", { class: "number" }, row.number), pick(services.get(row.service) ?? { zh: row.service }), say("common.window_n", { window: row.window }), t(`channel.${row.channel}`)];

  const card = (row) => h("li", { class: "case comment", data: { score: row.score } },
    h("div", { class: "case-head" }, face(row.score), h("div", {}, h("h3", {}, say(`rating.score.${row.score}`)), h("p", { class: "served" }, about(row).flatMap((part, at) => (at ? [" · ", part] : [part])))),
      h("time", { class: "soft", datetime: row.rated_at }, time(row.rated_at, WHEN))),
    row.comment && h("p", { class: "said" }, row.comment),
    row.tags.length > 0 && h("p", { class: "why" }, row.tags.map((tag) => h("span", { class: "badge" }, say(`rating.tag.${tag}`)))));

  const calm = (picture, text) => h("li", { class: "calm" }, icon(picture), h("span", {}, text));

  function draw() {
    fill($("comments"), [found, trouble, services.size], () => {
      if (trouble) return h("li", {}, h("div", { class: "note bad", role: "alert" }, icon("warning"), h("div", {}, h("p", {}, t("failed")), h("p", {}, trouble)), h("button", { type: "button", class: "button", onclick: read }, icon("again"), say("common.retry"))));
      if (!found) return calm("clock", say("common.loading"));
      if (!found.comments.length) return calm("check", t("none"));
      return [...found.comments.map(card), found.more && calm("info", t("more"))];
    });
    $("comments").dataset.state = trouble ? "error" : !found ? "loading" : found.comments.length ? "ready" : "empty";
  }

  function swap(on) {
    looked = on;
    for (const [id, is] of [["comments-card", on], ["cases-card", !on]]) $(id).hidden = !is;
    $(on ? "to-comments-back" : "to-comments").focus();
    if (on) read();
  }

  $("comments-score").append(h("option", { value: "" }, t("all")), ...SCORES.map((score) => h("option", { value: score }, say(`rating.score.${score}`))));
  $("comments-queue").append(h("option", { value: "" }, t("all")));
  $("to-comments").addEventListener("click", () => swap(true));
  $("to-comments-back").addEventListener("click", () => swap(false));
  $("comments-file").addEventListener("click", save);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", read);
  form.lang = LANG;
  draw();

  return {
    soon() {
      clearTimeout(timer);
      if (looked) timer = setTimeout(read, SOON_MS);
    },
    queues(rows) {
      const select = $("comments-queue");
      if (select.options.length - 1 === rows.length) return;
      select.replaceChildren(select.options[0], ...rows.map((row) => h("option", { value: row.queue }, `${row.queue} · ${pick(row.names)}`)));
    },
  };
}
