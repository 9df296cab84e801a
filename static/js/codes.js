// Whether somebody typed a code rather than a name; the same rules as pelatihan/codes.py.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function codeIn(text) {
  const end = text.trim().replace(/\/+$/, "").split("/").pop();
  const code = end.replace(/[\s\-–—_.]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  if (code.length !== 8) return false;
  return /\d/.test(text) || isValid(code);
}

function isValid(code) {
  const places = [...code.slice(0, 7)].map((sign) => ALPHABET.indexOf(sign));
  if (places.includes(-1)) return false;
  const sum = places.reduce((total, value, place) => total + (place + 2) * value, 0);
  return ALPHABET[sum % 31] === code[7];
}
