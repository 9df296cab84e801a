"""One decision on several people, taking it back, and consents given and taken back: the writer's own rules."""

from datetime import timedelta
from typing import Any

import pytest

from ormas.models import Delegate
from pelatihan.accounts.actor import DELEGATE, Actor
from pelatihan.lifecycle import Action, NotAllowed, Status
from pelatihan.models import Angkatan, Correction, Decision, Registration
from pelatihan.registration import changes, writer
from pelatihan.registration.refusals import AlreadyRegistered, BatchOver, NoSeatLeft, StatusMoved
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, UserFactory, a_registration, clerk

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)
SUBMITTED, ACCEPTED, WAITLISTED, CANCELLED = Status.SUBMITTED, Status.ACCEPTED, Status.WAITLISTED, Status.CANCELLED


def decided(angkatan: Angkatan, people: list[Registration], action: Action, **more: Any):
    """The decision, and what each came to."""
    staff = clerk()
    assert staff.user
    decision = Decision.objects.create(action=action, reason=more.pop("reason", ""), actor=staff.user, at=NOON)
    chosen, seen = [one.pk for one in people], more.pop("seen", {})
    return decision, writer.move_together(angkatan, chosen, decision, actor=staff, at=NOON, seen=seen)


def undone(angkatan: Angkatan, decision: Decision):
    return writer.undo(angkatan, decision, actor=clerk(), at=LATER)


def standing(*people: Registration) -> list[str]:
    return [Registration.objects.get(pk=one.pk).status for one in people]


# ---- Deciding several ----------------------------------------------------------------------------


def test_first_come_are_first_whatever_their_numbers():
    angkatan = AngkatanFactory(capacity=0)
    late, early = (a_registration(angkatan, SUBMITTED, at=NOON - timedelta(hours=hours)) for hours in (1, 2))
    Angkatan.objects.update(capacity=1)

    _, answers = decided(angkatan, [late, early], Action.ACCEPT)

    assert [one.pk for one, _ in answers] == [early.pk, late.pk]
    assert standing(early, late) == [ACCEPTED, WAITLISTED]
    assert isinstance(answers[1][1], NoSeatLeft)


def test_each_is_answered_by_a_line_a_refusal_or_nothing():
    angkatan = AngkatanFactory()
    new, done, gone, moved = (
        a_registration(angkatan, status) for status in (SUBMITTED, ACCEPTED, CANCELLED, SUBMITTED)
    )
    decision, answers = decided(
        angkatan, [new, done, gone, moved], Action.ACCEPT, reason="Lengkap", seen={moved.pk: "waitlisted"}
    )

    line, nothing, refusal, overtaken = (answer for _, answer in answers)
    assert (line.action, line.reason, line.decision, line.actor, line.at) == (
        "accept", "Lengkap", decision, decision.actor, NOON,
    )  # fmt: skip
    assert nothing is None
    assert isinstance(refusal, NotAllowed)
    assert isinstance(overtaken, StatusMoved)
    assert list(decision.changes.all()) == [line]


def test_people_of_other_batches_are_not_meant():
    angkatan, stranger = AngkatanFactory(), a_registration(AngkatanFactory(), SUBMITTED)

    assert decided(angkatan, [stranger], Action.ACCEPT)[1] == []
    assert standing(stranger) == [SUBMITTED]


def test_queue_moves_up_once_and_by_nobody_who_is_chosen():
    angkatan = AngkatanFactory(capacity=1)
    inside, chosen, next_one = a_registration(angkatan), *(a_registration(angkatan, SUBMITTED) for _ in range(2))

    decision, _ = decided(angkatan, [inside, chosen], Action.CANCEL, reason="Berhalangan")

    assert standing(inside, chosen, next_one) == [CANCELLED, CANCELLED, SUBMITTED]
    line = next_one.history.latest("pk")
    assert (line.action, line.decision, line.from_queue_number, line.at) == ("promote", decision, 2, NOON)


def test_last_of_several_who_held_no_seat_does_not_forget_the_freed_one():
    angkatan = AngkatanFactory(capacity=1)
    inside, last = a_registration(angkatan), a_registration(angkatan, WAITLISTED, at=NOON + timedelta(hours=1))
    queued = a_registration(angkatan, SUBMITTED)

    decided(angkatan, [inside, last], Action.CANCEL, reason="Berhalangan")

    assert standing(queued) == [SUBMITTED]


def test_seat_that_nobody_gave_up_moves_no_queue():
    angkatan = AngkatanFactory(capacity=0)
    queued, one = (a_registration(angkatan, SUBMITTED) for _ in range(2))
    Angkatan.objects.update(capacity=1)

    decided(angkatan, [one], Action.REJECT, reason="Ganda")

    assert standing(queued) == [WAITLISTED]


