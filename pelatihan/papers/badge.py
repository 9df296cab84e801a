"""What stands on the cards that people wear: eight or ten on A4 to be cut, or one's own on A6. Pure once built."""

import io
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Self

import segno
from django.db.models import TextChoices

from ormas.called import first_name
from pelatihan import dates
from pelatihan.models import Angkatan, Guest, Office, Registration
from pelatihan.models.paper import one_a_person
from pelatihan.models.registration import RegistrationQuerySet
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import Choices, NothingToPrint, Order, Size
from pelatihan.papers.offered import Asked, Group, Offered

PARTICIPANT = "Peserta"
QR_MASK = 3  # of the eight any is read as well; to weigh them all takes five times as long (measured: 1.4 ms a card)
DARK = re.compile("\1+")
EMBLEM_ON_CARD, EMBLEM_ON_OWN = 100, 150  # dots: 300 an inch


class Style(TextChoices):
    """How many on one sheet, and whose."""

    EIGHT = "8", "8 kartu (95 × 67 mm), semua"
    EIGHT_PARTICIPANTS = "8-peserta", "8 kartu, peserta saja"
    EIGHT_GUESTS = "8-tamu", "8 kartu, narasumber, panitia, dan undangan saja"
    TEN = "10", "10 kartu (95 × 55 mm), semua"
    TEN_PARTICIPANTS = "10-peserta", "10 kartu, peserta saja"
    TEN_GUESTS = "10-tamu", "10 kartu, narasumber, panitia, dan undangan saja"

    @property
    def places(self) -> int:
        """How many cards one sheet holds."""
        return int(self.value.partition("-")[0])

    @property
    def has_participants(self) -> bool:
        return not self.value.endswith("-tamu")

    @property
    def has_guests(self) -> bool:
        return not self.value.endswith("-peserta")


@dataclass(frozen=True)
class Badge:
    """One card. Who does not check in has neither ``code`` nor ``qr`` (the dark modules, as a path in units of one)."""

    called: str
    front: str
    name: str
    back: str
    body: str
    category: str
    code: str = ""
    qr: str = ""


@dataclass(frozen=True, kw_only=True)
class BadgeSheets(parts.Document):
    """Cards to be cut, from place ``start`` of the first sheet on."""

    letterhead: parts.PrintedLetterhead  # of which a card shows the emblem
    office: str
    batch: str
    as_of: str
    cancelled: str = ""
    places: int
    start: int
    badges: tuple[Badge, ...]
    keys: tuple[int, ...] = field(default=(), compare=False)  # whose the participants' cards are; printed nowhere

    @property
    def template(self) -> engine.Template:
        return engine.Template.BADGE

    @property
    def people(self) -> tuple[Badge, ...]:
        return tuple(one for one in self.badges if one.code)

    def first_page(self) -> Self:
        return replace(self, badges=self.badges[: self.places])


@dataclass(frozen=True, kw_only=True)
class OwnBadge(parts.Document):
    """The card that a participant prints or shows, with when and where."""

    letterhead: parts.PrintedLetterhead
    office: str
    batch: str
    dates: str
    place: str
    badge: Badge

    @property
    def template(self) -> engine.Template:
        return engine.Template.BADGE_OWN


def build(asked: Asked) -> BadgeSheets:
    """The cards that were asked for, participants first; read with two queries however many there are."""
    style, choices = style_of(asked.choices), asked.choices
    people = list(participants(asked.angkatan, choices))
    badges = [of_person(one) for one in people]
    badges += [of_guest(one) for one in guests(asked.angkatan, choices)]
    as_of = parts.as_of(asked.at)
    return BadgeSheets(
        title=", ".join(("Kartu peserta", asked.angkatan.full_name, as_of)),
        paper=Size.A4.value,
        taken_at=parts.taken_at(asked.at),
        letterhead=_letterhead(asked.angkatan, asked.office, EMBLEM_ON_CARD),
        office=asked.office.short_name,
        batch=batch_line(asked.angkatan),
        as_of=as_of,
        cancelled=parts.cancelled(asked.angkatan),
        places=style.places,
        start=choices.start,
        badges=tuple(badges),
        keys=tuple(one.pk for one in people),
    )


def check(asked: Asked) -> None:
    """Count, with two queries, before anybody is read.

    :raises NothingToPrint, engine.TooLong: why there are no cards
    """
    choices, style = asked.choices, style_of(asked.choices)
    if choices.start > style.places:
        raise NothingToPrint(
            f"Satu lembar memuat {style.places} kartu: mulailah di tempat 1 sampai {style.places},"
            " dihitung dari kiri atas ke kanan."
        )
    people = participants(asked.angkatan, choices).count() + len(guests(asked.angkatan, choices))
    if not people:
        raise NothingToPrint(_nobody(choices, style))
    if people > engine.MOST_ROWS:
        most, all_of_them = dates.thousands(engine.MOST_ROWS), dates.thousands(people)
        raise engine.TooLong(f"Ada {all_of_them} kartu; satu berkas memuat paling banyak {most}.")


