"""Who left early came: to everybody who asks whether somebody has been there."""

import uuid

import pytest

from pelatihan.accounts.actor import SYSTEM
from pelatihan.admin import verification
from pelatihan.attendance import marking
from pelatihan.attendance.marking import Mark
from pelatihan.attendance.sessions import Crowd, with_crowd
from pelatihan.merging.reasons import Known
from pelatihan.messaging import mailing
from pelatihan.models import AttendanceEvent, Registration
from pelatihan.registration import eligibility
from pelatihan.registration.earlier import earlier
from tests.factories import AngkatanFactory, a_registration
from tests.pelatihan.door import at


@pytest.fixture
def gone(door) -> Registration:
    person = a_registration(door.session.angkatan, name="Budi Contoh")
    mark = Mark(uuid.uuid4(), person.ref, "left", None, left_at=at("09.00"))
    [done] = marking.mark_many(door.session, [mark], actor=SYSTEM, at=at("09.05"))
    assert not done.refusal
    return Registration.objects.select_related("angkatan", "delegate", "ormas").get(pk=person.pk)


def test_crowd_counts_them(door, gone):
    assert with_crowd(door.session.angkatan.slug, door.session.pk)[1] == Crowd(inside=1, expected=1)


def test_they_stay_expected_whatever_becomes_of_their_registration(gone):
    Registration.objects.filter(pk=gone.pk).update(status="cancelled")
    assert list(Registration.objects.expected()) == [gone]


def test_nobody_is_sent_in_their_place_without_the_committee(gone):
    assert "sudah tercatat hadir" in eligibility.replace_sentence(gone, at("10.00"))
    assert "sudah tercatat hadir: Materi" in verification.replacing_note(gone)


def test_they_were_there_at_an_earlier_training_and_where_both_of_a_pair_were(gone):
    later = AngkatanFactory(number=98, starts_on=at("08.00", day=25).date())
    again = a_registration(later)
    Registration.objects.filter(pk=again.pk).update(delegate=gone.delegate_id)
    again = Registration.objects.select_related("angkatan", "delegate", "ormas").get(pk=again.pk)
    assert [one.note for one in earlier(again).own] == ["hadir 1 dari 1 sesi"]
    assert len(Known.of([gone.delegate]).inside[gone.delegate_id]) == 1


def test_they_are_written_to_with_those_who_were_there(door, gone):
    other = a_registration(door.session.angkatan)
    choice = mailing.Choice(statuses=("accepted",), attendance=mailing.NEVER)
    assert list(mailing.receivers(door.session.angkatan_id, "", choice)) == [other]


def test_what_waits_about_them_is_settled(door, gone):
    AttendanceEvent.objects.create(
        id=uuid.uuid4(), kind="refusal", registration=gone, session=door.session, happened_at=at("08.00"),
        arrived_at=at("10.00"), means="scan", outcome="closed", needs_review=True,
    )  # fmt: skip
    assert not AttendanceEvent.objects.waiting_for_decision().exists()
