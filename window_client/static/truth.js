// What a console reads from the server, and keeps of it: the hall's names, who is next, who was set aside.
import { api, facts, now, page, pick } from "/static/look/live.js";

export const NUMBER = facts.window;
export const HALL = `/halls/${encodeURIComponent(page.hall)}`;
export const WINDOW = `${HALL}/windows/${NUMBER}`;
const KEPT = `greenwave.${page.hall}.${NUMBER}`;

/** What does not change in a day: names of queues and items, the queues that this window may serve. */
export const book = { services: new Map(), queues: [], plan: [], queueName: (id) => id, serviceName: (id) => id };

export async function readHall() {
  if (book.queues.length) return;
  const [hall, list] = await Promise.all([api("GET", HALL), api("GET", `${HALL}/services`)]);
  for (const service of list.services) book.services.set(service.id, service);
  book.queues = hall.queues.filter((queue) => queue.id !== "SELF");
  const names = new Map(hall.queues.map((queue) => [queue.id, pick(queue.names)]));
  book.queueName = (id) => names.get(id) ?? id;
  book.serviceName = (id) => (book.services.has(id) ? pick(book.services.get(id).names) : id);
  book.plan = hall.queues.filter((queue) => queue.windows.includes(NUMBER)).map((queue) => queue.id);
}

export async function readNext() {
  const { next } = await api("GET", `${WINDOW}/next`);
  return next.map((row) => ({ ...row, since: now() - row.waited_s * 1000 }));
}

/** Those set aside that are still aside; a page that was away does not offer what is gone. */
export async function stillAside(rows) {
  const read = (row) => api("GET", `${HALL}/tickets/${encodeURIComponent(row.id)}`, undefined, { tries: 1 }).then((ticket) => ({ ...row, status: ticket.status }), () => null);
  return (await Promise.all(rows.map(read))).filter((row) => row && (row.status === "held" || row.status === "missed"));
}

/** Who was set aside, as this page knew before it was loaded again. */
export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

export function remember(aside) {
  sessionStorage.setItem(KEPT, JSON.stringify(aside));
}

/** The clerk who last opened this window here, so that opening it again is one key. */
export const lastStaff = () => localStorage.getItem(`${KEPT}.staff`) ?? "";
export const keepStaff = (staff) => localStorage.setItem(`${KEPT}.staff`, staff);

/** What a typed number stands for: the ticket's id where it is known here, else the number itself. */
export function numbered(text, { next, known }) {
  const number = text.toUpperCase().replaceAll(/\s/g, "");
  return next.find((ticket) => ticket.number === number)?.id ?? known[number] ?? number;
}

/** Runs `read` once however often it is asked within `pause` ms, and never twice at a time. */
export function gently(read, pause) {
  let timer = 0, asked = false, running = false;
  async function go() {
    timer = 0;
    if (running) { asked = true; return; }
    running = true;
    await read().catch(() => {});
    running = false;
    if (asked) { asked = false; soon(); }
  }
  const soon = () => { timer ||= setTimeout(go, pause); };
  return soon;
}
