// Takes what happens at the desk and keeps it on this device before anybody is told: the queue (queue.js) in memory, and each
// change of it in the store (store.js). Where the browser keeps nothing, memory has to do, and `keeps()` says so.

import { count, uuid } from "./device.js";
import * as waits from "./queue.js";
import { memory, open } from "./store.js";

const LOCK = "meja-kirim";
const LONGEST_WAIT = 20_000; // ms for another tab that sends; it may sleep
const KEPT = ["n", "id", "seq", "at", "wish", "session", "address", "shown", "bare", "state", "reason"];

// What is stored of an item. No name: whose it is the copy knows, or the person who came and said it.
const toKeep = (item) => {
  const made = {};
  for (const name of KEPT) if (item[name] !== undefined) made[name] = item[name];
  return { ...made, state: item.state === "aside" ? "aside" : "waiting" };
};

// The queue on its shelf. changed() is told when another tab's doings have come in.
export function makeShelf(store, { reopen = open } = {}) {
  let queue = waits.EMPTY;
  let shelf = store;
  let born = null; // of which database: deleted meanwhile, it is another
  let holds = store.isDurable;

  const read = () => queue;

  // On the shelf, once more on a fresh one when this one is gone; null when nothing keeps it.
  async function onShelf(act) {
    try {
      return await act(shelf);
    } catch {
      try {
        shelf = (await reopen()) || shelf;
        return await act(shelf);
      } catch {
        holds = false;
        return null;
      }
    }
  }

  // Takes a wish. Resolves when it is kept: {item, isNew}.
  async function take(wish, words, { session, address }) {
    const before = queue.items.length;
    const make = () => ({ id: uuid(), at: new Date().toISOString(), ...words, seq: count(), session, address });
    queue = waits.enqueue(queue, wish, make, session);
    const id = queue.latest;
    const isNew = queue.items.length > before;
    if (isNew) await put(id);
    return { item: waits.find(queue, id), isNew };
  }

  async function put(id) {
    queue = waits.keeping(queue, id);
    const n = await onShelf((one) => one.add(toKeep(waits.find(queue, id))));
    if (n !== null && store.isDurable) holds = true;
    queue = waits.kept(queue, id, n === null ? undefined : n);
  }

  // The same once more, as a new act that says what the device told: {id, kept}, the second a promise of its being kept.
  function again({ n: _n, bare: _bare, ...item }, shown) {
    const id = uuid();
    const latest = queue.latest === item.id ? id : queue.latest;
    const made = { ...item, id, shown, state: "waiting", begun: false, failures: 0, doubts: 0 };
    return { id, kept: write({ ...queue, latest, items: [...queue.items, made] }) };
  }

  // The queue as it is now; what changed is written down. Resolves when it is.
  async function write(now) {
    const before = queue;
    queue = now;
    const same = new Set(now.items);
    const ids = new Set(now.items.map((item) => item.id));
    const known = new Set(before.items.map((item) => item.id));
    const was = new Map(before.items.filter((item) => !same.has(item)).map((item) => [item.id, item]));
    const gone = before.items.filter((item) => item.n !== undefined && !ids.has(item.id)).map((item) => item.n);
    const changed = now.items.filter((item) => item.n !== undefined && was.has(item.id) && isOther(was.get(item.id), item));
    if (gone.length || changed.length) await onShelf((one) => one.change(changed.map(toKeep), gone));
    for (const item of now.items) if (!known.has(item.id)) await put(item.id);
  }

  // What other tabs did, and what the database lost.
  async function sync() {
    await onShelf(async (one) => {
      const mark = (await one.get("born")) || (await markIt(one));
      const isOtherOne = born !== null && born !== mark;
      born = mark;
      if (isOtherOne) return putAllAgain(one);
      const known = new Set(queue.items.map((item) => item.n));
      const numbers = new Set(await one.numbers());
      const stored = [...numbers].some((n) => !known.has(n)) ? await one.all() : [];
      for (const { n } of queue.items) if (!known.has(n)) numbers.add(n); // was written down while we asked
      queue = waits.synced(queue, numbers, stored);
      return null;
    });
  }

  // Somebody has deleted what this browser kept; this page still knows it.
  async function putAllAgain(one) {
    const left = queue.items.map(({ n: _lost, ...item }) => item);
    const numbers = await Promise.all(left.map((item) => one.add(toKeep(item))));
    queue = { ...queue, items: queue.items.map((item) => withNumber(item, numbers[left.findIndex(({ id }) => id === item.id)])) };
  }

  // What the server cannot have heard of is simply not sent; whether that was so.
  async function withdraw(id) {
    const item = waits.find(queue, id);
    if (!item || item.begun || item.state === "keeping") return false;
    if (item.n !== undefined && !(await onShelf((one) => one.withdraw(item.n)))) return false;
    queue = waits.drop(queue, id);
    return true;
  }

  const begin = (items) => onShelf((one) => one.begin(Math.max(...items.map((item) => item.n || 0))));

  return { read, write, take, again, sync, withdraw, begin, keeps: () => holds, store: () => shelf };
}

async function markIt(one) {
  const mark = uuid();
  await one.set("born", mark);
  return mark;
}

const withNumber = (item, n) => (n === undefined ? item : { ...item, n });

function isOther(one, other) {
  return JSON.stringify(toKeep(one)) !== JSON.stringify(toKeep(other));
}

// One tab at a time; where there are no locks, each for itself: twice sent is once recorded.
export async function alone(act, { locks = navigator.locks, patience = LONGEST_WAIT, lock = LOCK } = {}) {
  if (!locks) return act();
  const controller = new AbortController();
  let isOurs = false;
  const timer = setTimeout(() => isOurs || controller.abort(), patience);
  try {
    return await locks.request(lock, { signal: controller.signal }, () => {
      isOurs = true;
      clearTimeout(timer);
      return act();
    });
  } catch (error) {
    if (isOurs) throw error;
    return act();
  } finally {
    clearTimeout(timer);
  }
}

let ours = null;

// The shelf of this page, with what was left on it.
export function shelfOfPage() {
  if (!ours) {
    ours = open().then(async (store) => {
      const shelf = makeShelf(store || memory());
      await shelf.sync();
      return shelf;
    });
  }
  return ours;
}

// For pages beside the desk: keeps a wish, to be sent by the desk's page when it opens next. Resolves when it is kept:
// {id, isKept}; without isKept the page must send it itself.
export async function takeDurably({ wish, words = {}, session, address }) {
  const shelf = await shelfOfPage();
  const { item } = await shelf.take(wish, words, { session, address });
  return { id: item.id, isKept: shelf.keeps() && item.n !== undefined };
}