@pytest.mark.parametrize(("action", "status"), [(Action.ACCEPT, SUBMITTED), (Action.REJECT, WAITLISTED)])
def test_move_that_gives_up_no_seat_moves_no_queue(action, status):
    """Seats that came free otherwise are filled when the batch is saved."""
    angkatan = AngkatanFactory(capacity=1)
    inside, *waiting = (a_registration(angkatan, SUBMITTED) for _ in range(3))
    Angkatan.objects.update(capacity=2)
    moved = inside if status == SUBMITTED else waiting[1]

    writer.move(moved, action, actor=clerk(), at=NOON, reason="Ganda")

    assert standing(waiting[0]) == [WAITLISTED]


@pytest.mark.parametrize(("own_seats", "second"), [(None, WAITLISTED), (2, SUBMITTED)])
def test_released_people_find_the_seats_of_their_ormas(own_seats, second):
    angkatan = AngkatanFactory(seats_per_ormas=1)
    ormas = InvitationFactory(angkatan=angkatan, own_seats=own_seats).ormas
    people = [a_registration(angkatan, SUBMITTED, ormas=ormas) for _ in range(2)]
    Registration.objects.update(status=SUBMITTED, queue_number=None, is_held_back=True)

    writer.release(angkatan, [one.pk for one in people], actor=clerk(), at=NOON)

    assert standing(*people) == [SUBMITTED, second]


# ---- Taking it back ------------------------------------------------------------------------------


def test_all_stand_again_where_they_stood_with_their_numbers():
    angkatan = AngkatanFactory(capacity=1)
    inside, first, second = a_registration(angkatan), *(a_registration(angkatan, SUBMITTED) for _ in range(2))
    decision, _ = decided(angkatan, [inside], Action.CANCEL, reason="Berhalangan")
    assert standing(inside, first, second) == [CANCELLED, SUBMITTED, WAITLISTED]

    assert undone(angkatan, decision) == []

    rows = Registration.objects.order_by("pk").values_list("status", "queue_number")
    assert list(rows) == [(ACCEPTED, None), (WAITLISTED, 1), (WAITLISTED, 2)]


def test_taking_back_is_a_line_with_the_reason_of_before():
    angkatan = AngkatanFactory()
    one = a_registration(angkatan, Status.NEEDS_FIX)
    decision, _ = decided(angkatan, [one], Action.REJECT, reason="Ganda")

    undone(angkatan, decision)

    line = one.history.latest("pk")
    assert (line.action, line.from_status, line.to_status, line.reason, line.at) == (
        "undo", "rejected", "needs_fix", "Nama belum lengkap", LATER,
    )  # fmt: skip
    assert (line.role, line.actor, line.decision) == ("staff", clerk().user, None)


def test_who_was_decided_since_stays():
    angkatan = AngkatanFactory()
    one, other = (a_registration(angkatan, SUBMITTED) for _ in range(2))
    decision, _ = decided(angkatan, [one, other], Action.ACCEPT)
    writer.move(one, Action.CANCEL, actor=clerk(), at=NOON, reason="Sakit")

    [(who, refusal)] = undone(angkatan, decision)

    assert (who, type(refusal), standing(one, other)) == (one, StatusMoved, [CANCELLED, SUBMITTED])


def test_seat_that_is_taken_since_is_told():
    angkatan = AngkatanFactory(capacity=1)
    one = a_registration(angkatan, name="Budi Contoh")
    decision, _ = decided(angkatan, [one], Action.CANCEL, reason="Berhalangan")
    a_registration(angkatan, SUBMITTED)

    [(who, refusal)] = undone(angkatan, decision)

    assert (who, standing(one)) == (one, [CANCELLED])
    assert isinstance(refusal, NoSeatLeft)
    assert str(refusal).startswith("Kursi Budi Contoh sudah ditempati orang lain, jadi statusnya tetap Dibatalkan.")


def test_seats_are_counted_along_while_many_are_put_back():
    """Three were cancelled, somebody else took one of the batch's seats since: the first of the last come back."""
    angkatan = AngkatanFactory(capacity=3)
    three = [a_registration(angkatan) for _ in range(3)]
    decision, _ = decided(angkatan, three, Action.CANCEL, reason="Berhalangan")
    a_registration(angkatan, SUBMITTED)

    refused = undone(angkatan, decision)

    assert [(who, type(refusal)) for who, refusal in refused] == [(three[0], NoSeatLeft)]
    assert standing(*three) == [CANCELLED, ACCEPTED, ACCEPTED]
    assert angkatan.registrations.holding_seat().count() == 3


