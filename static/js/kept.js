// What the service worker (sw.js) keeps for the desk, seen from a page.

const PAGES = "meja-halaman"; // sw.js knows it, too
const BARE = "bagian=kerangka";

const isPossible = () => Boolean(navigator.serviceWorker && globalThis.caches);

// Starts the service worker; whether it works for this page's addresses (never on an address without https).
export async function startKeeping(address = "/sw.js") {
  if (!isPossible()) return false;
  try {
    await navigator.serviceWorker.register(address, { scope: "/panitia/" });
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false;
  }
}

// Keeps these pages for a time without a signal, as they are without anybody on them. Returns how many could be kept.
export async function keepPages(paths) {
  if (!isPossible()) return 0;
  const pages = await caches.open(PAGES);
  const kept = await Promise.all(paths.map((path) => keepPage(pages, path).catch(() => false)));
  return kept.filter(Boolean).length;
}

async function keepPage(pages, path) {
  const bare = await fetch(`${path}?${BARE}`, { credentials: "same-origin" });
  if (!bare.ok || bare.redirected) return false;
  await pages.put(path, bare);
  return true;
}

// Which of these pages are kept.
export async function keptPages(paths) {
  if (!isPossible()) return [];
  const pages = await caches.open(PAGES);
  const found = await Promise.all(paths.map((path) => pages.match(path, { ignoreVary: true })));
  return paths.filter((_path, place) => found[place]);
}

// Whether the files of the pages are kept.
export async function hasFiles() {
  return isPossible() && (await caches.keys()).some((name) => name.startsWith("meja-berkas-"));
}

export async function forgetPages() {
  if (globalThis.caches) await caches.delete(PAGES);
}
