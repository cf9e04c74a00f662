// The two small forms of a proposal: with another window, queue or time; or dismissed with a reason.
import { h, icon, pick, say } from "/static/look/live.js";
import { QUEUE_ACTIONS, WINDOW_ACTIONS } from "/static/cockpit/diversions.js";

const REASONS = ["no_staff", "not_needed", "too_late", "other_plan"];
const MINUTES = { min: 5, max: 480, step: 5 };

/** `accept(body)` begins it with what was changed. */
export function changeForm(row, hall, accept) {
  const window = WINDOW_ACTIONS.has(row.action) && choice("window", hall.windows.map((one) => [one.window, String(one.window)]), row.window);
  const queue = QUEUE_ACTIONS.has(row.action) && choice("queue", hall.queues.filter((one) => one.windows.length).map((one) => [one.id, `${one.id} ${pick(one.names)}`]), row.queue);
  const minutes = h("input", { type: "number", name: "minutes", id: `minutes-${row.id}`, inputmode: "numeric", placeholder: say("cockpit_advice.minutes_usual"), ...MINUTES });
  return form(row, [window, queue, field("minutes", minutes)], "accept_changed", (data) => {
    const body = {};
    if (data.get("window") && Number(data.get("window")) !== row.window) body.window = Number(data.get("window"));
    if (data.get("queue") && data.get("queue") !== row.queue) body.queue = data.get("queue");
    if (data.get("minutes")) body.minutes = Number(data.get("minutes"));
    accept(body);
  });

  function choice(name, options, chosen) {
    const select = h("select", { name, id: `${name}-${row.id}` }, options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
    return field(name, select);
  }
}

/** `dismiss(reason)` takes one of the short list, or what was typed. */
export function dismissForm(row, dismiss) {
  const other = h("input", { type: "text", name: "other", id: `other-${row.id}`, maxlength: 200, autocomplete: "off" });
  const quick = h("div", { class: "reasons" }, REASONS.map((reason) => h("button", { type: "button", class: "button", onclick: () => dismiss(reason) }, say(`cockpit_advice.reason.${reason}`))));
  return form(row, [h("p", { class: "term" }, say("cockpit_advice.dismiss_why")), quick, field("other", other)], "dismiss_so", (data) => {
    const typed = String(data.get("other")).trim();
    if (typed) dismiss(typed);
    else other.focus();
  });
}

const field = (name, control) => h("div", { class: "field" }, h("label", { for: control.id }, say(`cockpit_advice.${name}`)), control);

function form(row, parts, key, send) {
  const act = (event) => { event.preventDefault(); send(new FormData(event.target)); };
  return h("form", { class: "change", onsubmit: act, "aria-label": say(`cockpit_advice.${key}`) }, parts, h("button", { class: "button next" }, icon("check"), say(`cockpit_advice.${key}`)));
}
