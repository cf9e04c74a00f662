// Who is signed in at this console, where it is a person and not the window's own device.
import { api, page } from "/static/look/live.js";

export const person = { staff: "" };

/** Reads it once: a clerk who has signed in does not write their name again, and cannot write another's. */
export async function readPerson() {
  if (person.staff || !page.as?.startsWith("staff.")) return;
  person.staff = (await api("GET", "/me", undefined, { as: "staff" })).number;
}
