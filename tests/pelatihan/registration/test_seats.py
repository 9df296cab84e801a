"""How seats are counted: of the batch, of each organisation, of its own invitation, of people outside the list."""

from collections import Counter

import pytest

from pelatihan.accounts.actor import DELEGATE
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import seats, writer
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import NoSeatLeft
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db


def unlisted(angkatan, text="Paguyuban Contoh") -> Registration:
    wish = Application(a_person(), Registration.Source.STAFF, ormas_text=text)
    return writer.register(angkatan, wish, actor=clerk(), at=NOON)


def waiting(angkatan, ormas=None, *, count=1) -> list[Registration]:
    """People who found the batch full; it has all its seats again afterwards."""
    capacity = angkatan.capacity
    Angkatan.objects.filter(pk=angkatan.pk).update(capacity=0)
    people = [
        unlisted(angkatan) if ormas == "unlisted" else a_registration(angkatan, "submitted", ormas=ormas)
        for _ in range(count)
    ]
    Angkatan.objects.filter(pk=angkatan.pk).update(capacity=capacity)
    return people


def statuses(people) -> list[str]:
    return [Registration.objects.get(pk=one.pk).status for one in people]


# ---- At registering ------------------------------------------------------------------------------


def test_people_outside_the_list_are_not_limited_like_one_ormas():
    angkatan = AngkatanFactory(seats_per_ormas=1)

    assert [unlisted(angkatan).status for _ in range(3)] == [Status.SUBMITTED] * 3


def test_people_outside_the_list_need_a_seat_of_the_batch():
    angkatan = AngkatanFactory(capacity=1)

    assert [unlisted(angkatan).status for _ in range(2)] == [Status.SUBMITTED, Status.WAITLISTED]


def test_people_outside_the_list_take_no_seat_of_an_ormas():
    angkatan = AngkatanFactory(seats_per_ormas=1)
    unlisted(angkatan)

    assert a_registration(angkatan, Status.SUBMITTED).status == Status.SUBMITTED


def test_other_ormas_take_no_seat_of_this_one():
    angkatan = AngkatanFactory(seats_per_ormas=1)

    assert [a_registration(angkatan, "submitted").status for _ in range(2)] == [Status.SUBMITTED] * 2


@pytest.mark.parametrize(("own_seats", "given"), [(None, 2), (0, 0), (1, 1), (3, 3)])
def test_invitation_has_its_own_seats_or_the_batch_s(own_seats, given):
    angkatan = AngkatanFactory(seats_per_ormas=2)
    ormas = InvitationFactory(angkatan=angkatan, own_seats=own_seats).ormas

    people = [a_registration(angkatan, "submitted", ormas=ormas) for _ in range(4)]

    assert statuses(people) == [Status.SUBMITTED] * given + [Status.WAITLISTED] * (4 - given)


def test_uninvited_ormas_has_the_batch_s_seats():
    angkatan, ormas = AngkatanFactory(seats_per_ormas=1), OrmasFactory()

    def by_phone():
        wish = Application(a_person(), Registration.Source.STAFF, ormas=ormas)
        return writer.register(angkatan, wish, actor=clerk(), at=NOON).status

    assert [by_phone(), by_phone()] == [Status.SUBMITTED, Status.WAITLISTED]
    assert seats.seats_of(angkatan, None) == 1


# ---- When a seat comes free ----------------------------------------------------------------------


def test_queue_never_overfills_an_ormas():
    angkatan, ormas = AngkatanFactory(seats_per_ormas=2), OrmasFactory()
    people = waiting(angkatan, ormas, count=3)

    writer.fill_seats(angkatan, at=NOON)

    assert statuses(people) == [Status.SUBMITTED] * 2 + [Status.WAITLISTED]


def test_queue_never_overfills_the_batch():
    angkatan = AngkatanFactory(capacity=2)
    people = waiting(angkatan, count=3)

    writer.fill_seats(angkatan, at=NOON)

    assert statuses(people) == [Status.SUBMITTED] * 2 + [Status.WAITLISTED]


@pytest.mark.parametrize(("own_seats", "given"), [(0, 0), (1, 1), (3, 3)])
def test_queue_knows_the_invitation_s_own_seats(own_seats, given):
    angkatan = AngkatanFactory(seats_per_ormas=2)
    ormas = InvitationFactory(angkatan=angkatan, own_seats=own_seats).ormas
    people = waiting(angkatan, ormas, count=4)

    promoted = writer.fill_seats(angkatan, at=NOON)

    assert promoted == people[:given]


def test_queue_gives_an_uninvited_ormas_the_batch_s_seats():
    angkatan, ormas = AngkatanFactory(seats_per_ormas=1), OrmasFactory()
    people = waiting(angkatan, ormas, count=2)
    Registration.objects.update(invitation=None)
    angkatan.invitations.all().delete()

    assert writer.fill_seats(angkatan, at=NOON) == people[:1]


def test_queue_does_not_limit_people_outside_the_list():
    angkatan = AngkatanFactory(seats_per_ormas=1)
    people = waiting(angkatan, "unlisted", count=3)

    assert writer.fill_seats(angkatan, at=NOON) == people


