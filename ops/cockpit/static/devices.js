// The hall's devices: listed, made with a token that is shown once, revoked by a second click.
import { api, facts, h, icon, name, newKey, pick, say, time } from "/static/look/live.js";
import { fill } from "/static/cockpit/parts.js";

const ROLES = ["window", "desk", "kiosk", "display"];
const SHAPES = { manager: "cockpit", window: "window", desk: "help", kiosk: "kiosk", display: "screen" };
const SURE_MS = 4000;

/** The second view. `read()` reads the list again; `able(on)` lets acts happen. */
export function devices(HALL, $) {
  let rows = null, sure = "", sureTimer = 0, on = true, reading = false, again = false, problem = "";

  async function read() {
    if (reading) { again = true; return; }
    reading = true;
    try {
      ({ devices: rows } = await api("GET", `${HALL}/devices`));
      problem = "";
    } catch (refusal) {
      problem = refusal.detail || refusal.title;
    }
    reading = false;
    draw();
    if (again) { again = false; read(); }
  }

  // ---- the list ----

  function draw() {
    fill($("devices"), [rows, sure, on, problem], () => (rows?.length ? [note(), table()] : [note(), h("p", { class: "nothing soft" }, say(rows ? "device.none" : "common.loading"))]));
  }

  const note = () => problem && h("p", { class: "note warn" }, icon("warning"), problem);

  function table() {
    const head = ["name", "role", "place", "added"].map((column) => h("th", { scope: "col" }, say(`device.${column}`)));
    return h("table", {}, h("thead", {}, h("tr", {}, head, h("td", {}))), h("tbody", {}, [...rows].reverse().map(row)));
  }

  function row(device) {
    return h("tr", {}, h("th", { scope: "row" }, device.name), h("td", {}, h("span", { class: "role" }, icon(SHAPES[device.role] ?? "device"), name("role", device.role))),
      h("td", {}, placeOf(device)), h("td", { class: "soft" }, device.added_at ? time(device.added_at, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) : ""),
      h("td", { class: "end" }, device.role === "manager" ? null : revokeButton(device)));
  }

  function placeOf(device) {
    const zone = facts.zones.find((row) => row.id === device.zone);
    return [device.window && say("common.window_n", { window: device.window }), zone && pick(zone.names)].filter(Boolean).join(say("common.list_comma")) || "–";
  }

  function revokeButton(device) {
    const asked = sure === device.id;
    return h("button", { type: "button", class: `button ${asked ? "danger" : ""}`, disabled: !on, onclick: () => (asked ? revoke(device) : ask(device)) },
      icon(asked ? "warning" : "cross"), say(asked ? "device.sure" : "device.revoke"), h("span", { class: "unseen" }, device.name));
  }

  function ask(device) {
    clearTimeout(sureTimer);
    sure = device.id;
    sureTimer = setTimeout(() => { sure = ""; draw(); }, SURE_MS);
    draw();
  }

  async function revoke(device) {
    sure = "";
    try {
      await api("DELETE", `${HALL}/devices/${encodeURIComponent(device.id)}`);
    } catch (refusal) {
      problem = refusal.detail || refusal.title;
    }
    await read();
  }

  // ---- a new one ----

  const roleField = h("select", { id: "device-role", name: "role" }, ROLES.map((role) => h("option", { value: role }, name("role", role))));
  const nameField = h("input", { id: "device-name", name: "name", required: true, maxlength: 80, autocomplete: "off", placeholder: say("device.name_hint") });
  const windowField = h("input", { id: "device-window", name: "window", required: true, inputmode: "numeric", pattern: "[0-9]{1,4}", maxlength: 4, autocomplete: "off" });
  const zoneField = h("select", { id: "device-zone", name: "zone" }, h("option", { value: "" }, say("device.whole_hall")), facts.zones.map((zone) => h("option", { value: zone.id }, pick(zone.names))));
  const submit = h("button", { type: "submit", class: "button next" }, icon("device"), say("device.make"));
  const field = (label, node) => h("label", { class: "field", for: node.id }, h("span", {}, label), node);
  const windowBox = field(say("common.window"), windowField), zoneBox = field(say("device.zone"), zoneField);

  function forRole() {
    const isWindow = roleField.value === "window";
    windowBox.hidden = !isWindow;
    windowField.disabled = !isWindow;
    zoneBox.hidden = isWindow;
  }

  async function make(event) {
    event.preventDefault();
    submit.disabled = true;
    const wanted = { role: roleField.value, name: nameField.value.trim() };
    if (roleField.value === "window") wanted.window = Number(windowField.value);
    else if (zoneField.value) wanted.zone = zoneField.value;
    try {
      told(await api("POST", `${HALL}/devices`, wanted, { key: newKey() }));
      nameField.value = windowField.value = "";
    } catch (refusal) {
      $("made").replaceChildren(h("p", { class: "note warn" }, icon("warning"), h("span", {}, refusal.detail || refusal.title)));
    }
    submit.disabled = !on;
    await read();
  }

  function told(device) {
    const token = h("input", { id: "device-token", readonly: true, value: device.token, class: "mono", onfocus: (event) => event.target.select() });
    const copied = h("span", {}, say("device.copy"));
    const copy = h("button", { type: "button", class: "button", onclick: () => copyToken(token, copied) }, icon("paper"), copied);
    const done = h("button", { type: "button", class: "button", onclick: () => $("made").replaceChildren() }, icon("check"), say("device.noted"));
    $("made").replaceChildren(h("div", { class: "token" }, h("h3", {}, say("device.made", { name: device.name })), field(say("device.token_once"), token), h("div", { class: "buttons" }, copy, done)));
    token.focus();
  }

  async function copyToken(token, copied) {
    try {
      await navigator.clipboard.writeText(token.value);
    } catch { // without https a browser has no clipboard: the old way still works
      token.select();
      document.execCommand("copy");
    }
    copied.textContent = say("device.copied");
  }

  roleField.addEventListener("change", forRole);
  forRole();
  $("make").append(h("form", { onsubmit: make }, field(say("device.role"), roleField), field(say("device.name"), nameField), windowBox, zoneBox, submit));
  return {
    read,
    able(now) { on = now; submit.disabled = !now; draw(); },
  };
}
