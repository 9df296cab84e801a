// What a phone says of a signed page that it sees: pictures drawn by tests/sheet_pictures.py.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { advise, lookAt, nameOf, titleOf } from "../../static/js/sheet-look.js";
import { density, greyOf, marksIn, pageOfMarks, softness } from "../../static/js/sheet-marks.js";
import { codeOf, onPaper, placed, placings, straightened, strips } from "../../static/js/sheet-place.js";
import { decodeQR } from "../../static/vendor/qr/decode.js";
import { MARKS } from "../../static/vendor/aruco/marks.js";

const folder = process.env.SHEETS;
const pictures = new Map();
for (const { name, width, height } of JSON.parse(readFileSync(`${folder}/index.json`))) {
  pictures.set(name, { width, height, grey: new Uint8Array(readFileSync(`${folder}/${name}.grey`)) });
}

const F4 = [215, 330];
const CODE = { sheet: "7KQ3M9XA", page: 2 };
const known = { "7KQ3M9XA": { words: "Sel 09.45", pages: 4, size: F4 } };
const told = { code: CODE, known, taken: new Set(), scale: 2 };
const looks = new Map();

function look(name) {
  if (!looks.has(name)) looks.set(name, lookAt(pictures.get(name), [F4]));
  return looks.get(name);
}

// ---- Marks ---------------------------------------------------------------------------------------

test("the marks are those that the pages show", () => {
  const own = JSON.parse(process.env.MARKS).map((_, id) => parseInt(MARKS.slice(id * 5, id * 5 + 5), 32));
  assert.deepEqual(own, JSON.parse(process.env.MARKS));
});

for (const name of ["straight", "turned", "sideways", "upside down", "tilted", "steep", "dark", "soft", "grainy", "far", "faded", "specked"]) {
  test(`all four marks of a page are found: ${name}`, () => {
    const marks = marksIn(pictures.get(name));
    assert.deepEqual(marks.map(({ corner }) => corner).sort(), [0, 1, 2, 3]);
    assert.deepEqual([...new Set(marks.map(({ page }) => page))], [2]);
  });
}

test("a table shows no marks", () => assert.deepEqual(marksIn(pictures.get("table")), []));

test("corners of a mark lie where they were drawn", () => {
  const scale = (0.92 * 1440) / 330; // px a mm
  const [left, top] = [540 - 107.5 * scale, 720 - 165 * scale];
  const first = marksIn(pictures.get("straight")).find(({ corner }) => corner === 0);
  for (const [place, [x, y]] of onPaper(F4, 0).entries()) {
    assert.ok(Math.hypot(first.corners[place][0] - left - x * scale, first.corners[place][1] - top - y * scale) < 0.8);
  }
  assert.ok(Math.abs(density([first]) - scale) < 0.15);
});

test("the first corner of a mark is its own, however the page lies", () => {
  const [upright, turned] = ["straight", "upside down"].map((name) => marksIn(pictures.get(name)).find(({ corner }) => corner === 0));
  assert.ok(upright.corners[0][0] < upright.corners[1][0]);
  assert.ok(turned.corners[0][0] > turned.corners[1][0]);
});

test("a softer picture is softer by its marks", () => {
  const soft = ["straight", "softish", "soft"].map((name) => look(name).soft);
  assert.ok(soft[0] < 0.24 && soft[0] < soft[1] && soft[1] < soft[2], String(soft));
  assert.equal(softness(pictures.get("straight"), look("straight").marks[0]) > 0, true);
});

test("marks begin anew after 250 pages", () => assert.deepEqual([1, 250, 251, 999].map(pageOfMarks), [1, 250, 1, 249]));

test("grey is what an eye sees of red, green and blue", () => {
  const { grey, width, height } = greyOf([255, 255, 255, 255, 0, 255, 0, 255], 2, 1);
  assert.deepEqual([width, height, [...grey]], [2, 1, [255, 149]]);
});

// ---- Places --------------------------------------------------------------------------------------

test("the paper is known by its marks", () => {
  const marks = look("tilted").marks;
  assert.deepEqual(placings(marks)[0].size, F4);
  assert.ok(placed(marks, F4).off < 0.5);
});

test("one mark places no page", () => assert.equal(placed([], F4), null));

for (const name of ["straight", "upside down", "tilted", "dark", "grainy"]) {
  test(`the code of a page is read beside its marks: ${name}`, () => {
    const read = strips(look(name).place).map((strip) => {
      try {
        return codeOf(decodeQR(straightened(pictures.get(name), look(name).place, strip)));
      } catch {
        return null;
      }
    });
    assert.ok(read.some((code) => code && code.sheet === "7KQ3M9XA" && code.page === 2));
  });
}

