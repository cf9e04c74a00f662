// What panels are made of: choices with a key each, rows of radios, a line to type on.
import { h } from "/static/look/live.js";

export const cap = (text) => h("kbd", { "aria-hidden": "true" }, text);

/** One choice of a panel; its key does the same as a click. */
export function choice(key, text, chosen, { cls = "", extra = null } = {}) {
  return h("button", { type: "button", class: `choice ${cls}`, data: { pick: key.toLowerCase() }, "aria-keyshortcuts": key, onclick: chosen },
    cap(key), h("span", { class: "text", title: typeof text === "string" ? text : null }, text), extra);
}

/** A choice that stays chosen until the act: one of a row. */
export function radios(title, group, values, label, first) {
  return h("fieldset", { class: "radios" }, h("legend", {}, title), values.map((value) =>
    h("label", {}, h("input", { type: "radio", name: group, value, checked: value === first }), h("span", {}, label(value)))));
}

export const chosen = (node, group) => node.querySelector(`input[name="${group}"]:checked`)?.value;

/** A line to type on, and its button. Enter does it. */
export function typed(id, label, button, done, attrs = {}) {
  const input = h("input", { id, autocomplete: "off", required: true, ...attrs });
  const submit = (event) => { event.preventDefault(); if (input.value.trim()) done(input.value.trim()); };
  return h("form", { class: "typed", onsubmit: submit }, h("label", { class: "field", for: id }, h("span", {}, label), input),
    h("button", { class: "button", type: "submit" }, button));
}
