// One item: what to bring and what would be faster come before the ticket.
import { h, icon } from "/static/look/live.js";
import { device as machine, isOffline } from "/static/kiosk/device.js";
import { ways } from "/static/kiosk/find.js";
import { offerKey } from "/static/kiosk/instead.js";
import { button, deck, heading, scroller } from "/static/kiosk/parts.js";
import { before, wait } from "/static/kiosk/waits.js";
import { moment, nameOf, placeText, t, windowRanges } from "/static/kiosk/words.js";

const OFFERED = ["elder", "disabled", "infant", "veteran"];
const SELF = "SELF";

export function itemView(desk, view) {
  const row = desk.hall.byId.get(view.id);
  const device = row.queue === SELF || view.problem?.code === "SELF_SERVICE";
  return h("section", { class: "view item" },
    heading(nameOf(row.names)),
    isOver(view) ? refusal(view.problem) : device ? deviceNote(desk.hall) : now(desk.hall, row),
    scroller(!device && !isOver(view) && faster(desk, row), materials(row), ...(mayTake(desk, view, row, device) ? [cardHint(view), priority(desk, view), voice(desk, view)] : [])),
    view.problem && !isOver(view) && view.problem.code !== "SELF_SERVICE" && refusal(view.problem),
    last(desk, view, row, device));
}

// ---- what it is like now ----

function now(hall, row) {
  const figure = (picture, label, kind) => h("div", { class: "figure" }, h("dt", {}, icon(picture), label), h("dd", { class: "number" }, wait(hall, row.queue, kind)));
  return h("div", { class: "now" },
    h("p", { class: "where" }, icon("place"), h("span", {}, placeText(row.zone), " · ", h("span", { class: "nowrap" }, t("windows", { windows: windowRanges(row.windows) })))),
    !isOffline() && h("dl", { class: "figures" }, figure("people", t("people_label"), "count"), figure("clock", t("wait_label"), "range")),
    hall.open && before(hall, row));
}

const selfPlace = (hall) => placeText(hall.queues.get(SELF)?.zone);

function deviceNote(hall) {
  return h("div", { class: "device" }, icon("device"),
    h("div", {}, h("h2", {}, t("self_title")), h("p", {}, t("self_detail")), h("p", { class: "self-place" }, icon("place"), selfPlace(hall))));
}

const isOver = (view) => view.problem?.code === "LAST_TICKETS_GONE";
const mayTake = ({ hall }, view, row, device) => hall.open && !isOver(view) && (!device || mayInsist(row));
const mayInsist = (row) => row.alternatives.some((mode) => mode === "window" || mode === "assisted");

// ---- before the ticket ----

function faster(desk, row) {
  const { hall } = desk;
  const offer = offerKey(desk, row);
  const ways = [
    row.flags.includes("online") && ["globe", t("faster_online")],
    row.alternatives.includes("self") && row.offer?.action !== "guide_to_device" && ["device", t("faster_self", { place: selfPlace(hall) })],
    row.alternatives.includes("assisted") && ["person", t("faster_assisted")],
  ].filter(Boolean);
  return (offer || ways.length > 0) && h("section", { class: "block faster" }, h("h2", {}, t("faster_title")), offer,
    ways.length > 0 && h("ul", {}, ways.map(([picture, text]) => h("li", {}, icon(picture), h("span", {}, text)))));
}

function materials(row) {
  const papers = row.materials.length
    ? h("ul", {}, row.materials.map((paper) => h("li", {}, icon("paper"), h("span", {}, nameOf(paper.names)))))
    : h("p", { class: "none" }, icon("check"), h("span", {}, t("materials_none")));
  return h("section", { class: "block" }, row.materials.length > 0 && h("h2", {}, t("materials_title")), papers);
}

function priority({ hall, redraw }, view) {
  const offered = OFFERED.filter((kind) => hall.priorities.includes(kind));
  const choice = (kind) => h("button", { type: "button", class: "choice", "aria-pressed": String(view.priority === kind), disabled: view.busy, data: { priority: kind },
    onclick: () => { view.priority = view.priority === kind ? "normal" : kind; redraw(); } },
    icon(view.priority === kind ? "check" : "care"), h("span", {}, t(`declared.${kind}`)));
  return offered.length > 0 && h("section", { class: "block" },
    h("h2", {}, t("priority_title"), " ", h("small", { class: "soft" }, t("priority_note"))),
    h("div", { class: "choices" }, offered.map(choice)));
}

/** A card is a help, never a must. */
function cardHint({ missed }) {
  const { card, status } = machine;
  if (missed) return h("p", { class: "block card-hint missed", role: "status" }, icon("warning"), h("span", {}, t(missed)));
  if (!status.idcard && !card) return null;
  if (card) return h("p", { class: "block card-hint read", role: "status" }, icon("check"), h("span", {}, card.elder ? t("card_elder") : t("card_read")));
  return h("p", { class: "block card-hint" }, icon("card"), h("span", {}, t("card_hint")));
}

/** In care mode: who would rather hear the call than watch for it. */
function voice({ state, redraw }, view) {
  if (!state.care) return null;
  const choice = (wanted, picture, text) => h("button", { type: "button", class: "choice", "aria-pressed": String(Boolean(view.voice) === wanted), disabled: view.busy, data: { voice: String(wanted) },
    onclick: () => { view.voice = wanted; redraw(); } }, icon(picture), h("span", {}, text));
  return h("section", { class: "block" }, h("h2", {}, t("voice_title")),
    h("div", { class: "choices" }, choice(true, "call", t("voice_yes")), choice(false, "screen", t("voice_no"))));
}

// ---- the ticket ----

export function refusal(problem) {
  return h("div", { class: "note bad", role: "alert" }, icon("warning"),
    h("div", {}, h("h2", {}, problem.title), problem.detail && problem.detail !== problem.title && h("p", {}, problem.detail), h("p", {}, t("refused_desk"))));
}

function last(desk, view, row, device) {
  const { hall, take, home, back } = desk;
  const leave = button("plain", "left", t("back"), back, { disabled: view.busy });
  if (!hall.open) return h("div", { class: "shut" }, h("p", { class: "note warn" }, icon("clock"), h("span", {}, closedText(hall))), deck(ways(desk)));
  if (isOver(view)) return deck(ways(desk));
  const taking = { disabled: view.busy, "aria-busy": view.busy };
  const text = view.busy ? t("taking") : view.problem && !device ? t("refused_again") : t("take");
  if (!device) return deck(leave, button("next take", "ticket", text, () => take(view, false), taking));
  return h("div", { class: "two-decks" },
    mayInsist(row) && deck(button("plain take", "ticket", view.busy ? t("taking") : t("self_insist"), () => take(view, true), taking)),
    deck(leave, button("next", "check", t("self_done"), home, { disabled: view.busy })));
}

export const closedText = (hall) => (hall.opens_at ? t("closed_item", { at: moment(hall.opens_at) }) : t("take_none"));
