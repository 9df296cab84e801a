// The recap's column while somebody fills it in: keys, the way back, what is saved, and two who change one cell.

import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, MOST, button, clock, figures, makeColumn, meaning, range, unsaved } from "../../static/js/recap-column.js";

const KEY = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const pressed = (key, held = {}) => meaning({ ...KEY, key, ...held });

// Three people of whom nothing is known, and one whom the desk let in.
function column(...more) {
  let last = 0;
  const ids = () => `m${(last += 1)}`;
  const rows = ["ani", "budi", "citra"].map((ref) => row(ref));
  return makeColumn([...rows, { ref: "dewi", state: "present", event: "scan", how: "dipindai", leftAt: "", owes: true }, ...more], ids);
}

const states = (filled) => ["ani", "budi", "citra", "dewi"].map((ref) => filled.shown(ref).state).join(" ");
const yes = (mark, more = {}) => ({ ref: mark.ref, state: mark.state, event: mark.id, how: "Anda", refusal: "", owes: true, left_at: mark.leftAt, ...more });
const no = (mark, more = {}) => ({ ...yes(mark), refusal: "Sementara itu berubah.", state: "sick", event: "other", ...more });

const gone = (ref) => ({ ref, state: "", event: null, how: "", refusal: "" });
const row = (ref, more = {}) => Object.assign({}, EMPTY, { ref }, more);

function save(filled, answer = yes) {
  const sent = filled.next();
  return filled.heard(sent, sent.map((mark) => answer(mark)));
}

// ---- Keys ----------------------------------------------------------------------------------------

test("a letter sets the cell, whatever its size", () => {
  const set = [..."htiskpbHB"].map((key) => pressed(key).state);
  assert.deepEqual(set, ["present", "late", "excused", "sick", "absent", "left", "", "present", ""]);
});

test("arrows move, with Shift they tick", () => {
  assert.deepEqual(pressed("ArrowDown"), { act: "move", where: "down" });
  assert.deepEqual(pressed("ArrowDown", { shiftKey: true }), { act: "range", where: "down" });
  assert.deepEqual(pressed("ArrowLeft", { shiftKey: true }), { act: "move", where: "left" });
  assert.deepEqual(pressed("End", { ctrlKey: true }), { act: "move", where: "bottom" });
  assert.deepEqual(pressed("Home", { metaKey: true }), { act: "move", where: "top" });
});

test("the rest of the keys", () => {
  const acts = [" ", "Enter", "Escape"].map((key) => pressed(key).act);
  assert.deepEqual(acts, ["tick", "why", "untick"]);
  assert.deepEqual([..."zysa"].map((key) => pressed(key, { ctrlKey: true }).act), ["undo", "redo", "save", "all"]);
  assert.equal(pressed("Z", { ctrlKey: true, shiftKey: true }).act, "redo");
});

test("what is the browser's stays the browser's", () => {
  const own = [pressed(undefined), pressed("x"), pressed("Tab"), pressed("F5"), pressed("ArrowDown", { altKey: true }), pressed("h", { ctrlKey: true })];
  assert.deepEqual(own, [null, null, null, null, null, null]);
});

// ---- Filling in ----------------------------------------------------------------------------------

test("a key over what counts already changes nothing", () => {
  const filled = column();
  assert.deepEqual(filled.set(["dewi"], "present"), []);
  assert.deepEqual(filled.set(["ani"], ""), []);
  assert.deepEqual([filled.size(), filled.canUndo()], [0, false]);
});

test("a cell that is put back as it was need not be saved", () => {
  const filled = column();
  filled.set(["dewi"], "sick");
  filled.set(["dewi"], "present");
  assert.equal(filled.size(), 0);
  filled.undo();
  assert.equal(filled.shown("dewi").state, "sick");
});

test("only the last word on a cell is sent, under an id of its own, with what was seen", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  filled.set(["ani"], "sick");
  filled.set(["dewi"], "absent");
  filled.explain(["dewi"], "Lembar kosong");
  assert.deepEqual(
    filled.next().map(({ id, ref, state, seen, reason }) => [id, ref, state, seen, reason]),
    [["m2", "ani", "sick", "", ""], ["m3", "dewi", "absent", "scan", "Lembar kosong"]],
  );
});

