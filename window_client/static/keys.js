// Keys: one for each act. They never act while someone types, and a held key acts once.

const typing = (node) => node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement
  || (node instanceof HTMLInputElement && !["radio", "checkbox"].includes(node.type));
const pressable = (node) => Boolean(node?.closest?.("button, a, summary, label, input"));

/** While a panel is open only its own key, undo and help act: a letter that chooses nothing in it must not finish a visit. */
const mayAct = (act, open) => !open || open === "help" || act === open || act === "help" || act === "undo";

/** Listens for as long as the page lives. `panel()` names the open panel: while there is one, keys choose in it. */
export function listen({ press, shut, actOfKey, panel }) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") return escape(event, shut);
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.key === " " || event.key === "Enter") && pressable(event.target)) return; // the browser presses it
    const choice = panel() && document.querySelector(`#panel [data-pick="${CSS.escape(event.key.toLowerCase())}"]`);
    const act = choice ? "" : actOfKey(event.key);
    if (!choice && (!act || !mayAct(act, panel()))) return;
    event.preventDefault();
    if (event.repeat) return;
    if (choice) choice.click();
    else press(act);
  });
}

function escape(event, shut) {
  if (typing(event.target)) event.target.blur();
  shut();
}
