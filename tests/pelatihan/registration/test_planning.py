"""What a page says would happen is what then happens."""

from datetime import timedelta
from itertools import product

import pytest

from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.registration import decisions, planning, writer
from pelatihan.registration.application import Application
from tests.factories import NOON, AngkatanFactory, OrmasFactory, a_person, a_registration, clerk

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


# ---- Narrow stories ------------------------------------------------------------------------------


def test_plan_says_its_action_and_the_seats_held_before_of_this_batch_only():
    angkatan = AngkatanFactory()
    one, *_ = [a_registration(angkatan) for _ in "12"]
    a_registration(AngkatanFactory())

    plan = planning.plan([one], Action.CANCEL, at=NOON)

    assert plan.action == Action.CANCEL
    assert [(batch.angkatan, batch.before, batch.after) for batch in plan.seats] == [(angkatan, 2, 1)]


def test_first_come_goes_first_whatever_its_number():
    angkatan = AngkatanFactory(capacity=1)
    late, early = (a_registration(angkatan, Status.WAITLISTED) for _ in "12")
    Registration.objects.filter(pk=early.pk).update(submitted_at=NOON - timedelta(hours=1))

    plan = planning.plan(chosen(angkatan), Action.ACCEPT, at=NOON)

    assert plan.will == [early]
    assert [one for one, _ in plan.cannot] == [late]


def one_inside_two_waiting() -> tuple[Angkatan, Registration, list[Registration]]:
    angkatan = AngkatanFactory(capacity=1)
    inside = a_registration(angkatan)
    return angkatan, inside, [a_registration(angkatan, Status.SUBMITTED) for _ in "12"]


def promoted(people: list[Registration], action: Action, at=NOON) -> list[Registration]:
    ones = Registration.objects.filter(pk__in=[one.pk for one in people]).select_related("angkatan", "invitation")
    plan = planning.plan(list(ones), action, at=at)
    assert plan.cannot == []
    (batch,) = plan.seats
    return batch.promoted


def test_queue_moves_up_for_a_freed_seat_though_one_who_waits_goes_after():
    _, inside, (first, second) = one_inside_two_waiting()

    assert promoted([inside], Action.CANCEL) == [first]
    assert promoted([inside, first], Action.CANCEL) == [second]


def test_queue_stands_from_the_first_day_on():
    angkatan, inside, _ = one_inside_two_waiting()

    assert promoted([inside], Action.CANCEL, at=NOON + timedelta(days=(angkatan.starts_on - NOON.date()).days)) == []


def test_letting_go_who_waits_needs_no_seat_and_frees_none():
    _, _, (first, _) = one_inside_two_waiting()
    assert promoted([first], Action.REJECT) == []

    Angkatan.objects.update(capacity=9)
    assert promoted([first], Action.REJECT) == []


def test_batch_that_was_called_off_still_lets_go_but_accepts_nobody():
    angkatan = AngkatanFactory()
    one = a_registration(angkatan, Status.SUBMITTED)
    Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Gempa")

    assert planning.plan(chosen(angkatan), Action.REJECT, at=NOON).will == [one]
    ((_, why),) = planning.plan(chosen(angkatan), Action.ACCEPT, at=NOON).cannot
    assert "sudah dibatalkan" in why


def test_organisation_with_seats_of_its_own_takes_no_more_than_those():
    angkatan, ormas = AngkatanFactory(seats_per_ormas=3), OrmasFactory()
    first, second = (a_registration(angkatan, Status.WAITLISTED, ormas=ormas) for _ in "12")
    Invitation.objects.update(own_seats=1)

    plan = planning.plan(chosen(angkatan), Action.ACCEPT, at=NOON)

    assert plan.will == [first]
    ((refused, why),) = plan.cannot
    assert (refused, why.split(".")[0]) == (second, f"Kursi {ormas.name} sudah terpakai semua")


def test_people_outside_the_list_share_no_limit_but_the_batch():
    angkatan = AngkatanFactory(seats_per_ormas=1)
    for _ in "12":
        wish = Application(a_person(), Registration.Source.STAFF, ormas_text="Paguyuban Contoh")
        writer.move(writer.register(angkatan, wish, actor=clerk(), at=NOON), Action.WAITLIST, actor=clerk(), at=NOON)

    assert len(planning.plan(chosen(angkatan), Action.ACCEPT, at=NOON).will) == 2
