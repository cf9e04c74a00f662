// What lies over the views: closed, away, still there?, and help.
import { h, icon } from "/static/look/live.js";
import { button, deck } from "/static/kiosk/parts.js";
import { common, moment, t } from "/static/kiosk/words.js";

function cover(picture, title, detail, ...buttons) {
  return h("section", { class: "view cover" },
    h("div", { class: "message", role: "status" }, icon(picture), h("h1", {}, title), h("p", {}, detail)),
    buttons.length > 0 && deck(buttons));
}

export const loadingCover = () => cover("ticket", common("loading"), "");

export const awayCover = () => cover("offline", t("offline_title"), t("offline_detail"));

export function closedCover(hall, look) {
  const detail = hall.opens_at ? t("closed_detail", { at: moment(hall.opens_at) }) : t("closed_plain");
  return cover("door", t("closed_title"), detail, button("plain", "paper", t("closed_look"), look));
}

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
  return node;
}

export function helpDialog(close) {
  const step = (key) => h("li", {}, t(key));
  return dialog("dialog", "help-title", icon("help"), h("h2", { id: "help-title" }, t("help_title")), h("p", { class: "desk" }, t("help_desk")),
    h("h3", {}, t("help_steps")), h("ol", {}, step("help_one"), step("help_two"), step("help_three")),
    deck(button("next", "check", t("help_close"), close)));
}
