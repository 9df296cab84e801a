// Answers are set as large here as by the server. ANSWERS holds letters of name, ormas and note, and its size (tests/js/test_javascript.py).

import assert from "node:assert/strict";
import { test } from "node:test";

import { sizeOf } from "../../static/js/fit.js";

const ANSWERS = JSON.parse(process.env.ANSWERS);

test("every answer has the server's size", () => {
  const found = ANSWERS.map((row) => sizeOf(...row.slice(0, 3).map((letters) => "a".repeat(letters))));
  assert.deepEqual(found, ANSWERS.map((row) => row[3]));
  assert.deepEqual([...new Set(found)].sort(), ["", "long", "longer", "longest"]);
});
