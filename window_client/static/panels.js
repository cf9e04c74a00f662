// Panels: what an act needs to know first, asked inside the page. Digits and letters choose, Esc closes.
import { person } from "/static/window_client/person.js";
import { h, icon, name, pick, say } from "/static/look/live.js";
import { ACTS } from "/static/window_client/acts.js";
import { hard, outcome } from "/static/window_client/outcomes.js";
import { cap, choice, chosen, radios, typed } from "/static/window_client/panel_parts.js";
import { running, sign } from "/static/window_client/parts.js";
import { opensWith } from "/static/window_client/tasks.js";

const REASONS = ["break", "lunch", "backoffice", "help"];
const HELD_FOR = ["papers", "copies", "colleague", "payment"];
const MINUTES = [0, 5, 10, 20, 30];
const PLACES = ["seniority", "front", "back"];
const LONGEST_REASON = 200;

/** The word on a key's cap. */
export const capOf = (act) => (ACTS[act].cap === "space" ? say("console.space") : ACTS[act].cap);

// ---- one builder for each panel: (state, book, act) -> nodes; `act(name, body)` does it ----

function hold(_state, _book, act) {
  const box = h("div", { class: "stack" });
  const done = (reason) => {
    const minutes = Number(chosen(box, "minutes"));
    act("hold", minutes ? { reason, minutes } : { reason });
  };
  box.append(
    radios(say("console.hold_minutes"), "minutes", MINUTES, (value) => (value ? say("common.minutes", { n: value }) : say("console.until_back")), 0),
    h("div", { class: "choices" }, HELD_FOR.map((reason, at) => choice(String(at + 1), say(`console.held.${reason}`), () => done(say(`console.held.${reason}`))))),
    typed("hold-reason", say("console.other_reason"), say("console.act.hold"), done, { maxlength: LONGEST_REASON }));
  return box;
}

function transfer(state, book, act) {
  const box = h("div", { class: "stack" });
  const to = (target) => act("transfer", { ...target, place: chosen(box, "place") });
  const others = book.queues.filter((queue) => queue.id !== state.window.ticket?.queue);
  box.append(
    h("div", { class: "row" },
      radios(say("console.place_title"), "place", PLACES, (place) => say(`console.place.${place}`), "seniority"),
      typed("to-window", say("console.to_window"), say("console.act.transfer"), (text) => to({ window: Number(text) }),
        { inputmode: "numeric", pattern: "[0-9]{1,4}", maxlength: 4, class: "short" })),
    h("div", { class: "choices queues-grid" }, others.map((queue) => choice(queue.id, pick(queue.names), () => to({ queue: queue.id })))));
  return box;
}

function pickOne(state, book, act, { callNumber }) {
  const rows = state.next.map((row, at) => choice(String(at + 1), h("b", { class: "number" }, row.number), () => act("pick", { ticket: row.id }),
    { cls: "wide", extra: h("span", { class: "soft grow" }, book.serviceName(row.service)) }));
  return h("div", { class: "stack" }, h("p", { class: "soft" }, say("console.pick_detail")),
    rows.length > 0 && h("div", { class: "choices one" }, rows),
    typed("pick-number", say("console.pick_number"), say("console.pick_call"), callNumber, { maxlength: 8, class: "short", autocapitalize: "characters", data: { kept: "" } }));
}

function aside(state, book, _act, { reinstate }) {
  if (!state.aside.length) return h("p", { class: "soft" }, say("console.aside_none"));
  return h("div", { class: "choices one" }, state.aside.map((row, at) => choice(String(at + 1), h("b", { class: "number" }, row.number), () => reinstate(row), {
    cls: "wide",
    extra: [h("span", { class: `badge ${row.status}` }, icon(row.status === "held" ? "hold" : "missed"), sign(name("status", row.status))),
      h("span", { class: "soft grow" }, row.reason || book.serviceName(row.service)), running(row.at, "soft"),
      h("span", { class: "verb" }, icon("undo"), say("console.reinstate"))],
  })));
}

function pause(_state, _book, act) {
  return h("div", { class: "stack" },
    h("div", { class: "choices" }, REASONS.map((reason, at) => choice(String(at + 1), name("reason", reason), () => act("pause", { reason })))),
    typed("pause-reason", say("console.other_reason"), say("console.act.pause"), (reason) => act("pause", { reason }), { maxlength: LONGEST_REASON }));
}

function open(state, book, _act, { openWindow, staff }) {
  const serves = new Set(state.window.status === "closed" ? opensWith(state) : state.window.queues.map((row) => row.queue));
  const box = (queue) => h("label", { class: "tick" }, h("input", { type: "checkbox", name: "queue", value: queue, checked: serves.has(queue) }),
    h("span", { class: "letter number" }, queue), h("span", {}, book.queueName(queue)));
  const all = [...new Set([...state.plan, ...serves])];
  return h("form", { class: "stack opening", id: "opening", onsubmit: openWindow },
    h("label", { class: "field", for: "staff-name" }, h("span", {}, say("console.staff")),
      h("input", { id: "staff-name", name: "staff", required: true, maxlength: 64, autocomplete: "off", value: staff(), readonly: Boolean(person.staff), placeholder: say("console.staff_hint") })),
    h("fieldset", { class: "ticks" }, h("legend", {}, say("console.queues_title")), all.map(box)),
    h("button", { class: "button next", type: "submit" }, icon("door"), h("span", {}, say(state.window.status === "closed" ? "console.open_now" : "console.open_again")), cap(capOf("open"))));
}

function close(_state, _book, act) {
  return h("div", { class: "stack" }, h("p", {}, say("console.close_detail")),
    h("div", { class: "choices" }, choice("X", say("console.close_now"), () => act("close"))));
}

function help() {
  const rows = Object.keys(ACTS).map((act) => h("li", {}, cap(capOf(act)), h("span", {}, say(`console.act.${act}`))));
  return h("ul", { class: "keys" }, rows, h("li", {}, cap("Esc"), h("span", {}, say("console.esc"))), h("li", {}, cap("1–9"), h("span", {}, say("console.digits"))));
}

const PANELS = { outcome, hard, hold, transfer, pick: pickOne, aside, pause, open, close, help };

/** The panel of that name as it is now. */
export function panel(kind, state, book, doing) {
  const closing = kind === "open" && state.window.status === "closed";
  return [
    h("div", { class: "panel-head" }, h("h2", {}, say(closing ? "console.closed_title" : `console.panel.${kind}`)),
      !closing && h("button", { type: "button", class: "button quiet", onclick: doing.shut }, say("common.close"), cap("Esc"))),
    closing && h("p", { class: "soft" }, say("console.closed_detail")),
    PANELS[kind](state, book, doing.act, doing),
  ];
}

/** What a panel is built from: it is built anew only when this changes, so that nobody's typing is lost. */
export function panelMade(kind, state) {
  const { window } = state;
  if (kind === "aside") return [kind, state.aside];
  if (kind === "open") return [kind, window.status, window.queues, opensWith(state)];
  if (kind === "pick") return [kind, state.next.map((row) => row.id)];
  return [kind, window.ticket?.id, window.ticket?.stops];
}
