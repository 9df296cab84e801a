// How names are compared, like ormas/search.py: small letters without diacritics or apostrophes, one space between words.

export const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f.'`´‘’‚‛ʻʼʽʾʿˈˊˋ′＇]/g, "").toLowerCase()
  .replace(/[\s!-/:-@[-_{-~“”„‐‑–—…·]+/g, " ").trim();
