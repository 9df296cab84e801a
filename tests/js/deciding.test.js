// Which pressed keys are a decision.

import assert from "node:assert/strict";
import { test } from "node:test";

import { letterOf } from "../../static/js/deciding.js";

const BODY = { closest: () => null };
const FIELD = { closest: (wanted) => (wanted.includes("textarea") ? FIELD : null) };

function pressed(key, more = {}) {
  return letterOf({ key, target: BODY, ...more });
}

test("one letter alone counts, small or capital", () => {
  assert.equal(pressed("t"), "T");
  assert.equal(pressed("T", { shiftKey: true }), "T");
});

test("signs, digits and named keys are none", () => {
  for (const key of ["1", "Enter", "Escape", " ", "é", "Dead", "F5"]) assert.equal(pressed(key), "", key);
});

test("a browser's own shortcuts stay its own", () => {
  for (const held of ["ctrlKey", "altKey", "metaKey"]) assert.equal(pressed("t", { [held]: true }), "");
});

test("a key held down and a letter being composed are no press", () => {
  assert.equal(pressed("t", { repeat: true }), "");
  assert.equal(pressed("t", { isComposing: true }), "");
});

test("who types in a field decides nothing", () => assert.equal(pressed("t", { target: FIELD }), ""));

test("a press on the document itself counts", () => assert.equal(pressed("t", { target: {} }), "T"));
