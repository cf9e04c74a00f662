// What lies on the desk: a booking, a ticket, or why there is none; and what may be done with it. Pure but for asking twice.
import { facts, h, icon, name, now, pick, say, time, waitRange } from "/static/look/live.js";

export const t = (key, values) => say(`desk.${key}`, values);
const zones = new Map(facts.zones.map((zone) => [zone.id, zone]));
const SHAPES = { waiting: "clock", called: "call", serving: "window", held: "hold", missed: "missed", done: "check", cancelled: "cross", expired: "calendar", booked: "calendar", listed: "people", late: "clock", checked_in: "check" };
const OPEN = new Set(["listed", "held", "booked", "late"]);
export const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export function placeText(zone) {
  const found = zones.get(zone);
  return found ? [say("common.floor", { floor: found.floor }), pick(found.names)].join(" ") : "";
}

const dayOf = (at) => time(at, { year: "numeric", month: "numeric", day: "numeric" });

/** A booked time: of today by its hours, else with its day. */
export function slotText({ start, end, status }) {
  const day = dayOf(start) === dayOf(now()) ? t("today") : time(start, { month: "long", day: "numeric", weekday: "short" });
  return status === "listed" ? day : t("slot", { day, from: time(start, HOUR), to: time(end, HOUR) });
}

const ARMED_MS = 8000;
/** The button that was pressed once: news may draw its card anew before the second press. */
let pressed = { about: "", until: 0 };

/** A button; `twice` asks for a second press before it acts, on what is named by `about`. */
export function button(kind, picture, text, act, { twice = "", about = "", disabled = false } = {}) {
  const mark = about && `${picture} ${about}`, still = Boolean(mark) && pressed.about === mark && now() < pressed.until;
  let armed = !twice || still;
  const label = h("span", {}, twice && still ? twice : text);
  const node = h("button", { type: "button", class: `button ${kind}${twice && still ? " armed" : ""}`, disabled }, icon(picture), label);
  node.addEventListener("click", () => {
    if (armed) {
      pressed = { about: "", until: 0 };
      return act();
    }
    armed = true;
    pressed = { about: mark, until: now() + ARMED_MS };
    label.textContent = twice;
    return node.classList.add("armed");
  });
  return node;
}

export const badge = (kind, status) => h("span", { class: `badge ${status}` }, icon(SHAPES[status] ?? "info"), name(kind, status));
const fact = (picture, ...texts) => texts.some(Boolean) && h("li", {}, icon(picture), h("span", {}, texts.filter(Boolean).join(" · ")));
const shut = (acts) => h("button", { type: "button", class: "button shut", "aria-label": say("common.close"), onclick: acts.close }, icon("cross"));

// ---- a booking ----

export function bookingCard({ booking }, acts, serviceName, busy) {
  const { code, status, places, companion, window } = booking;
  const here = status === "booked" || status === "late";
  return h("article", { class: "card sheet slides-in" },
    h("header", {}, h("h2", {}, pick(serviceName(booking.service))), shut(acts)),
    h("p", { class: "signs" }, badge("booking_status", status), h("span", { class: "mono number" }, code)),
    h("ul", { class: "facts" },
      fact("calendar", slotText(booking)),
      fact("place", placeText(booking.zone), window && say("common.window_n", { window })),
      (places > 1 || companion) && fact("people", places > 1 && t("places", { n: places }), companion && t("companion")),
      booking.ticket && fact("ticket", t("has_ticket", { number: booking.ticket.number })),
      status === "booked" && Date.parse(booking.opens_at) > now() && fact("clock", t("opens_at", { at: time(booking.opens_at, dayOf(booking.opens_at) === dayOf(now()) ? HOUR : { month: "long", day: "numeric", ...HOUR }) }))),
    h("div", { class: "acts" },
      here && button("next", "check", t("check_in"), () => acts.checkIn(booking), { disabled: busy }),
      booking.ticket && button("next", "ticket", t("to_ticket"), () => acts.openTicket(booking.ticket.id), { disabled: busy }),
      OPEN.has(status) && button("danger", "cross", t("cancel_booking"), () => acts.cancelBooking(booking), { twice: t("sure"), about: code, disabled: busy })),
    status === "missed" && pardonForm(acts, { booking: code }, busy));
}

