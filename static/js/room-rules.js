// What the screen in the room shows at which moment. Pure: moments are { running, wall }, ms of the browser's two clocks.

import { wall } from "./stale.js";

export const EVERY = 3_000; // ms between two questions
export const LIMIT = 8_000; // ms that one question may take
const AFTER = 200; // ms after a code's time before the next one is asked for
const PATIENCE = 10_000; // ms without an answer before the screen says so, where it shows no code
const STEP = 5_000; // ms by which the two clocks may part before a sleep, or a clock that was set, is meant
const SECOND = 1_000;

const DESK = "Silakan ke meja presensi.";
const TROUBLES = {
  away: (since) => [`Layar ini tidak tersambung sejak pukul ${since}.`, "Panitia: periksa sambungan internet; kode kembali sendiri."],
  later: (since) => [`Sistem tidak menjawab sejak pukul ${since}.`, "Panitia: kode kembali sendiri begitu sistem menjawab."],
};
const REFUSED = {
  login: {
    word: "Waktu masuk habis",
    text: "Komputer ini tidak lagi masuk sebagai panitia, jadi kode tidak ditampilkan.",
    next: `${DESK} Panitia: masuk lagi di komputer ini; kode kembali sendiri.`,
    link: "login",
  },
  forbidden: {
    word: "Akun ini tidak berhak",
    text: "Akun yang masuk di komputer ini tidak boleh menampilkan kode ruangan.",
    next: `${DESK} Panitia: masuk dengan akun panitia.`,
    link: "login",
  },
  gone: {
    word: "Sesi ini tidak ada lagi",
    text: "Sesinya dihapus, atau alamatnya berubah.",
    next: `${DESK} Panitia: pilih sesinya di Presensi.`,
    link: "desk",
  },
};
const STALE = " Kode tidak ditampilkan karena sudah tidak berlaku.";

// ---- Time ----------------------------------------------------------------------------------------

// ms since a moment, at least: a machine that slept is found by its wall clock, and one whose clock was set back by the other.
export function passed(since, now) {
  return Math.max(now.running - since.running, now.wall - since.wall, 0);
}

// Whether the two clocks have parted since: the machine slept, or somebody set its clock. What time it is then, nobody knows.
export function isDoubted(since, now) {
  return Math.abs(now.wall - since.wall - (now.running - since.running)) > STEP;
}

// "09.52" as the server has it; "" while that is not known.
export function clock(answer, now) {
  if (isDoubted(answer.since, now)) return "";
  return wall(answer.at + (now.running - answer.since.running), answer.zone).clock;
}

// ---- What is shown -------------------------------------------------------------------------------

// answer: what the server said last, {state, at, zone, left, grace, window: ms, since: when that was asked for}.
// trouble: what has come of the questions since, "" while they are answered.
export function shown(answer, trouble, now) {
  const gone = passed(answer.since, now);
  const hasCode = answer.state === "on";
  const isOver = hasCode && gone >= answer.left + answer.grace;
  const panel = REFUSED[trouble] || troubled(answer, trouble, { gone, hasCode, isOver });
  return {
    panel,
    hasCode: hasCode && !panel,
    clock: clock(answer, now),
    share: hasCode ? Math.round(1_000 * Math.min(Math.max(1 - (answer.window - answer.left + gone) / answer.window, 0), 1)) / 10 : 0,
    time: hasCode ? timeLeft(answer, trouble, gone) : "",
    asOf: trouble && gone >= PATIENCE ? `Angka pukul ${asOf(answer)}` : "",
  };
}

function troubled(answer, trouble, { gone, hasCode, isOver }) {
  if (hasCode ? !isOver : gone < PATIENCE || !trouble) return null;
  if (!trouble) return { word: "Menyambung lagi", text: "Kode baru sedang diambil.", next: "" };
  const [text, next] = (TROUBLES[trouble] || TROUBLES.away)(asOf(answer));
  if (hasCode) return { word: "Kode berhenti", text: text + STALE, next: `${DESK} ${next}` };
  return { word: "Tidak tersambung", text, next: `${DESK} ${next.replace("kode kembali", "layar ini kembali")}` };
}

const asOf = (answer) => wall(answer.at, answer.zone).clock;

function timeLeft(answer, trouble, gone) {
  const left = Math.ceil((answer.left - gone) / SECOND);
  if (left > 0) return `Kode ini berganti ${left} detik lagi`;
  const grace = Math.ceil((answer.left + answer.grace - gone) / SECOND);
  return trouble ? `Sambungan terputus. Kode ini berlaku ${grace} detik lagi` : "Kode ini berganti sekarang";
}

// ---- Asking --------------------------------------------------------------------------------------

// What an answer means: fresh (something else is to be shown), same, login, forbidden, gone, later, away.
// isOurs: whether its text is a part of this page, and not a hotel's own log-in page.
export function kindOf({ status, redirected, isOurs }) {
  if (redirected || status === 401) return "login";
  if (status === 304) return "same";
  if (status === 200) return isOurs ? "fresh" : "away";
  if (status === 403) return "forbidden";
  if (status === 404) return "gone";
  return status === 429 || status >= 500 ? "later" : "away";
}

// Whether "unchanged" would say too little: nobody knows what time it is, or the code has had its time by this count.
export function wantsAll(answer, now) {
  return isDoubted(answer.since, now) || (answer.state === "on" && passed(answer.since, now) >= answer.left);
}

// The answer that has not changed, as it is so much later.
export function renewed(answer, since) {
  const gone = passed(answer.since, since);
  return { ...answer, at: answer.at + gone, left: answer.left - gone, since };
}

// Whether it is time to ask: after a while; and once when the code that is shown has had its time.
export function isDue(answer, asked, now, pause = EVERY) {
  const ago = passed(asked, now);
  if (ago >= pause) return true;
  const over = answer.left + AFTER;
  const before = passed(answer.since, asked);
  return answer.state === "on" && passed(answer.since, now) >= over && before < over;
}
