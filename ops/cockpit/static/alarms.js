// The alarms: visitors who call for help, calls that no screen shows, devices that are in trouble. Each is one card until it is over.
import { api, facts, h, icon, now, pick, say } from "/static/look/live.js";
import { fill } from "/static/cockpit/parts.js";
import { ruleCards } from "/static/cockpit/alarm_cards.js";
import { unseen } from "/static/cockpit/fold.js";
import { levelOf, summary, troublesOf } from "/static/cockpit/health.js";
import { clock, of, ofCode, tick, troubleWords } from "/static/cockpit/words.js";

const CALLS_NAMED = 3;

/**
 * The strip of alarms. `draw(state, rows)` shows those of now; `able(on)` lets acts happen; `toDevice(id)` is what a
 * device's alarm leads to, `lead(kind, alarm)` what one of the hall's own leads to.
 */
export function alarms(HALL, $, toDevice, lead) {
  const cards = new Map(), answering = new Set(), problems = new Map();
  const title = document.title;
  let last = null, on = true, heard = null;

  function draw(state, rows) {
    last = [state, rows];
    const wanted = [...state.help.map(helpCard), ...ruleCards(state.alarms, lead), unseenCard(unseen(state)), deviceCard(rows ?? [])].filter(Boolean);
    const keys = wanted.map((card) => card.key);
    for (const [key, node] of cards) if (!keys.includes(key)) { node.remove(); cards.delete(key); }
    wanted.forEach(place);
    $("alarms").hidden = !wanted.length;
    document.title = wanted.length ? `(${wanted.length}) ${title}` : title;
    tell(wanted);
    tick();
  }

  function place({ key, kind, made, build }, at) {
    const node = cards.get(key) ?? h("li", { data: { alarm: key } });
    cards.set(key, node);
    node.className = `alarm ${kind}`;
    fill(node, made, build);
    if ($("alarms").children[at] !== node) $("alarms").insertBefore(node, $("alarms").children[at] ?? null);
  }

  /** Says aloud what is new, once; what was there when the page came is on the page. */
  function tell(wanted) {
    const before = heard;
    heard = new Map(wanted.map((card) => [card.key, card.said]));
    const fresh = before === null ? [] : wanted.filter((card) => before.get(card.key) !== card.said);
    if (fresh.length) $("alarm-told").textContent = fresh.map((card) => card.told ?? card.said).join(" ");
  }

  // ---- somebody asks for help ----

  function helpCard(row) {
    const zone = facts.zones.find((one) => one.id === row.zone);
    const where = [row.name, zone && pick(zone.names)].filter(Boolean).join(" · ");
    const busy = answering.has(row.id), problem = problems.get(row.id) ?? "";
    const said = say("cockpit.help_called", { where });
    return {
      key: `help-${row.id}`, kind: "help", said, made: [row, on, busy, problem],
      build: () => [icon("bell"), h("div", { class: "words" }, h("h2", {}, say("cockpit.help"), " ", since(row.called_at)), h("p", {}, where), problem && h("p", { class: "problem" }, icon("warning"), problem)),
        h("button", { type: "button", class: "button next", disabled: !on || busy, onclick: () => answer(row) }, icon("check"), say(busy ? "cockpit.help_answering" : "cockpit.help_go"), h("span", { class: "unseen" }, where))],
    };
  }

  const since = (at) => h("span", { class: "number", role: "timer", data: { since: at } }, clock((now() - Date.parse(at)) / 1000));

  async function answer(row) {
    answering.add(row.id);
    problems.delete(row.id);
    again();
    try {
      await api("POST", `${HALL}/help/${encodeURIComponent(row.id)}/answer`);
    } catch (refusal) {
      problems.set(row.id, refusal.detail || refusal.title);
      answering.delete(row.id);
      again();
    }
  }

  // ---- no screen shows a call ----

  function unseenCard(calls) {
    if (!calls.length) return null;
    const named = calls.slice(0, CALLS_NAMED).map(({ number, window }) => say("cockpit.unseen_call", { number, window })).join(say("common.list_comma"));
    const more = calls.length - CALLS_NAMED;
    const text = more > 0 ? say("cockpit.unseen_more", { calls: named, n: more }) : named;
    return {
      key: "unseen", kind: "unshown", said: `${say("cockpit.unseen", { n: calls.length })}: ${text}`, made: calls,
      build: () => [icon("screen"), h("div", { class: "words" }, h("h2", {}, say("cockpit.unseen", { n: calls.length })), h("p", {}, text))],
    };
  }

  // ---- devices in trouble ----

  function deviceCard(rows) {
    const ill = summary(rows).alarms;
    if (!ill.length) return null;
    const [worst] = ill, [first] = troublesOf(worst);
    const what = of(worst.name, troubleWords(first));
    const others = ill.length > 1 ? say("cockpit.devices_more", { n: ill.length - 1 }) : "";
    return {
      key: "device", kind: levelOf(worst), said: [what, others].filter(Boolean).join(" "), made: [worst.id, what, first.code, others],
      build: () => [icon(levelOf(worst) === "silent" ? "offline" : "warning"), h("div", { class: "words" }, h("h2", {}, what), h("p", {}, ofCode("todo", first.code), others && ` ${others}`)),
        h("a", { class: "button", href: "#devices", onclick: (event) => { event.preventDefault(); toDevice(worst.id); } }, icon("device"), say("cockpit.to_device"))],
    };
  }

  const again = () => { if (last) draw(...last); };
  return { draw, able(now) { on = now; again(); } };
}
