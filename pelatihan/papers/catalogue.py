"""What the page Cetak offers: the sheet that is needed next, the other papers, and about how many pages each has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import localdate

from pelatihan import dates
from pelatihan.models import Angkatan, Session
from pelatihan.papers.choices import SPARE_ROWS, Shape
from pelatihan.papers.sheets import FIRST_SHEET, NEXT_SHEET

# Rows that a sheet's first page and the later ones hold, and the rows that the signers' block takes (measured).
ROOM = {Shape.SESSION: (FIRST_SHEET, NEXT_SHEET, 8), Shape.DAY: (10, 17, 8)}


@dataclass(frozen=True)
class Card:
    """One paper of the gallery: ``picture`` names the template of its small picture, ``href`` opens the PDF."""

    name: str
    note: str
    meta: str
    href: str
    picture: str


def offer(angkatan: Angkatan, sessions: list[Session], at: datetime) -> dict[str, Any]:
    """What the page shows beside its form: one query, however many people there are."""
    soon = next_session(sessions, at)
    figures = angkatan.registrations.expected().aggregate(
        people=Count("pk"),
        bodies=Count("ormas", distinct=True) + Count("ormas_text", distinct=True, filter=~Q(ormas_text="")),
    )
    rows = figures["people"] + SPARE_ROWS
    return figures | {
        "sessions": sessions,
        "occasion": occasion(soon, at),
        "pages": pages(rows, Shape.SESSION),
        "cards": cards(angkatan, sessions, soon, rows),
    }


def next_session(sessions: list[Session], at: datetime) -> Session | None:
    """The one under way or the next to come; none once all are over."""
    return next((session for session in sessions if session.ends_at > at), None)


def occasion(session: Session | None, at: datetime) -> str:
    """What the large card says above its title."""
    if session is None:
        return "Semua sesi sudah selesai"
    return "Untuk hari ini" if session.day == localdate(at) else "Untuk sesi berikutnya"


def cards(angkatan: Angkatan, sessions: list[Session], soon: Session | None, rows: int) -> list[Card]:
    """The smaller papers, with their usual choices."""
    blank = Card(
        "Lembar kosong",
        "Tanpa nama, untuk keadaan darurat. Hari, waktu, dan materi ditulis tangan.",
        "F4 · 1 lembar",
        _link(angkatan, lembar="kosong"),
        "papers/thumb_blank.html",
    )
    if not sessions:
        return [blank]
    return [_day_card(angkatan, soon, rows), _whole_card(angkatan, sessions, rows), blank]


def _day_card(angkatan: Angkatan, soon: Session | None, rows: int) -> Card:
    which = dates.long_date(soon.starts_at) if soon else "tiap hari"
    choice = {"hari": soon.day.isoformat()} if soon else {}
    return Card(
        "Daftar hadir harian",
        f"Satu tabel untuk semua sesi {which}, mendatar.",
        f"F4 · sekitar {pages(rows, Shape.DAY)} lembar{'' if soon else ' sehari'}",
        _link(angkatan, bentuk=Shape.DAY.value, **choice),
        "papers/thumb_day.html",
    )


def _whole_card(angkatan: Angkatan, sessions: list[Session], rows: int) -> Card:
    return Card(
        "Seluruh daftar hadir",
        f"Lembar semua sesi ({len(sessions)}) dalam satu berkas, untuk dibawa ke tempat acara.",
        f"F4 · sekitar {dates.thousands(len(sessions) * pages(rows, Shape.SESSION))} lembar",
        _link(angkatan),
        "papers/thumb_session.html",
    )


def _link(angkatan: Angkatan, **choices: str) -> str:
    address = reverse("attendance_sheet", args=[angkatan.slug])
    return f"{address}?{urlencode(choices)}" if choices else address


def pages(rows: int, shape: Shape) -> int:
    """About how many F4 pages one sheet has; long names make it more."""
    room, later, closing = ROOM[shape]
    count = 1
    while rows > room:
        rows, count, room = rows - room, count + 1, later
    return count if rows + closing <= room else count + 1
