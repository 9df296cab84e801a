// Reads QR codes out of pictures: by the browser's own reader where there is one, else by the vendored module, which is fetched
// only then.

const LONGEST = 640; // px of the picture that is searched

// makeReader() → {read(source, width, height) → text or "", isNative}. Rejects when nothing here can read.
export async function makeReader() {
  const detector = await native();
  const own = makeCanvas();
  let decode = detector ? null : await fetched();

  async function read(source, width, height, turn = 0) {
    if (decode) return own(decode, source, width, height, turn);
    try {
      const found = await detector.detect(source);
      return found.length ? found[0].rawValue : "";
    } catch {
      decode = await fetched(); // a phone whose reader is announced and does not work
      return "";
    }
  }
  return { read, isNative: () => !decode };
}

async function native() {
  try {
    const Reader = globalThis.BarcodeDetector;
    const formats = await Reader.getSupportedFormats();
    return formats.includes("qr_code") ? new Reader({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

async function fetched() {
  const { decodeQR } = await import("../vendor/qr/decode.js");
  return decodeQR;
}

// ---- What part of the picture, how large ---------------------------------------------------------

// The middle square first, since people aim; every third time the whole picture, for a code at its edge.
export function cut(width, height, turn) {
  const whole = turn % 3 === 2;
  const side = Math.min(width, height);
  const [w, h] = whole ? [width, height] : [side, side];
  const scale = Math.min(1, LONGEST / Math.max(w, h));
  return {
    x: Math.round((width - w) / 2),
    y: Math.round((height - h) / 2),
    w,
    h,
    width: Math.round(w * scale),
    height: Math.round(h * scale),
  };
}

// decodeQR throws where it finds nothing.
export function textIn(decode, image, options = {}) {
  try {
    return decode(image, options);
  } catch {
    return "";
  }
}

function makeCanvas() {
  let context;
  return (decode, source, width, height, turn) => {
    if (!context) context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const part = cut(width, height, turn);
    context.canvas.width = part.width;
    context.canvas.height = part.height;
    context.drawImage(source, part.x, part.y, part.w, part.h, 0, 0, part.width, part.height);
    return textIn(decode, context.getImageData(0, 0, part.width, part.height));
  };
}
