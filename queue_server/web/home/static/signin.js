// The sign-in form works without a script; this one adds passkeys.
import { api } from "/static/look/live.js";
import { canHavePasskeys, show, wasGivenUp } from "/static/home/passkeys.js";

const button = document.getElementById("passkey"), wrong = document.getElementById("passkey-wrong");

async function signIn() {
  wrong.hidden = true;
  button.disabled = true;
  try {
    const passkey = await show("/sign-in/passkey/options");
    const { arrive } = await api("POST", "/sign-in/passkey", { passkey });
    location.assign(`${arrive}?to=${encodeURIComponent(button.dataset.to)}`);
  } catch (problem) {
    button.disabled = false;
    if (wasGivenUp(problem)) return;
    wrong.querySelector("p").textContent = problem.detail || problem.title || problem.message;
    wrong.hidden = false;
  }
}

if (button && canHavePasskeys()) {
  button.hidden = false;
  button.addEventListener("click", signIn);
}
