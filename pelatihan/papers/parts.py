"""What several papers share: whose paper it is, who signs it, how a person is written on it."""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Self

from ormas import phones
from pelatihan import dates
from pelatihan.models import Angkatan, AngkatanSignatory, Letterhead, Office, Registration
from pelatihan.papers.choices import Choices
from pelatihan.papers.engine import Template

NO_CODE = "22222222"  # of a picture, which nobody signs


@dataclass(frozen=True)
class PrintedLetterhead:
    """Kop surat. Empty lines are left out."""

    first_line: str
    second_line: str
    address: str
    city: str
    postcode: str
    emblem: str = ""  # a PNG in base64; without one its place is marked


@dataclass(frozen=True)
class PrintedSigner:
    """A place to sign. Without heading it carries town and date; without name it is a line to write on."""

    heading: str
    title: str = ""
    name: str = ""
    number: str = ""


@dataclass(frozen=True)
class PrintedPerson:
    """One row of a list. The titles stand apart, so that no line parts them."""

    front: str
    name: str
    back: str
    position: str
    ormas: str
    sex: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What every paper says of itself: the title of its file, on which paper it is printed, as of when it holds."""

    title: str
    paper: str  # "f4" or "a4"; the template knows whether it lies or stands
    taken_at: tuple[int, int, int, int, int]  # year, month, day, hour, minute: the date of the file, in UTC

    @property
    def template(self) -> Template:
        """Which of the templates sets it."""
        raise NotImplementedError

    @property
    def shows_phones(self) -> bool:
        """Whether telephone numbers of people stand on it: to be opened again only by who may see them."""
        return False

    def first_page(self) -> Self:
        """Itself, with no more than is needed to set page one as it is."""
        return self


@dataclass(frozen=True, kw_only=True)
class Paper(Document):
    """A paper of one batch, under its letterhead."""

    heading: str
    two_sided: bool = False
    letterhead: PrintedLetterhead
    theme: str
    batch: str
    cancelled: str = ""
    signers: tuple[PrintedSigner, ...]
    stamp: bool = False
    as_of: str
    pages: tuple[int, ...] = ()  # only these of each list
    keys: tuple[int, ...] = field(default=(), compare=False)  # whose the rows are; printed nowhere
    # One for each of its lists: by which the signed sheet is known again, and which print of it this is.
    codes: tuple[str, ...] = field(default=(), compare=False)
    versions: tuple[int, ...] = field(default=(), compare=False)

    def first_page(self) -> Self:
        return replace(self, pages=(1,), codes=(NO_CODE,) * len(self.codes[:1]), versions=self.versions[:1])


NOBODY_YET = (PrintedSigner(heading="Mengetahui,"), PrintedSigner(heading=""))


def of_batch(
    angkatan: Angkatan, choices: Choices, office: Office, at: datetime, what: str = "Daftar"
) -> dict[str, Any]:
    """What every paper of a batch says of it, as fields of ``Paper``; one query, for its signers.

    :param angkatan: with its letterhead at hand
    :param what: it is that holds as of a moment
    """
    return {
        "paper": choices.size.value,
        "two_sided": choices.two_sided,
        "letterhead": letterhead(angkatan.letterhead, office),
        "theme": theme(angkatan),
        "batch": angkatan.full_name,
        "cancelled": cancelled(angkatan),
        "signers": signers(list(angkatan.signers.select_related("signatory"))),
        "stamp": choices.stamp,
        "taken_at": taken_at(at),
        "as_of": as_of(at, what),
        "pages": choices.pages,
    }


def letterhead(head: Letterhead | None, office: Office) -> PrintedLetterhead:
    """The batch's own letterhead, or the office's name alone while none is chosen."""
    if head is None:
        return PrintedLetterhead("", office.name, "", office.city, "")
    emblem = b64encode(head.emblem).decode() if head.emblem else ""
    return PrintedLetterhead(head.first_line, head.second_line, head.address, head.city, head.postcode, emblem)


def signers(chosen: list[AngkatanSignatory]) -> tuple[PrintedSigner, ...]:
    """Those who sign, from left to right; blank places while nobody is chosen."""
    return tuple(_signer(one) for one in chosen) or NOBODY_YET


def _signer(one: AngkatanSignatory) -> PrintedSigner:
    official = one.signatory
    title = official.full_title.rstrip(",") + ","
    return PrintedSigner(one.heading, title, official.name, official.printed_number)


def person(registration: Registration, columns: tuple[str, ...] = ()) -> PrintedPerson:
    """As the registration keeps it for this training, never the delegate's later state.

    :param columns: what is printed only when asked for: ``sex``, ``phone``
    """
    return PrintedPerson(
        registration.front_title,
        registration.name,
        registration.back_title,
        registration.position,
        registration.ormas_name,
        sex=registration.delegate.gender if "sex" in columns else "",
        phone=phones.display(registration.delegate.phone) if "phone" in columns else "",
    )


def taken_at(at: datetime) -> tuple[int, int, int, int, int]:
    """The moment to the minute. In UTC, for that is what typst writes into the file whatever it is given."""
    moment = at.astimezone(UTC)
    return (moment.year, moment.month, moment.day, moment.hour, moment.minute)


def as_of(at: datetime, what: str = "Daftar") -> str:
    """``Daftar per 11 Maret 2019 pukul 07.45 WIB``: of two prints one sees which is newer."""
    return f"{what} per {dates.plain_date(at)} pukul {dates.clock(at)} {dates.zone_label()}".rstrip()


def cancelled(angkatan: Angkatan) -> str:
    """What stands below the title of a batch that was called off; nothing otherwise."""
    if angkatan.cancelled_at is None:
        return ""
    return f"DIBATALKAN pada {dates.plain_date(angkatan.cancelled_at)}"


def theme(angkatan: Angkatan) -> str:
    """``Pelatihan Peningkatan Peran …``, whether or not the theme itself starts with that word."""
    return angkatan.full_theme


def town_and_date(angkatan: Angkatan, day: date | None) -> str:
    """``Bogor, 12 Maret 2019``; without a day a line to write it on."""
    return f"{angkatan.town}, {dates.plain_date(day) if day else '.' * 30}"
