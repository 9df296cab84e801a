"""Who gets the money of a list: everybody expected is paid or left out with a reason."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, AttendanceState, PaymentList, Registration, Session
from pelatihan.payments.receivers import receivers
from pelatihan.payments.writing import Shut, changing
from tests.factories import (
    NOON,
    AngkatanFactory,
    HonorariumFactory,
    PaymentListFactory,
    SessionFactory,
    a_registration,
)

pytestmark = pytest.mark.django_db
Rule = PaymentList.Rule


@pytest.fixture
def angkatan() -> Angkatan:
    return AngkatanFactory(number=2)


@pytest.fixture
def sessions(angkatan) -> list[Session]:
    """Two on Monday, one on Tuesday; one in between that takes no attendance."""
    SessionFactory(angkatan=angkatan, hour=12, takes_attendance=False)
    return [SessionFactory(angkatan=angkatan, day=day, hour=hour) for day, hour in ((0, 8), (0, 10), (1, 8))]


def came(person: Registration, session: Session, state: AttendanceState = AttendanceState.PRESENT) -> None:
    left_at = session.ends_at if state == AttendanceState.LEFT else None
    writer.mark(session, person, state, event_id=uuid.uuid4(), actor=SYSTEM, at=session.ends_at, left_at=left_at)


def found(payment: PaymentList) -> tuple[list[str], dict[str, str]]:
    answer = receivers(payment)
    return [one.name for one in answer.paid], {one.person.name: one.reason for one in answer.left_out}


def test_who_came_each_day_gets_it(angkatan, sessions):
    both, monday = a_registration(angkatan, name="Togar"), a_registration(angkatan, name="Zulfa")
    a_registration(angkatan, name="Yosef")
    came(both, sessions[0])
    came(both, sessions[2], AttendanceState.LEFT)  # left early, and came
    came(monday, sessions[0])
    came(monday, sessions[1], AttendanceState.LATE)

    paid, left_out = found(PaymentListFactory(angkatan=angkatan))

    assert paid == ["Togar"]
    assert left_out == {
        "Yosef": "Tidak hadir pada Senin, 11 Maret dan Selasa, 12 Maret.",
        "Zulfa": "Tidak hadir pada Selasa, 12 Maret.",
    }


def test_sessions_are_counted_and_excuses_are_not(angkatan, sessions):
    two, excused = a_registration(angkatan, name="Togar"), a_registration(angkatan, name="Zulfa")
    came(two, sessions[0])
    came(two, sessions[1])
    came(excused, sessions[0])
    came(excused, sessions[1], AttendanceState.EXCUSED)
    came(excused, sessions[2], AttendanceState.SICK)

    payment = PaymentListFactory(angkatan=angkatan, rule=Rule.SESSIONS, least_sessions=2)

    assert found(payment) == (["Togar"], {"Zulfa": "Hadir di 1 sesi, perlu 2."})


def test_everybody_expected_gets_a_payment_without_a_condition(angkatan, sessions):
    a_registration(angkatan, name="Togar")
    a_registration(angkatan, Status.SUBMITTED, name="Zulfa")
    cancelled = a_registration(angkatan, Status.CANCELLED, name="Yosef")
    came(cancelled, sessions[0])  # the desk let in, as the recap has it

    assert found(PaymentListFactory(angkatan=angkatan, rule=Rule.ALL)) == (["Togar", "Yosef"], {})


def test_nobody_gets_it_before_there_are_sessions(angkatan):
    a_registration(angkatan, name="Togar")

    assert found(PaymentListFactory(angkatan=angkatan))[1] == {"Togar": "Belum ada sesi yang memakai daftar hadir."}


def test_sums_are_those_of_whoever_is_paid(angkatan, sessions):
    for _ in range(3):
        came(a_registration(angkatan), sessions[0])
    a_registration(angkatan)

    total = receivers(PaymentListFactory(angkatan=angkatan, rule=Rule.SESSIONS, least_sessions=1)).total

    assert (total.gross, total.tax, total.net) == (450_000, 22_500, 427_500)


def test_queries_do_not_grow_with_people(angkatan, sessions, django_assert_num_queries):
    payment = PaymentListFactory(angkatan=angkatan)
    for _ in range(4):
        came(a_registration(angkatan), sessions[0])

    with django_assert_num_queries(3):
        assert all(one.person.ormas_name for one in receivers(payment).left_out)


# ---- What the database holds ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"gross": 0},
        {"gross": 1_000_000_000},
        {"tax_percent": 51},
        {"rule": "sessions", "least_sessions": None},
        {"rule": "sessions", "least_sessions": 0},
        {"rule": "days", "least_sessions": 2},
        {"rule": "whoever"},
    ],
)
def test_list_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentListFactory(**wrong)


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"tax_percent": -1}, {"own_hours": 0}, {"own_hours": 25}])
def test_fee_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        HonorariumFactory(**wrong)


def test_fee_is_for_a_session_of_the_same_batch():
    with pytest.raises(IntegrityError, match="another batch"), transaction.atomic():
        HonorariumFactory(guest__angkatan__number=8, session=SessionFactory(angkatan__number=9))


def test_second_fee_for_the_same_session_is_refused():
    fee = HonorariumFactory()

    with pytest.raises(IntegrityError, match="one_fee_a_guest_and_session"), transaction.atomic():
        HonorariumFactory(guest=fee.guest, session=fee.session)


def test_nothing_is_written_for_a_closed_batch(angkatan):
    Angkatan.objects.update(closed_at=NOON)

    with pytest.raises(Shut, match="Buka lagi dulu angkatannya"), changing(angkatan):
        pytest.fail("never gets here")
