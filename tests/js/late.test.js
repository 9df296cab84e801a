// How much of what waits is decided, in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { button, decided } from "../../static/js/late.js";

test("who has chosen nothing is told that the rest waits", () => {
  assert.equal(decided([], 5), "Yang tidak dipilih tetap menunggu.");
  assert.equal(button(0), "Simpan putusan");
});

test("each kind of decision is counted", () => {
  const choices = ["coret", "pertahankan", "dilihat", "pertahankan"];
  assert.equal(decided(choices, 1200), "4 dari 1.200 diputuskan: 2 dipertahankan, 1 dicoret, 1 dilihat");
  assert.equal(button(choices.length), "Simpan 4 putusan");
});
