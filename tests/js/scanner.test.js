// A gun is told from a hand by its pace.

import assert from "node:assert/strict";
import { test } from "node:test";

import { SILENCE, heard } from "../../static/js/scanner.js";

// What is read of keys typed so many ms apart, the ending key included.
function read(keys, ms, before = { typed: SILENCE, at: 0 }) {
  let { typed, at } = before;
  let burst = "";
  for (const key of keys) {
    at += typeof ms === "function" ? ms(key) : ms;
    ({ typed, burst } = heard(typed, key, at));
  }
  return { typed, burst, at };
}

const CODE = [..."K7MPQ4XR"];

for (const end of ["Enter", "Tab"]) {
  test(`a gun that ends with ${end} is heard`, () => assert.equal(read([...CODE, end], 8).burst, "K7MPQ4XR"));
}

for (const pace of [20, 35, 60, 69]) {
  test(`a gun at a phone's Bluetooth is heard at ${pace} ms a key`, () => {
    assert.equal(read([...CODE, "Enter"], pace).burst, "K7MPQ4XR");
    assert.equal(read([...CODE, "Tab"], pace).burst, "K7MPQ4XR");
  });
}

test("the fastest hand is not a gun", () => {
  assert.equal(read([...CODE, "Enter"], 70).burst, "");
  assert.equal(read([...CODE, "Enter"], 90).burst, "");
});

test("a hiccup in the middle is forgiven", () => {
  assert.equal(read([...CODE, "Enter"], (key) => (key === "Q" ? 145 : 10)).burst, "K7MPQ4XR");
});

test("a pause begins anew: the name typed before is left out", () => {
  const name = read([..."sit"], 150);
  assert.equal(read([...CODE, "Enter"], (key) => (key === "K" ? 400 : 10), name).burst, "K7MPQ4XR");
});

test("an Enter pressed by hand after a burst is a hand's", () => {
  assert.equal(read([...CODE, "Enter"], (key) => (key === "Enter" ? 300 : 10)).burst, "");
});

test("five signs are no code", () => {
  assert.equal(read([..."K7MPQ", "Enter"], 8).burst, "");
  assert.equal(read([..."K7MPQ4", "Enter"], 8).burst, "K7MPQ4");
});

test("Shift and its kin stand between the signs of a gun", () => {
  assert.equal(read(CODE.flatMap((sign) => ["Shift", sign]).concat("Enter"), 8).burst, "K7MPQ4XR");
});

test("each burst is heard once", () => {
  const first = read([...CODE, "Enter"], 8);
  assert.equal(first.typed, SILENCE);
  assert.equal(read(["Enter"], 8, first).burst, "");
  assert.equal(read([..."ABCD2345", "Enter"], 8, first).burst, "ABCD2345");
});
