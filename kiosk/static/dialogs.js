// Dialogs: still there?, which language, and help that somebody really comes for.
import { h, icon } from "/static/look/live.js";
import { callHelp } from "/static/kiosk/device.js";
import { needWords } from "/static/kiosk/interpreter.js";
import { button, deck } from "/static/kiosk/parts.js";
import { common, lang, t } from "/static/kiosk/words.js";

function dialog(kind, label, ...children) {
  return h("div", { class: "veil" }, h("div", { class: "dialog", role: kind, "aria-modal": "true", "aria-labelledby": label }, children));
}

/** The countdown before the page is wiped; `tell(left_s)` moves it on. */
export function idleDialog({ stay, leave }) {
  const left = h("p", { class: "number left", "aria-hidden": "true" });
  const detail = h("p", {});
  const node = dialog("alertdialog", "idle-title", left, h("h2", { id: "idle-title" }, t("idle_title")), detail,
    deck(button("plain", null, t("idle_leave"), leave), button("next", null, t("idle_stay"), stay)));
  node.addEventListener("click", (event) => { if (event.target === node) stay(); });
  node.tell = (seconds) => { left.textContent = seconds; detail.textContent = t("idle_detail", { n: seconds }); };
  return Object.assign(node, { dismiss: stay });
}

/** The word "language" in the language of the page and in English, so that it is found by who reads neither Chinese nor German. */
export function languageWords(languages) {
  const own = common("choose_language");
  if (lang() === "en" || !languages.includes("en")) return [own];
  return [own, " ", h("span", { lang: "en" }, common("choose_language", {}, "en"))];
}

/** Every language by its own name. */
export function languageDialog({ languages, choose, close }) {
  const key = (language) => h("button", { type: "button", class: "tongue", lang: language, "aria-current": language === lang() && "true", onclick: () => choose(language) },
    language === lang() && icon("check"), h("span", {}, common("language", {}, language)));
  const node = dialog("dialog", "language-title", icon("globe"), h("h2", { id: "language-title" }, languageWords(languages)),
    h("div", { class: "tongues" }, languages.map(key)), deck(button("plain", "left", t("back"), close)));
  node.addEventListener("click", (event) => { if (event.target === node) close(); });
  return Object.assign(node, { dismiss: close });
}

const PICTURES = { calling: "bell", called: "bell", answered: "person", failed: "place" };

/** Calls the staff at once; the same touch shows the three steps, for those who only wanted to know. */
export function helpDialog({ close, languages, interpreter }) {
  const told = h("div", { class: "told", role: "status" });
  const step = (key) => h("li", {}, t(key));
  const call = callHelp((state) => {
    told.dataset.state = state;
    told.replaceChildren(icon(PICTURES[state]), h("h2", { id: "help-title" }, t(`help_${state}`)), h("p", {}, t(`help_${state}_detail`)));
  });
  const node = dialog("dialog", "help-title", told,
    h("h3", {}, t("help_steps")), h("ol", {}, step("help_one"), step("help_two"), step("help_three")),
    deck(interpreter ? button("plain need-interpreter", "globe", needWords(languages), interpreter) : [], button("next", "check", t("help_close"), close)));
  return Object.assign(node, { answered: call.answered, closed: call.done, dismiss: close });
}
