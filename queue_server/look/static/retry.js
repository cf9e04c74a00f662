// On a page that says that something is not there yet, the store or a ticket: asks until it is back, then shows the page that was wanted.
const wrong = Number(document.querySelector("[data-status]").dataset.status);

async function ask() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.status !== wrong) return location.reload();
  } catch { /* the server itself is away: ask again */ }
  return setTimeout(ask, 3000);
}

setTimeout(ask, 3000);
