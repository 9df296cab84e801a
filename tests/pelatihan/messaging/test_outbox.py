"""Each mail is sent once, whatever happens to who sends it; what cannot be sent is staff's."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from pelatihan.accounts import access
from pelatihan.messaging import outbox
from pelatihan.messaging.line import Line
from pelatihan.models import CodeRequest, Message, Registration
from pelatihan.registration import code_requests
from tests.factories import NOON, AngkatanFactory, UserFactory, a_registration
from tests.pelatihan.messaging.server import Server, database_url, listening

ROOT = Path(__file__).resolve().parents[3]
BACKENDS = "tests.pelatihan.messaging.test_outbox."
PHONE = "+6281234567890"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    if not Group.objects.exists():
        access.make_groups()
    with time_machine.travel(NOON, tick=False):
        yield


class Slow(EmailBackend):
    """Two senders meet in it."""

    met = threading.Event()

    def send_messages(self, messages):
        Slow.met.wait(0.3)
        return super().send_messages(messages)


class NeverDone(EmailBackend):
    """It went; what the server says then is not understood."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise ConnectionResetError("siti@contoh.id")


def waiting(**person) -> CodeRequest:
    """A request whose mail is to be sent now."""
    given = {"phone": PHONE, "email": "siti@contoh.id"} | person
    registration = a_registration(given.pop("angkatan", None) or AngkatanFactory(), **given)
    Message.objects.all().delete()  # of these: test_messages.py
    return CodeRequest.objects.create(registration=registration, asked_at=NOON, due_at=NOON, way="email")


def use(settings, name: str) -> None:
    settings.MAILERS = {"default": {"BACKEND": BACKENDS + name}}


def stand(request: CodeRequest) -> tuple[str, bool, bool, int]:
    """By which way, whether sent, whether perhaps, after how many failures."""
    request.refresh_from_db()
    return request.way, request.sent_at is not None, request.maybe_sent, request.tries


def recipients() -> list[str]:
    return [letter.to[0] for letter in mail.outbox]


# ---- Sending -------------------------------------------------------------------------------------


def test_due_mail_is_sent_once():
    request = waiting()

    assert [outbox.send_due(), outbox.send_due()] == [1, 0]
    assert recipients() == ["siti@contoh.id"]
    assert request.registration.shown_code in mail.outbox[0].body
    assert stand(request) == ("email", True, False, 0)
    assert CodeRequest.objects.get().sending_until is None


def test_codes_of_one_phone_and_address_go_in_one_letter():
    batch = AngkatanFactory()
    together = [waiting(angkatan=batch), waiting(angkatan=batch, name="Budi", email="SITI@contoh.id")]
    other_phone, other_address = waiting(phone="+6281200000000"), waiting(email="budi@contoh.id")

    assert outbox.send_due() == 3
    assert sorted(recipients()) == ["budi@contoh.id", "siti@contoh.id", "siti@contoh.id"]
    assert [one.registration.shown_code in mail.outbox[0].body for one in together] == [True, True]
    assert [stand(one)[1] for one in (*together, other_phone, other_address)] == [True] * 4


def test_who_waits_longest_comes_first():
    second, first = waiting(email="b@contoh.id"), waiting(email="a@contoh.id")
    CodeRequest.objects.filter(pk=first.pk).update(due_at=NOON - timedelta(minutes=1))
    CodeRequest.objects.filter(pk=second.pk).update(due_at=NOON)

    outbox.send_due()

    assert recipients() == ["a@contoh.id", "b@contoh.id"]


def test_what_is_not_due_staff_s_or_answered_is_left_alone():
    later, staffs, told = waiting(), waiting(), waiting()
    CodeRequest.objects.filter(pk=later.pk).update(due_at=NOON + timedelta(seconds=1))
    CodeRequest.objects.filter(pk=staffs.pk).update(way="staff")
    CodeRequest.objects.filter(pk=told.pk).update(told_at=NOON, told_by=UserFactory())

    assert outbox.send_due() == 0
    assert recipients() == []


def test_told_to_end_it_takes_up_no_other():
    waiting(email="a@contoh.id")
    waiting(email="b@contoh.id")
    ends = iter([False, True])

    assert outbox.send_due(lambda: next(ends)) == 1
    assert len(recipients()) == 1


@pytest.mark.parametrize("email", ["", "peserta@ormas.example"])
def test_address_that_went_meanwhile_is_staff_s(email):
    request = waiting()
    type(request.registration.delegate).objects.update(email=email)

    outbox.send_due()

    assert (recipients(), stand(request)) == ([], ("staff", False, False, 0))


# ---- A server that says no, or nothing -----------------------------------------------------------


def test_server_that_is_away_is_tried_again_and_again_then_left_to_staff(settings, caplog):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    request = waiting()
    settings.MAILERS = Server(port).mailers
    with time_machine.travel(NOON, tick=False) as clock:
        pauses = []
        while stand(request)[0] == "email":
            outbox.send_due()
            request.refresh_from_db()
            pauses.append((request.due_at - NOON).total_seconds())
            clock.move_to(request.due_at)

    assert pauses == [60, 300, 900, 900]
    assert stand(request) == ("staff", False, False, 4)
    assert "ConnectionRefusedError" in caplog.text


