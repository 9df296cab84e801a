// The cells of a signed page while somebody enters them by keyboard: which comes next, what was pressed, the way back.
// Plain data, no page. A cell is {row, column, mark}; columns are entered one after the other, each from top to bottom.

const MARKS = { h: "hadir", Enter: "hadir", i: "izin", s: "sakit", k: "kosong", " ": "kosong" };
const MOVES = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };

// What a key means in the rows: {act, ...}; null when it is the browser's own.
export function meaning({ key, ctrlKey = false, metaKey = false, altKey = false }) {
  if (!key || ctrlKey || metaKey || altKey) return null;
  const letter = key.length === 1 ? key.toLowerCase() : key;
  if (letter in MARKS) return { act: "mark", mark: MARKS[letter] };
  if (key in MOVES) return { act: "move", by: MOVES[key] };
  return { z: { act: "back" }, g: { act: "goto" }, ArrowLeft: { act: "column", by: -1 }, ArrowRight: { act: "column", by: 1 } }[letter] || null;
}

// rows: their numbers, in printed order; columns: of how many sessions; marks: of each row one for each column, "" for none.
export function makeCells(rows, columns, marks) {
  const filled = marks.map((row) => [...row]);
  const steps = []; // the newest last: {row, column, before}
  const at = { row: 0, column: 0 };

  const cell = (row = at.row, column = at.column) => ({ row, column, number: rows[row], mark: filled[row][column] });
  const inside = (place) => Math.max(0, Math.min(rows.length - 1, place));
  const number = (column = at.column) => filled.filter((row) => row[column]).length;

  function go(row, column = at.column) {
    at.row = inside(row);
    at.column = Math.max(0, Math.min(columns - 1, column));
    return cell();
  }

  // The first cell that nobody filled in, of this column first; null when there is none.
  function open() {
    for (let step = 0; step < columns; step += 1) {
      const column = (at.column + step) % columns;
      const row = filled.findIndex((one) => !one[column]);
      if (row >= 0) return { row, column };
    }
    return null;
  }

  const set = (row, column, what) => {
    steps.push({ row, column, before: filled[row][column] });
    filled[row][column] = what;
  };

  // Marks the cell in hand and goes on: to the next row; below the last one to what is open yet. Says whether all is filled in
  // now that the end is reached.
  function mark(what) {
    const marked = { ...at };
    set(marked.row, marked.column, what);
    if (at.row < rows.length - 1) {
      at.row += 1;
      return { marked, isOver: false };
    }
    const next = open();
    if (next) Object.assign(at, next);
    return { marked, isOver: !next };
  }

  // By hand, by a finger: the cell is in hand then.
  function put(row, column, what) {
    if (filled[row][column] !== what) set(row, column, what);
    return go(row, column);
  }

  // Back to the cell that was pressed last, as it was before; one up where nothing was pressed.
  function back() {
    const step = steps.pop();
    if (!step) return go(at.row - 1);
    filled[step.row][step.column] = step.before;
    return go(step.row, step.column);
  }

  // To the row of that number; null where the page has none.
  function find(wanted) {
    const row = rows.indexOf(wanted);
    return row < 0 ? null : go(row);
  }

  const start = () => {
    const first = open();
    return first ? go(first.row, first.column) : go(0, 0);
  };

  return { cell, go, open, mark, put, back, find, number, start, move: (by) => go(at.row + by), column: (by) => go(at.row, at.column + by) };
}

const A_LULL = 800; // ms

// Whoever types fast presses on behind the last row: such keys are swallowed until none has come for a moment.
export function makeLull(ms = A_LULL) {
  let ends = -Infinity;
  const begin = (now) => { ends = now + ms; };

  // Whether this key is one too many.
  function swallows(event, now) {
    const isMark = (meaning(event) || {}).act === "mark";
    if (now >= ends || !isMark) return false;
    begin(now);
    return true;
  }

  return { begin, swallows };
}

// What is left to do, as the server says it (scans/filled.py).
export function says({ rows, counts, differs = false, choices }) {
  const count = counts ? "jumlah tanda tangan" : differs && "jumlah belum sama";
  const left = [rows && `${rows} baris`, count, choices && `${choices} yang berbeda`].filter(Boolean);
  return left.length ? `Belum: ${left.join(", ")}.` : "Semua terisi.";
}