def _nobody(choices: Choices, style: Style) -> str:
    if choices.who:
        return "Peserta yang dipilih tidak, atau tidak lagi, diterima di angkatan ini. Pilih lagi dari daftarnya."
    if choices.subject is not None:
        return "Tamu yang dipilih tidak ada di angkatan ini. Pilih lagi dari daftarnya."
    if not style.has_participants:
        return "Belum ada narasumber, panitia, atau undangan yang dicatat di angkatan ini."
    return "Belum ada peserta yang diterima, jadi belum ada kartu yang dicetak."


def style_of(choices: Choices) -> Style:
    """Eight on a sheet, of everybody, unless something else was asked for.

    :raises NothingToPrint: there is no such style
    """
    try:
        return Style(choices.style or Style.EIGHT)
    except ValueError:
        raise NothingToPrint("Ragam kartu ini tidak dikenal. Pilih 8 atau 10 kartu pada satu lembar.") from None


def participants(angkatan: Angkatan, choices: Choices) -> RegistrationQuerySet:
    """Whom the training expects, or those of them that were chosen; of each only what a card says."""
    printed = ["code", "front_title", "name", "back_title", "nickname", "ormas_text", "ormas__name"]
    expected = angkatan.registrations.expected().select_related("ormas").only(*printed)
    if choices.who:
        expected = expected.filter(ref__in=choices.who)
    elif choices.subject is not None or not style_of(choices).has_participants:
        return expected.none()
    return expected.sorted_by_name() if choices.order == Order.NAME else expected.sorted_by_ormas()


def guests(angkatan: Angkatan, choices: Choices) -> list[Guest]:
    """Who is on papers beside participants, by category as papers name them; each person once."""
    if choices.who or not (choices.subject is not None or style_of(choices).has_guests):
        return []
    found = angkatan.guests.in_print_order()
    return one_a_person(found if choices.subject is None else found.filter(pk=choices.subject))


# ---- One card ------------------------------------------------------------------------------------


def of_person(registration: Registration) -> Badge:
    """Of a participant: called as they like, or by the first name; with the code that the desk reads."""
    return Badge(
        called=registration.nickname or first_name(registration.name),
        front=registration.front_title,
        name=registration.name,
        back=registration.back_title,
        body=registration.ormas_name,
        category=PARTICIPANT,
        code=registration.shown_code,
        qr=qr_path(registration.code),
    )


def of_guest(guest: Guest) -> Badge:
    """Of somebody who is written down by hand and does not check in; the position stands in for an institution."""
    return Badge(
        called=guest.nickname or first_name(guest.name),
        front="",
        name=guest.name,
        back="",
        body=guest.institution or guest.position,
        category=guest.get_category_display(),
    )


def qr_path(code: str) -> str:
    """The bare code as a QR of 25 × 25 modules (version 2, level M, as on the own page): one path, without a seam."""
    made = segno.make_qr(code, version=2, error="m", mask=QR_MASK, boost_error=False)
    runs = ((y, run) for y, row in enumerate(made.matrix) for run in DARK.finditer(row.decode("latin-1")))
    return "".join(f"M{run.start()} {y}h{len(run.group())}v1h-{len(run.group())}z" for y, run in runs)


def batch_line(angkatan: Angkatan) -> str:
    return f"Pelatihan Ormas {angkatan.full_name}"


def _letterhead(angkatan: Angkatan, office: Office, height: int) -> parts.PrintedLetterhead:
    head = parts.letterhead(angkatan.letterhead, office)
    return replace(head, emblem=_shrunk(head.emblem, height)) if head.emblem else head


@lru_cache(maxsize=8)
def _shrunk(emblem: str, height: int) -> str:
    """No finer than a card shows it: typst opens it anew on each of them (50 ms as it is kept, 0.5 ms so; measured)."""
    from PIL import Image  # noqa: PLC0415  (takes 0.1 s, which no start of the program shall wait for)

    small = io.BytesIO()
    with Image.open(io.BytesIO(b64decode(emblem))) as kept:
        drawn = kept.convert("RGB").resize((height * kept.width // kept.height or 1, height), Image.Resampling.LANCZOS)
        drawn.quantize(64).save(small, "PNG", optimize=True)
    return b64encode(small.getvalue()).decode()


def own_badge(registration: Registration, office: Office, at: datetime) -> OwnBadge:
    """The card of one participant, for their own page."""
    angkatan = registration.angkatan
    return OwnBadge(
        title=f"Kartu peserta {angkatan.full_name}",
        paper="a6",
        taken_at=parts.taken_at(at),
        letterhead=_letterhead(angkatan, office, EMBLEM_ON_OWN),
        office=office.short_name,
        batch=batch_line(angkatan),
        dates=angkatan.day_range,
        place=angkatan.venue,
        badge=of_person(registration),
    )


def about(asked: Asked, people: int) -> str:
    """``A4 · sekitar 13 lembar``; guests not counted."""
    places = style_of(asked.choices).places
    sheets = max(1, -(-(people + asked.choices.start - 1) // places))
    return f"A4 · sekitar {dates.thousands(sheets)} lembar"


OFFER = Offered(
    key="kartu",
    name="Kartu peserta",
    note="Nama panggilan besar, ormas, dan kode QR untuk meja presensi; dengan tanda potong.",
    group=Group.PEOPLE,
    build=build,
    check=check,
    fields=("urut", "mulai", "siapa", "untuk", "ragam"),
    sizes=(Size.A4,),
    archived=False,
    about=about,
    styles=tuple(Style.choices),
)
