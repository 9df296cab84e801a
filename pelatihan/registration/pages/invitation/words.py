"""What an ormas' contact person reads about their people: third person, and what is still theirs to do."""

from datetime import datetime

from ormas import phones
from pelatihan import dates
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration, Told
from pelatihan.phases import Phase
from pelatihan.registration.seats import Heir, Turn, heir_of

_ORDINALS = ("pertama", "kedua", "ketiga", "keempat", "kelima")


def until(angkatan: Angkatan, at: datetime) -> str:
    """Whether what is changed holds at once, and until when; empty while nothing is to be said."""
    if angkatan.phase(at) in {Phase.CANCELLED, Phase.FINISHED}:
        return ""
    if angkatan.changes_at_once(at):
        if angkatan.closes_at is None:
            return "Perubahan langsung berlaku."
        end = dates.long_moment(angkatan.closes_at)
        return f"Sampai {end} perubahan langsung berlaku; sesudah itu diputuskan panitia."
    if angkatan.frozen_at:
        since = f"Daftar peserta dibekukan {dates.long_moment(angkatan.frozen_at)}."
    elif angkatan.phase(at) == Phase.RUNNING:
        since = "Pelatihan sedang berlangsung."
    else:
        since = f"Pendaftaran ditutup {dates.long_moment(angkatan.closes_at)}." if angkatan.closes_at else ""
    return f"{since} Perubahan sekarang menjadi permintaan kepada panitia.".strip()


def told(registration: Registration, last: Told | None) -> str:
    """To which number the code was sent from here, and when."""
    number = registration.delegate.phone
    if last is None:
        return "Kodenya belum dikirim."
    to = f" ke {phones.masked(number)}" if number else ""
    return f"Dikirim{to}, {dates.long_date(last.at)}."


def turn(place: int, registration: Registration, first: Turn | None, at: datetime) -> str:
    """When a reserve moves up. ``place``: among the ormas' own, from 0; ``first``: where the first stands."""
    ordinal = _ORDINALS[place] if place < len(_ORDINALS) else f"ke-{place + 1}"
    whose = f"Cadangan {ordinal} dari ormas Anda."
    if not registration.angkatan.queue_moves(at):
        return f"{whose} Cadangan tidak naik sendiri lagi: panitia mengabari bila ada kursi."
    if registration.queue_number is None or first is None:
        return f"{whose} Panitia mengabari bila ada kursi."
    if place:
        return f"{whose} Maju setelah cadangan di depannya."
    return f"{whose} {_first_words(first)}"


def _first_words(first: Turn) -> str:
    capacity = dates.thousands(first.capacity)
    if first.is_ormas_full and not first.ormas_seats:
        return "Ormas Anda belum mendapat kursi di angkatan ini."
    if first.is_ormas_full and first.is_batch_full:
        return f"Semua {capacity} kursi angkatan ini dan semua kursi ormas Anda sudah terisi."
    if first.is_ormas_full:
        return "Maju bila salah satu utusan ormas Anda berhalangan."
    ahead = f"; di depannya ada {dates.thousands(first.ahead)} cadangan" if first.ahead else ""
    return f"Semua {capacity} kursi angkatan ini sudah terisi{ahead}. Maju menurut urutan bila ada kursi kosong."


def withdrawing(registration: Registration, at: datetime) -> str:
    """What becomes of the place when this person is withdrawn now."""
    if registration.status == Status.WAITLISTED:
        return "Ia keluar dari daftar cadangan, dan tempatnya di antrean hilang."
    if not registration.holds_seat:
        return "Pendaftaran ini belum mendapat kursi."
    match heir_of(registration):
        case Heir.SAME_ORMAS:
            return "Kursinya langsung beralih kepada cadangan dari ormas Anda."
        case Heir.OTHER:
            return "Kursinya langsung beralih kepada cadangan berikutnya, dari ormas lain."
        case Heir.NOBODY:
            return "Kursinya tidak diisi orang lain, karena pesertanya sudah melebihi kapasitas."
    return "Tidak ada cadangan yang menunggu, jadi kursinya terbuka lagi."


def names_of(people: list[Registration]) -> str:
    """``Siti``, ``Siti dan Yusuf``, ``Siti, Yusuf dan 3 orang lain``."""
    names, more = [one.full_name for one in people[:3]], len(people) - 3
    if more > 0:
        names[-1:] = [f"{more + 1} orang lain"]
    return f"{', '.join(names[:-1])} dan {names[-1]}" if len(names) > 1 else names[0]
