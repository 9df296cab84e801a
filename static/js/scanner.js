// Tells a scan gun from a person: nobody types eight signs of a code so fast.
// A pure function over key presses; it knows no page.

const MEAN = 70; // ms from key to key; a gun at a phone's Bluetooth needs 20 to 60
const HICCUP = 150; // ms; a longer pause begins anew
const LEAST = 6;
const ENDS = new Set(["Enter", "Tab"]);

export const SILENCE = { text: "", from: 0, to: 0 };

// One more key at so many ms. Returns what was typed so far, and in `burst` what a gun has typed when this key ends it.
export function heard(before, key, at) {
  if (ENDS.has(key)) return { typed: SILENCE, burst: isGun(before, at) ? before.text : "" };
  if (key.length !== 1) return { typed: before, burst: "" }; // Shift and its kin
  const goesOn = before.text && at - before.to < HICCUP;
  return { typed: goesOn ? { text: before.text + key, from: before.from, to: at } : { text: key, from: at, to: at }, burst: "" };
}

function isGun({ text, from, to }, at) {
  return text.length >= LEAST && at - to < HICCUP && (to - from) / (text.length - 1) < MEAN;
}