def test_server_that_comes_back_gets_the_letter(settings):
    request = waiting()
    with listening() as server:
        settings.MAILERS = server.mailers
    outbox.send_due()
    assert stand(request) == ("email", False, False, 1)
    assert outbox.send_due() == 0  # not before its time

    with listening(server.port) as server, time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        outbox.send_due()

    assert (len(server.letters), stand(request)) == (1, ("email", True, False, 1))
    assert "To: siti@contoh.id" in server.letters[0]


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"RCPT": "550 no such user"}, ("staff", False, False, 1)),
        ({"RCPT": "450 try later"}, ("email", False, False, 1)),
        ({"MAIL": "530 log in first"}, ("email", False, False, 1)),
        ({"DATA": "451 try later"}, ("email", False, False, 1)),
        ({"END": "554 spam"}, ("email", False, False, 1)),
        ({"END": ""}, ("staff", False, True, 0)),  # hung up when it had all of it
    ],
    ids=str,
)
def test_answer_of_the_server_decides(settings, says, expected):
    request = waiting()
    with listening() as server:
        server.says |= says
        settings.MAILERS = server.mailers
        outbox.send_due()

        assert stand(request) == expected


def test_address_that_cannot_be_written_to_is_staff_s_at_once(settings):
    request = waiting()
    type(request.registration.delegate).objects.update(email="sïtï@contoh.id")
    with listening() as server:
        settings.MAILERS = server.mailers
        outbox.send_due()

    assert (server.letters, stand(request)) == ([], ("staff", False, False, 1))


def test_log_names_nobody(settings, caplog):
    caplog.set_level(logging.INFO)
    use(settings, "NeverDone")
    request = waiting()
    outbox.send_due()
    with listening() as server:
        server.says["RCPT"] = "550 no such user siti@contoh.id"
        settings.MAILERS = server.mailers
        waiting()
        outbox.send_due()

    assert len(caplog.messages) == 2
    assert "siti" not in caplog.text
    assert request.registration.shown_code not in caplog.text


# ---- Doubt ---------------------------------------------------------------------------------------


def test_letter_that_perhaps_went_is_not_sent_again(settings):
    use(settings, "NeverDone")
    request = waiting()

    assert [outbox.send_due(), outbox.send_due()] == [1, 0]
    assert (recipients(), stand(request)) == (["siti@contoh.id"], ("staff", False, True, 0))


def test_what_somebody_has_in_hand_is_left_to_them_until_their_time_is_over():
    request = waiting()
    assert outbox.take(NOON) == [request]

    with time_machine.travel(NOON + outbox.LEASE - timedelta(seconds=1), tick=False) as clock:
        assert outbox.send_due() == 0
        assert stand(request) == ("email", False, False, 0)
        clock.shift(1)
        outbox.send_due()

    assert (recipients(), stand(request)) == ([], ("staff", False, True, 0))


def test_late_end_of_a_slow_letter_is_still_believed():
    request = waiting()
    taken = outbox.take(NOON)
    outbox.give_up_doubtful(NOON + outbox.LEASE)

    with Line() as line:
        outbox.deliver(taken, line)

    assert stand(request) == ("email", True, False, 0)


def test_late_failure_changes_nothing_any_more(settings):
    request = waiting()
    taken = outbox.take(NOON)
    outbox.give_up_doubtful(NOON + outbox.LEASE)
    with listening() as server:
        server.says["RCPT"] = "450 later"
        settings.MAILERS = server.mailers
        with Line() as line:
            outbox.deliver(taken, line)

    assert stand(request) == ("staff", False, True, 0)


def test_what_staff_answered_meanwhile_stays_theirs():
    request = waiting()
    taken = outbox.take(NOON)
    code_requests.answer(taken, by=UserFactory(), at=NOON, by_whatsapp=True)

    with Line() as line:
        outbox.deliver(taken, line)

    assert stand(request) == ("email", False, False, 0)
    assert request.by_whatsapp


# ---- Two at once, and killed ---------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_senders_send_each_letter_once(settings):
    use(settings, "Slow")
    requests = [waiting(email=f"a{number}@contoh.id") for number in range(6)]

    def send(_: int) -> int:
        try:
            return outbox.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(send, range(2)))

    assert sorted(recipients()) == sorted(one.registration.delegate.email for one in requests)
    assert sum(counts) == 6
    assert min(counts) > 0


@pytest.mark.django_db(transaction=True)
def test_no_letter_is_in_two_hands():
    """Twenty rounds: what happens once in a hundred does not show in one."""
    requests = [waiting(email=f"a{number}@contoh.id") for number in range(3)]
    gate = threading.Barrier(4)

    def grab(_: int) -> list[int]:
        try:
            gate.wait()
            return [one.pk for _turn in range(2) for one in outbox.take(NOON)]
        finally:
            connection.close()

    for _round in range(20):
        CodeRequest.objects.update(sending_until=None)
        with ThreadPoolExecutor(4) as pool:
            taken = [pk for grabbed in pool.map(grab, range(4)) for pk in grabbed]
        assert sorted(taken) == [one.pk for one in requests]


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
from pelatihan.messaging import outbox
from pelatihan.messaging.line import Line
outbox.send_due()
"""


@pytest.mark.django_db(transaction=True)
def test_killed_between_sending_and_noting_it_is_sent_no_second_time(tmp_path):
    request = waiting()
    ours = {"DATABASE_URL": database_url(), "LETTERS": str(tmp_path), "DJANGO_SETTINGS_MODULE": "pelatihan.settings"}
    CodeRequest.objects.update(due_at=NOON - timedelta(days=9999))
    killed = subprocess.run([sys.executable, "-c", DIES], cwd=ROOT, env=os.environ | ours, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    taken_until = CodeRequest.objects.get().sending_until
    with time_machine.travel(taken_until, tick=False):
        outbox.send_due()
    assert (recipients(), stand(request)) == ([], ("staff", False, True, 0))


@pytest.mark.django_db(transaction=True)
def test_people_whose_registration_is_gone_are_nobody_s_letter():
    waiting()
    Registration.objects.update(status="cancelled")

    assert outbox.send_due() == 1  # the page says what became of it
