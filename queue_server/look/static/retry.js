// On the page that says the store is away: asks until it is back, then shows the page that was wanted.
async function ask() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.status !== 503) return location.reload();
  } catch { /* the server itself is away: ask again */ }
  return setTimeout(ask, 3000);
}

setTimeout(ask, 3000);
