// An offer that a ticket's visitor has: told at the desk, and answered for those who ask to.
import { h, icon, pick, say, time, waitRange } from "/static/look/live.js";
import { button, HOUR, placeText } from "/static/window_client/desk_cards.js";

const t = (key, values) => say(`desk_tasks.offer.${key}`, values);

function what(offer, ticket, serviceName) {
  const wait = offer.wait_s ? waitRange(offer.wait_s) : "";
  const facts = { item: pick(serviceName(offer.service || ticket.service)), at: offer.later_at ? time(offer.later_at, HOUR) : "", hall: offer.names ? pick(offer.names) : offer.to, place: placeText(offer.zone) };
  return [t(offer.action, facts), wait && t("wait", { wait })].filter(Boolean).join(" ");
}

/** What is offered, and the answers to it; nothing for a ticket without an offer. */
export function offerPart(ticket, acts, serviceName, busy) {
  const { offer } = ticket;
  if (!offer) return null;
  const answer = (word) => () => acts.answerOffer(ticket, word);
  return h("section", { class: "note offer" }, icon("transfer"), h("div", {},
    h("h3", {}, t(offer.accepted ? "accepted" : "title")),
    h("p", {}, what(offer, ticket, serviceName)), h("p", { class: "soft" }, t(offer.accepted ? "keeps_until_done" : "keeps")),
    h("div", { class: "acts" },
      !offer.accepted && button("next", "check", t("accept"), answer("accept"), { disabled: busy }),
      offer.accepted && button("next", "check", t("done"), answer("done"), { twice: say("desk.sure"), about: offer.diversion, disabled: busy }),
      button("", "cross", t(offer.accepted ? "back" : "decline"), answer("decline"), { disabled: busy }))));
}
