// The code of a signed page, as pelatihan/papers/marking.py writes it: DH1-7KQ3M9XA-002. What else a camera reads is none.

const TYPED = /^DH1([23456789ABCDEFGHJKMNPQRSTVWXYZ]{8})([0-9]{3})$/;

// "DH1-7KQ3M9XA-002" of whatever way it is written; "" for other people's codes.
export function pageCode(text) {
  if (text.length > 60) return "";
  const found = TYPED.exec(text.replace(/[^0-9A-Za-z]/g, "").toUpperCase());
  return found && found[2] !== "000" ? `DH1-${found[1]}-${found[2]}` : "";
}
