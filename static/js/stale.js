// How old the copy is, in words: the desk says so when it should be renewed before the door opens. Pure.

const HOUR = 3_600_000;
const STALE = 12 * HOUR; // as pelatihan/desk/devices.py

const DAYS = ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"];
const MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(" ");

// ---- Moments -------------------------------------------------------------------------------------

// Year, month, day, hour and minute on the office's wall; `count` counts days, so that two can be compared.
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
