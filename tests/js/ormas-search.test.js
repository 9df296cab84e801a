// Which ormas fit what somebody types, and which come near.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { querySelectorAll: () => [] }; // a page without such a field
const { plain } = await import("../../static/js/plain.js");
const { fits, nearness, search } = await import("../../static/js/ormas-search.js");

const NAMES = JSON.parse(process.env.NAMES); // what Python makes of them (tests/js/test_javascript.py)

test("there is something to compare", () => assert.ok(NAMES.length > 10));

test("names are compared as the server compares them", () => {
  assert.deepEqual(NAMES.map(({ text }) => plain(text)), NAMES.map(({ plain: said }) => said));
});

const KBPP = "Keluarga Besar Putra-Putri Polri (KBPP)";

for (const typed of ["", "polri", "KBPP", "putri keluarga", "  besar  ", "keluargá", "putra putri", "kelu’arga"]) {
  test(`“${typed}” fits`, () => assert.equal(fits(KBPP, typed), true));
}
for (const typed of ["polrii", "keluarga kecil", "kbpp x"]) {
  test(`“${typed}” does not fit`, () => assert.equal(fits(KBPP, typed), false));
}

const INVITED = [
  KBPP, "Pimpinan Wilayah Muhammadiyah DKI Jakarta (PWM)", "Fatayat Nahdlatul Ulama (FATAYAT)", "Pimpinan Wilayah ’Aisyiyah DKI Jakarta (PWA)",
].map((name) => ({ name }));
const found = (typed) => search(INVITED, typed).found.map(({ name }) => name.split("(")[1].slice(0, -1));

const FORGIVEN = {
  muhamadiyah: ["PWM"], "Muhamadiah jakarta": ["PWM"], muhamad: ["PWM"], nahdatul: ["FATAYAT"], "nahdatul ulma": ["FATAYAT"], aisyiyah: ["PWA"], "’aisyiyah": ["PWA"],
  "‘aisiyah": ["PWA"], polrii: ["KBPP"], pramuka: [], "muhamadiyah pramuka": [], "’": ["KBPP", "PWM", "FATAYAT", "PWA"],
};
for (const [typed, names] of Object.entries(FORGIVEN)) {
  test(`“${typed}” finds ${names.join(", ") || "none"}`, () => assert.deepEqual(found(typed), names));
}

test("what fits comes alone, what is near says so", () => {
  assert.equal(search(INVITED, "muhammadiyah").isNear, false);
  assert.equal(search(INVITED, "muhamadiyah").isNear, true);
  assert.equal(search(INVITED, "pramuka").isNear, false);
});

test("the nearest stands first, six at most", () => {
  const names = [...Array.from({ length: 9 }, (_, n) => `Nahdlatul Ulamla ${n}`), "Fatayat Nahdlatul Ulama"];
  const { found: near } = search(names.map((name) => ({ name })), "nahdatul ulama");
  assert.equal(near[0].name, "Fatayat Nahdlatul Ulama");
  assert.equal(near.length, 6);
});

test("a word that resembles none makes the whole unlike", () => {
  assert.equal(nearness("Fatayat Nahdlatul Ulama", "nahdatul pramuka"), 0);
});
