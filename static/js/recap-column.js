// One column of the recap while somebody fills it in: what the server said of each cell, what was pressed since, and the way
// back. Plain data, no page. A mark is what one cell is to become; a step is what one press did, to one cell or to many.

export const MOST = 500; // marks in one request, as pelatihan/attendance/marking.py
export const STATES = { present: "Hadir", late: "Terlambat", excused: "Izin", sick: "Sakit", absent: "Tanpa keterangan", left: "Pulang awal", "": "Belum" };
const SETS = { h: "present", t: "late", i: "excused", s: "sick", k: "absent", p: "left", b: "" };
const MOVES = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", Home: "first", End: "last", PageUp: "back", PageDown: "on" };
export const EMPTY = { state: "", event: "", how: "", leftAt: "", owes: false };

// ---- Keys ----------------------------------------------------------------------------------------

// What a key means in the grid: {act, ...}; null when it is the browser's own.
export function meaning({ key, ctrlKey = false, metaKey = false, altKey = false, shiftKey = false }) {
  if (altKey || !key) return null; // a browser that fills in fields presses keys without a name
  const letter = key.length === 1 ? key.toLowerCase() : key;
  if (ctrlKey || metaKey) return withControl(letter, shiftKey);
  if (letter in SETS) return { act: "set", state: SETS[letter] };
  if (key in MOVES) return { act: shiftKey && ["up", "down"].includes(MOVES[key]) ? "range" : "move", where: MOVES[key] };
  return { " ": { act: "tick" }, Enter: { act: "why" }, Escape: { act: "untick" } }[key] || null;
}

function withControl(letter, shiftKey) {
  if (letter === "z") return { act: shiftKey ? "redo" : "undo" };
  if (letter === "Home") return { act: "move", where: "top" };
  if (letter === "End") return { act: "move", where: "bottom" };
  return { y: { act: "redo" }, s: { act: "save" }, a: { act: "all" } }[letter] || null;
}

const wishOf = (ref, { state, leftAt, reason }) => ({ ref, state, leftAt, reason });

// ---- The column ----------------------------------------------------------------------------------

