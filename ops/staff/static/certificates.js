// Certificates that have run out or soon will: who, which, and what they may then serve no longer.
import { h, icon, now, say, time } from "/static/look/live.js";
import { nameOf, onTheWall } from "/static/staff/asking.js";

const WARNED_DAYS = 30;
const dayIn = (days) => onTheWall(new Date(now() + days * 86_400_000).toISOString()).day;

/** How one stands today: `ended`, `soon`, or empty. */
export function standingOf({ until }) {
  if (!until) return "";
  return until < dayIn(0) ? "ended" : until <= dayIn(WARNED_DAYS) ? "soon" : "";
}

const written = (day) => time(`${day}T12:00:00Z`, { dateStyle: "medium", timeZone: "UTC" });

/** One certificate as a badge. */
export function badge(each) {
  const how = standingOf(each);
  return h("span", { class: how === "ended" ? "badge bad" : how ? "badge warn" : "badge" }, icon(how ? "warning" : "check"), each.name,
    how && h("span", {}, say(how === "ended" ? "staff.has_ended" : "staff.ends_soon")), each.until && ` ${written(each.until)}`);
}

function line(person, each) {
  const facts = { name: `${person.name} ${person.number}`, certificate: each.name, until: written(each.until) };
  return h("li", {}, say(standingOf(each) === "ended" ? "staff.ended_one" : "staff.ending_one", facts), each.queue && ` · ${say("staff.takes", { queue: nameOf("queues", each.queue) })}`);
}

/** All that run out, the first first; null while there is none. */
export function ending(people) {
  const rows = people.filter((row) => !row.disabled).flatMap((row) => row.certificates.filter(standingOf).map((each) => [row, each]));
  if (!rows.length) return null;
  rows.sort((a, b) => (a[1].until < b[1].until ? -1 : 1));
  return h("div", { class: "note warn ending" }, icon("warning"), h("div", {}, h("h3", {}, say("staff.ending_title")), h("ul", {}, rows.map(([row, each]) => line(row, each)))));
}
