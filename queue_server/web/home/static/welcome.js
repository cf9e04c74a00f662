// A one-time link: a password of one's own, or a passkey; then on to one's account.
import { api, say } from "/static/look/live.js";
import { canHavePasskeys, make, wasGivenUp } from "/static/home/passkeys.js";

const $ = (id) => document.getElementById(id);
const form = $("welcome"), code = form.dataset.code, passkey = $("passkey");

function tell(problem) {
  if (wasGivenUp(problem)) return;
  $("wrong").querySelector("p").textContent = problem.detail || problem.title || problem.message;
  $("wrong").hidden = false;
}

async function using(work) {
  $("wrong").hidden = true;
  const buttons = [...document.querySelectorAll("main button")];
  for (const button of buttons) button.disabled = true;
  try {
    const { arrive } = await api("POST", "/welcome", { code, ...await work() });
    location.assign(arrive);
  } catch (problem) {
    tell(problem);
    for (const button of buttons) button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const password = $("password").value;
  if (password !== $("again").value) return tell({ detail: say("account.differ") });
  return using(() => ({ password }));
});

if (canHavePasskeys()) {
  passkey.hidden = false;
  passkey.addEventListener("click", () => using(async () => ({ passkey: await make("/welcome/options", { code }) })));
}
