// Finds the four marks at the corners of a signed page (ArUco DICT_5X5_1000, pelatihan/papers/marking.py) in a grey picture, and
// says how sharp and how light they are. Pure: pixels in, plain values out. Pictures are {width, height, grey: Uint8Array}; places
// are px from the top left, the middle of the first pixel at (0, 0).

import { MARKS } from "../vendor/aruco/marks.js";

const MODULES = 7; // a side: five bits with a black frame
const MARK = 5; // mm, a side
const LEAST = 9; // px, the side of the smallest mark that is looked at
const LARGEST = 0.2; // of the picture's long side
const DARKER = 0.86; // of what lies around: black
const GRAIN = 4; // of 255: darker by less is the noise of a dark picture
const LEAST_CONTRAST = 12; // of 255
const WRONG_FRAME = 2; // parts of the black frame that may be light: a speck, a staple
const PAGES = 250; // then the thousand marks begin anew

// ---- Numbers of marks ----------------------------------------------------------------------------

// Every mark in its four turns, by its 25 bits from the top left (1 is black): {id, turn}.
const known = new Map();
for (let id = 0; id < MARKS.length / 5; id += 1) {
  let bits = parseInt(MARKS.slice(id * 5, id * 5 + 5), 32);
  for (let turn = 0; turn < 4; turn += 1) {
    known.set(bits, { id, turn });
    bits = turned(bits);
  }
}

// A quarter clockwise: what stood at the left stands at the top.
function turned(bits) {
  let made = 0;
  for (let y = 0; y < 5; y += 1) for (let x = 0; x < 5; x += 1) if ((bits >> (24 - ((4 - x) * 5 + y))) & 1) made |= 1 << (24 - (y * 5 + x));
  return made;
}

// The mark of these bits, one of which may be wrong: any two differ in more than two.
function identify(bits) {
  if (known.has(bits)) return known.get(bits);
  for (let bit = 0; bit < 25; bit += 1) if (known.has(bits ^ (1 << bit))) return known.get(bits ^ (1 << bit));
  return null;
}

// ---- Dark spots ----------------------------------------------------------------------------------

// 1 where a pixel is darker than what lies around it: light may fall unevenly.
function darkOf({ width, height, grey }) {
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += grey[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const reach = Math.max(10, Math.round(Math.max(width, height) / 60));
  const dark = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.max(0, y - reach) * (width + 1), Math.min(height, y + reach + 1) * (width + 1)];
    const tall = Math.min(height, y + reach + 1) - Math.max(0, y - reach);
    for (let x = 0; x < width; x += 1) {
      const left = x > reach ? x - reach : 0;
      const right = x + reach + 1 < width ? x + reach + 1 : width;
      const sum = sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
      if ((grey[y * width + x] + GRAIN) * tall * (right - left) < sum * DARKER) dark[y * width + x] = 1;
    }
  }
  return dark;
}

// Dark pixels that hang together and may be a mark, by their rows: [{x0, y0, x1, y1, runs: [y, from, to, …]}].
function spotsIn(dark, width, height) {
  const { runs, root } = joined(dark, width, height);
  const count = runs.length / 3;
  const [x0, x1, y0, y1, area] = Array.from({ length: 5 }, () => new Int32Array(count));
  x0.fill(width);
  y0.fill(height);
  for (let run = 0; run < count; run += 1) {
    const [one, y, from, to] = [root(run), runs[run * 3], runs[run * 3 + 1], runs[run * 3 + 2]];
    x0[one] = Math.min(x0[one], from);
    x1[one] = Math.max(x1[one], to);
    y0[one] = Math.min(y0[one], y);
    y1[one] = y; // rows come in their order
    area[one] += to - from + 1;
  }
  const most = Math.max(width, height) * LARGEST;
  const spots = new Map();
  for (let one = 0; one < count; one += 1) {
    if (area[one] && mayBeMark(x1[one] - x0[one] + 1, y1[one] - y0[one] + 1, area[one], most)) {
      spots.set(one, { x0: x0[one], x1: x1[one], y0: y0[one], y1: y1[one], runs: [] });
    }
  }
  for (let run = 0; run < count; run += 1) {
    const spot = spots.get(root(run));
    if (spot) spot.runs.push(runs[run * 3], runs[run * 3 + 1], runs[run * 3 + 2]);
  }
  return [...spots.values()];
}

