// What the device answers by itself, from its copy: the rules of pelatihan/attendance/rules.py as far as a copy can hold
// them (tests/js compares the two). Pure: it knows no page, no clock, no store.

import { display, isValid } from "./codes.js";
import { ENTERS, SAVED } from "./outcomes.js";

export const BY_DEVICE = "dijawab oleh perangkat ini";
const MINUTE = 60_000;
const TO_VERIFIER = "Mohon hubungi petugas verifikasi.";
const UNVERIFIED = "Belum diverifikasi";

// As pelatihan/desk/answers.py says it.
const NOT_ACCEPTED = {
  submitted: "Pendaftarannya masih menunggu verifikasi.",
  needs_fix: "Pendaftarannya masih perlu perbaikan.",
  waitlisted: "Masih peserta cadangan.",
  rejected: "Pendaftarannya ditolak.",
  cancelled: "Pendaftarannya dibatalkan.",
  replaced: "Sudah digantikan orang lain.",
};

// ---- The rules -----------------------------------------------------------------------------------

// The answer to a wish at a moment (ms, put right by the known error of the clock): {outcome, person, since}.
// copy: as copy.js reads it, or null · session: its id · acts: what this device took before, oldest first:
// {id, session, wish, outcome, at}, where outcome is what the person was told.
export function judge({ copy, session: id, acts }, wish, at) {
  const session = copy ? copy.session(id) : null;
  if (!session) return { outcome: "saved" };
  if (wish.kind === "undo") return { outcome: undoing(session, acts, wish, at) };
  if (wish.kind === "walk_in") return { outcome: door(session, at) };
  const person = whom(copy, wish);
  if (!person) return { outcome: wish.code === undefined || isValid(wish.code) ? "saved" : "invalid" };
  return { ...checkIn({ copy, session, acts }, person, wish, at), person };
}

function checkIn({ copy, session, acts }, person, wish, at) {
  if (!session.takes_attendance) return { outcome: "invalid" };
  const before = inside({ copy, session, acts }, person);
  if (before) return { outcome: "already", since: before.at };
  const mayEnter = person.s === "accepted" || person.w || (wish.kind === "override" && copy.may_let_in);
  const outcome = mayEnter ? door(session, at) : "not_accepted";
  return { outcome: (ENTERS.has(outcome) && cameAs(person, session)) || outcome };
}

export const whom = (copy, { code, ref }) => (ref === undefined ? copy.byCode(code) : copy.byRef(ref));

// Whether the door stands open, and for whom it is late.
function door(session, at) {
  if (!session.takes_attendance) return "invalid";
  if (isClosed(session, at)) return "closed";
  if (at < Date.parse(session.opens_at)) return "not_open";
  return at < Date.parse(session.late_from) ? "present" : "late";
}

const isClosed = (session, at) => session.closed_at !== null && Date.parse(session.closed_at) <= at;

// By what state somebody had come who has left early: coming back, they are that again.
const cameAs = (person, session) => (person.b || {})[session.id];

// Since when somebody is in, as far as this device knows; null when they are not. Of the copy no time is known.
function inside({ copy, session, acts }, person) {
  let state = ENTERS.has((person.a || {})[session.id]) ? { at: null } : null;
  for (const act of acts) {
    if (act.session !== session.id) continue;
    if (act.wish.kind === "undo") {
      if (state && state.id === act.wish.undoes && act.outcome !== "closed") state = null;
    } else if (!state && ENTERS.has(act.outcome)) {
      const theirs = whom(copy, act.wish);
      if (theirs && theirs.r === person.r) state = { id: act.id, at: act.at };
    }
  }
  return state;
}

function undoing(session, acts, { undoes }, at) {
  if (acts.some((act) => act.wish.kind === "undo" && act.wish.undoes === undoes && act.outcome === "undone")) return "already_undone";
  return isClosed(session, at) ? "closed" : "undone";
}

// ---- In words ------------------------------------------------------------------------------------

// What is shown of it: {outcome, name, ormas, note, isCode}. clock(ms) writes a time of day; label is what the page knows.
export function inWords({ outcome, person, since }, { copy, session: id, wish, at, clock, label = "" }) {
  const session = copy ? copy.session(id) : null;
  const note = NOTES[outcome]({ outcome, person, since, session, wish, at, clock, copy });
  const isCode = !person && wish.kind === "code";
  const name = person ? person.n : (isCode && display(wish.code)) || wish.name || label;
  const listed = wish.ormas && copy ? copy.ormas[copy.ormas_ids.indexOf(wish.ormas)] : "";
  const ormas = person ? copy.ormasOf(person) : listed || wish.ormas_text || "";
  return { outcome, name, ormas, note: outcome === "saved" ? note : `${note.replace(/\.$/, "")} · ${BY_DEVICE}`, isCode };
}

const entered = (wish, person, note) => (wish.kind === "walk_in" || (person && person.w) ? `${note}. ${UNVERIFIED}` : note);

const back = (person, session, at, clock) => (person && cameAs(person, session) ? `Kembali pukul ${clock(at)}` : "");

const NOTES = {
  present: ({ wish, person, at, clock, session }) => entered(wish, person, back(person, session, at, clock) || `Pukul ${clock(at)}`),
  late: ({ wish, person, at, clock, session }) => {
    const minutes = Math.floor((at - Date.parse(session.starts_at)) / MINUTE);
    return entered(wish, person, back(person, session, at, clock) || `Pukul ${clock(at)}, ${minutes} menit setelah mulai`);
  },
  already: ({ since, clock }) => (since ? `Sudah tercatat pukul ${clock(since)}` : "Sudah tercatat"),
  not_open: ({ session, clock }) => `Presensi dibuka pukul ${clock(Date.parse(session.opens_at))}.`,
  closed: () => "Sesi ini sudah ditutup saat salinan dibuat.",
  not_accepted: ({ person }) => `${NOT_ACCEPTED[person.s] || ""} ${TO_VERIFIER}`.trim(),
  invalid: ({ session }) =>
    session.takes_attendance
      ? "Kode tidak terbaca. Periksa lagi huruf dan angkanya, atau cari namanya."
      : "Sesi ini tidak memakai daftar hadir. Pilih sesi lain.",
  undone: () => "Presensinya di sesi ini dihapus.",
  already_undone: () => "Presensi itu sudah diurungkan.",
  saved: ({ copy, wish }) =>
    copy && wish.kind === "code"
      ? "Kode ini tidak ada di salinan perangkat ini. Catat namanya di kertas, lalu persilakan menunggu di meja panitia."
      : SAVED,
};
