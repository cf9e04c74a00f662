// For those who booked: their code, typed or scanned, becomes their ticket; or the page says why not, and where to go.
import { h, icon, newKey, time } from "/static/look/live.js";
import { CODE_LENGTH, grouped, LETTERS, lettersOf, standsFor } from "/static/look/scanned.js";
import { AGENT, checkIn, device, isOffline } from "/static/kiosk/device.js";
import { ways } from "/static/kiosk/find.js";
import { button, deck, heading } from "/static/kiosk/parts.js";
import { common, lang, moment, t } from "/static/kiosk/words.js";

/** Digits first, as on a keyboard, so that each row is full. */
const KEYS = [...LETTERS].sort((a, b) => /\d/.test(b) - /\d/.test(a));
const LONGEST = 400;

/** What each refusal leads to: try once more, take a ticket instead, or nothing left to do. `number` shows the ticket huge. */
const LEADS = {
  ALREADY_CHECKED_IN: { picture: "check", next: "home", number: true },
  ALREADY_WAITING: { picture: "ticket", next: "home", number: true },
  TOO_EARLY: { picture: "clock", next: "home" },
  NOT_TODAY: { picture: "calendar", next: "take" },
  PASS_EXPIRED: { picture: "again", next: "again" },
  NO_SUCH_BOOKING: { picture: "search", next: "again" },
  BOOKING_STATUS: { picture: "info", next: "take" },
  OFFLINE: { picture: "offline", next: "take" },
  UNKNOWN: { picture: "search", next: "again" },
};
const SAME = { AWAY: "OFFLINE", STORE_DOWN: "OFFLINE", INVALID: "NO_SUCH_BOOKING" };
const PLAIN = { picture: "warning", next: "again" };
/** Whom only people can tell: nothing that is typed here helps. */
const AT_DESK = new Set(["IDENTITY_NEEDED", "NOT_YOURS", "OFFICER_AWAY"]);
const codeOf = (problem) => SAME[problem.code] ?? problem.code;

// ---- typing ----

export function bookedView(desk, view) {
  const { scanner, arrive, refuse } = desk;
  view.code ??= "";
  const field = h("input", { type: "text", id: "code", inputmode: "none", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", maxlength: LONGEST, placeholder: "____ ____", "aria-label": t("booked_code"),
    oninput: () => write(field.value), onkeydown: (event) => { if (event.key === "Enter") submit(); } });
  const next = button("next arrive", "check", view.busy ? t("checking_in") : t("check_in"), submit, { "aria-busy": view.busy });

  /** Whole letters of a code are set in two groups; anything else, as a scanner types a link, is left until its end. */
  function write(text) {
    const code = lettersOf(text), plain = /^[\s\dA-Za-z-]{0,9}$/.test(text);
    if (plain) field.value = grouped(code);
    view.code = plain ? code : "";
    view.other = plain ? "" : text;
    next.disabled = view.busy || !(view.other || view.code.length === CODE_LENGTH);
  }

  function submit() {
    const found = standsFor(view.other || view.code);
    if (found?.kind === "booking") arrive(found.wish);
    else if (view.other) refuse({ code: "UNKNOWN" });
  }

  write(view.code);
  queueMicrotask(() => field.focus({ preventScroll: true }));
  return h("section", { class: "view booked" },
    heading(t("booked_title"), scanner ? t("booked_scan") : t("booked_type")),
    h("div", { class: "message", role: "status" }, isOffline() ? awayNote() : scanner ? [icon("scan"), h("p", {}, t("booked_hold"))] : [icon("calendar"), h("p", {}, t("booked_where"))]),
    h("div", { class: "field-box code-box" }, field),
    keypad((letter) => write(lettersOf(view.code + letter)), () => write(view.code.slice(0, -1))),
    deck(...ways(desk), next));
}

const awayNote = () => h("p", { class: "note warn" }, icon("offline"), h("span", {}, t("arrival.OFFLINE.detail")));

