// What lies over the views when no ticket can be taken: each state says what is so, and where to go.
import { h, icon } from "/static/look/live.js";
import { areaKey, collectKey } from "/static/kiosk/collect.js";
import { alwaysLine } from "/static/kiosk/entry.js";
import { button, deck } from "/static/kiosk/parts.js";
import { common, moment, t } from "/static/kiosk/words.js";

function cover(picture, title, detail, ...buttons) {
  return h("section", { class: "view cover" },
    h("div", { class: "message", role: "status" }, icon(picture), h("h1", {}, title), [].concat(detail).filter(Boolean).map((line) => h("p", {}, line))),
    buttons.length > 0 && deck(buttons.filter(Boolean)));
}

export const loadingCover = () => cover("ticket", common("loading"), "");

export const awayCover = () => cover("offline", t("offline_title"), t("offline_detail"));

export function closedCover(hall, look, go) {
  const detail = hall.opens_at ? t("closed_detail", { at: moment(hall.opens_at) }) : t("closed_plain");
  return cover("door", t("closed_title"), [detail, alwaysLine(hall)], button("plain", "paper", t("closed_look"), look), areaKey({ hall, go }), collectKey({ hall, go }));
}

const PICTURES = { PAPER_OUT: "paper", COVER_OPEN: "printer", JAMMED: "printer", PRINTER_OFFLINE: "printer", NO_NUMBERS: "ticket", DAY_UNKNOWN: "clock", JOURNAL_FULL: "warning", NO_HALL: "clock", REVOKED: "lock" };

/** The machine itself cannot give tickets now: `code` says why. */
export function blockedCover(code, hotline, help) {
  const known = code in PICTURES ? code : "PRINTER_OFFLINE";
  const more = ["NO_NUMBERS", "DAY_UNKNOWN"].includes(known) && hotline ? t("hotline", { hotline }) : "";
  return cover(PICTURES[known], t(`blocked.${known}.title`), [t(`blocked.${known}.detail`), more], button("next", "help", t("help_call"), help));
}
