"""Which people of a list stand on which printed page: the typesetter's own breaks, remembered by what is printed."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from threading import Lock

from django.db import connection

from pelatihan.models import Angkatan, Session
from pelatihan.models.office import office
from pelatihan.papers.attendance_sheet import AttendanceList, attendance_list
from pelatihan.papers.choices import Choices, Shape, columns_of
from pelatihan.papers.engine import LetterMissing, Patience, Print, QueueFull, TypesettingFailed

MOST_PEOPLE = 1000  # a longer list is not set for a page that somebody waits for, nor shown at once
IMPATIENT = Patience(wait=1, set=4)  # seconds: a recap without breaks is better than one that is late
MOST_KEPT = 200  # lists whose breaks a process remembers: some hundred bytes each
PART = 50  # people at a time while the breaks are not known

TOO_LONG = "Daftar ini terlalu panjang untuk dibagi menurut lembar cetak di halaman ini."
BUSY = "Pembagian lembar cetak belum diketahui karena antrean cetak sedang penuh. Muat ulang halaman ini sebentar lagi."
STOPPED = "Pembagian lembar cetak tidak dapat diketahui saat ini."

_kept: OrderedDict[str, list[list[int]]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Sheet:
    """One printed page's share of the list, or all of it."""

    key: str
    word: str
    first: int
    last: int


@dataclass(frozen=True)
class Breaks:
    """The shares of a list, and why they are not those of the printed pages when they are not."""

    sheets: list[Sheet]
    refusal: str = ""


def sheets_of(ends: Sequence[int], word: str = "Lembar") -> list[Sheet]:
    """The pages on which people stand, by the last one's number on each; "Semua" too when one screen can hold them."""
    real = [end for before, end in pairwise((0, *ends)) if end > before] or [0]
    pages = [
        Sheet(str(page), f"{word} {page}", before + 1, end)
        for page, (before, end) in enumerate(pairwise((0, *real)), start=1)
    ]
    return [*pages, Sheet("semua", "Semua", 1, real[-1])] if len(pages) > 1 and real[-1] <= MOST_PEOPLE else pages


def printed_sheets(angkatan: Angkatan, session: Session | None, choices: Choices, people: int, at: datetime) -> Breaks:
    """As the typesetter breaks the list of this session; in plain parts when that cannot be known now."""
    if session is None or not people:
        return Breaks(sheets_of([people]))
    if people > MOST_PEOPLE:
        return Breaks(_parts(people), TOO_LONG)
    try:
        return Breaks(sheets_of(_ends(angkatan, session, choices, at)))
    except QueueFull:
        return Breaks(_parts(people), BUSY)
    except LetterMissing as refusal:
        return Breaks(_parts(people), str(refusal))
    except TypesettingFailed:
        return Breaks(_parts(people), STOPPED)


def _ends(angkatan: Angkatan, session: Session, choices: Choices, at: datetime) -> list[int]:
    """Of the sheet that holds this session: its own, or the table of its day."""
    sessions = [session]
    if choices.shape == Shape.DAY:
        taking = angkatan.sessions.taking_attendance().in_time_order()
        sessions = [one for one in taking if one.day == session.day]
    paper = attendance_list(angkatan, sessions, choices, office(), at)
    return breaks_of(paper)[sessions.index(session) // columns_of(len(sessions)) if choices.shape == Shape.DAY else 0]


def _parts(people: int) -> list[Sheet]:
    return sheets_of([*range(PART, people, PART), people], "Bagian")


def breaks_of(paper: AttendanceList) -> list[list[int]]:
    """For each sheet of a list the number of the last person on each page. Set once for the same people under the same
    head; when it was taken makes no difference.

    :raises engine.QueueFull, engine.TypesettingFailed, engine.LetterMissing: as for a print
    """
    timeless = replace(paper, title="", as_of="", taken_at=(2000, 1, 1, 0, 0), keys=(), codes=(), versions=())
    key = hashlib.sha256(json.dumps(timeless, default=vars).encode()).hexdigest()
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    with Print() as place:
        if not connection.in_atomic_block:
            connection.close()
        found = place.breaks(paper.template, timeless, IMPATIENT)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found
