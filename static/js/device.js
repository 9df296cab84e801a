// What this device adds to each check-in: an id, its own count, the token that says the page is ours.

// crypto.randomUUID exists only on secure pages; a desk on a hotel's network may be served without one.
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// What this device keeps; where the browser keeps nothing (no space, cookies blocked), the page does as long as it lives.
const meanwhile = new Map();
export function recall(name) {
  if (meanwhile.has(name)) return meanwhile.get(name);
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
export function keep(name, text) {
  try {
    localStorage.setItem(name, text);
    meanwhile.delete(name);
  } catch {
    meanwhile.set(name, text);
  }
}

// The device's own count of what it took; it goes on after a reload.
export function count() {
  const seq = Number(recall("urutan")) + 1;
  keep("urutan", String(seq));
  return seq;
}

// Headers for JSON; the page's own token serves until another tab has renewed the cookie.
export function headers(token) {
  const cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  return { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": cookie ? cookie[1] : token };
}
