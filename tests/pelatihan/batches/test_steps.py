"""Which steps a batch is open to, and that each is taken once."""

from datetime import timedelta

import pytest

from pelatihan.batches import steps
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Status
from tests.factories import NOON, AngkatanFactory, SessionFactory, a_registration

pytestmark = pytest.mark.django_db
AFTERWARDS = NOON + timedelta(days=60)


def test_coming_batch_can_be_hidden_frozen_and_called_off():
    assert steps.open_steps(AngkatanFactory(published=True), NOON) == [Step.HIDE, Step.FREEZE, Step.CANCEL]


def test_hidden_frozen_batch_offers_the_way_back():
    batch = AngkatanFactory(published=False, frozen_at=NOON)

    assert steps.open_steps(batch, NOON) == [Step.PUBLISH, Step.THAW, Step.CANCEL]


def test_only_a_training_that_is_over_can_be_closed():
    assert steps.open_steps(AngkatanFactory(published=True), AFTERWARDS) == [Step.HIDE, Step.FREEZE, Step.CLOSE]


def test_closed_batch_can_only_be_opened_again():
    assert steps.open_steps(AngkatanFactory(closed_at=AFTERWARDS), AFTERWARDS) == [Step.REOPEN]


def test_batch_that_was_called_off_stays_so():
    assert steps.open_steps(AngkatanFactory(cancelled_at=NOON, cancel_reason="Banjir"), NOON) == []


def test_what_is_open_is_counted_by_kind():
    batch = AngkatanFactory()
    a_registration(batch)
    a_registration(batch, Status.WAITLISTED)
    SessionFactory(angkatan=batch, closed_at=NOON)
    SessionFactory(angkatan=batch, takes_attendance=False, hour=11)

    assert steps.unfinished(batch) == ["1 pendaftaran berstatus Cadangan"]


@pytest.mark.parametrize("step", [Step.CANCEL, Step.REOPEN])
def test_step_with_a_reason_owed_is_refused_without(step):
    batch = AngkatanFactory(closed_at=NOON if step == Step.REOPEN else None)

    with pytest.raises(steps.ReasonMissing):
        steps.take(batch, step, at=NOON, reason="  ")


def test_stale_page_takes_no_step_twice():
    seen_before = AngkatanFactory()
    steps.take(AngkatanFactory._meta.model.objects.get(pk=seen_before.pk), Step.FREEZE, at=NOON)

    with pytest.raises(steps.StepGone):
        steps.take(seen_before, Step.FREEZE, at=AFTERWARDS)


def test_thawing_fills_the_seats_that_came_free_meanwhile():
    batch = AngkatanFactory(capacity=1)
    a_registration(batch, name="Ani")
    waiting = a_registration(batch, Status.SUBMITTED, name="Budi")
    steps.take(batch, Step.FREEZE, at=NOON)
    batch.registrations.filter(name="Ani").update(status=Status.CANCELLED)

    moved = steps.take(batch, Step.THAW, at=NOON)

    waiting.refresh_from_db()
    assert (moved, waiting.status) == ([waiting], Status.SUBMITTED)


def test_freezing_moves_nobody():
    batch = AngkatanFactory(capacity=1)
    a_registration(batch, name="Ani")
    a_registration(batch, Status.SUBMITTED, name="Budi")
    batch.registrations.filter(name="Ani").update(status=Status.CANCELLED)

    assert steps.take(batch, Step.FREEZE, at=NOON) == []
