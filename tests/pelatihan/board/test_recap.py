"""The recap: sheets as they are printed, letters, totals."""

import re
import uuid

import pytest
import time_machine
from django.urls import reverse

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import marking, writer
from pelatihan.attendance.marking import Mark
from pelatihan.board import recap
from pelatihan.models import AttendanceState, Registration
from pelatihan.papers.sheets import Breaks, Sheet, sheets_of
from tests.factories import AngkatanFactory, SessionFactory, a_registration
from tests.pelatihan.door import at


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
    sheets = sheets_of(range(22, 22 + 1000 * 30, 30))
    assert " ".join(one.key if one else "…" for one in recap.near(sheets, sheets[chosen - 1])) == shown


def test_few_sheets_are_all_shown():
    sheets = sheets_of([22, 52, 82, 97])
    assert recap.near(sheets, sheets[0]) == sheets


def grid(door, clock="12.00") -> recap.Grid:
    batch = door.session.angkatan
    columns = list(batch.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    return recap.grid(batch, columns, Sheet("semua", "", 1, 100), door.session, at(clock))


def test_letters_say_what_counts(door):
    states = list(AttendanceState)
    people = [a_registration(door.session.angkatan, name=f"Peserta {letter}") for letter in "abcdefg"]
    marks = [
        Mark(uuid.uuid4(), person.ref, state, None, left_at=at("08.50") if state == "left" else None)
        for person, state in zip(people, states, strict=False)
    ]
    marking.mark_many(door.session, marks, actor=SYSTEM, at=at("09.00"))
    assert [line.cell.letter for line in grid(door).lines] == ["H", "T", "I", "S", "TK", "P", "–"]


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
    with django_assert_num_queries(8):
        grid(door)


def page(client, batch, **query) -> str:
    with time_machine.travel(at("08.30"), tick=False):
        return client.get(reverse("recap", args=[batch.slug]), query).content.decode()


def test_recap_numbers_run_on_over_the_sheets(door, client_of):
    door.session.angkatan.capacity = 30
    door.session.angkatan.save()
    for _ in range(24):
        a_registration(door.session.angkatan)
    first = page(client_of("panitia"), door.session.angkatan)
    second = page(client_of("panitia"), door.session.angkatan, lembar="2")
    numbers = [int(number) for number in re.findall("<span>([0-9]+)</span></label>", first + second)]
    assert numbers == list(range(1, 25))
    assert "Lembar 2" in second
    assert first.count("grid-name") > 10


def test_very_many_sheets_are_opened_by_number(door, client_of, monkeypatch):
    monkeypatch.setattr(recap, "MOST_SHEETS", 1)
    monkeypatch.setattr(recap, "NEIGHBOURS", 0)
    shares = sheets_of([1, 2, 3])
    monkeypatch.setattr(recap, "printed_sheets", lambda *_: Breaks(shares))
    for _ in range(3):
        a_registration(door.session.angkatan)
    panitia = client_of("panitia")
    pages = [page(panitia, door.session.angkatan, lembar=wish, lp="1") for wish in ("1", "2", " 2. ")]
    assert "Lembar nomor (1–3)" in pages[0]
    assert '<input type="hidden" name="lp" value="1">' in pages[0]
    assert ["<span>2</span></label>" in shown for shown in pages] == [False, True, True]


def test_recap_is_paged_as_the_chosen_paper(door, client_of):
    door.session.angkatan.capacity = 30
    door.session.angkatan.save()
    for number in range(24):
        a_registration(door.session.angkatan, name=f"Peserta {'abcdefghijklmnopqrstuvwxyz'[number]}")
    client = client_of("panitia")
    f4 = page(client, door.session.angkatan)
    a4 = page(client, door.session.angkatan, kertas="a4", urut="nama")
    assert len({html.count("grid-name") for html in (f4, a4)}) == 2
    assert "Lembar A4, urut nama" in a4
    assert "&amp;kertas=a4&amp;urut=nama" in a4
    names = re.findall("Peserta [a-z]", a4)
    assert names == sorted(names)


def test_recap_without_breaks_says_so(door, person, client_of, full_queue):
    shown = page(client_of("panitia"), door.session.angkatan)
    assert "antrean cetak sedang penuh" in shown
    assert "Siti Rahmawati" in shown
    assert "Lembar 1" not in shown


@pytest.mark.parametrize(
    "query", [{}, {"lembar": "9"}, {"lembar": "semua"}, {"sesi": "x"}, {"kertas": "a3"}, {"hp": "1"}, {"kosong": "x"}]
)
def test_recap_opens_whatever_is_asked(door, client_of, person, query):
    assert "Siti Rahmawati" in page(client_of("pemantau"), door.session.angkatan, **query)


def test_recap_says_what_is_missing(client_of):
    batch = AngkatanFactory()
    assert "Belum ada sesi" in page(client_of("panitia"), batch)
    SessionFactory(angkatan=batch)
    assert "Belum ada peserta yang diterima" in page(client_of("panitia"), batch)


def test_who_was_let_in_is_marked(door, organiser):
    batch = door.session.angkatan
    walk_in = a_registration(batch, "submitted", source=Registration.Source.WALK_IN, name="Ahmad Fauzi")
    rejected = a_registration(batch, "rejected", name="Yosef Mofu")
    a_registration(batch, "rejected", name="Bukan Siapa")
    door.scan(walk_in, "08.00")
    writer.mark(door.session, rejected, AttendanceState.PRESENT, event_id=uuid.uuid4(), actor=SYSTEM, at=at("09.00"))
    with time_machine.travel(at("12.00"), tick=False):
        html = organiser.get(reverse("recap", args=[batch.slug])).content.decode()
    rows = re.findall(r'<th class="grid-name".*?</th>', html, flags=re.S)
    assert [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows] == [
        "Ahmad Fauzi Sekretaris belum diverifikasi",
        "Yosef Mofu Sekretaris berstatus ditolak",
    ]
