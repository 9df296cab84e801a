"""What delegates and contact persons can no longer do by themselves they ask for; staff grant or refuse it.

Whatever is granted is done by the one writer, in the same transaction. A request lapses by itself when its
registration is out (``rows.change_status``).
"""

import json
import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from dataclasses import replace as copy_with
from datetime import datetime
from hashlib import sha256

from ormas.models import Ormas
from pelatihan import dates
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import Action, NotAllowed, Role
from pelatihan.models import ChangeRequest, Correction, Registration
from pelatihan.registration import changes, eligibility, rows, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.refusals import NotOpenNow, Overtaken, Refusal, RequestGone, SamePerson

Kind, State = ChangeRequest.Kind, ChangeRequest.State
ORMAS = Correction.Field.ORMAS.value
NOTE_OWED = "Tulis alasannya: peserta dan ormasnya membaca mengapa perubahan itu tidak disetujui."
JOINED = "Permintaan ini baru saja diubah pemohonnya. Yang terbaru tampil di sini: periksa sekali lagi, lalu putuskan."


# ---- Asking --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mended:
    """What was put right at once, and what now waits for staff."""

    corrections: list[Correction]
    request: ChangeRequest | None


@rows.whole
def mend(
    registration: Registration,
    person: Person,
    *,
    actor: Actor,
    at: datetime,
    seen: Person | None = None,
    ormas: Ormas | None = None,
    nik: str | None = None,
    reason: str = "",
    key: uuid.UUID | None = None,
) -> Mended:
    """Delegate or contact person put right: at once what may be, the rest as a request; all or nothing.

    A request that waits already takes the new wishes in. ``seen``, ``ormas`` and ``nik`` as for ``changes.correct``:
    a NIK never waits. ``reason`` and ``key`` (of the page) are of the request.

    :raises Refusal: as ``changes.correct``
    """
    rows.locked(registration.angkatan)
    current = rows.current(registration)
    waits = eligibility.fields_that_wait(current, at)
    stands, base = Person.of(current), seen or Person.of(current)
    later = [field for field in waits if field != ORMAS and getattr(person, field) != getattr(base, field)]
    now = copy_with(person, **{field: getattr(base, field) for field in later})
    moves_now = None if ORMAS in waits else ormas
    corrections = changes.correct(registration, now, actor=actor, at=at, seen=base, ormas=moves_now, nik=nik)
    asked = {field: [getattr(stands, field), getattr(person, field)] for field in later}
    asked = {field: pair for field, pair in asked.items() if pair[0] != pair[1]}
    goes_to = ormas if ormas and ORMAS in waits and ormas.pk != current.ormas_id else None
    if goes_to:
        asked[ORMAS] = [*changes.told_move(current, goes_to)]
    request = None
    if asked:
        request = _ask_to_correct(current, asked, goes_to, actor=actor, at=at, reason=reason, key=key)
    return Mended(corrections, request)


def _ask_to_correct(
    registration: Registration,
    asked: dict[str, list[str]],
    ormas: Ormas | None,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    key: uuid.UUID | None,
) -> ChangeRequest:
    waiting = _waiting(registration, Kind.CORRECT)
    if waiting is None:
        return _new(registration, Kind.CORRECT, actor, at, reason, key, changes=asked, ormas=ormas)
    waiting.changes = waiting.changes | asked
    waiting.ormas = ormas or waiting.ormas
    waiting.reason, waiting.role, waiting.asked_at = reason.strip() or waiting.reason, actor.role, at
    waiting.save(update_fields=["changes", "ormas", "reason", "role", "asked_at"])
    return waiting


@rows.whole
def ask_to_cancel(
    registration: Registration, *, actor: Actor, at: datetime, reason: str, key: uuid.UUID | None = None
) -> ChangeRequest:
    """Let this person go; asked twice is asked once.

    :raises NotOpenNow: nothing changes any more
    """
    rows.locked(registration.angkatan)
    current = rows.current(registration)
    if sentence := eligibility.withdraw_sentence(current, at):
        raise NotOpenNow(sentence)
    return _waiting(current, Kind.CANCEL) or _new(current, Kind.CANCEL, actor, at, reason, key)


