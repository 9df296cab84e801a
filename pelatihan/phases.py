"""What dates and seats tell of a batch, and the one sentence about it that every page shows. Computed, never stored."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db.models import TextChoices
from django.utils.timezone import localdate

from pelatihan import dates


class Phase(TextChoices):
    """What the dates tell about a batch. Computed, never stored."""

    CANCELLED = "cancelled", "Dibatalkan"
    FINISHED = "finished", "Sudah selesai"
    RUNNING = "running", "Sedang berlangsung"
    NOT_YET_OPEN = "not_yet_open", "Pendaftaran belum dibuka"
    OPEN = "open", "Pendaftaran dibuka"
    CLOSED = "closed", "Pendaftaran ditutup"


class Batch(Protocol):
    """What is asked of a batch here; :class:`pelatihan.models.Angkatan` is one."""

    starts_on: date
    ends_on: date
    opens_at: datetime | None
    closes_at: datetime | None
    frozen_at: datetime | None
    cancelled_at: datetime | None
    closed_at: datetime | None
    cancel_reason: str
    capacity: int
    welcomes_walk_ins: bool


def phase_of(batch: Batch, at: datetime) -> Phase:
    """Where the batch stands at this moment, by cancellation, dates and registration window."""
    today = localdate(at)
    if batch.cancelled_at:
        return Phase.CANCELLED
    if batch.closed_at or today > batch.ends_on:
        return Phase.FINISHED
    if today >= batch.starts_on:
        return Phase.RUNNING
    if batch.opens_at is None or at < batch.opens_at:
        return Phase.NOT_YET_OPEN
    is_over = batch.frozen_at or (batch.closes_at and at >= batch.closes_at)
    return Phase.CLOSED if is_over else Phase.OPEN


def shut_sentence(closed_at: datetime | None, name: str, what: str) -> str:
    """Why nothing of a batch that is closed changes any more, and what to do first; empty while it does.

    Opening it again asks for a reason, which the history of the batch keeps.
    """
    if closed_at is None:
        return ""
    return f"{name} sudah ditutup, jadi {what} tidak berubah lagi. Buka lagi dulu angkatannya."


def queue_moves(batch: Batch, at: datetime) -> bool:
    """Whether the queue still moves up by itself: until the freeze, and until the first day."""
    return not (batch.frozen_at or batch.cancelled_at or batch.closed_at) and localdate(at) < batch.starts_on


def changes_at_once(batch: Batch, at: datetime) -> bool:
    """Whether delegates and contact persons change things by themselves: until registration closes, and while the
    queue moves. Afterwards they ask, and staff decide.
    """
    return queue_moves(batch, at) and not (batch.closes_at and at >= batch.closes_at)


# tone of the badge (static/css/site.css) and icon
LOOKS = {
    Phase.NOT_YET_OPEN: ("excused", "clock-fill"),
    Phase.OPEN: ("accepted", "door-open"),
    Phase.CLOSED: ("cancelled", "lock-fill"),
    Phase.RUNNING: ("excused", "people"),
    Phase.FINISHED: ("cancelled", "check-lg"),
    Phase.CANCELLED: ("rejected", "x-circle-fill"),
}

WALK_INS = "Utusan ormas yang diundang boleh datang langsung dengan membawa surat tugas."


@dataclass(frozen=True)
class Standing:
    """Where registration stands at one moment."""

    phase: Phase
    word: str
    sentence: str
    advice: str
    seats_left: int
    is_full: bool

    @property
    def tone(self) -> str:
        return "waitlisted" if self.is_full else LOOKS[self.phase][0]

    @property
    def icon(self) -> str:
        return "list-ol" if self.is_full else LOOKS[self.phase][1]

    @property
    def can_register(self) -> bool:
        return self.phase == Phase.OPEN


def standing(batch: Batch, held: int, *, at: datetime) -> Standing:
    """Word and sentence for a batch of which ``held`` seats are taken."""
    phase = phase_of(batch, at)
    left = max(batch.capacity - held, 0)
    is_full = phase == Phase.OPEN and not left
    word = "Penuh, daftar cadangan dibuka" if is_full else str(phase.label)
    sentence, advice = _words(batch, phase, left)
    return Standing(phase, word, sentence, advice, left, is_full)


def closed_sentence(batch: Batch, at: datetime) -> str:
    """Why the public cannot register at this moment, and what to do; empty while it can."""
    phase = phase_of(batch, at)
    return "" if phase == Phase.OPEN else " ".join(filter(None, _words(batch, phase, 0)))


def _words(batch: Batch, phase: Phase, left: int) -> tuple[str, str]:
    """What is so, and what to do now."""
    last_day = dates.long_date(batch.ends_on)
    walk_ins = WALK_INS if batch.welcomes_walk_ins else ""
    match phase:
        case Phase.NOT_YET_OPEN if batch.opens_at:
            opening = dates.long_moment(batch.opens_at)
            return f"Pendaftaran baru dibuka pada {opening}.", "Silakan kembali ke halaman ini pada waktu itu."
        case Phase.NOT_YET_OPEN:
            return "Waktu pendaftaran belum ditetapkan.", "Silakan lihat halaman ini lagi beberapa hari lagi."
        case Phase.OPEN:
            return _open_words(batch, left)
        case Phase.CLOSED:
            changes = "Mengganti atau membatalkan utusan masih dapat diminta dari halaman undangan atau peserta."
            by_itself = None if batch.frozen_at else batch.closes_at  # a freeze may come before that
            closing = f" pada {dates.long_moment(by_itself)}" if by_itself else ""
            return f"Pendaftaran sudah ditutup{closing}.", f"{changes} {walk_ins}".rstrip()
        case Phase.RUNNING:
            return f"Pelatihan sedang berlangsung sampai {last_day}. Pendaftaran sudah ditutup.", walk_ins
        case Phase.FINISHED:
            return f"Pelatihan ini sudah selesai pada {last_day}.", ""
    reason = batch.cancel_reason.rstrip(". ")
    return f"Pelatihan ini dibatalkan: {reason}.", "Jika Anda sudah mendaftar, Anda tidak perlu berbuat apa-apa."


def _open_words(batch: Batch, left: int) -> tuple[str, str]:
    capacity = dates.thousands(batch.capacity)
    until = f" sampai {dates.long_moment(batch.closes_at)}" if batch.closes_at else ""
    if left:
        return f"Pendaftaran dibuka{until}. Masih ada {dates.thousands(left)} dari {capacity} kursi.", ""
    return (
        f"Semua {capacity} kursi sudah terisi.",
        f"Anda tetap dapat mendaftar{until} sebagai cadangan. Bila ada kursi kosong, cadangan naik menurut urutan.",
    )
