"""What an organiser asks for on the page Cetak, and which sessions that means."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import TextChoices

from pelatihan import dates
from pelatihan.models import Angkatan, Session

COLUMNS_A_DAY = 8  # narrower than 17 mm nobody can put initials into
MOST_SPARE_ROWS = 50
SPARE_ROWS = 5


class Shape(TextChoices):
    """Which kind of list."""

    SESSION = "sesi", "Satu lembar tiap sesi"
    DAY = "harian", "Satu tabel sehari"


class Size(TextChoices):
    """Which paper lies in the printer."""

    F4 = "f4", "F4 (215 × 330 mm)"
    A4 = "a4", "A4 (210 × 297 mm)"


class Order(TextChoices):
    """In which order people stand on it."""

    ORMAS = "ormas", "Ormas, lalu nama"
    NAME = "nama", "Nama"


@dataclass(frozen=True)
class Choices:
    """What was asked for. Neither session nor day: all sessions that take attendance.

    ``blank`` leaves the names out; of no session and no day it is one sheet whose head is written by hand.
    ``columns`` are those beside the usual ones: ``sex``, ``phone``. ``two_sided`` starts each list on a new sheet.
    ``pages``: of each list only these, while it has any of them. ``start``: the place on the sheet of the first badge.
    ``who``: only these people, by the random id of their registration. ``subject``: the number of the one thing that
    the paper is about (an invitation, a list of payments); none: all of them. ``style``: which of several looks it has.
    """

    session: int | None = None
    day: date | None = None
    shape: Shape = Shape.SESSION
    size: Size = Size.F4
    order: Order = Order.ORMAS
    spare_rows: int = SPARE_ROWS
    blank: bool = False
    columns: tuple[str, ...] = ()
    stamp: bool = False
    two_sided: bool = False
    pages: tuple[int, ...] = ()
    start: int = 1
    who: tuple[UUID, ...] = ()
    subject: int | None = None
    style: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether even the head of the sheet is left to be written."""
        return self.blank and self.shape == Shape.SESSION and self.session is None and self.day is None


class NothingToPrint(Exception):
    """No such session or day; the text is a sentence for the organiser."""


def chosen_sessions(sessions: list[Session], choices: Choices) -> list[Session]:
    """Those of a batch's sessions that were asked for; a day's table takes the whole day of a session.

    :raises NothingToPrint: when there is none, unless the sheet is to be written by hand
    """
    if choices.by_hand:
        return []
    if choices.session is None:
        return _on_day(sessions, choices.day)
    found = [one for one in sessions if one.pk == choices.session]
    if not found:
        raise NothingToPrint("Sesi ini tidak ada di angkatan ini, atau tidak memakai daftar hadir.")
    return _on_day(sessions, found[0].day) if choices.shape == Shape.DAY else found


def all_sessions(sessions: list[Session], choices: Choices) -> list[Session]:
    """Every session, whatever was chosen: of the recap, which has one of the whole batch.

    :raises NothingToPrint: when there is none
    """
    return _on_day(sessions, None)


def _on_day(sessions: list[Session], day: date | None) -> list[Session]:
    found = [one for one in sessions if day in {None, one.day}]
    if found:
        return found
    if day is None:
        raise NothingToPrint("Angkatan ini belum punya sesi yang memakai daftar hadir.")
    raise NothingToPrint(f"Tidak ada sesi yang memakai daftar hadir pada {dates.long_date(day)}.")


def tables_of(sessions: int) -> int:
    """Among how many tables the sessions of one day are shared."""
    return -(-sessions // COLUMNS_A_DAY)


def columns_of(sessions: int) -> int:
    """How many of them the first of these tables has; the last may have fewer."""
    return -(-sessions // tables_of(sessions))


def tables_in(sessions: list[Session]) -> list[list[Session]]:
    """The sessions of one day, table by table."""
    wide = columns_of(len(sessions))
    return [sessions[first : first + wide] for first in range(0, len(sessions), wide)]


def file_name(angkatan: Angkatan, sessions: list[Session], choices: Choices, at: datetime) -> str:
    """``daftar-hadir-2019-ii-2019-03-12-0945-f4-per-2019-03-11-1830.pdf``: what it is, whose, of when unless it is all
    of the batch, for which paper, and as of when."""
    words = ["daftar-hadir", "harian" if choices.shape == Shape.DAY else "", angkatan.slug]
    if choices.session is not None or choices.day is not None:
        words.append(sessions[0].day.isoformat())
    if choices.session is not None and choices.shape == Shape.SESSION:
        words.append(digits(sessions[0].starts_at))
    words += ["kosong" if choices.blank else "", choices.size.value]
    words.append(f"lembar-{'-'.join(map(str, choices.pages[:9]))}" if choices.pages else "")
    words += ["per", dates.local_date(at).isoformat(), digits(at)]
    return "-".join(filter(None, words)) + ".pdf"


def recap_file_name(angkatan: Angkatan, sessions: list[Session], choices: Choices, at: datetime) -> str:
    """``rekap-2019-ii-f4-per-2019-03-13-1015.pdf``."""
    return f"rekap-{angkatan.slug}-{choices.size.value}-per-{dates.local_date(at).isoformat()}-{digits(at)}.pdf"


def digits(moment: datetime) -> str:
    """``0945``."""
    return dates.clock(moment).replace(".", "")
