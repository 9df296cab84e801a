"""The one writer of registrations, second part: who comes instead, what is put right, what one agrees to.

Same locks, same order as in ``writer``: the batch's row, then the registration's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace as copy_with
from datetime import datetime
from typing import Any

from ormas.models import Delegate, Ormas
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import Action, Role, Status, target_of
from pelatihan.models import Angkatan, ChangeRequest, Correction, Registration
from pelatihan.registration import eligibility, rows, seats, writer
from pelatihan.registration import nik as niks
from pelatihan.registration.application import AGREEMENTS, KEPT, KEPT_ALONE, PRINTED, Application, Person
from pelatihan.registration.refusals import NoSeatLeft, Overtaken, Refusal, SamePerson

SAME = "Pengganti dan yang digantikan sama: {}. Untuk membetulkan datanya, pilih “Betulkan”."


@rows.whole
def replace(
    registration: Registration, wish: Application, *, actor: Actor, at: datetime, reason: str = ""
) -> Registration:
    """Somebody else of the same organisation comes instead and takes the seat: accepted when staff do it, else
    submitted. A repeated token returns the registration it made.

    :raises lifecycle.NotAllowed: from this status nobody can be replaced
    :raises NotOpenNow: the contact person has to ask for it, or nothing changes any more
    :raises BatchOver: the batch was cancelled or closed
    :raises SamePerson: who comes is who is to be replaced
    :raises OrmasNotInvited: the organisation is in dispute since
    :raises AlreadyRegistered: the new person is active in this batch already
    :raises NoSeatLeft: the old one held no seat, and none is left
    """
    rows.locked(registration.angkatan)
    if wish.token and (known := Registration.objects.filter(submission_token=wish.token).first()):
        return known
    angkatan, old = _one_to_replace(registration, actor, at)
    target = target_of(Action.REPLACE, Status(old.status), actor.role, reason)
    wish = copy_with(wish, ormas=old.ormas, ormas_text=old.ormas_text)
    if is_same(old, wish.person):
        raise SamePerson(SAME.format(old.name))
    eligibility.invitation_of(angkatan, wish, actor)
    eligibility.check_new(angkatan, wish)
    if not old.holds_seat:
        seats.check_room(angkatan, old)
    rows.change_status(old, Action.REPLACE, target, actor=actor, at=at, angkatan=angkatan, reason=reason)
    place = rows.ACCEPTED if actor.role == Role.STAFF else rows.Place(Status.SUBMITTED)
    new = rows.create(angkatan, wish, place, at=at, invitation=old.invitation, replaces=old)
    told = f"Menggantikan {old.full_name}"
    rows.note(new, eligibility.REGISTER, "", actor=actor, at=at, angkatan=angkatan, reason=told)
    registration.refresh_from_db()
    return new


@rows.whole
def replace_by_reserve(
    registration: Registration, reserve: Registration, *, actor: Actor, at: datetime, reason: str = ""
) -> Registration:
    """A reserve of the same organisation moves up into the seat: accepted when staff do it, else submitted. Who has
    moved up there already stays as they are.

    :raises lifecycle.NotAllowed: nobody can be replaced from this status, or the reserve waits no more
    :raises Refusal: the reserve is of another organisation; else as :func:`replace`
    """
    rows.locked(registration.angkatan)
    both = rows.current_ones(Registration.objects.filter(pk__in=[registration.pk, reserve.pk]))
    comes = next(one for one in both if one.pk == reserve.pk)
    if comes.replaces_id == registration.pk:
        return comes
    angkatan, old = _one_to_replace(registration, actor, at)
    target = target_of(Action.REPLACE, Status(old.status), actor.role, reason)
    action = Action.ACCEPT if actor.role == Role.STAFF else Action.PROMOTE
    check_reserve(angkatan, old, comes)
    moves_to = target_of(action, Status(comes.status), actor.role)
    if not old.holds_seat:
        seats.check_room(angkatan, old)
    rows.change_status(old, Action.REPLACE, target, actor=actor, at=at, angkatan=angkatan, reason=reason)
    comes.replaces = old
    comes.save(update_fields=["replaces"])
    told = f"Menggantikan {old.full_name}"
    rows.change_status(comes, action, moves_to, actor=actor, at=at, angkatan=angkatan, reason=told)
    registration.refresh_from_db()
    reserve.refresh_from_db()
    return comes


def _one_to_replace(registration: Registration, actor: Actor, at: datetime) -> tuple[Angkatan, Registration]:
    """The locked batch, and who is to be replaced."""
    angkatan = rows.locked(registration.angkatan)
    old = rows.current(registration)
    eligibility.check_by_oneself(old, Action.REPLACE, actor, at)
    eligibility.check_going_on(angkatan, Action.REPLACE)
    return angkatan, old


def is_same(old: Registration, person: Person) -> bool:
    """Whether the person is who is registered there: by name and phone."""
    return old.name.lower() == person.name.lower() and old.delegate.phone == person.phone


def check_reserve(angkatan: Angkatan, old: Registration, reserve: Registration) -> None:
    """:raises Refusal: this is no reserve of the same organisation in the batch"""
    is_own = (old.ormas_id, old.ormas_text) == (reserve.ormas_id, reserve.ormas_text)
    if reserve.status != Status.WAITLISTED or reserve.angkatan_id != angkatan.pk or not is_own:
        raise Refusal(
            f"{reserve.name} bukan cadangan ormas ini di {angkatan.name}. Pilih cadangan lain, atau tulis orang baru."
        )


@rows.whole
def correct(
    registration: Registration,
    person: Person,
    *,
    actor: Actor,
    at: datetime,
    seen: Person | None = None,
    ormas: Ormas | None = None,
    nik: str | None = None,
    reason: str = "",
) -> list[Correction]:
    """Put right what was typed; what stands there already is no correction. What needed a fix, and got it, is
    submitted again.

    :param seen: how the person stood when the form was filled in; what equals it was not edited, and stays as it is
    :param ormas: the organisation that the person is of, if it is another one
    :param nik: another number, or none at all; left as it is where the batch does not ask for it
    :returns: one line a field, as the history keeps them; empty when nothing was to be done
    :raises Refusal: not by delegate or contact person any more, or a field that has to be asked for
    :raises Overtaken: somebody else wrote something else into the same field meanwhile
    :raises OrmasNotInvited, NoSeatLeft: the other organisation cannot send this person
    :raises BatchOver: the batch was closed
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    by_themselves = actor.role in {Role.DELEGATE, Role.CONTACT}
    if by_themselves and (sentence := eligibility.correct_sentence(current, at)):
        raise Refusal(sentence)
    eligibility.check_going_on(angkatan, eligibility.CORRECT)
    stands = Person.of(current)
    changes = _changes(stands, seen or stands, person, actor)
    move = ormas if ormas and ormas.pk != current.ormas_id else None
    wanted = {*changes, "ormas"} if move else set(changes)
    if by_themselves and (waits := sorted(wanted & eligibility.fields_that_wait(current, at))):
        labels = ", ".join(Correction.Field(field).label for field in waits)
        raise Refusal(f"{labels} sekarang diubah lewat permintaan. {eligibility.SEND_AGAIN}")
    if move:
        changes["ormas"] = told_move(current, move)
        _move_to(angkatan, current, move, actor, at)
    if nik is not None and (angkatan.asks_nik or not nik) and not niks.is_same(current, nik):
        changes["nik"] = (current.nik_hash, nik)
        Registration.objects.filter(pk=current.pk).update(**niks.kept(nik))
    mended = copy_with(stands, **{field: new for field, (_old, new) in changes.items() if field in vars(stands)})
    _keep(current, mended, changes.keys(), actor=actor, at=at, version=person.privacy_version)
    corrections = rows.note_corrections(current, changes, actor=actor, at=at, angkatan=angkatan, reason=reason)
    if current.status == Status.NEEDS_FIX and _is_answer(current, changes):
        rows.change_status(current, Action.FIX, Status.SUBMITTED, actor=actor, at=at, angkatan=angkatan)
    if move:
        writer.fill(angkatan, at)
    registration.refresh_from_db()
    return corrections


