// Photos of signed pages that wait on this phone: the queue (queue.js) in memory, each change of it in the store
// (sheet-photo-store.js). Kept before anybody is told.

import * as waits from "./queue.js";
import { memory } from "./sheet-photo-store.js";

const KEPT = ["id", "at", "address", "title", "name", "state", "reason"];

const asWaiting = (photo) => ({ ...photo, state: photo.state === "aside" ? "aside" : "waiting", begun: true, failures: 0, doubts: 0 });
const inOrder = (one, other) => one.at.localeCompare(other.at);

function toKeep(item) {
  const made = {};
  for (const name of KEPT) made[name] = item[name];
  return { ...made, state: item.state === "aside" ? "aside" : "waiting" };
}

const isOther = (one, other) => JSON.stringify(toKeep(one)) !== JSON.stringify(toKeep(other));

// A queue (queue.js) of photos, of which one is sent at a time.
export function makeShelf(first) {
  let store = first;
  let queue = { ...waits.EMPTY, most: 1 };
  const read = () => queue;

  // Resolves when the photo is kept; on a device that is full it is held by this page alone.
  async function add(photo, content) {
    const item = { reason: "", ...photo, state: "waiting" };
    try {
      await store.add(toKeep(item), content);
    } catch {
      const all = await Promise.all(queue.items.map(async (one) => [toKeep(one), await store.bytes(one.id)])).catch(() => []);
      store = memory();
      for (const [known, bytes] of all) store.add(known, bytes);
      await store.add(toKeep(item), content);
    }
    queue = { ...queue, items: [...queue.items, { ...asWaiting(item), begun: false }] };
  }

  async function write(now) {
    const before = new Map(queue.items.map((item) => [item.id, item]));
    queue = { ...now, most: 1 };
    const ids = new Set(now.items.map(({ id }) => id));
    const gone = [...before.keys()].filter((id) => !ids.has(id));
    const changed = now.items.filter((item) => before.has(item.id) && isOther(before.get(item.id), item));
    if (gone.length || changed.length) await store.change(changed.map(toKeep), gone).catch(() => null);
  }

  // What other tabs did: sent, dropped, taken.
  async function sync() {
    const stored = await store.all().catch(() => null);
    if (!stored) return;
    const ids = new Set(stored.map(({ id }) => id));
    const known = new Set(queue.items.map(({ id }) => id));
    const left = queue.items.filter(({ id }) => ids.has(id));
    const fresh = stored.filter(({ id }) => !known.has(id)).map(asWaiting);
    queue = { ...queue, items: [...left, ...fresh].sort(inOrder) };
  }

  return { read, write, add, sync, bytes: (id) => store.bytes(id), done: () => store.done().catch(() => []), keeps: () => store.isDurable };
}
