// Where things lie on a signed page and in a picture of it: by its marks one follows from the other. Pure. Paper is measured in mm
// from the top left of the page, pictures in px.

import { pageCode } from "./sheet-code.js";
import { at, lightAt } from "./sheet-marks.js";

const [EDGE, MARK] = [7, 5]; // mm: from the paper's edge, a side (papers/typst/sheet.typ)
const SIZES = [[215, 330], [210, 297], [330, 215], [297, 210]]; // F4 and A4, for a page that nobody knows yet
const FINE = 12; // px a mm of the strips in which a code is sought: six a module
// The codes stand beside the marks at the top left and the bottom right, somewhere along these strips.
const STRIP = { x: EDGE + MARK + 0.5, y: EDGE - 2, wide: 48, tall: 16.5 };

// ---- From paper to picture -----------------------------------------------------------------------

const OFFSETS = [[0, 0], [MARK, 0], [MARK, MARK], [0, MARK]];

// The four corners of a mark on paper, clockwise from its top left.
export function onPaper([width, height], corner) {
  const [far, low] = [width - EDGE - MARK, height - EDGE - MARK];
  const [x, y] = [[EDGE, EDGE], [far, EDGE], [far, low], [EDGE, low]][corner];
  return OFFSETS.map(([right, down]) => [x + right, y + down]);
}

// From mm to px by marks of one page (at least two): {projection, off: px that they miss by, size}; null where none fits.
export function placed(marks, size) {
  const pairs = marks.flatMap((mark) => onPaper(size, mark.corner).map((paper, one) => [paper, mark.corners[one]]));
  const projection = fitted(pairs);
  if (!projection) return null;
  const misses = pairs.map(([[x, y], [px, py]]) => {
    const [gx, gy] = at(projection, x, y);
    return Math.hypot(gx - px, gy - py);
  });
  return { projection, size, off: misses.reduce((sum, one) => sum + one, 0) / misses.length };
}

// The same for paper of unknown size: the likeliest first.
export function placings(marks, sizes = []) {
  const all = [...sizes, ...SIZES.filter(([w, h]) => !sizes.some(([x, y]) => x === w && y === h))];
  return all.map((size) => placed(marks, size)).filter(Boolean).sort((one, other) => one.off - other.off);
}

// Least squares over pairs of [[x, y] mm, [px, py]]; nine numbers, or null.
function fitted(pairs) {
  const rows = pairs.flatMap(([[mx, my], [px, py]]) => {
    const [x, y, u, v] = [mx / 100, my / 100, px / 1000, py / 1000];
    return [[x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]];
  });
  const sums = Array.from({ length: 8 }, (_, row) => Array.from({ length: 9 }, (__, column) => rows.reduce((sum, one) => sum + one[row] * one[column], 0)));
  const found = solved(sums);
  if (!found) return null;
  const [a, b, c, d, e, f, g, h] = found;
  return [a * 10, b * 10, c * 1000, d * 10, e * 10, f * 1000, g / 100, h / 100, 1];
}

// Gauss with pivots: eight rows of nine.
function solved(rows) {
  for (let step = 0; step < 8; step += 1) {
    const pivot = rows.slice(step).reduce((best, row) => (Math.abs(row[step]) > Math.abs(best[step]) ? row : best));
    if (Math.abs(pivot[step]) < 1e-12) return null;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(step, 0, pivot);
    for (const row of rows) if (row !== pivot) take(row, pivot, row[step] / pivot[step]);
  }
  return rows.map((row, step) => row[8] / row[step]);
}

function take(row, pivot, times) {
  for (let column = 0; column < 9; column += 1) row[column] -= pivot[column] * times;
}

// ---- The strips with the codes -------------------------------------------------------------------

export const STRIP_PX = { width: STRIP.wide * FINE, height: Math.round(STRIP.tall * FINE) };

// The corners in the picture of both strips, each from its own top left as it is read.
export function strips({ projection, size: [width, height] }) {
  const { x, y, wide, tall } = STRIP;
  const boxes = [[x, y], [width - x - wide, height - y - tall]];
  return boxes.map(([left, top]) => ({ left, top, corners: [[left, top], [left + wide, top], [left + wide, top + tall], [left, top + tall]].map(([mx, my]) => at(projection, mx, my)) }));
}

const WHOLE = { x: 0, y: 0, scale: 1 };

// A strip made straight, as a picture for a reader of codes: {width, height, data: rgba}. The grey picture may be a part of a
// finer one: it begins at x, y of that, which has `scale` times the pixels of the one in which the marks were found.
export function straightened(picture, { projection }, { left, top }, { x: fromX, y: fromY, scale } = WHOLE) {
  const { width, height } = STRIP_PX;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [px, py] = at(projection, left + x / FINE, top + y / FINE);
      const light = lightAt(picture, [px * scale - fromX, py * scale - fromY]);
      const place = (y * width + x) * 4;
      data[place] = light;
      data[place + 1] = light;
      data[place + 2] = light;
    }
  }
  return { width, height, data };
}

// ---- Its code ------------------------------------------------------------------------------------

// {sheet, page} of what a code says, or null for what is none of ours.
export function codeOf(text) {
  const code = pageCode(text || "");
  return code ? { sheet: code.slice(4, 12), page: Number(code.slice(13)) } : null;
}
