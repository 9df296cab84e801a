// Photos that wait on the phone: kept before anybody is told, gone when the server has them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { sending, settled } from "../../static/js/queue.js";
import { makeShelf } from "../../static/js/sheet-kept.js";
import { forgetDone, memory, open, unsent } from "../../static/js/sheet-photo-store.js";

const photo = (id, changes = {}) => ({ id, at: `2019-03-12T02:0${id}:00Z`, address: "/kirim/", title: `Lembar ${id}`, name: `ABCD2345-${id}`, ...changes });
const bytes = (text) => new TextEncoder().encode(text).buffer;
const ids = (shelf) => shelf.read().items.map(({ id }) => id);

async function shelfWith(...numbers) {
  const store = memory();
  const shelf = makeShelf(store);
  for (const number of numbers) await shelf.add(photo(number), bytes(`picture ${number}`));
  return { store, shelf };
}

test("a photo is kept with its picture, and so is what it shows", async () => {
  const { store, shelf } = await shelfWith("1");
  assert.deepEqual(await store.all(), [{ ...photo("1"), state: "waiting", reason: "" }]);
  assert.equal(new TextDecoder().decode(await shelf.bytes("1")), "picture 1");
  assert.deepEqual(await shelf.done(), ["ABCD2345-1"]);
});

test("a page without a code is no page that was photographed", async () => {
  const shelf = makeShelf(memory());
  await shelf.add(photo("1", { name: "" }), bytes(""));
  assert.deepEqual(await shelf.done(), []);
});

test("photos are sent one at a time", async () => {
  const { shelf } = await shelfWith("1", "2");
  await shelf.write(settled(sending(shelf.read(), ["1"]), ["1"], { kind: "answered", results: [{ id: "1" }] }));
  assert.equal(shelf.read().most, 1);
});

test("what the server has leaves the phone, its picture too; which page it was stays", async () => {
  const { store, shelf } = await shelfWith("1", "2");
  await shelf.write(settled(shelf.read(), ["1"], { kind: "answered", results: [{ id: "1" }] }));
  assert.deepEqual((await store.all()).map(({ id }) => id), ["2"]);
  assert.equal(await shelf.bytes("1"), undefined);
  assert.deepEqual(await shelf.done(), ["ABCD2345-1", "ABCD2345-2"]);
});

test("what the server refuses stays, with its reason", async () => {
  const { store, shelf } = await shelfWith("1");
  await shelf.write(settled(shelf.read(), ["1"], { kind: "refused", message: "Terlalu besar." }));
  const [{ state, reason }] = await store.all();
  assert.deepEqual([state, reason], ["aside", "Terlalu besar."]);
});

test("a page that is opened anew finds what waits, in its order", async () => {
  const { store } = await shelfWith("2", "1");
  const shelf = makeShelf(store);
  await shelf.sync();
  assert.deepEqual(ids(shelf), ["1", "2"]);
  assert.ok(shelf.read().items.every(({ begun, state }) => begun && state === "waiting"));
});

test("what was refused is refused still when the page is opened anew", async () => {
  const { store, shelf: before } = await shelfWith("1");
  await before.write(settled(before.read(), ["1"], { kind: "refused", message: "Terlalu besar." }));
  const shelf = makeShelf(store);
  await shelf.sync();
  assert.equal(shelf.read().items[0].state, "aside");
});

test("what another tab has sent is gone, what it took is there", async () => {
  const { store, shelf } = await shelfWith("1");
  await store.change([], ["1"]);
  await store.add({ ...photo("2"), state: "waiting", reason: "" }, bytes("picture 2"));
  await shelf.sync();
  assert.deepEqual(ids(shelf), ["2"]);
});

test("a phone that is full holds photos as long as the page lives, those from before too", async () => {
  const full = { ...memory(), isDurable: true };
  const shelf = makeShelf(full);
  await shelf.add(photo("1"), bytes("picture 1"));
  full.add = () => Promise.reject(new Error("full"));
  await shelf.add(photo("2"), bytes("picture 2"));
  assert.deepEqual(ids(shelf), ["1", "2"]);
  assert.equal(shelf.keeps(), false);
  assert.equal(new TextDecoder().decode(await shelf.bytes("1")), "picture 1");
  assert.equal(new TextDecoder().decode(await shelf.bytes("2")), "picture 2");
});

test("a store that answers nothing changes nothing", async () => {
  const { store, shelf } = await shelfWith("1");
  store.all = () => Promise.reject(new Error("gone"));
  store.done = store.all;
  await shelf.sync();
  assert.deepEqual([ids(shelf), await shelf.done()], [["1"], []]);
});

test("which pages were photographed is forgotten at once", async () => {
  const { store } = await shelfWith("1");
  await store.forget();
  assert.deepEqual([await store.done(), (await store.all()).length], [[], 1]);
});

test("a browser that keeps nothing has nothing to send or to forget", async () => {
  assert.equal(await open({ patience: 1 }), null);
  assert.equal(await open({ idb: { open: () => { throw new Error("no"); } } }), null);
  assert.equal(await unsent(), 0);
  assert.equal(await forgetDone(), undefined);
});
