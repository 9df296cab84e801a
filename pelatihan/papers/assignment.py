"""What stands on a surat tugas: the form by which an ormas names its people, signed and stamped there."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Self

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.models.angkatan import InvitationQuerySet
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.forms import BLANK
from pelatihan.papers.offered import Also, Asked, Group, Offered

HEADING = "Surat Tugas"
MOST_LETTERS = 400  # of one file: 2.1 s of CPU and 0.4 GB (measured)


@dataclass(frozen=True)
class Letter:
    """One letter. What is empty is a line to write on; beside ``people`` there are so many rows as it has seats."""

    ormas: str
    address: str
    people: tuple[parts.PrintedPerson, ...]
    seats: int


@dataclass(frozen=True, kw_only=True)
class Assignment(parts.Document):
    """All that is printed: one letter an organisation."""

    letters: tuple[Letter, ...]
    theme: str
    batch: str
    cancelled: str
    office: str
    days: str
    place: str
    year: int

    @property
    def template(self) -> engine.Template:
        return engine.Template.ASSIGNMENT

    def first_page(self) -> Self:
        return replace(self, letters=self.letters[:1])

    @property
    def shows_phones(self) -> bool:
        return any(person.phone for letter in self.letters for person in letter.people)


def build(asked: Asked) -> Assignment:
    """A letter for each organisation invited, or for one; or one to write by hand. Three queries."""
    angkatan = asked.angkatan
    letters = (Letter("", "", (), angkatan.seats_per_ormas),) if asked.choices.blank else _letters(asked)
    return Assignment(
        title=f"{HEADING} {angkatan.full_name}, {asked.choices.size.name}",
        paper=asked.choices.size.value,
        taken_at=parts.taken_at(asked.at),
        letters=letters,
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        cancelled=parts.cancelled(angkatan),
        office=asked.office.name,
        days=angkatan.day_range,
        place=angkatan.venue,
        year=angkatan.year,
    )


def check(asked: Asked) -> None:
    """Whether it can be made.

    :raises NothingToPrint, engine.TooLong: why it cannot
    """
    if asked.choices.blank:
        return
    count = _invitations(asked).count()
    if not count:
        raise NothingToPrint(_nobody(asked))
    if count > MOST_LETTERS:
        raise engine.TooLong(
            f"Ada {dates.thousands(count)} ormas yang diundang; satu berkas memuat paling banyak {MOST_LETTERS} surat"
            " tugas. Pilih satu ormas, atau cetak surat tugas kosong."
        )


def _nobody(asked: Asked) -> str:
    if asked.choices.subject is not None:
        return "Undangan ini tidak ada di angkatan ini. Pilih ormas dari daftar undangan."
    return (
        f"Belum ada ormas yang diundang ke {asked.angkatan.name}. Undang ormas di halaman Undangan, atau cetak surat"
        " tugas kosong."
    )


def subjects(angkatan: Angkatan) -> list[tuple[int, str]]:
    """The organisations among which one chooses."""
    return list(angkatan.invitations.order_by("ormas__name", "pk").values_list("pk", "ormas__name"))


def _invitations(asked: Asked) -> InvitationQuerySet:
    found = asked.angkatan.invitations.all()
    subject = asked.choices.subject
    return found if subject is None else found.filter(pk=subject)


def _letters(asked: Asked) -> tuple[Letter, ...]:
    angkatan = asked.angkatan
    with_phones = access.has(asked.by, access.CONTACT)
    invitations = list(_invitations(asked).select_related("ormas").order_by("ormas__name", "pk"))
    if not invitations:
        raise NothingToPrint(_nobody(asked))
    named: defaultdict[int | None, list[Registration]] = defaultdict(list)
    people = angkatan.registrations.holding_seat().select_related("ormas", "delegate")
    for one in people.filter(ormas__in=[invited.ormas_id for invited in invitations]).sorted_by_name():
        named[one.ormas_id].append(one)
    return tuple(
        _letter(invited, angkatan.seats_per_ormas, named[invited.ormas_id], with_phones) for invited in invitations
    )


def _letter(invited: Invitation, usual: int, people: list[Registration], with_phones: bool) -> Letter:
    seats = usual if invited.own_seats is None else invited.own_seats
    columns = ("sex", "phone") if with_phones else ("sex",)
    return Letter(
        invited.ormas.name,
        invited.ormas.secretariat_address,
        tuple(parts.person(one, columns) for one in people),
        max(seats, len(people)),
    )


def named(asked: Asked) -> str:
    words = ["surat-tugas", asked.angkatan.slug, "kosong" if asked.choices.blank else "", asked.choices.size.value]
    return "-".join(filter(None, (*words, "per", dates.local_date(asked.at).isoformat()))) + ".pdf"


OFFER = Offered(
    key="surat-tugas",
    name="Surat tugas",
    note="Untuk ditandatangani dan dicap ormas: terisi nama utusan yang sudah mendaftar, atau kosong.",
    group=Group.LETTERS,
    build=build,
    check=check,
    fields=("kertas", "lembar", "untuk"),
    archived=False,
    named=named,
    also=(Also("Surat tugas kosong", "Semuanya ditulis tangan oleh ormas.", {"lembar": BLANK, "untuk": ""}),),
    subjects=subjects,
)
