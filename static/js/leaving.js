// Logging out on a device that keeps something: what has not been sent is told first and stays; pages and the copy's key go,
// and so does what was filled in on a recap or a signed page and not saved, and which signed pages were photographed.

import * as filled from "./recap-kept.js";
import * as photos from "./sheet-photo-store.js";
import { forget as forgetSheets } from "./sheet-unsent.js";
import { forgetKey, open } from "./store.js";

const form = document.querySelector("form[data-logout]");
let mayGo = false;

const sentence = (number) =>
  `${number} catatan presensi belum terkirim. Catatan tetap tersimpan di perangkat ini dan terkirim sesudah ada yang masuk lagi ` +
  "di halaman presensi. Tetap keluar?";

const pictures = (number) =>
  `${number} foto lembar belum terkirim. Foto tetap tersimpan di ponsel ini dan terkirim sesudah ada yang masuk lagi di halaman ` +
  "Foto lembar. Tetap keluar?";

const lost = (number) => `${number} isian rekap belum disimpan dan akan hilang. Buka rekapnya dan simpan dulu, atau tetap keluar?`;

async function unsent() {
  const store = await open();
  const items = store ? await store.all() : [];
  return items.length;
}

async function leave() {
  const number = await unsent().catch(() => 0);
  if (number && !confirm(sentence(number))) return;
  const waiting = await photos.unsent().catch(() => 0);
  if (waiting && !confirm(pictures(waiting))) return;
  const cells = filled.number();
  if (cells && !confirm(lost(cells))) return;
  filled.forget();
  forgetSheets();
  document.dispatchEvent(new Event("rekap:lupa")); // the recap that is open keeps nothing more
  forgetKey();
  await photos.forgetDone().catch(() => null);
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
