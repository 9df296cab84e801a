// One photo of a page: taken as finely as the phone can, drawn anew (so that nothing but the picture goes along: no place, no
// device), looked at once more before it is kept.

import { lookAt } from "./sheet-look.js";
import { greyOf, sideOf, softness } from "./sheet-marks.js";
import { STRIP_PX, codeOf, straightened, strips } from "./sheet-place.js";

const LONGEST = 4_000; // px, a side of the photo that is sent
const SEEN = 1_440; // px, of the picture in which marks are sought
const PATIENCE = 5_000; // ms for the phone's own photo
const QUALITY = 0.85;

// ---- Pictures ------------------------------------------------------------------------------------

function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width);
  canvas.height = Math.round(height);
  return canvas;
}

const sizeOf = (source) => [source.videoWidth || source.naturalWidth || source.width, source.videoHeight || source.naturalHeight || source.height];

function drawn(source, most, canvas = null) {
  const [width, height] = sizeOf(source);
  const scale = Math.min(1, most / Math.max(width, height));
  const made = canvas || canvasOf(1, 1);
  made.width = Math.round(width * scale);
  made.height = Math.round(height * scale);
  made.getContext("2d", { willReadFrequently: Boolean(canvas) }).drawImage(source, 0, 0, made.width, made.height);
  return made;
}

let small = null;

// The picture as it is looked at: grey, not larger than need be.
export function seen(source, most = SEEN) {
  small = small || canvasOf(1, 1);
  const { width, height } = drawn(source, most, small);
  return greyOf(small.getContext("2d").getImageData(0, 0, width, height).data, width, height);
}

// A part of it as fine as it is: {width, height, grey, x, y}; the box in px of the source, cut at its edges.
function part(source, [x0, y0, x1, y1]) {
  const [width, height] = sizeOf(source);
  const [x, y] = [Math.max(0, Math.floor(x0)), Math.max(0, Math.floor(y0))];
  const [wide, tall] = [Math.min(width, Math.ceil(x1)) - x, Math.min(height, Math.ceil(y1)) - y];
  if (wide < 2 || tall < 2) return null;
  const context = canvasOf(wide, tall).getContext("2d");
  context.drawImage(source, x, y, wide, tall, 0, 0, wide, tall);
  return { ...greyOf(context.getImageData(0, 0, wide, tall).data, wide, tall), x, y };
}

const boxOf = (points, scale, more = 0) => {
  const [xs, ys] = [points.map(([x]) => x * scale), points.map(([, y]) => y * scale)];
  return [Math.min(...xs) - more, Math.min(...ys) - more, Math.max(...xs) + more, Math.max(...ys) + more];
};

// ---- Its code ------------------------------------------------------------------------------------

let strip = null;

// What the code of a page says ({sheet, page}), read beside its marks in the finest picture there is; null when it is not read.
export async function readCode(source, look, reader) {
  if (!look.place || !reader) return null;
  const scale = sizeOf(source)[0] / look.width;
  strip = strip || canvasOf(STRIP_PX.width, STRIP_PX.height);
  for (const one of strips(look.place)) {
    const fine = part(source, boxOf(one.corners, scale, 2));
    if (!fine) continue;
    const { data, width, height } = straightened(fine, look.place, one, { x: fine.x, y: fine.y, scale });
    strip.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
    // oxlint-disable-next-line no-await-in-loop -- the second is read only where the first is not
    const code = codeOf(await reader.read(strip, width, height, 2));
    if (code) return code;
  }
  return null;
}

// ---- The photo -----------------------------------------------------------------------------------

// A canvas with the finest picture that the phone gives: its own photo, else the picture of the moment.
export async function take(video, track) {
  const own = await ownPhoto(track);
  const [best] = [own, video].filter(Boolean).sort((one, other) => Math.max(...sizeOf(other)) - Math.max(...sizeOf(one)));
  return drawn(best, LONGEST);
}

export const canTake = () => Boolean(globalThis.ImageCapture && globalThis.ImageCapture.prototype.takePhoto);

async function ownPhoto(track) {
  if (!canTake()) return null;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const asked = new globalThis.ImageCapture(track).takePhoto().then((blob) => createImageBitmap(blob)).catch(() => null);
  return Promise.race([asked, late]);
}

// A file of the phone as such a canvas. Rejects for what is no picture.
export async function fromFile(file) {
  return drawn(await createImageBitmap(file), LONGEST);
}

// What the photo shows: {look, code}. Its marks are looked at as finely as it was taken.
export async function check(photo, sizes, reader) {
  const look = lookAt(seen(photo), sizes);
  const scale = photo.width / look.width;
  const soft = look.marks.map((mark) => softIn(photo, mark, scale)).filter((one) => one !== null).sort((one, other) => one - other);
  const code = await readCode(photo, look, reader);
  return { code, look: { ...look, fine: scale, soft: soft.length ? soft[soft.length >> 1] : look.soft } };
}

function softIn(photo, mark, scale) {
  const fine = part(photo, boxOf(mark.corners, scale, sideOf(mark) * scale * 0.4));
  return fine && softness(fine, { ...mark, corners: mark.corners.map(([x, y]) => [(x + 0.5) * scale - 0.5 - fine.x, (y + 0.5) * scale - 0.5 - fine.y]) });
}

// The bytes that are kept and sent.
export async function asJpeg(photo) {
  const blob = await new Promise((resolve) => photo.toBlob(resolve, "image/jpeg", QUALITY));
  return new Response(blob).arrayBuffer();
}
