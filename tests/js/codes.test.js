// The same rules as pelatihan/codes.py: PAIRS holds what Python says (tests/js/test_javascript.py).

import assert from "node:assert/strict";
import { test } from "node:test";

import { codeIn, display, normalise } from "../../static/js/codes.js";

const PAIRS = JSON.parse(process.env.PAIRS);

test("there is something to compare", () => assert.ok(PAIRS.length > 100));

test("what is typed becomes the same code as on the server", () => {
  assert.deepEqual(PAIRS.map(({ text }) => normalise(text)), PAIRS.map(({ code }) => code));
});

test("what looks like a code is the same as on the server", () => {
  assert.deepEqual(PAIRS.filter(({ text }) => codeIn(text)), PAIRS.filter(({ isCode }) => isCode));
});

test("a code is shown in two groups, anything else as it is", () => {
  assert.equal(display("K7MPQ4XR"), "K7MP-Q4XR");
  assert.equal(display("K7MP"), "K7MP");
});
