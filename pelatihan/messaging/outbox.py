"""Sends the mails that wait in the database, each once: by as many processes as there are, killed at any moment.

What is to be sent is taken under a lock and marked (``sending_until``) before it is sent. Whoever dies in between
leaves the mark behind: when its time is over nobody knows whether the mail went, so a person is asked, not the mail
server again. A mail that certainly did not go is tried again after a while, and after some times left to a person too.

Codes that somebody asked for go first: whoever asked waits for them.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pelatihan.lifecycle import Role
from pelatihan.messaging import mail, post, texts, words
from pelatihan.messaging.calendar import as_calendar
from pelatihan.messaging.line import Line, NotSent, code_of
from pelatihan.models import Angkatan, CodeRequest, Message, MessageKind, Told
from pelatihan.models.message import MessageQuerySet

Channel, State = Message.Channel, Message.State
LEASE = timedelta(minutes=3)  # longer than any mail takes: each step with the server is given up after ten seconds
PAUSES = tuple(timedelta(minutes=pause) for pause in (1, 4, 10))  # between tries of a code; then it is staff's
MESSAGE_PAUSES = tuple(timedelta(minutes=pause) for pause in (1, 5, 15, 60, 240))
AWAY = timedelta(minutes=1)  # for all mails, when the server cannot be reached
TOGETHER = 20  # messages that are reserved by one look
LOOK_SECONDS = 1.0  # for codes, between two letters
KEPT_SECONDS = 10.0  # texts and calendars that many letters of a run share
NO_WORDS = "Teks pesan ini tidak dapat disusun. Kabari orangnya dengan cara lain, dan beri tahu pengelola situs."
DOUBTFUL = "Terputus saat diserahkan. Mungkin sudah sampai."
BAD_ADDRESS = "Alamat surel ini tidak dapat dikirimi{}. Perbaiki alamatnya, atau kirim lewat WhatsApp."
REFUSED = "Server surel menolak pesan ini{}, {} kali dicoba. Kirim lewat WhatsApp, atau coba lagi nanti."
UNREACHED = "Server surel tidak dapat dihubungi, {} kali dicoba. Coba lagi, atau kirim lewat WhatsApp."

logger = logging.getLogger(__name__)


def send_due(is_ending: Callable[[], bool] = lambda: False) -> int:
    """Send what is due until nothing is, or until told to end; how many mails were taken up."""
    give_up_doubtful(timezone.now())
    count = 0
    with Sender() as sender:
        while not is_ending() and sender.send_next():
            count += 1
    return count


def is_code_due(at: datetime) -> bool:
    """Whether somebody waits for a code by mail."""
    return CodeRequest.objects.due(at).exists()


def give_up_doubtful(at: datetime) -> int:
    """Leave to staff what somebody began to send and never told the end of."""
    doubtful = CodeRequest.objects.by_mail().filter(sending_until__lte=at)
    codes = doubtful.update(way=CodeRequest.Way.STAFF, maybe_sent=True, sending_until=None)
    left = Message.objects.filter(state=State.SENDING, sending_until__lte=at)
    return codes + left.update(state=State.DOUBTFUL, sending_until=None, why=DOUBTFUL)


class Sender:
    """One run: a line to the mail server, and what many letters share. Used as a context."""

    def __init__(self) -> None:
        self._line = Line()
        self._texts: dict[str, texts.Text] = {}
        self._calendars: dict[int, bytes] = {}
        self._reserved: list[Message] = []
        self._look_at = 0.0
        self._kept_since = time.monotonic()

    def __enter__(self) -> "Sender":
        return self

    def __exit__(self, *reason: object) -> None:
        self._give_back(timezone.now())
        self._line.close()

    def send_next(self) -> bool:
        """Deal with one mail that is due; whether there was one. Codes are looked for every second."""
        at, looks = timezone.now(), time.monotonic() >= self._look_at
        if looks:
            if codes := take(at):
                deliver(codes, self._line)
                return True
            self._look_at = time.monotonic() + LOOK_SECONDS
        message = self.take_message(at)
        if message is None:
            self._look_at = 0.0
            return not looks and self.send_next()
        if message.state == State.SENDING:
            self._deliver(message)
        return True

    def take_message(self, at: datetime) -> Message | None:
        """The next message that is due, now one's own for a while, with the words that go out; or what became of it
        when it is not to go.
        """
        while self._reserved or self._reserve(at):
            message = self._reserved.pop(0)
            mine = Message.objects.filter(pk=message.pk, state=State.WAITING, due_at=message.due_at)
            self._decide(message, at)
            if mine.update(**{field: getattr(message, field) for field in _WRITTEN}):
                return message  # else it was dropped meanwhile, or too much time went by
        return None

    def _reserve(self, at: datetime) -> bool:
        """Some of those that are due, for nobody else for a while. They wait on: whoever dies now leaves no doubt, and
        what is not to go any more is dropped by whatever changed it.
        """
        with transaction.atomic():
            due = Message.objects.due(at).select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
            self._reserved = list(due.select_related(*words.FACTS)[:TOGETHER])
            for message in self._reserved:
                message.due_at = at + LEASE
            Message.objects.filter(pk__in=[one.pk for one in self._reserved]).update(due_at=at + LEASE)
        batches = {message.angkatan_id: message.angkatan for message in self._reserved}
        for message in self._reserved:
            message.angkatan = batches[message.angkatan_id]  # one and the same: what it looks up it looks up once
        return bool(self._reserved)

    def _give_back(self, at: datetime) -> None:
        """What was reserved and did not get its turn."""
        for message in self._reserved:
            Message.objects.filter(pk=message.pk, state=State.WAITING, due_at=message.due_at).update(due_at=at)
        self._reserved = []

    def _decide(self, message: Message, at: datetime) -> None:
        decision = message.decision
        message.due_at = at
        if why := post.why_not(message, at):
            message.state, message.why, message.ended_at = State.DROPPED, why, at
            return
        if decision and decision.undone_at is None and at < decision.undo_until:
            message.due_at = decision.undo_until
            return
        try:
            said = words.words_for(message, self._text(message.kind))
        except Exception:  # one odd row must not hold up all others
            logger.exception("The words of a message could not be made")
            message.state, message.why = State.FAILED, NO_WORDS
            return
        if not mail.can_arrive(said.address):  # it went meanwhile
            for field, value in post.way("", said.phone).items():
                setattr(message, field, value)
            return
        message.state, message.sending_until = State.SENDING, at + LEASE
        message.address, message.subject, message.body = said.address, said.subject, said.body

    def _deliver(self, message: Message) -> None:
        try:
            self._line.send(mail.letter_of(message, self._calendar(message)))
        except NotSent as refusal:
            logger.warning("A message was not sent: %s", _told(refusal.problem))
            _try_message_again(message, refusal)
            if refusal.is_away:  # not one after the other into the same wall
                self._give_back(timezone.now() + AWAY)
                Message.objects.due(timezone.now()).update(due_at=timezone.now() + AWAY)
        except Exception as problem:  # it may have gone
            logger.warning("A message was perhaps sent: %s", _told(problem))
            _mine(message).update(state=State.DOUBTFUL, sending_until=None, why=DOUBTFUL)
        else:
            _keep_message_sent(message)

    def _forget_old(self) -> None:
        if time.monotonic() - self._kept_since > KEPT_SECONDS:
            self._texts, self._calendars, self._kept_since = {}, {}, time.monotonic()

    def _text(self, kind: str) -> texts.Text:
        self._forget_old()
        if kind not in self._texts:
            self._texts[kind] = texts.text_of(kind)
        return self._texts[kind]

    def _calendar(self, message: Message) -> bytes | None:
        """The rundown, where it helps who gets the letter."""
        batch = message.angkatan
        if not texts.KINDS[MessageKind(message.kind)].has_calendar or batch.cancelled_at:
            return None
        if batch.pk not in self._calendars:
            self._calendars[batch.pk] = _rundown(batch)
        return self._calendars[batch.pk]


_WRITTEN = ["state", "why", "ended_at", "due_at", "channel", "sending_until", "address", "subject", "body"]


def _rundown(batch: Angkatan) -> bytes:
    sessions = batch.sessions.in_time_order()
    return as_calendar(batch, sessions, at=timezone.now(), address=settings.SITE_URL + batch.get_absolute_url())


def _mine(message: Message) -> MessageQuerySet:
    """Unless the time was over and it was left to a person, who may have given it to another sender since."""
    return Message.objects.filter(pk=message.pk, state=State.SENDING, sending_until=message.sending_until)


def _try_message_again(message: Message, refusal: NotSent) -> None:
    tries, at = message.tries + 1, timezone.now()
    code = f" ({refusal.code})" if refusal.code else ""
    end: dict[str, object]
    if refusal.for_good:
        end = {"state": State.FAILED, "why": BAD_ADDRESS.format(code)}
    elif tries > len(MESSAGE_PAUSES):
        why = UNREACHED.format(tries) if refusal.is_away else REFUSED.format(code, tries)
        end = {"state": State.FAILED, "why": why}
    else:
        end = {"state": State.WAITING, "due_at": at + MESSAGE_PAUSES[tries - 1]}
    _mine(message).update(tries=tries, sending_until=None, **end)


def _keep_message_sent(message: Message) -> None:
    """It went: true also when it took so long that somebody was asked about it, but did not answer yet."""
    at = timezone.now()
    open_ones = [State.SENDING, State.DOUBTFUL, State.WAITING]
    found = Message.objects.filter(pk=message.pk, state__in=open_ones)
    with transaction.atomic():
        if found.update(
            state=State.SENT, channel=Channel.EMAIL, ended_at=at, ended_by=None, sending_until=None, why=""
        ):
            _note_told(message, at)


def _note_told(message: Message, at: datetime) -> None:
    """For all pages that say whether somebody knows."""
    person, is_plan = message.registration, message.event.startswith("plan:")
    if person and (is_plan or message.event.startswith("status:")):
        change = message.angkatan.plan_change_id if is_plan else None
        Told.objects.create(registration=person, status=person.status, role=Role.SYSTEM, plan_change_id=change, at=at)


# ---- Codes ---------------------------------------------------------------------------------------


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


def deliver(taken: Sequence[CodeRequest], line: Line) -> None:
    """Send one mail, and write down how it ended."""
    if not mail.can_arrive(taken[0].registration.delegate.email):
        _keep(taken, way=CodeRequest.Way.STAFF)
        return
    try:
        line.send(mail.code_letter(taken))
    except NotSent as refusal:
        logger.warning("A mail was not sent: %s", _told(refusal.problem))
        _try_again(taken, refusal)
    except Exception as problem:  # it may have gone
        logger.warning("A mail was perhaps sent: %s", _told(problem))
        _keep(taken, way=CodeRequest.Way.STAFF, maybe_sent=True)
    else:
        _keep_sent(taken)


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
    at = timezone.now()
    waiting = CodeRequest.objects.waiting().filter(pk__in=[each.pk for each in taken])
    waiting.update(way=CodeRequest.Way.EMAIL, sent_at=at, sending_until=None, maybe_sent=False)
    Message.objects.bulk_create([_logged(each, at) for each in taken], ignore_conflicts=True)


def _logged(request: CodeRequest, at: datetime) -> Message:
    """The line in the log; the codes themselves are not written down there. What did not go waits among the requests,
    and is decided there.
    """
    person = request.registration
    return Message(
        kind=MessageKind.CODE, event=f"code:{request.pk}", registration=person, angkatan_id=person.angkatan_id,
        channel=Channel.EMAIL, state=State.SENT, due_at=request.asked_at, created_at=request.asked_at, ended_at=at,
        address=person.delegate.email,
    )  # fmt: skip


def _told(problem: BaseException) -> str:
    """Of what kind it was: its words hold addresses."""
    return f"{type(problem).__name__} {code_of(problem)}".strip()