test("a part of a finer picture is made straight as the whole is", () => {
  const picture = pictures.get("straight");
  const { place } = look("straight");
  const [strip] = strips(place);
  const [x, y, width, height] = [90, 60, 400, 200];
  const grey = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) grey.set(picture.grey.subarray((y + row) * picture.width + x, (y + row) * picture.width + x + width), row * width);
  const cut = straightened({ width, height, grey }, place, strip, { x, y, scale: 1 });
  assert.deepEqual(cut.data, straightened(picture, place, strip).data);
});

test("only our codes are codes of pages", () => {
  assert.deepEqual(codeOf("DH1-7KQ3M9XA-002"), CODE);
  assert.deepEqual(codeOf(" dh17kq3m9xa002 "), CODE);
  for (const text of ["", null, "DH1-7KQ3M9XA-000", "DH2-7KQ3M9XA-002", "DH1-7KQ3M9X0-002", "https://x.example/DH1-7KQ3M9XA-002"]) {
    assert.equal(codeOf(text), null);
  }
});

// ---- What is said --------------------------------------------------------------------------------

const SAID = {
  straight: "Tahan sebentar…",
  turned: "Tahan sebentar…",
  "upside down": "Tahan sebentar…",
  tilted: "Tahan sebentar…",
  grainy: "Tahan sebentar…",
  steep: "Pegang ponsel sejajar dengan lembar",
  dark: "Terlalu gelap: nyalakan senter atau cari tempat terang",
  night: "Terlalu gelap: nyalakan senter atau cari tempat terang",
  softer: "Tahan diam: gambarnya kabur",
  blurred: "Tahan diam: gambarnya kabur",
  far: "Dekatkan",
  low: "Mundur sedikit: dua sudut belum terlihat",
  "a corner": "Mundur sedikit: seluruh lembar belum terlihat",
  shining: "Miringkan sedikit: pantulan di sudut kiri atas",
  covered: "Belum terbaca: sudut kanan bawah. Jangan tertutup atau terlipat",
  two: "Terlihat dua lembar: foto satu per satu",
  mixed: "Kode dan sudut bukan dari lembar yang sama",
  table: "Arahkan kamera ke lembar daftar hadir",
};

for (const [name, words] of Object.entries(SAID)) {
  test(`what is said of a page: ${name}`, () => {
    const said = advise(look(name), told);
    assert.equal(said.words, words);
    assert.equal(said.isGood, words === SAID.straight);
  });
}

const say = (changes, name = "straight") => advise(look(name), { ...told, ...changes }).kind;

test("a page without a code is not photographed by itself", () => assert.equal(say({ code: null }), "uncoded"));
test("a page that was photographed is not photographed by itself", () => assert.equal(say({ taken: new Set([nameOf(CODE)]) }), "again"));
test("a page of another training is none of ours", () => assert.equal(say({ known: {} }), "foreign"));
test("a page that the list does not have is none of ours", () => assert.equal(say({ known: { "7KQ3M9XA": { pages: 1 } } }), "foreign"));
test("a page that fills half the picture is near enough for a fine photo alone", () => {
  assert.equal(say({ scale: 1 }, "far"), "far");
  assert.equal(say({ scale: 3 }, "far"), "good");
  assert.equal(advise(look("far"), { ...told, scale: undefined }).kind, "far");
});
test("a photo is judged by the sharpness of its own pixels", () => {
  const seen = { ...look("straight"), soft: 0.31 };
  assert.equal(advise(seen, told).kind, "good");
  assert.equal(advise({ ...seen, fine: 3 }, told).kind, "blurred");
});

test("corners that are not seen are shown where they must be", () => {
  const { corners } = look("covered");
  assert.deepEqual(corners.map(({ isSeen }) => isSeen), [true, true, false, true]);
  assert.ok(Math.abs(corners[2].x - corners[1].x) < 6 && Math.abs(corners[2].y - corners[3].y) < 6);
});

test("a page is called by its session, and one that nobody knows by its code", () => {
  assert.equal(titleOf(known, CODE), "Sel 09.45, lembar 2 dari 4");
  assert.equal(titleOf({}, CODE), "Lembar DH1-7KQ3M9XA-002");
  assert.equal(titleOf(known, null), "Lembar tanpa kode");
});