test("leaving early carries its time, and another time is another change", () => {
  const filled = column();
  filled.set(["ani"], "left", { leftAt: "10.30" });
  save(filled);
  assert.deepEqual(filled.set(["ani"], "left", { leftAt: "10.30" }), []);
  filled.set(["ani"], "left", { leftAt: "11.00" });
  filled.leaveAt("ani", "11.15");
  filled.leaveAt("budi", "11.15");
  assert.deepEqual(filled.marks().map(({ ref, leftAt, seen }) => [ref, leftAt, seen]), [["ani", "11.15", "m1"]]);
  filled.set(["ani"], "present", { leftAt: "11.20" });
  assert.equal(filled.shown("ani").leftAt, "");
});

test("five thousand keys are five thousand steps, and each goes back", () => {
  const filled = column();
  const refs = ["ani", "budi", "citra", "dewi"];
  for (let key = 0; key < 5000; key += 1) filled.set([refs[key % 4]], key % 8 < 4 ? "sick" : "late");
  assert.equal(states(filled), "late late late late");
  let back = 0;
  while (filled.undo()) back += 1;
  assert.equal(back, 5000);
  assert.equal(states(filled), "   present");
});

// ---- Back and forth ------------------------------------------------------------------------------

test("one step back takes back all that one press did, and ticks it again", () => {
  const filled = column();
  filled.set(["ani", "budi", "dewi"], "excused", { ticked: [0, 1, 3] });
  assert.equal(states(filled), "excused excused  excused");
  const { refs, ticked, events } = filled.undo();
  assert.deepEqual([refs, ticked, events], [["ani", "budi", "dewi"], [0, 1, 3], []]);
  assert.equal(states(filled), "   present");
  assert.equal(filled.undo(), null);
});

test("what was taken back comes again under a new id, until something else is pressed", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  filled.undo();
  assert.deepEqual(filled.redo(), { refs: ["ani"] });
  assert.deepEqual(filled.marks().map(({ id, state }) => [id, state]), [["m2", "excused"]]);
  filled.undo();
  filled.set(["budi"], "late");
  assert.equal(filled.redo(), null);
});

test("a cell that was put back is put back again", () => {
  const filled = column();
  filled.set(["dewi"], "sick");
  filled.set(["dewi"], "present");
  filled.undo();
  filled.redo();
  assert.equal(filled.size(), 0);
});

test("what is saved is taken back by name, and only where it still stands", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  filled.set(["ani"], "sick");
  filled.set(["budi"], "late");
  save(filled);
  assert.deepEqual(filled.undo().events, ["m3"]);
  const back = filled.undo();
  assert.deepEqual([back.events, back.refs], [["m2"], []]);
  assert.equal(filled.undo(), null, "the mark that was never sent is nothing to take back");
});

test("an undo that did not arrive can be pressed again", () => {
  const filled = column();
  filled.set(["ani", "budi"], "excused");
  const sent = filled.next().slice(0, 1);
  filled.heard(sent, sent.map((mark) => yes(mark)));
  const { step, events, refs } = filled.undo();
  assert.deepEqual([events, refs], [["m1"], ["budi"]]);
  filled.untaken(step);
  assert.equal(filled.redo(), null);
  const again = filled.undo();
  assert.deepEqual([again.events, again.refs], [["m1"], []]);
});

test("what an undo brought is shown, and what is not saved stands on it", () => {
  const filled = column();
  filled.set(["ani", "budi"], "excused");
  save(filled);
  filled.undo();
  filled.set(["budi"], "late");
  const { refs, refusals } = filled.taken([gone("ani"), { ...gone("budi"), refusal: "Sudah berubah." }]);
  assert.deepEqual([refs, refusals.length], [["ani", "budi"], 1]);
  assert.equal(states(filled), " late  present");
  assert.equal(filled.mark("budi").seen, "");
});

test("an undo of what was changed meanwhile takes nothing away", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  filled.set(["ani"], "sick");
  filled.theirs("ani");
  assert.equal(filled.undo(), null);
});

test("a mark taken back to one that has been saved since is no mark", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  const sent = filled.next();
  filled.set(["ani"], "sick");
  filled.heard(sent, sent.map((mark) => yes(mark)));
  assert.equal(filled.mark("ani").seen, "m1", "the newer word stands on the older");
  filled.undo();
  assert.deepEqual([filled.size(), filled.shown("ani").state], [0, "excused"]);
});

