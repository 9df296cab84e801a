"""What a person decides about a message that cannot go by itself: nobody knows whether it went, or it failed.

Nothing goes out twice by itself, so each of these is somebody's act, with their name. Pressed twice it is once; who
comes second with another answer reads what was decided.
"""

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction

from pelatihan.messaging import by_hand, mail, post, words
from pelatihan.messaging.by_hand import NotWaiting
from pelatihan.models import Message

State, Channel = Message.State, Message.Channel
OPEN = (State.WAITING, State.DOUBTFUL, State.FAILED)
NO_MAIL = "Tidak ada alamat surel yang dapat dikirimi."


class Act(StrEnum):
    """What one can decide, as the buttons send it."""

    ARRIVED = "sampai"
    AGAIN = "lagi"
    BY_WHATSAPP = "whatsapp"
    BY_MAIL = "surel"
    NEVER = "jangan"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Act.ARRIVED: "Sudah sampai",
    Act.AGAIN: "Kirim lagi",
    Act.BY_WHATSAPP: "Kirim lewat WhatsApp",
    Act.BY_MAIL: "Kirim lewat surel",
    Act.NEVER: "Jangan dikirim",
}


def acts_for(message: Message) -> list[Act]:
    """What fits it as it stands; the first is the one that is usual."""
    if message.state not in OPEN:
        return [Act.AGAIN] if _may_be_taken_up(message) and not lack_of(message, Channel(message.channel)) else []
    other = Act.BY_MAIL if message.channel == Channel.WHATSAPP else Act.BY_WHATSAPP
    acts = [] if lack_of(message, _channel_of(other, message)) else [other]
    is_fresh = message.state == State.WAITING and not message.tries
    if not is_fresh and not lack_of(message, Channel(message.channel)):
        acts.insert(0, Act.AGAIN)
    if message.state != State.WAITING:
        acts.append(Act.ARRIVED)
    return [*acts, Act.NEVER]


def _may_be_taken_up(message: Message) -> bool:
    """A person decided that it is not sent, and a person may think again."""
    is_of_mailing = message.mailing is not None and message.mailing.stopped_at is not None
    return message.state == State.DROPPED and message.ended_by_id is not None and not is_of_mailing


def lack_of(message: Message, channel: Message.Channel) -> str:
    """Why it cannot go that way; empty when it can."""
    email, phone = words.contact_of(message.registration or message.invitation)
    if channel == Channel.WHATSAPP:
        return "" if phone else by_hand.NO_PHONE
    return "" if mail.can_arrive(email) else NO_MAIL


def _channel_of(act: Act, message: Message) -> Message.Channel:
    return {Act.BY_WHATSAPP: Channel.WHATSAPP, Act.BY_MAIL: Channel.EMAIL}.get(act, Channel(message.channel))


def settle(pk: int, act: Act, *, by: User, at: datetime, seen: str) -> Message:
    """Carry out one decision.

    :param seen: the state that the clerk's page showed
    :raises NotWaiting: somebody else has decided, the mail is just going out, or it cannot go that way
    """
    with transaction.atomic():
        message = by_hand.locked(pk)
        if _is_done(message, act, by):
            return message
        if act not in acts_for(message) or message.state != seen:
            raise NotWaiting(f"{by_hand.whom(message)}: {by_hand.how_it_ended(message)} Keputusan Anda tidak dicatat.")
        if act == Act.ARRIVED:
            post.arrived(message, by=by, at=at)
            if message.channel == Channel.WHATSAPP:
                by_hand.note(message, by=by, at=at)
        elif act == Act.NEVER:
            post.never(message, by=by, at=at)
        else:
            _send_on(message, _channel_of(act, message), at)
    return message


def _is_done(message: Message, act: Act, by: User) -> bool:
    """Whether it stands already as this clerk wants it."""
    if act in (Act.ARRIVED, Act.NEVER):
        target = State.SENT if act == Act.ARRIVED else State.DROPPED
        return message.state == target and message.ended_by_id == by.pk
    is_fresh = message.state == State.WAITING and not message.tries
    return is_fresh and message.channel == _channel_of(act, message)


def _send_on(message: Message, channel: Message.Channel, at: datetime) -> None:
    if lack := lack_of(message, channel):
        raise NotWaiting(f"{by_hand.whom(message)}: {lack} Pilih cara lain, atau lengkapi datanya dulu.")
    if message.state in (State.DOUBTFUL, State.FAILED):
        post.again(message, channel, at=_due(message, at))
        return
    message.state, message.channel, message.due_at = State.WAITING, channel, _due(message, at)
    message.tries, message.why, message.ended_at, message.ended_by = 0, "", None, None
    message.save(update_fields=["state", "channel", "due_at", "tries", "why", "ended_at", "ended_by"])


def _due(message: Message, at: datetime) -> datetime:
    """At once; but never while the decision that it tells of can still be taken back."""
    is_fresh = message.state == State.WAITING and not message.tries
    earliest = message.due_at if is_fresh else at
    return max(earliest, message.decision.undo_until) if message.decision else earliest
