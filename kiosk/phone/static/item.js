// One item: what to bring, what would be faster, then to queue now or to book.
import { h, icon, pick, say } from "/static/look/live.js";
import { waitWords } from "/static/look/wait_words.js";
import { before, offerLine } from "/static/phone/before.js";
import { SELF } from "/static/phone/hall.js";
import { openOnes } from "/static/phone/mine.js";
import { back, door, line, note, papers } from "/static/phone/parts.js";
import { mineRow, waitOf } from "/static/phone/front.js";
import { moment, placeText, windowRanges } from "/static/phone/words.js";

const t = (key, values) => say(`phone_home.${key}`, values);

export const mayBook = (item) => item.appointment !== "none" && item.queue !== SELF;
export const mayQueue = (item) => item.queue !== SELF || item.alternatives.some((mode) => mode === "window" || mode === "assisted");

// ---- what it is like now ----

function now_(hall, item, outlook) {
  if (item.queue === SELF) return note("", "device", t("self_title"), t("self_detail"), h("p", { class: "place" }, selfPlace(hall)));
  return h("section", { class: "block" },
    h("p", { class: "place" }, icon("place"), h("span", {}, placeText(item.zone))),
    item.windows.length > 0 && h("p", { class: "place" }, icon("window"), h("span", {}, t("windows", { windows: windowRanges(item.windows) }))),
    hall.open && !item.old && h("p", { class: "place" }, icon("clock"), waitOf(item)),
    hall.open && !item.old && before(item, outlook),
    !hall.open && h("p", { class: "place" }, icon("lock"), h("span", {}, hall.opens_at ? t("shut_until", { at: moment(hall.opens_at) }) : t("shut"))));
}

const selfPlace = (hall) => placeText(hall.queues.find((row) => row.id === SELF)?.zone);

// ---- what would be faster ----

export function faster(hall, item, others) {
  const { offer } = item;
  const ways = [
    offerLine(item),
    item.flags.includes("online") && line("globe", t("faster_online")),
    item.queue !== SELF && item.alternatives.includes("self") && offer?.action !== "guide_to_device" && line("device", t("faster_self", { place: selfPlace(hall) })),
    item.alternatives.includes("assisted") && line("person", t("faster_assisted")),
    ...others.filter((row) => row.hall.id !== offer?.to).map(({ hall: other, item: there }) => h("li", {}, icon("place"),
      h("a", { href: `/m/${encodeURIComponent(other.id)}#item/${there.id}` }, t("faster_hall", { hall: pick(other.names), wait: waitWords(there.wait_s) })))),
  ].filter(Boolean);
  return ways.length > 0 && h("section", { class: "block" }, h("h2", {}, t("faster_title")), h("ul", { class: "lines" }, ways));
}

// ---- what one has of it already ----

export const ownOf = (hall, item) => openOnes(hall.id).filter((row) => row.item === item.id);

export function own(hall, item) {
  const rows = ownOf(hall, item);
  return rows.length > 0 && h("section", { class: "stack tight" }, h("h2", {}, t("item_mine")), h("ul", { class: "rows" }, rows.map(mineRow)));
}

// ---- the two doors ----

function doors(hall, item) {
  const book = mayBook(item), queue = mayQueue(item), must = item.appointment === "required";
  const queueNow = queue && hall.open && door(must ? "" : "next", "ticket", item.queue === SELF ? t("insist") : t("queue_now"), `#queue/${item.id}`, { id: "queue" });
  const bookOne = book && door(must || !queueNow ? "next" : "", "calendar", t("book"), `#book/${item.id}`, { id: "book" });
  return h("div", { class: "stack tight doors" },
    must && h("p", { class: "note" }, icon("calendar"), h("span", {}, t("by_booking"))),
    queue && !hall.open && h("p", { class: "soft" }, book ? t("shut_book") : t("shut_come")),
    h("div", { class: `acts ${queueNow && bookOne ? "pair" : ""}` }, must ? [bookOne, queueNow] : [queueNow, bookOne]));
}

export function itemView({ hall, item, others, problem, away, outlook }) {
  const home = back(t("front"), "#");
  if (problem) return h("div", { class: "stack" }, home, note("warn", "offline", problem.title, t("find_away")));
  if (item === undefined) return h("div", { class: "stack" }, home, h("p", { class: "soft", role: "status" }, say("common.loading")));
  if (item === null) return h("div", { class: "stack" }, home, note("warn", "search", t("no_item"), t("no_item_detail")));
  return h("div", { class: "stack item" }, home, h("h1", {}, pick(item.names)), now_(hall, item, outlook), own(hall, item), item.offer ? [faster(hall, item, others), papers(item)] : [papers(item), faster(hall, item, others)], !away && doors(hall, item));
}
