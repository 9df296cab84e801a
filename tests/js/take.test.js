// What the desk takes is kept before anybody is told: over tabs, over a full disk, over a store that is gone.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import * as waits from "../../static/js/queue.js";
import { memory, open } from "../../static/js/store.js";
import { alone, makeShelf, shelfOfPage, takeDurably } from "../../static/js/take.js";

const CODE = (code) => ({ kind: "code", code });
const HERE = { session: 7, address: "/rekam/" };
const ids = (items) => items.map(({ id }) => id);

beforeEach(() => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
});

// A store that keeps, as IndexedDB does, until it is told to fail.
function disk() {
  const store = { ...memory(), isDurable: true, fails: false };
  for (const name of ["add", "change", "numbers", "get", "set"]) {
    const real = store[name];
    store[name] = async (...given) => {
      if (store.fails) throw new Error("QuotaExceededError");
      return real(...given);
    };
  }
  return store;
}

const shelfOf = async (store, options) => {
  const shelf = makeShelf(store, options);
  await shelf.sync();
  return shelf;
};
const take = async (shelf, code, words = { label: "Siti", text: code }) => (await shelf.take(CODE(code), words, HERE)).item;

test("what is taken lies in the store, in order, without a name", async () => {
  const store = disk();
  const shelf = await shelfOf(store);
  await take(shelf, "a");
  await take(shelf, "b");
  const stored = await store.all();
  assert.deepEqual(stored.map(({ n, seq, wish, session, address, state }) => [n, seq, wish.code, session, address, state]), [
    [1, 1, "a", 7, "/rekam/", "waiting"], [2, 2, "b", 7, "/rekam/", "waiting"],
  ]);
  assert.equal(JSON.stringify(stored).includes("Siti"), false);
  assert.equal(shelf.keeps(), true);
});

test("it is told only when it is written", async () => {
  const store = disk();
  let write;
  const { add } = store;
  store.add = (item) => new Promise((resolve) => (write = () => resolve(add(item))));
  const shelf = await shelfOf(store);
  let isTold = false;
  const taking = shelf.take(CODE("a"), {}, HERE).then(() => (isTold = true));
  await new Promise(setImmediate);
  assert.deepEqual([isTold, waits.next(shelf.read()).length, shelf.read().items.length], [false, 0, 1]);
  assert.equal(await shelf.withdraw(shelf.read().latest), false); // on its way to the disk: it can only be undone
  write();
  await taking;
  assert.equal(waits.next(shelf.read()).length, 1);
});

test("the same code once more is neither new nor written again", async () => {
  const store = disk();
  const shelf = await shelfOf(store);
  await take(shelf, "a");
  assert.equal((await shelf.take(CODE("a"), {}, HERE)).isNew, false);
  assert.equal((await store.all()).length, 1);
});

test("after a reload all is there, and may have been heard of", async () => {
  const store = disk();
  const first = await take(await shelfOf(store), "a");
  const shelf = await shelfOf(store);
  assert.deepEqual(ids(shelf.read().items), [first.id]);
  assert.equal(waits.isUnheard(shelf.read(), first.id), false);
});

test("what is answered leaves the store, what is refused stays with its reason", async () => {
  const store = disk();
  const shelf = await shelfOf(store);
  const [one, two] = [await take(shelf, "a"), await take(shelf, "b")];
  await shelf.write(waits.settled(shelf.read(), [one.id], { kind: "answered", results: [{ id: one.id }] }));
  await shelf.write(waits.settled(shelf.read(), [two.id], { kind: "refused", message: "Tidak terbaca." }));
  assert.deepEqual((await store.all()).map(({ id, state, reason }) => [id, state, reason]), [[two.id, "aside", "Tidak terbaca."]]);
  assert.equal(waits.setAside((await shelfOf(store)).read()).length, 1);
});

test("what the device told is kept, too", async () => {
  const store = disk();
  const shelf = await shelfOf(store);
  const { id } = await take(shelf, "a");
  await shelf.write(waits.told(shelf.read(), id, "present"));
  assert.equal((await store.all())[0].shown, "present");
});

test("two tabs have one queue", async () => {
  const store = disk();
  const [one, other] = [await shelfOf(store), await shelfOf(store)];
  const mine = await take(one, "a");
  await other.sync();
  assert.deepEqual(ids(other.read().items), [mine.id]);
  await other.write(waits.settled(other.read(), [mine.id], { kind: "answered", results: [{ id: mine.id }] }));
  await one.sync();
  assert.deepEqual(one.read().items, []);
});