function keypad(add, erase) {
  const key = (kind, label, press, name) => h("button", { type: "button", class: `key ${kind}`, "aria-label": name, onclick: press }, label);
  return h("div", { class: "keyboard", role: "group", "aria-label": t("keyboard") },
    KEYS.map((letter) => key("letter", letter, () => add(letter))), key("erase", icon("erase"), erase, t("key_erase")));
}

// ---- why not ----

/** One refusal, in plain words, with the way on. */
export function notArrivedView(desk, { problem, code }) {
  const { home, go, help, hall } = desk;
  const kind = codeOf(problem), lead = LEADS[kind] ?? (AT_DESK.has(kind) ? { picture: "person", next: "home" } : PLAIN);
  const [title, detail] = told(kind, problem);
  const steps = {
    home: () => button("next done", "check", t("ticket_done"), home),
    again: () => button("next", "again", t("refused_again"), () => go({ name: "booked", code: kind === "NO_SUCH_BOOKING" ? code : "" })),
    take: () => button("next", "ticket", t("walk_in"), () => go({ name: "choose" })),
  };
  const first = lead.next === "take" && !hall.open ? "home" : lead.next;
  return h("section", { class: "view booked refused" },
    h("div", { class: "message", role: "alert" }, icon(lead.picture), h("h1", {}, title),
      lead.number && problem.number && h("div", { class: "big-number" }, h("p", { class: "number" }, problem.number)),
      h("p", {}, detail), !lead.number && h("p", { class: "soft" }, t("arrival_desk"))),
    deck(first !== "home" && button("plain", "home", t("home"), home), button("plain", "help", t("help_call"), help), steps[first]()));
}

/** The sentences of a refusal, with its moments on the hall's clock; of one that has none here, the server's own. */
function told(code, problem) {
  const at = problem.opens_at ? dayOr(problem.opens_at) : problem.start_at ? moment(problem.start_at) : "";
  const was = problem.booking_status ?? problem.ticket_status; // `status` is the answer's own
  const facts = { at, status: was ? common(`booking_status.${was}`) : "" };
  if (code in LEADS) return [t(`arrival.${code}.title`, facts), t(`arrival.${code}.detail`, facts)];
  return [problem.title || t("arrival.OTHER.title"), problem.detail && problem.detail !== problem.title ? problem.detail : t("arrival.OTHER.detail")];
}

/** A moment of today by its hour alone. */
function dayOr(at) {
  const day = (when) => time(when, { year: "numeric", month: "numeric", day: "numeric" }, lang());
  return day(at) === day(Date.now()) ? time(at) : moment(at);
}

// ---- the act ----

/**
 * Checks in by a code or a pass, once for each wish however often it is touched. `show(view)` moves the page on,
 * `viewOf()` is what it shows, `done()` hears that there is an answer.
 */
export function arrivals({ show, viewOf, draw, done }) {
  let asked = { same: "", key: "" };

  /** After a lost answer the same wish has the same key: it may have been granted. After a refusal it is a new one. */
  function keyFor(wish) {
    const same = JSON.stringify(wish);
    if (asked.same !== same) asked = { same, key: newKey() };
    return asked.key;
  }

  async function arrive(wish) {
    const view = viewOf();
    if (view.busy || view.name === "printing") return;
    if (AGENT) show({ name: "printing" });
    else Object.assign(view, { busy: true });
    if (!AGENT) draw();
    try {
      const ticket = await checkIn(wish, keyFor(wish));
      asked = { same: "", key: "" };
      show({ name: "ticket", ticket });
    } catch (problem) {
      view.busy = false;
      refuse(problem, wish.code);
    }
    done();
  }

  function refuse(problem, code = "") {
    if (codeOf(problem) !== "OFFLINE") asked = { same: "", key: "" };
    show({ name: "not-arrived", problem, code });
  }

  /** What the reader found, when it was no ticket. */
  function scanned({ text, problem }) {
    const found = text === undefined ? null : standsFor(text);
    if (found?.kind === "booking") arrive(found.wish);
    else refuse({ code: problem ?? "UNKNOWN" });
  }

  return { arrive, refuse, scanned };
}
