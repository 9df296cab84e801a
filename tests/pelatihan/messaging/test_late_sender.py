"""A sender slower than its time, and a message whose words cannot be made."""

import smtplib
from datetime import timedelta

import pytest
import time_machine

from pelatihan.messaging import outbox, post, words
from pelatihan.messaging.line import NotSent
from tests.factories import NOON
from tests.pelatihan.messaging.test_messages import recipients, waiting

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=5)


def test_who_is_late_takes_nothing_out_of_the_hands_of_the_next():
    with time_machine.travel(NOON, tick=False):
        waiting()
        slow = outbox.Sender().take_message(NOON)
        assert slow is not None
    with time_machine.travel(LATER, tick=False):
        outbox.give_up_doubtful(LATER)
        post.again(slow, at=LATER)
        next_one = outbox.Sender().take_message(LATER)
        assert next_one is not None

        outbox._try_message_again(slow, NotSent(smtplib.SMTPServerDisconnected(), is_away=False))

        next_one.refresh_from_db()
        assert next_one.state == "sending"


def test_message_that_cannot_be_written_holds_up_no_other(monkeypatch):
    with time_machine.travel(NOON, tick=False):
        bad, good = waiting(), waiting(email="budi@contoh.id", phone="+6281200000099")
        original = words.words_for

        def broken(message, *rest):
            if message.pk == bad.pk:
                raise KeyError("titik_kumpul")
            return original(message, *rest)

        monkeypatch.setattr(words, "words_for", broken)
        outbox.send_due()

        bad.refresh_from_db()
        good.refresh_from_db()
        assert (bad.state, good.state) == ("failed", "sent")
        assert recipients() == ["budi@contoh.id"]