test("what the other tab may have sent cannot be withdrawn", async () => {
  const store = disk();
  const [one, other] = [await shelfOf(store), await shelfOf(store)];
  const [sent, free] = [await take(one, "a"), await take(one, "b")];
  await other.sync();
  await other.begin([waits.find(other.read(), sent.id)]);
  assert.equal(await one.withdraw(sent.id), false);
  assert.equal(await one.withdraw(free.id), true);
  assert.equal(await one.withdraw("nobody"), false);
  assert.deepEqual(ids(await store.all()), [sent.id]);
  assert.deepEqual(ids(one.read().items), [sent.id]);
});

test("a full disk keeps it in memory, says so, and still sends", async () => {
  const store = disk();
  const shelf = await shelfOf(store, { reopen: async () => null });
  store.fails = true;
  const item = await take(shelf, "a");
  assert.deepEqual([shelf.keeps(), item.n, ids(waits.next(shelf.read()))], [false, undefined, [item.id]]);
  await shelf.sync();
  assert.deepEqual(ids(shelf.read().items), [item.id]);
  assert.equal(await shelf.withdraw(item.id), true);
  store.fails = false;
  await take(shelf, "b");
  assert.equal(shelf.keeps(), true);
});

test("a store that was deleted meanwhile gets back what this page knows", async () => {
  const [first, second] = [disk(), disk()];
  const shelf = await shelfOf(first, { reopen: async () => second });
  const item = await take(shelf, "a");
  first.fails = true; // somebody has cleared what the browser keeps
  await shelf.sync();
  assert.deepEqual(ids(shelf.read().items), [item.id]);
  await shelf.sync();
  assert.deepEqual(ids(await second.all()), [item.id]);
  assert.equal(shelf.store(), second);
});

test("a browser that keeps nothing has a queue as long as the page lives", async () => {
  const shelf = await shelfOf(memory());
  await take(shelf, "a");
  assert.deepEqual([shelf.keeps(), shelf.read().items.length], [false, 1]);
});

test("what the server must hear of once more is a new act at the old time", async () => {
  const store = disk();
  const shelf = await shelfOf(store);
  const item = await take(shelf, "a");
  await shelf.write(waits.drop(shelf.read(), item.id));
  const { id, kept } = shelf.again({ ...item, bare: true }, "present");
  assert.deepEqual(waits.next(shelf.read()), []);
  await kept;
  assert.deepEqual(waits.next(shelf.read()).map((one) => one.id), [id]);
  const [stored] = await store.all();
  assert.deepEqual([stored.id, stored.at, stored.shown, stored.bare], [id, item.at, "present", undefined]);
  assert.equal(shelf.read().latest, id);
  assert.notEqual(id, item.id);
});

// ---- One tab at a time ---------------------------------------------------------------------------

test("waits for the lock", async () => {
  const asked = [];
  const locks = { request: async (name, _options, act) => asked.push(name) && act() };
  assert.equal(await alone(async () => "done", { locks }), "done");
  assert.deepEqual(asked, ["meja-kirim"]);
});

test("without locks, or when the other tab sleeps, it goes on all the same", async () => {
  assert.equal(await alone(async () => "done", { locks: undefined }), "done");
  const asleep = { request: (_name, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("late")))) };
  assert.equal(await alone(async () => "done", { locks: asleep, patience: 1 }), "done");
});

test("what fails under the lock fails", async () => {
  const locks = { request: async (_name, _options, act) => act() };
  let tries = 0;
  await assert.rejects(alone(() => Promise.reject(new Error(`no such element ${(tries += 1)}`)), { locks }), /no such element 1/);
});

// ---- Where there is no database ------------------------------------------------------------------

test("a browser without a database has no store, and the page's queue is in memory", async () => {
  assert.equal(await open(), null);
  const { id, isKept } = await takeDurably({ wish: CODE("a"), ...HERE });
  assert.equal(isKept, false);
  assert.deepEqual(ids((await shelfOfPage()).read().items), [id]);
});

test("a database that nobody lets go of is none", async () => {
  const idb = { open: () => new EventTarget() };
  assert.equal(await open({ idb, patience: 1 }), null);
});
