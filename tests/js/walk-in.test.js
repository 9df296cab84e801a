// What the page "Peserta datang langsung" decides by itself: what is wrong, whether the door is open, who and what fits.

import assert from "node:assert/strict";
import { test } from "node:test";

import { alike, doorSays, offered, tidy, wrongIn } from "../../static/js/walk-in-rules.js";

const DOOR = { opens: "2019-03-11T07:00:00+07:00", late: "2019-03-11T08:15:00+07:00", closed: "" };
const at = (clock) => Date.parse(`2019-03-11T${clock}:00+07:00`);
const wrong = (changes) => wrongIn({ name: "Ahmad Fauzi", ormas: "BKPRMI", phone: "", ...changes });

test("the door opens, runs late, and is closed", () => {
  assert.deepEqual(["06:59", "07:00", "08:14", "08:15"].map((clock) => doorSays(DOOR, at(clock))), ["not_open", "present", "present", "late"]);
  assert.equal(doorSays({ ...DOOR, closed: "1" }, at("08:00")), "closed");
});

test("what is written in full is taken", () => {
  assert.deepEqual(wrong({}), {});
  for (const phone of ["0812-3456-7890", "+62 812 3456 7890", "62812345678", "0062812345678"]) assert.deepEqual(wrong({ phone }), {});
});

test("what is wrong is said at its field", () => {
  for (const name of ["", "x", "..", "x".repeat(151), "Ahmad <b>", "Ahmad 2", "Ахмад"]) assert.deepEqual(Object.keys(wrong({ name })), ["name"]);
  for (const ormas of ["", "x".repeat(201), "😀", "a\u00adb"]) assert.deepEqual(Object.keys(wrong({ ormas })), ["ormas"]);
  for (const phone of ["12", "021 555 1234", "08123", "0812345678901234", "abc"]) assert.deepEqual(Object.keys(wrong({ phone })), ["phone"]);
});

test("names are tidied as the server does it", () => {
  assert.equal(tidy("  D’Angelo   Ma‑rtin "), "D'Angelo Ma-rtin");
});

// tests/js/test_javascript.py writes what Python takes and what it does not
test("the server takes the same names and organisations", () => {
  for (const { text, isName, isText } of JSON.parse(process.env.WRITTEN || "[]")) {
    assert.equal(!wrong({ name: tidy(text) }).name, isName, `name ${JSON.stringify(text)}`);
    if (tidy(text)) assert.equal(!wrong({ ormas: tidy(text) }).ormas, isText, `ormas ${JSON.stringify(text)}`);
  }
});

const COPY = {
  ormas: ["Badan Komunikasi Pemuda Remaja Masjid Indonesia", "Ikatan Pemuda Masjid", "'Aisyiyah"],
  ormas_ids: [7, null, 9],
  ormas_short: ["BKPRMI", "", ""],
  people: ["Ahmad Fauzi Nasution", "Drs. Budi Santoso", "Ramadhani"].map((n) => ({ n })),
};

test("organisations of the copy fit by every word, name or abbreviation", () => {
  assert.deepEqual(offered(COPY, "pemuda mas").map(({ id }) => id), [7, null]);
  assert.deepEqual(offered(COPY, "bkprmi").map(({ id }) => id), [7]);
  assert.deepEqual(offered(COPY, "aisyiyah").map(({ id }) => id), [9]);
  assert.deepEqual(offered(COPY, " "), []);
  const many = { ormas: Array(9).fill("Pemuda"), ormas_ids: Array(9).fill(1) };
  assert.equal(offered(many, "pemuda").length, 6);
});

test("people of the copy are alike when each word begins one of theirs", () => {
  assert.deepEqual(alike(COPY, "ahmad fau").map(({ n }) => n), ["Ahmad Fauzi Nasution"]);
  assert.deepEqual(alike(COPY, "ani"), []);
  assert.deepEqual(alike(COPY, ""), []);
});
