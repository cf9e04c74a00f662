// The replay of a past day: which day, where in it, how fast. Nothing can be done in it but look.
import { api, h, icon, LANG, say, time } from "/static/look/live.js";
import { eventsOf, pastDay } from "/static/cockpit/past.js";
import { fill } from "/static/cockpit/parts.js";
import { sentence } from "/static/cockpit/asking.js";
import { count } from "/static/cockpit/words.js";

const SPEEDS = [1, 10, 60, 120, 300, 600];
const FRAME_MS = 250, STEP_MS = 60_000, LEAP_MS = 15 * 60_000;

/** The bar. `begin()` asks which day; `show(state, at)` is drawn for each moment, `over()` goes back to today. */
export function replay(HALL, $, hall, show, over) {
  let days = null, day = "", past = null, at = 0, speed = 60, playing = false, timer = 0, reading = null, last = 0, problem = "";

  async function begin() {
    $("replay").hidden = false;
    $("replay-day").focus();
    try {
      ({ days } = await api("GET", `${HALL}/days`, undefined, { tries: 1 }));
      problem = "";
    } catch (refusal) {
      [days, problem] = [[], refusal.status === 404 ? say("cockpit_replay.none") : sentence(refusal)];
    }
    fill($("replay-day"), days, () => [h("option", { value: "" }, say("cockpit_replay.choose")), ...days.map((one) => h("option", { value: one.day }, dayName(one)))]);
    draw();
  }

  function dayName({ day: name, visits }) {
    const written = new Intl.DateTimeFormat(LANG, { year: "numeric", month: "short", day: "numeric", weekday: "short", timeZone: "UTC" }).format(new Date(`${name}T12:00:00Z`));
    return `${written} · ${say("cockpit_replay.visits", { n: count(visits) })}`;
  }

  async function choose(name) {
    stop();
    reading?.abort();
    [day, past, problem] = [name, null, ""];
    if (!name) return draw();
    const mine = reading = new AbortController();
    $("replay-told").textContent = say("common.loading");
    try {
      const events = await eventsOf(HALL, name, (n) => { $("replay-told").textContent = say("cockpit_replay.read", { n: count(n) }); }, mine.signal);
      if (events.length) past = pastDay(hall(), events);
      else problem = say("cockpit_replay.empty");
    } catch (refusal) {
      if (mine.signal.aborted) return undefined;
      problem = sentence(refusal);
    }
    if (past) to(past.first);
    return draw();
  }

  // ---- time ----

  function to(moment) {
    at = Math.min(past.last, Math.max(past.first, moment));
    show(past.to(at), at);
    drawTime();
    if (at >= past.last) stop();
  }

  function play() {
    if (!past) return;
    if (at >= past.last) to(past.first);
    playing = true;
    last = performance.now();
    clearInterval(timer);
    timer = setInterval(frame, FRAME_MS);
    draw();
  }

  function frame() {
    const now = performance.now(), passed = now - last;
    last = now;
    to(at + passed * speed);
  }

  function stop() {
    clearInterval(timer);
    playing = false;
    draw();
  }

  function end() {
    stop();
    reading?.abort();
    [past, day] = [null, ""];
    $("replay").hidden = true;
    over();
  }

  // ---- the page ----

  function draw() {
    const there = Boolean(past);
    for (const id of ["replay-play", "replay-slider", "replay-speed"]) $(id).disabled = !there;
    fill($("replay-play"), playing, () => [icon(playing ? "pause" : "play"), say(playing ? "cockpit_replay.pause" : "cockpit_replay.play")]);
    if (there) Object.assign($("replay-slider"), { min: past.first, max: past.last, step: STEP_MS / 60 });
    if (there || !day) $("replay-told").textContent = "";
    $("replay-problem").hidden = !problem;
    fill($("replay-problem"), problem, () => problem && [icon("warning"), problem]);
    drawTime();
  }

  function drawTime() {
    $("replay-at").textContent = past ? time(at, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }) : "–";
    if (!past) return;
    $("replay-slider").value = at;
    $("replay-slider").setAttribute("aria-valuetext", time(at));
  }

  function key(event) {
    const by = { ArrowRight: STEP_MS, ArrowLeft: -STEP_MS, PageUp: LEAP_MS, PageDown: -LEAP_MS }[event.key];
    if (event.key === "Escape") end();
    if (!past || !by || event.target !== $("replay-slider")) return;
    event.preventDefault();
    to(at + by);
  }

  fill($("replay-speed"), SPEEDS, () => SPEEDS.map((one) => h("option", { value: one, selected: one === speed }, `${one}×`)));
  $("replay-day").addEventListener("change", (event) => choose(event.target.value));
  $("replay-play").addEventListener("click", () => (playing ? stop() : play()));
  $("replay-speed").addEventListener("change", (event) => { speed = Number(event.target.value); });
  $("replay-slider").addEventListener("input", (event) => to(Number(event.target.value)));
  $("replay-today").addEventListener("click", end);
  $("replay").addEventListener("keydown", key);
  return { begin, end, get on() { return Boolean(past); } };
}
