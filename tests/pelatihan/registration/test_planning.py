"""What a page says would happen is what then happens."""

from itertools import product

import pytest

from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import decisions, planning
from tests.factories import NOON, AngkatanFactory, OrmasFactory, a_registration, clerk

pytestmark = pytest.mark.django_db
LISTED = decisions.LIST_DECISIONS
STANDING = [status for status in Status if status != Status.REPLACED]


def a_mixed_batch(capacity: int, seats_per_ormas: int) -> Angkatan:
    """Two organisations, everybody of every status of each, then some who wait by number; then the seats shrink."""
    angkatan = AngkatanFactory(capacity=20, seats_per_ormas=10)
    for status, ormas in product(STANDING, (OrmasFactory(), OrmasFactory())):
        a_registration(angkatan, status, ormas=ormas)
    Angkatan.objects.update(capacity=angkatan.registrations.holding_seat().count())
    for ormas in (OrmasFactory(), OrmasFactory()):
        a_registration(angkatan, Status.SUBMITTED, ormas=ormas)
    Angkatan.objects.update(capacity=capacity, seats_per_ormas=seats_per_ormas)
    return Angkatan.objects.get()


def chosen(angkatan: Angkatan) -> list[Registration]:
    return list(angkatan.registrations.select_related("angkatan", "ormas", "invitation"))


@pytest.mark.parametrize(("capacity", "seats"), [(6, 10), (9, 4), (20, 10)])
@pytest.mark.parametrize("action", LISTED)
def test_plan_is_what_the_writer_does(action, capacity, seats):
    angkatan = a_mixed_batch(capacity, seats)
    plan = planning.plan(chosen(angkatan), action, at=NOON)

    decided = decisions.decide(chosen(angkatan), action, actor=clerk(), at=NOON, reason="Alasan", seen={})

    assert plan.will == decided.done
    assert plan.already == decided.already
    assert [(one, why) for one, why in plan.cannot] == [(one, str(why)) for one, why in decided.refused]
    (batch,) = plan.seats
    assert batch.after == angkatan.registrations.holding_seat().count()
    promoted = Registration.objects.filter(history__action="promote").order_by("history__pk")
    assert batch.promoted == list(promoted)


def test_some_are_taken_and_the_rest_of_the_queue_moves_up():
    angkatan = a_mixed_batch(6, 10)
    some = [one for one in chosen(angkatan) if one.status in ("accepted", "submitted")]

    (batch,) = planning.plan(some, Action.CANCEL, at=NOON).seats
    decisions.decide(some, Action.CANCEL, actor=clerk(), at=NOON, reason="Alasan", seen={})

    assert len(batch.promoted) == 2
    assert batch.after == angkatan.registrations.holding_seat().count()


def test_nothing_is_written():
    angkatan = a_mixed_batch(6, 10)
    before = list(Registration.objects.order_by("pk").values())

    planning.plan(chosen(angkatan), Action.REJECT, at=NOON)

    assert list(Registration.objects.order_by("pk").values()) == before


def test_batch_that_is_over_moves_nobody():
    angkatan = a_mixed_batch(20, 10)
    Angkatan.objects.update(closed_at=NOON)

    plan = planning.plan(chosen(angkatan), Action.CANCEL, at=NOON)

    assert plan.will == []
    assert "sudah ditutup" in plan.cannot[0][1]
