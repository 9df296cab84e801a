"""Trainings of before: shown to whoever decides."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from ormas.models import Delegate
from pelatihan.attendance import writer as attendance
from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceState, Registration
from pelatihan.registration import earlier as module
from pelatihan.registration.earlier import earlier
from tests.factories import FIRST_DAY, NOON, AngkatanFactory, OrmasFactory, SessionFactory, a_registration, clerk

pytestmark = pytest.mark.django_db
SITI: dict[str, Any] = {"name": "Siti Rahmawati", "phone": "+6281200000020"}


def before(days=100, **edits):
    return AngkatanFactory(starts_on=FIRST_DAY - timedelta(days=days), **edits)


@pytest.fixture
def now():
    return a_registration(AngkatanFactory(), Status.SUBMITTED, **SITI)


def marked(registration, session, state):
    attendance.mark(session, registration, state, event_id=uuid.uuid4(), actor=clerk(), at=NOON)


def told(registration):
    return [(one.angkatan.pk, one.note) for one in earlier(registration).own]


def test_same_name_and_number_were_there_so_often_of_so_many(now):
    old = before()
    sessions = [SessionFactory(angkatan=old, day=0, hour=hour, starts_at=NOON - timedelta(days=90, hours=-hour),
                               ends_at=NOON - timedelta(days=90, hours=-hour - 1)) for hour in (1, 3, 5)]  # fmt: skip
    SessionFactory(
        angkatan=old, takes_attendance=False, starts_at=NOON - timedelta(days=89), ends_at=NOON - timedelta(days=88.9)
    )
    was = a_registration(old, **SITI)
    for session, state in zip(
        sessions, (AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.EXCUSED), strict=False
    ):
        marked(was, session, state)

    assert told(now) == [(old.pk, "hadir 2 dari 3 sesi")]
    assert earlier(now).this_year == 1


def test_who_was_accepted_and_never_came_did_not_come(now):
    old = before()
    a_registration(old, **SITI)

    assert told(now) == [(old.pk, "tidak hadir")]
    assert earlier(now).this_year == 0


def test_who_still_waited_is_told_by_the_status(now):
    old = before()
    a_registration(old, Status.WAITLISTED, **SITI)

    assert told(now) == [(old.pk, "cadangan")]


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED, Status.REPLACED])
def test_who_was_out_did_not_take_part(now, status):
    a_registration(before(), status, **SITI)

    assert told(now) == []


@pytest.mark.parametrize("edits", [{"name": "Siti Rohmawati"}, {"phone": "+6281200000099"}])
def test_name_alone_and_number_alone_are_somebody_else_maybe(now, edits):
    a_registration(before(), **SITI | edits)

    assert told(now) == []


def test_name_is_compared_without_case(now):
    a_registration(before(), **SITI | {"name": "SITI RAHMAWATI"})

    assert len(told(now)) == 1


def test_without_a_number_the_delegate_alone_counts():
    one = a_registration(AngkatanFactory(), Status.SUBMITTED, name="Siti Rahmawati", phone="")
    a_registration(before(), name="Siti Rahmawati", phone="")
    own = a_registration(old := before(50), name="Siti Lama", phone="")
    Registration.objects.filter(pk=own.pk).update(delegate=one.delegate)

    assert told(one) == [(old.pk, "tidak hadir")]


def test_merged_people_are_one(now):
    first, second = before(50), before(90)
    merged = a_registration(first, name="Siti R.", phone="+6281200000098")
    Delegate.objects.filter(pk=merged.delegate_id).update(merged_into=now.delegate)
    assert told(now) == [(first.pk, "tidak hadir")]

    other = a_registration(second, name="Siti Survivor", phone="+6281200000097")
    Delegate.objects.filter(pk=now.delegate_id).update(merged_into=other.delegate)
    assert (second.pk, "tidak hadir") in told(Registration.objects.get(pk=now.pk))


def test_trainings_to_come_and_this_one_are_none(now):
    a_registration(AngkatanFactory(starts_on=FIRST_DAY + timedelta(days=60)), **SITI)
    a_registration(AngkatanFactory(), **SITI)

    assert told(now) == []


def test_newest_first_and_no_more_than_four(now):
    batches = [before(days) for days in (60, 90, 120, 150, 180)]
    for batch in reversed(batches):
        a_registration(batch, **SITI)

    assert [pk for pk, _ in told(now)] == [batch.pk for batch in batches[: module.MOST_EARLIER]]
    assert module.MOST_EARLIER == 4


def test_trainings_of_the_ormas_are_counted_once_each():
    ormas = OrmasFactory()
    one = a_registration(AngkatanFactory(), Status.SUBMITTED, ormas=ormas)
    old = before()
    for name in ("Adi", "Budi"):
        a_registration(old, ormas=ormas, name=name)
    a_registration(before(50), Status.REJECTED, ormas=ormas)
    a_registration(AngkatanFactory(starts_on=FIRST_DAY + timedelta(days=60)), ormas=ormas)

    assert earlier(one).of_ormas == 1


def test_ormas_outside_the_list_has_no_trainings(now):
    now.ormas = None

    assert earlier(now).of_ormas == 0


def test_questions_stay_the_same(now, django_assert_num_queries):
    for days in (50, 60, 70):
        a_registration(before(days), **SITI)
    one = Registration.objects.select_related("delegate", "angkatan").get(pk=now.pk)

    with django_assert_num_queries(3):
        earlier(one)
