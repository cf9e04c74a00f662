// An interpreter for a visitor who reads another language than Chinese, and what a guide saw of the papers.
import { api, facts, h, LANG, page, pick, say } from "/static/look/live.js";
import { button, note, refusal } from "/static/phone/parts.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const WISH = `${HALL}/tickets/${encodeURIComponent(facts.ticket)}/interpreter`;
const OPEN = new Set(["waiting", "held", "missed", "serving"]);
const t = (key, values) => say(`interpreters.${key}`, values);

function tongue(code) {
  try {
    return new Intl.DisplayNames([LANG], { type: "language" }).of(code);
  } catch {
    return code; // no code of any language
  }
}

/** What this page knows of it. `redraw()` shows it again, `again()` reads the ticket. */
export function interpreting(redraw, again) {
  const state = { languages: null, asked: false, open: false, busy: false, problem: null };

  /** The hall's languages, read once where they may be needed. */
  async function read(ticket) {
    if (state.asked || LANG === "zh" || !OPEN.has(ticket.status)) return;
    state.asked = true;
    try {
      ({ languages: state.languages } = await api("GET", `${HALL}/interpreters/languages`, undefined, { tries: 1 }));
    } catch {
      state.asked = false; // with the next event
    }
    redraw();
  }

  async function act(method, body) {
    Object.assign(state, { busy: true, problem: null });
    redraw();
    try {
      await api(method, WISH, body);
      state.open = false;
    } catch (problem) {
      state.problem = problem;
    }
    state.busy = false;
    await again().catch(() => {});
    redraw();
  }

  const ask = (language) => act("POST", { language });

  function wanted({ language, assigned, waits }) {
    const key = assigned ? "assigned" : waits ? "on_hold" : "asked";
    return h("section", { class: "interpreter", data: { state: key } }, note(waits ? "warn" : "", "globe", t(key, { language: tongue(language) }), t(`${key}_detail`)),
      button("quiet", "cross", t("without"), () => act("DELETE"), { id: "interpreter-without", disabled: state.busy }), refusal(state.problem));
  }

  /** One touch for whoever reads the page in a language that somebody speaks; else a choice. */
  function offered() {
    const mine = state.languages.find((row) => row.language === LANG);
    const choose = () => { if (mine) return ask(LANG); state.open = !state.open; return redraw(); };
    return h("section", { class: "interpreter" }, button("", "globe", mine ? `${t("ask")}: ${tongue(LANG)}` : t("ask"), choose, { id: "interpreter-ask", disabled: state.busy }),
      state.open && h("div", { class: "panel slides-in" }, h("h2", {}, t("ask_which")), state.languages.map((row) => button("", null, tongue(row.language), () => ask(row.language), { disabled: state.busy, data: { language: row.language } }))),
      refusal(state.problem));
  }

  /** The part of the page; nothing where there is nobody to ask for. */
  function card(ticket) {
    if (!OPEN.has(ticket.status)) return null;
    if (ticket.interpreter) return wanted(ticket.interpreter);
    return LANG !== "zh" && state.languages?.length > 0 && offered();
  }

  return { read, card };
}

/** What the guide saw of the papers. */
export function papersSeen({ papers, status }) {
  if (!papers || !OPEN.has(status)) return null;
  if (!papers.missing.length) return note("", "check", say("guide.papers_ready"));
  return note("warn", "paper", say("guide.papers_missing"), papers.missing.map((paper) => pick(paper.names)).join(say("common.list_comma")), h("p", {}, say("guide.papers_bring")));
}
