"""What the page Cetak offers: the sheet that is needed next, the other papers, and about how many pages each has."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import localdate

from pelatihan import dates
from pelatihan.attendance.sessions import next_session
from pelatihan.models import Angkatan, Session
from pelatihan.papers.choices import SPARE_ROWS, Choices, Shape, Size, tables_of

# Rows that a sheet's first page and the later ones hold, and the rows that the signers' block takes (measured).
ROOM = {
    (Shape.SESSION, Size.F4): (22, 30, 8),
    (Shape.SESSION, Size.A4): (17, 26, 8),
    (Shape.DAY, Size.F4): (9, 17, 7),
    (Shape.DAY, Size.A4): (9, 16, 7),
}
NARROWER = {("phone",): 0.95, ("sex", "phone"): 0.9}  # with these columns names take more lines (measured)


@dataclass(frozen=True)
class Card:
    """One paper of the gallery: ``picture`` names the template of its small picture, ``href`` opens the PDF."""

    name: str
    note: str
    meta: str
    href: str
    picture: str


def offer(angkatan: Angkatan, sessions: list[Session], choices: Choices, at: datetime) -> dict[str, Any]:
    """What the page shows beside its form: one query, however many people there are."""
    soon = next_session(sessions, at)
    figures = angkatan.registrations.expected().aggregate(
        people=Count("pk"),
        bodies=Count("ormas", distinct=True) + Count("ormas_text", distinct=True, filter=~Q(ormas_text="")),
    )
    return figures | {
        "sessions": sessions,
        "occasion": occasion(soon, at),
        "about": about(_chosen(sessions, choices), figures["people"], choices),
        "cards": cards(angkatan, sessions, soon, figures["people"], choices),
    }


def occasion(session: Session | None, at: datetime) -> str:
    """What the large card says above its title."""
    if session is None:
        return "Semua sesi sudah selesai"
    return "Untuk hari ini" if session.day == localdate(at) else "Untuk sesi berikutnya"


def cards(
    angkatan: Angkatan, sessions: list[Session], soon: Session | None, people: int, choices: Choices
) -> list[Card]:
    """The smaller papers: on the paper, in the order and with the columns that were chosen."""
    usual = replace(choices, session=None, day=None, shape=Shape.SESSION, blank=False)
    blank = Card(
        "Lembar kosong",
        "Tanpa nama, untuk keadaan darurat. Hari, waktu, dan materi ditulis tangan.",
        f"{choices.size.name} · 1 lembar",
        _link(angkatan, replace(usual, blank=True), lembar="kosong"),
        "papers/thumb_blank.html",
    )
    if not sessions:
        return [blank]
    recap = Card(
        "Rekap kehadiran",
        "Siapa hadir di sesi mana, dengan jumlah dan tempat tanda tangan.",
        f"{choices.size.name} · mendatar",
        reverse("recap_paper", args=[angkatan.slug]) + query(replace(usual, columns=(), spare_rows=SPARE_ROWS)),
        "papers/thumb_day.html",
    )
    return [
        _day_card(angkatan, sessions, soon, people, usual),
        _whole_card(angkatan, sessions, people, usual),
        blank,
        recap,
    ]


def _day_card(angkatan: Angkatan, sessions: list[Session], soon: Session | None, people: int, choices: Choices) -> Card:
    daily = replace(choices, shape=Shape.DAY, day=soon.day if soon else None)
    which = dates.long_date(soon.starts_at) if soon else "tiap hari"
    return Card(
        "Daftar hadir harian",
        f"Satu tabel untuk semua sesi {which}, mendatar.",
        about(_chosen(sessions, daily), people, daily),
        _link(angkatan, daily),
        "papers/thumb_day.html",
    )


def _whole_card(angkatan: Angkatan, sessions: list[Session], people: int, choices: Choices) -> Card:
    return Card(
        "Seluruh daftar hadir",
        f"Lembar semua sesi ({len(sessions)}) dalam satu berkas, untuk dibawa ke tempat acara.",
        about(sessions, people, choices),
        _link(angkatan, choices),
        "papers/thumb_session.html",
    )


def _link(angkatan: Angkatan, choices: Choices, **more: str) -> str:
    return reverse("attendance_sheet", args=[angkatan.slug]) + query(choices, **more)


def query(choices: Choices, **more: str) -> str:
    """What differs from a paper of no choices."""
    usual = Choices()
    sent = {
        "hari": choices.day.isoformat() if choices.day else "",
        "bentuk": choices.shape.value if choices.shape != usual.shape else "",
        "kertas": choices.size.value if choices.size != usual.size else "",
        "urut": choices.order.value if choices.order != usual.order else "",
        "kosong": "" if choices.blank or choices.spare_rows == usual.spare_rows else str(choices.spare_rows),
        "lp": "1" if "sex" in choices.columns else "",
        "hp": "1" if "phone" in choices.columns else "",
        "cap": "1" if choices.stamp else "",
        "bolakbalik": "1" if choices.two_sided else "",
        "halaman": ",".join(map(str, choices.pages)),
        "mulai": str(choices.start) if choices.start != usual.start else "",
        "siapa": ",".join(map(str, choices.who)),
        "untuk": "" if choices.subject is None else str(choices.subject),
        "ragam": choices.style,
    } | more
    return "?" + urlencode({name: value for name, value in sent.items() if value})


# ---- How many ------------------------------------------------------------------------------------


def about(sessions: list[Session], people: int, choices: Choices) -> str:
    """``A4 · sekitar 5 lembar``."""
    each = pages(people, choices)
    if choices.two_sided:
        each = -(-each // 2)
    count = each * max(1, _lists(sessions, choices.shape))
    sides = " bolak-balik" if choices.two_sided else ""
    return f"{choices.size.name} · sekitar {dates.thousands(count)} lembar{sides}"


def _chosen(sessions: list[Session], choices: Choices) -> list[Session]:
    """As they will be printed; what does not exist counts as one."""
    found = [one for one in sessions if choices.session in {None, one.pk} and choices.day in {None, one.day}]
    if choices.session is not None and choices.shape == Shape.DAY and found:
        return [one for one in sessions if one.day == found[0].day]
    return found


def _lists(sessions: list[Session], shape: Shape) -> int:
    """A list a session, or a table a day; a long day takes several."""
    if shape == Shape.SESSION:
        return len(sessions)
    days: dict[date, int] = {}
    for session in sessions:
        days[session.day] = days.get(session.day, 0) + 1
    return sum(map(tables_of, days.values()))


def pages(people: int, choices: Choices) -> int:
    """About how many pages one list has, as the typesetter shares its rows; long names make it more."""
    narrower = NARROWER.get(choices.columns, 1.0)
    first, later, closing = (int(rows * narrower) for rows in ROOM[choices.shape, choices.size])
    spare = choices.spare_rows
    names = people or spare
    kept, after = max(0, names - 2), people + spare
    count, free = _filled(kept, first, later)
    if after - kept + closing > max(free, later):  # not all of the spare rows stand above the signers
        after = names
    if after - kept + closing > free:
        count, free = count + 1, later
    rest = people + spare - after - (free - closing - (after - kept))
    return count + (-(-rest // later) if rest > 0 else 0)


def _filled(rows: int, first: int, later: int) -> tuple[int, int]:
    """On how many pages so many rows stand, and how many more the last of them takes."""
    more = max(0, -(-(rows - first) // later))
    return 1 + more, first + more * later - rows
