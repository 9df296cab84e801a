"""A batch on other days: everything moves by as many days, clocks stay, and what has begun does not move."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from pelatihan.accounts import access
from pelatihan.batches import moving
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan
from tests.factories import FIRST_DAY, NOON, AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.attendance.threads import beside
from tests.pelatihan.door import Door

pytestmark = pytest.mark.django_db
LATER = FIRST_DAY + timedelta(days=30)


def moved(angkatan: Angkatan, day: date = LATER, *, at: datetime = NOON, seen: date | None = None) -> Angkatan:
    moving.move(angkatan, day, seen=seen or angkatan.starts_on, at=at, reason="Aula dipakai pemilu")
    angkatan.refresh_from_db()
    return angkatan


def facts(angkatan: Angkatan) -> list[object]:
    window = [angkatan.opens_at, angkatan.closes_at]
    days = [angkatan.starts_on, angkatan.ends_on, angkatan.letter_due_on]
    return [angkatan.year, *days, *window, *angkatan.sessions.values_list("starts_at")]


def test_days_window_and_sessions_move_and_clocks_stay():
    angkatan = AngkatanFactory(opens_at=NOON + timedelta(days=1))
    for day in range(3):
        SessionFactory(angkatan=angkatan, day=day, room="Aula")

    moved(angkatan)

    assert angkatan.date_range == "10–12 April 2019"
    assert [f"{localtime(each.starts_at):%d.%m. %H.%M}" for each in angkatan.sessions.all()] == [
        "10.04. 08.00", "11.04. 08.00", "12.04. 08.00",
    ]  # fmt: skip
    assert (angkatan.opens_at, angkatan.closes_at) == (NOON + timedelta(days=31), NOON + timedelta(days=40))


def test_day_of_the_letter_moves_too_and_is_shown_before():
    angkatan = AngkatanFactory(letter_due_on=FIRST_DAY - timedelta(days=3))

    lines = moving.preview(angkatan, moving.moved(angkatan, LATER, NOON), NOON)
    line = next(each for each in lines if each.what == "Surat tugas paling lambat")
    assert (line.before, line.after) == ("Jumat, 8 Maret 2019", "Minggu, 7 April 2019")
    assert moved(angkatan).letter_due_on == date(2019, 4, 7)


def test_letter_that_has_no_day_gets_none():
    angkatan = AngkatanFactory()

    lines = moving.preview(angkatan, moving.moved(angkatan, LATER, NOON), NOON)
    assert "Surat tugas paling lambat" not in [each.what for each in lines]
    assert moved(angkatan).letter_due_on is None


def test_sessions_move_by_less_than_they_last():
    angkatan = AngkatanFactory()
    for day in range(3):
        SessionFactory(angkatan=angkatan, day=day, room="Aula")

    assert moved(angkatan, FIRST_DAY + timedelta(days=1)).sessions.count() == 3


def test_moving_back_restores_everything():
    angkatan = AngkatanFactory(frozen_at=NOON, letter_due_on=FIRST_DAY)
    SessionFactory(angkatan=angkatan)
    before = facts(angkatan)

    moved(moved(angkatan), FIRST_DAY)

    assert facts(angkatan) == before


def test_registration_that_has_opened_stays_open():
    angkatan = moved(AngkatanFactory())

    assert angkatan.opens_at == NOON - timedelta(days=10)
    assert angkatan.phase(NOON) == "open"


def test_registration_that_opens_this_very_moment_stays_open():
    assert moved(AngkatanFactory(opens_at=NOON)).opens_at == NOON


@pytest.mark.parametrize("window", [{"opens_at": None}, {"closes_at": None}, {"opens_at": None, "closes_at": None}])
def test_window_that_is_not_set_stays_unset(window):
    angkatan = moved(AngkatanFactory(**window))

    assert {field: getattr(angkatan, field) for field in window} == window
    assert angkatan.starts_on == LATER


def test_batch_nobody_knows_yet_takes_an_address_of_its_new_year():
    assert moved(AngkatanFactory(number=2, published=False), date(2020, 1, 6)).slug == "2020-ii"


def test_next_year_takes_its_name_along_and_keeps_the_known_address():
    angkatan = moved(AngkatanFactory(number=2), date(2020, 1, 6))

    assert (angkatan.name, angkatan.slug) == ("Angkatan II 2020", "2019-ii")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cancelled_at": NOON, "cancel_reason": "Banjir"}, "sudah dibatalkan"),
        ({"closed_at": NOON}, "Buka dulu angkatannya"),
        ({"closes_at": NOON + timedelta(days=1), "opens_at": NOON - timedelta(days=20)}, "sebelum waktu dibukanya"),
    ],
)
def test_what_cannot_move_says_why(changes, sentence):
    angkatan = AngkatanFactory(**changes)

    with pytest.raises(moving.MoveRefused, match=sentence):
        moved(angkatan, FIRST_DAY - timedelta(days=30))


def test_number_taken_in_that_year_is_refused_by_name():
    AngkatanFactory(number=2, year=2020, starts_on=date(2020, 3, 1))

    with pytest.raises(moving.MoveRefused, match="Angkatan II 2020 sudah ada"):
        moved(AngkatanFactory(number=2), date(2020, 1, 6))


def test_registration_that_would_close_as_it_opens_is_refused_with_that_time():
    angkatan = AngkatanFactory(opens_at=NOON - timedelta(days=20))

    with pytest.raises(moving.MoveRefused, match=r"akan ditutup Kamis, 31 Januari 2019 pukul 12\.00 WIB, sebelum"):
        moved(angkatan, FIRST_DAY - timedelta(days=30))


def test_other_batches_do_not_stand_in_the_way():
    angkatan = AngkatanFactory(number=2)
    AngkatanFactory(number=2, year=2021, starts_on=date(2021, 3, 1))
    AngkatanFactory(number=3, year=2020, starts_on=date(2020, 3, 1))
    begun = SessionFactory(angkatan=AngkatanFactory(number=4))
    Door(begun, UserFactory(role="petugas")).scan(a_registration(begun.angkatan), "08.00")

    assert moved(angkatan, date(2020, 1, 6)).name == "Angkatan II 2020"


def test_batch_with_attendance_stays():
    session = SessionFactory()
    Door(session, UserFactory(role="petugas")).scan(a_registration(session.angkatan), "08.00")

    with pytest.raises(moving.MoveRefused, match="sudah dicatat, jadi tanggalnya"):
        moved(session.angkatan)
    assert Angkatan.objects.get().starts_on == FIRST_DAY


def test_same_days_are_no_move():
    with pytest.raises(moving.MoveRefused, match="tetap sama"):
        moved(AngkatanFactory(), FIRST_DAY)


def test_second_of_two_who_move_at_once_reads_what_the_first_did():
    angkatan = moved(AngkatanFactory())

    with pytest.raises(moving.MovedMeanwhile, match="10–12 April 2019"):
        moved(angkatan, LATER + timedelta(days=1), seen=FIRST_DAY)


def test_queue_moves_up_when_the_training_is_in_the_future_again():
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED)
    Angkatan.objects.update(capacity=2)
    angkatan.refresh_from_db()
    first_day = NOON + timedelta(days=19)

    assert moving.move(angkatan, LATER, seen=FIRST_DAY, at=first_day, reason="Banjir") == [waiting]


def test_batch_and_then_its_people_are_held_before_anything_is_read_of_them():
    """In the order of every other writer, so that nobody waits for each other forever; guests may still be added."""
    angkatan = AngkatanFactory()
    with CaptureQueriesContext(connection) as asked:
        moved(angkatan)

    batch, people = [query["sql"] for query in asked if "FOR " in query["sql"]][:2]
    assert 'FROM "pelatihan_angkatan"' in batch
    assert batch.endswith(" FOR NO KEY UPDATE")
    assert people.startswith('SELECT "pelatihan_registration"."id" AS "pk" FROM')
    assert people.endswith(" ORDER BY 1 ASC FOR NO KEY UPDATE")


# ---- Shown before it is done ---------------------------------------------------------------------


def previewed(angkatan: Angkatan, day: date, at: datetime = NOON) -> dict[str, tuple[str, str, str]]:
    """What would be, as it is shown: before, after, and why it stays."""
    new = moving.moved(angkatan, day, at)
    return {line.what: (line.before, line.after, line.note) for line in moving.preview(angkatan, new, at)}


def test_preview_says_all_that_moves_and_what_stays():
    angkatan = AngkatanFactory(number=2, frozen_at=NOON)
    opens, frozen = "Minggu, 10 Februari 2019 pukul 12.00 WIB", "Rabu, 20 Februari 2019 pukul 12.00 WIB"

    assert previewed(angkatan, date(2020, 1, 6)) == {
        "Tanggal": ("Senin–Rabu, 11–13 Maret 2019", "Senin–Rabu, 6–8 Januari 2020", ""),
        "Nama": ("Angkatan II 2019", "Angkatan II 2020", ""),
        "Pendaftaran dibuka": (opens, opens, "sudah dibuka"),
        "Pendaftaran ditutup": (
            "Sabtu, 2 Maret 2019 pukul 12.00 WIB", "Sabtu, 28 Desember 2019 pukul 12.00 WIB", "",
        ),
        "Daftar dibekukan": (frozen, frozen, "tetap beku sampai dicairkan"),
    }  # fmt: skip


def test_preview_within_the_year_tells_no_name_and_no_freeze_that_is_not():
    opens_later = AngkatanFactory(opens_at=NOON + timedelta(days=1))

    assert previewed(opens_later, LATER) == {
        "Tanggal": ("Senin–Rabu, 11–13 Maret 2019", "Rabu–Jumat, 10–12 April 2019", ""),
        "Pendaftaran dibuka": (
            "Kamis, 21 Februari 2019 pukul 12.00 WIB", "Sabtu, 23 Maret 2019 pukul 12.00 WIB", "",
        ),
        "Pendaftaran ditutup": ("Sabtu, 2 Maret 2019 pukul 12.00 WIB", "Senin, 1 April 2019 pukul 12.00 WIB", ""),
    }  # fmt: skip


def test_preview_shows_a_dash_for_a_window_that_is_not_set():
    shown = previewed(AngkatanFactory(opens_at=None, closes_at=None), LATER)

    assert (shown["Pendaftaran dibuka"], shown["Pendaftaran ditutup"]) == (("–", "–", ""), ("–", "–", ""))


def test_preview_says_that_registration_opens_again():
    shown = previewed(AngkatanFactory(), LATER, at=NOON + timedelta(days=19))

    assert shown["Keadaan"] == ("Sedang berlangsung", "Pendaftaran dibuka", "")


def test_preview_lists_the_sessions_with_their_days():
    angkatan = AngkatanFactory()
    SessionFactory(angkatan=angkatan, title="Pembukaan")
    new = moving.moved(angkatan, date(2020, 1, 6), NOON)

    assert [(each.title, *days) for each, *days in moving.preview_sessions(angkatan, new)] == [
        ("Pembukaan", "Senin, 11 Maret 2019", "Senin, 6 Januari 2020")
    ]


@pytest.mark.django_db(transaction=True)
def test_move_waits_for_a_check_in_and_then_stays():
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    session = SessionFactory()
    door, person = Door(session, UserFactory(role="petugas")), a_registration(session.angkatan)

    def check_in():
        door.scan(person, "08.00")
        yield

    def try_to_move():
        with pytest.raises(moving.MoveRefused, match="sudah dicatat"):
            moved(session.angkatan)

    beside(try_to_move, check_in)

    assert Angkatan.objects.get().starts_on == FIRST_DAY
