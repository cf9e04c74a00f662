// An interpreter for whoever would like one, and what a guide saw of the papers.
import { api, facts, h, LANG, now, page, pick, say, time } from "/static/look/live.js";
import { button, door, note, refusal } from "/static/phone/parts.js";

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

const dayOf = (at) => time(at, { year: "numeric", month: "numeric", day: "numeric" });
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** The hour of a shift; with its weekday where that is another day. */
const shiftTime = (at) => time(at, dayOf(at) === dayOf(now()) ? HOUR : { weekday: "long", ...HOUR });

/** What this page knows of it. `redraw()` shows it again, `again()` reads the ticket. */
export function interpreting(redraw, again) {
  const state = { languages: null, others: false, asked: false, open: false, busy: false, problem: null };

  /** The hall's languages, read once where they may be needed. */
  async function read(ticket) {
    if (ticket.interpreter?.nobody) findOthers();
    if (state.asked || !OPEN.has(ticket.status)) return;
    state.asked = true;
    try {
      ({ languages: state.languages } = await api("GET", `${HALL}/interpreters/languages`, undefined, { tries: 1 }));
    } catch {
      state.asked = false; // with the next event
    }
    redraw();
  }

  /** Whether there are other halls to go to; asked for where it may matter alone. */
  async function findOthers() {
    const found = await api("GET", "/halls?limit=2", undefined, { tries: 1 }).catch(() => null);
    if (!found || state.others === found.halls.length > 1) return;
    state.others = !state.others;
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

  /** Nobody who could come is here: said as it is, with what one can do instead. */
  function alone({ language, from_at }, { service }, item) {
    const detail = from_at ? t("nobody_from", { at: shiftTime(from_at) }) : t("nobody_detail");
    return h("section", { class: "interpreter", data: { state: "nobody" } }, note("warn", "globe", t("nobody", { language: tongue(language) }), detail),
      button("", "right", t("without"), () => act("DELETE"), { id: "interpreter-without", disabled: state.busy }),
      item?.id === service && item.appointment !== "none" && door("", "calendar", t("other_day"), `/m/${encodeURIComponent(page.hall)}#book/${service}`),
      state.others && door("", "place", t("other_hall"), "/"), refusal(state.problem));
  }

  function wanted({ language, assigned, waits }) {
    const key = assigned ? "assigned" : waits ? "on_hold" : "asked";
    return h("section", { class: "interpreter", data: { state: key } }, note(waits ? "warn" : "", "globe", t(key, { language: tongue(language) }), t(`${key}_detail`)),
      button("quiet", "cross", t("without"), () => act("DELETE"), { id: "interpreter-without", disabled: state.busy }), refusal(state.problem));
  }

  /** One touch for whoever reads the page in a language that somebody speaks; else, and in Chinese, a choice. */
  function offered() {
    const mine = LANG !== "zh" && state.languages.find((row) => row.language === LANG), kind = LANG === "zh" ? "quiet" : "";
    const choose = () => { if (mine) return ask(LANG); state.open = !state.open; return redraw(); };
    return h("section", { class: "interpreter" }, button(kind, "globe", mine ? `${t("ask")}: ${tongue(LANG)}` : t(kind ? "need" : "ask"), choose, { id: "interpreter-ask", disabled: state.busy, "aria-expanded": mine ? null : String(state.open) }),
      state.open && h("div", { class: "panel slides-in" }, h("h2", {}, t("ask_which")), state.languages.map((row) => button("", null, tongue(row.language), () => ask(row.language), { disabled: state.busy, data: { language: row.language } }))),
      refusal(state.problem));
  }

  /** The part of the page; nothing where there is nobody to ask for. */
  function card(ticket, item) {
    if (!OPEN.has(ticket.status)) return null;
    if (ticket.interpreter?.nobody) return alone(ticket.interpreter, ticket, item);
    if (ticket.interpreter) return wanted(ticket.interpreter);
    return state.languages?.length > 0 && offered();
  }

  return { read, card };
}

/** What the guide saw of the papers. */
export function papersSeen({ papers, status }) {
  if (!papers || !OPEN.has(status)) return null;
  if (!papers.missing.length) return note("", "check", say("guide.papers_ready"));
  return note("warn", "paper", say("guide.papers_missing"), papers.missing.map((paper) => pick(paper.names)).join(say("common.list_comma")), h("p", {}, say("guide.papers_bring")));
}
