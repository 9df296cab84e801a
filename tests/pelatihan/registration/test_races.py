"""Many people at once, by real threads on PostgreSQL: through the writer, and through the pages."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse

from pelatihan.accounts import access
from pelatihan.accounts.actor import DELEGATE, Actor
from pelatihan.lifecycle import Action, Role, Status
from pelatihan.models import Angkatan, Registration, StatusChange
from pelatihan.registration import changes, decisions, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.refusals import Overtaken, StatusMoved
from tests.factories import NOON, AngkatanFactory, InvitationFactory, UserFactory, a_person, a_registration

pytestmark = pytest.mark.django_db(transaction=True)
DOORS = ["writer", "page"]


@pytest.fixture(autouse=True)
def _today():
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    with time_machine.travel(NOON, tick=True):
        yield


def at_once(people: int, act: Callable[[int], object]) -> list[object]:
    """What each got, all having started at the same moment; an exception is a result like any other."""
    gate = threading.Barrier(people)

    def go(number: int) -> object:
        try:
            gate.wait()
            return act(number)
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(go, range(people)))


def by_writer(invitation) -> Callable[[int], object]:
    wishes = [Application(a_person(), Registration.Source.WEB, ormas=invitation.ormas) for _ in range(60)]
    return lambda number: writer.register(invitation.angkatan, wishes[number], actor=DELEGATE, at=NOON).status


def by_page(invitation) -> Callable[[int], object]:
    address = reverse("register", args=[invitation.angkatan.slug])

    def send(number: int) -> int:
        form = {
            "ormas": invitation.ormas_id, "position": "Anggota", "name": "Budi Santoso", "gender": "L",
            "phone": f"08120000{number:04d}", "privacy": "on", "token": str(uuid.uuid4()),
        }  # fmt: skip
        return Client().post(address, form, REMOTE_ADDR=f"192.0.2.{number}").status_code

    return send


def by_page_of_one_place(invitation) -> Callable[[int], object]:
    address, send = reverse("register", args=[invitation.angkatan.slug]), Client().post
    shared = {
        "ormas": invitation.ormas_id,
        "position": "Anggota",
        "name": "Budi Santoso",
        "gender": "L",
        "privacy": "on",
    }

    def go(number: int) -> int:
        return send(address, shared | {"phone": f"08120000{number:04d}"}, REMOTE_ADDR="192.0.2.1").status_code

    return go


def door(name: str, invitation) -> Callable[[int], object]:
    return {"writer": by_writer, "page": by_page}[name](invitation)


def in_order_of_arrival() -> list[str]:
    """Statuses as the history has them: rows are written under the lock, so their order is the order of arrival."""
    return list(StatusChange.objects.order_by("pk").values_list("to_status", flat=True))


@pytest.mark.parametrize("name", DOORS)
def test_sixty_people_at_once_for_twenty_seats(name):
    invitation = InvitationFactory(angkatan=AngkatanFactory(capacity=20, seats_per_ormas=60))

    answers = at_once(60, door(name, invitation))

    everyone = Registration.objects.order_by("history__pk")
    assert set(answers) <= {"submitted", "waitlisted", 302}
    assert [person.status for person in everyone] == ["submitted"] * 20 + ["waitlisted"] * 40
    assert [person.queue_number for person in everyone] == [None] * 20 + list(range(1, 41))
    assert len({person.code for person in everyone}) == 60


def test_one_place_at_once_fills_no_batch():
    invitation = InvitationFactory(angkatan=AngkatanFactory(capacity=60, seats_per_ormas=100))

    answers = at_once(40, by_page_of_one_place(invitation))

    assert set(answers) == {302}
    everyone = list(Registration.objects.order_by("history__pk").values_list("status", "is_held_back"))
    assert everyone == [("submitted", False)] * 15 + [("submitted", True)] * 25


def held_back_behind(seated: int, crowd: int, *, capacity: int) -> list[int]:
    batch = AngkatanFactory(capacity=100, seats_per_ormas=100)
    invitation = InvitationFactory(angkatan=batch)
    people = [a_registration(batch, Status.SUBMITTED, ormas=invitation.ormas) for _ in range(seated + crowd)]
    ids = [person.pk for person in people[seated:]]
    Registration.objects.filter(pk__in=ids).update(is_held_back=True, network="a" * 32)
    Angkatan.objects.update(capacity=capacity)
    return ids


def test_two_clerks_release_the_same_crowd():
    ids = held_back_behind(2, 8, capacity=5)
    batch = Registration.objects.earliest("pk").angkatan
    clerks = [Actor(Role.STAFF, UserFactory(role="verifikator")) for _ in range(2)]

    def release(number: int) -> int:
        return len(writer.release(batch, ids, actor=clerks[number], at=NOON))

    released = at_once(2, release)

    people = list(Registration.objects.filter(pk__in=ids).order_by("pk").values_list("status", "queue_number"))
    assert released in ([0, 8], [8, 0])
    assert people == [("submitted", None)] * 3 + [("waitlisted", number) for number in range(1, 6)]
    assert StatusChange.objects.filter(action="release").count() == 8


def test_release_and_registering_at_once_never_oversell():
    ids = held_back_behind(2, 8, capacity=5)
    invitation = InvitationFactory(angkatan=Registration.objects.earliest("pk").angkatan)
    clerk, register = Actor(Role.STAFF, UserFactory(role="verifikator")), by_writer(invitation)

    def go(number: int) -> object:
        if number:
            return register(number)
        return len(writer.release(invitation.angkatan, ids, actor=clerk, at=NOON))

    results = at_once(9, go)

    assert results[0] == 8
    assert set(results[1:]) <= {"submitted", "waitlisted"}
    everyone = Registration.objects.all()
    assert everyone.holding_seat().count() == 5
    assert list(everyone.in_queue().values_list("queue_number", flat=True)) == list(range(1, 14))


@pytest.mark.parametrize("name", DOORS)
def test_ten_people_at_once_for_last_seat_of_ormas(name):
    invitation = InvitationFactory(angkatan=AngkatanFactory(capacity=50, seats_per_ormas=3))
    for _ in range(2):
        a_registration(invitation.angkatan, Status.SUBMITTED, ormas=invitation.ormas)

    answers = at_once(10, door(name, invitation))

    assert set(answers) <= {"submitted", "waitlisted", 302}
    assert in_order_of_arrival() == ["submitted"] * 3 + ["waitlisted"] * 9
    assert list(Registration.objects.in_queue().values_list("queue_number", flat=True)) == list(range(1, 10))


def test_one_form_sent_ten_times_at_once():
    invitation = InvitationFactory(angkatan=AngkatanFactory())
    token = str(uuid.uuid4())
    form = {
        "ormas": invitation.ormas_id, "position": "Anggota", "name": "Budi Santoso", "gender": "L",
        "phone": "081200000001", "privacy": "on", "token": token,
    }  # fmt: skip
    address = reverse("register", args=[invitation.angkatan.slug])

    answers = at_once(10, lambda _: Client().post(address, form)["Location"])

    assert answers == [Registration.objects.get().get_absolute_url()] * 10


def test_two_clerks_decide_the_same_person():
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    clerks = [Actor(Role.STAFF, UserFactory(role="verifikator")) for _ in range(2)]
    actions = [Action.ACCEPT, Action.REJECT]

    def decide(number: int) -> object:
        seen = Registration.objects.get(pk=registration.pk)
        return writer.move(seen, actions[number], actor=clerks[number], at=NOON, reason="Ganda", seen=Status.SUBMITTED)

    results = at_once(2, decide)

    registration.refresh_from_db()
    assert Counter(type(result).__name__ for result in results) == {"StatusChange": 1, "StatusMoved": 1}
    winner = next(result for result in results if isinstance(result, StatusChange))
    loser = next(result for result in results if isinstance(result, StatusMoved))
    assert registration.status == winner.to_status
    assert f"sudah berubah menjadi {registration.get_status_display()} oleh Rina Kartika" in str(loser)


def test_two_seats_freed_at_once_move_two_people_up():
    batch = AngkatanFactory(capacity=2)
    seated = [a_registration(batch, Status.ACCEPTED) for _ in range(2)]
    waiting = [a_registration(batch, Status.SUBMITTED) for _ in range(3)]

    at_once(2, lambda number: writer.move(seated[number], Action.WITHDRAW, actor=DELEGATE, at=NOON))

    statuses = [Registration.objects.get(pk=person.pk).status for person in waiting]
    assert statuses == [Status.SUBMITTED, Status.SUBMITTED, Status.WAITLISTED]


# ---- Two who mend one registration ---------------------------------------------------------------


@pytest.mark.parametrize("field", ["different", "same"])
def test_corrections_at_once_overwrite_nothing(field):
    registration = a_registration(AngkatanFactory(), name="Budi")
    seen, user = Person.of(registration), UserFactory(role="verifikator")
    fields = ["name", "nickname", "position", "back_title"] if field == "different" else ["name"] * 4

    def mend(number: int) -> object:
        typed = Person(**vars(seen) | {fields[number]: f"Contoh {'ABCD'[number]}"})
        return changes.correct(registration, typed, actor=Actor(Role.STAFF, user), at=NOON, seen=seen)

    got = at_once(4, mend)

    stands = Person.of(Registration.objects.get())
    wrong = [one for one in got if isinstance(one, Overtaken)]
    assert len(wrong) == (0 if field == "different" else 3)
    assert registration.corrections.count() == 4 - len(wrong)
    if field == "different":
        assert [getattr(stands, name) for name in fields] == [f"Contoh {letter}" for letter in "ABCD"]


# ---- Deciding many, and taking it back -----------------------------------------------------------


def verifiers(count: int) -> list[Actor]:
    return [Actor(Role.STAFF, UserFactory(role="verifikator")) for _ in range(count)]


def some(angkatan: Angkatan, count: int) -> list[Registration]:
    return [a_registration(angkatan, Status.SUBMITTED, at=NOON) for _ in range(count)]


def test_two_clerks_decide_the_same_people_once_each():
    people, clerks = some(AngkatanFactory(), 5), verifiers(2)
    seen = dict.fromkeys((one.pk for one in people), "submitted")
    actions = [(Action.ACCEPT, ""), (Action.REJECT, "Ganda")]

    def decide(number: int) -> int:
        action, reason = actions[number]
        chosen = people[::-1] if number else people
        decided = decisions.decide(chosen, action, actor=clerks[number], at=NOON, reason=reason, seen=seen)
        return len(decided.done)

    assert sorted(map(str, at_once(2, decide))) == ["0", "5"]
    assert StatusChange.objects.exclude(from_status="").count() == 5


def test_two_presses_of_one_page_are_one_decision():
    people, (clerk,) = some(AngkatanFactory(), 5), verifiers(1)
    key = uuid.uuid4()

    def decide(_: int) -> object:
        answer = decisions.decide(people, Action.ACCEPT, actor=clerk, at=NOON, seen={}, key=key)
        return answer.decision and answer.decision.pk

    assert at_once(4, decide) == [key] * 4
    assert StatusChange.objects.filter(action="accept").count() == 5


def test_two_who_press_undo_at_once_undo_once():
    people, clerks = some(AngkatanFactory(), 5), verifiers(4)
    decided = decisions.decide(people, Action.ACCEPT, actor=clerks[0], at=NOON, seen={}).decision
    assert decided

    def undo(number: int) -> object:
        return decisions.take_back(decided.pk, actor=clerks[number], at=NOON).count

    results = at_once(4, undo)

    assert [result for result in results if result == 5] == [5]
    assert Counter(type(result) for result in results)[decisions.UndoGone] == 3
    assert StatusChange.objects.filter(action="undo").count() == 5


def test_undo_and_a_new_decision_never_both_hold():
    """Whoever comes second finds the other's mark: no seat is lost and no history contradicts the status."""
    angkatan = AngkatanFactory(capacity=5)
    people, clerks = some(angkatan, 5), verifiers(2)
    decided = decisions.decide(people, Action.REJECT, actor=clerks[0], at=NOON, reason="Ganda", seen={}).decision
    assert decided

    def either(number: int) -> object:
        if number:
            return decisions.take_back(decided.pk, actor=clerks[1], at=NOON).count
        return [a_registration(angkatan, Status.SUBMITTED, at=NOON).status for _ in range(3)]

    at_once(2, either)

    assert angkatan.registrations.holding_seat().count() <= 5
    for one in people:
        one.refresh_from_db()
        last = one.history.last()
        assert last
        assert last.to_status == one.status
