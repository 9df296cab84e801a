// How large an answer may be set so that all of it stays in sight on a small phone; the same rule as pelatihan/desk/fit.py.

const ROOM = 172; // px that name, ormas and note have between them, at 360 x 640
const [NOTE, NOTE_ROW] = [34, 24]; // letters in a row, px of a row
// size, letters in a row and px of a row for the name, then for the ormas
const SIZES = [
  ["", 19, 35, 21, 35],
  ["long", 19, 35, 26, 27.5],
  ["longer", 24, 27.5, 33, 22.5],
];

const rows = (text, letters) => Math.ceil([...text].length / letters);

// "", long, longer or longest.
export function sizeOf(name, ormas, note) {
  const left = ROOM - rows(note, NOTE) * NOTE_ROW;
  const fits = ([, ofName, nameRow, ofOrmas, ormasRow]) => rows(name, ofName) * nameRow + rows(ormas, ofOrmas) * ormasRow <= left;
  const size = SIZES.find(fits);
  return size ? size[0] : "longest";
}
