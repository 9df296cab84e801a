// What makes a device ready for the door, in words: one line for each thing that was looked at, and the sum of them. Pure: it
// knows no page and no browser; whatever could not be found out is null.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STALE = 12 * HOUR; // as pelatihan/desk/devices.py
const SAME_CLOCK = 2_000; // ms; less is the way there and back
const TESTED = 24 * HOUR; // so long a camera test counts
const COMPARED = 24 * HOUR; // so long a comparison of the clocks
const ENOUGH = 0.5; // of the battery, when it is not being charged

const DAYS = ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"];
const MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(" ");
const SPANS = [[24 * HOUR, "hari"], [HOUR, "jam"], [MINUTE, "menit"], [1_000, "detik"]];

// ---- Moments -------------------------------------------------------------------------------------

// Year, month, day, hour and minute on the office's wall; `day` counts days, so that two can be compared.
export function wall(at, zone) {
  const shape = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = {};
  for (const { type, value } of new Intl.DateTimeFormat("en-GB", shape).formatToParts(new Date(at))) parts[type] = value;
  const { year, month, day, hour, minute } = parts;
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return { count: utc / (24 * HOUR), date: new Date(utc), clock: `${hour === "24" ? "00" : hour}.${minute}` };
}

// "hari ini pukul 19.42", "kemarin pukul 16.05", "Sabtu pukul 16.05" within a week, else "2 Maret pukul 16.05".
export function moment(at, now, zone) {
  const then = wall(at, zone);
  const past = wall(now, zone).count - then.count;
  const far = past >= 0 && past < 7 ? DAYS[then.date.getUTCDay()] : `${then.date.getUTCDate()} ${MONTHS[then.date.getUTCMonth()]}`;
  const day = ["hari ini", "kemarin"][past] || far;
  return `${day} pukul ${then.clock}`;
}

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

// ---- The copy ------------------------------------------------------------------------------------

// Whether a copy ({made_at}) should be renewed before the door opens: somebody changed since, it is of another day, or
// older than twelve hours. `now` is the time of day as the server has it.
export function isStale({ made_at: madeAt }, now, { zone, changed = 0 }) {
  const at = Date.parse(madeAt);
  return changed > 0 || now - at > STALE || wall(at, zone).count !== wall(now, zone).count;
}

// What the desk says of a stale copy; "" while it is fresh, or there is none.
export function staleNote(about, now, options) {
  if (!about || !isStale(about, now, options)) return "";
  return `Salinan ${moment(about.made_at, now, options.zone)}. Buka Siapkan perangkat selagi ada sinyal.`;
}

// ---- Lines ---------------------------------------------------------------------------------------

const fine = (word, note) => ({ isFine: true, word, note });
const bad = (word, note) => ({ isFine: false, word, note });
const unknown = (word, note) => ({ isFine: null, word, note });

function pages({ canKeep, hasFiles, hasPages, hasDecoder }) {
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
