// The page of the ledger: what is looked for stands in the address, so that a search can be kept and shared.
import { LANG, api, h, name, page, say } from "/static/look/live.js";
import { ACTS, row } from "/static/audit/entries.js";
import { keepTable } from "/static/audit/file.js";

const at = (id) => document.getElementById(id);
const form = at("asked");
const AGAIN_MS = 5000;
const box = { next: null, asked: 0, timer: 0, head: null };

for (const [act, words] of ACTS) at("act").append(h("option", { value: act }, words));

const FIELDS = ["from", "to", "actor", "ticket", "act"];

/** What is asked for, without what is empty. */
function wanted() {
  const found = new URLSearchParams();
  for (const field of FIELDS) {
    const value = form.elements[field].value.trim();
    if (value) found.set(field, field === "actor" ? actorOf(value) : value);
  }
  return found;
}

const ROLES = ["admin", "manager", "window", "desk"];
const OTHERS = ["system", "operator"];

/** What is typed in this page's words, as the ledger has it: a role, or a window with its number. */
function actorOf(text) {
  const same = (words) => words.toLowerCase() === text.toLowerCase();
  const number = /\d{1,4}/.exec(text)?.[0];
  if (number && number !== text && same(say("audit.actors.window", { window: number }))) return `window:${Number(number)}`;
  return ROLES.find((role) => same(name("role", role))) ?? OTHERS.find((other) => same(say(`audit.actors.${other}`))) ?? text;
}

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  for (const field of FIELDS) form.elements[field].value = asked.get(field) ?? "";
}

function intoAddress() {
  const kept = new URLSearchParams(location.search);
  for (const field of FIELDS) kept.delete(field);
  for (const [field, value] of wanted()) kept.set(field, value);
  history.replaceState(null, "", kept.size ? `?${kept}` : location.pathname);
}

function sentence(problem) {
  if (problem.code === "ARCHIVE_AWAY") return say("audit.away");
  if (problem.status === 0) return say("audit.offline");
  return problem.detail || problem.title || say("audit.offline");
}

/** Shows what is found; `onward` adds to what stands there. One answer at a time: an older one is let go. */
async function look(onward = false) {
  clearTimeout(box.timer);
  const asked = box.asked += 1, query = wanted();
  if (onward) query.set("after", box.next);
  at("told").textContent = say("audit.loading");
  at("content").setAttribute("aria-busy", "true");
  try {
    const found = await api("GET", `/halls/${encodeURIComponent(page.hall)}/audit?${query}`, undefined, { tries: 2 });
    if (asked === box.asked) show(found, onward);
  } catch (problem) {
    if (asked === box.asked) fail(problem, onward);
  }
  if (asked === box.asked) at("content").removeAttribute("aria-busy");
}

function show(found, onward) {
  at("problem").hidden = true;
  const rows = found.entries.map(row);
  if (onward) at("entries").append(...rows);
  else at("entries").replaceChildren(...rows);
  box.next = found.next;
  const is_empty = !at("entries").children.length;
  at("empty").hidden = !is_empty;
  at("found").hidden = is_empty;
  at("more").hidden = box.next === null;
  at("told").textContent = is_empty ? "" : box.next === null ? say("audit.all_told") : say("audit.newest");
  at("head").textContent = found.head.n ? say("audit.head", { n: new Intl.NumberFormat(LANG).format(found.head.n), hash: found.head.hash }) : "";
}

function fail(problem, onward, again = true) {
  at("told").textContent = "";
  at("problem-text").textContent = sentence(problem);
  at("problem").hidden = false;
  if (again && (problem.status === 0 || problem.status >= 500)) box.timer = setTimeout(() => look(onward), AGAIN_MS);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  intoAddress();
  look();
});
form.addEventListener("reset", () => setTimeout(() => { intoAddress(); look(); }));
at("more").addEventListener("click", () => look(true));
at("csv").addEventListener("click", async () => {
  at("csv").disabled = true;
  await keepTable(wanted()).catch((problem) => fail(problem, false, false));
  at("csv").disabled = false;
});
addEventListener("online", () => look());
addEventListener("popstate", () => { fromAddress(); look(); });

fromAddress();
look();
