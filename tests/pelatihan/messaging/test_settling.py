"""What a person decides about messages that cannot go by themselves."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from pelatihan.lifecycle import Action
from pelatihan.messaging.by_hand import NO_PHONE, NotWaiting
from pelatihan.messaging.settling import NO_MAIL, Act, acts_for, lack_of, settle
from pelatihan.models import Decision, Message, Told
from pelatihan.registration import decisions
from tests.factories import NOON, AngkatanFactory, UserFactory, clerk
from tests.pelatihan.messaging.samples import a_contact, a_message, somebody

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)
MAIL = "siti@contoh.id"
Channel = Message.Channel


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def rina() -> User:
    return UserFactory(role="verifikator")


def doubtful(**fields: Any) -> Message:
    given: dict[str, Any] = {"state": "doubtful", "channel": "email", "tries": 1}
    return a_message(somebody(email=MAIL), **(given | fields))


def decided(message: Message, act: Act, by: User, seen: str = "") -> Message:
    settle(message.pk, act, by=by, at=LATER, seen=seen or message.state)
    message.refresh_from_db()
    return message


# ---- What can be decided ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "acts"),
    [
        ({}, [Act.AGAIN, Act.BY_WHATSAPP, Act.ARRIVED, Act.NEVER]),
        ({"state": "failed"}, [Act.AGAIN, Act.BY_WHATSAPP, Act.ARRIVED, Act.NEVER]),
        ({"state": "failed", "channel": "whatsapp"}, [Act.AGAIN, Act.BY_MAIL, Act.ARRIVED, Act.NEVER]),
        ({"state": "waiting"}, [Act.AGAIN, Act.BY_WHATSAPP, Act.NEVER]),
        ({"state": "waiting", "tries": 0}, [Act.BY_WHATSAPP, Act.NEVER]),
        ({"state": "waiting", "tries": 0, "channel": "whatsapp"}, [Act.BY_MAIL, Act.NEVER]),
        ({"state": "sending", "sending_until": NOON}, []),
        ({"state": "sent", "ended_at": NOON}, []),
        ({"state": "dropped", "ended_at": NOON}, []),
    ],
)
def test_acts_fit_the_state(fields, acts):
    assert acts_for(doubtful(**fields)) == acts


def test_who_has_neither_is_told_in_another_way():
    person = somebody()
    person.delegate.phone = ""
    message = a_message(person, state="failed")

    assert acts_for(message) == [Act.ARRIVED, Act.NEVER]
    assert lack_of(message, Channel.WHATSAPP) == NO_PHONE
    assert lack_of(message, Channel.EMAIL) == NO_MAIL


def test_address_that_leads_nowhere_is_no_way():
    assert lack_of(a_message(somebody(email="siti@contoh.example")), Channel.EMAIL) == NO_MAIL
    assert lack_of(a_message(a_contact(email=MAIL)), Channel.EMAIL) == ""


def test_every_act_has_its_word():
    assert [act.label for act in Act] == [
        "Sudah sampai", "Kirim lagi", "Kirim lewat WhatsApp", "Kirim lewat surel", "Jangan dikirim",
    ]  # fmt: skip


# ---- Deciding --------------------------------------------------------------------------------------


def test_arrived_is_sent_by_somebody_s_word(rina):
    message = decided(doubtful(), Act.ARRIVED, rina)

    assert (message.state, message.ended_by, message.ended_at) == ("sent", rina, LATER)
    assert not Told.objects.exists()  # a mail


def test_arrived_by_whatsapp_is_told(rina):
    decided(doubtful(channel="whatsapp", state="failed"), Act.ARRIVED, rina)

    assert Told.objects.standing().get().actor == rina


def test_again_goes_the_same_way_with_all_tries(rina):
    message = decided(doubtful(), Act.AGAIN, rina)

    assert (message.state, message.channel, message.tries, message.due_at) == ("waiting", "email", 0, LATER)


@pytest.mark.parametrize(("act", "channel"), [(Act.BY_WHATSAPP, "whatsapp"), (Act.AGAIN, "email")])
@pytest.mark.parametrize("state", ["doubtful", "failed", "waiting"])
def test_it_can_go_the_other_way(rina, state, act, channel):
    message = decided(doubtful(state=state), act, rina)

    assert (message.state, message.channel) == ("waiting", channel)


def test_never_is_dropped_with_a_name(rina):
    message = decided(doubtful(), Act.NEVER, rina)

    assert (message.state, message.ended_by) == ("dropped", rina)
    assert message.why


def test_who_thinks_again_takes_it_up(rina):
    message = decided(doubtful(), Act.NEVER, rina)
    assert acts_for(message) == [Act.AGAIN]

    again = decided(message, Act.AGAIN, rina)

    assert (again.state, again.ended_by, again.ended_at, again.why) == ("waiting", None, None, "")


@pytest.mark.parametrize("act", [Act.ARRIVED, Act.NEVER])
def test_same_press_twice_is_once(rina, act):
    message = decided(doubtful(), act, rina, "doubtful")
    ended = message.ended_at

    assert decided(message, act, rina, "doubtful").ended_at == ended


@pytest.mark.parametrize("act", [Act.AGAIN, Act.BY_WHATSAPP])
def test_sending_on_twice_is_once(rina, act):
    message = decided(doubtful(), act, rina, "doubtful")

    assert decided(message, act, rina, "doubtful").state == "waiting"


def test_who_comes_second_reads_what_was_decided(rina):
    budi = UserFactory(role="verifikator", first_name="Budi", last_name="Santoso")
    message = decided(doubtful(), Act.NEVER, budi)

    with pytest.raises(NotWaiting, match=r"tidak jadi dikirim .* oleh Budi Santoso\. Keputusan Anda tidak dicatat"):
        settle(message.pk, Act.ARRIVED, by=rina, at=LATER, seen="doubtful")


def test_mail_that_is_just_going_out_is_let_go(rina):
    message = doubtful(state="sending", sending_until=LATER)

    with pytest.raises(NotWaiting, match="sedang dikirim"):
        settle(message.pk, Act.NEVER, by=rina, at=LATER, seen="waiting")


def test_state_that_moved_since_is_not_decided_about(rina):
    message = doubtful(state="failed", why="Ditolak.")

    with pytest.raises(NotWaiting, match=r"gagal: Ditolak\. Keputusan"):
        settle(message.pk, Act.AGAIN, by=rina, at=LATER, seen="doubtful")


def test_way_that_is_gone_is_refused(rina):
    message = doubtful()
    assert message.registration
    message.registration.delegate.phone = ""
    message.registration.delegate.save()

    with pytest.raises(NotWaiting):
        settle(message.pk, Act.BY_WHATSAPP, by=rina, at=LATER, seen="doubtful")


def test_dropped_by_the_machinery_stays_dropped(rina):
    message = doubtful(state="dropped", ended_at=NOON, why="Status sudah berubah.")

    with pytest.raises(NotWaiting):
        settle(message.pk, Act.AGAIN, by=rina, at=LATER, seen="dropped")


def test_decision_that_can_be_taken_back_still_waits(rina):
    person = somebody(AngkatanFactory(), status="submitted", email=MAIL)
    decisions.decide([person], Action.ACCEPT, actor=clerk(), at=NOON, seen={person.pk: "submitted"})
    message = Message.objects.get(registration=person)

    settle(message.pk, Act.BY_WHATSAPP, by=rina, at=LATER, seen="waiting")
    message.refresh_from_db()
    assert message.due_at == Decision.objects.get().undo_until
    Message.objects.update(state="failed", tries=2)
    settle(message.pk, Act.AGAIN, by=rina, at=LATER, seen="failed")

    message.refresh_from_db()
    assert message.due_at == Decision.objects.get().undo_until


def test_message_not_yet_due_keeps_its_time(rina):
    message = doubtful(state="waiting", tries=0, due_at=NOON + timedelta(days=1))

    assert decided(message, Act.BY_WHATSAPP, rina).due_at == NOON + timedelta(days=1)
