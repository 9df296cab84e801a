"""What a delegate reads of the own status: what it means, what happens next and when, who stands before."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localdate

from pelatihan import dates
from pelatihan.lifecycle import Role, Status
from pelatihan.models import Correction, Registration, StatusChange
from pelatihan.phases import Phase, closed_sentence
from pelatihan.registration.requests import Mended
from pelatihan.registration.seats import Heir, Turn, heir_of, turn_of


def next_step(registration: Registration, phase: Phase, at: datetime) -> str:
    """What the status means, and what happens next."""
    angkatan = registration.angkatan
    end = dates.plain_date(angkatan.ends_on)
    match registration.status:
        case Status.ACCEPTED if phase == Phase.FINISHED:
            return f"Anda peserta {angkatan.name}, yang selesai pada {end}. Terima kasih."
        case Status.SUBMITTED | Status.NEEDS_FIX | Status.WAITLISTED if phase == Phase.FINISHED:
            return f"{angkatan.name} sudah selesai pada {end}, jadi pendaftaran ini tidak diputuskan lagi."
        case Status.ACCEPTED:
            return f"Anda peserta {angkatan.name}. Tunjukkan kode di bawah kepada petugas presensi di setiap sesi."
        case Status.SUBMITTED:
            return _submitted_words(registration)
        case Status.NEEDS_FIX:
            return "Perbaiki data Anda, lalu kirim lagi. Kursi Anda tetap tersimpan."
        case Status.WAITLISTED:
            return _waiting_words(registration, at)
        case Status.REJECTED:
            return "Pendaftaran Anda tidak dapat kami terima. Hubungi panitia bila menurut Anda ada yang keliru."
        case Status.CANCELLED:
            return "Pendaftaran ini dibatalkan. Hubungi panitia bila Anda tetap ingin ikut."
    return "Utusan lain dari ormas Anda datang menggantikan Anda. Kode ini tidak berlaku lagi untuk presensi."


def _submitted_words(registration: Registration) -> str:
    state = "sedang diperiksa petugas"
    if registration.is_held_back:
        state = "menunggu pemeriksaan petugas; kursi ditetapkan sesudahnya"
    return (
        f"Pendaftaran Anda sudah kami terima dan {state}. Keputusannya tampil di halaman ini;"
        " simpan kode di bawah untuk membukanya lagi."
    )


def expected(registration: Registration, last: StatusChange | None, at: datetime) -> str:
    """When a decision is to be expected, where the office has promised one."""
    if registration.status != Status.SUBMITTED or last is None:
        return ""
    day = registration.angkatan.decided_by(last.at)
    if day is None:
        return ""
    if day < localdate(at):
        return f"Keputusan seharusnya ada paling lambat {dates.long_date(day)}. Silakan tanyakan kepada panitia."
    return f"Keputusan paling lambat {dates.long_date(day)}."


STAY = "Jangan berangkat sebelum halaman ini menyatakan “Diterima”."


def _waiting_words(registration: Registration, at: datetime) -> str:
    """Which seats are taken, who moves up before, and when it is one's turn."""
    if not registration.angkatan.queue_moves(at):
        return f"Cadangan tidak naik sendiri lagi. Panitia mengabari Anda bila ada kursi untuk Anda. {STAY}"
    if registration.queue_number is None:
        return f"Anda di daftar cadangan. Panitia mengabari Anda bila ada kursi untuk Anda. {STAY}"
    turn = turn_of(registration)
    seat = "ada kursi kosong"
    if turn.is_ormas_spoken_for:
        seat = "ada kursi ormas Anda yang kosong" if turn.ormas_seats else "ormas Anda mendapat kursi"
    return f"{_taken_words(turn)}\n\n{_ahead_words(turn)} Anda naik menurut urutan bila {seat}.\n\n{STAY}"


def _taken_words(turn: Turn) -> str:
    capacity, ormas_seats, free = (dates.thousands(each) for each in (turn.capacity, turn.ormas_seats, turn.free))
    batch, ormas = f"{capacity} kursi angkatan ini", f"{ormas_seats} kursi ormas Anda"
    if turn.is_ormas_full and not turn.ormas_seats:
        return "Ormas Anda belum mendapat kursi di angkatan ini."
    if turn.is_ormas_full and turn.is_batch_full:
        return f"Semua {batch} dan semua {ormas} sudah terisi."
    if turn.is_ormas_full:
        return f"Semua {ormas} sudah terisi. Masih ada {free} kursi, tetapi untuk ormas lain."
    if turn.is_batch_full and turn.is_ormas_spoken_for:
        return f"Semua {batch} sudah terisi, dan sisa kursi ormas Anda sudah ditunggu cadangan di depan Anda."
    return f"Semua {batch} sudah terisi." if turn.is_batch_full else "Anda menunggu giliran."


def _ahead_words(turn: Turn) -> str:
    whose = "" if turn.is_batch_full or turn.ormas_free is None else " dari ormas Anda"
    if turn.ahead:
        return f"Di depan Anda ada {dates.thousands(turn.ahead)} cadangan{whose}."
    return f"Anda cadangan pertama{whose}."


def last_change(registration: Registration) -> StatusChange | None:
    """What led to the status, where it is told; why somebody was accepted is the office's own note."""
    told = registration.status not in {Status.ACCEPTED, Status.REPLACED}
    return registration.history.last() if told else None


def note_in(last: StatusChange | None) -> str:
    """What staff wrote for the delegate when they decided; what is to be mended also when it stands there again."""
    if last is None or last.action == "register":
        return ""
    return last.reason if last.role == Role.STAFF or last.to_status == Status.NEEDS_FIX else ""


def mended(done: Mended) -> str:
    """What was put right, and what now waits; empty when nothing was to be done."""
    now = _listed(line.get_field_display() for line in done.corrections)
    if done.request is None:
        return "Perubahan data Anda sudah disimpan." if now else ""
    later = _listed(Correction.Field(field).label for field in done.request.changes)
    waits = f"{later} menunggu persetujuan panitia; sampai itu data lama yang dipakai."
    return f"Tersimpan. {now} sudah berlaku. {waits}" if now else f"Permintaan Anda sudah kami terima: {waits}"


def _listed(labels: Iterable[object]) -> str:
    return ", ".join(str(label) for label in labels)


def withdrawing(registration: Registration, at: datetime) -> str:
    """What becomes of the place when somebody withdraws now."""
    if registration.status == Status.WAITLISTED:
        return "Anda keluar dari daftar cadangan, dan tempat Anda di antrean hilang."
    if not registration.holds_seat:
        return "Pendaftaran ini belum mendapat kursi."
    match heir_of(registration):
        case Heir.SAME_ORMAS:
            return "Kursi Anda langsung beralih kepada cadangan dari ormas Anda."
        case Heir.OTHER:
            return "Kursi Anda langsung beralih kepada cadangan berikutnya, dari ormas lain."
        case Heir.NOBODY:
            return "Kursi Anda tidak diisi orang lain, karena pesertanya sudah melebihi kapasitas."
    if closed_sentence(registration.angkatan, at):
        return "Tidak ada cadangan yang menunggu, jadi kursi Anda kosong. Ormas Anda dapat meminta pengganti."
    return "Tidak ada cadangan yang menunggu, jadi kursi Anda terbuka lagi bagi pendaftar lain."
