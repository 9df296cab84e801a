"""What the verification page shows beside the person: seats, queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate

from pelatihan.admin import history
from pelatihan.lifecycle import TRANSITIONS, Action, Role, Status
from pelatihan.models import Angkatan, Correction, Decision, Message, Registration, StatusChange
from pelatihan.registration.eligibility import still_asked
from pelatihan.registration.seats import seats_of

QUEUES = (Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)
SHOWN_IN_QUEUE, SHOWN_BEFORE = 7, 2
MOST_LAST, SHOWN_FOR = 2, timedelta(hours=1)
MOST_SESSIONS = 3


# ---- Seats -----------------------------------------------------------------------------------------


def seats_note(registration: Registration) -> str:
    """``2 dari 3 terpakai, termasuk ini``."""
    if registration.ormas_id is None:
        return "Ormas di luar daftar: tidak dibatasi"
    holding = registration.angkatan.registrations.holding_seat().filter(ormas=registration.ormas_id)
    held = set(holding.values_list("pk", flat=True))
    mine = ", termasuk ini" if registration.pk in held else ""
    return f"{len(held)} dari {seats_of(registration.angkatan, registration.invitation)} terpakai{mine}"


def replacing_note(registration: Registration) -> str:
    """What becomes of the attendance of somebody who is replaced; empty while there is none."""
    rows = registration.attendances.came().select_related("session").order_by("session__starts_at")
    if not (titles := [row.session.title for row in rows]):
        return ""
    shown = "; ".join(titles[:MOST_SESSIONS])
    rest = f"; dan {len(titles) - MOST_SESSIONS} sesi lagi" if len(titles) > MOST_SESSIONS else ""
    return (
        f"{registration.name} sudah tercatat hadir: {shown}{rest}. Kehadiran itu tetap atas namanya dan tetap dihitung;"
        " penggantinya tercatat sejak presensinya sendiri. Keduanya tampil di rekap dan daftar hadir."
    )


# ---- Queue ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Queue:
    """Those who stand at one status in this batch, from a little before the present one on."""

    status: Status
    counts: list[tuple[Status, int]]
    place: int  # of the present registration; 0 when it stands elsewhere
    total: int
    first: int  # place of the first that is shown
    shown: list[Registration]
    previous: Registration | None
    following: Registration | None

    @property
    def earlier(self) -> int:
        return self.first - 1

    @property
    def rest(self) -> int:
        return max(self.total - self.earlier - len(self.shown), 0)


def queue(registration: Registration, most: int = SHOWN_IN_QUEUE, stood: str = "") -> Queue:
    """The queue that the registration stands in, or ``stood`` in; else those who wait for a decision."""
    status = next((Status(each) for each in (stood, registration.status) if each in QUEUES), Status.SUBMITTED)
    everyone = _waiting(registration.angkatan, status)
    figures = registration.angkatan.registrations.figures()
    is_mine = registration.status == status
    place = everyone.filter(_before(registration, status)).count() + 1 if is_mine else 0
    first = max(place - SHOWN_BEFORE, 1)
    in_sight = everyone.values("pk")[first - 1 : first - 1 + most]  # rows would be sorted with all they hold
    shown = list(everyone.filter(pk__in=in_sight).select_related("ormas"))
    at = place - first  # of the present one among those shown; -1 when it stands elsewhere
    after, earlier = (shown[at + 1 :], shown[:at]) if is_mine else (shown, [])
    next_one = next(iter(after), None)
    if next_one is None:  # after the last one the first, which may be in sight
        next_one = next(iter(earlier), None) if first == 1 else everyone.exclude(pk=registration.pk).first()
    return Queue(
        status=status,
        counts=[(each, figures[each]) for each in QUEUES],
        place=place,
        total=figures[status],
        first=first,
        shown=shown,
        previous=earlier[-1] if earlier else None,
        following=following(registration, status) if stood else next_one,
    )


def following(registration: Registration, status: str) -> Registration | None:
    """The next of that queue after this one, wherever it stands by now; after the last one the first."""
    others = _waiting(registration.angkatan, status).exclude(pk=registration.pk)
    return others.filter(_behind(registration, status)).first() or others.first()


ANSWERED_FIRST = (F("answered_at").asc(nulls_last=True), "submitted_at", "pk")
IN_TURN = ("submitted_at", "pk")


def order_of(status: str) -> tuple[Any, ...]:
    """The order of a queue: first come, first served; of those who wait for a decision, answered fixes first."""
    return ANSWERED_FIRST if status == Status.SUBMITTED else IN_TURN


def _waiting(angkatan: Angkatan, status: str) -> QuerySet[Registration]:
    return angkatan.registrations.filter(status=status).order_by(*order_of(status))


def _before(registration: Registration, status: str) -> Q:
    """Those of that queue whose turn comes before this one's."""
    return _side("lt", registration, status)


