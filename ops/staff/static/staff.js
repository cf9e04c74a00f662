// The staff page: who works here, one form for a new colleague, and who works when. It follows the hall's stream.
import { api, h, icon, live, now, say } from "/static/look/live.js";
import { book, clock, HALL, nameOf, onTheWall, readHall, written } from "/static/staff/asking.js";
import { badge, ending } from "/static/staff/certificates.js";
import { colleagueForm, linkSheet } from "/static/staff/colleague.js";
import { joining } from "/static/staff/elsewhere.js";
import { shiftForm, shiftRows } from "/static/staff/shifts.js";

const $ = (id) => document.getElementById(id);
const sheet = $("sheet");
const state = { people: null, shifts: null, day: onTheWall(new Date(now()).toISOString()).day, find: "" };
let reading = 0;

export function tell(problem) {
  $("wrong").hidden = !problem;
  if (problem) $("wrong").querySelector("p").textContent = problem.detail || problem.title || String(problem);
}

// ---- colleagues ----

function standing(row) {
  if (row.disabled) return h("span", { class: "badge bad" }, icon("lock"), say("staff.disabled"));
  if (row.locked_until) return h("span", { class: "badge warn" }, icon("clock"), say("staff.locked"));
  if (!row.set_up) return h("span", { class: "badge warn" }, icon("hold"), say("staff.not_set_up"));
  return row.second ? h("span", { class: "badge on" }, icon("check"), say("staff.second")) : null;
}

function reach(row) {
  const parts = [...row.departments.map((id) => nameOf("departments", id)), row.windows.length && say("staff.at_windows", { list: written(row.windows) })].filter(Boolean);
  return parts.length ? parts.join(" · ") : say("staff.whole_hall");
}

function skills(row) {
  const hours = (skill) => (skill.from_min > 0 || skill.to_min < 1440 ? ` ${clock(skill.from_min)}–${skill.to_min === 1440 ? "24:00" : clock(skill.to_min)}` : "");
  return [
    ...row.skills.map((skill) => h("span", { class: "badge" }, nameOf("queues", skill.queue), skill.handicap_min > 0 && ` +${skill.handicap_min}`, hours(skill))),
    ...row.certificates.map(badge),
  ];
}

function colleague(row) {
  return h("li", { class: row.disabled ? "colleague disabled" : "colleague" },
    h("h3", {}, row.name, h("span", { class: "number" }, row.number), standing(row)),
    h("p", { class: "what" }, h("span", {}, say(`staff.role.${row.role}`)), h("span", {}, reach(row))),
    (row.skills.length > 0 || row.certificates.length > 0) && h("p", { class: "skills" }, skills(row)),
    h("button", { class: "button", "aria-label": say("staff.edit", { name: row.name }), "aria-haspopup": "dialog", onclick: () => edit(row) }, icon("right")));
}

function found() {
  const asked = state.find.toLowerCase();
  return state.people.filter((row) => !asked || [row.name, row.number, row.sign_in].some((text) => text.toLowerCase().includes(asked)));
}

const empty = (sign, text) => h("div", { class: "empty" }, icon(sign), h("p", {}, text));

function renderPeople() {
  const rows = state.people === null ? [] : found();
  const what = state.people === null ? h("p", { class: "soft", role: "status" }, say("staff.loading"))
    : rows.length ? h("ul", { class: "colleagues" }, rows.map(colleague))
      : empty("people", say(state.find ? "staff.none_found" : "staff.nobody"));
  $("people").replaceChildren(...[state.people && ending(state.people), what].filter(Boolean));
}

// ---- shifts ----

function renderShifts() {
  $("day").value = state.day;
  if (state.shifts === null) return;
  $("shifts").replaceChildren(state.shifts.length ? shiftRows(state.shifts, drop) : empty("calendar", say("staff.no_shifts")));
}

async function drop(row) {
  await doing(() => api("DELETE", `${HALL}/shifts/${encodeURIComponent(row.id)}`));
}

async function choose(day) {
  if (!day) return;
  state.day = day;
  state.shifts = null;
  $("day").value = day;
  await doing(readShifts);
}

function beside(step) {
  const at = Date.parse(`${state.day}T12:00:00Z`) + step * 86_400_000;
  return choose(new Date(at).toISOString().slice(0, 10));
}

// ---- the sheet ----

function shut() {
  sheet.close();
  sheet.replaceChildren();
}

function showSheet(content) {
  sheet.replaceChildren(content);
  if (!sheet.open) sheet.showModal();
}

function edit(row) {
  showSheet(colleagueForm(row, { shut, done: saved }));
}

async function saved(answer) {
  if (answer?.link) showSheet(linkSheet(answer, shut));
  else shut();
  await doing(read);
}

/** Does something and says what went wrong. */
async function doing(work) {
  try {
    tell(null);
    await work();
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403 && problem.code === "WRONG_ROLE") return location.reload();
    tell(problem);
  }
}

// ---- what is true ----

async function readShifts() {
  const asked = state.day, { shifts } = await api("GET", `${HALL}/shifts?from=${asked}&to=${asked}`);
  if (asked !== state.day) return;
  state.shifts = shifts;
  renderShifts();
}

async function read() {
  const { staff } = await api("GET", `${HALL}/staff`);
  state.people = staff;
  renderPeople();
  await readShifts();
}

function soon() {
  clearTimeout(reading);
  reading = setTimeout(() => doing(read), 150);
}

async function snapshot() {
  if (!book.queues.length) await readHall();
  await read();
  const comes = joining();
  if (comes) edit(state.people.find((row) => row.id === comes.id) ?? comes);
  return (await api("GET", `${HALL}/board`)).last_event_id;
}

$("new").addEventListener("click", () => edit(null));
$("plan").addEventListener("click", () => showSheet(shiftForm(state.people ?? [], state.day, { shut, done: saved })));
$("find").addEventListener("input", (event) => { state.find = event.target.value.trim(); renderPeople(); });
$("day").addEventListener("change", (event) => choose(event.target.value));
$("before").addEventListener("click", () => beside(-1));
$("after").addEventListener("click", () => beside(1));
renderShifts();
live({
  topics: "hall",
  snapshot,
  onEvent: ({ event }) => { if (event === "StaffChanged" || event === "ShiftChanged") soon(); },
  onState: (how) => {
    $("connection").dataset.state = how;
    $("connection").replaceChildren(...(how === "online" ? [] : [icon("offline"), say("staff.offline")]));
  },
});
