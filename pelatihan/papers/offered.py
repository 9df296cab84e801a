"""What the page Cetak knows of a paper, whichever it is: its name, what may be chosen, how it is built."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.models import Angkatan, Office, Session
from pelatihan.papers.choices import Choices, Size, digits
from pelatihan.papers.parts import Document


class Group(StrEnum):
    """Under which heading of the gallery it stands; in this order."""

    ATTENDANCE = "Daftar hadir"
    PEOPLE = "Peserta dan kamar"
    LETTERS = "Surat dan formulir"
    MONEY = "Keuangan"
    CERTIFICATES = "Sertifikat"
    PACK = "Paket"


class When(StrEnum):
    """At which time of a training a paper is needed."""

    BEFORE = "sebelum"
    DAY = "hari"  # on each of its days
    AFTER = "sesudah"


USUALLY = {
    Group.ATTENDANCE: When.DAY,
    Group.PEOPLE: When.BEFORE,
    Group.LETTERS: When.BEFORE,
    Group.MONEY: When.AFTER,
    Group.CERTIFICATES: When.AFTER,
    Group.PACK: When.BEFORE,
}


@dataclass(frozen=True)
class Asked:
    """What somebody asks of a paper. ``sessions`` are those that take attendance, in the order of time; the batch has
    its letterhead at hand."""

    angkatan: Angkatan
    sessions: list[Session]
    choices: Choices
    office: Office
    at: datetime
    by: User


type Builder = Callable[[Asked], Document]
type Check = Callable[[Asked], None]


@dataclass(frozen=True)
class Also:
    """Another look of a paper that has a card of its own: ``sent`` is what the form sends for it."""

    name: str
    note: str
    sent: dict[str, str]
    lies: bool = False


@dataclass(frozen=True)
class Offered:
    """One paper. ``key`` is its address (``cetak/<key>.pdf``) and the beginning of its file's name.

    :param build: every word that stands on it, read with a fixed number of queries
    :param check: counts before anybody is read, and before a place in the queue is asked for: raises ``NothingToPrint``
        when there is none, ``engine.TooLong`` when it would be too much for one file. ``build`` may raise them, too
    :param fields: which of the form's fields it looks at (``forms.SheetChoices``); the others make no difference
    :param sizes: papers on which it is made; another one asked for gives the first
    :param archived: whether what was printed is part of the accounts, and kept as long as they are; otherwise it goes
        some weeks after the training (``retention``)
    :param when: when it is needed, where its group does not say it
    :param lies: whether its pages are wider than high
    :param about: ``F4 · sekitar 5 lembar``, told from the number of participants
    :param also: its other looks that have cards of their own
    :param styles: the looks among which ``ragam`` chooses, each with its name; the first is the usual one
    :param subjects: the things among which ``untuk`` chooses, each with its name
    :param each: it is made of one of these things at a time
    :param split: how what is too long for one request is shared among several papers, which a worker makes
    :param in_pack: whether it belongs into the pack for a day without power, beside the lists of the day
    :param confidential: whether that pack says on each of its pages that it is not for everybody
    :param reopened_by: the right that it takes to open again what was printed, where it is not that of printing
    :param assembled: it is whole only with other papers behind it, so a worker puts it together
    """

    key: str
    name: str
    note: str
    group: Group
    build: Builder
    check: Check = lambda _asked: None
    fields: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = (Size.F4, Size.A4)
    permission: str = access.PRINT
    prepared: tuple[str, str] | None = None  # "Bagi kamar" and the name of the page where its data are entered
    archived: bool = True
    named: Callable[[Asked], str] | None = None  # its file, where the usual name says too little
    when: tuple[When, ...] = ()
    lies: bool = False
    about: Callable[[Asked, int], str] | None = None
    also: tuple[Also, ...] = ()
    styles: tuple[tuple[str, str], ...] = ()
    subjects: Callable[[Angkatan], list[tuple[int, str]]] | None = None
    each: bool = False
    split: Callable[[Asked], list[Choices]] | None = None
    assembled: bool = False
    in_pack: bool = False
    confidential: bool = False
    reopened_by: str = ""

    def __post_init__(self) -> None:
        access.refusal(self.permission)  # which whoever may not print it reads

    @property
    def needed(self) -> tuple[When, ...]:
        return self.when or (USUALLY[self.group],)

    def file_name(self, asked: Asked) -> str:
        """``daftar-kamar-2019-ii-f4-per-2019-03-11-1830.pdf``: what it is, whose, for which paper, as of when."""
        if self.named is not None:
            return self.named(asked)
        day = dates.local_date(asked.at).isoformat()
        words = (self.key, asked.angkatan.slug, asked.choices.size.value, "per", day, digits(asked.at))
        return "-".join(words) + ".pdf"
