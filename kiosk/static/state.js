// How the machine is: a calm strip for visitors while the server is away, and a discreet line for the staff.
import { h, icon } from "/static/look/live.js";
import { AGENT, device } from "/static/kiosk/device.js";
import { t } from "/static/kiosk/words.js";

export function offlineStrip() {
  const { left, hotline } = device.status;
  return h("div", { class: "strip", role: "status" }, icon("offline"),
    h("div", {}, h("p", {}, t("strip_title")), h("p", { class: "soft" }, left !== null && t("strip_left", { n: left }), hotline && h("span", {}, " ", t("hotline", { hotline })))));
}

export function drawState(line) {
  if (!AGENT || !line) return;
  const { status } = device;
  const paper = status.printer?.warnings?.includes("PAPER_LOW") ? "state_paper_low" : status.printer?.ok === false ? "state_printer_bad" : "state_printer_ok";
  const mark = (good, picture, key, facts) => h("span", { class: good ? "ok" : "bad" }, icon(picture), t(key, facts));
  line.replaceChildren(
    h("span", {}, status.name || ""),
    mark(paper === "state_printer_ok", "printer", paper),
    mark(status.online, status.online ? "online" : "offline", status.online ? "state_online" : "state_offline"),
    ...(status.pending ? [mark(false, "clock", "state_pending", { n: status.pending })] : []));
}
