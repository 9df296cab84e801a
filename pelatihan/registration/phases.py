"""What the dates and the seats say about registering, in one sentence: the same on every page."""

from dataclasses import dataclass
from datetime import datetime

from pelatihan import dates
from pelatihan.models import Angkatan, Phase

# tone of the badge (static/css/site.css) and icon
LOOKS = {
    Phase.NOT_YET_OPEN: ("excused", "clock-fill"),
    Phase.OPEN: ("accepted", "door-open"),
    Phase.CLOSED: ("cancelled", "lock-fill"),
    Phase.RUNNING: ("excused", "people"),
    Phase.FINISHED: ("cancelled", "check-lg"),
    Phase.CANCELLED: ("rejected", "x-circle-fill"),
}


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


def standing(angkatan: Angkatan, held: int, *, at: datetime) -> Standing:
    """Word and sentence for a batch of which ``held`` seats are taken."""
    phase = angkatan.phase(at)
    left = max(angkatan.capacity - held, 0)
    is_full = phase == Phase.OPEN and not left
    word = "Penuh, daftar cadangan dibuka" if is_full else str(phase.label)
    sentence, advice = _words(angkatan, phase, left)
    return Standing(phase, word, sentence, advice, left, is_full)


def closed_sentence(angkatan: Angkatan, at: datetime) -> str:
    """Why the public cannot register at this moment, and what to do; empty while it can."""
    phase = angkatan.phase(at)
    return "" if phase == Phase.OPEN else " ".join(filter(None, _words(angkatan, phase, 0)))


def _words(angkatan: Angkatan, phase: Phase, left: int) -> tuple[str, str]:
    """What is so, and what to do now."""
    last_day = dates.long_date(angkatan.ends_on)
    match phase:
        case Phase.NOT_YET_OPEN if angkatan.opens_at:
            opening = dates.long_moment(angkatan.opens_at)
            return f"Pendaftaran baru dibuka pada {opening}.", "Silakan kembali ke halaman ini pada waktu itu."
        case Phase.NOT_YET_OPEN:
            return "Waktu pendaftaran belum ditetapkan.", "Silakan lihat halaman ini lagi beberapa hari lagi."
        case Phase.OPEN:
            return _open_words(angkatan, left)
        case Phase.CLOSED:
            by_itself = None if angkatan.frozen_at else angkatan.closes_at  # a freeze may come before that
            closing = f" pada {dates.long_moment(by_itself)}" if by_itself else ""
            return f"Pendaftaran sudah ditutup{closing}.", "Untuk mengganti atau membatalkan utusan, hubungi panitia."
        case Phase.RUNNING:
            return f"Pelatihan sedang berlangsung sampai {last_day}. Pendaftaran sudah ditutup.", ""
        case Phase.FINISHED:
            return f"Pelatihan ini sudah selesai pada {last_day}.", ""
    reason = angkatan.cancel_reason.rstrip(". ")
    return f"Pelatihan ini dibatalkan: {reason}.", "Jika Anda sudah mendaftar, Anda tidak perlu berbuat apa-apa."


def _open_words(angkatan: Angkatan, left: int) -> tuple[str, str]:
    capacity = dates.thousands(angkatan.capacity)
    until = f" sampai {dates.long_moment(angkatan.closes_at)}" if angkatan.closes_at else ""
    if left:
        return f"Pendaftaran dibuka{until}. Masih ada {dates.thousands(left)} dari {capacity} kursi.", ""
    return (
        f"Semua {capacity} kursi sudah terisi.",
        f"Anda tetap dapat mendaftar{until} sebagai cadangan. Bila ada kursi kosong, cadangan naik menurut urutan.",
    )
