// The front page: whether each hall is open and how many wait, and the way to a window's console.
import { api, h, icon, now, say, time } from "/static/look/live.js";

for (const form of document.querySelectorAll("form[data-go]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(form.dataset.go + encodeURIComponent(new FormData(form).get("window")));
  });
}

function lineOf(row, timeZone) {
  const day = (moment) => time(moment, { timeZone, dateStyle: "short" });
  const hour = { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const at = (moment) => time(moment, day(moment) === day(now()) ? hour : { weekday: "short", ...hour });
  const state = row.open
    ? row.closes_at ? say("home.open_until", { at: at(row.closes_at) }) : say("home.is_open")
    : row.opens_at ? say("home.opens_at", { at: at(row.opens_at) }) : say("home.is_closed");
  return [
    h("span", { class: row.open ? "badge on" : "badge" }, icon(row.open ? "check" : "clock"), state),
    h("span", { class: "badge" }, icon("people"), say("home.waiting", { n: row.waiting })),
  ];
}

async function show() {
  const { halls } = await api("GET", "/halls");
  for (const row of halls) {
    const section = document.querySelector(`section[data-hall="${CSS.escape(row.id)}"]`);
    section?.querySelector(".live").replaceChildren(...lineOf(row, section.dataset.timezone));
  }
}

show().catch((problem) => {
  for (const place of document.querySelectorAll(".live")) {
    place.replaceChildren(h("span", { class: "badge away" }, icon("offline"), problem.title || say("common.offline_problem")));
  }
  setTimeout(() => show().catch(() => {}), 5000);
});
