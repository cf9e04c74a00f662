// The gate: one look says whether somebody may go in. Colour, shape and word say the same.
import { h, icon, pick, time } from "/static/look/live.js";
import { HOUR, placeText, t } from "/static/window_client/desk_cards.js";

const GOES_IN = new Set(["waiting", "called", "serving", "held"]);
const KNOWN = new Set(["ALREADY_CHECKED_IN", "TOO_EARLY", "NOT_TODAY", "PASS_EXPIRED", "NO_SUCH_BOOKING", "OFFLINE"]);

function big(kind, picture, word, ...more) {
  return h("div", { class: `gate ${kind} slides-in`, role: "status" }, icon(picture), h("h2", {}, word), more.flat().filter(Boolean));
}

const line = (...texts) => texts.some(Boolean) && h("p", {}, texts.filter(Boolean).join(" · "));
const number = (text) => text && h("p", { class: "number" }, text);

export function gateCard(found, busy, serviceName) {
  if (busy) return big("wait", "clock", t("asking"));
  if (!found) return big("ready", "scan", t("gate_ready"), line(t("gate_ready_detail")));
  return found.problem ? refused(found.problem) : admitted(found, serviceName);
}

function admitted({ ticket, done }, serviceName) {
  const what = [number(ticket.number), line(pick(serviceName(ticket.service))), line(placeText(ticket.zone), ticket.booked_for && t("booked_for", { at: time(ticket.booked_for, HOUR) }))];
  if (done === "check_in") return big("good", "check", t("gate_in"), what);
  if (GOES_IN.has(ticket.status)) return big("good", "check", t("gate_ticket"), what);
  return big("bad", "cross", t("gate_over"), number(ticket.number), line(t("gate_over_detail")));
}

/** Who is checked in already may go in as well; everyone else is told why not. */
function refused(problem) {
  if (problem.code === "ALREADY_CHECKED_IN") return big("good", "check", t("gate_already"), number(problem.number));
  const picture = problem.code === "OFFLINE" || problem.status === 503 ? "offline" : "cross";
  return big("bad", picture, t(KNOWN.has(problem.code) ? `gate.${problem.code}` : "gate_no"), line(problem.detail || problem.title), line(t("gate_desk")));
}
