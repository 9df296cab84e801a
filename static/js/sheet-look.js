// What a camera sees of a signed page, and what to tell whoever holds the phone. Pure.

import { at, density, lightAt, marksIn, pageOfMarks, sideOf, softness } from "./sheet-marks.js";
import { onPaper, placings } from "./sheet-place.js";

const DARK = 70; // of 255: paper
const DIM = 60; // the same of a picture without a page
const GLARE = 248;
const STEEP = 1.55; // the nearest mark is so much larger than the farthest
const FINE = 5.9; // px a mm of the photo: 150 dpi
const FULL = 0.75; // of the picture: nearer one need not go
const HALF = 0.45; // of the picture: a page must take more
const TINY = 2.4; // px a mm: marks are hardly read
const CRISP = 0.35; // of the contrast, between two pixels: a picture without marks that has less is blurred
const PALE = 60; // of 255: the contrast of a picture in which something is printed

// ---- What is seen --------------------------------------------------------------------------------

const median = (all) => [...all].sort((one, other) => one - other)[all.length >> 1];
const middleOf = (corners) => [0, 1].map((axis) => corners.reduce((sum, one) => sum + one[axis], 0) / corners.length);

// {width, height, marks: of the page that shows most, others: more pages that show two or more, corners: all four, seen or where
// they must be, place: from mm to px (sheet-place.js), light: of the paper, soft: mm, crisp}. `sizes`: of papers that were printed. Who measures `soft` in a finer picture adds `fine`: its px for one of this.
export function lookAt(picture, sizes = []) {
  const { width, height } = picture;
  const pages = byPage(marksIn(picture));
  const marks = pages[0] || [];
  const tones = tonesOf(picture);
  const [place = null] = marks.length > 1 ? placings(marks, sizes) : [];
  return {
    width,
    height,
    marks,
    others: pages.slice(1).filter((one) => one.length > 1).length,
    place,
    corners: cornersOf(picture, marks, place),
    light: marks.length ? median(marks.map((mark) => mark.light)) : tones.white,
    soft: marks.length ? median(marks.map((mark) => softness(picture, mark))) : 0,
    crisp: tones.crisp,
  };
}

function byPage(marks) {
  const pages = new Map();
  for (const mark of marks) pages.set(mark.page, [...(pages.get(mark.page) || []), mark]);
  return [...pages.values()].sort((one, other) => other.length - one.length);
}

const CUT = 1.25; // sides of a mark: so near to the edge of the picture it is cut, or has no white around it

// In their order on paper: {x, y, isSeen, isOutside, isGlare}; those that are neither seen nor can be guessed are left out.
function cornersOf(picture, marks, place) {
  return [0, 1, 2, 3].map((corner) => {
    const mark = marks.find((one) => one.corner === corner);
    if (!mark && !place) return null;
    const [x, y] = mark ? middleOf(mark.corners) : middleOf(onPaper(place.size, corner).map(([mx, my]) => at(place.projection, mx, my)));
    const reach = marks.length ? sideOf(marks[0]) * CUT : 0;
    const isOutside = x < reach || y < reach || x > picture.width - reach || y > picture.height - reach;
    return { corner, x, y, isSeen: Boolean(mark), isOutside: !mark && isOutside, isGlare: !mark && !isOutside && lightAt(picture, [x, y]) > GLARE };
  }).filter(Boolean);
}

// The white of a picture, and how steep the steepest of its steps are, of its contrast: 1 is as sharp as pixels are.
function tonesOf({ width, height, grey }) {
  const [tones, steps] = [new Uint32Array(256), new Uint32Array(256)];
  let count = 0;
  for (let y = 1; y < height - 1; y += 3) {
    for (let x = 1; x < width - 1; x += 1) {
      const px = y * width + x;
      tones[grey[px]] += 1;
      steps[Math.abs(grey[px + 1] - grey[px - 1])] += 1;
      count += 1;
    }
  }
  const [black, white, steep] = [tone(tones, count * 0.02), tone(tones, count * 0.95), tone(steps, count * 0.99)];
  return { white, crisp: white - black < PALE ? 1 : steep / (white - black) };
}

function tone(counts, wanted) {
  let sum = 0;
  return counts.findIndex((count) => (sum += count) >= wanted);
}

// ---- What to say ---------------------------------------------------------------------------------