// Runs of dark pixels, three numbers each: row, first, last; root(run) is the same for runs that touch.
function joined(dark, width, height) {
  const parents = [];
  const root = (one) => {
    let up = one;
    while (parents[up] !== up) {
      parents[up] = parents[parents[up]];
      up = parents[up];
    }
    return up;
  };
  const runs = [];
  let [above, last] = [0, 0]; // runs of the row before
  for (let y = 0; y < height; y += 1) {
    const first = parents.length;
    for (let x = 0; x < width; x += 1) {
      if (!dark[y * width + x]) continue;
      const from = x;
      while (x < width && dark[y * width + x]) x += 1;
      const mine = parents.length;
      runs.push(y, from, x - 1);
      parents.push(mine);
      while (above < last && runs[above * 3 + 2] < from - 1) above += 1;
      for (let next = above; next < last && runs[next * 3 + 1] <= x; next += 1) parents[root(next)] = root(mine);
    }
    [above, last] = [first, parents.length];
  }
  return { runs, root };
}

function mayBeMark(wide, tall, area, most) {
  const long = Math.max(wide, tall);
  return long >= LEAST && long <= most && Math.min(wide, tall) * 2 >= long && area * 4 >= wide * tall;
}

// ---- Four corners --------------------------------------------------------------------------------

const apart = (one, other) => Math.hypot(one[0] - other[0], one[1] - other[1]);

// Clockwise from any one, at the outer edge; null for what is no square as a camera sees it.
function cornersOf({ runs, x0, y0, x1, y1 }) {
  const rim = [];
  for (let run = 0; run < runs.length; run += 3) {
    const y = runs[run];
    rim.push([runs[run + 1] - 0.5, y - 0.5], [runs[run + 1] - 0.5, y + 0.5], [runs[run + 2] + 0.5, y - 0.5], [runs[run + 2] + 0.5, y + 0.5]);
  }
  const first = farthest(rim, (one) => apart(one, [(x0 + x1) / 2, (y0 + y1) / 2]));
  const third = farthest(rim, (one) => apart(one, first));
  const side = (one) => (third[0] - first[0]) * (one[1] - first[1]) - (third[1] - first[1]) * (one[0] - first[0]);
  const fourth = farthest(rim, side);
  const second = farthest(rim, (one) => -side(one));
  const corners = [first, second, third, fourth];
  const sides = corners.map((one, place) => apart(one, corners[(place + 1) % 4]));
  const isSquare = side(fourth) > 0 && side(second) < 0 && Math.min(...sides) * 2 >= Math.max(...sides) && Math.min(...sides) >= LEAST * 0.6;
  return isSquare ? corners : null;
}

function farthest(points, far) {
  let [best, most] = [points[0], -Infinity];
  for (const one of points) {
    const now = far(one);
    if (now > most) [best, most] = [one, now];
  }
  return best;
}

// The same, each side laid where the light changes most: corners of a soft picture are round. null where no side is.
function refined(picture, corners) {
  const reach = apart(corners[0], corners[2]) / 9;
  const sides = corners.map((from, place) => sideAt(picture, from, corners[(place + 1) % 4], reach));
  if (sides.includes(null)) return null;
  return sides.map((side, place) => crossing(sides[(place + 3) % 4], side));
}

