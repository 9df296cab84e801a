// What a board that renews itself decides: when it asks again, what it says of its numbers. Knows no page.

export const EVERY = 3_000; // ms
const LONGEST = 60_000;
const A_MINUTE = 60_000;

// What came of asking: "new", "same"; "silent" (no network), "busy" (the server asks for patience), "out" (logged out),
// "refused" (no right any more, or the training is gone).
export function outcome(response) {
  if (!response) return "silent";
  if (response.redirected || response.status === 401) return "out";
  if (response.status === 304) return "same";
  if (response.status === 200) return "new";
  return response.status === 429 || response.status >= 500 ? "busy" : "refused";
}

export const isAnswer = (what) => what === "new" || what === "same";
export const isEnd = (what) => what === "out" || what === "refused";

// How long to wait before asking again: three seconds, after failures ever longer, at least as long as the server asks.
export function pause(failures, retryAfter = "") {
  const wished = /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) * 1000 : 0;
  return Math.max(EVERY, Math.min(Math.max(EVERY * 2 ** Math.min(failures, 10), wished), LONGEST));
}

// The server's clock on the office's wall: "09.52". A device's own clock may be wrong.
export function clock(date, minutesAhead) {
  const moment = Date.parse(date ?? "");
  if (Number.isNaN(moment)) return "";
  return new Date(moment + minutesAhead * A_MINUTE).toISOString().slice(11, 16).replace(":", ".");
}

// The word before the time of the numbers. One answer that was lost says nothing yet.
export function word(what, failures) {
  if (what === "out") return "Waktu masuk Anda sudah habis. Muat ulang untuk masuk lagi. Angka pukul";
  if (what === "refused") return "Papan ini tidak dapat dibuka lagi. Muat ulang halaman ini. Angka pukul";
  if (isAnswer(what) || failures < 2) return "Diperbarui";
  return what === "busy" ? "Server sedang sibuk: angka pukul" : "Tanpa sinyal: angka pukul";
}
