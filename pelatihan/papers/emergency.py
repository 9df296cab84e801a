"""Paket darurat: what lies in the folder for a day without power, signal or phones. Nothing is needed but paper.

Its own pages are the cover with how to work, the roster with codes, and the phone list; behind them a worker puts the
other papers (``bundles``), so that the contents tell on which page each begins. Without them the contents say that they
follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from ormas import phones
from pelatihan import codes, dates
from pelatihan.accounts import access
from pelatihan.lodging import house
from pelatihan.models import Angkatan, Guest
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import Choices, Order
from pelatihan.papers.offered import Asked, Group, Offered, When

HEADING = "Paket Darurat"
OUTSIDE = ("Narahubung hotel", "Puskesmas atau rumah sakit", "Kantor polisi", "PLN setempat")  # written by hand
FIRST_LETTER, LAST_LETTER = ord("D"), ord("Z")
ROWS_OF_ONE_PAGE = 40


@dataclass(frozen=True)
class RosterPerson:
    """One row of the roster, and of the phone list. ``number`` is that of the daftar hadir."""

    number: int
    front: str
    name: str
    back: str
    ormas: str
    code: str
    room: str
    phone: str


@dataclass(frozen=True)
class PackPart:
    """What lies behind the pack's own pages. No pages: it is printed apart."""

    letter: str
    title: str
    pages: int = 0


@dataclass(frozen=True)
class Step:
    """One of the things to do, in bold, and how."""

    what: str
    how: str


@dataclass(frozen=True, kw_only=True)
class EmergencyPack(parts.Paper):
    """The pack's own pages."""

    dates: str
    place: str
    made: str
    steps: tuple[Step, ...]
    people: tuple[RosterPerson, ...]
    committee: tuple[tuple[str, str], ...]  # task, name
    outside: tuple[str, ...] = OUTSIDE
    with_phones: bool
    rest: tuple[PackPart, ...] = ()

    @property
    def template(self) -> engine.Template:
        return engine.Template.EMERGENCY

    @property
    def shows_phones(self) -> bool:
        return self.with_phones

    def first_page(self) -> Self:
        return replace(super().first_page(), people=self.people[:ROWS_OF_ONE_PAGE])


@dataclass(frozen=True, kw_only=True)
class PackPages(parts.Document):
    """What is laid over the pages of the other papers: which page of the pack each is. Sizes in mm."""

    pages: tuple[tuple[float, float, str], ...]

    @property
    def template(self) -> engine.Template:
        return engine.Template.PACK_PAGES


def choices_like(lists: Choices) -> Choices:
    """On the paper and in the order of the daftar hadir, whose numbers the roster tells."""
    return Choices(size=lists.size, order=lists.order)


def build(asked: Asked, rest: Sequence[PackPart] = ()) -> EmergencyPack:
    """The pack of now, read with five queries however many people there are."""
    angkatan, choices = asked.angkatan, asked.choices
    as_of = parts.as_of(asked.at)
    with_phones = access.has(asked.by, access.CONTACT)
    return EmergencyPack(
        title=f"{HEADING} {angkatan.full_name}, {choices.size.name}, {as_of}",
        heading=HEADING,
        paper=choices.size.value,
        letterhead=parts.letterhead(angkatan.letterhead, asked.office),
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        cancelled=parts.cancelled(angkatan),
        signers=(),
        taken_at=parts.taken_at(asked.at),
        as_of=as_of,
        dates=angkatan.day_range,
        place=angkatan.venue,
        made=f"{dates.long_date(asked.at)} pukul {dates.clock(asked.at)} {dates.zone_label()}".rstrip(),
        steps=steps(rest, with_phones=with_phones),
        people=roster(angkatan, choices.order, with_phones=with_phones),
        committee=committee(angkatan),
        with_phones=with_phones,
        rest=tuple(rest),
    )


def check(asked: Asked) -> None:
    """Count before anybody is read.

    :raises engine.TooLong: when it would be more than one file takes
    """
    engine.check_length(asked.angkatan.registrations.expected().count(), 2)