def _behind(registration: Registration, status: str) -> Q:
    return _side("gt", registration, status)


def _side(way: str, registration: Registration, status: str) -> Q:
    by_turn = Q(**{f"submitted_at__{way}": registration.submitted_at}) | Q(
        submitted_at=registration.submitted_at, **{f"pk__{way}": registration.pk}
    )
    if status != Status.SUBMITTED:
        return by_turn
    answered = registration.answered_at
    if answered is None:
        others = Q(answered_at__isnull=False) if way == "lt" else Q(pk=None)
        return others | Q(answered_at=None) & by_turn
    others = Q(pk=None) if way == "lt" else Q(answered_at=None)
    return others | Q(**{f"answered_at__{way}": answered}) | Q(answered_at=answered) & by_turn


# ---- A fix: what is asked for, and the answer ----------------------------------------------------

# What can be ticked when a fix is asked for, in the order of the form.
FIXABLE = [
    (field.value, str(field.label))
    for field in (
        Correction.Field.NAME,
        Correction.Field.FRONT_TITLE,
        Correction.Field.BACK_TITLE,
        Correction.Field.POSITION,
        Correction.Field.GENDER,
        Correction.Field.PHONE,
        Correction.Field.EMAIL,
        Correction.Field.NICKNAME,
        Correction.Field.NIK,
    )
]


def fixable(angkatan: Angkatan) -> list[tuple[str, str]]:
    """Those that people of this batch were asked at all."""
    asked = still_asked(angkatan, dict(FIXABLE))
    return [each for each in FIXABLE if each[0] in asked]


def fields_in(request: HttpRequest) -> list[str]:
    """The ticked ones, in that order."""
    ticked = set(request.POST.getlist("fields"))
    return [field for field, _label in FIXABLE if field in ticked]


def mended(registration: Registration, reader: User | AnonymousUser) -> list[history.Change]:
    """What was mended in answer to the fix that was asked for, while the answer waits to be read."""
    if registration.status != Status.SUBMITTED or registration.answered_at is None:
        return []
    asked = registration.history.filter(action=Action.ASK_FIX).last()
    return history.corrected(registration, reader, since=asked.at) if asked else []


# ---- Somebody else was quicker -------------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """What stands there since, and what this clerk wanted: nothing of theirs was saved."""

    change: StatusChange
    action: Action
    seen: str  # the status that the clerk's page showed
    at: datetime

    @property
    def is_today(self) -> bool:
        return localdate(self.change.at) == localdate(self.at)

    @property
    def wanted(self) -> Status:
        return TRANSITIONS[self.action].target

    @property
    def who(self) -> str:
        actor = self.change.actor
        return (actor.get_full_name() or actor.get_username()) if actor else str(self.change.get_role_display())

    @property
    def first_name(self) -> str:
        return self.who.split()[0]

    @property
    def by_staff(self) -> bool:
        return self.change.actor_id is not None

    @property
    def waits_until(self) -> datetime | None:
        """Until when the message of the other decision waits, while it does."""
        decision = self.change.decision
        return decision.undo_until if decision and decision.can_be_undone(self.at) else None


def clash(registration: Registration, action: Action, seen: str, at: datetime) -> Clash:
    last = registration.history.select_related("actor", "decision").latest("at", "pk")
    return Clash(last, action, seen, at)


# ---- What the person read last -------------------------------------------------------------------


def last_told(registration: Registration) -> Message | None:
    """The last message that went to the person; one query."""
    sent = registration.messages.filter(state=Message.State.SENT)
    return sent.order_by("-ended_at", "-pk").first()


# ---- The last ones -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Last:
    """One of those whom this clerk decided last in the batch."""

    registration: Registration
    decision: Decision
    status: str
    can_undo: bool

    @property
    def word(self) -> str:
        return str(Status(self.status).label)


def last_decided(angkatan: Angkatan, clerk: int | None, at: datetime) -> list[Last]:
    """The clerk's own last decisions in this batch that stand, the newest last. Two queries."""
    changes = list(
        StatusChange.objects.filter(
            decision__actor=clerk, decision__undone_at=None, decision__at__gt=at - SHOWN_FOR,
            role=Role.STAFF, registration__angkatan=angkatan,
        )
        .select_related("registration__ormas", "registration__delegate", "decision")
        .order_by("-decision__at", "-pk")[:MOST_LAST]
    )  # fmt: skip
    alone = Q(changes__role=Role.STAFF)
    sizes = dict(
        Decision.objects.filter(pk__in={change.decision_id for change in changes})
        .values_list("pk")
        .annotate(size=Count("changes", filter=alone))
    )
    return [
        Last(
            change.registration,
            change.decision,
            change.to_status,
            can_undo=change.decision.can_be_undone(at) and sizes[change.decision.pk] == 1,
        )
        for change in reversed(changes)
        if change.decision
    ]
