"""Every printing is kept as it was handed out: who, when, whose rows in which order with which words, the very file.

It is written before anybody is given the file, all of it in one transaction. Versions are counted for each sheet of a
batch; of two that print the same one at once the database lets one be first, and the other is set again.

Of each daftar hadir with names and of the recap the last print of the whole list is what lies in the office
(``Printed``). A print of chosen pages is kept, too; whether those now lie with the rest only the office knows.
"""

import hashlib
import io
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Max
from django.utils.crypto import salted_hmac

from pelatihan.models import Angkatan, AngkatanSignatory, Office, Printed, PrintedFile, PrintedSheet, Printing, Session
from pelatihan.papers import parts, recap_sheet
from pelatihan.papers.attendance_sheet import AttendanceList, DaySheet
from pelatihan.papers.catalogue import query
from pelatihan.papers.choices import Choices, Shape, chosen_sessions, tables_in
from pelatihan.papers.engine import Typeset, TypesettingFailed
from pelatihan.papers.forms import SheetChoices
from pelatihan.papers.offered import Asked, Offered
from pelatihan.papers.parts import Document
from pelatihan.papers.recap_sheet import RecapList
from pelatihan.web.outage import is_outage

SALT, LENGTH = "pelatihan.papers.kept", 12
PLACE = ("angkatan", "kind", "session", "day", "part")  # what tells one sheet from the others
LIES = ("sheet", "settled", "settled_at", "settled_by")
PASSING = frozenset({"title", "as_of", "made", "taken_at", "codes", "versions", "keys"})  # differs at every print
TWICE = timedelta(seconds=30)  # the same asked again by the same person is one print
MOST_TITLE = 400

Kind = PrintedSheet.Kind
logger = logging.getLogger(__name__)

type Setting = AttendanceList | RecapList
type Row = tuple[int, str]  # number of the registration, digest of its words


class Overtaken(Exception):
    """Somebody else printed the same sheet meanwhile, or drew the same code."""


class NotKept(TypesettingFailed):
    """A paper of which nobody would know is not handed out."""

    def __init__(self) -> None:
        super().__init__("Cetakan ini belum dapat dicatat, jadi belum diserahkan.", may_pass=True)


@dataclass(frozen=True)
class Place:
    """Which sheet of its batch one of a paper's lists is."""

    slot: str
    kind: PrintedSheet.Kind
    session: int | None = None
    day: date | None = None
    part: int = 1
    title: str = ""
    columns: tuple[int, ...] = ()


# ---- Writing -------------------------------------------------------------------------------------


def keep(offer: Offered, asked: Asked, paper: Document, made: Typeset) -> Printing:
    """Write down what is about to be handed out.

    :raises Overtaken: when a version or a code is taken by now: to be built and set again
    :raises NotKept: when the database refuses
    """
    try:
        with transaction.atomic():
            return _kept(offer, asked, paper, made)
    except IntegrityError as refusal:
        if "one_print_a_version" in str(refusal) or "one_sheet_a_code" in str(refusal):
            raise Overtaken from None
        _log(refusal)
        raise NotKept from None
    except DatabaseError as trouble:
        if is_outage(trouble):
            raise
        _log(trouble)
        raise NotKept from None


def _log(trouble: DatabaseError) -> None:
    logger.error("A print was not kept: %s", type(trouble).__name__)


def _kept(offer: Offered, asked: Asked, paper: Document, made: Typeset) -> Printing:
    printing = Printing.objects.create(
        angkatan=asked.angkatan, paper=offer.key, name=offer.name, file_name=offer.file_name(asked),
        asked=as_asked(asked.choices), at=asked.at, by=asked.by, words=paper, words_hash=words_hash(paper),
        sha256=hashlib.sha256(made.pdf).hexdigest(), size=len(made.pdf), pages=pages_in(made.pdf),
        shows_phones=paper.shows_phones, is_archived=offer.archived,
    )  # fmt: skip
    PrintedFile.objects.create(printing=printing, content=made.pdf)
    sheets = PrintedSheet.objects.bulk_create(_sheets(offer, asked, paper, made, printing))
    if isinstance(paper, AttendanceList | RecapList) and not (asked.choices.blank or asked.choices.pages):
        lying = [
            Printed(
                angkatan=asked.angkatan, kind=one.kind, session_id=one.session_id, part=one.part, sheet=one,
                day=one.day if one.kind == Kind.DAY else None,
            )
            for one in sheets
        ]  # fmt: skip
        Printed.objects.bulk_create(lying, update_conflicts=True, unique_fields=PLACE, update_fields=LIES)
    return printing


