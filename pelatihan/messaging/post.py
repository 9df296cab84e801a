"""Writes messages: one for each event and person, in the transaction of what it tells of, so none tells of what was
taken back. Who sends them: ``outbox``; who works through those that go by hand: the pages of the staff.

Nobody is written to about what is noted long after it happened (reference data, what is taken over from elsewhere), nor
about a status in a training that is over or called off.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.timezone import localdate

from ormas import phones
from pelatihan.lifecycle import ACTIVE, Action, Role, Status
from pelatihan.messaging import mail
from pelatihan.messaging.words import KIND_OF_PLAN, KIND_OF_STATUS
from pelatihan.models import (
    Angkatan,
    Certificate,
    Decision,
    Invitation,
    Mailing,
    Message,
    MessageKind,
    PlanChange,
    Registration,
)
from pelatihan.models.registration import GETTING_A_PLACE, MERGING, TAKING_BACK, UNDO_FOR, StatusChange

Channel, State = Message.Channel, Message.State
AT_ONCE = 1_000  # rows in one statement
OLD = timedelta(days=1)  # what is noted so much later is history
NO_WAY = "Tidak ada nomor HP dan surel."
STATUS_MOVED, UNDONE = "Status sudah berubah.", "Keputusan diurungkan."
STOPPED, LEFT = "Kiriman dihentikan.", "Sudah tidak terdaftar."
NAMED_MEANWHILE = "Ormas sudah mendaftarkan utusan."
TOLD_OF_A_DEAD_ONE = frozenset({MessageKind.CALLED_OFF, MessageKind.CANCELLED, MessageKind.FREE, MessageKind.CODE})
CERTIFICATE = "certificate"  # the event: a person has one of a training
REVOKED = "Sertifikatnya sudah dicabut."
TOLD_AFTERWARDS = frozenset({MessageKind.CERTIFICATE})  # when the training is over
PLAN_MOVED, CALLED_OFF, OVER = "Rencananya sudah berubah lagi.", "Pelatihan dibatalkan.", "Pelatihan sudah selesai."
_PLACED = frozenset(action for action, _label in GETTING_A_PLACE)
_UNDO, _MERGE = TAKING_BACK[0][0], MERGING[0][0]

# ---- Of a change of status -------------------------------------------------------------------------


def of_change(change: StatusChange, registration: Registration, angkatan: Angkatan) -> Message | None:
    """Write what this line of the history tells the person, and drop what waits about where they stood before."""
    at = change.at
    if change.from_status:
        _drop_former([registration.pk], change)
    kind = _kind_of(change, registration) if _is_told(angkatan, at) else None
    if kind is None:
        return None
    message = _about_status(change, kind, angkatan, registration.delegate.email, registration.delegate.phone)
    message.save(force_insert=True)
    return message


def of_many(changes: Sequence[StatusChange], angkatan: Angkatan) -> int:
    """The same for many lines of one batch, in few statements; how many were written."""
    if not changes:
        return 0
    at = changes[0].at
    moved = [change.registration_id for change in changes if change.from_status]
    _drop_former(moved, changes[0])
    if not _is_told(angkatan, at):
        return 0
    kinds = [(change, kind) for change in changes if (kind := _kind_of(change, change.registration))]
    keys = [change.registration_id for change, _kind in kinds]
    people = Registration.objects.filter(pk__in=keys).order_by()
    contacts = {pk: (email, phone) for pk, email, phone in people.values_list("pk", *_CONTACT)}
    messages = [_about_status(change, kind, angkatan, *contacts[change.registration_id]) for change, kind in kinds]
    Message.objects.bulk_create(messages, batch_size=AT_ONCE)
    return len(messages)


def why_not(message: Message, at: datetime) -> str:
    """Why this message is not to go any more, in the words that its row keeps; empty: it may. Bring ``FACTS``."""
    batch, person = message.angkatan, message.registration
    if message.mailing and message.mailing.stopped_at:
        return STOPPED
    if message.kind in TOLD_AFTERWARDS:
        return "" if _holds_a_certificate(message) else REVOKED
    if batch.closed_at or localdate(at) > batch.ends_on:
        return OVER
    if batch.cancelled_at and message.kind not in TOLD_OF_A_DEAD_ONE:
        return CALLED_OFF
    if message.event.startswith("plan:") and message.event != f"plan:{batch.plan_change_id}":
        return PLAN_MOVED
    if person and message.status and person.status != message.status:
        return STATUS_MOVED
    if person and not message.status and message.kind != MessageKind.CALLED_OFF and person.status not in ACTIVE:
        return LEFT
    return NAMED_MEANWHILE if message.kind == MessageKind.NO_DELEGATES and _sends_somebody(message) else ""


def _holds_a_certificate(message: Message) -> bool:
    return Certificate.objects.in_force().filter(registration=message.registration_id).exists()


def _sends_somebody(message: Message) -> bool:
    """Whether the organisation that was to be reminded has named people since."""
    invitation = message.invitation
    people = Registration.objects.active().filter(angkatan=message.angkatan_id)
    return invitation is not None and people.filter(ormas=invitation.ormas_id).exists()


def _drop_former(registrations: Sequence[int], change: StatusChange) -> int:
    """What waits to be told about where they stood before, or could not be, is not told any more; nor are new days to
    whoever is out.
    """
    about = Q(status__gt="")
    if change.to_status not in ACTIVE:
        about |= Q(kind__in=[MessageKind.POSTPONED, MessageKind.REVIVED])
    waiting = Message.objects.filter(about, registration__in=registrations, state__in=[State.WAITING, State.FAILED])
    return _drop(waiting, change.at, UNDONE if change.action == _UNDO else STATUS_MOVED)


def drop_over(today: date, at: datetime) -> int:
    """What still waits about a training that is over goes to nobody; what may have gone stays as it is."""
    waiting = Message.objects.filter(state__in=[State.WAITING, State.FAILED], angkatan__ends_on__lt=today)
    return _drop(waiting.exclude(kind__in=TOLD_AFTERWARDS), at, OVER)


def _drop(messages: QuerySet[Message], at: datetime, why: str) -> int:
    return messages.update(state=State.DROPPED, why=why, ended_at=at)


_CONTACT = ("delegate__email", "delegate__phone")


def _is_told(angkatan: Angkatan, at: datetime) -> bool:
    is_over = angkatan.closed_at or angkatan.cancelled_at or localdate(at) > angkatan.ends_on
    return not is_over and at > timezone.now() - OLD


def _kind_of(change: StatusChange, registration: Registration) -> MessageKind | None:
    """Who did it alone reads it on the page; but that they are in or out is confirmed to them. Who
    was there twice is in all the same.
    """
    if registration.is_held_back or change.action in {Action.FIX, _MERGE}:
        return None
    if change.action == Action.PROMOTE:
        return MessageKind.MOVED_UP
    kind = KIND_OF_STATUS[Status(change.to_status)]
    if change.action == _UNDO:
        return kind if _knows_better(change) else None
    return kind


def _knows_better(change: StatusChange) -> bool:
    """Whether the person was told of the status that was taken back."""
    told = Message.objects.filter(registration=change.registration_id, status__gt="").exclude(state=State.DROPPED)
    last = told.order_by("-pk").values_list("status", flat=True).first()
    return last is not None and last != change.to_status


def _about_status(change: StatusChange, kind: MessageKind, angkatan: Angkatan, email: str, phone: str) -> Message:
    waits = UNDO_FOR if change.decision_id and change.role in {Role.STAFF, Role.SYSTEM} else timedelta(0)
    return Message(
        kind=kind,
        event=f"status:{change.pk}",
        registration_id=change.registration_id,
        angkatan=angkatan,
        status=change.to_status,
        decision_id=change.decision_id,
        due_at=change.at + waits,
        created_at=change.at,
        **way(email, phone),
    )


def way(email: str, phone: str) -> dict[str, Any]:
    """By which channel somebody can be written to; without any it has failed before it began."""
    if mail.can_arrive(email):
        return {"channel": Channel.EMAIL}
    if phone and phones.display(phone) != phone:  # no landline has WhatsApp
        return {"channel": Channel.WHATSAPP}
    return {"channel": Channel.WHATSAPP, "state": State.FAILED, "why": NO_WAY}


def wait_for(decision: Decision) -> int:
    """A decision can be taken back longer than it was thought: its messages wait as long."""
    waiting = Message.objects.filter(decision=decision, state=State.WAITING, due_at__lt=decision.undo_until)
    return waiting.update(due_at=decision.undo_until)


# ---- Of a change of the plan, and to many ----------------------------------------------------------


def of_plan(change: PlanChange, people: QuerySet[Registration], invitations: QuerySet[Invitation]) -> int:
    """To all whom the change concerns, and to organisations that have nobody in the batch yet; how many. What waits to
    be told of the plan as it was, and of a training that is called off, is not told any more.
    """
    batch, at = change.angkatan, change.at
    waiting = batch.messages.filter(state__in=[State.WAITING, State.FAILED])
    _drop(waiting.filter(event__startswith="plan:"), at, PLAN_MOVED)
    if change.kind == PlanChange.Kind.CANCELLED:
        _drop(waiting, at, CALLED_OFF)
    if at <= timezone.now() - OLD or batch.closed_at or localdate(at) > batch.ends_on:
        return 0
    kind = KIND_OF_PLAN[PlanChange.Kind(change.kind)]
    return _to_all(kind, f"plan:{change.pk}", batch, people, invitations, at=at)


def of_certificates(people: QuerySet[Registration], angkatan: Angkatan, *, at: datetime) -> int:
    """That a certificate was issued, to each of these who was not told yet, whoever presses and how often; how many."""
    told = Message.objects.filter(registration=OuterRef("pk"), event=CERTIFICATE)
    untold = people.filter(~Exists(told), certificate__in=Certificate.objects.in_force())
    return _to_all(MessageKind.CERTIFICATE, CERTIFICATE, angkatan, untold, Invitation.objects.none(), at=at)


def of_mailing(
    mailing: Mailing, people: Iterable[Registration] = (), invitations: Iterable[Invitation] = (), *, at: datetime
) -> int:
    """One message of a sending to each of these; who has it already gets no second. How many were written.

    Bring ``delegate`` or ``ormas`` along. It goes only to who stands, when it is sent, where they stood when it was
    written.
    """
    messages = [
        _of_mailing(mailing, at, way(one.delegate.email, one.delegate.phone), registration=one, status=one.status)
        for one in people
    ]
    messages += [
        _of_mailing(mailing, at, way(one.ormas.contact_email, one.ormas.contact_phone), invitation=one)
        for one in invitations
    ]
    return _write(messages)


def _of_mailing(mailing: Mailing, at: datetime, by: dict[str, Any], **to: Any) -> Message:
    return Message(
        kind=mailing.kind, event=f"mailing:{mailing.pk}", angkatan_id=mailing.angkatan_id, mailing=mailing,
        due_at=at, created_at=at, **to, **by,
    )  # fmt: skip


def _to_all(
    kind: MessageKind,
    event: str,
    angkatan: Angkatan,
    people: QuerySet[Registration],
    invitations: QuerySet[Invitation],
    *,
    at: datetime,
) -> int:
    shared = {"kind": kind, "event": event, "angkatan": angkatan, "due_at": at, "created_at": at}
    messages = [
        Message(registration_id=pk, **shared, **way(email, phone))
        for pk, email, phone in people.order_by("pk").values_list("pk", *_CONTACT)
    ]
    messages += [
        Message(invitation_id=pk, **shared, **way(email, phone))
        for pk, email, phone in invitations.values_list("pk", "ormas__contact_email", "ormas__contact_phone")
    ]
    return _write(messages)


def _write(messages: list[Message]) -> int:
    """Those whose person has none of this event yet."""
    if not messages:
        return 0
    had = Message.objects.filter(event=messages[0].event, angkatan=messages[0].angkatan_id)
    before = had.count()
    Message.objects.bulk_create(messages, batch_size=AT_ONCE, ignore_conflicts=True)
    return had.count() - before


def stop(mailing: Mailing, *, by: User, at: datetime) -> int:
    """Nothing more of this sending goes out; how many messages were still to go. What is on its way arrives."""
    Mailing.objects.filter(pk=mailing.pk, stopped_at=None).update(stopped_at=at, stopped_by=by)
    waiting = Message.objects.filter(mailing=mailing, state__in=[State.WAITING, State.FAILED])
    return _drop(waiting, at, STOPPED)


# ---- What a person decides -------------------------------------------------------------------------


def sent_by_hand(message: Message, words_subject: str, words_body: str, phone: str, *, by: User, at: datetime) -> bool:
    """Somebody sent it by WhatsApp; False when it waited no more."""
    waiting = Message.objects.filter(pk=message.pk, state__in=[State.WAITING, State.FAILED, State.DOUBTFUL])
    return bool(
        waiting.update(
            channel=Channel.WHATSAPP, state=State.SENT, ended_at=at, ended_by=by, why="",
            subject=words_subject, body=words_body, address=phone,
        )
    )  # fmt: skip


def not_sent_after_all(message: Message) -> bool:
    """Take back that it was sent by hand; False when it was not."""
    by_hand = Message.objects.filter(pk=message.pk, state=State.SENT, channel=Channel.WHATSAPP)
    return bool(
        by_hand.update(state=State.WAITING, ended_at=None, ended_by=None, subject="", body="", address="")
    )  # fmt: skip


def no_whatsapp(message: Message) -> bool:
    """The number has none; somebody has to find another way."""
    waiting = Message.objects.filter(pk=message.pk, state=State.WAITING, channel=Channel.WHATSAPP)
    return bool(waiting.update(state=State.FAILED, why="Nomor ini tidak punya WhatsApp."))


def arrived(message: Message, *, by: User, at: datetime) -> bool:
    """Somebody knows that it is there; False when it was decided about already."""
    open_ones = Message.objects.filter(pk=message.pk, state__in=[State.DOUBTFUL, State.FAILED])
    return bool(open_ones.update(state=State.SENT, ended_at=at, ended_by=by, why=""))


def again(message: Message, channel: str = "", *, at: datetime) -> bool:
    """Somebody wants it sent once more, by the same or another channel; False when it was decided about already."""
    open_ones = Message.objects.filter(pk=message.pk, state__in=[State.DOUBTFUL, State.FAILED])
    fresh = {"state": State.WAITING, "tries": 0, "due_at": at, "why": "", "address": "", "subject": "", "body": ""}
    return bool(open_ones.update(channel=channel or message.channel, **fresh))


def never(message: Message, *, by: User, at: datetime) -> bool:
    """Somebody decided that it does not go; False when it was decided about already."""
    open_ones = Message.objects.filter(pk=message.pk, state__in=[State.DOUBTFUL, State.FAILED, State.WAITING])
    return bool(
        open_ones.update(state=State.DROPPED, ended_at=at, ended_by=by, why="Petugas memutuskan tidak mengirim.")
    )
