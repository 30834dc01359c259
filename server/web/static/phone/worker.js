/* Shows pushes, and answers with the last truth while the hub is away; the page itself says how old that is. */
const KEPT = "luot-phone-1";
/* a hub that hangs is a hub that is away */
const LONGEST_MS = 10_000;
const READ = /^\/api\/v1\/[^/]+\/tickets\/[^/]+$/;
const PAGE = /^\/(t\/|static\/|ui\/|lib\/)/;

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
    return last;
  }
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
      data: { path: message.path },
    })
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((pages) => {
      const open = pages.find((page) => new URL(page.url).pathname.startsWith("/t/"));
      if (open) return open.focus();
      return self.clients.openWindow(event.notification.data.path || "/");
    })
  );
});
