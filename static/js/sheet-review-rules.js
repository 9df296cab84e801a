// The strip of doubtful cells: which key means what, which cell comes next, and the way back. No page in it.

const MARKS = new Map([["h", "hadir"], ["k", "kosong"], ["i", "izin"], ["s", "sakit"]]);
const LOOKS = { hadir: "signed", kosong: "empty", izin: "told", sakit: "told" };
const LETTERS = { izin: "I", sakit: "S" };

// What a key wants: {act: "set", mark} or {act: "back"}; null when it is not ours.
export function meaning({ key, ctrlKey, metaKey, altKey, isComposing }) {
  if (ctrlKey || metaKey || altKey || isComposing) return null;
  const pressed = key.toLowerCase();
  if (pressed === "z") return { act: "back" };
  return MARKS.has(pressed) ? { act: "set", mark: MARKS.get(pressed) } : null;
}

// How a cell is drawn on the page by what stands in the form.
export function look(mark) {
  return LOOKS[mark] || "unsure";
}

export function letter(mark) {
  return mark ? LETTERS[mark] || "" : "?";
}

// What a tap on a cell that is sure makes of it: the other of the two; of anything else, what the reading said.
export function tapped(mark, sure) {
  if (mark !== sure) return sure;
  return sure === "hadir" ? "kosong" : "hadir";
}

// What is left to do, as the server says it (scans/review.py).
export function says({ doubts, counts, choices }) {
  const left = [doubts && `${doubts} ragu`, counts && "jumlah tanda tangan", choices && `${choices} yang berbeda`].filter(Boolean);
  return left.length ? `Belum: ${left.join(", ")}.` : "Semua terisi.";
}

// Goes about the cells of the strip. `marks`: of each, "" where nothing is decided.
export function makeStrip(marks) {
  const known = [...marks];
  const steps = []; // {place, before}
  let now = Math.max(known.indexOf(""), known.length ? 0 : -1);

  // The next one after the place in hand that nobody has decided, from the top again; -1 when there is none.
  function next() {
    for (let step = 1; step <= known.length; step += 1) {
      const place = (now + step) % known.length;
      if (!known[place]) return place;
    }
    return -1;
  }

  return {
    now: () => now,
    mark: (place) => known[place],
    left: () => known.filter((mark) => !mark).length,
    size: () => known.length,
    hold(place) {
      now = place;
    },
    // Decides the cell in hand and goes on; tells where to, -1 when all are decided.
    set(mark) {
      steps.push({ place: now, before: known[now] });
      known[now] = mark;
      const place = next();
      if (place >= 0) now = place;
      return place;
    },
    // Somebody chose by other means than the keys.
    learn(place, mark) {
      if (known[place] !== mark) steps.push({ place, before: known[place] });
      known[place] = mark;
      now = place;
    },
    // The way back: {place, mark} as it stood before; null when nothing was decided.
    back() {
      const step = steps.pop();
      if (!step) return null;
      known[step.place] = step.before;
      now = step.place;
      return { place: step.place, mark: step.before };
    },
  };
}