@rows.whole
def correct_many(
    angkatan: Angkatan, mended: Mapping[int, tuple[Person, Person]], *, actor: Actor, at: datetime, reason: str = ""
) -> list[Correction]:
    """Staff put many right at once, all or none: as :func:`correct` does for one, by a few statements for thousands.

    :param mended: by the number of the registration how the person stood when the list was looked at, and is to stand
    :raises Overtaken: somebody else wrote something else into the same field meanwhile
    :raises BatchOver: the batch was closed
    """
    angkatan = rows.locked(angkatan)
    eligibility.check_going_on(angkatan, eligibility.CORRECT)
    ones = list(rows.current_ones(angkatan.registrations.filter(pk__in=list(mended))))
    lines: list[Correction] = []
    answered: list[Registration] = []
    printed, kept = set[str](), set[str]()
    for current in ones:
        seen, person = mended[current.pk]
        changes = _changes(Person.of(current), seen, person, actor)
        for field, (_old, new) in changes.items():
            if field in PRINTED:
                setattr(current, field, new)
                printed.add(field)
            if field in KEPT:
                setattr(current.delegate, field, new)
                kept.add(field)
        lines += rows.correction_lines(current, changes, actor=actor, at=at, angkatan=angkatan, reason=reason)
        if current.status == Status.NEEDS_FIX and _is_answer(current, changes):
            answered.append(current)
    if printed:
        rows.update_many(Registration, ones, sorted(printed))
    if kept:
        rows.update_many(Delegate, [one.delegate for one in ones], sorted(kept))
    corrections = Correction.objects.bulk_create(lines, batch_size=rows.AT_ONCE)
    for current in answered:
        rows.change_status(current, Action.FIX, Status.SUBMITTED, actor=actor, at=at, angkatan=angkatan)
    return corrections


