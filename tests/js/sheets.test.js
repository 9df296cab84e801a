// Pictures of signed sheets on their way, and the code by which a page is found.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pageCode } from "../../static/js/sheet-code.js";
import { sendAll } from "../../static/js/sheet-sending.js";

test("a page's code is read however it is written", () => {
  for (const text of ["DH1-7KQ3M9XA-002", "dh1 7kq3m9xa 002", "DH17KQ3M9XA002", " dh1-7kq3-m9xa-002\n"]) {
    assert.equal(pageCode(text), "DH1-7KQ3M9XA-002");
  }
});

test("other codes are none of ours", () => {
  const others = ["", "K7MP-Q4XR", "DH1-7KQ3M9XA-000", "DH1-7KQ3M9XA-02", "DH1-7KQ3M9XO-002", "https://contoh.id/", "x".repeat(61)];
  assert.deepEqual(others.map(pageCode), others.map(() => ""));
});

const OK = { ok: true, to: "/lembar/" };
const NEVER = { ok: false, again: false, message: "Bukan gambar." };
const LATER = { ok: false, again: true, message: "Tidak ada sambungan." };

async function sent(...answers) {
  const asked = [];
  const shown = [];
  const items = answers.map((_, place) => ({ file: `f${place}` }));
  const send = async (item, tell) => {
    asked.push(item.file);
    tell(0.5);
    return answers[asked.length - 1];
  };
  const { left, to } = await sendAll(items, send, (told) => shown.push(told));
  return { asked, shown, left, to };
}

test("all go, one after the other, and the place is told", async () => {
  const { asked, shown, left, to } = await sent(OK, OK);
  assert.deepEqual(asked, ["f0", "f1"]);
  assert.deepEqual(shown.map(({ place, of, part }) => [place, of, part]), [[0, 2, 0], [0, 2, 0.5], [1, 2, 0], [1, 2, 0.5]]);
  assert.deepEqual([left, to], [[], "/lembar/"]);
});

test("one that is refused stops none behind it", async () => {
  const { asked, left, to } = await sent(NEVER, NEVER, NEVER, OK);
  assert.equal(asked.length, 4);
  assert.deepEqual(left.map(({ file, again, message }) => [file, again, message])[0], ["f0", false, "Bukan gambar."]);
  assert.equal(to, "/lembar/");
});

test("without a connection the rest is not tried, and waits", async () => {
  const { asked, left } = await sent(OK, LATER, LATER, OK, OK);
  assert.deepEqual(asked, ["f0", "f1", "f2"]);
  assert.deepEqual(left.map(({ file, again }) => [file, again]), [["f1", true], ["f2", true], ["f3", true], ["f4", true]]);
});