// A line {x, y, dx, dy} along an edge, dark at its right hand.
function sideAt(picture, [x0, y0], [x1, y1], reach) {
  const long = Math.hypot(x1 - x0, y1 - y0);
  const [dx, dy] = [(x1 - x0) / long, (y1 - y0) / long];
  const found = [];
  for (let along = 0.15; along < 0.9; along += 0.1) {
    const [x, y] = [x0 + (x1 - x0) * along, y0 + (y1 - y0) * along];
    let [sum, weight] = [0, 0];
    for (let far = -reach; far <= reach; far += 0.5) {
      const fall = lightAt(picture, [x + dy * (far + 0.5), y - dx * (far + 0.5)]) - lightAt(picture, [x + dy * (far - 0.5), y - dx * (far - 0.5)]);
      if (fall <= 0) continue;
      sum += far * fall * fall;
      weight += fall * fall;
    }
    if (weight) found.push([along * long, sum / weight]);
  }
  if (found.length < 5) return null;
  const [a, b] = straight(found); // off the first line by a + b × along
  const length = Math.hypot(1, b);
  return { x: x0 + dy * a, y: y0 - dx * a, dx: (dx + dy * b) / length, dy: (dy - dx * b) / length };
}

function straight(points) {
  const [x, y] = [mean(points.map(([one]) => one)), mean(points.map(([, one]) => one))];
  let [up, over] = [0, 0];
  for (const [px, py] of points) [up, over] = [up + (px - x) * (py - y), over + (px - x) ** 2];
  const b = up / over;
  return [y - b * x, b];
}

function crossing(one, other) {
  const far = ((other.x - one.x) * other.dy - (other.y - one.y) * other.dx) / (one.dx * other.dy - one.dy * other.dx);
  return [one.x + one.dx * far, one.y + one.dy * far];
}

// ---- What stands in it ---------------------------------------------------------------------------

// From the unit square to four corners: nine numbers, row by row.
function toCorners([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]) {
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [ax, bx, ay, by] = [x1 - x2, x3 - x2, y1 - y2, y3 - y2];
  const all = ax * by - bx * ay;
  const [g, h] = [(sx * by - bx * sy) / all, (ax * sy - sx * ay) / all];
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
}

export function at([a, b, c, d, e, f, g, h, i], x, y) {
  const by = g * x + h * y + i;
  return [(a * x + b * y + c) / by, (d * x + e * y + f) / by];
}

export function lightAt({ width, height, grey }, [x, y]) {
  const [px, py] = [Math.min(Math.max(x, 0), width - 1.001), Math.min(Math.max(y, 0), height - 1.001)];
  const [left, top] = [Math.floor(px), Math.floor(py)];
  const [dx, dy] = [px - left, py - top];
  const place = top * width + left;
  const upper = grey[place] * (1 - dx) + grey[place + 1] * dx;
  return upper * (1 - dy) + (grey[place + width] * (1 - dx) + grey[place + width + 1] * dx) * dy;
}

// The light of a module, (0, 0) the first of the frame; (-1, -1) lies in the white around it.
function module(picture, projection, x, y) {
  let sum = 0;
  for (const dy of [0.3, 0.5, 0.7]) for (const dx of [0.3, 0.5, 0.7]) sum += lightAt(picture, at(projection, (x + dx) / MODULES, (y + dy) / MODULES));
  return sum / 9;
}

const GRID = MODULES + 2; // with the white around
const mean = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
const median = (all) => [...all].sort((one, other) => one - other)[all.length >> 1];
const isOn = (edge) => (x, y) => Math.min(x, y) === edge || Math.max(x, y) === GRID - 1 - edge;
const places = (isWanted) => Array.from({ length: GRID * GRID }, (_, place) => place).filter((place) => isWanted(place % GRID, Math.floor(place / GRID)));
const AROUND = places((x, y) => isOn(0)(x, y) && !(x === y || x + y === GRID - 1));
const FRAME = places((x, y) => isOn(1)(x, y) && !isOn(0)(x, y));
const BITS = places((x, y) => Math.min(x, y) > 1 && Math.max(x, y) < GRID - 2);

