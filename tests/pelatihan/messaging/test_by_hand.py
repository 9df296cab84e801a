"""Messages sent by WhatsApp, one by one: which comes next, what marking writes, what taking back undoes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection

from pelatihan.accounts.actor import staff
from pelatihan.lifecycle import Action
from pelatihan.messaging import by_hand
from pelatihan.messaging.by_hand import NotWaiting
from pelatihan.models import Decision, Message, MessageKind, Told
from pelatihan.registration import decisions, writer
from tests.factories import NOON, AngkatanFactory, UserFactory, a_registration, clerk
from tests.pelatihan.messaging.samples import a_contact, a_message, somebody

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def rina() -> User:
    return UserFactory(role="verifikator")


@pytest.fixture
def budi() -> User:
    return UserFactory(role="verifikator", first_name="Budi", last_name="Santoso")


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


# ---- Which comes next ------------------------------------------------------------------------------


def test_longest_wait_comes_first(rina):
    late, early = a_message(due_at=NOON), a_message(due_at=NOON - timedelta(hours=1))

    assert by_hand.next_for(rina, NOON) == early
    by_hand.send(early.pk, by=rina, at=NOON)
    assert by_hand.next_for(rina, NOON) == late


def test_nothing_comes_before_its_time(rina):
    a_message(due_at=NOON + timedelta(minutes=1))
    a_message(channel="email")
    a_message(state="failed")

    assert by_hand.next_for(rina, NOON) is None


def test_batch_is_worked_through_alone(rina):
    here, there = AngkatanFactory(), AngkatanFactory()
    a_message(somebody(there), due_at=NOON - timedelta(hours=1))
    mine = a_message(somebody(here))

    assert by_hand.next_for(rina, NOON, here.pk) == mine
    assert list(by_hand.waiting(NOON, here.pk)) == [mine]
    assert by_hand.waiting(NOON).count() == 2


def test_two_clerks_have_different_messages(rina, budi):
    first, second = a_message(due_at=NOON - timedelta(hours=1)), a_message()

    assert by_hand.next_for(rina, NOON) == first
    assert by_hand.next_for(budi, SOON) == second
    assert by_hand.next_for(rina, SOON) == first


def test_message_that_nobody_sends_comes_to_the_other(rina, budi):
    only = a_message()
    by_hand.next_for(rina, NOON)

    assert by_hand.next_for(budi, NOON + by_hand.HOLD - timedelta(seconds=1)) is None
    assert by_hand.next_for(budi, NOON + by_hand.HOLD) == only


def test_clerk_holds_one_message_at_a_time(rina, budi):
    first, second = a_message(due_at=NOON - timedelta(hours=1)), a_message()
    by_hand.next_for(rina, NOON)
    by_hand.skip(first.pk, at=SOON)

    assert by_hand.next_for(rina, SOON) == second
    assert by_hand.next_for(budi, SOON) == first


def test_those_behind_are_told(rina):
    first, second, third = (a_message(due_at=NOON - timedelta(hours=hours)) for hours in (3, 2, 1))

    assert by_hand.after(first, NOON, None, 5) == [second, third]
    assert by_hand.after(first, NOON, None, 1) == [second]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_get_different_ones(rina, budi):
    a_message(), a_message()
    start = Barrier(2)

    def take(user: User) -> int | None:
        try:
            start.wait()
            found = by_hand.next_for(user, NOON)
            return found.pk if found else None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        got = list(pool.map(take, (rina, budi)))

    assert len({*got}) == 2
    assert None not in got


# ---- What is put away ------------------------------------------------------------------------------


def test_person_who_cancelled_meanwhile_gets_nothing(rina):
    message = a_message()
    assert message.registration
    Message.objects.filter(pk=message.pk).update(status="submitted")

    assert by_hand.next_for(rina, NOON) is None
    assert (state(message), message.why) == ("dropped", "Status sudah berubah.")


def test_cancelling_on_the_last_moment_is_refused_in_words(rina):
    message = a_message()
    by_hand.next_for(rina, NOON)
    Message.objects.filter(pk=message.pk).update(status="submitted")

    with pytest.raises(NotWaiting, match=r"Status sudah berubah\. Pesannya tidak dikirim"):
        by_hand.send(message.pk, by=rina, at=SOON)
    assert state(message) == "dropped"
    assert not Told.objects.exists()


@pytest.mark.parametrize("phone", ["", "+62215550100"])
def test_number_that_is_none_is_left_to_a_person(rina, phone):
    message = a_message(a_contact(phone=phone))

    assert by_hand.next_for(rina, NOON) is None
    assert (state(message), message.why) == ("failed", by_hand.NO_PHONE)


def test_decision_that_can_be_taken_back_waits(rina):
    person = somebody(status="submitted")
    decisions.decide([person], Action.ACCEPT, actor=clerk(), at=NOON, seen={person.pk: "submitted"})
    message = Message.objects.get(registration=person)
    Message.objects.update(due_at=NOON)

    assert by_hand.next_for(rina, SOON) is None
    Message.objects.update(due_at=NOON)
    with pytest.raises(NotWaiting, match="masih dapat diurungkan"):
        by_hand.send(message.pk, by=rina, at=SOON)
    assert state(message) == "waiting"
    until = Decision.objects.get().undo_until
    assert message.due_at == until
    assert by_hand.next_for(rina, until) == message


def test_batch_that_is_over_is_put_away_at_once(rina):
    batch = AngkatanFactory()
    messages = [a_message(somebody(batch)) for _ in range(3)]
    elsewhere = a_message()
    batch.closed_at = NOON
    batch.save()

    assert by_hand.next_for(rina, NOON, batch.pk) is None
    assert {state(message) for message in messages} == {"dropped"}
    assert state(elsewhere) == "waiting"


# ---- One tap ---------------------------------------------------------------------------------------


def test_sending_marks_with_text_number_and_clerk(rina):
    message = a_message()
    assert message.registration

    handed = by_hand.send(message.pk, by=rina, at=SOON)

    assert state(message) == "sent"
    assert (message.ended_by, message.ended_at, message.channel) == (rina, SOON, "whatsapp")
    assert message.address == handed.phone == message.registration.delegate.phone
    assert message.body == handed.text
    assert message.registration.name in handed.text
    assert handed.link.startswith(f"https://wa.me/{handed.phone[1:]}?text=Yth.")


def test_status_that_was_told_is_noted_for_the_rest_of_the_site(rina):
    message = a_message()

    by_hand.send(message.pk, by=rina, at=SOON)

    told = Told.objects.standing().get()
    assert (told.registration, told.status, told.actor, told.at) == (message.registration, "accepted", rina, SOON)
    assert (told.message, told.plan_change) == (message, None)


@pytest.mark.parametrize(
    "kind", ["received", "accepted", "queued", "moved_up", "needs_fix", "rejected", "cancelled", "replaced"]
)
def test_every_message_about_a_status_tells_of_it(rina, kind):
    message = a_message(kind=kind)
    assert message.registration
    assert by_hand.owed_status(message.registration) == message

    by_hand.send(message.pk, by=rina, at=SOON)

    assert Told.objects.get().plan_change is None


@pytest.mark.parametrize("kind", ["postponed", "called_off", "revived"])
def test_every_message_about_the_plan_is_owed_until_it_is_sent(rina, kind):
    message = a_message(kind=kind, status="")
    assert message.registration
    assert by_hand.owed_plan(message.registration) == message
    assert by_hand.owed_status(message.registration) is None

    by_hand.send(message.pk, by=rina, at=SOON)

    assert Told.objects.get().status == "accepted"
    assert by_hand.owed_plan(message.registration) is None


@pytest.mark.parametrize("kind", [MessageKind.REMINDER, MessageKind.FREE, MessageKind.PLACE_CHANGED])
def test_other_messages_tell_of_no_status(rina, kind):
    by_hand.send(a_message(kind=kind).pk, by=rina, at=SOON)

    assert not Told.objects.exists()


def test_contact_of_an_organisation_is_written_to(rina):
    message = a_message(a_contact())

    handed = by_hand.send(message.pk, by=rina, at=SOON)

    assert handed.phone == "+6281200000077"
    assert by_hand.whom(message) == str(message.invitation.ormas)
    assert not Told.objects.exists()


def test_pressing_twice_is_once(rina):
    message = a_message()
    first = by_hand.send(message.pk, by=rina, at=NOON)

    again = by_hand.send(message.pk, by=rina, at=SOON)

    assert again.link == first.link
    assert Told.objects.count() == 1
    message.refresh_from_db()
    assert message.ended_at == NOON


def test_much_later_it_is_no_second_press(rina):
    message = a_message()
    by_hand.send(message.pk, by=rina, at=NOON)

    with pytest.raises(NotWaiting, match=r"sudah dikirim .* oleh Rina Kartika\. Tidak ada yang dikirim lagi"):
        by_hand.send(message.pk, by=rina, at=NOON + by_hand.TWICE)


def test_who_comes_second_reads_who_was_faster(rina, budi):
    message = a_message()
    by_hand.send(message.pk, by=budi, at=NOON)

    with pytest.raises(NotWaiting, match=r"sudah dikirim .* oleh Budi Santoso"):
        by_hand.send(message.pk, by=rina, at=SOON)
    assert Told.objects.count() == 1


def test_mail_is_not_sent_by_hand(rina):
    with pytest.raises(NotWaiting, match="menunggu dikirim lewat Surel"):
        by_hand.send(a_message(channel="email").pk, by=rina, at=NOON)
    with pytest.raises(NotWaiting, match="Pesan itu tidak ada"):
        by_hand.send(0, by=rina, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_opens_whatsapp(rina, budi):
    message, start = a_message(), Barrier(2)

    def press(user: User) -> Any:
        try:
            start.wait()
            return by_hand.send(message.pk, by=user, at=NOON).phone
        except NotWaiting as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, (rina, budi)))

    assert sum(isinstance(answer, NotWaiting) for answer in answers) == 1
    assert Told.objects.count() == 1


# ---- Other buttons ---------------------------------------------------------------------------------


def test_skipped_message_comes_last(rina):
    first, second = a_message(due_at=NOON - timedelta(hours=1)), a_message()

    by_hand.skip(first.pk, at=SOON)

    assert by_hand.next_for(rina, SOON) == second
    by_hand.send(second.pk, by=rina, at=SOON)
    assert by_hand.next_for(rina, SOON) == first


def test_number_without_whatsapp_is_left_to_a_person_once():
    message = a_message()

    by_hand.no_whatsapp(message.pk)
    by_hand.no_whatsapp(message.pk)

    assert (state(message), message.why) == ("failed", "Nomor ini tidak punya WhatsApp.")


def test_taken_back_it_waits_in_its_old_place(rina):
    first, second = a_message(due_at=NOON - timedelta(hours=1)), a_message()
    by_hand.send(first.pk, by=rina, at=NOON)

    by_hand.take_back(first.pk, by=rina)
    by_hand.take_back(first.pk, by=rina)

    assert state(first) == "waiting"
    assert (first.body, first.address, first.ended_by) == ("", "", None)
    assert by_hand.next_for(rina, SOON) == first
    assert second != first


def test_taken_back_nobody_was_told(rina):
    message = a_message()
    by_hand.send(message.pk, by=rina, at=NOON)
    by_hand.take_back(message.pk, by=rina)

    assert not Told.objects.standing().exists()
    by_hand.send(message.pk, by=rina, at=SOON)
    assert Told.objects.standing().exists()


def test_nobody_takes_back_what_another_sent(rina, budi):
    message = a_message()
    by_hand.send(message.pk, by=budi, at=NOON)

    with pytest.raises(NotWaiting, match="tidak dapat Anda urungkan"):
        by_hand.take_back(message.pk, by=rina)
    assert state(message) == "sent"


def test_mail_that_went_cannot_be_taken_back(rina):
    message = a_message(channel="email", state="sent", ended_at=NOON, ended_by=rina)

    with pytest.raises(NotWaiting):
        by_hand.take_back(message.pk, by=rina)


# ---- Sent on another page --------------------------------------------------------------------------


def test_message_of_the_status_that_stands_is_owed():
    person = somebody()
    message = a_message(person)
    for fields in ({"status": "submitted", "kind": "received"}, {"kind": "reminder"}, {"kind": "called_off"}):
        Message.objects.create(
            registration=person, angkatan=person.angkatan, event=str(fields), channel="whatsapp", due_at=NOON,
            created_at=SOON, **{"status": "accepted"} | fields,
        )  # fmt: skip

    assert by_hand.owed_status(person) == message
    owed = by_hand.owed_plan(person)
    assert owed
    assert owed.kind == "called_off"


@pytest.mark.parametrize(
    ("stands", "is_owed"),
    [("waiting", True), ("failed", True), ("doubtful", True), ("sent", False), ("dropped", False), ("sending", False)],
)
def test_only_what_is_not_sent_is_owed(rina, stands, is_owed):
    fields: dict[str, Any] = {"ended_at": NOON, "ended_by": rina} if stands in ("sent", "dropped") else {}
    fields |= {"sending_until": NOON} if stands == "sending" else {}
    message = a_message(state=stands, **fields)
    assert message.registration

    assert (by_hand.owed_status(message.registration) == message) == is_owed


def test_message_is_written_when_somebody_is_accepted(rina):
    """The machinery and these pages fit together."""
    person = a_registration(AngkatanFactory(), "submitted")
    writer.move(person, Action.ACCEPT, actor=staff(rina), at=NOON)

    message = by_hand.next_for(rina, NOON)

    assert message
    assert (message.registration, message.kind) == (person, "accepted")
