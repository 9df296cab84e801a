// What waits, in which order it goes out, and what each answer makes of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as waits from "../../static/js/queue.js";

const CODE = (code) => ({ kind: "code", code });
const make = (id) => () => ({ id, seq: 1, at: "2026-01-01T00:00:00Z", label: id });
const UNREACHABLE = { kind: "away" };

// A queue that took these codes, each under its own name.
function taken(...codes) {
  return codes.reduce((queue, code) => waits.enqueue(queue, CODE(code), make(code)), waits.EMPTY);
}

const ids = (items) => items.map((item) => item.id);
const settle = (queue, said, ...names) => waits.settled(waits.sending(queue, names), names, said);
const answers = (...names) => ({ kind: "answered", results: names.map((id) => ({ id })) });

test("goes out in the order in which it was taken", () => {
  assert.deepEqual(ids(waits.next(taken("a", "b", "c"))), ["a", "b", "c"]);
});

test("what is on its way does not go out a second time", () => {
  const queue = waits.sending(taken("a", "b"), ["a"]);
  assert.deepEqual(ids(waits.next(queue)), ["b"]);
});

const many = (number) => taken(...Array.from({ length: number }, (_, place) => `c${place}`));
const going = (queue) => waits.next(queue).length;
const allOf = (queue) => ids(waits.next(queue));

test("fifty go out at first, and more with each answer, five hundred at most", () => {
  let queue = many(2_000);
  const sizes = [];
  while (going(queue)) {
    sizes.push(going(queue));
    queue = settle(queue, answers(...allOf(queue)), ...allOf(queue));
  }
  assert.deepEqual(sizes, [50, 100, 200, 400, 500, 500, 250]);
});

test("a line that carried nothing gets less, and never fewer than ten", () => {
  let queue = many(60);
  const sizes = [];
  for (let round = 0; round < 5; round += 1) {
    sizes.push(going(queue));
    queue = settle(queue, UNREACHABLE, ...allOf(queue));
  }
  assert.deepEqual(sizes, [50, 25, 12, 10, 10]);
});

test("one request is for one address, the oldest first", () => {
  let queue = waits.EMPTY;
  for (const [id, address] of [["a", "/1/"], ["b", "/2/"], ["c", "/1/"]]) {
    queue = waits.enqueue(queue, CODE(id), () => ({ ...make(id)(), address }));
  }
  assert.deepEqual(allOf(queue), ["a", "c"]);
  assert.deepEqual(allOf(settle(queue, answers("a", "c"), "a", "c")), ["b"]);
});

test("the same code in another session is another act", () => {
  const one = waits.enqueue(waits.EMPTY, CODE("a"), () => ({ id: "one", session: 1 }), 1);
  const two = waits.enqueue(one, CODE("a"), () => ({ id: "two", session: 2 }), 2);
  const again = waits.enqueue(two, CODE("a"), () => ({ id: "three", session: 2 }), 2);
  assert.deepEqual(ids(again.items), ["one", "two"]);
  assert.equal(again.latest, "two");
});

test("nothing goes out before it is kept", () => {
  const queue = waits.keeping(taken("a", "b"), "a");
  assert.deepEqual(allOf(queue), ["b"]);
  assert.deepEqual(allOf(waits.kept(queue, "a", 7)), ["a", "b"]);
  assert.equal(waits.find(waits.kept(queue, "a", 7), "a").n, 7);
});

test("what the device told goes out with it, and whether it went without before", () => {
  const fresh = waits.told(taken("a"), "a", "present");
  const late = waits.told(waits.sending(taken("a"), ["a"]), "a", "present");
  assert.deepEqual([fresh, late].map(({ items: [{ shown, bare }] }) => [shown, bare]), [["present", false], ["present", true]]);
});