def _sheets(offer: Offered, asked: Asked, paper: Document, made: Typeset, printing: Printing) -> list[PrintedSheet]:
    places, rows = places_of(offer, asked, paper), rows_of(paper, asked.choices.columns)
    versions = getattr(paper, "versions", ()) or next_versions(asked.angkatan, places)
    codes, ends, layouts = (_each(some, places) for some in (getattr(paper, "codes", ()), made.breaks, made.places))
    heads: Sequence[str] = ()
    if isinstance(paper, AttendanceList | RecapList):
        head = Head.of_paper(paper)
        heads = [head.digest(sheet) for sheet in paper.sheets]
    return [
        PrintedSheet(
            printing=printing, number=number, angkatan=asked.angkatan, slot=place.slot, version=version,
            code=code or "", kind=place.kind, session_id=place.session, day=place.day, part=place.part,
            title=place.title[:MOST_TITLE], of=getattr(paper, "rows_of", PrintedSheet.Of.REGISTRATION),
            is_blank=asked.choices.blank, columns=list(place.columns), head=head or "", rows=rows, ends=end or [],
            only=list(getattr(paper, "pages", ())), layout=layout or {},
        )
        for number, (place, version, code, end, layout, head) in enumerate(
            zip(places, versions, codes, ends, layouts, _each(heads, places), strict=True), start=1
        )
    ]  # fmt: skip


def _each(some: Sequence[Any], places: Sequence[Place]) -> Sequence[Any]:
    """One for each sheet; none where the paper has none."""
    return some if len(some) == len(places) else [None] * len(places)


def pages_in(pdf: bytes) -> int:
    import pikepdf  # noqa: PLC0415  (takes 0.2 s, which no start of the program shall wait for)

    with pikepdf.open(io.BytesIO(pdf)) as file:
        return len(file.pages)


def twin(offer: Offered, asked: Asked, paper: Document) -> Printing | None:
    """The same, printed a moment ago by the same person: a button pressed twice, a page loaded again."""
    near = (asked.at - TWICE, asked.at + TWICE)
    printings = asked.angkatan.printings.filter(paper=offer.key, by=asked.by, at__range=near)
    return printings.filter(words_hash=words_hash(paper)).defer("words").first()


def next_versions(angkatan: Angkatan, places: Iterable[Place]) -> tuple[int, ...]:
    """Which print of each sheet the next one is."""
    slots = [place.slot for place in places]
    kept = PrintedSheet.objects.filter(angkatan=angkatan, slot__in=slots).order_by()
    last = dict(kept.values_list("slot").annotate(Max("version")))
    return tuple(last.get(slot, 0) + 1 for slot in slots)


# ---- What was asked ------------------------------------------------------------------------------


def as_asked(choices: Choices) -> str:
    """How the page Cetak asks for the same paper."""
    more = {"sesi": "" if choices.session is None else str(choices.session)}
    if choices.blank:
        more |= {"lembar": "kosong", "kosong": str(choices.spare_rows)}
    return query(choices, **more).removeprefix("?")


def choices_of(printing: Printing) -> Choices:
    """What was asked for; the usual when that cannot be read any more."""
    form = SheetChoices([], dict(parse_qsl(printing.asked)), shows_phones=True)
    return form.choices() if form.is_valid() else Choices()


def choices_of_sheet(printing: Printing) -> Choices:
    """How each of its sheets is made again, whichever it is of those that were made at once."""
    return replace(choices_of(printing), session=None, day=None, shape=Shape.SESSION, pages=())


# ---- Which sheets a paper has --------------------------------------------------------------------


