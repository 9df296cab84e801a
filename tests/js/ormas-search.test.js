// Which ormas fit what somebody types.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { querySelectorAll: () => [] }; // a page without such a field
const { fits, plain } = await import("../../static/js/ormas-search.js");

test("case and diacritics do not matter", () => {
  assert.equal(plain("Ḥizbul Wāthan É"), "hizbul wathan e");
});

const NAME = "Keluarga Besar Putra-Putri Polri (KBPP)";

for (const typed of ["", "polri", "KBPP", "putri keluarga", "  besar  ", "keluargá"]) {
  test(`“${typed}” fits`, () => assert.equal(fits(NAME, typed), true));
}
for (const typed of ["polrii", "keluarga kecil", "kbpp x"]) {
  test(`“${typed}” does not fit`, () => assert.equal(fits(NAME, typed), false));
}
