// Lockers (E邮柜) at the guide desk: what lies there, what is past its time, what goes in, and boxes opened by a code.
import { api, h, icon, live, newKey, page, pick, say, time } from "/static/look/live.js";
import { button } from "/static/window_client/desk_cards.js";
import { fill } from "/static/window_client/parts.js";

const SETTLE_MS = 200;
const AGAIN_MS = 5000;
const DAY = { month: "long", day: "numeric", weekday: "short" };
const lastDay = ({ until_at: end }) => time(new Date(Date.parse(end) - 1).toISOString(), DAY); // it ends with the day
const t = (key, values) => say(`lockers.${key}`, values);
const placeOf = ({ names, box }) => t("at_box", { locker: pick(names), box });

/** Fills `box`, which stays hidden in a hall without lockers. `onDesk()` is the ticket that lies on the desk. */
export function lockers(HALL, box, onDesk, services) {
  const state = { line: "loading", lockers: [], parcels: [], form: "", busy: false, told: null, problem: null, open: false };
  let timer = 0, typing = null; // the form that stands open: what is typed stays while the card around it is drawn again

  async function read() {
    const [found, inside] = await Promise.all([api("GET", `${HALL}/lockers`, undefined, { tries: 2 }), api("GET", `${HALL}/parcels`, undefined, { tries: 2 })]);
    Object.assign(state, { lockers: found.lockers, parcels: inside.parcels, line: "ready" });
    draw();
  }

  function failed() {
    state.line = "error";
    draw();
    soon(AGAIN_MS);
  }

  function soon(pause = SETTLE_MS) {
    clearTimeout(timer);
    timer = setTimeout(() => read().catch(failed), pause);
  }

  /** One act at a time; what came of it, or what was refused, stands above the list. Answers what went wrong. */
  async function act(path, body, told, key = newKey()) {
    if (state.busy) return;
    Object.assign(state, { busy: true, problem: null, told: null });
    draw();
    try {
      state.told = told(await api("POST", HALL + path, body, { key, tries: 2 }));
      state.form = "";
      typing = null;
    } catch (problem) {
      state.problem = problem;
    }
    state.busy = false;
    draw();
    soon(0);
    return state.problem;
  }

  /** Sends what a form says, under one key for as long as nobody knows whether it was done. */
  function sender(wish, told) {
    let key = newKey();
    return async (event) => {
      event.preventDefault();
      const problem = await act(...wish(), told, key);
      if (problem && ![0, 503].includes(problem.status)) key = newKey();
    };
  }

  // ---- the page ----

  function draw() {
    box.hidden = !state.lockers.length;
    const { line, lockers: rows, parcels, form, busy, told, problem, open } = state;
    if (form && !typing) typing = form === "in" ? putting(rows) : opening();
    const at = document.activeElement;
    fill(box, [line, rows, parcels, form, busy, told, problem, open, services().size], () => [
      h("h2", {}, icon("lock"), t("title")),
      line === "error" && h("p", { class: "note warn", role: "status" }, icon("warning"), h("span", {}, t("error"))),
      h("ul", { class: "facts" }, rows.map((row) => h("li", {}, h("b", {}, pick(row.names)), h("span", {}, t("free", { free: row.free, boxes: row.boxes }))))),
      keys(), form && typing, said(), list(parcels)]);
    if (at !== document.activeElement && typing?.contains(at) && form) at.focus({ preventScroll: true });
  }

  function keys() {
    const key = (name, picture, text) => h("button", { type: "button", class: "button", "aria-expanded": String(state.form === name), onclick: () => turn(name) }, icon(picture), h("span", {}, text));
    return h("div", { class: "pair" }, key("in", "down", t("put_in")), key("code", "lock", t("open")));
  }

  function turn(name) {
    Object.assign(state, { form: state.form === name ? "" : name, told: null, problem: null });
    typing = null;
    draw();
    box.querySelector("form input")?.focus();
  }

  const field = (node, label) => h("label", { class: "field", for: node.id }, h("span", {}, label), node);

  function putting(rows) {
    const laid = onDesk();
    const ticket = h("input", { id: "locker-ticket", maxlength: 32, autocomplete: "off", autocapitalize: "characters", value: laid?.number ?? "" });
    const phone = h("input", { id: "locker-phone", type: "tel", inputmode: "tel", maxlength: 32, autocomplete: "off" });
    const service = h("select", { id: "locker-service" }, h("option", { value: "" }, "—"), [...services().values()].map((row) => h("option", { value: row.id }, pick(row.names))));
    const which = h("select", { id: "locker-which" }, rows.map((row) => h("option", { value: row.id, disabled: row.free === 0 }, `${pick(row.names)} (${t("free", { free: row.free, boxes: row.boxes })})`)));
    const send = sender(() => {
      const number = ticket.value.trim();
      const wanted = { ticket: number === laid?.number ? laid.id : number, phone: phone.value.trim(), service: service.value };
      const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
      return [`/lockers/${encodeURIComponent(which.value)}/parcels`, given];
    }, (made) => ({ ...made, did: "put" }));

    return h("form", { class: "stack", onsubmit: send }, field(ticket, t("ticket")), field(phone, t("phone")), field(service, t("service")),
      rows.length > 1 ? field(which, t("which")) : h("div", { hidden: true }, which),
      h("button", { class: "button next" }, icon("check"), t("put_do")));
  }

  function opening() {
    const code = h("input", { id: "locker-code", inputmode: "numeric", maxlength: 32, required: true, autocomplete: "off" });
    const send = sender(() => ["/parcels/collect", { code: code.value }], (made) => ({ ...made, did: "opened" }));
    return h("form", { class: "stack", onsubmit: send }, field(code, t("code")), h("button", { class: "button next" }, icon("lock"), t("open")));
  }

  function said() {
    const { told, problem } = state;
    if (problem) return h("div", { class: "note bad", role: "alert" }, icon("warning"), h("div", {}, h("p", {}, h("b", {}, problem.title)), problem.detail !== problem.title && h("p", {}, problem.detail)));
    if (!told) return null;
    const text = { put: "put_done", out: "taken_out" }[told.did];
    return h("div", { class: "note", role: "status" }, icon("check"), h("div", {},
      h("p", {}, h("b", {}, told.did === "opened" ? t("opened") : t(text, { place: placeOf(told) }))),
      told.did === "opened" && h("p", {}, t("opened_detail", { place: placeOf(told) })),
      told.code && h("p", {}, t("code"), " ", h("b", { class: "number code" }, told.code.replace(/(?=....$)/, " "))),
      told.did === "put" && h("p", {}, t(told.reachable ? "told" : "not_told"))));
  }

  function list(parcels) {
    const late = parcels.filter((row) => row.overdue), others = parcels.filter((row) => !row.overdue);
    return [late.length > 0 && h("ul", { class: "parcels" }, late.map(parcel)),
      h("details", { open: state.open, ontoggle: (event) => { state.open = event.target.open; } }, h("summary", {}, t("inside"), " ", h("span", { class: "number" }, String(others.length))),
        others.length ? h("ul", { class: "parcels" }, others.map(parcel)) : h("p", { class: "soft" }, t("nothing")))];
  }

  function parcel(row) {
    const service = row.service && services().get(row.service);
    return h("li", { class: row.overdue ? "late" : "", data: { parcel: row.id } },
      h("div", {}, h("b", {}, placeOf(row)), h("p", { class: "soft" }, [row.number, service && pick(service.names)].filter(Boolean).join(" · ")),
        h("p", {}, t("until", { at: lastDay(row) }), " ", row.overdue && h("span", { class: "badge missed" }, icon("warning"), t("overdue")))),
      button("", "undo", t("take_out"), () => act(`/parcels/${encodeURIComponent(row.id)}/return`, {}, (out) => ({ ...out, did: "out" })), { twice: t("sure"), disabled: state.busy }));
  }

  // ---- the hall's events ----

  async function snapshot() {
    const board = await api("GET", `${HALL}/board`);
    await read().catch(failed);
    return board.last_event_id;
  }

  draw();
  live({ topics: "hall", snapshot, onEvent: ({ event }) => { if (event === "LockerChanged" || event === "DayClosed") soon(); }, onState: () => {} });
  return { draw };
}
