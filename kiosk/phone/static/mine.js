// How the own tickets and bookings of this phone are by now.
import { LANG } from "/static/look/live.js";
import { forgetMine, keepMine, mine } from "/static/phone/kept.js";

const MOST = 8;
const ENDED = new Set(["done", "cancelled", "expired", "checked_in"]);
const KINDS = { t: "tickets", b: "bookings" };

/** Whether nothing more comes of it; a missed ticket can still be mended, a missed booking cannot. */
export const isOver = (row) => ENDED.has(row.status) || (row.kind === "b" && row.status === "missed");

/** Those that are not over yet, of one hall. */
export const openOnes = (hall) => mine().filter((row) => row.hall === hall && !isOver(row));

/** Each thing is asked for with its own token; null for what is not kept any more. */
async function ask({ kind, hall, token }) {
  const id = token.split(".")[2];
  const answer = await fetch(`/api/v1/halls/${encodeURIComponent(hall)}/${KINDS[kind]}/${encodeURIComponent(id)}`, { headers: { "Authorization": `Bearer ${token}`, "Accept-Language": LANG } });
  if (answer.status === 404 || answer.status === 401) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Reads how the open ones are; `changed` when one of them is not as it was. What cannot be asked for stays as it is. */
export async function refreshMine(hall, changed) {
  const rows = openOnes(hall).slice(0, MOST);
  const seen = await Promise.all(rows.map((row) => ask(row).catch(() => row)));
  let news = false;
  rows.forEach((row, at) => {
    const found = seen[at];
    if (!found) forgetMine(row.token);
    else if (found !== row) keepMine({ ...row, status: found.status, ...(row.kind === "b" && { start: Date.parse(found.start) }) });
    news ||= !found || found.status !== row.status || (row.kind === "b" && Date.parse(found.start || row.start) !== row.start && found !== row);
  });
  if (news) changed();
}
