// A new device: by a one-time code that is typed at the device, or by a token that is shown once.
import { api, facts, h, icon, name, newKey, now, pick, say } from "/static/look/live.js";
import { clock } from "/static/cockpit/words.js";

const ROLES = ["kiosk", "display", "window", "desk"];
/** A guide desk is a page: it signs in with a token. */
const AGENTS = ROLES.slice(0, 3);
const LOOPBACK = /^(localhost|127\.|\[::1\])/;

/** What is typed at the device, in parts that stay whole. */
function command(role, code) {
  return [`greenwave ${role}`, `--enrol ${code}`, `--server ${location.origin}`, `--data greenwave-${role}`];
}

/** The form. `rows(list)` is told the hall's devices, to see who has enrolled; `able(on)` lets acts happen. */
export function enrolment(HALL, $, onMade) {
  let on = true, busy = false, waiting = null, expiry = 0, known = [];

  // ---- the form ----

  const roleField = h("select", { id: "device-role", name: "role" }, ROLES.map((role) => h("option", { value: role }, name("role", role))));
  const nameField = h("input", { id: "device-name", name: "name", required: true, maxlength: 80, autocomplete: "off", placeholder: say("device.name_hint") });
  const windowField = h("input", { id: "device-window", name: "window", required: true, inputmode: "numeric", pattern: "[0-9]{1,4}", maxlength: 4, autocomplete: "off" });
  const zoneField = h("select", { id: "device-zone", name: "zone" }, h("option", { value: "" }, say("device.whole_hall")), facts.zones.map((zone) => h("option", { value: zone.id }, pick(zone.names))));
  const codeButton = h("button", { type: "submit", value: "code", class: "button next" }, icon("lock"), say("device.make_code"));
  const tokenButton = h("button", { type: "submit", value: "token", class: "button" }, icon("device"), say("device.make"));
  const field = (label, node) => h("label", { class: "field", for: node.id }, h("span", {}, label), node);
  const windowBox = field(say("common.window"), windowField), zoneBox = field(say("device.zone"), zoneField);

  const form = h("form", { onsubmit: make }, field(say("device.role"), roleField), field(say("device.name"), nameField), windowBox, zoneBox,
    h("div", { class: "buttons" }, codeButton, tokenButton));

  function forRole() {
    const isWindow = roleField.value === "window", byCode = AGENTS.includes(roleField.value);
    windowBox.hidden = !isWindow;
    windowField.disabled = !isWindow;
    zoneBox.hidden = isWindow;
    codeButton.hidden = !byCode;
    tokenButton.classList.toggle("next", !byCode);
  }

  function allow() {
    codeButton.disabled = tokenButton.disabled = !on || busy;
  }

  function wanted() {
    const asked = { role: roleField.value, name: nameField.value.trim() };
    if (roleField.value === "window") asked.window = Number(windowField.value);
    else if (zoneField.value) asked.zone = zoneField.value;
    return asked;
  }

  async function make(event) {
    event.preventDefault();
    const asked = wanted(), byCode = (event.submitter ?? codeButton).value === "code" && AGENTS.includes(asked.role);
    busy = true;
    allow();
    forget();
    try {
      if (byCode) showCode(asked, await api("POST", `${HALL}/devices/codes`, asked, { key: newKey() }));
      else showToken(await api("POST", `${HALL}/devices`, asked, { key: newKey() }));
      nameField.value = windowField.value = "";
    } catch (refusal) {
      $("made").replaceChildren(h("p", { class: "note warn" }, icon("warning"), h("span", {}, refusal.detail || refusal.title)));
    }
    busy = false;
    allow();
    onMade();
  }

  /** What was made takes the form's place, until it has been noted. */
  function show(card) {
    $("made").replaceChildren(card);
    form.hidden = true;
  }

  // ---- a code ----

  function showCode(asked, { code, expires_at: until }) {
    waiting = { asked, code, until, before: new Set(known.map((row) => row.id)) };
    expiry = setTimeout(expired, Math.max(0, Date.parse(until) - now()));
    const line = h("p", { id: "device-command", class: "mono command" }, command(asked.role, code).flatMap((part) => [h("span", {}, part), " "]));
    const copyIt = copyButton(line);
    show(h("div", { class: "token code" },
      h("h3", {}, say("device.code_of", { name: asked.name })),
      h("p", { class: "huge number mono", id: "device-code" }, code),
      h("p", { class: "left", id: "code-state" }, icon("clock"), h("span", {}, say("device.code_left"), " ", h("b", { class: "number", role: "timer", data: { until } }, clock((Date.parse(until) - now()) / 1000)))),
      h("div", { class: "field" }, h("span", {}, say("device.code_command")), line),
      LOOPBACK.test(location.hostname) && h("p", { class: "note warn" }, icon("info"), h("span", {}, say("device.code_address"))),
      h("div", { class: "buttons" }, copyIt, doneButton("device.code_hide"))));
    copyIt.focus();
  }

  function state(shape, words, cls) {
    const box = $("made").querySelector(".code");
    box.classList.add(cls);
    box.querySelector("#code-state").replaceChildren(icon(shape), h("span", {}, words));
  }

  function expired() {
    waiting = null;
    state("warning", say("device.code_expired"), "over");
  }

  function forget() {
    clearTimeout(expiry);
    waiting = null;
    $("made").replaceChildren();
    form.hidden = false;
  }

  /** The device that came with the code that is shown: it has its name and use, and was not there before. */
  function rows(list) {
    known = list;
    const came = waiting && list.find((row) => !waiting.before.has(row.id) && row.name === waiting.asked.name && row.role === waiting.asked.role);
    if (!came) return;
    clearTimeout(expiry);
    waiting = null;
    state("check", say("device.code_used", { name: came.name }), "came");
  }

  // ---- a token ----

  function showToken(device) {
    const token = h("input", { id: "device-token", readonly: true, value: device.token, class: "mono", onfocus: (event) => event.target.select() });
    show(h("div", { class: "token" }, h("h3", {}, say("device.made", { name: device.name })), field(say("device.token_once"), token),
      h("div", { class: "buttons" }, copyButton(token), doneButton("device.noted"))));
    token.focus();
  }

  function copyButton(from) {
    const copied = h("span", {}, say("device.copy"));
    return h("button", { type: "button", class: "button copy", onclick: () => copy(from, copied) }, icon("paper"), copied);
  }

  const doneButton = (key) => h("button", { type: "button", class: "button", onclick: () => { forget(); nameField.focus(); } }, icon("check"), say(key));

  async function copy(from, copied) {
    try {
      await navigator.clipboard.writeText(from.value ?? from.textContent.trim());
    } catch { // without https a browser has no clipboard: the old way still works
      if (from.select) from.select();
      else getSelection().selectAllChildren(from);
      document.execCommand("copy");
    }
    copied.textContent = say("device.copied");
  }

  roleField.addEventListener("change", forRole);
  forRole();
  $("make").append(form);
  return { rows, able(now) { on = now; allow(); } };
}
