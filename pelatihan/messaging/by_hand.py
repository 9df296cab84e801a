"""Messages that staff send one by one by WhatsApp: which comes next, marking it, and taking that back.

What stands before a clerk is theirs for a short while, so that two who work side by side have different ones. Marking
decides under a lock: of two who press, one opens WhatsApp, and the other reads who was faster.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from ormas import phones
from pelatihan import dates
from pelatihan.messaging import post, words
from pelatihan.models import Message, MessageKind, Registration, Told
from pelatihan.models.message import MessageQuerySet

HOLD = timedelta(minutes=2)  # a message before one clerk is not offered to another
TWICE = timedelta(minutes=1)  # within which the same clerk's second press is the same press
MOST_GONE = 100  # messages without an object any more that are cleared away in one go
WHOSE = (*words.FACTS, "ended_by", "held_by")  # what select_related has to bring
TOO_EARLY = "Keputusannya masih dapat diurungkan."
NO_PHONE = "Tidak ada nomor HP yang dapat dikirimi WhatsApp."
ABOUT_PLAN = (MessageKind.POSTPONED, MessageKind.CALLED_OFF, MessageKind.REVIVED)
ABOUT_STATUS = (
    MessageKind.RECEIVED, MessageKind.ACCEPTED, MessageKind.QUEUED, MessageKind.MOVED_UP, MessageKind.NEEDS_FIX,
    MessageKind.REJECTED, MessageKind.CANCELLED, MessageKind.REPLACED,
)  # fmt: skip


class NotWaiting(Exception):
    """Somebody was faster, or nothing is left to be sent: a sentence for the clerk."""


@dataclass(frozen=True)
class Handed:
    """What is opened in WhatsApp."""

    message: Message
    phone: str
    text: str

    @property
    def link(self) -> str:
        return phones.wa_link(self.phone, self.text)


# ---- What waits ------------------------------------------------------------------------------------


def waiting(at: datetime, angkatan: int | None = None) -> MessageQuerySet:
    """All that may be sent by hand by now; of one batch, or of all."""
    queue = Message.objects.by_hand(at)
    return queue.filter(angkatan=angkatan) if angkatan else queue


def after(message: Message, at: datetime, angkatan: int | None, most: int) -> list[Message]:
    """Those that come next behind it."""
    behind = waiting(at, angkatan).exclude(pk=message.pk).select_related(*WHOSE)
    return list(behind.order_by("due_at", "pk")[:most])


def next_for(user: User, at: datetime, angkatan: int | None = None) -> Message | None:
    """The message that waits longest and stands before nobody else; one's own for a while from now on.

    What nobody needs any more (the person cancelled meanwhile) or cannot get is put away on the road.
    """
    for _ in range(MOST_GONE):
        with transaction.atomic():
            message = _take(user, at, angkatan)
            if message is None or not _put_away(message, at):
                return message
    return None


def _take(user: User, at: datetime, angkatan: int | None) -> Message | None:
    free = Q(held_until=None) | Q(held_until__lte=at) | Q(held_by=user)
    queue = waiting(at, angkatan).filter(free).order_by("due_at", "pk")
    locked_pk = queue.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True).first()
    message = Message.objects.select_related(*WHOSE).filter(pk=locked_pk).first() if locked_pk else None
    if message is not None:
        Message.objects.filter(state="waiting", held_by=user).exclude(pk=message.pk).update(**_FREE)
        message.held_by, message.held_until = user, at + HOLD
        message.save(update_fields=["held_by", "held_until"])
    return message


_FREE: dict[str, Any] = {"held_by": None, "held_until": None}


def _put_away(message: Message, at: datetime) -> bool:
    """Whether it is not to be sent now: nobody needs it any more, nobody can get it, or what it tells of can still be
    taken back. Then that is written down.
    """
    decision = message.decision
    if gone := post.why_not(message, at):
        _end(message, Message.State.DROPPED, why=gone, ended_at=at)
        if gone == post.OVER:  # then nothing of that batch is sent any more
            rest = waiting(at, message.angkatan_id).exclude(kind__in=post.TOLD_AFTERWARDS)
            rest.update(state=Message.State.DROPPED, why=gone, ended_at=at, **_FREE)
    elif decision and decision.can_be_undone(at):
        _end(message, Message.State.WAITING, why="", due_at=decision.undo_until)
    elif lack := lack_of(message):
        _end(message, Message.State.FAILED, why=lack)
    else:
        return False
    return True


def lack_of(message: Message) -> str:
    """Why it cannot go by WhatsApp; empty when it can."""
    _email, phone = words.contact_of(message.registration or message.invitation)
    return "" if phone else NO_PHONE


def _end(message: Message, state: Message.State, **fields: Any) -> None:
    for name, value in {"state": state, **_FREE, **fields}.items():
        setattr(message, name, value)
    message.save(update_fields=["state", *_FREE, *fields])


# ---- One tap ---------------------------------------------------------------------------------------


def send(pk: int, *, by: User, at: datetime) -> Handed:
    """Marked as sent, with the text that WhatsApp opens with. Pressed twice by one clerk it is the same.

    :raises NotWaiting: somebody else sent it, or it is not to be sent any more
    """
    with transaction.atomic():
        message = locked(pk)
        if _is_twice(message, by, at):
            return Handed(message, message.address, message.body)
        _check_waits(message)
        if not _put_away(message, at):
            return mark(message, by=by, at=at)
    raise NotWaiting(f"{whom(message)}: {message.why or TOO_EARLY} Pesannya tidak dikirim.")


def _is_twice(message: Message, by: User, at: datetime) -> bool:
    is_mine = message.state == Message.State.SENT and message.ended_by_id == by.pk
    is_by_hand = message.channel == Message.Channel.WHATSAPP and bool(message.body)
    return is_mine and is_by_hand and message.ended_at is not None and at - message.ended_at < TWICE


def locked(pk: int) -> Message:
    """The message with all that its text needs, while nobody else can change it.

    :raises NotWaiting: there is none
    """
    rows = Message.objects.select_related(*WHOSE).select_for_update(no_key=True, of=("self",))
    message = rows.filter(pk=pk).first()
    if message is None:
        raise NotWaiting("Pesan itu tidak ada. Muat ulang halaman ini.")
    return message


def _check_waits(message: Message) -> None:
    if message.state != Message.State.WAITING or message.channel != Message.Channel.WHATSAPP:
        raise NotWaiting(f"{whom(message)}: {how_it_ended(message)} Tidak ada yang dikirim lagi.")


def mark(message: Message, *, by: User, at: datetime, text: str = "") -> Handed:
    """Sent by this clerk by WhatsApp, whatever was tried before; the caller holds the row.

    :param text: what goes out instead of the message's own words
    """
    said = words.words_for(message)
    body = text or said.body
    post.sent_by_hand(message, said.subject, body, said.phone, by=by, at=at)
    note(message, by=by, at=at)
    return Handed(message, said.phone, body)


def note(message: Message, *, by: User, at: datetime) -> None:
    """What the rest of the site reads: "Dikabari …" about this status, or about this change of the plan."""
    person = message.registration
    if person is None or message.kind not in (*ABOUT_STATUS, *ABOUT_PLAN):
        return
    change = message.angkatan.plan_change if message.kind in ABOUT_PLAN else None
    Told.objects.create(
        registration=person, status=message.status or person.status, plan_change=change, actor=by, at=at,
        message=message,
    )  # fmt: skip


def skip(pk: int, *, at: datetime) -> Message:
    """Behind all that wait now.

    :raises NotWaiting: it does not wait any more
    """
    with transaction.atomic():
        message = locked(pk)
        _check_waits(message)
        _end(message, Message.State.WAITING, due_at=at)
    return message


def no_whatsapp(pk: int) -> Message:
    """Left to a person: by telephone, by mail, or not at all. Twice is once.

    :raises NotWaiting: it does not wait any more
    """
    with transaction.atomic():
        message = locked(pk)
        if message.state != Message.State.FAILED:
            _check_waits(message)
            post.no_whatsapp(message)
    return message


def take_back(pk: int, *, by: User) -> Message:
    """It waits again, in its old place: marked, but not sent. Twice is once.

    :raises NotWaiting: somebody else has marked it, or it was not sent by hand
    """
    with transaction.atomic():
        message = locked(pk)
        is_mine = message.ended_by_id == by.pk and message.channel == Message.Channel.WHATSAPP
        if message.state == Message.State.WAITING:
            return message
        if message.state != Message.State.SENT or not is_mine:
            raise NotWaiting(f"{whom(message)}: {how_it_ended(message)} Jadi tidak dapat Anda urungkan di sini.")
        post.not_sent_after_all(message)
    return message


# ---- Sent on another page ----------------------------------------------------------------------------


def owed_status(registration: Registration) -> Message | None:
    """The message that tells this person where they stand now, as long as it is not sent; held by the caller."""
    return _owed(registration, kind__in=ABOUT_STATUS, status=registration.status)


def owed_plan(registration: Registration) -> Message | None:
    """The same of the latest change of the plan."""
    return _owed(registration, kind__in=ABOUT_PLAN)


def _owed(registration: Registration, **about: Any) -> Message | None:
    rows = Message.objects.select_related(*WHOSE).select_for_update(no_key=True, of=("self",))
    mine = rows.filter(registration=registration, state__in=["waiting", "failed", "doubtful"], **about)
    return mine.order_by("-created_at", "-pk").first()


# ---- Words -------------------------------------------------------------------------------------------


def whom(message: Message) -> str:
    """The person, or the organisation."""
    if message.registration:
        return message.registration.full_name
    return str(message.invitation.ormas) if message.invitation else "–"


def clerk(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def how_it_ended(message: Message) -> str:
    """In a sentence, for whoever came too late."""
    by = f" oleh {clerk(message.ended_by)}" if message.ended_by else ""
    when = f" {dates.long_moment(message.ended_at)}" if message.ended_at else ""
    match message.state:
        case Message.State.SENT:
            return f"sudah dikirim{when}{by}."
        case Message.State.DROPPED:
            return f"tidak jadi dikirim{when}{by}."
        case Message.State.SENDING:
            return "surelnya sedang dikirim."
        case Message.State.WAITING:
            return f"menunggu dikirim lewat {message.get_channel_display()}."
    return (
        f"pesannya {message.get_state_display().lower()}: {message.why or 'belum diketahui sebabnya'}".rstrip(".") + "."
    )
