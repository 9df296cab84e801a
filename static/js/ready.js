// What makes a device ready for the door, in words: one line for each thing that was looked at, and the sum of them. Pure: it
// knows no page and no browser; whatever could not be found out is null.

import { isStale, moment } from "./stale.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SAME_CLOCK = 2_000; // ms; less is the way there and back
const TESTED = 24 * HOUR; // so long a camera test counts
const COMPARED = 24 * HOUR; // so long a comparison of the clocks
const ENOUGH = 0.5; // of the battery, when it is not being charged

const SPANS = [[24 * HOUR, "hari"], [HOUR, "jam"], [MINUTE, "menit"], [1_000, "detik"]];

// "3 menit 12 detik": the two largest units.
export function span(ms) {
  let rest = Math.round(Math.abs(ms) / 1_000) * 1_000;
  const parts = [];
  for (const [length, word] of SPANS) {
    const number = Math.floor(rest / length);
    rest -= number * length;
    if (number) parts.push(`${number} ${word}`);
  }
  return parts.slice(0, 2).join(" ");
}

// By how many ms this clock is ahead of the server's, which said `now` somewhere between asking and hearing.
export const clockError = (asked, heard, now) => Math.round((asked + heard) / 2 - Date.parse(now));

// ---- Lines ---------------------------------------------------------------------------------------

const fine = (word, note) => ({ isFine: true, word, note });
const bad = (word, note) => ({ isFine: false, word, note });
const unknown = (word, note) => ({ isFine: null, word, note });

function pages(found) {
  if (!found) return unknown("Memeriksa", "Menyimpan halaman dan pembaca kode…");
  const { canKeep, hasFiles, hasPages, hasDecoder } = found;
  if (!canKeep) return bad("Tidak bisa", "Peramban ini tidak menyimpan halaman. Buka alamat yang diawali https, di luar jendela privat.");
  if (hasFiles && hasPages && hasDecoder) return fine("Siap", "Tersimpan di perangkat ini, versi terbaru.");
  return bad("Belum", "Tersimpan saat perangkat ini disiapkan, selagi ada sinyal.");
}

function copy({ about, changed, canSeal }, { now, zone }) {
  if (!canSeal) return bad("Tidak bisa", "Salinan hanya dapat dikunci di alamat yang diawali https. Buka alamat itu.");
  if (!about) return bad("Belum", "Belum ada salinan daftar di perangkat ini.");
  const made = moment(about.made_at, now, zone);
  if (!isStale(about, now, { zone, changed })) {
    return fine("Siap", `${thousands(about.people)} peserta, ${about.sessions.length} sesi. Disalin ${made}.`);
  }
  const since = changed ? ` Sejak itu ${thousands(changed)} peserta berubah.` : " Perbarui selagi ada sinyal.";
  return bad("Basi", `Salinan ${made}.${since}`);
}

function camera({ trouble, test }, { now, zone }) {
  if (trouble) return bad("Gagal", trouble);
  if (!test || now - test.at > TESTED) return bad("Belum", "Pindai satu kartu peserta, atau kode uji di perangkat lain.");
  return fine("Siap", `Kode terbaca ${moment(test.at, now, zone)}${test.which ? `, ${test.which}` : ""}.`);
}

function storage({ isDurable, isPersistent }) {
  if (!isDurable) return bad("Tidak bisa", "Peramban ini tidak menyimpan apa pun, mungkin jendela privat. Pakai jendela biasa.");
  if (isPersistent) return fine("Siap", "Tetap: peramban tidak menghapusnya sendiri.");
  return bad("Belum tetap", "Peramban boleh menghapusnya saat ruang penuh. Kosongkan ruang, dan kirim catatan selagi ada sinyal.");
}

function clock(compared, { now, zone }) {
  if (!compared || now - compared.at > COMPARED) return bad("Belum", "Belum dibandingkan dengan jam server: tidak ada sinyal.");
  const when = now - compared.at > HOUR ? ` Dibandingkan ${moment(compared.at, now, zone)}.` : "";
  const { error } = compared;
  if (Math.abs(error) <= SAME_CLOCK) return fine("Siap", `Sama dengan jam server.${when}`);
  const [way, mended] = error > 0 ? ["Cepat", "dikurangi"] : ["Lambat", "ditambah"];
  return fine("Dikoreksi", `${way} ${span(error)} dari jam server. Setiap catatan ${mended} ${span(error)}.${when}`);
}

function battery(known) {
  if (!known) return unknown("Lihat sendiri", "Peramban ini tidak memberitahukannya. Bawalah pengisi daya.");
  const level = `${Math.round(known.level * 100)} %`;
  if (known.isCharging) return fine("Siap", `${level}, sedang diisi.`);
  if (known.level >= ENOUGH) return fine("Siap", `${level}, tidak diisi.`);
  return bad("Kurang", `${level}, tidak diisi. Sambungkan pengisi daya.`);
}

function unsent(number) {
  if (number === 0) return fine("Siap", "Tidak ada. Semua catatan sudah sampai.");
  return bad("Menunggu", `${thousands(number)} catatan. Terkirim sendiri di halaman presensi selagi ada sinyal.`);
}

const thousands = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ".");

// A line {isFine, word, note} for each key, from what was found out. isFine is null where only a person can look.
export function lines(facts, when) {
  return {
    pages: pages(facts.pages),
    copy: copy(facts.copy, when),
    camera: camera(facts.camera, when),
    storage: storage(facts.storage),
    clock: clock(facts.clock, when),
    battery: battery(facts.battery),
    unsent: unsent(facts.unsent),
  };
}

// The sum: how many are missing, or until when it is good.
export function sum(all, { starts = "", changed = 0, goodUntil }) {
  const every = Object.values(all);
  const missing = every.filter((line) => line.isFine === false).length;
  if (missing === 0) {
    return { isReady: true, title: "Perangkat ini siap", note: `Sampai ${goodUntil}, 24 jam setelah sesi terakhir. Sesudah itu salinan terhapus sendiri.` };
  }
  const when = starts ? `Sesi berikutnya ${starts}.` : "";
  const who = changed ? `Tanpa sinyal, perangkat ini belum mengenal perubahan ${thousands(changed)} peserta.` : "";
  const note = [when, who].filter(Boolean).join(" ") || "Kerjakan yang bertanda merah di bawah.";
  return { isReady: false, title: `${missing} dari ${every.length} belum siap`, note };
}
