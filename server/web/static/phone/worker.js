/* Shows pushes, and answers with the last truth while the hub is away; the page itself says how old that is. */
const KEPT = "luot-phone-1";
/* a hub that hangs is a hub that is away */
const LONGEST_MS = 10_000;
const READ = /^\/api\/v1\/[^/]+\/tickets\/[^/]+$/;
const PAGE = /^\/(t\/(?!.*\/reach$)|[bn]\/[^/]+\/[A-Z]{8}$|static\/|ui\/|lib\/)/;
/* a page made by the hub, which says by itself that it is old */
const MADE = /^\/[bn]\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function fresh(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(LONGEST_MS) });
    if (answer.ok) await kept.put(request.url, answer.clone());
    if (answer.status === 404 || answer.status === 410) await kept.delete(request.url);
    return answer;
  } catch (error) {
    const last = await kept.match(request.url);
    if (!last) throw error;
    return MADE.test(new URL(request.url).pathname) ? marked(last) : last;
  }
}

/** The page with the mark that it was kept; the page tells its age by the hour it was made. */
async function marked(answer) {
  const page = (await answer.text()).replace("<body ", "<body data-kept ");
  return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === self.location.origin && event.request.method === "GET";
  /* figures are never answered from what is kept: the page tells their age by the last answer */
  if (ours && PAGE.test(url.pathname) && !READ.test(url.pathname))
    event.respondWith(fresh(event.request));
});

self.addEventListener("push", (event) => {
  const message = event.data.json();
  event.waitUntil(
    self.registration.showNotification(message.title, {
      body: message.body,
      lang: message.lang,
      tag: message.number || message.kind,
      renotify: true,
      requireInteraction: message.kind === "called",
      icon: "/static/icon.svg",
      actions: message.cancel ? [{ action: "cancel", title: message.cancel_words }] : [],
      data: { path: message.path, cancel: message.cancel },
    })
  );
});

/* Gives a booking back with one press; its page says so, and has the button where that failed. */
async function giveBack(about) {
  const press = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36));
  await fetch(about.cancel, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ request_id: `push-${press.join("")}` }),
    signal: AbortSignal.timeout(LONGEST_MS),
  }).catch(() => null);
  return openPage(about.path);
}

/* The page it is about; of a slip whose key a kiosk made the hub knows no page, so any that is open. */
async function openPage(path) {
  const pages = await self.clients.matchAll({ type: "window" });
  const open = pages.find((page) => {
    const here = new URL(page.url).pathname;
    return path ? here === path : here.startsWith("/t/");
  });
  return open ? open.focus() : self.clients.openWindow(path || "/");
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const about = event.notification.data;
  const cancels = event.action === "cancel" && about.cancel;
  event.waitUntil(cancels ? giveBack(about) : openPage(about.path));
});
