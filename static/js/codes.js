// Whether somebody typed a code rather than a name; the same rules as pelatihan/codes.py.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The code as it is stored, out of what was typed or scanned: also a link that ends in it.
export function normalise(text) {
  const end = text.trim().replace(/\/+$/, "").split("/").pop();
  return end.replace(/[\s\-–—_.]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
}

export function codeIn(text) {
  const code = normalise(text);
  if (code.length !== 8) return false;
  return /\d/.test(text) || isValid(code);
}

// As people read it: ABCD-EFGH.
export function display(code) {
  return code.replace(/^(.{4})(.{4})$/, "$1-$2");
}

// Whether a normalised code has its check sign.
export function isValid(code) {
  if (code.length !== 8) return false;
  const places = Array.from(code.slice(0, 7), (sign) => ALPHABET.indexOf(sign));
  if (places.includes(-1)) return false;
  const sum = places.reduce((total, value, place) => total + (place + 2) * value, 0);
  return ALPHABET[sum % 31] === code[7];
}