def roster(angkatan: Angkatan, order: Order, *, with_phones: bool) -> tuple[RosterPerson, ...]:
    """By name, each with the number of the daftar hadir."""
    printed = ("front_title", "name", "back_title", "code", "ormas_text", "ormas__name", "delegate__phone")
    expected = angkatan.registrations.expected().select_related("ormas", "delegate").only(*printed)
    listed = expected.sorted_by_name() if order == Order.NAME else expected.sorted_by_ormas()
    rooms = house.rooms_of(angkatan)
    people = [
        RosterPerson(
            number,
            one.front_title,
            one.name,
            one.back_title,
            one.ormas_name,
            codes.display(one.code),
            rooms.get(one.pk, ""),
            phones.display(one.delegate.phone) if with_phones else "",
        )
        for number, one in enumerate(listed, start=1)
    ]
    return tuple(sorted(people, key=lambda person: (person.name.casefold(), person.number)))


def committee(angkatan: Angkatan) -> tuple[tuple[str, str], ...]:
    """Who of the committee can be called; the number is written by hand."""
    people = angkatan.guests.filter(category=Guest.Category.COMMITTEE)
    return tuple((one.position, one.name) for one in people)


def letters(count: int) -> list[str]:
    """D, E, F …: A to C are the pack's own."""
    room = LAST_LETTER - FIRST_LETTER + 1
    return [chr(FIRST_LETTER + number) if number < room else f"Z{number - room + 1}" for number in range(count)]


def steps(rest: Sequence[PackPart], *, with_phones: bool) -> tuple[Step, ...]:
    """How to work with no power."""
    lists = _letters_of(rest, "Daftar hadir") or "daftar hadir"
    blank = _letters_of(rest, "Lembar kosong") or "lembar kosong"
    late = " Yang belum datang dihubungi lewat Bagian C." if with_phones else ""
    return (
        Step(
            "Tetap buka pintu.",
            "Kegiatan berjalan dengan kertas. Lembar bertanda tangan adalah bukti yang sah; aplikasi menyusul.",
        ),
        Step(
            "Datang ke meja registrasi:",
            f"cari nama di Bagian B (urut nama), tulis jam datang. Tanpa kartu pun nama dan ormas sudah cukup.{late}",
        ),
        Step(
            "Setiap sesi:",
            f"edarkan daftar hadir sesi itu ({lists}). Setiap orang menandatangani kotak yang bernomor sama dengan"
            " namanya.",
        ),
        Step(
            "Nama tidak ada:",
            "minta surat tugas, tulis nama lengkap, ormas, dan nomor HP pada baris kosong lembar itu. Jangan menolak;"
            " panitia memutuskan kemudian.",
        ),
        Step(
            "Utusan diganti:",
            "nama lama dibiarkan kosong, penggantinya ditulis pada baris kosong dengan keterangan"
            " “menggantikan no. …”.",
        ),
        Step("Izin atau sakit:", "tulis di kolom Ket., bukan di kotak tanda tangan."),
        Step("Lembar habis:", f"pakai lembar kosong ({blank}). Tulis hari, jam, dan materi di atasnya."),
        Step(
            "Sesudah sesi:",
            "hitung tanda tangan, tulis jumlahnya, kumpulkan menurut urutan halaman, simpan di satu map. Kotak kode"
            " jangan dilubangi.",
        ),
        Step(
            "Listrik menyala lagi:",
            "isikan kehadiran dari lembar di halaman Rekap. Catatan ponsel yang tertunda terkirim sendiri; jangan"
            " dicatat dua kali.",
        ),
    )


def _letters_of(rest: Sequence[PackPart], beginning: str) -> str:
    """``Bagian E dan F``."""
    found = [part.letter for part in rest if part.title.startswith(beginning)]
    if not found:
        return ""
    return "Bagian " + (f"{', '.join(found[:-1])} dan {found[-1]}" if len(found) > 1 else found[0])


OFFER = Offered(
    key="paket-darurat",
    name="Paket darurat",
    note="Satu PDF untuk malam sebelumnya: cara bekerja tanpa listrik, daftar nama dan kode, daftar telepon, semua"
    " lembar hari yang akan datang, lembar kosong, dan daftar kamar.",
    group=Group.PACK,
    build=build,
    check=check,
    fields=("kertas", "urut"),
    when=(When.BEFORE, When.DAY),
    assembled=True,
    confidential=True,
    archived=False,
)
