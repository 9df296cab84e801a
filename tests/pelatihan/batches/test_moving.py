"""A batch on other days: everything moves by as many days, clocks stay, and what has begun does not move."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
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
    moving.move(angkatan, day, seen=seen or angkatan.starts_on, at=at)
    angkatan.refresh_from_db()
    return angkatan


def facts(angkatan: Angkatan) -> list[object]:
    window = [angkatan.opens_at, angkatan.closes_at]
    return [angkatan.year, angkatan.starts_on, angkatan.ends_on, *window, *angkatan.sessions.values_list("starts_at")]


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


def test_sessions_move_by_less_than_they_last():
    angkatan = AngkatanFactory()
    for day in range(3):
        SessionFactory(angkatan=angkatan, day=day, room="Aula")

    assert moved(angkatan, FIRST_DAY + timedelta(days=1)).sessions.count() == 3


def test_moving_back_restores_everything():
    angkatan = AngkatanFactory(frozen_at=NOON)
    SessionFactory(angkatan=angkatan)
    before = facts(angkatan)

    moved(moved(angkatan), FIRST_DAY)

    assert facts(angkatan) == before


def test_registration_that_has_opened_stays_open():
    angkatan = moved(AngkatanFactory())

    assert angkatan.opens_at == NOON - timedelta(days=10)
    assert angkatan.phase(NOON) == "open"


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

    assert moving.move(angkatan, LATER, seen=FIRST_DAY, at=first_day) == [waiting]


def test_preview_says_all_that_moves_and_what_stays():
    angkatan = AngkatanFactory(number=2, frozen_at=NOON)
    SessionFactory(angkatan=angkatan, title="Pembukaan")
    new = moving.moved(angkatan, date(2020, 1, 6), NOON)

    lines = {line.what: (line.before, line.after, line.note) for line in moving.preview(angkatan, new, NOON)}
    sessions = [(each.title, before, after) for each, before, after in moving.preview_sessions(angkatan, new)]

    assert lines["Tanggal"][:2] == ("Senin–Rabu, 11–13 Maret 2019", "Senin–Rabu, 6–8 Januari 2020")
    assert lines["Nama"][:2] == ("Angkatan II 2019", "Angkatan II 2020")
    assert lines["Pendaftaran dibuka"][2] == "sudah dibuka"
    assert lines["Daftar dibekukan"][2] == "tetap beku sampai dicairkan"
    assert lines["Pendaftaran ditutup"][1] == "Sabtu, 28 Desember 2019 pukul 12.00 WIB"
    assert sessions == [("Pembukaan", "Senin, 11 Maret 2019", "Senin, 6 Januari 2020")]


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
