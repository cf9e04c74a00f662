// The machine around the page: its agent, its printer, its readers. A browser without an agent has none of them.
import { api, facts, newKey } from "/static/look/live.js";
import { HALL } from "/static/kiosk/hall.js";

export const AGENT = facts.agent === true;

/** What the agent last told: online, blocked, printer, leases, hotline ... Without an agent nothing is ever blocked. */
export const device = {
  status: facts.status || { online: true, blocked: "", left: null, printer: null, idcard: null, scanner: null, hotline: facts.hotline || "" },
  card: null,
  code: null,
};

export const isOffline = () => AGENT && !device.status.online;

async function tell(method, path, body, key) {
  const headers = { "Accept": "application/json", "Accept-Language": document.documentElement.lang };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw { status: 0, code: "OFFLINE", title: "", detail: "" };
  }
  const found = await answer.json().catch(() => ({ code: "INTERNAL", title: "", detail: "" }));
  if (!answer.ok) throw found;
  return found;
}

/** Takes a ticket: by the agent it is printed when this resolves; without one the server's answer is the ticket. */
export async function takeTicket(wish, key) {
  const language = document.documentElement.lang;
  if (AGENT) return tell("POST", "/api/tickets", { ...wish, language, ...(device.card && { card: device.card.card }) }, key);
  const { service, ...visit } = wish; // of a visit, `service` is what a machine that is alone may give a number for
  const asked = visit.journey || visit.services ? visit : wish;
  return api("POST", `${HALL}/tickets?lang=${language}`, { ...asked, ...(asked.services && { plan: true }), language, channel: "kiosk" }, { key });
}

/** Checks in by `{code}` or `{pass}`: the answer is the ticket, printed where there is an agent. */
export async function checkIn(wish, key) {
  const language = document.documentElement.lang;
  if (AGENT) return tell("POST", "/api/check-in", { ...wish, language }, key);
  return api("POST", `${HALL}/check-in?lang=${language}`, wish, { key, tries: 2 });
}

/** Prints a ticket again, marked as a copy. */
export const reprint = (number) => tell("POST", `/api/tickets/${encodeURIComponent(number)}/copy`, {});

/** The visitor leaves without paper: keeps the number in mind, or gives it up. */
export const leaveUnprinted = (number, keep) => tell("POST", `/api/tickets/${encodeURIComponent(number)}/unprinted`, { keep });

/** An interpreter for a ticket that was just taken here. */
export const askInterpreter = (ticket, language, key) => (AGENT
  ? tell("POST", `/api/tickets/${encodeURIComponent(ticket.number)}/interpreter`, { language }, key)
  : api("POST", `${HALL}/tickets/${encodeURIComponent(ticket.id)}/interpreter?lang=${language}`, { language }, { key, tries: 2 }));

export const forgetCard = () => {
  if (device.card) tell("POST", "/api/card/forget", {}).catch(() => {});
  device.card = null;
};

/**
 * Calls somebody of the staff; `onChange(state)` hears `calling`, `called`, `answered` and `failed`.
 * The answer is an event of the hall: `answered` is for whoever hears it.
 */
export function callHelp(onChange) {
  let over = false;
  const done = () => { over = true; };
  const key = newKey();

  async function call() {
    onChange("calling");
    try {
      await (AGENT ? tell("POST", "/api/help", {}, key) : api("POST", `${HALL}/help`, {}, { key, tries: 2 }));
      if (!over) onChange("called");
    } catch {
      if (!over) onChange("failed");
    }
  }

  call();
  return { done, answered: () => { if (!over) { over = true; onChange("answered"); } } };
}
