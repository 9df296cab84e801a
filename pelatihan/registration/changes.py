"""The one writer of registrations, second part: who comes instead, what is put right, what one agrees to.

Same locks, same order as in ``writer``: the batch's row, then the registration's.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace as copy_with
from datetime import datetime
from typing import Any

from ormas.models import Delegate
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import Action, Role, Status, target_of
from pelatihan.models import Correction, Registration
from pelatihan.registration import eligibility, rows, seats
from pelatihan.registration.application import AGREEMENTS, KEPT, KEPT_ALONE, PRINTED, Application, Person
from pelatihan.registration.refusals import Overtaken, Refusal


@rows.whole
def replace(
    registration: Registration, wish: Application, *, actor: Actor, at: datetime, reason: str = ""
) -> Registration:
    """Somebody else of the same organisation comes instead, takes the seat, and is accepted.

    :raises lifecycle.NotAllowed: from this status nobody can be replaced
    :raises BatchOver: the batch was cancelled or closed
    :raises AlreadyRegistered: the new person is active in this batch already
    :raises NoSeatLeft: the old one held no seat, and none is left
    """
    angkatan = rows.locked(registration.angkatan)
    old = rows.current(registration)
    target = target_of(Action.REPLACE, Status(old.status), actor.role, reason)
    eligibility.check_going_on(angkatan, Action.REPLACE)
    wish = copy_with(wish, ormas=old.ormas, ormas_text=old.ormas_text)
    eligibility.check_new(angkatan, wish)
    if not old.holds_seat:
        seats.check_room(angkatan, old)
    rows.change_status(old, Action.REPLACE, target, actor=actor, at=at, angkatan=angkatan, reason=reason)
    new = rows.create(angkatan, wish, rows.ACCEPTED, at=at, invitation=old.invitation, replaces=old)
    told = f"Menggantikan {old.full_name}"
    rows.note(new, eligibility.REGISTER, "", actor=actor, at=at, angkatan=angkatan, reason=told)
    registration.refresh_from_db()
    return new


@rows.whole
def correct(
    registration: Registration,
    person: Person,
    *,
    actor: Actor,
    at: datetime,
    seen: Person | None = None,
    reason: str = "",
) -> list[Correction]:
    """Put right what was typed; what stands there already is no correction. What needed a fix is submitted again.

    :param seen: how the person stood when the form was filled in; what equals it was not edited, and stays as it is
    :returns: one line a field, as the history keeps them; empty when nothing was to be done
    :raises Refusal: after the decision, when a correction is the office's to make
    :raises Overtaken: somebody else wrote something else into the same field meanwhile
    :raises BatchOver: the batch was closed
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    if actor.role == Role.DELEGATE and (sentence := eligibility.correct_sentence(current, at)):
        raise Refusal(sentence)
    eligibility.check_going_on(angkatan, eligibility.CORRECT)
    stands = Person.of(current)
    changes = _changes(stands, seen or stands, person, actor)
    mended = copy_with(stands, **{field: new for field, (_old, new) in changes.items()})
    _keep(current, mended, changes.keys(), actor=actor, at=at, version=person.privacy_version)
    corrections = rows.note_corrections(current, changes, actor=actor, at=at, angkatan=angkatan, reason=reason)
    if corrections and current.status == Status.NEEDS_FIX:
        rows.change_status(current, Action.FIX, Status.SUBMITTED, actor=actor, at=at, angkatan=angkatan)
    registration.refresh_from_db()
    return corrections


@rows.whole
def note_on_registrations(
    delegate: Delegate, edits: Mapping[str, tuple[Any, Any]], *, actor: Actor, at: datetime
) -> None:
    """Staff changed the delegate's own row: their registrations show what stands there, so they tell it, too.

    Takes no lock: nothing of a registration changes, and a line of history is only added.
    """
    changes = {field: edits[field] for field in Correction.Field.values if field in KEPT_ALONE and field in edits}
    for registration in delegate.registrations.select_related("angkatan"):
        rows.note_corrections(registration, changes, actor=actor, at=at, angkatan=registration.angkatan)


def _changes(stands: Person, seen: Person, typed: Person, actor: Actor) -> dict[str, tuple[Any, Any]]:
    """By field what stands there and what is to. Consents are asked on forms for delegates only.

    :raises Overtaken: for what stands there, was seen and was typed are three different values
    """
    asks_consent = actor.role == Role.DELEGATE or typed.privacy_version
    fields = [field for field in Correction.Field.values if asks_consent or field not in AGREEMENTS]
    edited = [field for field in fields if getattr(typed, field) != getattr(seen, field)]
    changes = {field: (getattr(stands, field), getattr(typed, field)) for field in edited}
    changes = {field: (old, new) for field, (old, new) in changes.items() if old != new}
    if overtaken := [field for field in changes if getattr(stands, field) != getattr(seen, field)]:
        labels = ", ".join(Correction.Field(field).label for field in overtaken)
        raise Overtaken(f"{labels} baru saja diubah orang lain. Muat ulang halaman, lalu betulkan bila masih perlu.")
    return changes


def _keep(
    registration: Registration, mended: Person, changed: Collection[str], *, actor: Actor, at: datetime, version: str
) -> None:
    """The registration keeps what papers print. The delegate's own row follows, unless it lives on in other trainings
    and a public form changes it: then there is a new one.
    """
    printed = [field for field in PRINTED if field in changed]
    for field in printed:
        setattr(registration, field, getattr(mended, field))
    old = registration.delegate
    kept = {field: getattr(mended, field) for field in KEPT if field in changed}
    if version and version != old.privacy_version:
        kept |= {"privacy_version": version, "privacy_at": at}  # read once, at the time that stands there
    lives_on = old.registrations.exclude(pk=registration.pk).exists() or old.merged.exists()
    if kept and lives_on and actor.role == Role.DELEGATE:
        read_at = kept.get("privacy_at", old.privacy_at)
        new = copy_with(mended, privacy_version=version or mended.privacy_version).kept(at) | {"privacy_at": read_at}
        registration.delegate = Delegate.objects.create(ormas=registration.ormas, **new)
        printed.append("delegate")
    elif kept:
        Delegate.objects.filter(pk=old.pk).update(**kept)
    if printed:
        registration.save(update_fields=printed)


@rows.whole
def agree(registration: Registration, agreed: Mapping[str, bool], *, actor: Actor, at: datetime) -> list[Correction]:
    """Keep what the person agrees to from now on, whatever became of registration and batch (UU 27/2022, art. 9).

    What is taken back is taken back in the rows merged into theirs, too; special needs go with their consent.

    :returns: what was given or taken back in this registration, as the history keeps it
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    person, stands = current.delegate, Person.of(current)
    changes: dict[str, tuple[object, object]] = {
        name: (getattr(stands, name), now) for name, now in agreed.items() if getattr(stands, name) != now
    }
    if stands.special_needs and not agreed.get("agrees_special_needs", True):
        changes["special_needs"] = (stands.special_needs, "")
    Delegate.objects.filter(pk=person.pk).update(**agreed)
    if taken_back := [name for name, is_given in agreed.items() if not is_given]:
        person.merged.update(**dict.fromkeys(taken_back, False))
    if "agrees_special_needs" in taken_back:
        for each in rows.current_ones(Registration.objects.filter(delegate=person)):
            each.special_needs = ""
            each.save(update_fields=["special_needs"])
    corrections = rows.note_corrections(current, changes, actor=actor, at=at, angkatan=angkatan)
    registration.refresh_from_db()
    return corrections
