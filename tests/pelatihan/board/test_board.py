"""The board: how many of how many, who is missing, who may see whose number."""

import uuid
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import figures, writer
from pelatihan.board import overview
from pelatihan.lifecycle import Action
from pelatihan.models import AttendanceState
from pelatihan.registration import writer as writer_of_registrations
from tests.factories import AngkatanFactory, OrmasFactory, SessionFactory, a_registration, clerk
from tests.pelatihan.door import at

PHONE = "+6281298765432"


@pytest.fixture
def crowd(door):
    """Six accepted people: two present, one late, one excused, one absent, one unknown. And one on the list."""
    people = [a_registration(door.session.angkatan, name=f"Peserta {letter}") for letter in "abcdef"]
    a_registration(door.session.angkatan, "waitlisted")
    for person, clock in zip(people, ("08.00", "08.05", "08.40"), strict=False):
        door.scan(person, clock)
    for person, state in zip(people[3:], (AttendanceState.EXCUSED, AttendanceState.ABSENT), strict=False):
        writer.mark(door.session, person, state, event_id=uuid.uuid4(), actor=SYSTEM, at=at("09.00"))
    return people


def board(door, clock="08.45", on=11, **wish) -> overview.Board:
    options: dict[str, Any] = {"day": "", "session": "", "contacts": False} | wish
    return overview.of(door.session.angkatan, at(clock, day=on), **options)


def get(client, batch, clock="08.45", on=11, **query) -> str:
    with time_machine.travel(at(clock, day=on), tick=False):
        return client.get(reverse("board", args=[batch.slug]), query).content.decode()


def test_parts_add_up_to_the_expected(door, crowd):
    shown = figures.of_sessions(door.session.angkatan, [door.session])[0].figures
    assert [(word, number) for _colour, word, number in shown.parts] == [
        ("Hadir", 2), ("Terlambat", 1), ("Izin, sakit", 1), ("Tanpa keterangan", 1), ("Belum", 1)
    ]  # fmt: skip
    assert (shown.came, shown.missing, shown.expected) == (3, 2, 6)


def test_bar_is_read_aloud(door, crowd):
    shown = figures.of_sessions(door.session.angkatan, [door.session])[0].figures
    assert shown.spoken == ("Hadir 2, terlambat 1, izin atau sakit 1, tanpa keterangan 1, belum 1, dari 6 peserta")


def test_people_who_left_the_list_are_not_counted(door, crowd):
    crowd[3].status = "cancelled"
    crowd[3].save()
    shown = figures.of_sessions(door.session.angkatan, [door.session])[0].figures
    assert (shown.away, shown.expected, shown.missing) == (0, 5, 2)


def test_who_was_let_in_stays_expected(door, person):
    door.scan(person, "08.00")
    writer_of_registrations.move(person, Action.CANCEL, actor=clerk(), at=at("08.10"), reason="Keliru")
    shown = figures.of_sessions(door.session.angkatan, [door.session])[0].figures
    assert (shown.came, shown.expected) == (1, 1)


def test_missing_are_unknown_and_absent_people(door, crowd):
    missing = [one.person.name for ormas in figures.missing(door.session, contacts=False) for one in ormas.people]
    assert sorted(missing) == ["Peserta e", "Peserta f"]


def test_missing_stand_by_organisation(door):
    first = a_registration(door.session.angkatan, name="Zainal")
    second = a_registration(door.session.angkatan, name="Ahmad", ormas=first.ormas)
    groups = figures.missing(door.session, contacts=False)
    people = [(group.ormas, [one.person for one in group.people]) for group in groups]
    assert people == [(first.ormas.name, [second, first])]


@pytest.mark.parametrize(
    ("clock", "on", "expected"),
    [("06.00", 11, 8), ("09.29", 11, 8), ("09.30", 11, 10), ("15.00", 11, 10), ("08.00", 20, 10)],
)
def test_board_enlarges_the_session_that_is_meant(door, clock, on, expected):
    SessionFactory(angkatan=door.session.angkatan, hour=10)
    assert board(door, clock, on).focus.session.starts_at == at(f"{expected:02}.00")


@pytest.mark.parametrize(("on", "expected"), [(1, 11), (11, 11), (13, 13), (30, 12)])
def test_board_opens_on_today_or_the_nearest_day(door, on, expected):
    SessionFactory(angkatan=door.session.angkatan, day=1)
    assert board(door, on=on).day.day == expected


@pytest.mark.parametrize(("wish", "expected"), [("2019-03-12", 12), ("2019-03-30", 11), ("kemarin", 11)])
def test_board_of_another_day(door, wish, expected):
    assert board(door, day=wish).day.day == expected


