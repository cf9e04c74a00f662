// Waits as pages of visitors say them, and what is expected of each queue in the next two hours.
import { api, now, say, time } from "/static/look/live.js";
import { betterLater, firstServed, phraseOf } from "/static/look/waits.js";

const FRESH_MS = 60_000;

/** A wait `{p10, p50, p90}` as an honest range, about 20-35 minutes; null where nobody is expected to serve. */
export function waitWords(wait, lang) {
  if (!wait) return say("waits.none", {}, lang);
  const [key, minutes] = phraseOf(wait.p10, wait.p90);
  return say(`waits.${key}`, minutes, lang);
}

/** The same for the visitor's own ticket. */
export function ownWaitWords(wait, lang) {
  return wait && phraseOf(wait.p10, wait.p90)[0] === "at_once" ? say("waits.own_at_once", {}, lang) : waitWords(wait, lang);
}

/**
 * What a visitor should know of a queue before taking a ticket: `{kind, text}` with kind `none` where no window is open
 * for it, `later` where another time is clearly better; null where there is nothing to say.
 */
export function beforeTicket(wait, later, lang) {
  if (!wait) {
    const first = firstServed(later);
    const more = first ? say("waits.first_at", { at: time(first.at, undefined, lang) }, lang) : say("waits.ask_desk", {}, lang);
    return { kind: "none", text: [say("waits.no_window", {}, lang), more].join(" ") };
  }
  const better = betterLater(wait, later);
  return better && { kind: "later", text: say("waits.later", { at: time(better.at, undefined, lang), wait: waitWords(better.wait_s, lang) }, lang) };
}

/**
 * The outlook of a hall, by queue. `read()` asks for it where what is known is older than a minute, and resolves to
 * whether it is new; a server that has none leaves it empty.
 */
export function outlookOf(hall) {
  const outlook = { queues: new Map(), at: null, later: (queue) => outlook.queues.get(queue)?.later ?? [], read };
  let askedAt = -Infinity;

  async function read() {
    if (now() - askedAt < FRESH_MS) return false;
    askedAt = now();
    try {
      const found = await api("GET", `${hall}/outlook`, undefined, { tries: 1 });
      Object.assign(outlook, { at: found.at, queues: new Map(found.queues.map((row) => [row.queue, row])) });
    } catch {
      outlook.queues = new Map(); // what nobody stands by is not told
    }
    return true;
  }

  return outlook;
}