@rows.whole
def ask_to_replace(
    registration: Registration,
    comes: Person | Registration,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    key: uuid.UUID | None = None,
) -> ChangeRequest:
    """Send somebody else, or a reserve of the same organisation; a later wish takes the place of an earlier one, the
    same once more stays as it is.

    :raises NotOpenNow: nobody is replaced any more, or this person was replaced or has been present
    :raises SamePerson, AlreadyRegistered: who is to come is in this batch already
    """
    angkatan = rows.locked(registration.angkatan)
    current = rows.current(registration)
    if sentence := eligibility.replace_sentence(current, at):
        raise NotOpenNow(sentence)
    waiting = _waiting(current, Kind.REPLACE)
    if waiting and waiting.pk == key and _is_to_come(comes, waiting):
        return waiting
    if isinstance(comes, Person):
        if changes.is_same(current, comes):
            raise SamePerson(changes.SAME.format(current.name))
        eligibility.check_new(
            angkatan, Application(comes, Registration.Source.GROUP, ormas=current.ormas, ormas_text=current.ormas_text)
        )
    if waiting:
        _end(waiting, State.WITHDRAWN, at)
    if isinstance(comes, Person):
        return _new(current, Kind.REPLACE, actor, at, reason, key, person=asdict(comes))
    changes.check_reserve(angkatan, current, rows.current(comes))
    return _new(current, Kind.REPLACE, actor, at, reason, key, reserve=comes)


def _is_to_come(comes: Person | Registration, request: ChangeRequest) -> bool:
    if isinstance(comes, Person):
        return bool(request.person == asdict(comes))
    return request.reserve_id == comes.pk


def _waiting(registration: Registration, kind: ChangeRequest.Kind) -> ChangeRequest | None:
    return registration.requests.filter(kind=kind, state=State.WAITING).first()


def _new(
    registration: Registration,
    kind: ChangeRequest.Kind,
    actor: Actor,
    at: datetime,
    reason: str,
    key: uuid.UUID | None,
    **wish: object,
) -> ChangeRequest:
    if key and ChangeRequest.objects.filter(pk=key).exists():  # an old page, sent once more after that waits no more
        key = None
    values = {"kind": kind, "role": actor.role, "reason": reason.strip(), "asked_at": at, **wish}
    return ChangeRequest.objects.create(pk=key or uuid.uuid4(), registration=registration, **values)


@rows.whole
def take_back(request: ChangeRequest, *, at: datetime) -> None:
    """Who asked asks no more.

    :raises RequestGone: it was decided meanwhile
    """
    _end(_still_waiting(request), State.WITHDRAWN, at)


# ---- Deciding ------------------------------------------------------------------------------------


def mark_of(request: ChangeRequest) -> str:
    """What is wanted, as a page carries it along: a wish that joins later makes it another."""
    return sha256(json.dumps([request.changes, request.ormas_id], sort_keys=True).encode()).hexdigest()[:16]


@rows.whole
def grant(
    request: ChangeRequest,
    *,
    actor: Actor,
    at: datetime,
    fields: Collection[str] | None = None,
    note: str = "",
    seen: str = "",
) -> ChangeRequest:
    """Do what was asked for. ``fields``: of a correction only these; the others are refused with the ``note``;
    ``seen``: the mark of what the clerk has read.

    :raises RequestGone: decided, taken back, or the registration is out
    :raises Overtaken: what is to be put right was changed since it was asked for
    :raises Refusal, lifecycle.NotAllowed: as the change itself; something was asked for since
    """
    waiting = _checked(request, actor, seen)
    if waiting.kind != Kind.CORRECT:
        granted: list[str] = []
    else:
        granted = [field for field in waiting.changes if fields is None or field in fields]
        if not granted:
            raise Refusal("Tandai sedikitnya satu perubahan, atau pilih “Tolak semua perubahan” dengan alasan.")
        if len(granted) < len(waiting.changes) and not note.strip():
            raise Refusal(NOTE_OWED)
    person, reserve = waiting.person, waiting.reserve
    _end(waiting, State.GRANTED, at, actor=actor, note=note, granted=granted)
    told = _story(waiting)
    registration = waiting.registration
    if waiting.kind == Kind.CANCEL:
        writer.move(registration, Action.CANCEL, actor=actor, at=at, reason=told)
    elif waiting.kind == Kind.CORRECT:
        _put_right(waiting, granted, actor=actor, at=at, reason=told)
    elif reserve:
        changes.replace_by_reserve(registration, reserve, actor=actor, at=at, reason=told)
    else:
        wish = Application(Person(**person), Registration.Source.GROUP)
        changes.replace(registration, wish, actor=actor, at=at, reason=told)
    return waiting


