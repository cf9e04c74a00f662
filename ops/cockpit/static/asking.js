// Answers that are no JSON: pictures and lines. One try each; what was asked before is let go.
import { LANG, page } from "/static/look/live.js";

/** The answer of an address of this server, as this page's manager. Rejects with the problem. */
export async function ask(address, { signal, accept = "*/*" } = {}) {
  const answer = await fetch(address, { signal, headers: { Accept: accept, "Accept-Language": LANG, "Greenwave-As": page.as ?? "" } }).catch((error) => {
    throw signal?.aborted ? error : { status: 0, code: "OFFLINE", title: "", detail: "" };
  });
  if (answer.ok) return answer;
  throw await answer.json().catch(() => ({ status: answer.status, code: "INTERNAL", title: "", detail: "" }));
}

/** What a problem says of itself, in one sentence. */
export const sentence = (problem) => problem.detail || problem.title || problem.code || String(problem);
