"""What the verification page shows beside the person: seats, queue."""

from dataclasses import dataclass

from django.db.models import Q

from pelatihan.lifecycle import Status
from pelatihan.models import Registration
from pelatihan.registration.seats import seats_of

QUEUES = (Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)
SHOWN_IN_QUEUE = 7
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
    """Those who stand at one status in this batch, from the present one on."""

    status: Status
    counts: list[tuple[Status, int]]
    place: int  # of the present registration; 0 when it stands elsewhere
    total: int
    shown: list[Registration]
    following: Registration | None

    @property
    def rest(self) -> int:
        return self.total - (max(self.place, 1) - 1) - len(self.shown)


def queue(registration: Registration) -> Queue:
    """The queue that the registration stands in; those who wait for a decision when it stands in none."""
    status = Status(registration.status) if registration.status in QUEUES else Status.SUBMITTED
    everyone = registration.angkatan.registrations.filter(status=status).order_by("submitted_at", "pk")
    figures = registration.angkatan.registrations.figures()
    is_mine = registration.status == status
    before = Q(submitted_at__lt=registration.submitted_at) | Q(
        submitted_at=registration.submitted_at, pk__lt=registration.pk
    )
    place = everyone.filter(before).count() + 1 if is_mine else 0
    start = max(place, 1) - 1
    shown = list(everyone.select_related("ormas")[start : start + SHOWN_IN_QUEUE])
    others = everyone.exclude(pk=registration.pk)
    following = next((entry for entry in shown if entry.pk != registration.pk), None) or others.first()
    return Queue(
        status=status,
        counts=[(each, figures[each]) for each in QUEUES],
        place=place,
        total=figures[status],
        shown=shown,
        following=following,
    )