// ---- Reasons -------------------------------------------------------------------------------------

test("who overrides something recorded owes a reason, and nobody else does", () => {
  const filled = column();
  filled.set(["ani", "dewi"], "sick");
  assert.deepEqual(filled.owing(), ["dewi"]);
  assert.equal(filled.owes("ani"), false);
  assert.deepEqual(filled.next().map(({ ref }) => ref), ["ani"]);
  filled.explain(["dewi", "ani", "nobody"], "  ");
  assert.deepEqual(filled.owing(), ["dewi"]);
  filled.explain(filled.owing(), "Surat dokter");
  assert.deepEqual([filled.owing(), filled.next().length], [[], 2]);
});

test("a reason that was given goes on with the cell", () => {
  const filled = column();
  filled.set(["dewi"], "sick");
  filled.explain(["dewi"], "Surat dokter");
  filled.set(["dewi"], "excused");
  assert.equal(filled.mark("dewi").reason, "Surat dokter");
});

// ---- Saving --------------------------------------------------------------------------------------

test("no request holds more than the server takes", () => {
  const many = Array.from({ length: MOST + 7 }, (_, place) => `p${place}`);
  const filled = column(...many.map((ref) => row(ref)));
  filled.set(many, "present");
  assert.deepEqual([save(filled).saved, save(filled).saved, save(filled).saved], [MOST, 7, 0]);
});

test("what was tried in this press is not tried again", () => {
  const filled = column();
  filled.set(["ani", "budi"], "present");
  assert.deepEqual(filled.next(new Set(["m1"])).map(({ ref }) => ref), ["budi"]);
});

test("who was taken for absent when the session closed is confirmed by hand", () => {
  const filled = makeColumn([row("ani", { state: "absent", event: "closing" })], () => "m");
  filled.set(["ani"], "absent");
  assert.deepEqual([filled.size(), filled.owing()], [1, []]);
});

test("an answer that tells nothing of the cell leaves it as it was", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  save(filled, ({ ref }) => ({ ref, refusal: "Peserta ini tidak ada." }));
  filled.taken([{ ref: "ani", refusal: "Tidak ada." }]);
  assert.deepEqual([filled.mark("ani").refusal, filled.mark("ani").clash, filled.told("ani").state], ["Peserta ini tidak ada.", false, ""]);
});

test("what is saved counts, by whom and since which event", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  assert.deepEqual(save(filled), { refs: ["ani"], saved: 1, refused: 0 });
  assert.deepEqual([filled.size(), filled.told("ani").event, filled.told("ani").how], [0, "m1", "Anda"]);
  filled.set(["ani"], "sick");
  assert.equal(filled.mark("ani").seen, "m1");
});

test("a refused cell stays, with its sentence and the other's word beside it", () => {
  const filled = column();
  filled.set(["ani", "budi"], "excused");
  const { refused } = save(filled, (mark) => (mark.ref === "ani" ? no(mark) : yes(mark)));
  assert.equal(refused, 1);
  const { refusal, clash } = filled.mark("ani");
  assert.deepEqual([refusal, clash, filled.told("ani").state], ["Sementara itu berubah.", true, "sick"]);
  filled.explain(["ani"], "Surat");
  assert.deepEqual(filled.next(), [], "nothing is sent before somebody decides");
});

test("ours all the same goes out anew, over what counts by now, and can be taken back", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  save(filled, no);
  filled.mine("ani");
  assert.deepEqual(filled.owing(), ["ani"]);
  filled.explain(["ani"], "Surat");
  assert.deepEqual(filled.next().map(({ id, seen }) => [id, seen]), [["m2", "other"]]);
  save(filled);
  assert.deepEqual(filled.undo().events, ["m2"]);
});

test("theirs lets ours go", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  save(filled, no);
  filled.theirs("ani");
  filled.mine("ani");
  assert.deepEqual([filled.size(), filled.shown("ani").state], [0, "sick"]);
});

test("two who wish for the same agree", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  const { refused } = save(filled, (mark) => no(mark, { state: "excused" }));
  assert.deepEqual([refused, filled.size()], [0, 0]);
});

test("a refusal that nobody else caused can be sent again", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  save(filled, (mark) => no(mark, { state: "", event: null, owes: false, refusal: "Presensi baru dibuka pukul 09.00." }));
  assert.deepEqual([filled.mark("ani").clash, filled.next().length], [false, 1]);
});

