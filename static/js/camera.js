// The camera itself: which one, what may go wrong, what it has read. Knows the browser, not the desk.

import { isValid, normalise } from "./codes.js";

const SAME = 3_000; // ms in which the same code is the same act: the card is still in the picture
const MOST = 300; // letters; a code, or a link that ends in one, has fewer
const LINK = /^https?:\/\/\S+\/[0-9a-z-]{8,9}\/?$/i;
const BARE = /^[0-9a-z]{4}-?[0-9a-z]{4}$/i;

// ---- What it has read ----------------------------------------------------------------------------

// The code in what a QR code says: it alone, or a link that ends in it. "" for other people's: shops, visiting cards, networks.
// The check character must agree: a camera makes no slips of the pen, so what does not is none of ours.
export function codeOf(text) {
  const said = text.length > MOST ? "" : text.trim();
  if (!BARE.test(said) && !LINK.test(said)) return "";
  const code = normalise(said);
  return isValid(code) ? code : "";
}

export const NOTHING = {};

// Whether a text read at so many ms is news: {seen, isNew}. Another code is at once; one that was read in the last three
// seconds is still in the picture, also when two cards are in it.
export function hear(seen, text, at) {
  const recent = Object.entries(seen).filter(([, since]) => at - since < SAME);
  const isNew = !recent.some(([known]) => known === text);
  return { seen: { ...Object.fromEntries(recent), [text]: at }, isNew };
}

// ---- Which one -----------------------------------------------------------------------------------

const ENOUGH = { width: 1280, height: 720 }; // px, for the code on a card

// What to ask the browser for: the camera that was chosen, else the one at the back.
export function wish(chosen, { width, height } = ENOUGH) {
  const which = chosen ? { deviceId: { exact: chosen } } : { facingMode: { ideal: "environment" } };
  return { audio: false, video: { ...which, width: { ideal: width }, height: { ideal: height } } };
}

// The camera after this one, round and round; "" when there is no other.
export function next(all, present) {
  if (all.length < 2) return "";
  const place = all.findIndex(({ deviceId }) => deviceId === present);
  return all[(place + 1) % all.length].deviceId;
}

// ---- Opening -------------------------------------------------------------------------------------

const WHY = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

// Why a camera did not open, in one word: refused, none, busy. What nobody has heard of is most likely another program's doing.
export const whyNot = (error) => WHY[error.name] || "busy";

// open(chosen) → a stream, with the camera at the back where the chosen one is gone.
export async function open(chosen, devices, size = ENOUGH) {
  if (!devices || !devices.getUserMedia) throw new Trouble("insecure");
  try {
    return await devices.getUserMedia(wish(chosen, size));
  } catch (error) {
    if (chosen && whyNot(error) === "none") return open("", devices, size);
    throw new Trouble(whyNot(error));
  }
}

export class Trouble extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

export async function cameras(devices) {
  const all = await devices.enumerateDevices();
  return all.filter(({ kind }) => kind === "videoinput");
}

export const hasTorch = (track) => Boolean(track.getCapabilities && track.getCapabilities().torch);

export function setTorch(track, on) {
  return track.applyConstraints({ advanced: [{ torch: on }] });
}
