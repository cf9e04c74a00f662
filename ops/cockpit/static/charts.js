// Charts that the server draws: fetched as SVG, shown inside the page so that they wear its colours.
import { page } from "/static/look/live.js";
import { ask } from "/static/cockpit/asking.js";

const REM = 16;

/** A chart's place. `show(query)` draws it anew, `clear()` empties it; both leave the old picture until there is another. */
export function chart(node, name, onProblem = () => {}) {
  let asked = null;

  async function show(query = {}) {
    asked?.abort();
    asked = new AbortController();
    const box = node.getBoundingClientRect(), rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / REM;
    if (!box.width || !box.height) return;
    const size = { width: Math.round(box.width / rem), height: Math.round(box.height / rem) };
    try {
      const answer = await ask(`/cockpit/${encodeURIComponent(page.hall)}/charts/${name}.svg?${new URLSearchParams({ ...query, ...size })}`, { signal: asked.signal, accept: "image/svg+xml" });
      const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
      node.replaceChildren(document.importNode(drawn, true));
      onProblem(null);
    } catch (problem) {
      if (problem.name === "AbortError") return;
      node.replaceChildren();
      onProblem(problem);
    }
  }

  return { show, clear() { asked?.abort(); node.replaceChildren(); } };
}
