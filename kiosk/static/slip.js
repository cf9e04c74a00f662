// The ticket as it is printed on 80 mm paper: the hall's language first, the visitor's own below it.
import { h, time } from "/static/look/live.js";
import { slipPath } from "/static/kiosk/journey.js";
import { common, lang, nameOf, placeText, t, waitText, windowRanges } from "/static/kiosk/words.js";

const WHEN = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** A text in the languages of the slip. */
function both(langs, build) {
  return langs.map((language, at) => h("span", { lang: language, class: at ? "second" : "first" }, build(language)));
}

export function slip({ hall, names, ticket, token }) {
  const own = hall.languages[0];
  const langs = [...new Set([own, lang()])];
  const say = (build) => both(langs, build);
  const row = (label, value) => h("div", {}, h("dt", {}, say((language) => t(`slip.${label}`, {}, language))), h("dd", {}, say(value)));
  const windows = hall.queues.get(ticket.queue)?.windows || [];
  return h("article", { class: langs.length > 1 ? "slip two" : "slip", "aria-label": ticket.number },
    h("p", { class: "slip-hall" }, say((language) => nameOf(names, language))),
    h("p", { class: "slip-item" }, say((language) => nameOf(hall.byId.get(ticket.service)?.names, language))),
    h("p", { class: "number" }, ticket.number),
    h("dl", {},
      ticket.booked_for && h("div", {}, h("dt", {}, say((language) => t("slip.booked", {}, language))), h("dd", {}, time(ticket.booked_for))),
      ticket.ahead !== undefined && row("ahead", (language) => common("people", { n: ticket.ahead }, language)),
      ticket.wait_s && row("wait", (language) => waitText(ticket.wait_s, language)),
      row("place", (language) => placeText(ticket.zone ?? hall.queues.get(ticket.queue)?.zone, language)),
      windows.length > 0 && h("div", {}, h("dt", {}, say((language) => t("slip.windows", {}, language))), h("dd", {}, windowRanges(windows, own)))),
    ticket.path?.length > 1 && h("ol", { class: "slip-path", lang: lang() }, slipPath(ticket, placeText, lang()).map((text) => h("li", {}, text))),
    h("div", { class: "slip-foot" },
      token && h("img", { src: `/t/${encodeURIComponent(token)}/qr.svg`, alt: t("slip.qr"), width: 200, height: 200 }),
      h("div", {},
        h("p", { class: "scan" }, say((language) => t("slip.scan", {}, language))),
        h("p", { class: "hint" }, say((language) => t("slip.hint", {}, language))),
        h("p", { class: "at" }, time(ticket.issued_at ?? ticket.taken_at, WHEN, own)))));
}