/** Forgives what was missed: of this booking's person, for a reason that is recorded. */
export function pardonForm(acts, whose, busy, ...fields) {
  const reason = h("input", { id: "pardon-reason", name: "reason", required: true, maxlength: 200, autocomplete: "off", placeholder: t("pardon_hint") });
  const done = (event) => {
    event.preventDefault();
    const wanted = typeof whose === "function" ? whose() : whose;
    acts.pardon({ ...wanted, reason: reason.value.trim() });
  };
  return h("form", { class: "stack pardon", onsubmit: done }, fields,
    h("label", { class: "field", for: "pardon-reason" }, h("span", {}, t("pardon_reason")), reason),
    h("button", { class: "button", disabled: busy }, icon("undo"), t("pardon_do")));
}

// ---- a ticket ----

export function ticketCard({ ticket, fresh, done }, acts, serviceName, busy) {
  const { number, status, window } = ticket;
  const waiting = status === "waiting";
  return h("article", { class: "card sheet slides-in" },
    h("header", {}, h("h2", {}, fresh ? t(`done_${done}`) : pick(serviceName(ticket.service))), shut(acts)),
    h("div", { class: "number-row" }, h("p", { class: "number huge" }, number), ticket.token && qr(ticket.token)),
    h("p", { class: "signs" }, badge("status", status), ticket.priority !== "normal" && h("span", { class: "badge" }, icon("care"), name("priority", ticket.priority))),
    h("ul", { class: "facts" },
      fresh && fact("paper", pick(serviceName(ticket.service))),
      ticket.booked_for && fact("calendar", t("booked_for", { at: time(ticket.booked_for, HOUR) })),
      fact("place", placeText(ticket.zone), window && say("common.window_n", { window })),
      waiting && fact("people", t("ahead", { n: ticket.ahead }), ticket.wait_s && waitRange(ticket.wait_s))),
    ticket.token && h("p", { class: "soft" }, t("qr_hint")),
    h("div", { class: "acts" },
      ["missed", "held"].includes(status) && !isInGap(ticket) && button("next", "undo", t("reinstate"), () => acts.reinstate(ticket), { disabled: busy }),
      ["waiting", "missed", "held"].includes(status) && button("danger", "cross", t("cancel_ticket"), () => acts.cancelTicket(ticket), { twice: t("sure"), about: ticket.id, disabled: busy })));
}

/** Whether time must pass before its next stop: until then it waits for nobody's key. */
const isInGap = ({ status, path }) => status === "held" && path?.some((row) => row.status === "now" && row.reason === "gap");

/** The way of a ticket onto its visitor's phone. */
const qr = (token) => h("img", { class: "qr", src: `/t/${encodeURIComponent(token)}/qr.svg`, alt: t("qr"), width: 132, height: 132 });

// ---- why not ----

const WHO = new Set(["IDENTITY_NEEDED", "NOT_YOURS"]);
const ID_LENGTH = 15;

export function problemCard(problem, acts, busy) {
  return h("article", { class: "note bad slides-in problem" }, icon("warning"),
    h("div", {}, h("h2", {}, problem.title), problem.detail && problem.detail !== problem.title && h("p", {}, problem.detail), problem.number && h("p", { class: "number" }, problem.number),
      problem.wish && WHO.has(problem.code) && whoForm(problem.wish, acts, busy)), shut(acts));
}

/** Whose booking it is, where the hall lets nobody else check in. What is typed is sent once and kept nowhere. */
function whoForm(wish, acts, busy) {
  const field = h("input", { id: "who", name: "who", required: true, maxlength: 32, autocomplete: "off" });
  const done = (event) => {
    event.preventDefault();
    const typed = field.value.trim();
    const known = typed.replaceAll(/[\s()+-]/g, "").length < ID_LENGTH ? "phone" : "id_number";
    acts.checkInAs({ pass: wish.pass, code: wish.code, [known]: typed });
  };
  return h("form", { class: "stack", onsubmit: done },
    h("label", { class: "field", for: "who" }, h("span", {}, t("who_label")), field),
    h("button", { class: "button", disabled: busy }, icon("check"), t("check_in")));
}

