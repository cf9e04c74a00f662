// What is fetched and is no JSON: charts and files. One try each; the page says what went wrong.
import { LANG, page, say } from "/static/look/live.js";

const TYPES = { csv: "text/csv", xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" };
const REM = 16;

async function fetched(address, accept, signal) {
  const headers = { Accept: accept, "Accept-Language": LANG, "Greenwave-As": page.as ?? "" };
  const answer = await fetch(address, { signal, headers }).catch((error) => {
    throw signal?.aborted ? error : { status: 0, code: "OFFLINE" };
  });
  if (answer.ok) return answer;
  throw await answer.json().catch(() => ({ status: answer.status, code: "INTERNAL" }));
}

/** Whether waiting heals it: the server, its store or its archive is away. */
export const isAway = (problem) => problem.status === 0 || problem.status >= 500;

/** What a problem says of itself, in one sentence. */
export function sentence(problem) {
  if (problem.code === "ARCHIVE_AWAY") return say("reports.away");
  if (problem.code === "OFFLINE") return say("reports.offline");
  return problem.detail || problem.title || say("reports.offline");
}

/** A chart's place; `show(asked)` draws it anew, and leaves the old picture until there is another. */
export function chart(node, hall, name) {
  let controller = null;
  return {
    async show(asked) {
      controller?.abort();
      controller = new AbortController();
      const box = node.getBoundingClientRect(), rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / REM;
      const size = { width: Math.round(box.width / rem), height: Math.round(box.height / rem) };
      try {
        const answer = await fetched(`/reports/${encodeURIComponent(hall)}/charts/${name}.svg?${new URLSearchParams({ ...asked, ...size })}`, "image/svg+xml", controller.signal);
        const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
        node.replaceChildren(document.importNode(drawn, true));
      } catch (problem) {
        if (problem.name === "AbortError") return;
        const told = document.createElement("p");
        told.className = "soft";
        told.textContent = sentence(problem);
        node.replaceChildren(told);
      }
    },
  };
}

/** Keeps a file under the name that the server gives it. */
export async function file(address, kind) {
  const answer = await fetched(address, TYPES[kind]);
  const called = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? `report.${kind}`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = called;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
