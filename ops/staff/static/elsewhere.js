// Someone of this hall who is to work at another one too: where they may be sent, and how that hall's page takes them up.
import { api, h, icon, page, pick, say } from "/static/look/live.js";

const JOIN = "#join=";

/** The halls whose staff the one who sits here manages, but for this one; of the admin all of them. */
async function otherHalls() {
  if (page.as === "admin") {
    const { halls } = await api("GET", "/halls");
    return halls.filter((row) => row.id !== page.hall).map((row) => ({ id: row.id, name: pick(row.names) }));
  }
  if (!page.as?.startsWith("staff.")) return [];
  const { places } = await api("GET", "/me");
  return places.filter((row) => row.role === "manager" && !row.departments.length && row.hall !== page.hall).map((row) => ({ id: row.hall, name: pick(row.names) }));
}

/** Where somebody may be given duties too; it stays empty where there is no other hall. */
export function alsoAt(row) {
  const place = h("div", { class: "also" });
  const go = (hall) => location.assign(`/staff/${encodeURIComponent(hall)}${JOIN}${encodeURIComponent(JSON.stringify({ id: row.id, name: row.name, number: row.number, sign_in: row.sign_in }))}`);
  otherHalls().then((halls) => {
    if (!halls.length) return;
    const chosen = h("select", { id: "c-hall" }, halls.map((each) => h("option", { value: each.id }, each.name)));
    place.append(h("div", { class: "field" }, h("label", { for: "c-hall" }, say("staff.also_at")),
      h("div", { class: "acts" }, chosen, h("button", { type: "button", class: "button", onclick: () => go(chosen.value) }, icon("right"), say("staff.also_go")))));
  }, () => place.append(h("p", { class: "soft" }, say("common.offline_problem"))));
  return place;
}

/** Who comes from another hall's page, with no duties here yet; null for nobody. They come once. */
export function joining() {
  if (!location.hash.startsWith(JOIN)) return null;
  const said = location.hash.slice(JOIN.length);
  history.replaceState(null, "", location.pathname + location.search);
  try {
    const { id, name, number, sign_in } = JSON.parse(decodeURIComponent(said));
    return { id: String(id), name: String(name), number: String(number), sign_in: String(sign_in), role: "window", departments: [], windows: [], skills: [], certificates: [], yours: true, joins: true };
  } catch {
    return null; // an address that no page of ours has made
  }
}