def places_of(offer: Offered, asked: Asked, paper: Document) -> list[Place]:
    """Of each of a paper's lists which it is, in their order; a paper without lists is one."""
    if isinstance(paper, RecapList):
        return [
            Place(f"{offer.key}:{part}", Kind.RECAP, part=part, title=sheet.part or offer.name)
            for part, sheet in enumerate(paper.sheets, start=1)
        ]
    if isinstance(paper, AttendanceList):
        return _attendance_places(offer, asked, paper)
    return _other_places(offer, asked.choices, getattr(paper, "sheets", ()))


def _other_places(offer: Offered, choices: Choices, sheets: Sequence[object]) -> list[Place]:
    """A list is known by its name, whether it was printed alone or with others; the rest by what was asked."""
    blank, which = "kosong" if choices.blank else "", "" if choices.subject is None else f"untuk {choices.subject}"
    words = [offer.key, blank, which, choices.style]
    names = [str(getattr(sheet, "name", "")) for sheet in sheets]
    if not any(names):
        session = "" if choices.session is None else f"sesi {choices.session}"
        words += [session, f"hari {choices.day}" if choices.day else ""]
    slot = ":".join(filter(None, words))
    return [
        Place(
            f"{slot}:{hashlib.sha256(name.encode()).hexdigest()[:LENGTH] if name else number}", Kind.OTHER,
            session=choices.session, day=choices.day, part=number, title=name or offer.name,
        )
        for number, name in enumerate(names or [""], start=1)
    ]  # fmt: skip


def _attendance_places(offer: Offered, asked: Asked, paper: AttendanceList) -> list[Place]:
    slot = f"{offer.key}:kosong" if asked.choices.blank else offer.key
    sessions, names = chosen_sessions(asked.sessions, asked.choices), [sheet.name for sheet in paper.sheets]
    if not sessions:
        return [Place(slot, Kind.SESSION, title=offer.name)]
    if not isinstance(paper.sheets[0], DaySheet):
        return [
            Place(
                f"{slot}:sesi:{session.pk}", Kind.SESSION, session=session.pk, day=session.day, title=name,
                columns=(session.pk,),
            )
            for session, name in zip(sessions, names, strict=True)
        ]  # fmt: skip
    tables = [
        (day, part, table)
        for day, some in groupby(sessions, key=lambda session: session.day)
        for part, table in enumerate(tables_in(list(some)), start=1)
    ]
    return [
        Place(
            f"{slot}:hari:{day}:{part}", Kind.DAY, day=day, part=part, title=name,
            columns=tuple(session.pk for session in table),
        )
        for (day, part, table), name in zip(tables, names, strict=True)
    ]  # fmt: skip


# ---- What stands on them, as digests -------------------------------------------------------------


def words_hash(paper: Document) -> str:
    """The same for two papers that say the same at different moments."""
    lasting = {name: value for name, value in vars(paper).items() if name not in PASSING}
    return hashlib.sha256(json.dumps([type(paper).__name__, lasting], default=vars).encode()).hexdigest()


def rows_of(paper: Document, columns: tuple[str, ...]) -> list[Row]:
    """Whose each row is and the digest of its words; none for a paper that does not say whose they are."""
    keys = getattr(paper, "keys", ())
    people = getattr(paper, "people", ()) or getattr(paper, "badges", ())  # of these guests come last, without a key
    if isinstance(paper, AttendanceList | RecapList):
        kind = kind_of(paper)
        return [(key, digest(person, kind, columns)) for key, person in zip(keys, people, strict=True)]
    return [(key, _digest([person])) for key, person in zip(keys, people, strict=False)]


def kind_of(paper: Setting) -> PrintedSheet.Kind:
    if isinstance(paper, RecapList):
        return Kind.RECAP
    return Kind.DAY if isinstance(paper.sheets[0], DaySheet) else Kind.SESSION


def digest(person: parts.PrintedPerson, kind: str, columns: tuple[str, ...]) -> str:
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


def _digest(words: list[Any]) -> str:
    return salted_hmac(SALT, json.dumps(words, default=vars), algorithm="sha256").hexdigest()[:LENGTH]