test("what another tab sent is gone, what it took is there, in the order of their numbers", () => {
  let queue = taken("a", "b", "c");
  queue = waits.keeping(waits.kept(waits.kept(queue, "a", 1), "b", 3), "c");
  const stored = [1, 2, 3, 4].map((n) => ({ n, id: " axbc"[n], wish: CODE("x"), state: "waiting" }));
  const both = waits.synced(queue, new Set([2, 3, 4]), stored.slice(1));
  assert.deepEqual(ids(both.items), ["x", "b", "c"]);
  assert.equal(waits.isUnheard(both, "x"), false);
  assert.equal(waits.synced(both, new Set([2, 3]), []), both);
});

test("the answer belongs to the one taken last", () => {
  assert.equal(taken("a", "b").latest, "b");
});

test("the same wish, still unanswered, is the same act", () => {
  const queue = waits.enqueue(taken("a", "b"), CODE("a"), make("other"));
  assert.deepEqual(ids(queue.items), ["a", "b"]);
  assert.equal(queue.latest, "a");
});

test("the same code on its way is the same act", () => {
  const queue = waits.enqueue(waits.sending(taken("a"), ["a"]), CODE("a"), make("other"));
  assert.deepEqual(queue.items.map((item) => [item.id, item.state]), [["a", "sending"]]);
});

test("an answered code that comes again is another act", () => {
  const queue = waits.enqueue(settle(taken("a"), answers("a"), "a"), CODE("a"), make("again"));
  assert.deepEqual(ids(queue.items), ["again"]);
});

test("who comes again after an undo comes a second time", () => {
  const undone = waits.enqueue(taken("a"), { kind: "undo", undoes: "a" }, make("undo"));
  const queue = waits.enqueue(undone, CODE("a"), make("again"));
  assert.deepEqual(ids(queue.items), ["a", "undo", "again"]);
});

test("an undo pressed twice is one undo", () => {
  const undo = { kind: "undo", undoes: "x" };
  const once = waits.enqueue(taken("a"), undo, make("undo"));
  const later = waits.enqueue(waits.enqueue(once, CODE("b"), make("b")), undo, make("twice"));
  assert.deepEqual(ids(later.items), ["a", "undo", "b"]);
});

test("an answer takes its own items out, and no others", () => {
  const queue = settle(taken("a", "b", "c"), answers("a", "b"), "a", "b");
  assert.deepEqual(ids(queue.items), ["c"]);
});

test("what an answer leaves out waits again", () => {
  const queue = settle(taken("a", "b"), answers("a"), "a", "b");
  assert.deepEqual(ids(waits.next(queue)), ["b"]);
});

test("a door at which nobody here may send keeps no other door waiting", () => {
  let queue = waits.EMPTY;
  for (const id of ["a", "b"]) queue = waits.enqueue(queue, CODE(id), () => ({ ...make(id)(), address: `/${id}/` }));
  queue = settle(queue, { kind: "forbidden", message: "Bukan angkatan ini." }, "a");
  assert.deepEqual(ids(waits.next(queue)), ["b"]);
  queue = settle(queue, answers("b"), "b");
  assert.deepEqual(ids(waits.next(queue)), ["a"]);
  queue = waits.enqueue(queue, CODE("c"), () => ({ ...make("c")(), address: "/b/" }));
  assert.deepEqual(ids(waits.next(queue)), ["c"]);
});

test("two doors at which nobody here may send take turns", () => {
  let queue = waits.EMPTY;
  for (const id of ["a", "b"]) queue = waits.enqueue(queue, CODE(id), () => ({ ...make(id)(), address: `/${id}/` }));
  const turns = [];
  for (let round = 0; round < 4; round += 1) {
    const [{ id }] = waits.next(queue);
    turns.push(id);
    queue = settle(queue, { kind: "forbidden" }, id);
  }
  assert.deepEqual(turns, ["a", "b", "a", "b"]);
});

test("what did not arrive waits again under its own id, before what came later", () => {
  const queue = waits.enqueue(settle(taken("a"), UNREACHABLE, "a"), CODE("b"), make("b"));
  assert.deepEqual(ids(waits.next(queue)), ["a", "b"]);
  assert.equal(waits.find(queue, "a").failures, 1);
});

