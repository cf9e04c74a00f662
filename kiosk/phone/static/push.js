// Notices of this page's own ticket or booking, pushed to the phone even when the page is closed. Off until its visitor asks.
import { api, h, page } from "/static/look/live.js";
import { keep, recall } from "/static/phone/kept.js";
import { button, note } from "/static/phone/parts.js";
import { t } from "/static/phone/words.js";

const NAME = `push:${location.pathname}`;
const HALL = `/halls/${encodeURIComponent(page.hall)}`;

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));

/** What the server must know to push to this browser. */
function address(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
}

async function subscribe(manager) {
  const { key } = await api("GET", `${HALL}/push-key`);
  const known = await manager.getSubscription();
  return known || manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

/**
 * Follows whether notices are on for the thing at `path`; `tell({on, busy, problem, denied, turn})` draws it.
 * A browser that knows no push, or a page that is not at home on the phone, has no such key at all.
 */
export async function pushKeys(registration, path, tell) {
  const manager = registration?.pushManager;
  if (!manager || !("Notification" in window)) return;
  const state = { on: false, busy: false, problem: null, denied: Notification.permission === "denied", turn };
  const set = (patch) => { Object.assign(state, patch); tell({ ...state }); };

  async function turn() {
    if (state.busy) return;
    set({ busy: true, problem: null });
    try {
      await (state.on ? turnOff() : turnOn());
    } catch (problem) {
      set({ problem: problem.title ? problem : { title: t("push_failed"), detail: "" } });
    }
    set({ busy: false, denied: Notification.permission === "denied" });
  }

  async function turnOn() {
    if (await Notification.requestPermission() !== "granted") return;
    await api("POST", `${path}/push`, address(await subscribe(manager)));
    keep(NAME, true);
    set({ on: true });
  }

  async function turnOff() {
    const known = await manager.getSubscription();
    if (known) await api("DELETE", `${path}/push`, address(known));
    keep(NAME, null);
    set({ on: false });
  }

  /** The browser may have another address by now: the server is told the one that holds. */
  async function renew() {
    const known = recall(NAME) && Notification.permission === "granted" && await manager.getSubscription();
    if (known) await api("POST", `${path}/push`, address(known), { tries: 1 }).catch(() => {});
    set({ on: Boolean(known) });
  }

  await renew();
}

/** The key that turns notices on and off, with what went wrong beside it. */
export function pushKey(push) {
  if (!push) return null;
  if (push.denied) return h("p", { class: "soft" }, t("push_denied"));
  const text = t(push.busy ? "push_busy" : push.on ? "push_off" : "push_on");
  return [
    button("", push.on ? "check" : "bell", text, push.turn, { id: "push", disabled: push.busy }),
    push.problem && note("bad", "warning", push.problem.title, push.problem.detail !== push.problem.title && push.problem.detail),
  ];
}
