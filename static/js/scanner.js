// Tells a scan gun from a person: a gun types a whole code in less time than a hand needs for two letters.
// A pure function over key presses; it knows no page.

const MEAN = 40; // ms from key to key; nobody types eight signs so fast
const HICCUP = 100; // ms; a longer pause begins anew
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
