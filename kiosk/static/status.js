// For the hall's staff: how this machine is, in plain words, and the few things to be done about it.
import { facts, h, icon, live, page, say, time } from "/static/look/live.js";

const t = (key, values = {}) => say(`kiosk_status.${key}`, values);
const $ = (id) => document.getElementById(id);
const KNOWN = ["PAPER_OUT", "PAPER_LOW", "COVER_OPEN", "JAMMED", "OFFLINE", "NOT_FOUND", "NOT_ANSWERING", "UNPLUGGED", "ADDRESS_WRONG", "NO_RIGHT", "MISSING_PROGRAM", "DISK_FULL", "GARBLED"];
let status = facts.status;

const codeText = (code) => (KNOWN.includes(code) ? t(`code.${code}`) : t("code.OTHER", { code }));

async function call(path) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "Accept-Language": page.lang }, body: "{}" }).catch(() => null);
  const found = await answer?.json().catch(() => ({}));
  if (!answer?.ok) throw new Error(found?.title || say("common.offline_problem"));
  return found;
}

/** A key that does one thing and says how it went. */
function act(text, path, after = () => {}) {
  const told = h("span", { role: "status" });
  const key = h("button", { type: "button", class: "button" }, text);
  key.addEventListener("click", async () => {
    key.disabled = true;
    told.textContent = "";
    try {
      await call(path);
      told.textContent = t("done");
      after();
    } catch (error) {
      told.textContent = t("failed", { problem: error.message });
    }
    key.disabled = false;
  });
  return h("p", { class: "act" }, key, told);
}

function part(title, good, lines, ...more) {
  return h("section", { class: `card part ${good ? "good" : "bad"}` },
    h("h2", {}, icon(good ? "check" : "warning"), title),
    [].concat(lines).filter(Boolean).map((line) => h("p", {}, line)), more);
}

function network() {
  const { online, blocked, others } = status;
  const key = blocked === "REVOKED" ? "network_revoked" : !online ? "network_away" : blocked === "NO_HALL" ? "network_no_hall" : "network_ok";
  return part(t("network"), key === "network_ok" && !others, [t(key), others && t("network_others")]);
}

function numbers() {
  const row = ({ queue, left, minutes_left }) => h("li", { class: left ? "" : "none" }, h("b", {}, queue), h("span", {}, t("numbers_left", { n: left })),
    minutes_left !== undefined && h("small", {}, t("numbers_last", { minutes: minutes_left })));
  const some = status.leases.some((lease) => lease.left > 0);
  return part(t("numbers"), some, some ? [] : t("numbers_none"), h("ul", { class: "numbers" }, status.leases.map(row)));
}

function handing() {
  const lines = [status.pending ? t("handing_some", { n: status.pending }) : t("handing_none"), status.aside > 0 && t("handing_aside", { n: status.aside })];
  return part(t("handing"), !status.pending && !status.aside, lines);
}

function printer() {
  const { ok, code, warnings, fitted, paper } = status.printer;
  if (!fitted) return part(t("printer"), true, t("printer_none"));
  const lines = [ok ? t("good") : codeText(code), ...warnings.map(codeText), paper && t("paper_used", { n: paper.printed }),
    paper?.left_percent !== undefined && t("paper_left", { percent: paper.left_percent }),
    paper?.ends_at && t("paper_ends", { at: time(paper.ends_at, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) })];
  return part(t("printer"), ok && warnings.length === 0, lines, act(t("test"), "/api/printer/test"), act(t("fresh_roll"), "/api/printer/fresh-roll"));
}

function readers() {
  const rows = Object.entries(status.readers);
  return rows.length > 0 && part(t("readers"), rows.every(([, row]) => row.ok), rows.map(([kind, row]) => `${t(kind)}: ${row.ok ? t("good") : codeText(row.code)}`));
}

function trouble() {
  const lines = [status.blocked === "JOURNAL_FULL" && t("journal_full"), status.trouble.includes("JOURNAL_SET_ASIDE") && t("journal_set_aside"), status.trouble.includes("JOURNAL_SALVAGED") && t("journal_salvaged")].filter(Boolean);
  return [lines.length > 0 && part(t("journal"), false, lines), (status.clock_off || status.blocked === "DAY_UNKNOWN") && part(t("clock"), false, t(status.blocked === "DAY_UNKNOWN" ? "clock_unknown" : "clock_off"))];
}

function draw() {
  $("name").textContent = status.name;
  if ($("parts").contains(document.activeElement) && document.activeElement.disabled) return;
  $("parts").replaceChildren(...[network(), printer(), numbers(), handing(), readers(), ...trouble()].filter(Boolean));
}

async function drawSlips() {
  const found = await fetch("/api/slips").then((answer) => answer.json()).catch(() => ({ slips: [] }));
  const row = (slip) => h("li", {}, h("b", { class: "number" }, slip.number), h("span", {}, time(slip.taken_at)),
    h("span", {}, t(`paper.${slip.paper}`)), h("span", { class: "soft" }, t(`sent.${slip.sent}`)),
    act(t("reprint"), `/api/tickets/${encodeURIComponent(slip.number)}/copy`, drawSlips));
  $("slips").replaceChildren(...(found.slips.length ? found.slips.map(row) : [h("li", { class: "soft" }, t("last_none"))]));
}

draw();
drawSlips();
live({ topics: "kiosk", snapshot: async () => "", onEvent: (event) => {
  if (event.event !== "KioskChanged") return;
  status = event;
  draw();
  drawSlips();
}, onState: () => {} });
