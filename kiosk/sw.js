/**
 * The worker that lets the kiosk start without network. Classic script, no imports.
 *
 * The server writes one line before this file: `self.PARVIS_RELEASE = {release, files: [{path, sha256, size}]}`,
 * computed from the folder, so that any changed byte anywhere is a new worker. A release is stored whole or not at all;
 * it takes over when the page, idle and with no session open, asks for it: never under somebody's finger.
 */

const SCOPE = "/kiosk/";
const PREFIX = "parvis-kiosk-";
const { release, files } = self.PARVIS_RELEASE;
const CACHE = PREFIX + release;

/** @param {ArrayBuffer} bytes @returns {Promise<string>} */
async function hash(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {{path: string, sha256: string}} file @returns {Promise<[string, Response]>} byte for byte as released */
async function take({ path, sha256 }) {
  const url = path === "index.html" ? SCOPE : SCOPE + path;
  const response = await fetch(url, { cache: "no-cache", credentials: "omit" });
  const bytes = await response.arrayBuffer();
  if (!response.ok || (await hash(bytes)) !== sha256) throw new Error(`not as released: ${path}`);
  const headers = new Headers(response.headers);
  // The bytes are no longer compressed.
  headers.delete("content-encoding");
  headers.delete("content-length");
  return [url, new Response(bytes, { headers })];
}

async function install() {
  const taken = await Promise.all(files.map(take));
  const cache = await caches.open(CACHE);
  try {
    for (const [url, response] of taken) await cache.put(url, response);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

/**
 * All modules are named with the page, else each is asked for only once the one that imports it was read; but for the
 * reader of codes, which the camera asks for.
 */
const MODULES = files.filter(({ path }) => path.endsWith(".js") && !path.includes("/reader/"))
  .map(({ path }) => `<${SCOPE}${path}>; rel=modulepreload`).join(", ");

/** @param {Response} page as released @returns {Response} */
function withModules(page) {
  const headers = new Headers(page.headers);
  headers.set("link", MODULES);
  return new Response(page.body, { headers });
}

/** @param {Request} request @returns {Promise<Response>} */
async function answer(request) {
  const url = new URL(request.url);
  if (url.pathname === `${SCOPE}release.json`) return Response.json({ release, files });
  const cache = await caches.open(CACHE);
  const isPage = request.mode === "navigate";
  const found = await cache.match(isPage ? SCOPE : url.pathname);
  if (!found) return fetch(request);
  return isPage ? withModules(found) : found;
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !url.pathname.startsWith(SCOPE)) return;
  event.respondWith(answer(event.request));
});