const WORDS = {
  aim: "Arahkan kamera ke lembar daftar hadir",
  dark: "Terlalu gelap: nyalakan senter atau cari tempat terang",
  blurred: "Tahan diam: gambarnya kabur",
  two: "Terlihat dua lembar: foto satu per satu",
  mixed: "Kode dan sudut bukan dari lembar yang sama",
  foreign: "Bukan lembar angkatan ini",
  few: "Mundur sedikit: seluruh lembar belum terlihat",
  far: "Dekatkan",
  steep: "Pegang ponsel sejajar dengan lembar",
  uncoded: "Kode lembar belum terbaca: jangan tertutup jari",
  again: "Lembar ini sudah terfoto",
  good: "Tahan sebentar…",
};

// What hinders, the weightiest first; each: does it?
const HINDRANCES = [
  ["dark", ({ light, marks }) => light < (marks.length ? DARK : DIM)],
  ["blurred", ({ marks, crisp }) => marks.length < 2 && crisp < CRISP],
  ["aim", ({ marks }) => !marks.length],
  ["two", ({ others }) => others > 0],
  ["mixed", ({ marks }, { code }) => Boolean(code) && marks.length > 1 && pageOfMarks(code.page) !== marks[0].page],
  ["foreign", (_, { code, known }) => Boolean(code) && !knows(known, code)],
  ["far", ({ marks }) => marks.length < 2 && density(marks) < TINY],
  ["few", ({ marks }) => marks.length < 2],
  ["far", isFar],
  ["outside", ({ corners }) => corners.some(({ isOutside }) => isOutside)],
  ["glare", ({ corners }) => corners.some(({ isGlare }) => isGlare)],
  ["hidden", ({ marks }) => marks.length < 4],
  ["steep", ({ marks }) => Math.max(...marks.map(sideOf)) > STEEP * Math.min(...marks.map(sideOf))],
  ["blurred", (look) => look.soft > softest(density(look.marks) * (look.fine || 1))],
  ["uncoded", (_, { code }) => !code],
  ["again", (_, { code, taken }) => taken.has(nameOf(code))],
];

export const nameOf = ({ sheet, page }) => `${sheet}-${page}`;

const knows = (known, { sheet, page }) => Boolean(known[sheet]) && page <= known[sheet].pages;

// What to tell: {kind, words, isGood}. `code`: what was read of its code, null so far; `known`: printed sheets by their code
// ({pages, words}); `taken`: names of pages that were photographed; `scale`: px of the photo for one of the picture.
export function advise(look, told) {
  const [kind] = HINDRANCES.find(([, hinders]) => hinders(look, told)) || ["good"];
  const words = WORDS[kind] || CORNERS[kind](look.corners.filter(({ isSeen }) => !isSeen), look);
  return { kind, words, isGood: kind === "good" };
}

// A page that is blurred on paper by more than 0.25 mm is read badly; the pixels add a third of one.
const softest = (px) => 0.25 + 0.32 / px;

function isFar({ marks, corners, width, height }, { scale = 1 }) {
  const share = Math.max(spread(corners.map(({ x }) => x)) / width, spread(corners.map(({ y }) => y)) / height);
  return share < HALF || (share < FULL && density(marks) * scale < FINE);
}

const spread = (all) => Math.max(...all) - Math.min(...all);

const CORNERS = {
  outside: (missing, look) => `Mundur sedikit: ${named(missing.filter(({ isOutside }) => isOutside), look)} belum terlihat`,
  glare: (missing, look) => `Miringkan sedikit: pantulan di ${named(missing.filter(({ isGlare }) => isGlare), look)}`,
  hidden: (missing, look) => `Belum terbaca: ${named(missing, look)}. Jangan tertutup atau terlipat`,
};

// As it lies in the picture: "sudut kanan bawah"; "dua sudut" where there are more.
function named(missing, { corners }) {
  if (missing.length > 1) return missing.length === 2 ? "dua sudut" : "tiga sudut";
  const [x, y] = middleOf(corners.map((one) => [one.x, one.y]));
  return `sudut ${missing[0].x < x ? "kiri" : "kanan"} ${missing[0].y < y ? "atas" : "bawah"}`;
}

// "Sel 09.45, lembar 2 dari 4"; the code itself for a page that is not in the list.
export function titleOf(known, code) {
  if (!code) return "Lembar tanpa kode";
  const sheet = known[code.sheet];
  return sheet ? `${sheet.words}, lembar ${code.page} dari ${sheet.pages}` : `Lembar DH1-${code.sheet}-${String(code.page).padStart(3, "0")}`;
}
