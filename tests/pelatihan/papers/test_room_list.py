"""The list of rooms as the reception and the wall have it."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from pelatihan.lifecycle import Action
from pelatihan.lodging import house, placing
from pelatihan.models import Office
from pelatihan.papers import engine, room_list
from pelatihan.papers.choices import Choices, NothingToPrint, Size
from pelatihan.papers.offered import Asked
from pelatihan.papers.room_list import HotelList, PrintedLodger, PrintedRoom, WallLine, WallList
from pelatihan.registration import writer
from tests.factories import NOON, AngkatanFactory, UserFactory, clerk
from tests.pelatihan.lodging.houses import EVENING, find, lodger, with_rooms
from tests.pelatihan.papers.lists import LETTERHEAD, SIGNERS, stretches, text_of

NIGHT_BEFORE = datetime(2019, 3, 10, 9, 40, tzinfo=UTC)
WIDE = PrintedLodger("Prof. Dr. K.H.", "W" * 150, "S.Sos., M.Si.", "P")


def hotel(people: int, paper: str = "f4", wide: bool = False) -> HotelList:
    """So many people in rooms of one, two and three."""
    rooms: list[PrintedRoom] = []
    number = 0
    while number < people:
        size = min(len(rooms) % 3 + 1, people - number)
        some = tuple(PrintedLodger("", f"Nama {number + at:04}", "M.Si.", "LP"[len(rooms) % 2]) for at in range(size))
        rooms.append(PrintedRoom(f"K{len(rooms) + 1:03}", (WIDE, *some[1:]) if wide and len(rooms) == 1 else some))
        number += size
    return HotelList(
        title="Daftar Kamar", heading="Daftar Kamar Peserta", paper=paper, taken_at=(2019, 3, 10, 9, 40),
        letterhead=LETTERHEAD, theme="Pelatihan Peran Ormas" if not wide else "W" * 300, batch="Angkatan II",
        signers=(SIGNERS[1], room_list.RECEIVER), as_of="Daftar per tadi", place="Hotel Contoh", check_in="Senin",
        check_out="Rabu, 2 malam", sums="semua", town_and_date="Bogor, hari ini", rooms=tuple(rooms),
    )  # fmt: skip


def wall(names: list[str], paper: str = "f4") -> WallList:
    return WallList(
        title="Daftar kamar", paper=paper, taken_at=(2019, 3, 10, 9, 40), heading="Daftar Kamar", batch="Angkatan II",
        help="Urut nama.", as_of="Daftar per tadi",
        lines=tuple(WallLine(name, f"K{number:03}") for number, name in enumerate(names)),
    )  # fmt: skip


def printed(paper: HotelList | WallList):
    pdf, warnings = engine.compiled(paper.template, paper)
    assert warnings == []
    return list(PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("paper", ["f4", "a4"])
@pytest.mark.parametrize("people", [1, 22, 23, 97])
def test_hotel_list_is_whole_and_signed_below_the_last_rooms(people, paper):
    made = hotel(people, paper)
    pages = [text_of(page) for page in printed(made)]

    for number, room in enumerate(made.rooms, start=1):
        (home,) = [page for page in pages if room.name in page]  # a room stands on one page
        assert all(one.name in home for one in room.people), number
    assert [re.findall(r"Halaman \d+ dari \d+", page) for page in pages] == [
        [f"Halaman {number} dari {len(pages)}"] for number in range(1, len(pages) + 1)
    ]
    assert all("Kamar Nama L/P Keterangan hotel" in page for page in pages)
    assert "Agus Darmawan" in pages[-1]
    assert made.rooms[-1].name in pages[-1]
    assert "Pihak hotel," in pages[-1]
    assert pages[-1].count("NIP") == 0


@pytest.mark.parametrize("paper", ["f4", "a4"])
def test_longest_words_stay_between_the_margins(paper):
    right = {"f4": 215 - 12, "a4": 210 - 12}[paper]
    lines = (WallLine("W" * 150, "W" * 20), WallLine("Abdurrahman Wiryosaputro Kusumadiningrat", "1"))
    for made in (hotel(9, paper, wide=True), replace(wall([], paper), lines=lines)):
        for page in printed(made):
            assert all(start >= 19.9 and end <= right + 0.5 for _words, start, end in stretches(page))


@pytest.mark.parametrize("paper", ["f4", "a4"])
def test_each_page_of_the_wall_says_its_letters(paper):
    names = sorted(
        f"{letter}{'a' * (number % 5 + 1)}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for number in range(5)
    )
    pages = [text_of(page) for page in printed(wall(names, paper))]

    assert len(pages) == 3
    assert re.findall(r"DAFTAR KAMAR ([A-Z])–([A-Z])", " ".join(pages))[0][0] == "A"
    assert re.findall(r"DAFTAR KAMAR ([A-Z])–([A-Z])", " ".join(pages))[-1][1] == "Z"
    assert sum(len(re.findall(r"K\d{3}", page)) for page in pages) == len(names)


def test_one_page_of_the_wall_needs_no_letters():
    (page,) = printed(wall(["'Aisyah Nur", "Budi"]))
    assert "DAFTAR KAMAR Angkatan" in text_of(page)


# ---- Who stands on it ----------------------------------------------------------------------------


@pytest.fixture
def angkatan(db):
    batch = AngkatanFactory(number=2)
    with_rooms(batch, "101, 102")
    user = UserFactory(role="panitia")
    for name, sex, room in (("Ani", "P", "101"), ("Zulfa", "P", "101"), ("Budi", "L", "102")):
        lodger(batch, name, sex, front_title="Drs." if name == "Budi" else "")
        one = find(batch, name)
        number = batch.bedrooms.get(name=room).pk
        placing.place(batch, one.key, number, seen="", by=user, at=EVENING)
    lodger(batch, "Tanpa Kamar", ormas="Beta")
    return batch


def asked(angkatan, **choices) -> Asked:
    return Asked(angkatan, [], Choices(**choices), Office(pk=1), NIGHT_BEFORE, UserFactory.build())


def made(angkatan, **choices):
    wish = asked(angkatan, **choices)
    room_list.check(wish)
    return room_list.build(wish)


def test_the_hotel_reads_rooms_names_and_sums(angkatan):
    paper = made(angkatan)

    assert [(room.name, [(one.front, one.name, one.sex) for one in room.people]) for room in paper.rooms] == [
        ("101", [("", "Ani", "P"), ("", "Zulfa", "P")]),
        ("102", [("Drs.", "Budi", "L")]),
    ]
    assert paper.sums == "2 kamar, 3 orang: 1 laki-laki, 2 perempuan"
    assert (paper.check_in, paper.check_out) == ("Senin, 11 Maret 2019", "Rabu, 13 Maret 2019, 2 malam")


def test_the_wall_reads_names_and_rooms_and_nothing_else(angkatan):
    paper = made(angkatan, style="dinding", size=Size.A4)

    assert paper.lines == (WallLine("Ani", "101"), WallLine("Budi", "102"), WallLine("Zulfa", "101"))
    assert paper.help == "Urut nama. Ada yang keliru? Hubungi Ibu Rina Kartika."
    assert "Alfa" not in repr(paper)


def test_who_does_not_come_stands_on_neither(angkatan):
    budi = angkatan.registrations.get(name="Budi")
    writer.move(budi, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")

    assert [room.name for room in made(angkatan).rooms] == ["101"]
    assert house.count_placed(angkatan) == house.read(angkatan).placed == 2
    assert [line.name for line in made(angkatan, style="dinding").lines] == ["Ani", "Zulfa"]


@pytest.mark.parametrize("style", ["hotel", "dinding"])
def test_lists_of_a_training_that_was_called_off_say_so(angkatan, style):
    type(angkatan).objects.filter(pk=angkatan.pk).update(cancelled_at=NIGHT_BEFORE, cancel_reason="Banjir")
    angkatan.refresh_from_db()

    assert all("DIBATALKAN" in text_of(page) for page in printed(made(angkatan, style=style)))


def test_what_cannot_be_printed_is_told(angkatan):
    with pytest.raises(NothingToPrint, match="Ragam daftar kamar ini tidak dikenal"):
        made(angkatan, style="8")
    for one in house.read(angkatan).everybody:
        if one.stay:
            placing.clear(angkatan, one.key, seen=one.seen)
    for act in (room_list.check, room_list.build):
        with pytest.raises(NothingToPrint, match="Belum ada yang punya kamar"):
            act(asked(angkatan))
    angkatan.bedrooms.all().delete()
    with pytest.raises(NothingToPrint, match="Belum ada kamar di angkatan ini"):
        made(angkatan)


def test_pages_are_estimated_near_the_truth(angkatan):
    assert room_list.about(asked(angkatan), 97) == f"F4 · sekitar {len(printed(hotel(97)))} lembar"
    pages = len(printed(wall([f"Nama {number}" for number in range(97)], "a4")))
    assert room_list.about(asked(angkatan, style="dinding", size=Size.A4), 97) == f"A4 · sekitar {pages} lembar"
    assert len(hotel(97).first_page().rooms) < len(hotel(200).rooms)


def test_the_list_opens_from_its_address(angkatan, client):
    client.force_login(UserFactory(role="panitia"))

    answer = client.get("/panitia/2019-ii/cetak/daftar-kamar.pdf?ragam=dinding&kertas=a4")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "daftar-kamar-2019-ii-a4" in answer["Content-Disposition"]
