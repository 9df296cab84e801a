"""The one history of a registration: decisions, corrections, attendance; newest first, as far as its reader may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from ormas import phones
from ormas.models import Gender
from pelatihan.accounts import access
from pelatihan.attendance import told
from pelatihan.lifecycle import Role
from pelatihan.models import AttendanceEvent, Correction, Merge, Registration, StatusChange

Field = Correction.Field
HIDDEN = "(disembunyikan)"
HEALTH = frozenset({Field.SPECIAL_NEEDS, Field.AGREES_SPECIAL_NEEDS})
IN_ACTS = ("at", "registration", "role", "actor", "pk")  # what was saved at once stands together
ON_PAPER = frozenset(
    {Field.FRONT_TITLE, Field.NAME, Field.BACK_TITLE, Field.POSITION, Field.GENDER, Field.PHONE, Field.ORMAS}
)


@dataclass(frozen=True)
class Change:
    """One field that was put right; ``is_blanked`` when its values were deleted as the privacy notice promises."""

    label: str
    old: str
    new: str
    is_blanked: bool = False
    field: str = ""


@dataclass(frozen=True)
class HistoryLine:
    """One line: a decision (with its status), a correction (with its changes), or something about attendance."""

    at: datetime
    what: str
    who: str
    status: str = ""
    before: str = ""  # the status that was left
    reason: str = ""
    is_late: bool = False
    changes: tuple[Change, ...] = ()
    session: str = ""
    whose: Registration | None = None


def of(registration: Registration, reader: User | AnonymousUser) -> list[HistoryLine]:
    """Everything that happened to a registration, newest first."""
    lines = [*decisions(registration.history.select_related("actor"), reader)]
    lines += corrections(registration.corrections.select_related("actor").order_by(*IN_ACTS), reader)
    lines += [*_requests(registration), *_logged(registration), *_merges(registration)]
    return sorted([*lines, *_attendance(registration, reader)], key=lambda line: line.at, reverse=True)


def _merges(registration: Registration) -> Iterator[HistoryLine]:
    """That the person was made one of two rows, and two again. A statement."""
    about = Merge.objects.about(registration.delegate_id).select_related("kept", "gone", "actor", "undone_by")
    for merge in about:
        if merge.kept is None or merge.gone is None:  # deleted as the privacy notice promises
            continue
        what = f"Peserta digabung: {merge.gone.name} ke {merge.kept.name}"
        yield HistoryLine(at=merge.at, what=what, who=name_of(merge.actor))
        if merge.undone_at:
            yield HistoryLine(at=merge.undone_at, what=f"{what}, diurungkan", who=name_of(merge.undone_by))


def corrected(registration: Registration, reader: User | AnonymousUser, *, since: datetime) -> list[Change]:
    """What the person and the ormas put right since then, as far as the reader may see."""
    sees_contact, sees_health = (access.has(reader, right) for right in (access.CONTACT, access.SPECIAL_NEEDS))
    theirs = registration.corrections.filter(at__gte=since, role__in=[Role.DELEGATE, Role.CONTACT])
    return [_change(line, sees_contact) for line in theirs if sees_health or line.field not in HEALTH]


def _requests(registration: Registration) -> Iterator[HistoryLine]:
    """What was asked for, and what became of it where nothing else tells."""
    for request in registration.requests.all():
        what = f"Permintaan: {request.get_kind_display()}"
        yield HistoryLine(at=request.asked_at, what=what, who=request.get_role_display(), reason=request.reason)
        if request.decided_at:
            who = name_of(request.decided_by)
            yield HistoryLine(
                at=request.decided_at,
                what=f"{what}, {request.get_state_display().lower()}",
                who=who,
                reason=request.note,
            )


def decisions(changes: Iterable[StatusChange], reader: User | AnonymousUser) -> Iterator[HistoryLine]:
    """One line for each move. Reasons are for who may read histories."""
    sees_reasons = access.has(reader, "pelatihan.view_statuschange")
    for change in changes:
        yield HistoryLine(
            at=change.at,
            status=change.to_status,
            before=change.from_status,
            what=change.get_action_display(),
            who=name_of(change.actor) or change.get_role_display(),
            reason=change.reason if sees_reasons else HIDDEN if change.reason else "",
            is_late=change.is_late,
            whose=change.registration,
        )


def told_fields(reader: User | AnonymousUser) -> frozenset[str]:
    """Of which fields this person reads that they were put right: without the history only of what papers may show."""
    fields = frozenset(Field.values) if access.has(reader, "pelatihan.view_correction") else ON_PAPER
    return fields if access.has(reader, access.SPECIAL_NEEDS) else fields - HEALTH


def act_of(line: Correction) -> tuple[datetime, int, str, int | None]:
    """What one press of a button put right."""
    return line.at, line.registration_id, line.role, line.actor_id


def corrections(lines: Iterable[Correction], reader: User | AnonymousUser) -> Iterator[HistoryLine]:
    """One line for all that was saved at once.

    :param lines: in the order ``IN_ACTS``
    """
    sees_contact, fields = access.has(reader, access.CONTACT), told_fields(reader)
    sees_reasons = access.has(reader, "pelatihan.view_correction")
    for _act, group in groupby(lines, key=act_of):
        saved = list(group)
        shown = [_change(line, sees_contact) for line in saved if line.field in fields]
        if shown:
            first = saved[0]
            who = name_of(first.actor) or first.get_role_display()
            device = f" ({first.device})" if first.device else ""
            reason = first.reason if sees_reasons else HIDDEN if first.reason else ""
            yield HistoryLine(
                at=first.at, what="Data dibetulkan", who=who + device, reason=reason, is_late=first.is_late,
                changes=tuple(shown), whose=first.registration,
            )  # fmt: skip


def _change(line: Correction, sees_contact: bool) -> Change:
    label = str(line.get_field_display())
    if not line.old and not line.new:
        return Change(label, "", "", is_blanked=True, field=line.field)
    old, new = (_value(line.field, value, sees_contact) for value in (line.old, line.new))
    return Change(label, old, new, field=line.field)


def _value(field: str, value: str, sees_contact: bool) -> str:
    if not value:
        return "(kosong)"
    if field == Field.PHONE:
        return phones.display(value) if sees_contact else phones.masked(value)
    if field == Field.EMAIL and not sees_contact:
        return HIDDEN
    return str(Gender(value).label) if field == Field.GENDER else value


def _logged(registration: Registration) -> Iterator[HistoryLine]:
    """Corrections from before they were kept by field."""
    kind = ContentType.objects.get_for_model(Registration)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(registration.pk), action_flag=CHANGE)
    for entry in entries.select_related("user"):
        yield HistoryLine(at=entry.action_time, what=entry.change_message, who=name_of(entry.user))


def _attendance(registration: Registration, reader: User | AnonymousUser) -> Iterator[HistoryLine]:
    """Reasons may speak of health ("surat dokter"): only who may read of that, or writes them, reads them."""
    sees_reasons = any(access.has(reader, right) for right in (access.SPECIAL_NEEDS, access.MARK))
    theirs = Q(registration=registration) | Q(registration__counts_for=registration)
    for event in (
        AttendanceEvent.objects.filter(theirs).select_related("session", "author", "undoes", "about").order_by("number")
    ):
        yield HistoryLine(
            at=event.arrived_at,
            what=told.happened(event),
            who=told.by(event),
            reason=event.reason if sees_reasons else HIDDEN if event.reason else "",
            session=event.session.title,
        )


def name_of(user: User | None) -> str:
    """The name of a clerk; nothing for nobody."""
    return (user.get_full_name() or user.get_username()) if user else ""
