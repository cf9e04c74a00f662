// Keeps the pages of this phone at hand: they open without a connection, and a pushed notice is shown. Answers of the API are
// never kept here: what a page last knew of its own ticket or booking stays with that page.
const SHELF = "greenwave-phone";
const PAGE = /^\/(?:m|t|b)\/[^/]+$/;
const PATIENCE_MS = 4000;
const MOST_PAGES = 12;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// ---- pages and files ----

/** The network's answer; what is on the shelf when there is none, or when it takes too long and there is something. */
async function fresh(request, kept) {
  const answer = fetch(request);
  const late = new Promise((done) => { setTimeout(done, PATIENCE_MS); });
  try {
    const first = await (kept ? Promise.race([answer, late]) : answer);
    if (first) return first;
    answer.catch(() => {});
    return kept;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function openPage(request, url) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(request, { ignoreVary: true }) || await shelf.match(request, { ignoreVary: true, ignoreSearch: true });
  const answer = await fresh(request, kept);
  if (answer !== kept && answer.status === 404) await shelf.delete(url.pathname, { ignoreSearch: true, ignoreVary: true });
  else if (answer !== kept && answer.ok && !answer.redirected) await put(shelf, request.url, answer.clone());
  return answer;
}

/** A file named by its content is good for ever; any other is asked for, and kept for when nobody answers. */
async function openFile(request, url) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(request);
  if (kept && url.searchParams.has("v")) return kept;
  const answer = await fresh(request, kept);
  if (answer !== kept && answer.ok) await put(shelf, request.url, answer.clone());
  return answer;
}

/** Puts an answer on the shelf, in place of older versions of the same, and clears the pages that were opened longest ago. */
async function put(shelf, address, answer) {
  const url = new URL(address);
  await shelf.delete(url.pathname, { ignoreSearch: url.pathname.startsWith("/static/"), ignoreVary: true });
  await shelf.put(address, answer);
  if (!PAGE.test(url.pathname)) return;
  const pages = (await shelf.keys()).filter((request) => PAGE.test(new URL(request.url).pathname));
  for (const request of pages.slice(0, Math.max(0, pages.length - MOST_PAGES))) await shelf.delete(request, { ignoreVary: true });
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(url.pathname)) event.respondWith(openPage(request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(openFile(request, url));
});

/** A page names the files it is made of when it is first opened, before this worker saw any of them go by. */
async function shelve(addresses) {
  const shelf = await caches.open(SHELF);
  await Promise.all(addresses.map(async (address) => {
    if (await shelf.match(address, { ignoreVary: true })) return;
    const answer = await fetch(address, { credentials: "same-origin" });
    if (answer.ok) await put(shelf, address, answer);
  }));
}

self.addEventListener("message", (event) => {
  const wanted = (event.data?.keep || []).filter((address) => new URL(address).origin === self.location.origin);
  event.waitUntil(shelve(wanted).catch(() => {}).then(() => event.source?.postMessage({ kept: wanted.length })));
});

// ---- notices ----

function told(data) {
  try {
    return data.json();
  } catch {
    return null;
  }
}

self.addEventListener("push", (event) => {
  const notice = told(event.data);
  if (!notice?.title) return;
  const url = pageOf(notice);
  event.waitUntil(self.registration.showNotification(notice.title, {
    body: notice.body || "", tag: notice.tag || url, renotify: true, lang: notice.language || "", icon: "{{ asset('phone/icon-192.png') }}", badge: "{{ asset('phone/icon-192.png') }}",
    vibrate: [400, 200, 400], requireInteraction: notice.kind === "called", data: { url },
  }));
});

/** The page that a notice is about; never one of another site. */
function pageOf({ page }) {
  const url = new URL(typeof page === "string" ? page : "/", self.location.origin);
  return url.origin === self.location.origin ? url.pathname : "/";
}

async function show(url) {
  const wanted = new URL(url, self.location.origin);
  const open = (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).find((client) => new URL(client.url).pathname === wanted.pathname);
  return open ? open.focus() : self.clients.openWindow(wanted.href);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data?.url || "/"));
});