def test_board_enlarges_the_session_asked_for(door):
    later = SessionFactory(angkatan=door.session.angkatan, hour=10)
    assert board(door, session=str(later.pk)).focus.session == later


def test_board_that_shows_another_session_leads_to_the_present_one(door, client_of, crowd):
    SessionFactory(angkatan=door.session.angkatan, hour=10, title="Empat pilar")
    pinned = get(client_of("pemantau"), door.session.angkatan, "09.31", sesi=str(door.session.pk))
    address = reverse("board", args=[door.session.angkatan.slug])
    assert f'Sesi sekarang: <a href="{address}">10.00–11.30 Empat pilar</a>' in pinned
    assert "Sesi sekarang:" not in get(client_of("pemantau"), door.session.angkatan, "09.31")


def test_reloading_the_board_follows_the_clock(door, client_of, crowd):
    """The link that a projector is reloaded by names no session, or the board would stay with one that is over."""
    page = get(client_of("pemantau"), door.session.angkatan, "09.31")
    assert f'href="{reverse("board", args=[door.session.angkatan.slug])}" data-reload' in page


def test_session_past_midnight_stays_in_large(door, crowd):
    SessionFactory(angkatan=door.session.angkatan, starts_at=at("22.00"), ends_at=at("01.00", day=12))
    shown = board(door, "00.30", 12)
    assert (shown.day.day, shown.focus.session.starts_at) == (11, at("22.00"))


def test_names_of_the_missing_stand_in_the_heads(door, client_of):
    """A projector shows them without unfolding anything."""
    ormas = OrmasFactory()
    for name in ("Agus", "Budi"):
        a_registration(door.session.angkatan, name=name, ormas=ormas)
    assert 'class="missing-names" aria-hidden="true">Agus; Budi</span>' in get(
        client_of("petugas"), door.session.angkatan
    )


def test_nobody_is_missing_before_the_doors_open(door, crowd):
    assert board(door, "06.59").missing == []


@pytest.mark.parametrize("people", [1, 3])
def test_board_asks_the_same_queries_for_many(door, people, django_assert_num_queries):
    for _ in range(people):
        a_registration(door.session.angkatan)
        door.scan(a_registration(door.session.angkatan), "08.00")
    with django_assert_num_queries(6):
        board(door, contacts=True)


@pytest.fixture
def few_a_page(door, monkeypatch):
    """Five people are missing, of three organisations, and two are named on a page."""
    monkeypatch.setattr(overview, "MOST_MISSING", 2)
    ormas = [OrmasFactory(name=f"Perkumpulan {letter}") for letter in "ABC"]
    for name, which in (("Agus", 0), ("Budi", 0), ("Citra", 1), ("Dewi", 1), ("Eka", 2)):
        a_registration(door.session.angkatan, name=name, ormas=ormas[which])


@pytest.mark.parametrize(
    ("page", "names", "after"),
    [
        ("", ["Agus", "Budi"], 3),
        ("2", ["Citra", "Dewi"], 1),
        ("3", ["Eka"], 0),
        ("9", ["Eka"], 0),
        ("x", ["Agus", "Budi"], 3),
    ],
)
def test_long_list_of_missing_is_paged(door, few_a_page, page, names, after):
    shown = board(door, page=page)
    assert [one.person.name for ormas in shown.missing for one in ormas.people] == names
    assert (shown.missing_people, shown.missing_after) == (5, after)


def test_page_leads_to_the_rest_of_the_missing(door, client_of, few_a_page):
    page = get(client_of("petugas"), door.session.angkatan, hal="2")
    assert "Belum hadir: 5 orang</h2>" in page
    assert "Dan 1 orang lagi" in page
    assert all(f"sesi={door.session.pk}&amp;hal={number}#belum" in page for number in (1, 3))


def test_whole_list_needs_no_pages(door, client_of, crowd):
    page = get(client_of("petugas"), door.session.angkatan)
    assert "Peserta f" in page
    assert "orang lagi" not in page


def test_rivals_of_one_name_are_told_apart(door):
    rivals = [OrmasFactory(name="Serikat Buruh") for _ in range(2)]
    for rival in rivals:
        a_registration(door.session.angkatan, ormas=rival)
    assert [len(group.people) for group in figures.missing(door.session, contacts=False)] == [1, 1]


def test_board_links_to_phones_for_panitia(door, client_of):
    a_registration(door.session.angkatan, phone=PHONE)
    page = get(client_of("panitia"), door.session.angkatan)
    assert f"tel:{PHONE}" in page
    assert "https://wa.me/6281298765432?text=" in page


@pytest.mark.parametrize("role", ["petugas", "pemantau"])
def test_board_hides_phones_from_others(door, client_of, role):
    a_registration(door.session.angkatan, name="Budi Santoso", phone=PHONE)
    page = get(client_of(role), door.session.angkatan)
    assert "Budi Santoso" in page
    assert "98765432" not in page.replace("-", "")


