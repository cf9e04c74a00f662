// A visitor who needs an interpreter, or has one: where they are, how long it has been, and who may be sent. Pure.
import { h, icon, pick, say } from "/static/look/live.js";
import { button, placeText } from "/static/window_client/desk_cards.js";
import { t, tongue } from "/static/window_client/desk_interpreters.js";
import { running } from "/static/window_client/parts.js";

const MOST_OFFERED = 4;
const fact = (picture, ...texts) => texts.some(Boolean) && h("li", {}, icon(picture), h("span", {}, texts.filter(Boolean).join(" · ")));

/** Where a visitor is to be met. */
export function whereOf(wish) {
  return [wish.window && say("common.window_n", { window: wish.window }), placeText(wish.zone)].filter(Boolean).join(" · ");
}

export const itemOf = (wish, services) => pick(services().get(wish.service)?.names) || wish.service;

/** Whoever is free: those who speak it first. */
function fit(people, language) {
  const speaks = (person) => Number(person.languages.includes(language));
  return people.filter((person) => person.state === "free").sort((a, b) => speaks(b) - speaks(a) || a.today - b.today).slice(0, MOST_OFFERED);
}

const isSpoken = (people, language) => people.some((person) => person.state !== "off" && person.languages.includes(language));

export function wishCard(wish, state, acts, services) {
  const { people, busy, refused, line } = state, disabled = busy.has(wish.ticket) || line !== "ready";
  const person = people.find((row) => row.id === wish.interpreter), given = wish.status === "assigned";
  const free = fit(people, wish.language);
  return h("article", { class: `card job wish ${wish.status}`, data: { ticket: wish.ticket } },
    h("header", {}, icon("globe"), h("h3", {}, h("span", { class: "number" }, wish.number), " · ", tongue(wish.language))),
    h("p", { class: "signs" }, h("span", { class: `badge ${given ? "serving" : "held"}` }, icon(given ? "check" : "hold"), given ? t("with", { name: person?.name ?? "" }) : t("waits"))),
    h("ul", { class: "facts" }, fact("place", whereOf(wish)), fact("paper", itemOf(wish, services)),
      wish.ticket_status === "waiting" && fact("people", t("ahead", { n: wish.ahead }))),
    !given && !isSpoken(people, wish.language) && h("p", { class: "no" }, icon("warning"), h("span", {}, t("none_here"))),
    refused[wish.ticket] && h("p", { class: "no", role: "alert" }, icon("warning"), h("span", {}, refused[wish.ticket])),
    h("footer", {}, h("p", { class: "soft" }, t(given ? "with_for" : "waits_for"), " ", running(given ? wish.assigned_at : wish.asked_at)),
      h("div", { class: "acts" },
        free.map((one, index) => button(index || given ? "" : "next", "person", t(given ? "send_other" : "send", { name: one.name }), () => acts.send(wish, one), { disabled })),
        button("", "cross", t("withdraw"), () => acts.without(wish), { twice: say("desk.sure"), about: `wish ${wish.ticket}`, disabled }))));
}