def test_seats_of_the_ormas_are_counted_along_too():
    angkatan, ormas = AngkatanFactory(seats_per_ormas=2), OrmasFactory()
    two, other = [a_registration(angkatan, ormas=ormas) for _ in range(2)], a_registration(angkatan)
    decision, _ = decided(angkatan, [*two, other], Action.CANCEL, reason="Berhalangan")
    a_registration(angkatan, SUBMITTED, ormas=ormas)

    refused = undone(angkatan, decision)

    assert [who for who, _ in refused] == [two[0]]
    assert standing(*two, other) == [CANCELLED, ACCEPTED, ACCEPTED]


def test_seats_given_up_by_the_same_undo_are_free_for_the_others():
    angkatan = AngkatanFactory(capacity=2)
    two = [a_registration(angkatan) for _ in range(2)]
    waiting = [a_registration(angkatan, SUBMITTED) for _ in range(2)]
    decision, _ = decided(angkatan, two, Action.CANCEL, reason="Berhalangan")
    assert standing(*two, *waiting) == [CANCELLED, CANCELLED, SUBMITTED, SUBMITTED]

    assert undone(angkatan, decision) == []
    assert standing(*two, *waiting) == [ACCEPTED, ACCEPTED, WAITLISTED, WAITLISTED]


def test_who_holds_a_seat_anyway_needs_no_second_one():
    angkatan = AngkatanFactory(capacity=1)
    one = a_registration(angkatan, SUBMITTED)
    decision, _ = decided(angkatan, [one], Action.ACCEPT)

    assert undone(angkatan, decision) == []
    assert standing(one) == [SUBMITTED]


def test_who_waits_again_gives_the_seat_to_the_next():
    angkatan = AngkatanFactory(capacity=0)
    waiting, queued = (a_registration(angkatan, SUBMITTED) for _ in range(2))
    Angkatan.objects.update(capacity=1)
    decision, _ = decided(angkatan, [waiting], Action.ACCEPT)
    Registration.objects.filter(pk=waiting.pk).update(is_held_back=False)

    assert undone(angkatan, decision) == []
    assert standing(waiting, queued) == [SUBMITTED, WAITLISTED]  # the first in the queue, again
    assert waiting.history.latest("pk").at == LATER


def test_person_who_registered_again_is_told():
    angkatan, ormas = AngkatanFactory(), OrmasFactory()
    one = a_registration(angkatan, SUBMITTED, ormas=ormas, name="Budi Contoh", phone="+6281200000001")
    decision, _ = decided(angkatan, [one], Action.REJECT, reason="Ganda")
    a_registration(angkatan, SUBMITTED, ormas=ormas, name="Budi Contoh", phone="+6281200000001")

    [(_, refusal)] = undone(angkatan, decision)

    assert isinstance(refusal, AlreadyRegistered)


def test_held_back_ones_need_no_seat_to_be_held_back_again():
    angkatan = AngkatanFactory(capacity=1)
    one = a_registration(angkatan, SUBMITTED)
    Registration.objects.filter(pk=one.pk).update(is_held_back=True)
    decision, _ = decided(angkatan, [one], Action.REJECT, reason="Rekaan")
    a_registration(angkatan)

    assert undone(angkatan, decision) == []
    assert Registration.objects.values_list("status", "is_held_back").get(pk=one.pk) == (SUBMITTED, True)


def test_one_batch_is_taken_back_without_the_other():
    here, there = AngkatanFactory(), AngkatanFactory()
    one, other = a_registration(here, SUBMITTED), a_registration(there, SUBMITTED)
    decision, _ = decided(here, [one], Action.ACCEPT)
    writer.move_together(there, [other.pk], decision, actor=clerk(), at=NOON, seen={})

    undone(here, decision)

    assert standing(one, other) == [SUBMITTED, ACCEPTED]


def test_batch_that_is_over_takes_nothing_back():
    angkatan = AngkatanFactory()
    one = a_registration(angkatan, SUBMITTED)
    decision, _ = decided(angkatan, [one], Action.ACCEPT)
    Angkatan.objects.update(closed_at=NOON)

    with pytest.raises(BatchOver):
        undone(angkatan, decision)
    assert standing(one) == [ACCEPTED]


@pytest.mark.parametrize(("action", "place", "then"), [(Action.ACCEPT, 0, WAITLISTED), (Action.REJECT, 2, SUBMITTED)])
def test_nothing_that_gives_up_no_seat_moves_the_queue(action, place, then):
    """But who waits again may find a seat that came free meanwhile: first come, first served."""
    angkatan = AngkatanFactory(capacity=1)
    people = [a_registration(angkatan, SUBMITTED) for _ in range(3)]
    Angkatan.objects.update(capacity=2)

    decision, _ = decided(angkatan, [people[place]], action, reason="Ganda")
    assert standing(people[1]) == [WAITLISTED]
    assert undone(angkatan, decision) == []
    assert standing(people[1]) == [then]