// rows: {ref, state, event, how, leftAt, owes} in the order of the page; newId() makes a mark's id.
export function makeColumn(rows, newId) {
  const told = new Map(rows.map((row) => [row.ref, row])); // what counts, as far as we heard
  const here = new Set(told.keys());
  const marks = new Map(); // by ref: what is not saved
  const steps = []; // the newest last; a change is {ref, before, mark}
  const undone = []; // wishes that may be done again

  const of = (ref) => told.get(ref) || EMPTY;
  const shown = (ref) => marks.get(ref) || of(ref);

  // Whether this counts already; what closing the session wrote (it owes no reason) is confirmed by hand.
  function isSo(ref, { state, leftAt = "" }) {
    const { state: standing, event, owes: isOwing, leftAt: left } = of(ref);
    return standing === state && (isOwing || !event) && (state !== "left" || !leftAt || left === leftAt);
  }

  const put = (ref, mark) => (mark ? marks.set(ref, mark) : marks.delete(ref));

  // Turns wishes ({ref, state, leftAt, reason}) into marks, as one step. Returns the cells that are another now.
  function apply(wishes, ticked = []) {
    const changes = [];
    for (const { ref, state, leftAt = "", reason } of wishes) {
      const before = marks.get(ref) || null;
      if (before ? before.state === state && (!leftAt || before.leftAt === leftAt) : isSo(ref, { state, leftAt })) continue;
      const why = reason === undefined ? (before || {}).reason || "" : reason;
      const mark = isSo(ref, { state, leftAt }) ? null : { id: newId(), ref, state, seen: of(ref).event, reason: why, leftAt, refusal: "", clash: false };
      put(ref, mark);
      changes.push({ ref, before, mark, saved: false });
    }
    if (changes.length) steps.push({ changes, ticked });
    return changes.map(({ ref }) => ref);
  }

  function set(refs, state, { leftAt = "", ticked = [] } = {}) {
    undone.length = 0;
    return apply(refs.map((ref) => ({ ref, state, leftAt: state === "left" ? leftAt : "" })), ticked);
  }

  // Takes the last step back. What was not saved is gone at once; what was saved is named, for the server to undo.
  // {refs, ticked, events, step}; null when there is nothing left.
  function undo() {
    while (steps.length) {
      const step = steps.pop();
      const { changes, ticked } = step;
      const refs = [];
      const events = [];
      for (const { ref, before, mark, saved } of changes) {
        const standing = marks.get(ref) || null;
        if (saved) events.push(mark.id);
        else if (standing && mark ? standing.id === mark.id : standing === mark) refs.push(restore(ref, before));
      }
      if (refs.length || events.length) {
        undone.push(changes.map(({ ref, mark }) => wishOf(ref, mark || of(ref))));
        return { refs, ticked, events, step };
      }
    }
    return null;
  }

  function restore(ref, before) {
    const isKnown = !before || of(ref).event === before.id || isSo(ref, before);
    put(ref, isKnown ? null : before); // who was second is asked when it is sent
    return ref;
  }

  // What was taken back once more, under ids of its own. {refs}; null when there is nothing.
  function redo() {
    const wishes = undone.pop();
    return wishes ? { refs: apply(wishes) } : null;
  }

  // ---- Reasons ----

  const owes = (mark) => Boolean(mark) && of(mark.ref).owes;
  const owing = () => [...marks.values()].filter((mark) => owes(mark) && !mark.reason.trim()).map(({ ref }) => ref);

  function explain(refs, reason) {
    for (const ref of refs) if (marks.has(ref)) marks.set(ref, { ...marks.get(ref), reason });
  }

  function leaveAt(ref, leftAt) {
    if (marks.has(ref)) marks.set(ref, { ...marks.get(ref), leftAt });
  }

  // ---- Saving ----

  // The marks of the next request: those that nobody has to decide about first.
  const ready = () => [...marks.values()].filter((mark) => !mark.clash && !(owes(mark) && !mark.reason.trim()));
  const next = (tried = new Set()) => ready().filter(({ id }) => !tried.has(id)).slice(0, MOST);

  // What the server answered to these marks, one each in their order. Returns {refs, refused}: cells that are another now,
  // and how many were refused.
  function heard(sent, results) {
    const saved = new Set();
    let refused = 0;
    sent.forEach((mark, place) => {
      const result = results[place];
      if (!result || result.ref !== mark.ref) return;
      if (result.state !== undefined) learn(mark.ref, result);
      const standing = marks.get(mark.ref);
      if (!result.refusal) {
        saved.add(mark.id);
        if (standing && standing.id === mark.id) marks.delete(mark.ref);
        else if (standing) rebase(standing);
      } else if (standing && standing.id === mark.id) {
        const isAgreed = isSo(mark.ref, standing);
        if (isAgreed) marks.delete(mark.ref);
        else {
          refused += 1;
          marks.set(mark.ref, { ...standing, refusal: result.refusal, clash: of(mark.ref).event !== mark.seen });
        }
      }
    });
    for (const { changes } of steps) for (const change of changes) if (change.mark && saved.has(change.mark.id)) change.saved = true;
    return { refs: sent.map(({ ref }) => ref), saved: saved.size, refused };
  }

  const rebase = (mark) => put(mark.ref, isSo(mark.ref, mark) ? null : { ...mark, seen: of(mark.ref).event });

  function learn(ref, { state, event, how = "", left_at: leftAt = "", owes: isOwing = false, word = "" }) {
    told.set(ref, { ...of(ref), ref, state, event: event || "", how, leftAt: leftAt || "", owes: isOwing, word });
  }

  // What undoing saved marks brought. A refusal is for the eye only: nothing of ours stands there any more.
  function taken(results) {
    for (const result of results) {
      if (result.state === undefined) continue;
      learn(result.ref, result);
      const standing = marks.get(result.ref);
      if (standing) rebase(standing);
    }
    return { refs: results.map(({ ref }) => ref), refusals: results.map(({ refusal }) => refusal).filter(Boolean) };
  }

  // A step whose undo did not reach the server comes back.
  function untaken(step) {
    undone.pop();
    steps.push(step);
  }

  // ---- Two who changed one cell ----

  // Ours all the same, over what counts by now.
  function mine(ref) {
    const mark = marks.get(ref);
    if (mark) marks.set(ref, { ...mark, id: newId(), seen: of(ref).event, refusal: "", clash: false });
    follow(ref);
  }

  const theirs = (ref) => marks.delete(ref);

  // The step that made a mark goes on with its new id.
  function follow(ref) {
    const mark = marks.get(ref);
    for (let place = steps.length - 1; place >= 0; place -= 1) {
      const change = steps[place].changes.find((one) => one.ref === ref);
      if (change) {
        change.mark = mark;
        return;
      }
    }
  }

  // ---- Keeping it over a reload ----

  const kept = () => [...marks.values()].map(({ id, ref, state, seen, reason, leftAt }) => ({ id, ref, state, seen, reason, leftAt, owes: of(ref).owes }));

  // What a page before this one, or another tab, has kept. What counts by now is what the page shows: who wished for another
  // thing while something else was counted is asked.
  function adopt(list) {
    for (const { owes: isOwing, ...one } of list.filter(isMark)) {
      if (!here.has(one.ref) && !told.has(one.ref)) told.set(one.ref, { ...EMPTY, ref: one.ref, event: one.seen, owes: Boolean(isOwing), state: null });
      const standing = marks.get(one.ref);
      if ((standing && standing.id === one.id) || of(one.ref).event === one.id || isSo(one.ref, one)) continue;
      const clash = of(one.ref).event !== one.seen;
      const mark = { ...one, refusal: clash ? "Sementara itu kehadirannya berubah." : "", clash };
      marks.set(one.ref, mark);
      steps.push({ changes: [{ ref: one.ref, before: standing || null, mark, saved: false }], ticked: [] });
    }
  }

  // Another tab has saved or dropped these.
  function drop(refs) {
    for (const ref of refs) marks.delete(ref);
  }

  // ---- Figures ----

  function counts() {
    const numbers = Object.fromEntries(Object.keys(STATES).map((state) => [state, 0]));
    for (const ref of here) numbers[shown(ref).state] += 1;
    return numbers;
  }

  return {
    set, undo, redo, owing, explain, leaveAt, next, heard, taken, untaken, mine, theirs, kept, adopt, drop, counts, shown, learn,
    told: of,
    mark: (ref) => marks.get(ref) || null,
    owes: (ref) => owes(marks.get(ref)),
    isHere: (ref) => here.has(ref),
    marks: () => [...marks.values()],
    size: () => marks.size,
    canUndo: () => steps.length > 0,
  };
}

