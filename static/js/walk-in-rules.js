// What the page "Peserta datang langsung" decides by itself while there is no signal. Pure: no page, no clock, no store.

import { plain } from "./plain.js";

const MOST_OFFERED = 6;
const MOST_ALIKE = 3;
const LEAST_NAME = 2;
const MOST_NAME = 150;
const MOST_ORMAS = 200;
// As ormas/names.py takes them: Latin letters with their diacritics, a few signs; in what stands beside names the usual ones, too.
const NAME = /^[A-Za-zÀ-ÖØ-öø-ƚƜ-ȾɁ-ɏḀ-ẛẞẠ-ỹ '.,\-()/]*$/;
const LETTER = /[A-Za-zÀ-ÖØ-öø-ɏḀ-ỹ]/;
const TEXT = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-ƚƜ-ȾɁ-ɏḀ-ẛẞẠ-ỹʾʿ–—‘’‚“”„†•…′″‹›⁄€№™−≈≠≤≥⅓⅔→←]*$/;

export const tidy = (text) =>
  text.normalize("NFC").replace(/[’‘ʼ`´ʻ]/g, "'").replace(/[‐‑]/g, "-").replace(/\s+/g, " ").trim();

// What is wrong in what was written, a sentence for each field; nothing when the server will take it.
export function wrongIn({ name, ormas, phone }) {
  const wrong = {};
  if (name.length < LEAST_NAME || !LETTER.test(name)) wrong.name = "Tulis namanya seperti di KTP.";
  else if (name.length > MOST_NAME) wrong.name = `Terlalu panjang. Tulis paling banyak ${MOST_NAME} huruf.`;
  else if (!NAME.test(name)) wrong.name = "Ada tanda yang tidak dapat dipakai. Gunakan huruf Latin, spasi, dan tanda ' . , - ( ) /";
  if (!ormas) wrong.ormas = "Tulis nama atau singkatan ormasnya.";
  else if (ormas.length > MOST_ORMAS) wrong.ormas = `Terlalu panjang. Tulis paling banyak ${MOST_ORMAS} huruf.`;
  else if (!TEXT.test(ormas)) wrong.ormas = "Ada tanda yang tidak dapat dicetak. Gunakan huruf Latin, angka, dan tanda baca biasa.";
  if (phone && !isMobile(phone)) wrong.phone = "Ini bukan nomor HP. Contoh: 0812-3456-7890. Boleh dikosongkan.";
  return wrong;
}

const isMobile = (phone) => /^(?:00?62|62|0)?8[1-9]\d{7,10}$/.test(phone.replace(/[\s+().\-–/]/g, ""));

// Whether the door stands open at that moment (ms), and for whom it is late.
export function doorSays({ opens, late, closed }, at) {
  if (closed) return "closed";
  if (at < Date.parse(opens)) return "not_open";
  return at < Date.parse(late) ? "present" : "late";
}

const words = (text) => plain(text).split(" ").filter(Boolean);

// The organisations of the copy that every word fits, in its order (those invited first): [{id, name}].
export function offered({ ormas, ormas_ids: ids, ormas_short: shorts = [] }, typed) {
  const wanted = words(typed);
  if (!wanted.length) return [];
  const named = ormas.map((name, place) => ({ id: ids[place], name, short: shorts[place] || "" }));
  return named.filter(({ name, short }) => wanted.every((word) => plain(`${name} ${short}`).includes(word))).slice(0, MOST_OFFERED);
}

// Those of the copy whose name holds words that each word begins.
export function alike({ people }, name) {
  const wanted = words(name).map((word) => ` ${word}`);
  if (!wanted.length) return [];
  return people.filter((person) => wanted.every((word) => ` ${plain(person.n)}`.includes(word))).slice(0, MOST_ALIKE);
}