test("an answer about somebody else is none", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  filled.heard(filled.next(), [yes({ ref: "budi", id: "x", state: "sick" })]);
  filled.heard(filled.next(), []);
  assert.deepEqual([filled.size(), filled.shown("budi").state], [1, ""]);
});

test("what was changed while it was on its way is judged when it is sent itself", () => {
  const filled = column();
  filled.set(["ani"], "excused");
  const sent = filled.next();
  filled.set(["ani"], "late");
  filled.heard(sent, sent.map((mark) => no(mark)));
  assert.deepEqual([filled.mark("ani").state, filled.mark("ani").refusal], ["late", ""]);
});

// ---- Over a reload -------------------------------------------------------------------------------

test("what is kept comes back as it was, a step each", () => {
  const before = column();
  before.set(["ani"], "excused");
  before.set(["dewi"], "sick");
  before.explain(["dewi"], "Surat");
  const after = column();
  after.adopt(JSON.parse(JSON.stringify(before.kept())));
  assert.deepEqual(after.kept(), before.kept());
  after.undo();
  assert.equal(states(after), "excused   present");
});

test("what changed meanwhile is asked, what is so already is forgotten", () => {
  const before = column();
  before.set(["ani", "budi", "citra"], "excused");
  const rows = [["ani", "sick", "x"], ["budi", "excused", "y"], ["citra", "late", "m3"]];
  const after = makeColumn(rows.map(([ref, state, event]) => row(ref, { state, event, owes: true })), () => "n");
  after.adopt(before.kept());
  assert.deepEqual(after.marks().map(({ ref, clash }) => [ref, clash]), [["ani", true]]);
});

test("people of another sheet are kept, and saved with the rest", () => {
  const filled = column();
  const far = { id: "f1", ref: "eka", state: "sick", seen: "scan9", reason: "Surat", leftAt: "", owes: true };
  filled.adopt([far, { ...far, ref: "fajar", id: "f2", reason: "" }]);
  assert.deepEqual([filled.isHere("eka"), filled.isHere("ani"), filled.owing()], [false, true, ["fajar"]]);
  assert.deepEqual(filled.next().map(({ id }) => id), ["f1"]);
  assert.equal(figures(filled.counts()), "1 hadir, 3 belum");
  assert.deepEqual(filled.kept(), [far, { ...far, ref: "fajar", id: "f2", reason: "" }]);
});

test("what is not ours, or broken, is not taken up", () => {
  const filled = column();
  filled.adopt([null, 7, {}, { id: "a", ref: "ani", state: "flown", seen: "", reason: "", leftAt: "" }, { id: 1, ref: "ani", state: "late" }]);
  assert.equal(filled.size(), 0);
});

test("what another tab has saved goes", () => {
  const filled = column();
  filled.set(["ani", "budi"], "excused");
  filled.adopt(filled.kept());
  filled.undo();
  assert.equal(filled.canUndo(), false, "a mark is not taken up twice");
  filled.redo();
  filled.drop(["ani"]);
  filled.learn("ani", { state: "excused", event: "m1" });
  assert.deepEqual([filled.size(), filled.shown("ani").event], [1, "m1"]);
});

// ---- Ticks and words -----------------------------------------------------------------------------

test("a range grows and shrinks around its first row", () => {
  const grown = range(new Set([9]), 3, 5);
  assert.deepEqual([...grown].sort(), [3, 4, 5, 9]);
  assert.deepEqual([...range(new Set([9]), 3, 2)].sort(), [2, 3, 9]);
});

test("words of the bar", () => {
  assert.deepEqual([button(0), button(1200)], ["Simpan perubahan", "Simpan 1.200 perubahan"]);
  assert.deepEqual([unsaved(0), unsaved(4)], ["Semua tersimpan.", "4 perubahan belum disimpan."]);
  assert.equal(figures({ present: 1014, absent: 1, "": 4, late: 0 }), "1.014 hadir, 1 tanpa keterangan, 4 belum");
});

test("a time is read as people write it", () => {
  assert.deepEqual(["10.30", "9.05", "1030", " 10:30 ", "24.00", "10.60", "10.3", "x", ""].map(clock), ["10.30", "09.05", "10.30", "10.30", "", "", "", "", ""]);
});
