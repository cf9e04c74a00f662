// Several tickets at once, for someone with many errands: each item with a count, then numbers and codes to show or print.
import { api, h, icon, newKey, page, pick, say } from "/static/look/live.js";

const HALL = `/halls/${encodeURIComponent(page.hall)}`;
const MOST = 20;
const SETTLE_MS = 150;
const t = (key, values) => say(`guide.several${key}`, values);

/** The tool. Each ticket has its own key, so that a try again never takes one twice. */
export function several(acts) {
  const box = h("div", { class: "stack several" });
  const list = h("ul", { class: "items" }), chosen = new Map();
  const field = h("input", { id: "several-item", type: "search", autocomplete: "off", maxlength: 60, placeholder: say("desk.item_hint"), oninput: () => { clearTimeout(timer); timer = setTimeout(look, SETTLE_MS); } });
  let timer = 0, asked = "", wanted = [];
  const total = () => [...chosen.values()].reduce((sum, row) => sum + row.count, 0);

  async function look() {
    const q = asked = field.value.trim();
    const found = await acts.search(q).catch((problem) => ({ services: [], problem }));
    if (q !== asked) return;
    const rows = found.services.filter((row) => row.queue !== "SELF");
    list.replaceChildren(...(rows.length ? rows.map(row) : [h("li", { class: "soft" }, found.problem?.title ?? say("desk.item_none"))]));
  }

  const row = (service) => h("li", {}, h("button", { type: "button", class: "item", data: { item: service.id }, onclick: () => add(service, 1) }, h("b", {}, pick(service.names))));

  function add(service, by) {
    if (by > 0 && total() >= MOST) return;
    const count = (chosen.get(service.id)?.count ?? 0) + by;
    if (count > 0) chosen.set(service.id, { service, count });
    else chosen.delete(service.id);
    choosing();
  }

  function counted({ service, count }) {
    const key = (picture, label, by) => h("button", { type: "button", class: "button", "aria-label": `${t(label)}: ${pick(service.names)}`, data: { by }, onclick: () => add(service, by) }, picture);
    return h("li", {}, h("span", {}, pick(service.names)), key("−", "_less", -1), h("span", { class: "number" }, count), key("+", "_more", 1));
  }

  function choosing() {
    const n = total();
    box.replaceChildren(...[h("p", { class: "soft" }, t("_about"), " ", t("_most")),
      n ? h("ul", { class: "counts" }, [...chosen.values()].map(counted)) : h("p", { class: "soft" }, t("_none")),
      n > 0 && h("button", { type: "button", class: "button next take", onclick: begin }, icon("ticket"), t("_take", { n })),
      h("label", { class: "field", for: "several-item" }, h("span", {}, t("_item")), field), list].filter(Boolean));
  }

  function begin() {
    wanted = [...chosen.values()].flatMap(({ service, count }) => Array.from({ length: count }, () => ({ service, key: newKey(), ticket: null })));
    take();
  }

  async function take() {
    for (const one of wanted.filter((row) => !row.ticket)) {
      going();
      one.ticket = await api("POST", `${HALL}/tickets`, { service: one.service.id, channel: "desk" }, { key: one.key, tries: 2 }).catch((problem) => { one.problem = problem; return null; });
      if (one.ticket) acts.took(one.ticket);
    }
    made();
  }

  function going() {
    const done = wanted.filter((row) => row.ticket).length;
    box.replaceChildren(h("p", { role: "status" }, t("_going", { done, n: wanted.length })), h("progress", { max: wanted.length, value: done, "aria-label": t("_going", { done, n: wanted.length }) }));
  }

  function made() {
    const rows = wanted.filter((row) => row.ticket), left = wanted.length - rows.length;
    box.replaceChildren(...[h("div", { role: "status" }, h("h2", {}, t("_made", { n: rows.length }))),
      left > 0 && h("div", { class: "note warn", role: "alert" }, icon("warning"), h("div", {}, h("p", {}, t("_failed", { n: left })), h("p", { class: "soft" }, wanted.find((row) => row.problem && !row.ticket)?.problem.title))),
      h("ul", { class: "batch" }, rows.map(({ service, ticket }) => h("li", {}, h("span", { class: "number" }, ticket.number), h("span", {}, pick(service.names)),
        h("img", { class: "qr", src: `/t/${encodeURIComponent(ticket.token)}/qr.svg`, alt: `${say("desk.qr")} ${ticket.number}`, width: 110, height: 110 })))),
      h("div", { class: "acts" }, left > 0 && h("button", { type: "button", class: "button next", onclick: take }, icon("again"), t("_again")),
        rows.length > 0 && h("button", { type: "button", class: "button next print", onclick: print }, icon("printer"), t("_print")),
        h("button", { type: "button", class: "button", onclick: () => { chosen.clear(); choosing(); } }, icon("ticket"), t("_new")))].filter(Boolean));
  }

  /** The list alone goes to paper. */
  function print() {
    document.body.classList.add("printing");
    window.print();
    document.body.classList.remove("printing");
  }

  choosing();
  look();
  return box;
}
