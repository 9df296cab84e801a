"""What the verification page shows beside the person: seats, queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from pelatihan.lifecycle import Role, Status
from pelatihan.models import Angkatan, Decision, Registration, StatusChange
from pelatihan.registration.seats import seats_of

QUEUES = (Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)
SHOWN_IN_QUEUE, SHOWN_BEFORE = 7, 2
MOST_LAST, SHOWN_FOR = 2, timedelta(hours=1)
MOST_TWINS = 10
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
    rows = registration.attendances.inside().select_related("session").order_by("session__starts_at")
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


def queue(registration: Registration, most: int = SHOWN_IN_QUEUE) -> Queue:
    """The queue that the registration stands in; those who wait for a decision when it stands in none."""
    status = Status(registration.status) if registration.status in QUEUES else Status.SUBMITTED
    everyone = _waiting(registration.angkatan, status)
    figures = registration.angkatan.registrations.figures()
    is_mine = registration.status == status
    place = everyone.filter(_came("lt", registration)).count() + 1 if is_mine else 0
    first = max(place - SHOWN_BEFORE, 1)
    shown = list(everyone.select_related("ormas")[first - 1 : first - 1 + most])
    at = place - first  # of the present one among those shown; -1 when it stands elsewhere
    after, earlier = (shown[at + 1 :], shown[:at]) if is_mine else (shown, [])
    return Queue(
        status=status,
        counts=[(each, figures[each]) for each in QUEUES],
        place=place,
        total=figures[status],
        first=first,
        shown=shown,
        previous=earlier[-1] if earlier else None,
        following=after[0] if after else everyone.exclude(pk=registration.pk).first(),
    )


def following(registration: Registration, status: str) -> Registration | None:
    """The next of that queue after this one, wherever it stands by now; after the last one the first."""
    others = _waiting(registration.angkatan, status).exclude(pk=registration.pk)
    return others.filter(_came("gt", registration)).first() or others.first()


def _waiting(angkatan: Angkatan, status: str) -> QuerySet[Registration]:
    return angkatan.registrations.filter(status=status).order_by("submitted_at", "pk")


def _came(way: str, registration: Registration) -> Q:
    """Earlier ("lt") or later ("gt") than this one."""
    return Q(**{f"submitted_at__{way}": registration.submitted_at}) | Q(
        submitted_at=registration.submitted_at, **{f"pk__{way}": registration.pk}
    )


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
