"""What waits for the office: the unfinished batches with their figures, for the page that the admin opens on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from pelatihan.accounts import access
from pelatihan.admin import code_requests
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan
from pelatihan.phases import Phase

MOST = 12


@dataclass(frozen=True)
class Waiting:
    """One batch and what waits in it."""

    angkatan: Angkatan
    phase: Phase
    held: int
    waiting: int
    to_fix: int
    queue: int


def waiting_work(at: datetime) -> list[Waiting]:
    """The batches that are not over, soonest first; two queries whatever their number."""
    batches = list(Angkatan.objects.not_over(at).with_seats_held().order_by("starts_on", "number")[:MOST])
    counted = {row["pk"]: row for row in _counts(batches)}
    return [
        Waiting(
            batch,
            batch.phase(at),
            batch.held,
            *(counted[batch.pk][status] for status in (Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)),
        )
        for batch in batches
    ]


def lost_codes(user: access.Person, at: datetime) -> int:
    """How many people wait for their code from staff, for those who may send it; one query."""
    return code_requests.count(at) if code_requests.may_answer(user) else 0


def _counts(batches: list[Angkatan]) -> list[dict[str, Any]]:
    wanted = (Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)
    sums = {status.value: Count("registrations", filter=Q(registrations__status=status)) for status in wanted}
    shown = Angkatan.objects.filter(pk__in=[batch.pk for batch in batches])
    return [dict(row) for row in shown.values("pk").annotate(**sums).order_by()]
