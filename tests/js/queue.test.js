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

test("at most fifty go out at once", () => {
  const many = taken(...Array.from({ length: 60 }, (_, place) => `c${place}`));
  assert.equal(waits.next(many).length, waits.MOST);
  assert.equal(waits.MOST, 50);
});

test("many answers later it is still fifty", () => {
  let queue = settle(taken("a"), answers("a"), "a");
  for (let place = 0; place < 60; place += 1) queue = waits.enqueue(queue, CODE(`c${place}`), make(`c${place}`));
  assert.equal(waits.next(queue).length, 50);
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
