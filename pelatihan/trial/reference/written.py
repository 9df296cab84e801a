"""A handful of messages, so that the pages of messages show what they are for: most wait for somebody's phone, some
went, one did not, of one nobody knows.
"""

from datetime import datetime, timedelta
from typing import Any

from pelatihan.lifecycle import Status
from pelatihan.messaging import outbox, post, words
from pelatihan.models import Angkatan, Message, Registration
from pelatihan.trial.reference.office import Desk

Channel, State = Message.Channel, Message.State
SENT, WAITING = 3, 9  # of those accepted by WhatsApp
ENDS: tuple[dict[str, Any], ...] = (  # of those with a mail address
    {"state": State.FAILED, "why": outbox.BAD_ADDRESS.format(" (550)"), "tries": 1},
    {"state": State.DOUBTFUL, "why": outbox.DOUBTFUL},
    {"state": State.SENT},
)


def fill(angkatan: Angkatan, desk: Desk, at: datetime) -> None:
    """In place of what the writers wrote in passing, which depends on the hour of loading."""
    Message.objects.all().delete()
    accepted = angkatan.registrations.filter(status=Status.ACCEPTED).select_related("delegate", "ormas", "angkatan")
    people = list(accepted.order_by("pk"))
    by_hand = [one for one in people if one.delegate.phone and not one.delegate.email]
    by_mail = [one for one in people if one.delegate.email]
    silent = [one for one in people if not one.delegate.phone and not one.delegate.email]
    written = [_by_hand(one, desk, at, minute=place) for place, one in enumerate(by_hand[:SENT])]
    written += [_message(one, at, channel=Channel.WHATSAPP) for one in by_hand[SENT : SENT + WAITING]]
    written += [
        _with_words(_message(one, at, channel=Channel.EMAIL, **end), one.delegate.email)
        for one, end in zip(by_mail, ENDS, strict=False)
    ]
    written += [_message(one, at, channel=Channel.WHATSAPP, state=State.FAILED, why=post.NO_WAY) for one in silent[:1]]
    queue = angkatan.registrations.filter(status=Status.WAITLISTED, delegate__phone__gt="").order_by("pk")[:2]
    written += [_message(one, at, channel=Channel.WHATSAPP) for one in queue]
    Message.objects.bulk_create(written)


def _message(one: Registration, at: datetime, **fields: Any) -> Message:
    change = one.history.latest("pk")
    written_at = max(change.at, at - timedelta(hours=3))
    ended = written_at if fields.get("state") == State.SENT else None
    return Message(
        kind=words.KIND_OF_STATUS[Status(one.status)], event=f"status:{change.pk}", registration=one,
        angkatan_id=one.angkatan_id, status=one.status, due_at=written_at, created_at=written_at, ended_at=ended,
        **fields,
    )  # fmt: skip


def _by_hand(one: Registration, desk: Desk, at: datetime, *, minute: int) -> Message:
    message = _message(one, at, channel=Channel.WHATSAPP, state=State.SENT, ended_by=desk.verifier)
    message.ended_at = at - timedelta(minutes=20 - minute)
    message.created_at = message.due_at = min(message.created_at, message.ended_at)
    return _with_words(message, one.delegate.phone)


def _with_words(message: Message, address: str) -> Message:
    said = words.words_for(message)
    message.subject, message.body, message.address = said.subject, said.body, address
    return message
