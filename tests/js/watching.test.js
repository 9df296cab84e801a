// When a board asks again, and what it says of its numbers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clock, EVERY, isAnswer, isEnd, outcome, pause, word } from "../../static/js/watching.js";

const answered = (status, redirected = false) => outcome({ status, redirected });

test("each answer is told apart", () => {
  assert.equal(outcome(null), "silent");
  assert.equal(answered(200), "new");
  assert.equal(answered(304), "same");
  assert.equal(answered(200, true), "out"); // the log-in page
  assert.equal(answered(401), "out");
  for (const status of [429, 500, 502, 503]) assert.equal(answered(status), "busy");
  for (const status of [403, 404, 400]) assert.equal(answered(status), "refused");
});

test("only what was answered renews the time, and only what cannot come back ends the asking", () => {
  assert.deepEqual(["new", "same", "silent", "busy", "out", "refused"].map(isAnswer), [true, true, false, false, false, false]);
  assert.deepEqual(["new", "same", "silent", "busy", "out", "refused"].map(isEnd), [false, false, false, false, true, true]);
});

test("it asks every three seconds, after failures ever more seldom, once a minute at last", () => {
  assert.equal(EVERY, 3000);
  assert.deepEqual([0, 1, 2, 3, 4, 5, 99].map((failures) => pause(failures)), [3000, 6000, 12000, 24000, 48000, 60000, 60000]);
});

test("a server that asks for patience gets it, a minute at most", () => {
  assert.equal(pause(1, "10"), 10000);
  assert.equal(pause(1, "1"), 6000);
  assert.equal(pause(1, "3600"), 60000);
  for (const other of ["", "soon", "-5", "1e9", "Wed, 21 Oct 2015 07:28:00 GMT"]) assert.equal(pause(1, other), 6000);
});

test("the time is the server's, on the office's wall", () => {
  assert.equal(clock("Tue, 12 Mar 2019 02:52:30 GMT", 420), "09.52");
  assert.equal(clock("Tue, 12 Mar 2019 17:05:00 GMT", 540), "02.05");
  assert.equal(clock("Tue, 12 Mar 2019 02:52:30 GMT", 0), "02.52");
  for (const none of [null, undefined, "", "yesterday"]) assert.equal(clock(none, 420), "");
});

test("the word says whether the numbers are of now", () => {
  assert.equal(word("new", 0), "Diperbarui");
  assert.equal(word("same", 0), "Diperbarui");
  assert.equal(word("silent", 1), "Diperbarui"); // one that was lost is no news
  assert.equal(word("silent", 2), "Tanpa sinyal: angka pukul");
  assert.equal(word("busy", 2), "Server sedang sibuk: angka pukul");
  assert.match(word("out", 1), /Waktu masuk Anda sudah habis.*Angka pukul$/);
  assert.match(word("refused", 1), /tidak dapat dibuka lagi.*Angka pukul$/);
});
