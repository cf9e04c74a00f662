// One's own account: where one works, the ways to sign in, and where one is signed in.
import { api, h, icon, pick, say, time } from "/static/look/live.js";
import { canHavePasskeys, make, wasGivenUp } from "/static/home/passkeys.js";

const $ = (id) => document.getElementById(id);
const WHEN = { dateStyle: "medium", timeStyle: "short" };
const PAGES = { manager: ["cockpit", "staff"], desk: ["desk"], window: [] };
let me = null, open = "", totp = null;

function tell(id, text) {
  for (const other of ["wrong", "well"]) $(other).hidden = other !== id;
  $(id).querySelector("p").textContent = text;
}

/** Does something, says how it went, and reads the account again. */
async function doing(work, done) {
  try {
    await work();
    open = "";
    if (done) tell("well", say(`account.${done}`));
  } catch (problem) {
    if (wasGivenUp(problem)) return;
    tell("wrong", problem.detail || problem.title || problem.message);
  }
  await read();
}

const show = (what) => { open = open === what ? "" : what; render(); };
const button = (label, act, kind = "") => h("button", { type: "button", class: `button ${kind}`, onclick: act }, say(`account.${label}`));

function place(row) {
  const door = (page) => h("a", { class: "button", href: `/${page}/${row.hall}` }, icon(page === "staff" ? "people" : page === "desk" ? "person" : "cockpit"), say(`account.page.${page}`));
  const window = (number) => h("a", { class: "button", href: `/window/${row.hall}/${number}` }, icon("window"), String(number));
  return h("div", { class: "place" },
    h("h3", {}, `${pick(row.names)} · ${say(`account.role.${row.role}`)}`),
    h("div", { class: "windows" }, PAGES[row.role].map(door), row.windows.map(window)));
}

function field(id, label, type, extra = {}) {
  return h("div", { class: "field" }, h("label", { for: id }, say(`account.${label}`)), h("input", { id, name: id, type, required: true, maxlength: 128, ...extra }));
}

function form(act, ...parts) {
  return h("form", { onsubmit: (event) => { event.preventDefault(); act(Object.fromEntries(new FormData(event.target))); } }, ...parts);
}

function password() {
  const change = ({ old, fresh }) => doing(() => api("POST", "/me/password", { old, new: fresh }), "password_changed");
  return h("div", { class: "way" },
    h("span", {}, icon("lock"), " ", say(me.password ? "account.password_set" : "account.password_none")),
    me.password && button("change", () => show("password")),
    open === "password" && form(change, field("old", "old_password", "password", { autocomplete: "current-password" }),
      field("fresh", "new_password", "password", { autocomplete: "new-password", minlength: 10 }),
      h("p", { class: "soft" }, say("account.rule")), h("button", { class: "button next" }, say("account.set_password"))));
}

async function beginTotp() {
  try {
    totp = await api("POST", "/me/totp", {});
    show("totp");
  } catch (problem) {
    tell("wrong", problem.detail || problem.title);
  }
}

function second() {
  const confirm = ({ code }) => doing(() => api("POST", "/me/totp/confirm", { code }), "totp_set");
  const drop = ({ confirming }) => doing(() => api("POST", "/me/totp/drop", { password: confirming }), "totp_dropped");
  return h("div", { class: "way" },
    h("span", {}, icon("phone"), " ", say(me.totp ? "account.totp_on" : "account.totp_none")),
    me.password && (me.totp ? button("remove", () => show("untotp"), "danger") : button("set_up", beginTotp)),
    open === "untotp" && form(drop, field("confirming", "password", "password", { autocomplete: "current-password" }), h("button", { class: "button danger" }, say("account.remove"))),
    open === "totp" && h("div", { class: "secret" },
      h("img", { alt: say("account.totp_picture"), src: `data:image/svg+xml,${encodeURIComponent(totp.picture)}` }),
      form(confirm, h("p", {}, say("account.totp_explain"), " ", h("code", {}, totp.secret.match(/.{4}/g).join(" "))),
        field("code", "code", "text", { inputmode: "numeric", autocomplete: "one-time-code", maxlength: 8 }), h("button", { class: "button next" }, say("account.confirm")))));
}

function passkeys() {
  const add = () => doing(async () => api("POST", "/me/passkeys", { passkey: await make("/me/passkeys/options", {}), label: navigator.platform || "" }), "key_added");
  const row = (key) => h("li", {}, h("span", {}, `${key.label} · ${time(key.added_at, WHEN)}`),
    h("button", { class: "button danger", type: "button", "aria-label": say("account.remove_key", { name: key.label }), onclick: () => doing(() => api("DELETE", `/me/passkeys/${encodeURIComponent(key.id)}`), "key_removed") }, say("account.remove")));
  return h("div", { class: "way" },
    h("span", {}, icon("person"), " ", say("account.passkeys", { n: me.passkeys.length })),
    canHavePasskeys() ? button("add", add) : h("span", { class: "soft" }, say("account.no_passkeys")),
    me.passkeys.length > 0 && h("ul", { class: "rows" }, me.passkeys.map(row)));
}

function render() {
  $("places").replaceChildren(...(me.places.length ? me.places.map(place) : [h("p", { class: "note warn" }, say("account.no_places"))]));
  $("ways").replaceChildren(password(), second(), passkeys(),
    ...me.logins.map((name) => h("div", { class: "way" }, h("span", {}, icon("globe"), " ", say("account.login", { name })))));
  $("sessions").replaceChildren(...me.sessions.map((row) => h("li", {},
    h("span", {}, `${time(row.begun_at, WHEN)} · ${say(`account.how.${row.how}`)}`), row.here && h("span", { class: "badge" }, say("account.here")))));
}

async function read() {
  try {
    me = await api("GET", "/me");
    render();
  } catch (problem) {
    if (problem.status === 401) return location.assign("/sign-in");
    tell("wrong", problem.detail || problem.title);
    setTimeout(read, 3000);
  }
}

$("everywhere").addEventListener("click", () => doing(() => api("POST", "/me/sign-out/everywhere", {})));
read();
