// What the screen in the room shows at which moment: with and without answers, after a sleep, with a clock that is wrong.

import assert from "node:assert/strict";
import { test } from "node:test";

import { EVERY, clock, isDoubted, isDue, kindOf, passed, renewed, shown, wantsAll } from "../../static/js/room-rules.js";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const AT = Date.parse("2019-03-12T02:49:12Z"); // 09.49.12 WIB
const START = { running: 5 * SECOND, wall: 999 * HOUR }; // the machine's own clock: far off
const CODE = { state: "on", at: AT, zone: "Asia/Jakarta", left: 18 * SECOND, grace: 30 * SECOND, window: 30 * SECOND, since: START };
const NONE = { ...CODE, state: "off", left: 0 };

const after = (seconds, asleep = 0) => ({ running: START.running + seconds * SECOND, wall: START.wall + (seconds + asleep) * SECOND });
const at = (seconds, trouble = "", answer = CODE) => shown(answer, trouble, after(seconds));

// ---- While the server answers --------------------------------------------------------------------

test("the code is counted down in whole seconds", () => {
  assert.deepEqual([0, 0.5, 17, 17.9].map((seconds) => at(seconds).time), [
    "Kode ini berganti 18 detik lagi",
    "Kode ini berganti 18 detik lagi",
    "Kode ini berganti 1 detik lagi",
    "Kode ini berganti 1 detik lagi",
  ]);
  assert.deepEqual([0, 9, 18, 30].map((seconds) => at(seconds).share), [60, 30, 0, 0]);
  assert.equal(at(0, "", { ...CODE, left: 40 * SECOND }).share, 100);
});

test("while the next code is on its way, the one that is still taken stays", () => {
  const now = at(18);
  assert.deepEqual([now.hasCode, now.panel, now.time], [true, null, "Kode ini berganti sekarang"]);
});

test("a screen without a code counts nothing", () => {
  assert.deepEqual(at(0, "", NONE), { panel: null, hasCode: false, clock: "09.49", share: 0, time: "", asOf: "" });
});

// ---- The clock -----------------------------------------------------------------------------------

test("the clock is the server's, whatever the machine's own shows", () => {
  for (const wall of [0, START.wall - 3 * HOUR, START.wall + 3 * HOUR]) {
    const since = { running: 0, wall };
    assert.equal(clock({ ...CODE, since }, { running: 60 * SECOND, wall: wall + 60 * SECOND }), "09.50");
  }
});

test("a machine that slept, or whose clock was set, shows no time until the server has told it", () => {
  assert.deepEqual([-3 * 3_600, -6, -4, 4, 6, 3 * 3_600].map((asleep) => clock(CODE, after(1, asleep))), ["", "", "09.49", "09.49", "", ""]);
});

test("both clocks may part by a few seconds, and no more", () => {
  assert.deepEqual([isDoubted(START, after(3_600)), isDoubted(START, after(1, 5)), isDoubted(START, after(1, -5.1))], [false, false, true]);
});

test("time that passed is the longer of two clocks, and never less than none", () => {
  assert.deepEqual([passed(START, after(3)), passed(START, after(3, 600)), passed(START, after(3, -600)), passed(after(3), START)], [3_000, 603_000, 3_000, 0]);
});

// ---- Without a connection ------------------------------------------------------------------------

test("without a connection the code stays for as long as it is taken, and not a moment longer", () => {
  assert.equal(at(47, "away").hasCode, true);
  assert.equal(at(47, "away").time, "Sambungan terputus. Kode ini berlaku 1 detik lagi");
  assert.equal(at(17, "away").time, "Kode ini berganti 1 detik lagi");
  assert.equal(at(48, "away").hasCode, false);
});

test("the panel says since when, and what to do", () => {
  assert.deepEqual(at(48, "away").panel, {
    word: "Kode berhenti",
    text: "Layar ini tidak tersambung sejak pukul 09.49. Kode tidak ditampilkan karena sudah tidak berlaku.",
    next: "Silakan ke meja presensi. Panitia: periksa sambungan internet; kode kembali sendiri.",
  });
  assert.equal(at(48, "later").panel.text, "Sistem tidak menjawab sejak pukul 09.49. Kode tidak ditampilkan karena sudah tidak berlaku.");
  assert.match(at(48, "later").panel.next, /Panitia: kode kembali sendiri begitu sistem menjawab\.$/);
});

