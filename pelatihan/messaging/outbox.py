"""Sends the mails that wait in the database, each once: by as many processes as there are, killed at any moment.

What is to be sent is taken under a lock and marked (``sending_until``) before it is sent. Whoever dies in between
leaves the mark behind: when its time is over nobody knows whether the mail went, so a person is asked, not the mail
server again. A mail that certainly did not go is tried again after a while, and after some times left to a person too.
"""

import logging
import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.utils import timezone

from pelatihan.messaging import mail
from pelatihan.models import CodeRequest

LEASE = timedelta(minutes=3)  # longer than any mail takes: each step with the server is given up after ten seconds
PAUSES = tuple(timedelta(minutes=pause) for pause in (1, 4, 10))  # between tries; then it is staff's

logger = logging.getLogger(__name__)


class NotSent(Exception):
    """The mail certainly did not go; ``for_good``: another try would end the same way."""

    def __init__(self, problem: BaseException, *, for_good: bool = False) -> None:
        super().__init__()
        self.problem, self.for_good = problem, for_good


def send_due(is_ending: Callable[[], bool] = lambda: False) -> int:
    """Send what is due until nothing is, or until told to end; how many mails were taken up."""
    give_up_doubtful(timezone.now())
    count = 0
    while not is_ending() and (taken := take(timezone.now())):
        deliver(taken)
        count += 1
    return count


def give_up_doubtful(at: datetime) -> int:
    """Leave to staff what somebody began to send and never told the end of."""
    doubtful = CodeRequest.objects.by_mail().filter(sending_until__lte=at)
    return doubtful.update(way=CodeRequest.Way.STAFF, maybe_sent=True, sending_until=None)


def take(at: datetime) -> list[CodeRequest]:
    """The next mail, now one's own for a while: the request that waits longest, and others of its phone and address."""
    with transaction.atomic():
        due = CodeRequest.objects.due(at).select_for_update(skip_locked=True, of=("self",))
        whole = due.select_related("registration__delegate", "registration__angkatan", "registration__ormas")
        first = whole.order_by("due_at", "pk").first()
        if first is None:
            return []
        whose = first.registration.delegate
        alike = whole.filter(
            registration__delegate__phone=whose.phone, registration__delegate__email__iexact=whose.email
        )
        taken = list(alike.order_by("pk"))
        for each in taken:
            each.sending_until = at + LEASE
        CodeRequest.objects.bulk_update(taken, ["sending_until"])
    return taken


def deliver(taken: Sequence[CodeRequest]) -> None:
    """Send one mail, and write down how it ended."""
    if not mail.can_arrive(taken[0].registration.delegate.email):
        _keep(taken, way=CodeRequest.Way.STAFF)
        return
    try:
        send(mail.code_letter(taken))
    except NotSent as refusal:
        logger.warning("A mail was not sent: %s", _told(refusal.problem))
        _try_again(taken, refusal)
    except Exception as problem:  # it may have gone
        logger.warning("A mail was perhaps sent: %s", _told(problem))
        _keep(taken, way=CodeRequest.Way.STAFF, maybe_sent=True)
    else:
        _keep_sent(taken)


def send(letter: EmailMessage) -> None:
    """Hand it to the mail server.

    :raises NotSent: it did not go
    :raises Exception: any other means that nobody knows
    """
    try:
        server = mailers.default
        server.open()
    except Exception as problem:
        raise NotSent(problem) from problem
    try:
        server.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [code for code, _words in problem.recipients.values()]
        raise NotSent(problem, for_good=min(codes, default=0) >= 500) from problem
    except smtplib.SMTPResponseException as problem:  # the server said no
        raise NotSent(problem) from problem
    except ValueError as problem:  # no such address can be written to
        raise NotSent(problem, for_good=True) from problem
    finally:
        with suppress(Exception):  # what was said at the parting changes nothing
            server.close()


def _try_again(taken: Sequence[CodeRequest], refusal: NotSent) -> None:
    tries = max(each.tries for each in taken) + 1
    if refusal.for_good or tries > len(PAUSES):
        _keep(taken, way=CodeRequest.Way.STAFF, tries=tries)
    else:
        _keep(taken, tries=tries, due_at=timezone.now() + PAUSES[tries - 1])


def _keep(taken: Sequence[CodeRequest], **end: object) -> None:
    """Unless the time was over and it was left to staff."""
    mine = CodeRequest.objects.by_mail().filter(pk__in=[each.pk for each in taken])
    mine.update(sending_until=None, **end)


def _keep_sent(taken: Sequence[CodeRequest]) -> None:
    """It went: true also when it took so long that it was left to staff, but not yet answered by them."""
    waiting = CodeRequest.objects.waiting().filter(pk__in=[each.pk for each in taken])
    way = CodeRequest.Way.EMAIL
    waiting.update(way=way, sent_at=timezone.now(), sending_until=None, maybe_sent=False)


def _told(problem: BaseException) -> str:
    """Of what kind it was: its words hold addresses."""
    code = getattr(problem, "smtp_code", "")
    return f"{type(problem).__name__} {code}".strip()