test("a refused one is set aside with the reason and blocks nobody", () => {
  const queue = settle(taken("a", "b"), { kind: "refused", message: "Tidak terbaca." }, "a");
  assert.deepEqual(ids(waits.next(queue)), ["b"]);
  assert.deepEqual(waits.setAside(queue).map((item) => [item.id, item.reason]), [["a", "Tidak terbaca."]]);
  assert.deepEqual(ids(waits.waiting(queue)), ["b"]);
});

test("many refused together go out again in halves until the bad one is alone", () => {
  let queue = taken("a", "b", "c", "d");
  const sizes = [];
  for (let round = 0; round < 10 && waits.next(queue).length; round += 1) {
    const names = ids(waits.next(queue));
    sizes.push(names.length);
    queue = settle(queue, names.includes("b") ? { kind: "refused", message: "x" } : answers(...names), ...names);
  }
  assert.deepEqual(ids(waits.setAside(queue)), ["b"]);
  assert.deepEqual(waits.waiting(queue), []);
  assert.deepEqual(sizes, [4, 2, 1, 2, 1, 1, 1]);
});

test("one on which the server breaks lets the others go first, and still goes", () => {
  let queue = taken("bad", "b");
  const broken = { kind: "doubted" };
  queue = settle(queue, broken, "bad", "b");
  for (let round = 0; round < 3; round += 1) {
    assert.deepEqual(ids(waits.next(queue)), ["bad"]);
    queue = settle(queue, broken, "bad");
  }
  assert.deepEqual(ids(waits.next(queue)), ["b"]);
  queue = settle(queue, answers("b"), "b");
  assert.deepEqual(ids(waits.next(queue)), ["bad"]);
});

test("one that is sent again by hand takes its old place", () => {
  let queue = taken("bad", "b");
  for (let round = 0; round < 3; round += 1) queue = settle(queue, { kind: "doubted" }, "bad");
  assert.deepEqual(ids(waits.next(queue)), ["b"]);
  assert.deepEqual(ids(waits.next(waits.retry(queue, "bad"))), ["bad", "b"]);
});

test("two on which the server breaks take turns", () => {
  let queue = taken("a", "b");
  const turns = [];
  queue = settle(queue, { kind: "doubted" }, "a", "b");
  for (let round = 0; round < 8; round += 1) {
    const [{ id }] = waits.next(queue);
    turns.push(id);
    queue = settle(queue, { kind: "doubted" }, id);
  }
  assert.deepEqual(turns, ["a", "a", "a", "b", "b", "b", "a", "b"]);
});

test("being offline for long puts nobody behind", () => {
  let queue = taken("a");
  for (let round = 0; round < 9; round += 1) queue = settle(queue, UNREACHABLE, "a");
  assert.deepEqual(ids(waits.next(waits.enqueue(queue, CODE("b"), make("b")))), ["a", "b"]);
});

test("only what the server cannot have heard of may be dropped", () => {
  const queue = settle(taken("a", "b"), UNREACHABLE, "a");
  assert.equal(waits.isUnheard(queue, "b"), true);
  assert.equal(waits.isUnheard(queue, "a"), false);
  assert.equal(waits.isUnheard(queue, "nobody"), false);
  assert.deepEqual(ids(waits.drop(queue, "b").items), ["a"]);
});

test("one set aside may try again, by hand or by the same scan", () => {
  const aside = settle(taken("a"), { kind: "refused", message: "x" }, "a");
  assert.deepEqual(waits.next(aside), []);
  for (const queue of [waits.retry(aside, "a"), waits.enqueue(aside, CODE("a"), make("other"))]) {
    assert.deepEqual(waits.next(queue).map((item) => [item.id, item.reason]), [["a", ""]]);
  }
});

test("the first queue stays as it was", () => {
  const before = taken("a");
  const copy = JSON.stringify(before);
  settle(waits.enqueue(before, CODE("b"), make("b")), { kind: "doubted" }, "a");
  waits.next(before);
  assert.equal(JSON.stringify(before), copy);
});
