// Codes are read: by the browser's own reader, else by the vendored one, in the dark, tilted and small.
// PICTURES is a folder with grey pictures and an index.json (tests/js/test_javascript.py makes it).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";

import { cut, makeReader, textIn } from "../../static/js/decoder.js";
import { decodeQR } from "../../static/vendor/qr/decode.js";

const index = JSON.parse(readFileSync(`${process.env.PICTURES}/index.json`, "utf8"));

for (const { name, text, width, height } of index) {
  test(`a ${name} code is read`, () => {
    const data = new Uint8Array(readFileSync(`${process.env.PICTURES}/${name}.grey`));
    assert.equal(textIn(decodeQR, { width, height, data }, { format: "I420" }), text);
  });
}

test("a picture without a code says nothing", () => {
  assert.equal(textIn(decodeQR, { width: 64, height: 64, data: new Uint8Array(64 * 64).fill(90) }, { format: "I420" }), "");
});

// ---- What part of the picture --------------------------------------------------------------------

test("the middle square comes first, no larger than 640 px", () => {
  assert.deepEqual(cut(1280, 720, 0), { x: 280, y: 0, w: 720, h: 720, width: 640, height: 640 });
  assert.deepEqual(cut(480, 640, 1), { x: 0, y: 80, w: 480, h: 480, width: 480, height: 480 });
});

test("every third look is at the whole picture", () => {
  assert.deepEqual(cut(1280, 720, 2), { x: 0, y: 0, w: 1280, h: 720, width: 640, height: 360 });
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((turn) => cut(1280, 720, turn).w), [720, 720, 1280, 720, 720, 1280]);
});

// ---- Which reader --------------------------------------------------------------------------------

const real = globalThis.BarcodeDetector;
const { document } = globalThis;

afterEach(() => {
  globalThis.BarcodeDetector = real;
  globalThis.document = document;
});

function browserReads(formats, detect) {
  globalThis.BarcodeDetector = class {
    static getSupportedFormats() {
      return formats;
    }

    constructor({ formats: asked }) {
      assert.deepEqual(asked, ["qr_code"]);
    }

    detect = detect;
  };
}

// A canvas that shows one of the pictures, whatever is drawn on it.
function canvasShows({ name, width, height }) {
  const grey = readFileSync(`${process.env.PICTURES}/${name}.grey`);
  const data = new Uint8ClampedArray(width * height * 4).map((_, place) => (place % 4 === 3 ? 255 : grey[place >> 2]));
  const context = { canvas: {}, drawImage() {}, getImageData: () => ({ width, height, data }) };
  globalThis.document = { createElement: () => ({ getContext: () => context }) };
}

test("the browser's own reader is used where it knows QR codes", async () => {
  browserReads(["ean_13", "qr_code"], async (source) => (source === "kartu" ? [{ rawValue: "K7MPQ4XR" }] : []));
  const reader = await makeReader();
  assert.equal(await reader.read("kartu", 640, 480), "K7MPQ4XR");
  assert.equal(await reader.read("dinding", 640, 480), "");
  assert.equal(reader.isNative(), true);
});

for (const [what, formats] of [["no QR codes", ["ean_13"]], ["nothing at all", []]]) {
  test(`a reader that knows ${what} is replaced`, async () => {
    browserReads(formats, () => assert.fail("asked"));
    canvasShows(index[0]);
    const reader = await makeReader();
    assert.equal(reader.isNative(), false);
    assert.equal(await reader.read("kartu", 640, 480), index[0].text);
  });
}

test("a browser without a reader has the vendored one", async () => {
  delete globalThis.BarcodeDetector;
  canvasShows(index[0]);
  assert.equal(await (await makeReader()).read("kartu", 640, 480), index[0].text);
});

test("a reader that cannot say what it knows is replaced", async () => {
  globalThis.BarcodeDetector = class {
    static getSupportedFormats() {
      return Promise.reject(new Error("no service"));
    }
  };
  assert.equal((await makeReader()).isNative(), false);
});

test("a reader that is announced and does not work is replaced at the first try", async () => {
  let asked = 0;
  browserReads(["qr_code"], () => { asked += 1; return Promise.reject(new Error("Barcode detection service unavailable")); });
  canvasShows(index[0]);
  const reader = await makeReader();
  assert.equal(await reader.read("kartu", 640, 480), "");
  assert.equal(await reader.read("kartu", 640, 480), index[0].text);
  assert.equal(asked, 1);
  assert.equal(reader.isNative(), false);
});
