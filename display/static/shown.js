// Tells the server which calls this screen really showed: a call that no device showed raises an alarm.
import { api, newKey, page } from "/static/look/live.js";

const EVERY_MS = 1000;
const LONGEST_MS = 15_000;
const ANSWER_MS = 10_000;
const MOST = 50;
const KEPT = 2000;

const away = (problem) => !problem.status || problem.status >= 500 || problem.status === 429;
const revoked = (problem) => problem.status === 401 || problem.status === 403;

/**
 * Returns `drew(how, call)`. Each call is told once per kind, at most one request a second, again until the server has
 * it. A page that acts as no device (`as` is empty) tells nothing.
 */
export function teller(as) {
  const told = new Set();
  const due = new Map();
  let running = false;

  function drew(how, call) {
    const key = [how, call.window, call.number, call.times, call.called_at].join();
    if (!as || told.has(key)) return;
    told.add(key);
    if (told.size > KEPT) told.delete(told.values().next().value);
    due.set(how, [...(due.get(how) || []), { window: call.window, number: call.number, times: call.times }]);
    if (!running) sendAll();
  }

  async function sendAll() {
    running = true;
    while (due.size && as) {
      const [how, calls] = due.entries().next().value;
      due.delete(how);
      if (calls.length > MOST) due.set(how, calls.slice(MOST));
      await send({ how, calls: calls.slice(0, MOST) });
      await sleep(EVERY_MS);
    }
    running = false;
  }

  /** Sends one batch until it is answered; what the server refuses is dropped, and a revoked device falls silent. */
  async function send(batch) {
    const key = newKey();
    for (let pause = EVERY_MS; as; pause = Math.min(LONGEST_MS, pause * 2)) {
      try {
        return await api("POST", `/halls/${page.hall}/shown`, batch, { key, tries: 1, as, signal: AbortSignal.timeout(ANSWER_MS) });
      } catch (problem) {
        if (revoked(problem)) as = "";
        if (!away(problem)) return null;
        await sleep(pause);
      }
    }
    return null;
  }

  return drew;
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