def test_queue_counts_whom_the_ormas_has_inside():
    angkatan, ormas = AngkatanFactory(seats_per_ormas=2), OrmasFactory()
    a_registration(angkatan, ormas=ormas)
    people = waiting(angkatan, ormas, count=2)

    assert writer.fill_seats(angkatan, at=NOON) == people[:1]


def test_queue_of_another_batch_stays():
    angkatan, other = AngkatanFactory(), AngkatanFactory()
    people = waiting(other)

    assert writer.fill_seats(angkatan, at=NOON) == []
    assert statuses(people) == [Status.WAITLISTED]


def test_plan_asks_who_moves_up_but_for_some_and_by_other_seats():
    angkatan, ormas = AngkatanFactory(capacity=3, seats_per_ormas=2), OrmasFactory()
    first, second, third = waiting(angkatan, ormas, count=3)
    held: Counter[int | None] = Counter({ormas.pk: 1, None: 1})

    assert seats.next_in_line(angkatan) == [first, second]
    assert seats.next_in_line(angkatan, but_for=[first.pk]) == [second, third]
    assert seats.next_in_line(angkatan, held=held) == [first]
    assert held == {ormas.pk: 1, None: 1}  # the plan's own count


# ---- When a move would take a seat ---------------------------------------------------------------


def test_accepting_a_walk_in_needs_a_seat():
    angkatan = AngkatanFactory(capacity=1)
    walk_in = a_registration(angkatan, Status.SUBMITTED, source=Registration.Source.WALK_IN)
    a_registration(angkatan)

    with pytest.raises(NoSeatLeft, match="Semua 1 kursi"):
        writer.move(walk_in, Action.ACCEPT, actor=clerk(), at=NOON)


def test_walk_in_who_goes_frees_no_seat():
    angkatan = AngkatanFactory(capacity=1)
    walk_in = a_registration(angkatan, Status.SUBMITTED, source=Registration.Source.WALK_IN)
    a_registration(angkatan)
    queued = a_registration(angkatan, Status.SUBMITTED)

    writer.move(walk_in, Action.CANCEL, actor=clerk(), at=NOON, reason="Pulang")

    assert statuses([queued]) == [Status.WAITLISTED]


def test_full_batch_is_named_before_the_full_ormas():
    angkatan, ormas = AngkatanFactory(capacity=1, seats_per_ormas=1), OrmasFactory()
    a_registration(angkatan, ormas=ormas)
    queued = a_registration(angkatan, Status.SUBMITTED, ormas=ormas)

    with pytest.raises(NoSeatLeft, match=r"^Semua 1 kursi .* terisi\. .* atau pilih “Terima di luar kapasitas”"):
        writer.move(queued, Action.ACCEPT, actor=clerk(), at=NOON)


@pytest.mark.parametrize(("own_seats", "is_taken"), [(None, False), (1, False), (2, True)])
def test_accepting_knows_the_invitation_s_own_seats(own_seats, is_taken):
    angkatan = AngkatanFactory(seats_per_ormas=1)
    ormas = InvitationFactory(angkatan=angkatan, own_seats=own_seats).ormas
    aside, _inside = a_registration(angkatan, Status.WAITLISTED, ormas=ormas), a_registration(angkatan, ormas=ormas)

    if is_taken:
        writer.move(aside, Action.ACCEPT, actor=clerk(), at=NOON)
    else:
        with pytest.raises(NoSeatLeft, match="sudah terpakai semua"):
            writer.move(aside, Action.ACCEPT, actor=clerk(), at=NOON)


def test_who_is_gone_does_not_make_the_batch_full():
    angkatan, ormas = AngkatanFactory(capacity=2, seats_per_ormas=1), OrmasFactory(name="Forum Contoh")
    a_registration(angkatan, ormas=ormas)
    a_registration(angkatan, Status.CANCELLED)
    waiting_one = a_registration(angkatan, Status.SUBMITTED, ormas=ormas)

    with pytest.raises(NoSeatLeft, match=r"^Kursi Forum Contoh sudah terpakai semua"):
        writer.move(waiting_one, Action.ACCEPT, actor=clerk(), at=NOON)


def test_staff_s_second_list_takes_seats_only_when_there_are_some():
    angkatan = AngkatanFactory(capacity=1)
    aside = a_registration(angkatan, Status.WAITLISTED)

    writer.move(aside, Action.ACCEPT, actor=clerk(), at=NOON)

    assert aside.status == Status.ACCEPTED


def test_withdrawing_one_of_two_gives_one_seat():
    angkatan = AngkatanFactory(capacity=2)
    inside = [a_registration(angkatan) for _ in range(2)]
    queued = [a_registration(angkatan, Status.SUBMITTED) for _ in range(2)]

    writer.move(inside[0], Action.WITHDRAW, actor=DELEGATE, at=NOON)

    assert statuses(queued) == [Status.SUBMITTED, Status.WAITLISTED]


# ---- Who stands before, and who comes after --------------------------------------------------------


