// Interpreters (翻译掌柜) at the guide desk: who needs one, who is free, and, on an interpreter's own phone, their visitor.
import { api, h, icon, LANG, page, say } from "/static/look/live.js";
import { mineCard } from "/static/window_client/desk_mine.js";
import { roster } from "/static/window_client/desk_roster.js";
import { fill } from "/static/window_client/parts.js";
import { wishCard } from "/static/window_client/desk_wishes.js";

const SETTLE_MS = 150;
const AGAIN_MS = 5000;
const ME = `greenwave.desk.${page.hall}.interpreter`;
const MOVES = new Set(["TicketCalled", "ServiceStarted", "TicketHeld", "TicketReinstated", "ActUndone", "DayClosed"]);
export const t = (key, values) => say(`interpreters.${key}`, values);

const names = new Intl.DisplayNames([LANG], { type: "language" });

/** A language by its name in the page's own; the code of one that the browser does not know. */
export function tongue(code) {
  try {
    return names.of(code);
  } catch {
    return code;
  }
}

function kept() {
  try {
    return localStorage.getItem(ME) ?? "";
  } catch {
    return "";
  }
}

/** Fills `box`; answers `{read, onEvent, onState}` for the line that hears of the hall. */
export function interpreters(HALL, box, services) {
  const state = { line: "loading", people: [], wishes: [], account: "", me: kept(), busy: new Set(), refused: {}, form: null, drafts: {}, told: "", open: false };
  let timer = 0, asking = 0;

  async function read() {
    const asked = asking += 1;
    try {
      const { interpreters: people, requests: wishes, me: account = "" } = await api("GET", `${HALL}/interpreters`, undefined, { tries: 2 });
      if (asked !== asking) return;
      Object.assign(state, { people, wishes, account, me: account || kept(), line: "ready" }); // signed in, one need not say who one is
    } catch (problem) {
      state.line = problem?.status === 0 || problem?.status === 503 ? "offline" : "error";
      soon(AGAIN_MS);
    }
    draw();
  }

  function soon(pause = SETTLE_MS) {
    clearTimeout(timer);
    timer = setTimeout(read, pause);
  }

  /** One act on a thing of the section; what is refused stands beside it. Resolves to whether it was done. */
  async function act(about, method, path, body) {
    state.busy.add(about);
    delete state.refused[about];
    draw();
    const done = await api(method, HALL + path, body).then(() => true, (problem) => { state.refused[about] = problem.detail || problem.title; });
    state.busy.delete(about);
    await read();
    return Boolean(done);
  }

  const at = (id) => encodeURIComponent(id);
  const acts = {
    send: (wish, person) => act(wish.ticket, "POST", `/tickets/${at(wish.ticket)}/interpreter/assign`, { interpreter: person.id }),
    without: (wish) => act(wish.ticket, "DELETE", `/tickets/${at(wish.ticket)}/interpreter`),
    duty: (person, on) => act(person.id, "POST", `/interpreters/${at(person.id)}/duty`, { on }),
    remove: (person) => act(person.id, "DELETE", `/interpreters/${at(person.id)}`),
    async keep(person, wanted) {
      if (await act("form", "POST", person ? `/interpreters/${at(person.id)}` : "/interpreters", wanted)) acts.form(null);
    },
    async note(wish, note) {
      if (!(await act(`note ${wish.ticket}`, "POST", `/tickets/${at(wish.ticket)}/interpreter/note`, { note }))) return;
      delete state.drafts[wish.ticket];
      state.told = wish.ticket;
      draw();
    },
    form(form) { state.form = form; draw(); },
    draft(wish, text) { state.drafts[wish.ticket] = text; },
    open(open) { state.open = open; },
    me(id) {
      state.me = id;
      try {
        localStorage.setItem(ME, id);
      } catch { /* then it is chosen again after a reload */ }
      draw();
    },
  };

  // ---- the page ----

  const wanting = () => state.wishes.filter((row) => row.status === "asked" || row.status === "assigned");

  function draw() {
    const { line, people, wishes, me, busy, refused, form, told } = state;
    box.dataset.state = line === "ready" && !wanting().length && !me ? "empty" : line;
    fill(box, [line, people, wishes, me, [...busy], refused, form, told, services().size], () => [
      h("h2", {}, t("title")), line !== "ready" && trouble(), line !== "loading" && [mineCard(state, acts, services), list(), roster(state, acts)]]);
  }

  function trouble() {
    if (state.line === "loading") return h("p", { class: "soft" }, say("common.loading"));
    const away = state.line === "offline";
    return h("div", { class: "note warn", role: "status" }, icon(away ? "offline" : "warning"), h("p", {}, t(away ? "offline" : "error")));
  }

  function list() {
    const rows = wanting();
    if (!rows.length) return state.line === "ready" && h("p", { class: "soft none" }, icon("check"), h("span", {}, t("none")));
    return h("div", { class: "sheets" }, rows.map((row) => wishCard(row, state, acts, services)));
  }

  draw();
  return {
    read, draw,
    onEvent(event) { if (event.event.startsWith("Interpreter") || (MOVES.has(event.event) && state.wishes.length)) soon(); },
    onState(line) {
      if (line === "offline" && state.line === "ready") { state.line = "offline"; draw(); }
      if (line === "online" && state.line === "offline") soon(0);
    },
  };
}
