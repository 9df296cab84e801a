// What the device answers by itself: the server's rules, as far as a copy can hold them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { reader } from "../../static/js/copy.js";
import { inWords, judge } from "../../static/js/judge.js";
import { stands } from "../../static/js/outcomes.js";

// Made by Python (tests/js/test_javascript.py): a session, a person, a moment, and what the server answers.
const CASES = JSON.parse(readFileSync(join(process.env.PICTURES, "judged.json"), "utf8"));
const START = Date.parse("2019-03-12T02:00:00Z");
const MINUTE = 60_000;
const SIGNED = "K7MPQ4XR"; // a code with its check sign? told by Python below

const SESSION = {
  id: 7, starts_at: "2019-03-12T02:00:00Z", opens_at: "2019-03-12T01:00:00Z", late_from: "2019-03-12T02:15:00Z", closed_at: null,
  takes_attendance: true,
};
const PERSON = { c: SIGNED, r: "ref-siti", n: "Siti Rahmawati", o: 0, t: "", s: "accepted", a: {} };
const OTHER = { ...PERSON, c: "OTHER", r: "ref-budi", n: "Budi" };
const copyOf = (parts = {}) => reader({ ormas: ["Pasundan"], ormas_ids: [4], people: [PERSON, OTHER], sessions: [SESSION], ...parts });
const CODE = { kind: "code", code: SIGNED };
const ask = (wish = CODE, { copy = copyOf(), acts = [], at = START, session = 7 } = {}) => judge({ copy, session, acts }, wish, at);
const act = (id, wish, outcome, session = 7) => ({ id, session, wish, outcome, at: START });

test("there is much to compare", () => assert.ok(CASES.length > 2_000));

test("whoever stands at whatever door when, the device answers as the server", () => {
  const wrong = CASES.filter(({ session, person, at, outcome }) => {
    const copy = copyOf({ sessions: [session], people: [person] });
    return judge({ copy, session: 7, acts: [] }, { kind: "ref", ref: "ref" }, at).outcome !== outcome;
  });
  assert.deepEqual(wrong.slice(0, 1), []);
});

test("a device without a copy, or whose copy lacks the session, keeps what it saw and says no more", () => {
  assert.equal(ask(CODE, { copy: null }).outcome, "saved");
  assert.equal(ask(CODE, { session: 8 }).outcome, "saved");
});

test("who left early and comes back is as they came, and may come in only where anybody may", () => {
  const gone = { ...PERSON, a: { 7: "left" }, b: { 7: "late" } };
  const copy = copyOf({ people: [gone] });
  assert.equal(ask(CODE, { copy }).outcome, "late");
  assert.match(inWords(ask(CODE, { copy }), { copy, session: 7, wish: CODE, at: START, clock: () => "10.40" }).note, /^Kembali pukul 10\.40/);
  assert.equal(ask(CODE, { copy: copyOf({ people: [{ ...gone, b: { 8: "late" } }] }) }).outcome, "present");
  assert.equal(ask(CODE, { copy: copyOf({ people: [{ ...gone, s: "rejected" }] }) }).outcome, "not_accepted");
});

test("a code that the copy lacks is kept; one that cannot be a code is said so", () => {
  const valid = JSON.parse(process.env.PAIRS).find(({ code, isCode, text }) => isCode && text === code && code !== SIGNED).code;
  assert.equal(ask({ kind: "code", code: valid }).outcome, "saved");
  assert.equal(ask({ kind: "code", code: "AB12CD34" }).outcome, "invalid");
  assert.equal(ask({ kind: "ref", ref: "nobody" }).outcome, "saved");
});

test("who is in already is told so, by the copy or by what this device did", () => {
  for (const state of ["present", "late"]) {
    const inside = { ...PERSON, a: { 7: state }, s: "waitlisted" };
    assert.deepEqual(ask(CODE, { copy: copyOf({ people: [inside] }) }), { outcome: "already", since: null, person: inside });
  }
  for (const state of ["absent", "sick", "excused", "left"]) {
    assert.equal(ask(CODE, { copy: copyOf({ people: [{ ...PERSON, a: { 7: state } }] }) }).outcome, "present");
  }
  assert.equal(ask(CODE, { copy: copyOf({ people: [{ ...PERSON, a: { 8: "present" } }] }) }).outcome, "present");
  const byName = [act("one", { kind: "ref", ref: "ref-siti" }, "late")];
  assert.deepEqual([ask(CODE, { acts: byName }).outcome, ask(CODE, { acts: byName }).since], ["already", START]);
  assert.equal(ask(CODE, { acts: [act("one", CODE, "present", 8)] }).outcome, "present");
  assert.equal(ask(CODE, { acts: [act("one", { kind: "code", code: "OTHER" }, "present")] }).outcome, "present");
  for (const outcome of ["saved", "not_open", "not_accepted", ""]) {
    assert.equal(ask(CODE, { acts: [act("one", CODE, outcome)] }).outcome, "present");
  }
});

