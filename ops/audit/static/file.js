// What is looked for, as a table: kept by the browser under the name that the server gives it.
import { LANG, page } from "/static/look/live.js";

/** All entries that fit; throws the problem. */
export async function keepTable(query) {
  const headers = { Accept: "text/csv", "Accept-Language": LANG, "Greenwave-As": page.as ?? "" };
  const answer = await fetch(`/api/v1/halls/${encodeURIComponent(page.hall)}/audit?${query}`, { headers }).catch(() => { throw { status: 0, code: "OFFLINE" }; });
  if (!answer.ok) throw await answer.json().catch(() => ({ status: answer.status, code: "INTERNAL" }));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "audit.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
