// Logging out on a device that keeps something: what has not been sent is told first and stays; pages and the copy's key go.

import { forgetKey, open } from "./store.js";

const form = document.querySelector("form[data-logout]");
let mayGo = false;

const sentence = (number) =>
  `${number} catatan presensi belum terkirim. Catatan tetap tersimpan di perangkat ini dan terkirim sesudah ada yang masuk lagi ` +
  "di halaman presensi. Tetap keluar?";

async function unsent() {
  const store = await open();
  const items = store ? await store.all() : [];
  return items.length;
}

async function leave() {
  const number = await unsent().catch(() => 0);
  if (number && !confirm(sentence(number))) return;
  forgetKey();
  await import("./kept.js").then((kept) => kept.forgetPages()).catch(() => null);
  mayGo = true;
  form.submit();
}

if (form) {
  form.addEventListener("submit", (event) => {
    if (mayGo) return;
    event.preventDefault();
    leave();
  });
}
