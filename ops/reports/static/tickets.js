// The tickets behind a figure, a page of them at a time.
import { api, h, name, say, time } from "/static/look/live.js";
import { file, sentence } from "/static/reports/fetching.js";
import { minutes } from "/static/reports/figures.js";

const COLUMNS = ["number", "day", "queue", "service", "window", "since", "wait", "handled", "status", "score"];

/** `open(asked, title)` shows the list of a figure's tickets. */
export function listing(hall, $) {
  let asked = null, after = null;

  function row(ticket) {
    const status = ticket.status === "transferred" ? say("reports.ticket.transferred") : name("status", ticket.status);
    const told = [ticket.day, ticket.queue, ticket.service, ticket.window ?? "–", ticket.waits_since ? time(ticket.waits_since) : "–", minutes(ticket.wait_s), minutes(ticket.handled_s), status, ticket.score ?? "–"];
    return h("tr", {}, h("th", { scope: "row", class: "number" }, ticket.number), told.map((text) => h("td", {}, text)));
  }

  async function more() {
    $("tickets-more").disabled = true;
    const mine = asked;
    try {
      const found = await api("GET", `${hall}/reports/tickets?${new URLSearchParams({ ...mine, limit: 100, ...(after ? { after } : {}) })}`, undefined, { tries: 1 });
      if (mine !== asked) return;
      after = found.next;
      $("tickets-table").tBodies[0].append(...found.tickets.map(row));
      $("tickets-told").textContent = $("tickets-table").tBodies[0].rows.length ? "" : say("reports.tickets_none");
      $("tickets-problem").hidden = true;
      $("tickets-more").hidden = !after;
      if (after && !found.tickets.length) return more(); // nothing in the days that were searched: look further
    } catch (problem) {
      if (mine !== asked) return;
      $("tickets-told").textContent = "";
      trouble(problem);
      $("tickets-more").hidden = false;
    }
    $("tickets-more").disabled = false;
  }

  function trouble(problem) {
    $("tickets-problem").textContent = sentence(problem);
    $("tickets-problem").hidden = false;
  }

  /** All of them, however many: the server writes them while they are sent. */
  async function keep() {
    const mine = asked;
    $("tickets-file").disabled = true;
    try {
      await file(`/api/v1${hall}/reports/tickets?${new URLSearchParams(mine)}`, "csv");
      if (mine === asked) $("tickets-problem").hidden = true;
    } catch (problem) {
      if (mine === asked) trouble(problem);
    }
    $("tickets-file").disabled = false;
  }

  $("tickets-more").addEventListener("click", more);
  $("tickets-file").addEventListener("click", keep);
  $("tickets-close").addEventListener("click", () => $("tickets").close());

  return {
    open(figure, title) {
      asked = figure;
      after = null;
      $("tickets-title").textContent = title;
      $("tickets-told").textContent = say("common.loading");
      $("tickets-problem").hidden = true;
      $("tickets-more").hidden = true;
      $("tickets-table").replaceChildren(h("thead", {}, h("tr", {}, COLUMNS.map((id) => h("th", { scope: "col" }, say(`reports.ticket.${id}`))))), h("tbody", {}));
      $("tickets").showModal();
      more();
    },
  };
}