test("who was undone comes a second time", () => {
  const undo = act("two", { kind: "undo", undoes: "one" }, "undone");
  const acts = [act("one", CODE, "present"), undo];
  assert.equal(ask(CODE, { acts }).outcome, "present");
  assert.equal(ask(CODE, { acts: [...acts, act("three", CODE, "present")] }).outcome, "already");
  assert.equal(ask(CODE, { acts: [act("one", CODE, "present"), { ...undo, outcome: "closed" }] }).outcome, "already");
  assert.equal(ask({ kind: "undo", undoes: "one" }, { acts: acts.slice(0, 1) }).outcome, "undone");
  assert.equal(ask({ kind: "undo", undoes: "one" }, { acts }).outcome, "already_undone");
  const closed = copyOf({ sessions: [{ ...SESSION, closed_at: "2019-03-12T02:00:00Z" }] });
  assert.equal(ask({ kind: "undo", undoes: "one" }, { copy: closed }).outcome, "closed");
});

test("a walk-in enters by the door alone, and stays to be verified", () => {
  const wish = { kind: "walk_in", name: "Maria", ormas: 4, ormas_text: "" };
  assert.equal(ask(wish).outcome, "present");
  assert.equal(ask(wish, { at: START + 20 * MINUTE }).outcome, "late");
  assert.equal(ask(wish, { at: START - 61 * MINUTE }).outcome, "not_open");
  const said = inWords(ask(wish), { copy: copyOf(), session: 7, wish, at: START, clock: () => "09.00" });
  assert.deepEqual([said.name, said.ormas, said.isCode], ["Maria", "Pasundan", false]);
  assert.equal(said.note, "Pukul 09.00. Belum diverifikasi · dijawab oleh perangkat ini");
});

test("somebody answers for who is not accepted only where the copy says that they may", () => {
  const wish = { kind: "override", code: SIGNED, reason: "Surat menyusul" };
  const people = [{ ...PERSON, s: "rejected" }];
  assert.equal(ask(wish, { copy: copyOf({ people, may_let_in: true }) }).outcome, "present");
  assert.equal(ask(wish, { copy: copyOf({ people }) }).outcome, "not_accepted");
  assert.equal(ask(CODE, { copy: copyOf({ people, may_let_in: true }) }).outcome, "not_accepted");
});

test("whom another code of the same person means is that person", () => {
  const copy = copyOf({ codes: { MERGED: "ref-siti", LOST: "nobody" } });
  assert.equal(ask({ kind: "code", code: "MERGED" }, { copy }).person.n, "Siti Rahmawati");
  assert.equal(ask({ kind: "code", code: "MERGED" }, { copy, acts: [act("one", CODE, "present")] }).outcome, "already");
  assert.equal(copy.byCode("LOST"), null);
});

const say = (judged, wish = CODE, more = {}) =>
  inWords(judged, { copy: copyOf(), session: 7, wish, at: START + 25 * MINUTE, clock: () => "09.25", ...more });

test("each answer says in words what to do, and who gave it", () => {
  const person = PERSON;
  const by = " · dijawab oleh perangkat ini";
  assert.equal(say({ outcome: "present", person }).note, `Pukul 09.25${by}`);
  assert.equal(say({ outcome: "late", person }).note, `Pukul 09.25, 25 menit setelah mulai${by}`);
  assert.equal(say({ outcome: "already", person, since: START }).note, `Sudah tercatat pukul 09.25${by}`);
  assert.equal(say({ outcome: "already", person, since: null }).note, `Sudah tercatat${by}`);
  assert.match(say({ outcome: "not_open", person }).note, /^Presensi dibuka pukul 09\.25 · dijawab/);
  assert.match(say({ outcome: "not_accepted", person: { ...person, s: "waitlisted" } }).note, /^Masih peserta cadangan\. Mohon hubungi/);
  assert.match(say({ outcome: "not_accepted", person: { ...person, s: "new" } }).note, /^Mohon hubungi/);
  assert.match(say({ outcome: "invalid" }).note, /^Kode tidak terbaca/);
  const noList = copyOf({ sessions: [{ ...SESSION, takes_attendance: false }] });
  assert.match(say({ outcome: "invalid", person }, CODE, { copy: noList }).note, /tidak memakai daftar hadir/);
  for (const outcome of ["closed", "undone", "already_undone"]) assert.ok(say({ outcome, person }).note.endsWith(by));
  assert.match(say({ outcome: "saved" }).note, /^Kode ini tidak ada di salinan/);
  assert.match(say({ outcome: "saved" }, CODE, { copy: null }).note, /^Tersimpan di perangkat ini/);
});

test("a name, an organisation, or the code that was read", () => {
  assert.deepEqual([say({ outcome: "present", person: PERSON }).name, say({ outcome: "present", person: PERSON }).ormas], ["Siti Rahmawati", "Pasundan"]);
  assert.deepEqual([say({ outcome: "saved" }).name, say({ outcome: "saved" }).isCode], ["K7MP-Q4XR", true]);
  assert.equal(say({ outcome: "undone" }, { kind: "undo", undoes: "x" }, { label: "Budi" }).name, "Budi");
});

test("present and late are the same to who stands inside; all else is to be looked at", () => {
  for (const [told, said] of [["present", "late"], ["late", "present"], ["already", "present"], ["closed", "closed"]]) assert.equal(stands(told, said), true);
  for (const [told, said] of [["present", "already"], ["present", "not_accepted"], ["not_open", "present"], ["undone", "closed"]]) {
    assert.equal(stands(told, said), false);
  }
});
