// Dragging by mouse, pen or finger: from a button with `data-window` onto whatever has `data-target`.

const LEAST_PX = 6;

/** `drop(window, target)` hears what was dropped where. A press that does not move stays a click. */
export function dragging(view, drop) {
  let held = null;

  function begin(event) {
    const from = event.target.closest("button[data-window]");
    if (!from || event.button > 0) return;
    held = { from, pointer: event.pointerId, x: event.clientX, y: event.clientY, ghost: null, over: null };
  }

  function move(event) {
    if (!held || event.pointerId !== held.pointer) return;
    if (!held.ghost && Math.hypot(event.clientX - held.x, event.clientY - held.y) < LEAST_PX) return;
    if (!held.ghost) lift();
    event.preventDefault();
    held.ghost.style.transform = `translate(${event.clientX}px, ${event.clientY}px)`;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-target]") ?? null;
    if (over === held.over) return;
    held.over?.classList.remove("over");
    over?.classList.add("over");
    held.over = over;
  }

  function lift() {
    held.from.setPointerCapture(held.pointer);
    held.ghost = held.from.cloneNode(true);
    held.ghost.removeAttribute("data-window");
    held.ghost.className += " ghost";
    held.ghost.setAttribute("aria-hidden", "true");
    held.ghost.tabIndex = -1;
    document.body.append(held.ghost);
  }

  function end(event) {
    if (!held || event.pointerId !== held.pointer) return;
    const { from, ghost, over } = held;
    held = null;
    over?.classList.remove("over");
    if (!ghost) return;
    ghost.remove();
    from.addEventListener("click", swallow, { once: true, capture: true });
    setTimeout(() => from.removeEventListener("click", swallow, { capture: true }));
    if (event.type === "pointerup" && over) drop(Number(from.dataset.window), over.dataset.target);
  }

  /** The click that the browser makes of a drag's end is none. */
  const swallow = (event) => { event.stopImmediatePropagation(); event.preventDefault(); };

  view.addEventListener("pointerdown", begin);
  view.addEventListener("pointermove", move);
  view.addEventListener("pointerup", end);
  view.addEventListener("pointercancel", end);
  view.addEventListener("dragstart", (event) => event.preventDefault());
}
