"""What was printed is kept: who stood in which row of each sheet, on which page, in digests that name nobody.

Of each sheet only the last print counts: a list on A4 takes the place of one on F4, for both are never signed. Sheets
without names are not kept, nor is a print of chosen pages: whether those now lie with the rest only the office knows.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from urllib.parse import parse_qsl

from django.db import DatabaseError, transaction
from django.utils.crypto import salted_hmac

from pelatihan.models import Angkatan, AngkatanSignatory, Office, Printed, Session
from pelatihan.papers import parts, recap_sheet
from pelatihan.papers.attendance_sheet import AttendanceList, DaySheet
from pelatihan.papers.catalogue import query
from pelatihan.papers.choices import Choices, Shape, all_sessions, chosen_sessions, tables_of
from pelatihan.papers.forms import SheetChoices
from pelatihan.papers.offered import Asked
from pelatihan.papers.parts import Document
from pelatihan.papers.recap_sheet import RecapList

SALT, LENGTH = "pelatihan.papers.kept", 12
SHEET = ("angkatan", "kind", "session", "day", "part")  # what tells one sheet from the others
PRINTED = ("asked", "head", "rows", "pages", "at", "by", "settled", "settled_at", "settled_by")

Kind = Printed.Kind
logger = logging.getLogger(__name__)

type Setting = AttendanceList | RecapList
type Row = tuple[int, str]  # number of the registration, digest of its words
type Place = tuple[int | None, date | None, int]  # session, day, part


def keep(asked: Asked, paper: Document, breaks: list[list[int]]) -> None:
    """Note what a paper held that has just been made. One that cannot be noted is a paper all the same.

    :param breaks: for each sheet the number of the last person on each page
    """
    angkatan, choices = asked.angkatan, asked.choices
    if choices.blank or choices.pages or not isinstance(paper, AttendanceList | RecapList):
        return
    chosen = all_sessions if isinstance(paper, RecapList) else chosen_sessions
    sessions = chosen(asked.sessions, choices)
    kind, head = kind_of(paper), Head.of_paper(paper)
    people = zip(paper.keys, paper.people, strict=True)
    rows = [(key, digest(person, kind, choices.columns)) for key, person in people]
    sheets = zip(places(kind, sessions, paper.sheets), paper.sheets, breaks, strict=True)
    made = [
        Printed(
            angkatan=angkatan, kind=kind, session_id=session, day=day, part=part, asked=as_asked(choices),
            head=head.digest(sheet), rows=rows, pages=ends, at=asked.at, by=asked.by,
        )
        for (session, day, part), sheet, ends in sheets
    ]  # fmt: skip
    try:
        with transaction.atomic():
            Printed.objects.bulk_create(made, update_conflicts=True, unique_fields=SHEET, update_fields=PRINTED)
    except DatabaseError as trouble:
        logger.error("A print was not noted: %s", type(trouble).__name__)


def as_asked(choices: Choices) -> str:
    """How the sheet is made again, whichever it is of those that were made at once."""
    return query(replace(choices, session=None, day=None, shape=Shape.SESSION)).removeprefix("?")


def choices_of(printed: Printed) -> Choices:
    """As the print was asked for, but for its session or day; the usual ones when that cannot be read any more."""
    form = SheetChoices([], dict(parse_qsl(printed.asked)), shows_phones=True)
    return form.choices() if form.is_valid() else Choices()


# ---- Which sheets a paper has --------------------------------------------------------------------


def kind_of(paper: Setting) -> Printed.Kind:
    if isinstance(paper, RecapList):
        return Kind.RECAP
    return Kind.DAY if isinstance(paper.sheets[0], DaySheet) else Kind.SESSION


def places(kind: Printed.Kind, sessions: list[Session], sheets: Iterable[object]) -> list[Place]:
    """Of each of a paper's sheets which it is, in their order."""
    if kind == Kind.SESSION:
        return [(session.pk, None, 1) for session in sessions]
    if kind == Kind.RECAP:
        return [(None, None, part) for part, _sheet in enumerate(sheets, start=1)]
    days = [(day, tables_of(len(list(some)))) for day, some in groupby(sessions, key=lambda session: session.day)]
    return [(None, day, part) for day, tables in days for part in range(1, tables + 1)]


# ---- What stands on them, as digests -------------------------------------------------------------


def digest(person: parts.PrintedPerson, kind: Printed.Kind, columns: tuple[str, ...]) -> str:
    """Of the words that this sheet shows of a person: only the list of a session has the position."""
    words = [person.front, person.name, person.back, person.ormas]
    if kind == Kind.SESSION:
        words.append(person.position)
    if kind != Kind.RECAP:
        words += [person.sex if "sex" in columns else "", person.phone if "phone" in columns else ""]
    return _digest(words)


@dataclass(frozen=True)
class Head:
    """What stands on every sheet of a paper beside its people: whose it is, and who signs."""

    theme: str
    batch: str
    cancelled: str
    letterhead: parts.PrintedLetterhead
    signers: tuple[parts.PrintedSigner, ...]
    rundown: tuple[str, ...] = ()  # of the recap: days, place, and when each session is

    @classmethod
    def of_paper(cls, paper: Setting) -> "Head":
        rundown: tuple[str, ...] = ()
        if isinstance(paper, RecapList):
            rundown = (paper.dates, paper.place, *(f"{column.day} {column.time}" for column in paper.columns))
        return cls(paper.theme, paper.batch, paper.cancelled, paper.letterhead, paper.signers, rundown)

    @classmethod
    def of_batch(cls, angkatan: Angkatan, signers: list[AngkatanSignatory], office: Office) -> "Head":
        """As a list of attendance made now would have it."""
        return cls(
            parts.theme(angkatan),
            angkatan.full_name,
            parts.cancelled(angkatan),
            parts.letterhead(angkatan.letterhead, office),
            parts.signers(signers),
        )

    def of_recap(self, angkatan: Angkatan, sessions: list[Session]) -> "Head":
        times = (" ".join(recap_sheet.day_and_time(session)) for session in sessions)
        return replace(self, rundown=(angkatan.day_range, angkatan.venue, *times))

    def digest(self, sheet: object) -> str:
        return _digest([self, sheet])


def _digest(words: list[object] | list[str]) -> str:
    """Keyed, so that nobody finds out by trying what stood there."""
    return salted_hmac(SALT, json.dumps(words, default=vars), algorithm="sha256").hexdigest()[:LENGTH]
