// From the touch to the paper: printing, take your paper, and what to do when no paper came.
import { h, icon, time } from "/static/look/live.js";
import { entryNote } from "/static/kiosk/entry.js";
import { device, leaveUnprinted, reprint } from "/static/kiosk/device.js";
import { button, deck, heading, scroller } from "/static/kiosk/parts.js";
import { interpreterPart } from "/static/kiosk/interpreter.js";
import { pathBlock, restNote } from "/static/kiosk/journey.js";
import { slip } from "/static/kiosk/slip.js";
import { common, nameOf, placeText, t, waitText, windowRanges } from "/static/kiosk/words.js";

export function printingView({ hall }, view) {
  return h("section", { class: "view printing" },
    h("div", { class: "message", role: "status" }, icon("printer"), h("h1", {}, t("printing")), view.id && h("p", {}, nameOf(hall.byId.get(view.id)?.names)), h("div", { class: "feed", "aria-hidden": "true" })));
}

export function ticketView(desk, view) {
  if (view.ticket.shown || view.ticket.printed === undefined) return shownView(desk, view);
  return view.ticket.printed ? printedView(desk, view) : unprintedView(desk, view);
}

const paperOf = (hall, names, { ticket }) => h("div", { class: "paper" }, slip({ hall, names, ticket, token: ticket.token }));

/** Without a printer the page itself is the slip. */
function shownView(desk, view) {
  const { hall, names, home } = desk;
  return h("section", { class: "view ticket" },
    heading(t("ticket_title"), t("ticket_lead")),
    entryNote(view.ticket),
    view.ticket.path?.length > 1 ? scroller(paperOf(hall, names, view)) : paperOf(hall, names, view),
    interpreterPart(desk, view),
    deck(button("next done", "check", t("ticket_done"), home)));
}

function facts(hall, ticket) {
  const row = hall.byId.get(ticket.service);
  const windows = hall.queues.get(ticket.queue)?.windows || [];
  const zone = hall.queues.get(ticket.queue)?.zone || row?.zone;
  const fact = (picture, ...texts) => texts.some(Boolean) && h("li", {}, icon(picture), h("span", {}, texts.filter(Boolean).join(" · ")));
  return h("ul", { class: "facts" },
    fact("calendar", ticket.booked_for && t("booked_at", { at: time(ticket.booked_for) })),
    fact("place", placeText(zone), windows.length > 0 && t("windows", { windows: windowRanges(windows) })),
    !ticket.offline && fact("people", ticket.ahead !== undefined && t("ahead", { n: ticket.ahead }), ticket.wait_s && waitText(ticket.wait_s)));
}

const number = (hall, ticket) => h("div", { class: "big-number" }, h("p", {}, nameOf(hall.byId.get(ticket.service)?.names)), h("p", { class: "number" }, ticket.number));

function printedView(desk, view) {
  const { hall, home } = desk, { ticket } = view;
  return h("section", { class: "view ticket printed" },
    h("div", { class: "heading", role: "status" }, h("h1", {}, ticket.copy ? t("copy_title") : t("printed_title")), h("p", { class: "soft" }, t("printed_lead"))),
    scroller(number(hall, ticket), ticket.offline && offlineNote(), entryNote(ticket), restNote(ticket), facts(hall, ticket), pathBlock(ticket), interpreterPart(desk, view)),
    h("div", { class: "arrow", "aria-hidden": "true" }, icon("down")),
    deck(button("next done", "check", t("ticket_done"), home)));
}

export function offlineNote() {
  const { hotline } = device.status;
  return h("div", { class: "note warn" }, icon("offline"), h("div", {}, h("p", {}, t("offline_ticket")), hotline && h("p", {}, t("hotline", { hotline }))));
}

/** The number is the visitor's all the same; the paper is offered again, marked as a copy. */
function unprintedView({ hall, home, show, redraw }, view) {
  const { ticket } = view;
  const again = async () => {
    if (view.busy) return;
    Object.assign(view, { busy: true, failed: false });
    redraw();
    const copy = await reprint(ticket.number).catch(() => null);
    view.busy = false;
    if (copy?.printed) return show({ name: "ticket", ticket: { ...ticket, ...copy } });
    view.failed = true;
    redraw();
  };
  const keep = () => { leaveUnprinted(ticket.number, true).catch(() => {}); home(); };
  return h("section", { class: "view ticket unprinted" },
    h("div", { class: "heading", role: "alert" }, h("h1", {}, t("jam_title")), h("p", {}, t("jam_lead"))),
    scroller(number(hall, ticket), h("p", { class: "note warn" }, icon("warning"), h("span", {}, view.failed ? t("jam_again") : t("jam_detail"))),
      ticket.offline && offlineNote(), facts(hall, ticket)),
    deck(button("plain done", "check", t("jam_keep"), keep, { disabled: view.busy }),
      button("next again", "printer", view.busy ? t("printing") : t("jam_reprint"), again, { disabled: view.busy, "aria-busy": view.busy })));
}

/** A ticket that was held under the reader: how it stands now. */
export function lookedUpView({ home }, { ticket }) {
  return h("section", { class: "view ticket looked-up" },
    heading(t("lookup_title")),
    h("div", { class: "big-number" }, h("p", { class: "number" }, ticket.number), h("p", {}, common(`status.${ticket.status}`))),
    h("ul", { class: "facts" },
      h("li", {}, icon("place"), h("span", {}, placeText(ticket.zone))),
      ticket.window && h("li", { class: "call" }, icon("call"), h("span", {}, t("lookup_window", { window: ticket.window }))),
      ticket.status === "waiting" && h("li", {}, icon("people"), h("span", {}, t("ahead", { n: ticket.ahead }))),
      ticket.status === "waiting" && ticket.wait_s && h("li", {}, icon("clock"), h("span", {}, waitText(ticket.wait_s)))),
    ["missed", "expired", "cancelled"].includes(ticket.status) && h("p", { class: "note warn" }, icon("info"), h("span", {}, t("lookup_desk"))),
    deck(button("next done", "check", t("ticket_done"), home)));
}
