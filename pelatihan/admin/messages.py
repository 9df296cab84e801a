"""Messages as other pages of the admin tell them: how many wait, what somebody was told last, whom one may show."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from ormas import phones
from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.lifecycle import Role
from pelatihan.messaging import by_hand, words
from pelatihan.models import Message, Registration, Told
from pelatihan.web.tags import badge

SENDING = (access.SEND, access.CONTACT, access.CODES, access.LINKS)  # whoever hands a message on sees all that it says
LOOKS = {
    Message.State.WAITING: ("not_yet", "hourglass-split"),
    Message.State.SENDING: ("excused", "hourglass-split"),
    Message.State.SENT: ("accepted", "check-circle-fill"),
    Message.State.DOUBTFUL: ("submitted", "question-circle-fill"),
    Message.State.FAILED: ("rejected", "x-circle-fill"),
    Message.State.DROPPED: ("cancelled", "slash-circle"),
}
_PARTS = re.compile(r"(\{[^{}\n]*\}|\*(?! )[^*\n]+(?<! )\*)")


def may_send(user: access.Person) -> bool:
    return all(access.has(user, right) for right in SENDING)


def check_sending(user: access.Person) -> None:
    """:raises PermissionDenied: with the sentence of the first right that is missing"""
    access.check(user, access.SEND)
    access.check(user, access.CONTACT)
    access.check(user, access.CODES)
    access.check(user, access.LINKS)


# ---- For other pages -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """What waits for somebody in one batch. ``oldest``: since when the first waits to be sent by hand."""

    angkatan: int
    by_hand: int
    failed: int
    doubtful: int
    oldest: datetime | None


def counts(user: access.Person, at: datetime) -> list[Counts]:
    """By batch, where anything waits at all; for who may send. One query, none for others."""
    if not access.has(user, access.SEND):
        return []
    due = Q(state="waiting", channel="whatsapp", due_at__lte=at)
    waiting = Message.objects.filter(due | Q(state__in=["failed", "doubtful"]))
    rows = (
        waiting.order_by()
        .values("angkatan")
        .annotate(
            by_hand=Count("pk", filter=due),
            failed=Count("pk", filter=Q(state="failed")),
            doubtful=Count("pk", filter=Q(state="doubtful")),
            oldest=Min("due_at", filter=due),
        )
    )
    return [Counts(**row) for row in rows]


def last_told(registrations: Iterable[Registration]) -> dict[int, str]:
    """By registration, the last thing that somebody was told, or is to be: "“Diterima” lewat surel, terkirim …". Of
    whom nobody was told anything there is none. Two queries.
    """
    pks = [one.pk for one in registrations]
    newest = Message.objects.filter(registration__in=pks).order_by("registration_id", "-created_at", "-pk")
    found = {
        message.registration_id: (message.ended_at or message.created_at, sentence(message))
        for message in newest.distinct("registration_id").select_related("ended_by")
    }
    notes = Told.objects.filter(registration__in=pks, role=Role.STAFF, message=None).select_related("actor")
    for note in notes.order_by("registration_id", "-at", "-pk").distinct("registration_id"):
        if note.registration_id not in found or found[note.registration_id][0] < note.at:
            said = f"Dikabari {dates.long_moment(note.at)} oleh {by_hand.clerk(note.actor)}"
            found[note.registration_id] = (note.at, said)
    return {pk: said for pk, (_at, said) in found.items() if pk is not None}


def sentence(message: Message) -> str:
    """“Diterima” lewat WhatsApp, terkirim Senin, 8 April 2019 pukul 10.51 WIB oleh Rina Kartika."""
    by = f" oleh {by_hand.clerk(message.ended_by)}" if message.ended_by else ""
    when = f" {dates.long_moment(message.ended_at)}" if message.ended_at else ""
    state = str(message.get_state_display()).lower()
    return f"“{message.get_kind_display()}” lewat {channel_word(message)}, {state}{when}{by}"


# ---- For the pages of messages -----------------------------------------------------------------------


def channel_word(message: Message) -> str:
    return "WhatsApp" if message.channel == Message.Channel.WHATSAPP else "surel"


def state_badge(message: Message) -> SafeString:
    look, icon = LOOKS[Message.State(message.state)]
    return badge(look, str(message.get_state_display()), icon)


def address_of(message: Message, user: access.Person) -> str:
    """Where it goes or went; masked for who may not see contacts."""
    address = message.address
    if not address:
        email, phone = words.contact_of(message.registration or message.invitation)
        address = phone if message.channel == Message.Channel.WHATSAPP else email
    if "@" in address:
        return address if access.has(user, access.CONTACT) else masked_mail(address)
    return phones.display(address) if access.has(user, access.CONTACT) else phones.masked(address)


def masked_mail(address: str) -> str:
    """``s•••@•••``: the first letter alone."""
    return f"{address[:1]}•••@•••" if address else ""


def as_shown(text: str) -> SafeString:
    """A text as WhatsApp shows it: ``*bold*`` is bold. What is left in braces is marked as wrong."""
    return mark_safe("".join(_drawn(part) for part in _PARTS.split(text)))  # each part is escaped


def _drawn(part: str) -> str:
    if part.startswith("{") and part.endswith("}"):
        return format_html('<mark class="unknown">{}</mark>', part)
    if part.startswith("*") and part.endswith("*") and len(part) > 2:
        return format_html("<strong>{}</strong>", part[1:-1])
    return conditional_escape(part)