test("the clock goes on, and the numbers say from when they are", () => {
  assert.deepEqual([at(60, "away").clock, at(60, "away").asOf], ["09.50", "Angka pukul 09.49"]);
  assert.deepEqual([at(9.9, "away").asOf, at(10, "away").asOf, at(10).asOf], ["", "Angka pukul 09.49", ""]);
});

test("a screen without a code says after ten seconds that it is cut off", () => {
  assert.equal(at(9.9, "away", NONE).panel, null);
  assert.deepEqual(at(10, "away", NONE).panel, {
    word: "Tidak tersambung",
    text: "Layar ini tidak tersambung sejak pukul 09.49.",
    next: "Silakan ke meja presensi. Panitia: periksa sambungan internet; layar ini kembali sendiri.",
  });
  assert.equal(at(600, "", NONE).panel, null);
});

test("a tab that slept shows nothing old while it asks", () => {
  assert.deepEqual(shown(CODE, "", after(1, 8 * 3_600)).panel, { word: "Menyambung lagi", text: "Kode baru sedang diambil.", next: "" });
  assert.equal(shown(CODE, "", after(1, 8 * 3_600)).hasCode, false);
});

test("who is logged out, or may not, shows no code from that moment on", () => {
  const said = ["login", "forbidden", "gone"].map((kind) => at(1, kind));
  assert.deepEqual(said.map(({ hasCode, panel }) => [hasCode, panel.word, panel.link]), [
    [false, "Waktu masuk habis", "login"],
    [false, "Akun ini tidak berhak", "login"],
    [false, "Sesi ini tidak ada lagi", "desk"],
  ]);
  assert.equal(at(1, "login", NONE).panel.word, "Waktu masuk habis");
});

// ---- Asking --------------------------------------------------------------------------------------

test("each answer has its meaning", () => {
  const kinds = [200, 304, 401, 403, 404, 429, 500, 502, 503, 400, 302].map((status) => kindOf({ status, isOurs: true }));
  assert.deepEqual(kinds, ["fresh", "same", "login", "forbidden", "gone", "later", "later", "later", "later", "away", "away"]);
  assert.equal(kindOf({ status: 200, redirected: true, isOurs: false }), "login");
  assert.equal(kindOf({ status: 200, isOurs: false }), "away"); // a hotel's own page
});

test("it asks every three seconds, or after the pause that it was given", () => {
  const asked = after(0);
  assert.deepEqual([2.9, 3].map((seconds) => isDue(NONE, asked, after(seconds))), [false, true]);
  assert.deepEqual([3, 14.9, 15].map((seconds) => isDue(NONE, asked, after(seconds), 15 * SECOND)), [false, false, true]);
  assert.equal(EVERY, 3_000);
});

test("it asks once when the code has had its time, however short ago it asked", () => {
  const asked = after(17);
  assert.deepEqual([18.1, 18.2].map((seconds) => isDue(CODE, asked, after(seconds))), [false, true]);
  assert.equal(isDue(CODE, after(18.2), after(19)), false); // asked already, and the code is still the same
  assert.equal(isDue({ ...NONE, left: 18 * SECOND }, asked, after(18.2)), false);
});

test("a machine that slept asks as soon as it is awake", () => {
  assert.equal(isDue(CODE, after(1), after(1.2, 600)), true);
});

test("what is unchanged holds on from the moment it was asked for", () => {
  const later = renewed(CODE, after(3));
  assert.deepEqual([later.at - AT, later.left, later.since, later.state], [3_000, 15_000, after(3), "on"]);
  assert.equal(shown(later, "", after(3)).time, "Kode ini berganti 15 detik lagi");
});

test("it asks for all of it when the code has had its time, or nobody knows the time", () => {
  assert.deepEqual([17.9, 18].map((seconds) => wantsAll(CODE, after(seconds))), [false, true]);
  assert.deepEqual([0, 600].map((asleep) => wantsAll(NONE, after(60, asleep))), [false, true]);
});
