"""Who signs without registering: speakers as they speak, the committee every day, guests once."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from pelatihan.models import Angkatan, Guest
from pelatihan.models.office import office
from pelatihan.papers.choices import Choices, NothingToPrint, Size
from pelatihan.papers.engine import Print, TooLong
from pelatihan.papers.forms import BLANK_ROWS
from pelatihan.papers.guest_sheet import GuestList, PrintedGuest
from pelatihan.papers.offered import Asked
from pelatihan.papers.offers import BY_KEY
from pelatihan.papers.parts import Document
from tests.factories import AngkatanFactory, SessionFactory, UserFactory
from tests.pelatihan.papers.lists import printed, text_of

pytestmark = pytest.mark.django_db
AT = datetime(2019, 3, 11, 0, 45, tzinfo=UTC)
SPEAKERS, COMMITTEE, INVITED = "daftar-hadir-narasumber", "daftar-hadir-panitia", "daftar-hadir-undangan"


def asked(angkatan: Angkatan, **choices: Any) -> Asked:
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    return Asked(angkatan, sessions, Choices(**choices), office(), AT, UserFactory.build(pk=1))


def made(key: str, angkatan: Angkatan, **choices: Any) -> GuestList:
    wish = asked(angkatan, **choices)
    BY_KEY[key].check(wish)
    paper: Document = BY_KEY[key].build(wish)
    assert isinstance(paper, GuestList)
    return paper


def a_guest(angkatan: Angkatan, name: str, category: str = "speaker", **fields: Any) -> Guest:
    return Guest.objects.create(angkatan=angkatan, name=name, category=category, **fields)


@pytest.fixture
def batch() -> Angkatan:
    """Two days; Ratih speaks in the afternoon and on the second morning, Hendrik before her, Eko leads the talk."""
    batch = AngkatanFactory(number=2, venue="Hotel Contoh", town="Bogor")
    morning = SessionFactory(angkatan=batch, hour=8, title="Wawasan kebangsaan")
    afternoon = SessionFactory(angkatan=batch, hour=14, title="Pengawasan pemilu")
    second = SessionFactory(angkatan=batch, day=1, hour=8, title="Tanya jawab", takes_attendance=False)
    a_guest(
        batch, "Dr. Ratih, S.H.", position="Anggota", institution="Bawaslu", session=afternoon, subject="Peran ormas"
    )
    a_guest(batch, "Dr. Ratih, S.H.", session=second)
    a_guest(batch, "Prof. Hendrik", session=morning)
    a_guest(batch, "Eko Prasetyawan", "moderator", session=second, place=2)
    a_guest(batch, "Rina Kartika", "committee", position="Sekretaris", place=2)
    a_guest(batch, "Agus Darmawan", "committee", position="Ketua", place=1)
    a_guest(batch, "H. Saiful", "invited", institution="Suku Badan Contoh")
    return batch


def test_speakers_and_moderators_stand_in_the_order_in_which_they_speak(batch):
    paper = made(SPEAKERS, batch)

    assert [(one.name, one.role, one.subject) for one in paper.people] == [
        ("Prof. Hendrik", "Narasumber", "Wawasan kebangsaan"),
        ("Dr. Ratih, S.H.", "Narasumber", "Peran ormas"),
        ("Dr. Ratih, S.H.", "Narasumber", "Tanya jawab"),
        ("Eko Prasetyawan", "Moderator", "Tanya jawab"),
    ]
    assert paper.people[1] == PrintedGuest(
        "Dr. Ratih, S.H.", "Anggota", "Bawaslu", "Narasumber", "Senin, 11 Maret 2019", "14.00–15.30 WIB", "Peran ormas"
    )
    assert [sheet.day for sheet in paper.sheets] == ["Senin–Rabu, 11–13 Maret 2019"]


def test_of_a_session_or_a_day_stand_those_who_speak_then(batch):
    morning = batch.sessions.get(title="Wawasan kebangsaan")
    of_session, of_day = made(SPEAKERS, batch, session=morning.pk), made(SPEAKERS, batch, day=morning.day)

    assert [one.name for one in of_session.people] == ["Prof. Hendrik"]
    assert (of_session.sheets[0].time, of_session.sheets[0].subject) == ("08.00–09.30 WIB", "Wawasan kebangsaan")
    assert [one.name for one in of_day.people] == ["Prof. Hendrik", "Dr. Ratih, S.H."]


def test_committee_signs_every_day_in_its_own_order(batch):
    paper = made(COMMITTEE, batch)

    assert [one.name for one in paper.people] == ["Agus Darmawan", "Rina Kartika"]
    assert [sheet.day for sheet in paper.sheets] == [
        "Senin, 11 Maret 2019",
        "Selasa, 12 Maret 2019",
        "Rabu, 13 Maret 2019",
    ]
    assert len(set(paper.codes)) == 3
    assert len(made(COMMITTEE, batch, day=batch.starts_on).sheets) == 1


def test_guests_of_honour_sign_once(batch):
    paper = made(INVITED, batch)

    assert [(one.name, one.institution) for one in paper.people] == [("H. Saiful", "Suku Badan Contoh")]
    assert len(paper.sheets) == 1


@pytest.mark.parametrize("key", [SPEAKERS, COMMITTEE, INVITED])
def test_nobody_yet_is_told_with_where_to_add_them(key):
    with pytest.raises(NothingToPrint, match="Tambahkan di halaman Pengaturan angkatan"):
        made(key, AngkatanFactory())


def test_session_without_a_speaker_is_told(batch):
    talk = SessionFactory(angkatan=batch, hour=10, title="Pembukaan")

    with pytest.raises(NothingToPrint, match="untuk sesi atau hari itu"):
        made(SPEAKERS, batch, session=talk.pk)


def test_more_than_one_file_takes_is_told(batch):
    Guest.objects.bulk_create(Guest(angkatan=batch, category="committee", name=f"Tamu {n}") for n in range(3329))

    with pytest.raises(TooLong, match=r"10\.00"):
        made(COMMITTEE, batch)


@pytest.mark.parametrize(("size", "rows"), BLANK_ROWS.items())
def test_blank_list_fills_one_page(size, rows):
    batch = AngkatanFactory()
    paper = made(INVITED, batch, blank=True, size=size, spare_rows=rows)
    (page,) = printed(paper)

    assert (paper.people, paper.spare_rows) == ((), rows)
    assert re.search(rf"\b{rows} {rows}\b|\b{rows}\b.*\b{rows}\b", text_of(page))
    assert re.search(r"Hari/Tanggal : \.{20,}", text_of(page))


@pytest.mark.parametrize("size", Size)
def test_box_to_sign_in_is_wide_and_high(batch, size):
    paper = made(SPEAKERS, batch, size=size)
    with Print() as place:
        (told,) = place.typeset(paper.template, paper).places
    (page,) = told["pages"]

    assert page["columns"]["box"][1] == 36
    assert [row[0] for row in page["rows"]] == list(range(1, 10))
    assert min(row[2] for row in page["rows"]) >= 11
    assert told["code"] == paper.codes[0]


def test_queries_do_not_grow_with_guests(batch, django_assert_num_queries):
    wish = asked(batch)
    with django_assert_num_queries(2):
        BY_KEY[SPEAKERS].build(wish)
    for number in range(5):
        a_guest(batch, f"Narasumber {number}", session=batch.sessions.first())
    with django_assert_num_queries(2):
        BY_KEY[SPEAKERS].build(wish)