def test_seat_given_up_before_another_that_is_kept_is_filled():
    angkatan = AngkatanFactory(capacity=1)
    seated, waiting = (a_registration(angkatan, SUBMITTED) for _ in range(2))
    Angkatan.objects.update(capacity=2)
    decision, _ = decided(angkatan, [seated, waiting], Action.ACCEPT)

    assert undone(angkatan, decision) == []
    assert standing(seated, waiting) == [SUBMITTED, SUBMITTED]


def test_who_waited_needs_no_seat_to_wait_again():
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, SUBMITTED)
    decision, _ = decided(angkatan, [waiting], Action.REJECT, reason="Ganda")

    assert undone(angkatan, decision) == []
    assert standing(waiting) == [WAITLISTED]


# ---- Consents ------------------------------------------------------------------------------------

ALL = ("agrees_photo", "agrees_group", "agrees_invite", "agrees_special_needs")


def agreeing(**edits: Any) -> Registration:
    given = dict.fromkeys(ALL, True) | {"special_needs": "Kursi roda"}
    return a_registration(AngkatanFactory(), SUBMITTED, **given | edits)


def lines(registration: Registration) -> list[tuple[str, str, str]]:
    return list(registration.corrections.values_list("field", "old", "new"))


def test_consent_taken_back_is_a_line():
    one = agreeing()
    told = changes.agree(one, {"agrees_photo": False, "agrees_group": True}, actor=DELEGATE, at=LATER)

    assert lines(one) == [("agrees_photo", "ya", "tidak")]
    [line] = told
    assert (line.role, line.actor, line.at, line.is_late) == ("delegate", None, LATER, False)
    assert (one.delegate.agrees_photo, one.delegate.agrees_group) == (False, True)


def test_special_needs_go_with_their_consent_in_every_training_and_nobody_else_s():
    one, other = agreeing(), agreeing()
    earlier = agreeing()
    Registration.objects.filter(pk=earlier.pk).update(delegate=one.delegate)
    changes.agree(one, {"agrees_special_needs": False}, actor=DELEGATE, at=LATER)

    assert lines(one) == [("agrees_special_needs", "ya", "tidak"), ("special_needs", "ada", "")]
    assert one.special_needs == ""
    assert dict(Registration.objects.values_list("pk", "special_needs")) == {
        one.pk: "", earlier.pk: "", other.pk: "Kursi roda",
    }  # fmt: skip


def test_needs_stay_while_nothing_is_said_about_them():
    one = agreeing()
    changes.agree(one, {"agrees_special_needs": True, "agrees_invite": False}, actor=DELEGATE, at=LATER)
    changes.agree(one, {"agrees_group": False}, actor=DELEGATE, at=LATER)

    assert [field for field, *_ in lines(one)] == ["agrees_invite", "agrees_group"]
    assert one.special_needs == "Kursi roda"


def test_consent_given_is_not_given_in_merged_rows_and_taken_back_is():
    one = agreeing(agrees_photo=False)
    merged = Delegate.objects.create(name="Budi", merged_into=one.delegate, agrees_group=True)
    changes.agree(one, {"agrees_photo": True, "agrees_group": False}, actor=DELEGATE, at=LATER)

    merged.refresh_from_db()
    assert (merged.agrees_photo, merged.agrees_group) == (False, False)


# ---- What staff put right in the delegate's own row ----------------------------------------------


def test_change_of_the_own_row_is_told_in_each_registration():
    one, other = agreeing(), a_registration(AngkatanFactory(frozen_at=NOON), SUBMITTED)
    Registration.objects.filter(pk=other.pk).update(delegate=one.delegate)
    staff = Actor(clerk().role, UserFactory(role="verifikator"))
    edits = {"phone": ("+6281200000001", "+6281200000002"), "name": ("Budi", "Ani"), "agrees_photo": (True, False)}

    changes.note_on_registrations(one.delegate, edits, actor=staff, at=LATER)

    told = [("phone", "+6281200000001", "+6281200000002"), ("agrees_photo", "ya", "tidak")]
    assert lines(one) == lines(other) == told  # a name is printed as it was then
    assert set(Correction.objects.values_list("actor", "at")) == {(staff.user.pk, LATER)}
    assert set(Correction.objects.values_list("registration", "is_late")) == {(one.pk, False), (other.pk, True)}
