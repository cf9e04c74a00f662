// For an interpreter's own phone: whom to go to now, coming on and off duty, and a note afterwards.
import { h, icon } from "/static/look/live.js";
import { button } from "/static/window_client/desk_cards.js";
import { t, tongue } from "/static/window_client/desk_interpreters.js";
import { itemOf, whereOf } from "/static/window_client/desk_wishes.js";
import { running } from "/static/window_client/parts.js";

const LONGEST = 1000;

/** The card of whoever said on this phone that they interpret; null for everybody else. */
export function mineCard(state, acts, services) {
  const me = state.people.find((row) => row.id === state.me);
  if (!me) return null;
  const now = state.wishes.find((row) => row.ticket === me.ticket && row.status === "assigned");
  const last = state.wishes.filter((row) => row.interpreter === me.id && row.ended_at).sort((a, b) => Date.parse(b.ended_at) - Date.parse(a.ended_at))[0];
  return h("article", { class: "card sheet mine", "aria-labelledby": "mine-title" },
    h("header", {}, h("h3", { id: "mine-title" }, t("mine")), h("p", { class: "soft" }, me.name)),
    now ? visitor(now, services) : h("p", { class: "soft idle", role: "status" }, icon(me.state === "off" ? "lock" : "clock"), h("span", {}, t(me.state === "off" ? "mine_off" : "mine_none"))),
    now ? noteForm(now, state, acts) : last && [h("h4", {}, t("last"), " ", h("span", { class: "number" }, last.number)), noteForm(last, state, acts)],
    dutyButton(me, state, acts));
}

function visitor(wish, services) {
  return h("div", { class: "visitor", role: "status" },
    h("p", { class: "number huge" }, wish.number), h("p", { class: "tongue" }, icon("globe"), tongue(wish.language)),
    h("p", { class: "go" }, icon("place"), h("span", {}, h("b", {}, t("go_to")), " ", whereOf(wish))),
    h("p", { class: "soft" }, itemOf(wish, services), " · ", t("with_for"), " ", running(wish.assigned_at)));
}

/** What was typed outlives a redraw. */
function noteForm(wish, state, acts) {
  const text = h("textarea", { id: `note-${wish.ticket}`, rows: 3, maxlength: LONGEST, required: true, oninput: (event) => acts.draft(wish, event.target.value) }, state.drafts[wish.ticket] ?? wish.note);
  const save = (event) => {
    event.preventDefault();
    if (text.value.trim()) acts.note(wish, text.value.trim());
  };
  const refused = state.refused[`note ${wish.ticket}`];
  return h("form", { class: "stack note-form", onsubmit: save }, h("label", { class: "field", for: text.id }, h("span", {}, t("note")), text), h("p", { class: "soft" }, t("note_hint")),
    refused && h("p", { class: "no", role: "alert" }, icon("warning"), h("span", {}, refused)),
    state.told === wish.ticket && h("p", { class: "soft", role: "status" }, icon("check"), " ", t("note_saved")),
    h("button", { class: "button", disabled: state.busy.has(`note ${wish.ticket}`) }, icon("check"), t("note_save")));
}

/** On or off duty. */
export function dutyButton(person, state, acts) {
  const here = person.state !== "off", disabled = state.busy.has(person.id) || state.line !== "ready";
  return button(here ? "" : "next", here ? "lock" : "play", t(here ? "off" : "on"), () => acts.duty(person, !here), { disabled });
}
