// The strip of doubtful cells: what a key means, which cell comes next, the way back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { letter, look, makeStrip, meaning, says, tapped } from "../../static/js/sheet-review-rules.js";

const key = (name, more = {}) => meaning({ key: name, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, ...more });

test("four keys decide, capital or not", () => {
  assert.deepEqual(["h", "K", "i", "S"].map((name) => key(name).mark), ["hadir", "kosong", "izin", "sakit"]);
  assert.deepEqual(key("z"), { act: "back" });
});

test("other keys are the browser's own", () => {
  for (const name of ["a", "Enter", "Tab", "ArrowDown", " ", "toString"]) assert.equal(key(name), null);
  for (const held of ["ctrlKey", "metaKey", "altKey", "isComposing"]) assert.equal(key("h", { [held]: true }), null);
});

test("each mark has its look and its letter", () => {
  assert.deepEqual(["hadir", "kosong", "izin", "sakit", ""].map(look), ["signed", "empty", "told", "told", "unsure"]);
  assert.deepEqual(["hadir", "kosong", "izin", "sakit", ""].map(letter), ["", "", "I", "S", "?"]);
});

test("a tap turns what was read, and a second one turns it back", () => {
  assert.equal(tapped("hadir", "hadir"), "kosong");
  assert.equal(tapped("kosong", "kosong"), "hadir");
  assert.equal(tapped("izin", "kosong"), "kosong");
});

test("deciding goes on to the next one that nobody decided", () => {
  const strip = makeStrip(["", "hadir", ""]);
  assert.equal(strip.now(), 0);
  assert.equal(strip.set("kosong"), 2);
  assert.equal(strip.now(), 2);
  assert.equal(strip.set("hadir"), -1);
  assert.equal(strip.left(), 0);
  assert.equal(strip.size(), 3);
});

test("after the last one those before it come", () => {
  const strip = makeStrip(["", "", ""]);
  strip.hold(2);
  assert.equal(strip.set("hadir"), 0);
});

test("the way back restores what stood there", () => {
  const strip = makeStrip(["", ""]);
  strip.set("izin");
  strip.hold(0);
  strip.set("sakit");
  assert.deepEqual(strip.back(), { place: 0, mark: "izin" });
  assert.equal(strip.mark(0), "izin");
  assert.deepEqual(strip.back(), { place: 0, mark: "" });
  assert.equal(strip.left(), 2);
  assert.equal(strip.back(), null);
});

test("what a finger chose is known, and taken back as well", () => {
  const strip = makeStrip(["", ""]);
  strip.learn(1, "hadir");
  strip.learn(1, "hadir");
  assert.equal(strip.now(), 1);
  assert.equal(strip.set("kosong"), 0);
  assert.deepEqual(strip.back(), { place: 1, mark: "hadir" });
  assert.deepEqual(strip.back(), { place: 1, mark: "" });
  assert.equal(strip.back(), null);
});

test("begins with the first that is open", () => {
  assert.equal(makeStrip(["hadir", "", ""]).now(), 1);
  assert.equal(makeStrip(["hadir"]).now(), 0);
  assert.equal(makeStrip([]).now(), -1);
});

test("the bar says what is left", () => {
  assert.equal(says({ doubts: 2, counts: true, choices: 1 }), "Belum: 2 ragu, jumlah tanda tangan, 1 yang berbeda.");
  assert.equal(says({ doubts: 0, counts: false, choices: 0 }), "Semua terisi.");
});
