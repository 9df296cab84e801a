"""The recap: sheets as they are printed, letters, totals."""

import uuid

import pytest
import time_machine
from django.urls import reverse

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.board import recap
from pelatihan.models import AttendanceState
from pelatihan.papers.sheets import Sheet, sheets_of
from tests.factories import AngkatanFactory, SessionFactory, a_registration
from tests.pelatihan.door import at


@pytest.mark.parametrize(
    ("people", "sheets"),
    [
        (0, [(1, 0)]),
        (22, [(1, 22)]),
        (23, [(1, 22), (23, 23), (1, 23)]),
        (97, [(1, 22), (23, 52), (53, 82), (83, 97), (1, 97)]),
    ],
)
def test_sheets_follow_the_printed_pages(people, sheets):
    assert [(sheet.first, sheet.last) for sheet in sheets_of(people)] == sheets


def test_too_many_people_for_one_screen_have_no_sheet_of_all():
    assert [len(sheets_of(people)) for people in (292, 293)] == [11, 11]
    assert [sheets_of(people)[-1].key for people in (292, 293)] == ["semua", "11"]


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (1, "1 2 3 … 1000"),
        (3, "1 2 3 4 5 … 1000"),
        (500, "1 … 498 499 500 501 502 … 1000"),
        (999, "1 … 997 998 999 1000"),
    ],
)
def test_of_very_many_sheets_the_neighbours_are_shown(chosen, shown):
    sheets = sheets_of(22 + 999 * 30)
    assert " ".join(one.key if one else "…" for one in recap.near(sheets, sheets[chosen - 1])) == shown


def test_few_sheets_are_all_shown():
    sheets = sheets_of(97)
    assert recap.near(sheets, sheets[0]) == sheets


def grid(door, clock="12.00") -> recap.Grid:
    batch = door.session.angkatan
    columns = list(batch.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    return recap.grid(batch, columns, Sheet("semua", "", 1, 100), door.session, at(clock))


def test_letters_say_what_counts(door):
    states = list(AttendanceState)
    people = [a_registration(door.session.angkatan, name=f"Peserta {letter}") for letter in "abcdef"]
    for person, state in zip(people, states, strict=False):
        writer.mark(door.session, person, state, event_id=uuid.uuid4(), actor=SYSTEM, at=at("09.00"))
    assert [line.cells[0].letter for line in grid(door).lines] == ["H", "T", "I", "S", "TK", "–"]


def test_totals_count_who_was_inside(door, person):
    later = SessionFactory(angkatan=door.session.angkatan, hour=14)
    a_registration(door.session.angkatan)
    door.scan(person, "08.40")
    shown = grid(door)
    assert [(column.came, column.came_of_all) for column in shown.columns] == [(1, 1), (None, None)]
    assert (shown.begun, shown.expected, later in [column.session for column in shown.columns]) == (1, 2, True)
    assert sorted(line.came for line in shown.lines) == [0, 1]


def test_sessions_without_attendance_have_no_column(door, person):
    SessionFactory(angkatan=door.session.angkatan, hour=10, takes_attendance=False)
    assert len(grid(door).columns) == 1


@pytest.mark.parametrize("people", [1, 3])
def test_recap_asks_the_same_queries_for_many(door, people, django_assert_num_queries):
    for _ in range(people):
        door.scan(a_registration(door.session.angkatan), "08.00")
    with django_assert_num_queries(6):
        grid(door)


def page(client, batch, **query) -> str:
    with time_machine.travel(at("08.30"), tick=False):
        return client.get(reverse("recap", args=[batch.slug]), query).content.decode()


def test_recap_numbers_run_on_over_the_sheets(door, client_of):
    door.session.angkatan.capacity = 30
    door.session.angkatan.save()
    for _ in range(24):
        a_registration(door.session.angkatan)
    shown = page(client_of("panitia"), door.session.angkatan, lembar="2")
    assert shown.count("grid-name") == 2
    assert '<td class="grid-no num">23</td>' in shown


def test_very_many_sheets_are_opened_by_number(door, client_of, monkeypatch):
    monkeypatch.setattr(recap, "MOST_SHEETS", 1)
    monkeypatch.setattr(recap, "NEIGHBOURS", 0)
    door.session.angkatan.capacity = 30
    door.session.angkatan.save()
    for _ in range(24):
        a_registration(door.session.angkatan)
    panitia = client_of("panitia")
    pages = [page(panitia, door.session.angkatan, lembar=wish) for wish in ("1", "2", " 2. ")]
    assert "Lembar nomor (1–3)" in pages[0]
    assert ['grid-no num">23<' in shown for shown in pages] == [False, True, True]


@pytest.mark.parametrize("query", [{}, {"lembar": "9"}, {"lembar": "semua"}, {"sesi": "x"}])
def test_recap_opens_whatever_is_asked(door, client_of, person, query):
    assert "Siti Rahmawati" in page(client_of("pemantau"), door.session.angkatan, **query)


def test_recap_says_what_is_missing(client_of):
    batch = AngkatanFactory()
    assert "Belum ada sesi" in page(client_of("panitia"), batch)
    SessionFactory(angkatan=batch)
    assert "Belum ada peserta yang diterima" in page(client_of("panitia"), batch)
