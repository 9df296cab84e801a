"""Rows as the writer locks and writes them. For the writer alone: nothing here asks whether it may be done."""

from datetime import datetime

from ormas.models import Delegate
from pelatihan import codes
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Invitation, Registration, StatusChange
from pelatihan.registration.application import Application


def locked(angkatan: Angkatan) -> Angkatan:
    """The batch's row as it is now. Every writer of registrations waits here; inserts that point at it do not."""
    return Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)


def current(registration: Registration) -> Registration:
    """The registration as it is now, locked. Lock its batch first."""
    return (
        Registration.objects.select_for_update(of=("self",), no_key=True)
        .select_related("invitation", "ormas", "angkatan", "delegate")
        .get(pk=registration.pk)
    )


def create(
    angkatan: Angkatan,
    wish: Application,
    *,
    status: Status,
    at: datetime,
    invitation: Invitation | None,
    queue_number: int | None = None,
    replaces: Registration | None = None,
) -> Registration:
    delegate = Delegate.objects.create(ormas=wish.ormas, **wish.person.kept(at))
    return Registration.objects.create(
        angkatan=angkatan,
        delegate=delegate,
        invitation=invitation,
        ormas=wish.ormas,
        ormas_text=wish.ormas_text,
        code=_fresh_code(),
        status=status,
        source=wish.source,
        queue_number=queue_number,
        replaces=replaces,
        submission_token=wish.token,
        submitted_at=at,
        **wish.person.printed,
    )


def _fresh_code() -> str:
    while Registration.objects.filter(code=(code := codes.new_code())).exists():
        pass
    return code


def note(
    registration: Registration,
    action: str,
    before: str,
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
) -> StatusChange:
    return StatusChange.objects.create(
        registration=registration,
        action=action,
        from_status=before,
        to_status=registration.status,
        role=actor.role,
        actor=actor.user,
        reason=reason.strip(),
        at=at,
        is_late=angkatan.frozen_at is not None,
    )


def change_status(
    registration: Registration,
    action: Action,
    target: Status,
    *,
    actor: Actor,
    at: datetime,
    angkatan: Angkatan,
    reason: str = "",
) -> StatusChange:
    """The only place where a status changes."""
    before = registration.status
    registration.status = target
    registration.queue_number = None
    registration.save(update_fields=["status", "queue_number"])
    return note(registration, action, before, actor=actor, at=at, angkatan=angkatan, reason=reason)
