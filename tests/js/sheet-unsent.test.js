// What of a signed page is not with the server yet, as the browser keeps it: apart for accounts and pages.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as kept from "../../static/js/sheet-unsent.js";

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

const refuse = () => { throw new Error("No."); };
const NOTHING = new Proxy({ getItem: refuse, setItem: refuse, removeItem: refuse }, { ownKeys: refuse });
const HERE = "/panitia/2019-ii/lembar/7/2/isian/";
const WEEK = 7 * 24 * 3_600_000;

test("each account and page has its own", () => {
  const place = new Place();
  assert.equal(kept.write("1", HERE, { "b1.7": "hadir" }, { place }), true);
  kept.write("2", HERE, { "b1.7": "kosong" }, { place });
  assert.deepEqual(kept.read("1", HERE, { place }), { "b1.7": "hadir" });
  assert.equal(kept.read("1", "/lain/", { place }), null);
  kept.drop("1", HERE, { place });
  assert.equal(kept.read("1", HERE, { place }), null);
  assert.deepEqual(kept.read("2", HERE, { place }), { "b1.7": "kosong" });
});

test("logging out forgets all of it and nothing else; a week forgets what nobody came back to", () => {
  const place = new Place();
  place.setItem("urutan", "4");
  kept.write("1", HERE, {}, { place, now: WEEK });
  kept.write("1", "/lain/", {}, { place, now: 1 });
  place.setItem("lembar 1 /rusak/", "{");
  kept.forgetOld({ place, now: WEEK + 10 });
  assert.deepEqual(Object.keys(place), ["urutan", `lembar 1 ${HERE}`]);
  kept.forget({ place });
  assert.deepEqual(Object.keys(place), ["urutan"]);
});

test("a browser that keeps nothing says so, and breaks nothing", () => {
  assert.equal(kept.write("1", HERE, {}, { place: NOTHING }), false);
  assert.equal(kept.read("1", HERE, { place: NOTHING }), null);
  kept.drop("1", HERE, { place: NOTHING });
  kept.forget({ place: NOTHING });
  assert.equal(kept.write("1", HERE, {}), false); // node has none
});

test("what is no draft is nothing", () => {
  const place = new Place();
  place.setItem(`lembar 1 ${HERE}`, JSON.stringify({ fields: "x" }));
  assert.equal(kept.read("1", HERE, { place }), null);
  place.setItem(`lembar 1 ${HERE}`, "null");
  assert.equal(kept.read("1", HERE, { place }), null);
});
