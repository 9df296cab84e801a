// What a device lacks before it goes to the door, in words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clockError, lines, span, sum } from "../../static/js/ready.js";
import { isStale, moment, staleNote, wall } from "../../static/js/stale.js";

const zone = "Asia/Jakarta";
const at = (text) => Date.parse(`2019-03-${text}+07:00`);
const EVENING = at("10T19:43:00");
const ABOUT = { made_at: "2019-03-10T19:42:00+07:00", ends_at: "2019-03-14T12:00:00+07:00", people: 1097, sessions: [1, 2] };

const READY = {
  pages: { canKeep: true, hasFiles: true, hasPages: true, hasDecoder: true },
  copy: { about: ABOUT, changed: 0, canSeal: true },
  camera: { trouble: "", test: { at: EVENING, which: "kamera belakang" } },
  storage: { isDurable: true, isPersistent: true },
  clock: { error: 0, at: EVENING },
  battery: { level: 0.64, isCharging: true },
  unsent: 0,
};
const when = { now: EVENING, zone };

// The line of one thing when this is what was found out of it.
const lineOf = (key, fact, now = EVENING) => lines({ ...READY, [key]: fact }, { now, zone })[key];
const isBad = (line, word) => assert.deepEqual([line.isFine, line.word], [false, word]);

test("a device that lacks nothing is fine in every line", () => {
  const found = Object.values(lines(READY, when));
  assert.deepEqual(found.map((line) => line.isFine), Array.from({ length: 7 }, () => true));
  assert.deepEqual(new Set(found.map((line) => line.word)), new Set(["Siap"]));
});

test("pages are kept when all of them are, with the decoder", () => {
  for (const lacking of ["hasFiles", "hasPages", "hasDecoder"]) isBad(lineOf("pages", { ...READY.pages, [lacking]: false }), "Belum");
  isBad(lineOf("pages", { ...READY.pages, canKeep: false }), "Tidak bisa");
  assert.equal(lineOf("pages", null).isFine, null);
});

test("the list says of how many, and from when", () => {
  assert.equal(lineOf("copy", READY.copy).note, "1.097 peserta, 2 sesi. Disalin hari ini pukul 19.42.");
  isBad(lineOf("copy", { ...READY.copy, about: null }), "Belum");
  isBad(lineOf("copy", { ...READY.copy, canSeal: false }), "Tidak bisa");
});

test("the list is stale once somebody has changed, at midnight, and after twelve hours", () => {
  const changed = lineOf("copy", { ...READY.copy, changed: 2 });
  isBad(changed, "Basi");
  assert.equal(changed.note, "Salinan hari ini pukul 19.42. Sejak itu 2 peserta berubah.");
  isBad(lineOf("copy", { ...READY.copy, changed: 1 }), "Basi");
  const options = { zone, changed: 0 };
  assert.equal(isStale(ABOUT, at("10T23:59:00"), options), false);
  assert.equal(isStale(ABOUT, at("11T00:00:00"), options), true);
  const morning = { made_at: "2019-03-11T06:00:00+07:00" };
  assert.equal(isStale(morning, at("11T18:00:00"), options), false);
  assert.equal(isStale(morning, at("11T18:00:01"), options), true);
  assert.match(lineOf("copy", READY.copy, at("11T07:00:00")).note, /kemarin pukul 19\.42\. Perbarui selagi ada sinyal/);
});

test("the desk says so of a stale copy alone", () => {
  assert.equal(staleNote(ABOUT, EVENING, { zone }), "");
  assert.equal(staleNote(null, EVENING, { zone }), "");
  assert.match(staleNote(ABOUT, at("11T07:00:00"), { zone }), /^Salinan kemarin pukul 19\.42\./);
});

test("a camera test counts for a day", () => {
  assert.equal(lineOf("camera", READY.camera).note, "Kode terbaca hari ini pukul 19.43, kamera belakang.");
  assert.equal(lineOf("camera", READY.camera, at("11T19:43:00")).isFine, true);
  isBad(lineOf("camera", READY.camera, at("11T19:43:01")), "Belum");
  isBad(lineOf("camera", { trouble: "", test: null }), "Belum");
  assert.equal(lineOf("camera", { trouble: "", test: { at: EVENING, which: "" } }).note, "Kode terbaca hari ini pukul 19.43.");
  const failed = lineOf("camera", { ...READY.camera, trouble: "Kamera sedang dipakai." });
  isBad(failed, "Gagal");
  assert.equal(failed.note, "Kamera sedang dipakai.");
});

test("what is kept must last", () => {
  isBad(lineOf("storage", { isDurable: true, isPersistent: false }), "Belum tetap");
  isBad(lineOf("storage", { isDurable: false, isPersistent: true }), "Tidak bisa");
});

