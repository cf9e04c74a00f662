// The door of a full zone: wait outside, or come in now.
import { h, icon, say, time } from "/static/look/live.js";
import { placeText } from "/static/phone/words.js";

const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const t = (key, values) => say(`places.${key}`, values);

/** What a ticket's visitor is told of the door; nothing where there is nothing to tell. */
export function entryNote({ status, entry }) {
  if (!entry || status !== "waiting") return null;
  const place = placeText(entry.zone);
  if (entry.state === "come_in") return note("call", "in", t("in_title"), t("in_detail", { place, at: time(entry.until_at, HOUR) }));
  const ahead = entry.ahead ? t("outside_ahead", { n: entry.ahead }) : t("outside_first");
  return note("door", "warn", t("outside_title"), t("outside_detail", { place }), ahead);
}

function note(picture, kind, title, ...lines) {
  return h("section", { class: `note ${kind} entry`, role: "status" }, icon(picture), h("div", {}, h("h2", {}, title), lines.map((line) => h("p", {}, line))));
}