// {id, corners: clockwise from its own top left, light, contrast} or null.
function markAt(picture, corners) {
  const projection = toCorners(corners);
  const lights = Array.from({ length: GRID * GRID }, (_, place) => module(picture, projection, (place % GRID) - 1, Math.floor(place / GRID) - 1));
  const frame = FRAME.map((place) => lights[place]);
  const [black, white] = [mean(frame), median(AROUND.map((place) => lights[place]))];
  const middle = (black + white) / 2;
  if (white - black < LEAST_CONTRAST || frame.filter((one) => one > middle).length > WRONG_FRAME) return null;
  const bits = BITS.reduce((made, place) => (made << 1) | (sharpened(lights, place) < middle ? 1 : 0), 0);
  const found = identify(bits);
  if (!found) return null;
  const own = corners.map((_, place) => corners[(place + found.turn) % 4]);
  return { id: found.id, corners: own, light: white, contrast: white - Math.min(...frame, ...BITS.map((place) => lights[place])) };
}

// In a soft picture light spills over into the modules beside.
function sharpened(lights, place) {
  return 2 * lights[place] - mean([lights[place - 1], lights[place + 1], lights[place - GRID], lights[place + GRID]]);
}

// ---- All of them ---------------------------------------------------------------------------------

export const greyOf = (rgba, width, height) => {
  const grey = new Uint8Array(width * height);
  for (let px = 0; px < grey.length; px += 1) grey[px] = (rgba[px * 4] * 77 + rgba[px * 4 + 1] * 150 + rgba[px * 4 + 2] * 29) >> 8;
  return { width, height, grey };
};

// Every mark in the picture, each id once: [{id, page: 1 to 250, corner: 0 to 3 clockwise from the top left, corners, light, contrast}].
export function marksIn(picture) {
  const { width, height } = picture;
  const found = new Map();
  for (const spot of spotsIn(darkOf(picture), width, height)) {
    const corners = cornersOf(spot);
    const exact = corners && refined(picture, corners);
    const mark = exact && markAt(picture, exact);
    if (mark && !found.has(mark.id)) found.set(mark.id, { ...mark, page: Math.floor(mark.id / 4) + 1, corner: mark.id % 4 });
  }
  return [...found.values()];
}

export const pageOfMarks = (page) => ((page - 1) % PAGES) + 1;

// px a side of a mark, and so px a mm.
export const sideOf = ({ corners }) => mean(corners.map((one, place) => apart(one, corners[(place + 1) % 4])));
export const density = (marks) => (marks.length ? mean(marks.map(sideOf)) / MARK : 0);

// How soft the outer edges of a mark are: the sigma of a blur, in mm on paper. A sharp picture has that of its pixels, a third of one.
export function softness(picture, mark) {
  const projection = toCorners(mark.corners);
  const side = sideOf(mark);
  const step = 0.5 / side;
  const slopes = [];
  for (const along of [0.2, 0.35, 0.5, 0.65, 0.8]) {
    for (const [x, y] of [[along, null], [null, along], [along, 1], [1, along]]) {
      const across = (far) => at(projection, crossed(x, far), crossed(y, far));
      let steepest = 0;
      for (let far = -1 / MODULES; far < 0.5 / MODULES; far += step) {
        steepest = Math.max(steepest, lightAt(picture, across(far)) - lightAt(picture, across(far + 2 * step)));
      }
      slopes.push(steepest);
    }
  }
  const sigma = mark.contrast / (Math.max(median(slopes), 1) * 2.507); // px: a blurred edge is as steep as its contrast by sigma √(2π)
  return (sigma * MARK) / side;
}

// From outside in: a side at 0 is crossed upwards, one at 1 downwards.
function crossed(value, far) {
  if (value === null) return far;
  return value === 1 ? 1 - far : value;
}
