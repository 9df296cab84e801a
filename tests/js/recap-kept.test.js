// What is not saved on a recap, as the browser keeps it: apart for accounts and sessions, and without treading on other tabs.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as kept from "../../static/js/recap-kept.js";

// A localStorage: what is kept are its own names.
class Place {
  getItem(key) {
    return Object.keys(this).includes(key) ? this[key] : null;
  }
  setItem(key, text) {
    this[key] = text;
  }
  removeItem(key) {
    delete this[key];
  }
}

const NOTHING = { getItem: () => { throw new Error("No."); }, setItem: () => { throw new Error("Full."); }, removeItem: () => {} };
const marks = (...refs) => (ref) => (refs.includes(ref) ? { ref, state: "sick" } : null);
const WEEK = 7 * 24 * 3_600_000;

test("each account and session has its own", () => {
  const place = new Place();
  kept.write("1", "7", ["ani"], marks("ani"), { place });
  kept.write("1", "8", ["budi", "citra"], marks("budi", "citra"), { place });
  kept.write("2", "9", ["dewi"], marks("dewi"), { place });
  assert.deepEqual(Object.keys(kept.read("1", "7", { place })), ["ani"]);
  assert.deepEqual(kept.everywhere("1", { place }), { 7: 1, 8: 2 });
  assert.equal(kept.number({ place }), 4);
});

test("what another tab keeps of other cells stays", () => {
  const place = new Place();
  kept.write("1", "7", ["ani"], marks("ani"), { place });
  kept.write("1", "7", ["budi"], marks("budi"), { place });
  kept.write("1", "7", ["ani"], marks(), { place });
  assert.deepEqual(Object.keys(kept.read("1", "7", { place })), ["budi"]);
});

test("when all is saved nothing is left", () => {
  const place = new Place();
  kept.write("1", "7", ["ani"], marks("ani"), { place });
  kept.write("1", "7", ["ani"], marks(), { place });
  assert.deepEqual(Object.keys(place), []);
});

test("who logs out leaves nothing, and what is not ours stays", () => {
  const place = new Place();
  place.setItem("urutan", "9");
  kept.write("1", "7", ["ani"], marks("ani"), { place });
  kept.forget({ place });
  assert.deepEqual(Object.keys(place), ["urutan"]);
});

test("what nobody came back to within a week goes", () => {
  const place = new Place();
  kept.write("1", "7", ["ani"], marks("ani"), { place, now: 1000 });
  kept.write("1", "8", ["budi"], marks("budi"), { place, now: 2000 });
  place.setItem("rekap 1 9", "{");
  kept.forgetOld({ place, now: 1500 + WEEK });
  assert.deepEqual(Object.keys(place), ["rekap 1 8"]);
});

test("a browser that keeps nothing, or nonsense, stops nobody", () => {
  const place = new Place();
  for (const text of ["{", "null", "7", '{"marks": 3}']) {
    place.setItem("rekap 1 7", text);
    assert.deepEqual(kept.read("1", "7", { place }), {});
  }
  assert.deepEqual(kept.read("1", "7", { place: NOTHING }), {});
  assert.equal(kept.write("1", "7", ["ani"], marks("ani"), { place: NOTHING }), false);
  assert.equal(kept.write("1", "7", ["ani"], marks("ani"), { place: undefined }), false);
  assert.equal(kept.number({ place: null }), 0);
  kept.forget({ place: null });
});

test("a change of another page's store is none of ours", () => {
  assert.deepEqual([kept.isOurs("rekap 1 7", "1", "7"), kept.isOurs("rekap 1 8", "1", "7"), kept.isOurs(null, "1", "7")], [true, false, false]);
});
