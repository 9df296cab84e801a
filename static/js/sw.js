// Keeps the desk's pages and their files on the device. pelatihan/desk/offline.py serves this at /sw.js, with self.KEPT
// ({VERSION, FILES}) before it. Only what is listed here is touched: never a POST, never another page; no page is kept that names a participant.

"use strict";

// The list of sessions is kept beside the address that leads to the present one.
const nameOf = ({ pathname, searchParams }) => (pathname.endsWith("/presensi/") && searchParams.has("pilih") ? `${pathname}?pilih` : pathname);
const isDeskOf = (path, all) => path.startsWith(all) && /\/presensi\/\d+\/$/.test(path);

{
  const { VERSION, FILES } = self.KEPT;
  const PREFIX = "meja-berkas-";
  const HERE = `${PREFIX}${VERSION}`;
  const PAGES = "meja-halaman"; // js/kept.js knows it, too
  const PATIENCE = 2_500; // ms for the server before the kept page comes
  const KEPT = /^\/panitia\/[^/]+\/(?:presensi\/(?:\d+\/(?:langsung\/)?)?|siapkan\/|lembar\/foto\/)$/;
  const HASHED = /\.[0-9a-f]{12}\.\w+$/;
  const BARE = "bagian=kerangka"; // the page without anybody on it

  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(activate()));
  self.addEventListener("fetch", answer);

  async function install() {
    const cache = await caches.open(HERE);
    await cache.addAll(FILES.map((address) => new Request(address, { cache: HASHED.test(address) ? "default" : "reload" })));
    await self.skipWaiting();
  }

  // The files of the version before stay as long as a kept page may name them.
  async function activate() {
    const versions = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== HERE);
    await Promise.all(versions.slice(0, -1).map((name) => caches.delete(name)));
    await self.clients.claim();
    const pages = await caches.open(PAGES);
    await Promise.all((await pages.keys()).map(({ url }) => keep(new URL(url)).catch(() => null)));
  }

  function answer(event) {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
    else if (request.mode === "navigate" && KEPT.test(url.pathname)) event.respondWith(page(event, url));
  }

  // ---- Files ---------------------------------------------------------------------------------------

  async function file(request) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept && HASHED.test(request.url)) return kept;
    try {
      return await fetch(request);
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  }

  // ---- Pages ---------------------------------------------------------------------------------------

  // The server's page, when it comes in time; else the kept one. A server that breaks is none.
  async function page(event, url) {
    const kept = await find(url);
    const coming = fetch(event.request);
    const inTime = kept ? Promise.race([coming, late()]) : coming;
    try {
      const fresh = await inTime;
      if (fresh && fresh.status < 500) {
        if (fresh.ok) event.waitUntil(keep(url).catch(() => null));
        return fresh;
      }
      return kept || fresh;
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  }

  const late = () => new Promise((resolve) => setTimeout(resolve, PATIENCE, null));

  async function find(url) {
    const pages = await caches.open(PAGES);
    const kept = await pages.match(nameOf(url), { ignoreVary: true });
    if (kept || !url.pathname.endsWith("/presensi/")) return kept;
    const desks = (await pages.keys()).map((request) => new URL(request.url).pathname).filter((path) => isDeskOf(path, url.pathname));
    return desks.length ? Response.redirect(desks[desks.length - 1]) : undefined;
  }

  async function keep(url) {
    const name = nameOf(url);
    if (name.endsWith("/presensi/")) return; // it only leads on
    const bare = await fetch(`${name}${name.includes("?") ? "&" : "?"}${BARE}`, { credentials: "same-origin" });
    const pages = await caches.open(PAGES);
    if (bare.redirected || bare.status === 403) await pages.delete(name); // nobody is logged in who may see it
    if (!bare.ok || bare.redirected) return;
    await pages.delete(name); // the page kept last stands last
    await pages.put(name, bare);
  }
}