const TEXTS = ["id", "ref", "seen", "reason", "leftAt"];
const isMark = (one) => Boolean(one) && TEXTS.every((name) => typeof one[name] === "string") && one.state in STATES;

// ---- Ticks ---------------------------------------------------------------------------------------

// Which rows are ticked after the range from anchor to place grew or shrank; `before` was ticked when it began.
export function range(before, anchor, place) {
  const [first, last] = anchor < place ? [anchor, place] : [place, anchor];
  const ticked = new Set(before);
  for (let row = first; row <= last; row += 1) ticked.add(row);
  return ticked;
}

// ---- Words ---------------------------------------------------------------------------------------

const thousands = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ".");

export const button = (number) => (number ? `Simpan ${thousands(number)} perubahan` : "Simpan perubahan");
export const unsaved = (number) => (number ? `${thousands(number)} perubahan belum disimpan.` : "Semua tersimpan.");

// "14 hadir, 1 terlambat, 4 belum"
export function figures(counts) {
  const parts = Object.entries(STATES).filter(([state]) => counts[state]);
  return parts.map(([state, word]) => `${thousands(counts[state])} ${word.toLowerCase()}`).join(", ");
}

// "10.30" of "10:30", "1030", "10.3" or "9.05"; "" when it is no time of day.
export function clock(text) {
  const found = /^\s*(\d{1,2})\s*[.:]?\s*(\d{2})\s*$/.exec(text);
  if (!found || Number(found[1]) > 23 || Number(found[2]) > 59) return "";
  return `${found[1].padStart(2, "0")}.${found[2]}`;
}