test("a clock that is off is corrected, in figures", () => {
  const slow = lineOf("clock", { error: -192_000, at: EVENING });
  assert.deepEqual([slow.isFine, slow.word], [true, "Dikoreksi"]);
  assert.equal(slow.note, "Lambat 3 menit 12 detik dari jam server. Setiap catatan ditambah 3 menit 12 detik.");
  assert.match(lineOf("clock", { error: 3 * 3_600_000, at: EVENING }).note, /^Cepat 3 jam dari .* dikurangi 3 jam\.$/);
  assert.equal(lineOf("clock", { error: 2_000, at: EVENING }).word, "Siap");
  assert.equal(lineOf("clock", { error: -2_001, at: EVENING }).word, "Dikoreksi");
});

test("a comparison of the clocks counts for a day, and says when it was", () => {
  isBad(lineOf("clock", null), "Belum");
  assert.match(lineOf("clock", READY.clock, at("11T07:00:00")).note, /Dibandingkan kemarin pukul 19\.43/);
  assert.equal(lineOf("clock", READY.clock, at("10T20:43:00")).note, "Sama dengan jam server.");
  assert.equal(lineOf("clock", READY.clock, at("11T19:43:00")).isFine, true);
  isBad(lineOf("clock", READY.clock, at("11T19:43:01")), "Belum");
});

test("the error of a clock leaves out the way there and back", () => {
  const said = "2019-03-10T19:43:00+07:00";
  assert.equal(clockError(EVENING - 1_000, EVENING + 3_000, said), 1_000);
  assert.equal(clockError(EVENING - 192_500, EVENING - 191_500, said), -192_000);
});

test("half a battery is enough, and any that is being charged", () => {
  assert.equal(lineOf("battery", { level: 0.5, isCharging: false }).isFine, true);
  const low = lineOf("battery", { level: 0.38, isCharging: false });
  isBad(low, "Kurang");
  assert.equal(low.note, "38 %, tidak diisi. Sambungkan pengisi daya.");
  assert.equal(lineOf("battery", { level: 0.05, isCharging: true }).isFine, true);
  assert.equal(lineOf("battery", null).isFine, null);
});

test("what waits is told in figures", () => {
  isBad(lineOf("unsent", 1204), "Menunggu");
  isBad(lineOf("unsent", 1), "Menunggu");
  assert.match(lineOf("unsent", 1204).note, /^1\.204 catatan\./);
});

// ---- The sum -------------------------------------------------------------------------------------

const sums = { starts: "besok, Senin, 11 Maret 2019 pukul 14.00 WIB", changed: 2, goodUntil: "Kamis, 14 Maret 2019 pukul 12.00 WIB" };
const sumOf = (facts, more = {}) => sum(lines({ ...READY, ...facts }, when), { ...sums, ...more });

test("the sum says until when it is good", () => {
  const said = sumOf({});
  assert.deepEqual([said.isReady, said.title], [true, "Perangkat ini siap"]);
  assert.match(said.note, /^Sampai Kamis, 14 Maret 2019 pukul 12\.00 WIB, 24 jam setelah sesi terakhir\./);
});

test("the sum counts what is missing, and not what nobody can know", () => {
  const said = sumOf({ battery: null, unsent: 3, storage: { isDurable: true, isPersistent: false } });
  assert.deepEqual([said.isReady, said.title], [false, "2 dari 7 belum siap"]);
  assert.match(said.note, /^Sesi berikutnya besok, .* WIB\. Tanpa sinyal, perangkat ini belum mengenal perubahan 2 peserta\.$/);
  assert.equal(sumOf({ battery: null }).isReady, true);
  assert.equal(sumOf({ unsent: 3 }, { starts: "", changed: 0 }).note, "Kerjakan yang bertanda merah di bawah.");
});

// ---- Moments -------------------------------------------------------------------------------------

test("moments are said as near as they are, on the office's wall", () => {
  const now = at("11T00:30:00");
  assert.equal(moment(at("11T00:05:00"), now, zone), "hari ini pukul 00.05");
  assert.equal(moment(at("10T16:05:00"), now, zone), "kemarin pukul 16.05");
  assert.equal(moment(at("09T16:05:00"), now, zone), "Sabtu pukul 16.05");
  assert.equal(moment(at("05T16:05:00"), now, zone), "Selasa pukul 16.05");
  assert.equal(moment(at("04T16:05:00"), now, zone), "4 Maret pukul 16.05");
  assert.equal(moment(at("12T16:05:00"), now, zone), "12 Maret pukul 16.05");
  assert.equal(wall(at("11T00:05:00"), "Asia/Jayapura").clock, "02.05");
});

test("spans are told by their two largest units", () => {
  assert.equal(span(90_061_000), "1 hari 1 jam");
  assert.equal(span(-3_900_000), "1 jam 5 menit");
  assert.equal(span(3_000), "3 detik");
  assert.equal(span(3_600_499), "1 jam");
  assert.equal(span(59_600), "1 menit");
});
