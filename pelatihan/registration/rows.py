"""Rows as the writer locks and writes them. For the writer alone: nothing here asks whether it may be done."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import datetime
from functools import wraps

from django.db import IntegrityError, transaction
from django.db.models import Model

from ormas.models import Delegate
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import ACTIVE, Action, Status
from pelatihan.messaging import post
from pelatihan.models import Angkatan, ChangeRequest, Correction, Decision, Invitation, Registration, StatusChange
from pelatihan.models.registration import RegistrationQuerySet
from pelatihan.registration import nik
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import Clash

AT_ONCE = 1_000  # rows of one statement

log = logging.getLogger(__name__)


def whole[**P, R](act: Callable[P, R]) -> Callable[P, R]:
    """One transaction; what the database refuses at its end is told in a sentence.

    :raises Clash: nothing written
    """

    @wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return act(*args, **kwargs)
        except IntegrityError as problem:
            log.warning("%s refused by %s", act.__name__, _constraint(problem))  # its text would hold personal data
            raise Clash(
                "Ada perubahan lain pada saat yang sama, jadi belum ada yang disimpan."
                " Muat ulang halaman, lalu coba sekali lagi."
            ) from None

    return guarded


def _constraint(problem: IntegrityError) -> str:
    return str(getattr(getattr(problem.__cause__, "diag", None), "constraint_name", "the database"))


@dataclass(frozen=True)
class Place:
    """What a registration gets: a seat, a number of the queue, or nothing until staff look."""

    status: Status
    queue_number: int | None = None
    is_held_back: bool = False


HELD_BACK = Place(Status.SUBMITTED, is_held_back=True)
ACCEPTED = Place(Status.ACCEPTED)


def locked(angkatan: Angkatan) -> Angkatan:
    """The batch's row as it is now. Every writer of registrations waits here; inserts that point at it do not."""
    return Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)


def current(registration: Registration) -> Registration:
    """The registration as it is now, locked. Lock its batch first."""
    return current_ones(Registration.objects.filter(pk=registration.pk)).get()


def current_ones(registrations: RegistrationQuerySet) -> RegistrationQuerySet:
    """Registrations as they are now, locked by ascending id: the order in which they came."""
    locked_ones = registrations.select_for_update(of=("self",), no_key=True)
    return locked_ones.select_related("invitation", "ormas", "angkatan", "delegate").order_by("pk")


def create(
    angkatan: Angkatan,
    wish: Application,
    place: Place,
    *,
    at: datetime,
    invitation: Invitation | None,
    replaces: Registration | None = None,
) -> Registration:
    """A new person and their registration."""
    delegate = Delegate.objects.create(ormas=wish.ormas, **wish.person.kept(at))
    return Registration.objects.create(
        angkatan=angkatan,
        delegate=delegate,
        invitation=invitation,
        ormas=wish.ormas,
        ormas_text=wish.ormas_text,
        source=wish.source,
        network=wish.network,
        **vars(place),
        replaces=replaces,
        submission_token=wish.token,
        submitted_at=at,
        **nik.kept(wish.nik if angkatan.asks_nik else ""),
        **wish.person.printed,
    )