def _put_right(request: ChangeRequest, granted: list[str], *, actor: Actor, at: datetime, reason: str) -> None:
    stands = Person.of(request.registration)
    wanted = {field: request.changes[field] for field in granted}
    now = {field: getattr(stands, field) for field in wanted if field != ORMAS}
    if ORMAS in wanted:
        now[ORMAS] = request.registration.ormas_name
    if other := [field for field, (old, new) in wanted.items() if now[field] not in (old, new)]:
        labels = ", ".join(Correction.Field(field).label for field in other)
        raise Overtaken(
            f"{labels} sudah diubah orang lain sejak permintaan ini dikirim. Periksa data sekarang, lalu tolak bagian"
            " itu dengan alasan, atau betulkan sendiri."
        )
    person = copy_with(stands, **{field: new for field, (_, new) in wanted.items() if field != ORMAS})
    ormas = request.ormas if ORMAS in wanted else None
    changes.correct(request.registration, person, actor=actor, at=at, seen=stands, ormas=ormas, reason=reason)


@rows.whole
def refuse(request: ChangeRequest, *, actor: Actor, at: datetime, note: str, seen: str = "") -> ChangeRequest:
    """Everything stays as it is; the note says why. ``seen`` as for :func:`grant`.

    :raises RequestGone: decided, taken back, or the registration is out
    :raises Refusal: the note is owed, or something was asked for since
    """
    waiting = _checked(request, actor, seen)
    if not note.strip():
        raise Refusal(NOTE_OWED)
    _end(waiting, State.REFUSED, at, actor=actor, note=note)
    return waiting


def _checked(request: ChangeRequest, actor: Actor, seen: str) -> ChangeRequest:
    if actor.role != Role.STAFF:
        raise NotAllowed(f"{actor.role.label} tidak berwenang memutuskan permintaan.")
    waiting = _still_waiting(request)
    if seen and seen != mark_of(waiting):
        raise Refusal(JOINED)
    return waiting


def _still_waiting(request: ChangeRequest) -> ChangeRequest:
    """The request as it is now, with its batch and registration locked.

    :raises RequestGone: with who decided, and when
    """
    rows.locked(request.registration.angkatan)
    registration = rows.current(request.registration)
    now = ChangeRequest.objects.select_related("decided_by", "ormas", "reserve").get(pk=request.pk)
    now.registration = registration
    if now.state != State.WAITING:
        clerk = now.decided_by
        who = f" oleh {clerk.get_full_name() or clerk.get_username()}" if clerk else ""
        raise RequestGone(
            f"Permintaan ini sudah berstatus {now.get_state_display()}{who} pada"
            f" {dates.long_moment(now.decided_at or now.asked_at)}. Muat ulang halaman."
        )
    return now


def _end(
    request: ChangeRequest,
    state: ChangeRequest.State,
    at: datetime,
    *,
    actor: Actor | None = None,
    note: str = "",
    granted: Collection[str] = (),
) -> None:
    """It waits no more; of who was to come instead only the registration, if there is one, keeps the data."""
    request.state, request.decided_at, request.decided_by = state, at, actor.user if actor else None
    request.note, request.granted, request.person = note.strip(), list(granted), {}
    request.save(update_fields=["state", "decided_at", "decided_by", "note", "granted", "person"])


def _story(request: ChangeRequest) -> str:
    """The one sentence of the history: who asked, when, why."""
    why = f": {request.reason}" if request.reason else ""
    return f"Diminta {request.get_role_display().lower()} pada {dates.long_moment(request.asked_at)}{why}"