def in_queue(angkatan, ormas=None) -> Registration:
    """Somebody who came when no seat was left."""
    person = unlisted(angkatan) if ormas == "unlisted" else a_registration(angkatan, Status.SUBMITTED, ormas=ormas)
    assert person.status == Status.WAITLISTED
    return person


def test_turn_names_the_full_ormas_and_counts_its_own_people_only():
    """The batch has seats: people of other organisations who wait are not before anybody."""
    angkatan, full, other = AngkatanFactory(capacity=10, seats_per_ormas=1), OrmasFactory(), OrmasFactory()
    for ormas in (full, other):
        a_registration(angkatan, ormas=ormas)
    people = [in_queue(angkatan, ormas) for ormas in (other, full, other, full)]

    turns = [seats.turn_of(person) for person in people]

    assert [turn.ahead for turn in turns] == [0, 0, 1, 1]
    assert {(turn.is_batch_full, turn.is_ormas_full, turn.free) for turn in turns} == {(False, True, 8)}


def test_turn_names_the_full_batch_and_passes_over_full_organisations():
    angkatan, full, other = AngkatanFactory(capacity=1, seats_per_ormas=1), OrmasFactory(), OrmasFactory()
    a_registration(angkatan, ormas=full)
    people = [in_queue(angkatan, ormas) for ormas in (full, other, other, "unlisted", None)]

    turns = [seats.turn_of(person) for person in people]

    assert [turn.ahead for turn in turns] == [0, 0, 2 - 1, 1, 2]
    assert [turn.is_ormas_full for turn in turns] == [True, False, False, False, False]
    assert [turn.is_ormas_spoken_for for turn in turns] == [True, False, True, False, False]
    assert {turn.is_batch_full for turn in turns} == {True}


def test_turn_is_when_the_queue_comes_to_one():
    """As many are promoted before as were said to be ahead, when seats come free one after another."""
    angkatan, one, two = AngkatanFactory(capacity=2, seats_per_ormas=2), OrmasFactory(), OrmasFactory()
    for ormas in (one, two):
        a_registration(angkatan, ormas=ormas)
    people = [in_queue(angkatan, ormas) for ormas in (one, one, two, "unlisted", two, None)]
    said = {person.pk: seats.turn_of(person) for person in people}

    came: list[int] = []
    for capacity in range(3, 12):
        Angkatan.objects.filter(pk=angkatan.pk).update(capacity=capacity)
        came += [person.pk for person in writer.fill_seats(angkatan, at=NOON)]

    waiting = {pk for pk, turn in said.items() if turn.is_ormas_spoken_for}
    assert {pk: came.index(pk) for pk in came} == {pk: said[pk].ahead for pk in came}
    assert waiting == said.keys() - set(came)  # one of each organisation finds its seats taken by those in front


@pytest.mark.parametrize(
    ("waiting", "heir"),
    [("same", seats.Heir.SAME_ORMAS), ("other", seats.Heir.OTHER), ("full", seats.Heir.ANYBODY)],
)
def test_seat_goes_to_who_is_said_to_get_it(waiting, heir):
    angkatan, ormas, full = AngkatanFactory(capacity=2, seats_per_ormas=1), OrmasFactory(), OrmasFactory()
    going = a_registration(angkatan, ormas=ormas)
    a_registration(angkatan, ormas=full)
    next_one = in_queue(angkatan, {"same": ormas, "other": None, "full": full}[waiting])

    assert seats.heir_of(going) == heir
    writer.move(going, Action.WITHDRAW, actor=DELEGATE, at=NOON)
    assert statuses([next_one]) == [Status.WAITLISTED if waiting == "full" else Status.SUBMITTED]


def test_people_outside_the_list_are_not_of_one_ormas():
    angkatan = AngkatanFactory(capacity=1)
    going = unlisted(angkatan)
    in_queue(angkatan, "unlisted")

    assert seats.heir_of(going) == seats.Heir.OTHER


def test_seat_beyond_the_capacity_goes_to_nobody():
    angkatan = AngkatanFactory(capacity=1)
    going = a_registration(angkatan)
    over = in_queue(angkatan)
    in_queue(angkatan)
    writer.move(over, Action.ACCEPT_OVER, actor=clerk(), at=NOON, reason="Permintaan")

    assert seats.heir_of(going) == seats.Heir.NOBODY


# ---- Moving along with a seat --------------------------------------------------------------------


def test_seat_goes_along_only_where_the_other_ormas_has_one_left():
    """What others of the batch hold does not count, nor who waits or has gone."""
    batch = AngkatanFactory(seats_per_ormas=1)
    full, other = a_registration(batch), InvitationFactory(angkatan=batch)
    for status in (Status.CANCELLED, Status.REJECTED):
        a_registration(batch, status, ormas=other.ormas)
    assert full.ormas

    assert not seats.has_room_in(batch, full.ormas, full.invitation)
    assert seats.has_room_in(batch, other.ormas, other)
    a_registration(batch, ormas=other.ormas)
    assert not seats.has_room_in(batch, other.ormas, other)
