// The shifts of one day: each as words and as a bar on the day; and the form that plans one.
import { api, h, icon, say } from "/static/look/live.js";
import { clock, HALL, momentOf, onTheWall } from "/static/staff/asking.js";
import { field, top } from "/static/staff/colleague.js";

const EARLIEST = 6 * 60, LATEST = 22 * 60;
const SVG = "http://www.w3.org/2000/svg";

function bar(kind, from, to) {
  const part = document.createElementNS(SVG, "rect"), [x, end] = [from, to].map((minute) => Math.min(Math.max(minute, EARLIEST), LATEST) - EARLIEST);
  for (const [name, value] of Object.entries({ class: kind, x, y: 0, width: Math.max(end - x, 0), height: 20 })) part.setAttribute(name, value);
  return part;
}

function line(spans) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "line", viewBox: `0 0 ${LATEST - EARLIEST} 20`, preserveAspectRatio: "none", "aria-hidden": "true" })) svg.setAttribute(name, value);
  svg.append(bar("all", EARLIEST, LATEST), ...spans.map(([kind, from, to]) => bar(kind, from, to)));
  return svg;
}

const minutes = ({ start, end }) => [onTheWall(start).minute, onTheWall(end).minute || 1440];
const span = (row) => minutes(row).map(clock).join("–");

function shift(row, drop) {
  const rests = row.breaks.map((each) => say("staff.break_at", { span: span(each) }));
  const where = row.window ? say("common.window_n", { window: row.window }) : say("staff.any_window");
  return h("li", { class: "shift" }, h("span", { class: "who" }, row.name, " ", h("span", { class: "soft" }, row.number)),
    line([["work", ...minutes(row)], ...row.breaks.map((each) => ["rest", ...minutes(each)])]),
    h("span", { class: "when" }, [span(row), where, ...rests].join(" · ")),
    h("button", { class: "button", "aria-label": say("staff.drop_shift", { name: row.name }), onclick: () => drop(row) }, icon("cross")));
}

/** The day's shifts. */
export const shiftRows = (rows, drop) => h("ul", { class: "shift-rows" }, rows.map((row) => shift(row, drop)));

const hour = (id, value, label) => h("input", { id, name: id, type: "time", required: true, value, "aria-label": label && say(label) });

function breakRow(from = "12:00", to = "13:00") {
  const row = h("div", { class: "break" }, h("input", { type: "time", required: true, value: from, "aria-label": say("staff.from") }),
    h("input", { type: "time", required: true, value: to, "aria-label": say("staff.to") }),
    h("button", { type: "button", class: "button", "aria-label": say("staff.remove_break"), onclick: () => row.remove() }, icon("cross")));
  return row;
}

/** The sheet that plans a shift on a day. */
export function shiftForm(people, day, { shut, done }) {
  const wrong = h("div", { class: "note bad", role: "alert", hidden: true }, icon("warning"), h("p", {}));
  const breaks = h("div", { class: "breaks" }, breakRow());
  async function save(event) {
    event.preventDefault();
    const data = new FormData(event.target), on = String(data.get("s-day")), window = Number(data.get("s-window"));
    const rests = [...breaks.children].map((row) => [...row.querySelectorAll("input")].map((each) => momentOf(on, each.value)));
    try {
      await done(await api("POST", `${HALL}/shifts`, {
        person: data.get("s-person"), start: momentOf(on, data.get("s-from")), end: momentOf(on, data.get("s-to")),
        breaks: rests.map(([start, end]) => ({ start, end })), ...(window && { window }),
      }));
    } catch (problem) {
      wrong.querySelector("p").textContent = problem.detail || problem.title || String(problem);
      wrong.hidden = false;
    }
  }
  const options = people.filter((row) => !row.disabled).map((row) => h("option", { value: row.id }, `${row.name} ${row.number}`));
  if (!options.length) return h("div", { class: "sheet" }, top(say("staff.plan"), shut), h("p", { class: "note warn" }, icon("info"), h("span", {}, say("staff.nobody"))));
  return h("form", { class: "sheet", onsubmit: save }, top(say("staff.plan"), shut), wrong,
    h("div", { class: "two" }, field("person", h("select", { id: "s-person", name: "s-person" }, options)),
      field("day", h("input", { id: "s-day", name: "s-day", type: "date", required: true, value: day }))),
    h("div", { class: "two" }, field("from", hour("s-from", "09:00")), field("to", hour("s-to", "17:00"))),
    field("window", h("input", { id: "s-window", name: "s-window", type: "number", min: 1, max: 9999, placeholder: say("staff.any_window") })),
    h("fieldset", {}, h("legend", {}, say("staff.breaks")), breaks, h("div", {}, h("button", { type: "button", class: "button", onclick: () => breaks.append(breakRow()) }, say("staff.add_break")))),
    h("div", { class: "acts" }, h("button", { class: "button next" }, icon("check"), say("staff.plan"))));
}
