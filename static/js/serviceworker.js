// The public site's worker: pages come from the network; when it is away, the offline page. The kiosk has its own worker.

const CACHE = "parvis-site-3";
const KEPT = [
  "/offline/", "/static/css/tokens.css", "/static/css/base.css", "/static/css/site.css", "/static/css/public.css",
  "/static/js/site.js", "/static/js/offline.js", "/static/icons/mark.svg",
  "/static/fonts/besley-latin.woff2", "/static/fonts/atkinson-next-latin.woff2",
];

self.addEventListener("install", (event) => {
  // Without cookies: what is kept is nobody's page, even on a tablet that many share.
  const requests = KEPT.map((path) => new Request(path, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) =>
      Promise.all(names.filter((name) => name.startsWith("parvis-site-") && name !== CACHE).map((name) => caches.delete(name))),
    ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/kiosk/")) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline/")));
  } else if (KEPT.includes(url.pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(url.pathname)));
  }
});
