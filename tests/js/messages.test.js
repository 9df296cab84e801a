// Words in braces, written where one was typing.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inserted } from "../../static/js/messages.js";

test("a word is written where the cursor stands", () => {
  assert.deepEqual(inserted("Halo , apa", 5, 5, "{nama}"), { value: "Halo {nama}, apa", at: 11 });
});

test("a word takes the place of what is marked", () => {
  assert.deepEqual(inserted("Halo Siti", 5, 9, "{nama}"), { value: "Halo {nama}", at: 11 });
});

test("a word is the first of an empty text", () => {
  assert.deepEqual(inserted("", 0, 0, "{kode}"), { value: "{kode}", at: 6 });
});
