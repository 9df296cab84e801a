// Entering a signed page by keyboard: which cell comes next, what a key means, the way back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { makeCells, makeLull, meaning, says } from "../../static/js/sheet-cells.js";

const empty = (rows, columns = 1) => Array.from({ length: rows }, () => Array(columns).fill(""));
const pressed = (cells, marks) => [...marks].map((mark) => cells.mark(mark));

test("one key marks, in capitals too; with Ctrl it is the browser's own", () => {
  const keys = ["h", "H", "Enter", "i", "s", "k", " "];
  assert.deepEqual(keys.map((key) => meaning({ key }).mark), ["hadir", "hadir", "hadir", "izin", "sakit", "kosong", "kosong"]);
  assert.deepEqual(["z", "G", "ArrowLeft", "End"].map((key) => meaning({ key }).act), ["back", "goto", "column", "move"]);
  assert.deepEqual([{ key: "x" }, { key: "" }, { key: "s", ctrlKey: true }, { key: "k", metaKey: true }, { key: "h", altKey: true }].map(meaning), [null, null, null, null, null]);
});

test("a mark goes on to the next row, and says when all is filled in", () => {
  const cells = makeCells([23, 24, 25], 1, empty(3));
  assert.deepEqual(pressed(cells, "hk").map(({ marked, isOver }) => [marked.row, isOver]), [[0, false], [1, false]]);
  assert.equal(cells.cell().number, 25);
  assert.equal(cells.mark("h").isOver, true);
  assert.equal(cells.number(), 3);
});

test("below the last row comes what is open yet", () => {
  const cells = makeCells([1, 2, 3], 1, empty(3));
  cells.go(1);
  assert.equal(pressed(cells, "hh")[1].isOver, false);
  assert.equal(cells.cell().row, 0);
});

test("one column comes after the other", () => {
  const cells = makeCells([1, 2], 2, empty(2, 2));
  pressed(cells, "hh");
  assert.deepEqual(cells.cell(), { row: 0, column: 1, number: 1, mark: "" });
  assert.equal(pressed(cells, "kk")[1].isOver, true);
  assert.deepEqual([cells.number(0), cells.number(1)], [2, 2]);
  assert.equal(cells.column(-5).column, 0);
});

test("back takes the last key back, cell by cell; then one row up", () => {
  const cells = makeCells([1, 2, 3], 1, [["s"], [""], [""]]);
  pressed(cells, "hi");
  assert.deepEqual([cells.back(), cells.back()].map(({ row, mark }) => [row, mark]), [[1, ""], [0, "s"]]);
  cells.go(2);
  assert.equal(cells.back().row, 1);
});

test("a finger's choice is in hand, and the same choice is no step", () => {
  const cells = makeCells([1, 2, 3], 1, empty(3));
  assert.equal(cells.put(2, 0, "h").row, 2);
  cells.put(2, 0, "h");
  cells.back();
  assert.equal(cells.number(), 0);
});

test("one goes to a number of the page, not to another", () => {
  const cells = makeCells([23, 24, 25], 1, empty(3));
  assert.equal(cells.find(25).row, 2);
  assert.equal(cells.find(7), null);
  assert.equal(cells.cell().row, 2);
  assert.deepEqual([cells.move(-Infinity).row, cells.move(10).row], [0, 2]);
});

test("one begins where nothing is filled in, or at the top", () => {
  assert.equal(makeCells([1, 2], 1, [["h"], [""]]).start().row, 1);
  assert.equal(makeCells([1, 2], 1, [["h"], ["k"]]).start().row, 0);
});

test("what is left is said as the server says it", () => {
  assert.equal(says({ rows: 3, counts: true, choices: 0 }), "Belum: 3 baris, jumlah tanda tangan.");
  assert.equal(says({ rows: 0, counts: false, differs: true, choices: 2 }), "Belum: jumlah belum sama, 2 yang berbeda.");
  assert.equal(says({ rows: 0, counts: false, choices: 0 }), "Semua terisi.");
});

test("keys behind the last row are swallowed until none came for a moment", () => {
  const lull = makeLull(800);
  const key = (name, now) => lull.swallows({ key: name }, now);
  assert.equal(key("h", 0), false);
  lull.begin(1_000);
  assert.deepEqual([key("h", 1_100), key("Enter", 1_800), key(" ", 2_500)], [true, true, true]);
  assert.deepEqual([key("a", 2_600), key("h", 3_301)], [false, false]);
});
