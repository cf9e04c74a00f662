// For those who have a collection code: eight digits open their box, and they need no number. And the area that never closes.
import { api, h, icon, newKey, now, say } from "/static/look/live.js";
import { areaZones } from "/static/look/area.js";
import { HALL } from "/static/kiosk/hall.js";
import { button, deck, heading, scroller } from "/static/kiosk/parts.js";
import { lang, nameOf, placeText } from "/static/kiosk/words.js";

const DIGITS = 8;
const t = (key, values) => say(`lockers.${key}`, values, lang());
const grouped = (code) => code.replace(/^(\d{4})(?=\d)/, "$1 ");
const placeOf = ({ names, box, zone }) => [t("at_box", { locker: nameOf(names), box }), placeText(zone)].filter(Boolean).join(" · ");

/** The key of the start; nothing in a hall without lockers. */
export const collectKey = ({ hall, go }) => hall.lockers > 0 && button("plain collect", "lock", t("collect"), () => go({ name: "collect" }));

/** The key of the area with hours of its own; nothing in a hall without one. */
export const areaKey = ({ hall, go }) => hall.zones?.some((zone) => zone.always) && button("plain", "device", say("area.title", {}, lang()), () => go({ name: "area" }));

export function collectView(desk, view) {
  view.code ??= "";
  view.key ??= newKey();
  if (view.opened) return openedView(desk, view.opened);
  const field = h("input", { type: "text", id: "code", inputmode: "none", autocomplete: "off", maxlength: 24, placeholder: "____ ____", "aria-label": t("collect_title"),
    oninput: () => write(field.value), onkeydown: (event) => { if (event.key === "Enter") submit(); } });
  const next = button("next", "lock", view.busy ? t("opening") : t("open"), submit, { "aria-busy": Boolean(view.busy) });

  function write(text) {
    view.code = text.replace(/\D/g, "").slice(0, DIGITS);
    field.value = grouped(view.code);
    next.disabled = view.busy || view.code.length < DIGITS;
  }

  async function submit() {
    if (view.busy || view.code.length < DIGITS) return;
    Object.assign(view, { busy: true, problem: null });
    desk.redraw();
    try {
      view.opened = await api("POST", `${HALL}/parcels/collect?lang=${lang()}`, { code: view.code }, { key: view.key, tries: 2 });
    } catch (problem) {
      const lost = [0, 503].includes(problem.status); // the same wish may have been granted: it keeps its key
      Object.assign(view, { problem, code: lost ? view.code : "", key: lost ? view.key : newKey() });
    }
    view.busy = false;
    desk.redraw();
  }

  write(view.code);
  queueMicrotask(() => field.focus({ preventScroll: true }));
  const key = (label, press, name) => h("button", { type: "button", class: "key", "aria-label": name, onclick: press }, label);
  return h("section", { class: "view collect" },
    heading(t("collect_title"), t("collect_lead")),
    h("div", { class: "message", role: view.problem ? "alert" : "status" }, view.problem ? [icon("warning"), h("p", {}, h("b", {}, view.problem.title)), h("p", {}, view.problem.detail)] : icon("lock")),
    h("div", { class: "field-box code-box" }, field),
    h("div", { class: "keyboard digits", role: "group", "aria-label": t("collect_title") }, [..."123456789"].map((digit) => key(digit, () => write(view.code + digit))),
      h("span", {}), key("0", () => write(`${view.code}0`)), key(icon("erase"), () => write(view.code.slice(0, -1)), say("kiosk.key_erase", {}, lang()))),
    deck(button("plain", "home", say("kiosk.home", {}, lang()), desk.home), next));
}

const openedView = ({ home }, opened) => h("section", { class: "view collect" },
  h("div", { class: "message opened", role: "status" }, icon("check"), h("h1", {}, t("opened")), h("p", { class: "box" }, placeOf(opened)), h("p", {}, t("opened_detail", { place: t("at_box", { locker: nameOf(opened.names), box: opened.box }) }))),
  deck(button("next done", "check", say("kiosk.ticket_done", {}, lang()), home)));

/** What can be done while the hall is shut. */
export function areaView({ home, redraw }, view) {
  if (!view.area && !view.asked) {
    view.asked = true;
    api("GET", `${HALL}/area`, undefined, { tries: 2 }).then((area) => { view.area = area; }, () => { view.failed = true; }).finally(redraw);
  }
  const inside = view.area ? areaZones(view.area, { lang: lang(), now: now(), place: ({ floor }) => say("common.floor", { floor }, lang()) })
    : [h("p", { class: "soft", role: "status" }, view.failed ? say("area.error", {}, lang()) : say("common.loading", {}, lang()))];
  return h("section", { class: "view area" }, heading(say("area.title", {}, lang()), say("area.lead", {}, lang())), scroller(...inside),
    deck(button("next", "home", say("kiosk.home", {}, lang()), home)));
}
