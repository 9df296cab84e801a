"""What stands on a biodata: what the office knows of a participant, and lines for the rest. Never a NIK."""

from dataclasses import dataclass, replace
from itertools import batched
from typing import Self

from ormas import phones
from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.models import Registration
from pelatihan.models.registration import RegistrationQuerySet
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import Choices, NothingToPrint, Order
from pelatihan.papers.forms import BLANK
from pelatihan.papers.offered import Also, Asked, Group, Offered

HEADING = "Biodata Peserta"
MOST_PAGES = 300  # of one file: 2.2 s of CPU and 0.5 GB (measured); what is longer a worker shares among several


@dataclass(frozen=True)
class Form:
    """One person. What is empty is a line to write on."""

    name: str = ""
    nickname: str = ""
    gender: str = ""
    ormas: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Biodata(parts.Document):
    """All that is printed: one page a person."""

    heading: str
    letterhead: parts.PrintedLetterhead
    theme: str
    batch: str
    cancelled: str
    forms: tuple[Form, ...]
    year: int

    @property
    def template(self) -> engine.Template:
        return engine.Template.BIODATA

    def first_page(self) -> Self:
        return replace(self, forms=self.forms[:1])

    @property
    def shows_phones(self) -> bool:
        return any(one.phone or one.email for one in self.forms)


def build(asked: Asked) -> Biodata:
    """A page for each who is expected, or for those who were chosen; or one to write by hand. One query."""
    angkatan = asked.angkatan
    return Biodata(
        title=f"{HEADING} {angkatan.full_name}, {asked.choices.size.name}",
        paper=asked.choices.size.value,
        taken_at=parts.taken_at(asked.at),
        heading=HEADING,
        letterhead=parts.letterhead(angkatan.letterhead, asked.office),
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        cancelled=parts.cancelled(angkatan),
        forms=(Form(),) if asked.choices.blank else _forms(asked),
        year=angkatan.year,
    )


def check(asked: Asked) -> None:
    """Whether it can be made.

    :raises NothingToPrint, engine.TooLong: why it cannot
    """
    if asked.choices.blank:
        return
    count = _people(asked).count()
    if not count:
        raise NothingToPrint(_nobody(asked))
    if count > MOST_PAGES:
        raise engine.TooLong(
            f"Ada {dates.thousands(count)} biodata; satu berkas memuat paling banyak {MOST_PAGES}. Pilih sebagian"
            " peserta, atau minta dibuat bertahap."
        )


def split(asked: Asked) -> list[Choices]:
    """As many people each as one file takes."""
    refs = list(_people(asked).values_list("ref", flat=True))
    return [replace(asked.choices, who=tuple(some)) for some in batched(refs, MOST_PAGES)]


def _nobody(asked: Asked) -> str:
    if asked.choices.who:
        return "Peserta yang dipilih tidak ada, atau tidak lagi diterima, di angkatan ini. Pilih lagi dari daftar."
    return f"Belum ada peserta yang diterima di {asked.angkatan.name}. Terima pendaftar, atau cetak biodata kosong."


def _people(asked: Asked) -> RegistrationQuerySet:
    choices = asked.choices
    expected = asked.angkatan.registrations.expected()
    if choices.who:
        expected = expected.filter(ref__in=choices.who)
    return expected.sorted_by_name() if choices.order == Order.NAME else expected.sorted_by_ormas()


def _forms(asked: Asked) -> tuple[Form, ...]:
    with_contact = access.has(asked.by, access.CONTACT)
    people = list(_people(asked).select_related("ormas", "delegate"))
    if not people:
        raise NothingToPrint(_nobody(asked))
    return tuple(_form(one, with_contact) for one in people)


def _form(one: Registration, with_contact: bool) -> Form:
    return Form(
        name=one.full_name,
        nickname=one.nickname,
        gender=one.delegate.get_gender_display(),
        ormas=one.ormas_name,
        position=one.position,
        phone=phones.display(one.delegate.phone) if with_contact else "",
        email=one.delegate.email if with_contact else "",
    )


OFFER = Offered(
    key="biodata",
    name="Biodata peserta",
    note="Satu halaman tiap orang: terisi yang sudah diketahui, sisanya ditulis tangan dan ditandatangani.",
    group=Group.LETTERS,
    build=build,
    check=check,
    fields=("kertas", "urut", "lembar", "siapa"),
    archived=False,
    split=split,
    also=(Also("Biodata kosong", "Semuanya ditulis tangan oleh peserta.", {"lembar": BLANK}),),
)
