"""Each message by mail goes once, whatever happens to who sends it; what cannot go is told in words."""

import logging
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from icalendar import Calendar

from ormas.models import Delegate
from pelatihan.accounts.actor import DELEGATE
from pelatihan.batches import moving
from pelatihan.lifecycle import Action, Status
from pelatihan.messaging import outbox, post, texts
from pelatihan.models import Angkatan, CodeRequest, Message, Registration, Told
from pelatihan.models.registration import UNDO_FOR
from pelatihan.registration import decisions, plan_changes, writer
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    SessionFactory,
    UserFactory,
    a_registration,
    clerk,
)
from tests.pelatihan.messaging.server import Server, database_url, listening

ROOT = Path(__file__).resolve().parents[3]
AGO = "2019-02-19"
BACKENDS = "tests.pelatihan.messaging.test_messages."
PHONE = "+6281234567890"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


class NeverDone(EmailBackend):
    """It went; what the server says then is not understood."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise ConnectionResetError("siti@contoh.id")


def waiting(status=Status.SUBMITTED, **person) -> Message:
    """The newest message of somebody, to be sent by mail now."""
    given = {"phone": PHONE, "email": "siti@contoh.id"} | person
    one = a_registration(given.pop("angkatan", None) or AngkatanFactory(), status, **given)
    return Message.objects.filter(registration=one).order_by("-pk")[0]


def stand(message: Message) -> tuple[str, int]:
    """Where it stands, after how many failures."""
    message.refresh_from_db()
    return message.state, message.tries


def why(message: Message) -> str:
    message.refresh_from_db()
    return message.why


def recipients() -> list[str]:
    return sorted(letter.to[0] for letter in mail.outbox)


# ---- Sending -------------------------------------------------------------------------------------


def test_due_message_is_sent_once_and_its_words_are_kept():
    message = waiting()

    assert [outbox.send_due(), outbox.send_due()] == [1, 0]
    assert stand(message) == ("sent", 0)
    (letter,) = mail.outbox
    assert letter.to == ["siti@contoh.id"] == [message.address]
    assert (letter.subject, letter.body) == (message.subject, f"{message.body}\n\n{outbox.mail.FOOT}\n")
    assert message.registration.shown_code in message.body
    assert (message.ended_at, message.ended_by, message.sending_until) == (NOON, None, None)


def test_message_made_again_is_known_as_the_same_letter():
    message = waiting()
    keys = [outbox.mail.letter_of(message).extra_headers["Message-ID"] for _ in range(2)]

    assert keys[0] == keys[1] != outbox.mail.letter_of(waiting()).extra_headers["Message-ID"]


def test_who_waits_longest_comes_first_and_what_goes_by_hand_is_left():
    waiting(email="")
    second, first = waiting(email="b@contoh.id"), waiting(email="a@contoh.id")
    Message.objects.filter(pk=first.pk).update(due_at=NOON - timedelta(minutes=1))

    assert outbox.send_due() == 2
    assert [letter.to[0] for letter in mail.outbox] == ["a@contoh.id", "b@contoh.id"]
    assert stand(second)[0] == "sent"


def test_code_that_somebody_waits_for_overtakes_everything():
    message = waiting(email="b@contoh.id")
    CodeRequest.objects.create(registration=message.registration, asked_at=NOON, due_at=NOON, way="email")

    assert outbox.send_due(iter([False, True]).__next__) == 1

    assert "diminta lagi" in mail.outbox[0].body
    assert stand(message)[0] == "waiting"


def test_code_that_went_leaves_a_line_in_the_log_without_the_code():
    message = waiting()
    Message.objects.all().delete()
    CodeRequest.objects.create(registration=message.registration, asked_at=NOON, due_at=NOON, way="email")

    outbox.send_due()

    logged = Message.objects.get()
    assert (logged.kind, logged.state, logged.address, logged.body) == ("code", "sent", "siti@contoh.id", "")


def test_rundown_goes_along_where_it_helps():
    batch = SessionFactory().angkatan
    waiting(Status.ACCEPTED, angkatan=batch)
    with time_machine.travel(NOON + UNDO_FOR, tick=False):
        outbox.send_due()

    ((name, content, kind),) = mail.outbox[0].attachments
    assert (name, kind) == (f"jadwal-{batch.slug}.ics", "text/calendar")
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert batch.slug in event["url"]


def test_other_letters_carry_nothing():
    waiting()
    outbox.send_due()

    assert mail.outbox[0].attachments == []


def test_ormas_gets_its_link():
    invitation = InvitationFactory(ormas__contact_email="ketua@contoh.id")
    mailing = invitation.angkatan.mailings.create(
        kind="no_delegates", author=UserFactory(), at=NOON, **texts.original("no_delegates")._asdict()
    )
    post.of_mailing(mailing, invitations=[invitation], at=NOON)

    outbox.send_due()

    assert recipients() == ["ketua@contoh.id"]
    assert "/undangan/" in mail.outbox[0].body


def test_whoever_was_written_to_is_told_on_all_pages():
    batch = AngkatanFactory()
    message = waiting(angkatan=batch)
    moving.move(
        batch, batch.starts_on + timedelta(days=7), seen=batch.starts_on, at=NOON, actor=clerk(), reason="Gedung"
    )
    change = Angkatan.objects.get().plan_change
    assert plan_changes.concerned(change).filter(is_owed=True).count() == 1

    outbox.send_due()

    assert plan_changes.concerned(change).filter(is_owed=True).count() == 0
    told = Told.objects.filter(registration=message.registration)
    assert set(told.values_list("role", "plan_change")) == {("system", None), ("system", change.pk)}


# ---- What changed between writing and sending ----------------------------------------------------


def test_who_cancels_meanwhile_gets_no_other_news():
    message = waiting(Status.ACCEPTED)
    writer.move(message.registration, Action.WITHDRAW, actor=DELEGATE, at=NOON)
    with time_machine.travel(NOON + UNDO_FOR, tick=False):
        outbox.send_due()

    assert stand(message) == ("dropped", 0)
    assert [letter.subject.startswith("Pendaftaran") and "dibatalkan" in letter.subject for letter in mail.outbox] == [
        True
    ]


CHANGED = {
    "status": (lambda one: Registration.objects.update(status="cancelled"), "Status sudah berubah."),
    "closed": (lambda one: Angkatan.objects.update(closed_at=NOON), "Pelatihan sudah selesai."),
    "over": (lambda one: Angkatan.objects.update(ends_on=AGO, starts_on=AGO), "Pelatihan sudah selesai."),
    "called off": (lambda one: Angkatan.objects.update(cancelled_at=NOON, cancel_reason="x"), "Pelatihan dibatalkan."),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGED)
def test_message_that_holds_no_more_is_dropped_with_a_sentence(change):
    message = waiting()
    act, sentence = CHANGED[change]
    act(message)

    assert outbox.send_due() == 1

    assert (recipients(), stand(message), why(message)) == ([], ("dropped", 0), sentence)
    assert message.ended_at == NOON


def test_who_left_hears_of_no_new_plan_but_that_it_is_called_off():
    for kind, state in (("postponed", "dropped"), ("called_off", "sent")):
        message = waiting(angkatan=AngkatanFactory())
        Message.objects.filter(pk=message.pk).update(kind=kind, status="", event="x:1")
        Registration.objects.filter(pk=message.registration_id).update(status="cancelled")
        outbox.send_due()
        assert stand(message)[0] == state


def test_plan_that_changed_again_is_not_told_as_it_was():
    message = waiting()
    Message.objects.update(kind="postponed", status="", event="plan:77")

    outbox.send_due()

    assert why(message) == "Rencananya sudah berubah lagi."


def test_who_cancels_while_others_get_their_letters_gets_none():
    batch = AngkatanFactory()
    first, second = waiting(angkatan=batch), waiting(angkatan=batch, email="b@contoh.id")
    Message.objects.filter(pk=second.pk).update(status="", kind="postponed")
    with outbox.Sender() as sender:
        assert sender.take_message(NOON) == first
        writer.move(second.registration, Action.WITHDRAW, actor=DELEGATE, at=NOON)
        withdrawn = sender.take_message(NOON)

    assert (withdrawn.registration, withdrawn.kind) == (second.registration, "cancelled")
    assert stand(second) == ("dropped", 0)


def test_what_was_reserved_is_given_back_at_the_end_and_nobody_else_sends_it_meanwhile():
    messages = [waiting(email=f"a{number}@contoh.id") for number in range(3)]
    with outbox.Sender() as sender:
        sender.send_next()
        assert outbox.send_due() == 0
        assert [stand(one)[0] for one in messages] == ["sent", "waiting", "waiting"]

    assert outbox.send_due() == 2
    assert recipients() == ["a0@contoh.id", "a1@contoh.id", "a2@contoh.id"]


def test_reservation_that_ran_out_is_no_right_to_send():
    messages = [waiting(email=f"a{number}@contoh.id") for number in range(2)]
    with outbox.Sender() as slow:
        slow.send_next()
        with time_machine.travel(NOON + outbox.LEASE, tick=False):
            assert outbox.send_due() == 1
            assert not slow.send_next()

    assert recipients() == ["a0@contoh.id", "a1@contoh.id"]
    assert [stand(one)[0] for one in messages] == ["sent", "sent"]


def test_sending_stopped_at_the_third_of_ten_leaves_the_rest_unsent():
    batch = AngkatanFactory()
    people = [a_registration(batch, email=f"a{number}@contoh.id") for number in range(10)]
    Message.objects.all().delete()
    mailing = batch.mailings.create(kind="free", subject="Kabar", body="Isi", author=UserFactory(), at=NOON)
    post.of_mailing(mailing, people, at=NOON)

    outbox.send_due(iter([False] * 3 + [True]).__next__)
    post.stop(mailing, by=UserFactory(), at=NOON)
    outbox.send_due()

    assert len(mail.outbox) == 3
    assert mailing.messages.filter(state="dropped", why="Kiriman dihentikan.").count() == 7


def test_sending_stopped_while_its_messages_are_still_written_sends_none():
    message = waiting()
    by = UserFactory()
    mailing = message.angkatan.mailings.create(
        kind="free", subject="Kabar", body="Isi", author=by, at=NOON, stopped_at=NOON, stopped_by=by
    )
    Message.objects.update(mailing=mailing)

    outbox.send_due()

    assert why(message) == "Kiriman dihentikan."


def test_decision_that_can_be_taken_back_longer_is_waited_for():
    message = waiting()
    decided = decisions.decide(
        [message.registration], Action.ACCEPT, actor=clerk(), at=NOON, seen={message.registration_id: "submitted"}
    )
    accepted = Message.objects.get(kind="accepted")
    Message.objects.update(due_at=NOON)

    outbox.send_due()

    assert stand(accepted) == ("waiting", 0)
    assert accepted.due_at == decided.decision.undo_until
    assert recipients() == []


@pytest.mark.parametrize(
    ("contact", "expected"),
    [({"email": ""}, ("whatsapp", "waiting")), ({"email": "", "phone": ""}, ("whatsapp", "failed"))],
)
def test_address_that_went_meanwhile_leads_to_another_way(contact, expected):
    message = waiting()
    Delegate.objects.update(**contact)

    outbox.send_due()

    state = stand(message)[0]
    assert ((message.channel, state), recipients()) == (expected, [])


def test_words_are_those_of_the_moment_of_sending():
    message = waiting()
    texts.save("received", "Baru", "{kode} {tautan} baru", by=UserFactory(), at=NOON)
    Delegate.objects.update(email="baru@contoh.id")

    outbox.send_due()

    assert (recipients(), mail.outbox[0].subject) == (["baru@contoh.id"], "Baru")
    assert stand(message)[0] == "sent"


# ---- A server that says no, or nothing -----------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"RCPT": "550 no such user"}, ("failed", 1)),
        ({"RCPT": "450 try later"}, ("waiting", 1)),
        ({"MAIL": "530 log in first"}, ("waiting", 1)),
        ({"DATA": "451 try later"}, ("waiting", 1)),
        ({"END": "554 spam"}, ("waiting", 1)),
        ({"MAIL": ""}, ("waiting", 1)),  # hung up before it had any of it
        ({"RCPT": ""}, ("waiting", 1)),
        ({"END": ""}, ("doubtful", 0)),  # hung up when it had all of it
    ],
    ids=str,
)
def test_answer_of_the_server_decides(settings, says, expected):
    message = waiting()
    with listening() as server:
        server.says |= says
        settings.MAILERS = server.mailers
        outbox.send_due()

        assert stand(message) == expected


def test_refused_address_is_told_in_words_and_the_others_go(settings):
    with listening() as server:
        settings.MAILERS = server.mailers
        server.refuses = "salah@contoh.id"
        bad, *good = [waiting(email=each) for each in ("salah@contoh.id", "a@contoh.id", "b@contoh.id")]
        outbox.send_due()

    assert [stand(one) for one in (bad, *good)] == [("failed", 1), ("sent", 0), ("sent", 0)]
    assert why(bad) == (
        "Alamat surel ini tidak dapat dikirimi (550). Perbaiki alamatnya, atau kirim lewat WhatsApp."
    )  # fmt: skip
    assert len(server.letters) == 2
    assert server.talks == 1  # one connection for all of them


def test_server_that_hangs_up_between_two_letters_is_called_again(settings):
    with listening() as server:
        settings.MAILERS = server.mailers
        server.letters_a_talk = 1
        messages = [waiting(email=each) for each in ("a@contoh.id", "b@contoh.id", "c@contoh.id")]
        outbox.send_due()

    assert [stand(one) for one in messages] == [("sent", 0)] * 3
    assert (len(server.letters), server.talks) == (3, 3)


def test_server_that_is_away_makes_everybody_wait_a_minute_not_try_one_by_one(settings, caplog):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    messages = [waiting(email=f"a{number}@contoh.id") for number in range(3)]
    settings.MAILERS = Server(port).mailers

    assert outbox.send_due() == 1
    assert outbox.send_due() == 0

    assert sorted(stand(one) for one in messages) == [("waiting", 0), ("waiting", 0), ("waiting", 1)]
    assert {one.due_at for one in messages} == {NOON + timedelta(minutes=1)}
    with listening(port) as server, time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        outbox.send_due()
        assert len(server.letters) == 3


def test_pauses_grow_and_then_a_person_is_asked(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    message = waiting()
    settings.MAILERS = Server(port).mailers
    pauses = []
    with time_machine.travel(NOON, tick=False) as clock:
        while stand(message)[0] == "waiting":
            before = message.due_at
            outbox.send_due()
            message.refresh_from_db()
            pauses.append((message.due_at - before).total_seconds() / 60)
            clock.move_to(message.due_at)

    assert pauses == [1, 5, 15, 60, 240, 0]
    assert stand(message) == ("failed", 6)
    assert why(message).startswith("Server surel tidak dapat dihubungi, 6 kali dicoba.")


def test_slow_server_is_given_up_and_nothing_is_in_doubt(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call and says nothing
        mailers = Server(silent.getsockname()[1]).mailers
        mailers["default"]["OPTIONS"]["timeout"] = 0.2
        settings.MAILERS = mailers
        message = waiting()
        outbox.send_due()

    assert stand(message) == ("waiting", 1)


def test_log_names_nobody(settings, caplog):
    caplog.set_level(logging.INFO)
    settings.MAILERS = {"default": {"BACKEND": BACKENDS + "NeverDone"}}
    message = waiting()
    outbox.send_due()
    with listening() as server:
        server.says["RCPT"] = "550 no such user siti@contoh.id"
        settings.MAILERS = server.mailers
        waiting()
        outbox.send_due()

    assert len(caplog.messages) == 2
    assert "siti" not in caplog.text
    assert message.registration.shown_code not in caplog.text


# ---- Doubt ---------------------------------------------------------------------------------------


def test_message_that_perhaps_went_is_a_persons(settings):
    settings.MAILERS = {"default": {"BACKEND": BACKENDS + "NeverDone"}}
    message = waiting()

    assert [outbox.send_due(), outbox.send_due()] == [1, 0]
    assert (recipients(), stand(message)) == (["siti@contoh.id"], ("doubtful", 0))
    assert why(message) == "Terputus saat diserahkan. Mungkin sudah sampai."
    assert message.body  # what was handed over can be read


def test_what_somebody_has_in_hand_is_left_to_them_until_their_time_is_over():
    message = waiting()
    with outbox.Sender() as sender:
        assert sender.take_message(NOON) == message

    with time_machine.travel(NOON + outbox.LEASE - timedelta(seconds=1), tick=False) as clock:
        assert outbox.send_due() == 0
        assert stand(message)[0] == "sending"
        clock.shift(1)
        outbox.send_due()

    assert (recipients(), stand(message)) == ([], ("doubtful", 0))


def test_late_end_is_believed_unless_somebody_decided():
    message = waiting()
    with outbox.Sender() as sender:
        taken = sender.take_message(NOON)
        outbox.give_up_doubtful(NOON + outbox.LEASE)
        sender._deliver(taken)
        assert stand(message)[0] == "sent"

        other = waiting()
        taken = sender.take_message(NOON)
        outbox.give_up_doubtful(NOON + outbox.LEASE)
        post.never(other, by=UserFactory(), at=NOON)
        sender._deliver(taken)

    assert stand(other)[0] == "dropped"


def test_late_failure_changes_nothing_any_more(settings):
    message = waiting()
    with listening() as server, outbox.Sender() as sender:
        server.says["RCPT"] = "450 later"
        settings.MAILERS = server.mailers
        taken = sender.take_message(NOON)
        outbox.give_up_doubtful(NOON + outbox.LEASE)
        sender._deliver(taken)

    assert stand(message) == ("doubtful", 0)


def test_who_is_late_takes_nothing_out_of_the_hands_of_the_next():
    waiting()
    later = NOON + timedelta(minutes=5)
    with outbox.Sender() as slow, outbox.Sender() as quick:
        old = slow.take_message(NOON)
        with time_machine.travel(later, tick=False):
            outbox.give_up_doubtful(later)
            post.again(old, at=later)
            new = quick.take_message(later)

            outbox._try_message_again(old, outbox.NotSent(OSError()))

        assert stand(new)[0] == "sending"


def test_message_that_cannot_be_written_holds_up_no_other(monkeypatch):
    bad, good = waiting(), waiting(email="budi@contoh.id")
    original = outbox.words.words_for

    def broken(message, *rest):
        if message.pk == bad.pk:
            raise KeyError("titik_kumpul")
        return original(message, *rest)

    monkeypatch.setattr(outbox.words, "words_for", broken)
    outbox.send_due()

    assert [stand(one)[0] for one in (bad, good)] == ["failed", "sent"]
    assert why(bad).startswith("Teks pesan ini tidak dapat disusun.")


# ---- Two at once, and killed ---------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_senders_send_each_message_once():
    messages = [waiting(email=f"a{number}@contoh.id") for number in range(12)]

    def send(_: int) -> int:
        try:
            return outbox.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(send, range(3)))

    assert recipients() == sorted(one.registration.delegate.email for one in messages)
    assert sum(counts) == 12


DIES = """
import os, signal, django
from django.core.mail.backends.filebased import EmailBackend
class Dying(EmailBackend):
    def send_messages(self, messages):
        super().send_messages(messages)
        os.kill(os.getpid(), signal.SIGKILL)
import sys; sys.modules["dying"] = sys.modules["__main__"]
from django.conf import settings
django.setup()
settings.MAILERS = {"default": {"BACKEND": "dying.Dying", "OPTIONS": {"file_path": os.environ["LETTERS"]}}}
import time_machine
from datetime import datetime, UTC
from pelatihan.messaging import outbox
with time_machine.travel(datetime(2019, 2, 20, 5, 0, tzinfo=UTC), tick=False):
    outbox.send_due()
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_letter_only_that_one_is_in_doubt(tmp_path):
    messages = [waiting(email=f"a{number}@contoh.id") for number in range(3)]
    ours = {"DATABASE_URL": database_url(), "LETTERS": str(tmp_path), "DJANGO_SETTINGS_MODULE": "pelatihan.settings"}
    killed = subprocess.run([sys.executable, "-c", DIES], cwd=ROOT, env=os.environ | ours, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    with time_machine.travel(NOON + outbox.LEASE, tick=False):
        outbox.send_due()
    assert sorted(stand(one)[0] for one in messages) == ["doubtful", "sent", "sent"]
    assert len(recipients()) == 2
