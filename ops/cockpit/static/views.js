// The cockpit's views: one at a time, by the address's fragment.

export const VIEWS = ["hall", "lines", "forecast", "what-if", "cases", "devices"];

/** Shows the view of the address, and again when that changes. `onView(view)` hears which. */
export function views($, onView) {
  function show() {
    if (location.hash === "#content") return; // the skip link stays in its view
    const wanted = location.hash.slice(1), view = VIEWS.includes(wanted) ? wanted : VIEWS[0];
    for (const name of VIEWS) {
      $(`${name}-view`).hidden = name !== view;
      if (name === view) $(`to-${name}`).setAttribute("aria-current", "page");
      else $(`to-${name}`).removeAttribute("aria-current");
    }
    document.body.dataset.view = view;
    onView(view);
  }

  window.addEventListener("hashchange", show);
  return { show, go(view) { location.hash = `#${view}`; show(); } };
}
