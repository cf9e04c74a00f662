// What a guide does for others: a ticket for someone, and pardon for bookings that were missed.
import { h, icon, name, pick, say, waitRange } from "/static/look/live.js";
import { pardonForm, placeText, t } from "/static/window_client/desk_cards.js";

const PRIORITIES = ["normal", "elder", "disabled", "infant", "veteran", "hard_case"];
const LANGUAGES = ["zh", "en", "de", "ja", "ko", "ru"];
const SETTLE_MS = 150;

const chips = (label, group, values, text, first) => h("fieldset", { class: "chips" }, h("legend", {}, label), values.map((value) =>
  h("label", {}, h("input", { type: "radio", name: group, value, checked: value === first }), h("span", {}, text(value)))));

/** A ticket for someone: find the item, then two touches. */
export function issuing(acts) {
  const list = h("ul", { class: "items" });
  const field = h("input", { id: "item", type: "search", autocomplete: "off", maxlength: 60, placeholder: t("item_hint"), oninput: () => { clearTimeout(timer); timer = setTimeout(look, SETTLE_MS); } });
  const box = h("div", { class: "stack issuing" });
  let timer = 0, asked = "";

  async function look() {
    const q = asked = field.value.trim();
    try {
      const { services } = await acts.search(q);
      if (q === asked) list.replaceChildren(...(services.length ? services.map(row) : [h("li", { class: "soft" }, t("item_none"))]));
    } catch (problem) {
      list.replaceChildren(h("li", { class: "soft" }, problem.title));
    }
  }

  function row(service) {
    const self = service.queue === "SELF";
    return h("li", {}, h("button", { type: "button", class: "item", data: { item: service.id }, onclick: () => choose(service) },
      h("b", {}, pick(service.names)), h("span", { class: "soft" }, self ? t("at_machine") : [say("common.people", { n: service.waiting }), service.wait_s && waitRange(service.wait_s)].filter(Boolean).join(" · "))));
  }

  function choose(service) {
    const self = service.queue === "SELF", may = !self || service.alternatives.some((mode) => mode !== "self");
    const form = h("form", { class: "stack", onsubmit: take },
      h("h2", {}, pick(service.names)),
      h("p", { class: "soft" }, self ? t("self_hint", { place: placeText(service.zone) }) : placeText(service.zone)),
      service.materials.length > 0 && h("p", { class: "papers" }, icon("paper"), h("span", {}, t("papers"), " ", service.materials.map((paper) => pick(paper.names)).join(say("common.list_comma")))),
      may && chips(t("priority"), "priority", PRIORITIES, (value) => name("priority", value), "normal"),
      may && chips(t("language"), "language", LANGUAGES, (value) => name("language_name", value), "zh"),
      h("div", { class: "acts" }, h("button", { type: "button", class: "button", onclick: back }, icon("left"), say("common.back")),
        may && h("button", { class: "button next" }, icon("ticket"), t(self ? "insist" : "give"))));

    function take(event) {
      event.preventDefault();
      const chosen = new FormData(form);
      acts.issue({ service: service.id, priority: chosen.get("priority"), language: chosen.get("language"), ...(self && { insist: true }) });
    }

    box.replaceChildren(form);
    form.querySelector(".next")?.focus();
  }

  function back() {
    box.replaceChildren(h("label", { class: "field", for: "item" }, h("span", {}, t("item")), field), list);
    field.focus();
  }

  back();
  look();
  return box;
}

/** Pardon by the phone that booked; the reason is recorded. */
export function pardoning(acts) {
  const phone = h("input", { id: "pardon-phone", type: "tel", inputmode: "tel", required: true, maxlength: 32, autocomplete: "off" });
  return h("div", { class: "stack" }, h("p", { class: "soft" }, t("pardon_about")),
    pardonForm(acts, () => ({ visitor: { phone: phone.value.trim() } }), false, h("label", { class: "field", for: "pardon-phone" }, h("span", {}, t("phone")), phone)));
}