def create_many(
    angkatan: Angkatan, newcomers: Sequence[tuple[Application, Place, Invitation | None]], *, at: datetime
) -> list[Registration]:
    """New people and their registrations, in their order, as :func:`create` makes one."""
    delegates = Delegate.objects.bulk_create(
        [Delegate(ormas=wish.ormas, **wish.person.kept(at)) for wish, _, _ in newcomers], batch_size=AT_ONCE
    )
    return Registration.objects.bulk_create(
        [
            Registration(
                angkatan=angkatan, delegate=delegate, invitation=invitation, ormas=wish.ormas,
                ormas_text=wish.ormas_text, source=wish.source, network=wish.network, **vars(place),
                submission_token=wish.token, submitted_at=at, **wish.person.printed,
                **nik.kept(wish.nik if angkatan.asks_nik else ""),
            )
            for delegate, (wish, place, invitation) in zip(delegates, newcomers, strict=True)
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip


def put(registration: Registration, place: Place) -> None:
    """The only line that changes a status of one that is there."""
    for field, value in vars(place).items():
        setattr(registration, field, value)
    registration.save(update_fields=list(vars(place)))


def put_many(moves: Sequence[tuple[Registration, Place]]) -> None:
    """The same for many of a list, each to its place."""
    for registration, place in moves:
        for field, value in vars(place).items():
            setattr(registration, field, value)
    ones = [registration for registration, _ in moves]
    update_many(Registration, ones, [field.name for field in fields_of(Place)])


def update_many[M: Model](model: type[M], ones: Sequence[M], fields: Sequence[str]) -> None:
    """Write these fields of many, some hundred a statement: Django makes all statements before the first."""
    for start in range(0, len(ones), AT_ONCE // 2):
        model._default_manager.bulk_update(ones[start : start + AT_ONCE // 2], fields)


def note(
    registration: Registration,
    action: str,
    before: str,
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
    fields: Sequence[str] = (),
    decision: Decision | None = None,
    left: Place | None = None,
    is_told: bool = True,
) -> StatusChange:
    """The line in the history, and the message that tells the person; ``left``: the place given up, should it be taken
    back; ``is_told``: whether the message is written here, not for many together (``post.of_many``).
    """
    change = line(
        registration, action, before, registration.status,
        actor=actor, at=at, angkatan=angkatan, reason=reason, fields=fields, decision=decision, left=left,
    )  # fmt: skip
    change.save(force_insert=True)
    if is_told:
        post.of_change(change, registration, angkatan)
    return change


def note_many(lines: Sequence[StatusChange]) -> list[StatusChange]:
    """The lines of many at once, without a message: of several of one person only the last is told."""
    return StatusChange.objects.bulk_create(lines, batch_size=AT_ONCE)


def line(
    registration: Registration,
    action: str,
    before: str,
    after: str,
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
    fields: Sequence[str] = (),
    decision: Decision | None = None,
    left: Place | None = None,
) -> StatusChange:
    """A line of the history, not yet written."""
    return StatusChange(
        registration=registration,
        action=action,
        from_status=before,
        to_status=after,
        role=actor.role,
        actor=actor.user,
        reason=reason.strip(),
        fields=list(fields),
        at=at,
        is_late=angkatan.frozen_at is not None,
        decision=decision,
        from_queue_number=left.queue_number if left else None,
        from_held_back=left.is_held_back if left else False,
    )


def note_corrections(
    registration: Registration,
    changes: dict[str, tuple[object, object]],
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
) -> list[Correction]:
    """A line for each field that was put right. ``changes``: what stood there, and what stands there now."""
    lines = correction_lines(registration, changes, actor=actor, at=at, angkatan=angkatan, reason=reason)
    return Correction.objects.bulk_create(lines)


def correction_lines(
    registration: Registration,
    changes: dict[str, tuple[object, object]],
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
) -> list[Correction]:
    """The same lines, not yet written."""
    who = {"role": actor.role, "actor": actor.user, "device": actor.device, "reason": reason.strip()}
    return [
        Correction(
            registration=registration, field=field, old=old, new=new, at=at,
            is_late=angkatan.frozen_at is not None, **who,
        )
        for field, (old, new) in ((field, _told(field, *change)) for field, change in changes.items())
    ]  # fmt: skip


def _told(field: str, old: object, new: object) -> tuple[str, str]:
    """Both values in words. Of special needs and NIK only whether there are some: who deletes them deletes them
    everywhere."""
    if field in Correction.UNTOLD:
        return Correction.THERE if old else "", (Correction.OTHER if old else Correction.THERE) if new else ""
    return _word(old), _word(new)


def _word(value: object) -> str:
    return ("ya" if value else "tidak") if isinstance(value, bool) else str(value)


def change_status(
    registration: Registration,
    action: Action,
    target: Status,
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
    fields: Sequence[str] = (),
    decision: Decision | None = None,
    is_told: bool = True,
) -> StatusChange:
    """One move of the table; it takes the queue number away, and the mark of those held back. Whose fix was answered
    comes first in the queue; whoever is out wants nothing any more.
    """
    left = Place(Status(registration.status), registration.queue_number, registration.is_held_back)
    put(registration, Place(target))
    if action == Action.FIX:
        registration.answered_at = at
        registration.save(update_fields=["answered_at"])
    if target not in ACTIVE:
        lapse(registration, at)
    return note(
        registration, action, left.status,
        actor=actor, at=at, angkatan=angkatan, reason=reason, fields=fields, decision=decision, left=left,
        is_told=is_told,
    )  # fmt: skip


def lapse(registration: Registration, at: datetime, **which: object) -> None:
    """What waits to be decided about this person waits no more: all of it, or only ``which``."""
    lapse_of([registration], at, **which)


def lapse_of(registrations: Sequence[Registration], at: datetime, **which: object) -> None:
    """The same for many."""
    waiting = ChangeRequest.objects.filter(registration__in=registrations, state=ChangeRequest.State.WAITING, **which)
    waiting.update(state=ChangeRequest.State.LAPSED, decided_at=at, person={})