def test_part_of_the_page_is_the_board_alone(door, client_of, crowd):
    page = get(client_of("pemantau"), door.session.angkatan, bagian="papan")
    assert "3 dari 6" in page
    assert "<html" not in page


def test_closed_session_says_who_was_away(door, client_of, crowd):
    door.session.closed_at = at("09.30")
    door.session.save()
    page = get(client_of("pemantau"), door.session.angkatan, "10.00")
    assert "<dt>Tanpa keterangan</dt><dd>1</dd>" in page
    assert "<dt>Belum</dt><dd>1</dd>" in page
    assert "Sudah ditutup" in page


@pytest.mark.parametrize(
    ("on", "sentence"), [(1, "Pelatihan dimulai Senin, 11 Maret 2019"), (20, "Angkatan ini sudah selesai")]
)
def test_board_before_and_after_the_event(door, client_of, crowd, on, sentence):
    assert sentence in get(client_of("panitia"), door.session.angkatan, on=on)


def test_empty_board_fills_by_itself(door, client_of):
    """It is looked at before anybody is accepted, and asks whether there is something to show by now."""
    panitia, batch = client_of("panitia"), door.session.angkatan
    assert "Belum ada pendaftar" in get(panitia, batch, bagian="papan")
    a_registration(batch)
    assert "0 dari 1" in get(panitia, batch, bagian="papan")


def test_board_without_registrations_shares_the_form(client_of):
    batch = AngkatanFactory()
    page = get(client_of("panitia"), batch)
    assert "Belum ada pendaftar" in page
    assert f"/angkatan/{batch.slug}/daftar/" in page


def test_board_without_accepted_people_says_so(door, client_of):
    a_registration(door.session.angkatan, "submitted")
    assert "Belum ada peserta yang diterima" in get(client_of("panitia"), door.session.angkatan)


def test_board_without_sessions_says_so(client_of):
    batch = AngkatanFactory()
    a_registration(batch)
    assert "Belum ada sesi" in get(client_of("panitia"), batch)


def test_day_without_sessions_offers_the_others(door, client_of, crowd):
    page = get(client_of("panitia"), door.session.angkatan, hari="2019-03-13")
    assert "Tidak ada sesi pada hari ini" in page
    assert "?hari=2019-03-11" in page


def test_committee_lists_the_running_batch_first(client_of):
    with time_machine.travel(at("08.00"), tick=False):
        running = AngkatanFactory()
        past, coming = (AngkatanFactory(starts_on=at("08.00", day=day).date()) for day in (1, 30))
        page = client_of("petugas").get(reverse("committee")).content.decode()
    places = [page.index(reverse("board", args=[batch.slug])) for batch in (running, coming, past)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("clock", "line"),
    [
        ("06.00", "Sesi berikutnya 08.00–09.30: Empat pilar"),
        ("07.30", "Sesi sekarang 08.00–09.30: Empat pilar"),
        ("09.31", "Sesi terakhir hari ini 08.00–09.30: Empat pilar"),
    ],
)
def test_committee_names_the_session_that_is_meant(client_of, clock, line):
    session = SessionFactory(title="Empat pilar")
    SessionFactory(angkatan=session.angkatan, day=1)
    SessionFactory(angkatan=session.angkatan, hour=7, takes_attendance=False)
    with time_machine.travel(at(clock), tick=False):
        assert line in client_of("petugas").get(reverse("committee")).content.decode()


@pytest.mark.parametrize("batches", [1, 3])
def test_committee_reads_all_present_sessions_at_once(client_of, django_assert_num_queries, batches):
    for _ in range(batches):
        SessionFactory()
    with time_machine.travel(at("08.00"), tick=False):
        petugas = client_of("petugas")
        petugas.get(reverse("committee"))
        with django_assert_num_queries(5):
            petugas.get(reverse("committee"))


@pytest.mark.parametrize("batches", [1, 30])
def test_committee_asks_the_same_queries_for_many(client_of, django_assert_num_queries, batches):
    for _ in range(batches):
        AngkatanFactory()
    pemantau = client_of("pemantau")
    pemantau.get(reverse("committee"))
    with django_assert_num_queries(5):
        pemantau.get(reverse("committee"))


def test_committee_pages_the_past(client_of):
    for _ in range(31):
        AngkatanFactory()
    pemantau = client_of("pemantau")
    pages = [pemantau.get(reverse("committee"), {"hal": page}).content.decode() for page in (1, 2)]
    assert [page.count("list-item") for page in pages] == [30, 1]
    assert "?hal=2" in pages[0]