def told_move(registration: Registration, ormas: Ormas) -> tuple[str, str]:
    """Where the person was and goes, in words. Two rivals may carry one name; a name that was typed may be listed."""
    old, new = registration.ormas_name, ormas.name
    if old != new:
        return old, new
    return old, f"{new} ({'ormas lain dengan nama yang sama' if registration.ormas_id else 'dari daftar ormas'})"


def _is_answer(registration: Registration, changes: Collection[str]) -> bool:
    """Whether something of what was asked for was mended; anything, when no field was named."""
    asked = eligibility.asked_fields(registration)
    return bool(asked & set(changes)) if asked else bool(changes)


def _move_to(angkatan: Angkatan, registration: Registration, ormas: Ormas, actor: Actor, at: datetime) -> None:
    """Into another organisation of the batch; a seat goes along only where that one has a seat left. Whom the old one's
    contact person wished to send instead, or not to send, is no matter of the new one.

    :raises OrmasNotInvited, NoSeatLeft: nothing written
    """
    wish = Application(Person.of(registration), Registration.Source(registration.source), ormas=ormas)
    invitation = eligibility.invitation_of(angkatan, wish, actor)
    eligibility.check_new(angkatan, wish)
    if registration.holds_seat and not seats.has_room_in(angkatan, ormas, invitation):
        raise NoSeatLeft(
            f"Kursi {ormas.name} sudah terpakai semua, jadi pendaftaran ini belum dapat pindah. Hubungi panitia bila"
            " ormasnya memang keliru."
        )
    registration.ormas, registration.ormas_text, registration.invitation = ormas, "", invitation
    registration.save(update_fields=["ormas", "ormas_text", "invitation"])
    rows.lapse(registration, at, role=Role.CONTACT, kind__in=[ChangeRequest.Kind.REPLACE, ChangeRequest.Kind.CANCEL])


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


def note_other_row(
    registrations: Sequence[Registration], old: Ormas, new: Ormas, *, actor: Actor, at: datetime
) -> None:
    """Their organisation is another row from now on, since two rows of one were merged, or parted again."""
    named = (old.name, new.name if new.name != old.name else f"{new.name} (data ormas digabung)")
    for registration in registrations:
        rows.note_corrections(registration, {"ormas": named}, actor=actor, at=at, angkatan=registration.angkatan)


def _changes(stands: Person, seen: Person, typed: Person, actor: Actor) -> dict[str, tuple[Any, Any]]:
    """By field what stands there and what is to. Consents are asked on forms for delegates only.

    :raises Overtaken: for what stands there, was seen and was typed are three different values
    """
    asks_consent = actor.role == Role.DELEGATE or typed.privacy_version
    fields = [field for field in Correction.Field.values if field in vars(typed)]
    fields = [field for field in fields if asks_consent or field not in AGREEMENTS]
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
    kept: dict[str, object] = {field: getattr(mended, field) for field in KEPT if field in changed}
    if "ormas" in changed:
        kept["ormas"] = registration.ormas
    if version and version != old.privacy_version:
        kept |= {"privacy_version": version, "privacy_at": at}  # read once, at the time that stands there
    lives_on = old.registrations.exclude(pk=registration.pk).exists() or old.merged.exists()
    if kept and lives_on and actor.role != Role.STAFF:
        read_at = kept.get("privacy_at", old.privacy_at)
        new = copy_with(mended, privacy_version=version or mended.privacy_version).kept(at) | {"privacy_at": read_at}
        registration.delegate = Delegate.objects.create(ormas=registration.ormas, **new)
        printed.append("delegate")
    elif kept:
        Delegate.objects.filter(pk=old.pk).update(**kept)
    if printed:
        registration.save(update_fields=printed)


@rows.whole
def agree(
    registration: Registration, agreed: Mapping[str, bool], *, actor: Actor, at: datetime, privacy_version: str = ""
) -> list[Correction]:
    """Keep what the person agrees to from now on, whatever became of registration and batch (UU 27/2022, art. 9).

    What is taken back is taken back in the rows merged into theirs, too; special needs go with their consent.

    :param privacy_version: of the notice, if it was read just now: by who had been registered by somebody else

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
    read = {"privacy_version": privacy_version, "privacy_at": at} if privacy_version else {}
    Delegate.objects.filter(pk=person.pk).update(**agreed, **read)
    if taken_back := [name for name, is_given in agreed.items() if not is_given]:
        person.merged.update(**dict.fromkeys(taken_back, False))
    if "agrees_special_needs" in taken_back:
        for each in rows.current_ones(Registration.objects.filter(delegate=person)):
            each.special_needs = ""
            each.save(update_fields=["special_needs"])
    corrections = rows.note_corrections(current, changes, actor=actor, at=at, angkatan=angkatan)
    registration.refresh_from_db()
    return corrections
