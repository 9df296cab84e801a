"""What waits for the office: the unfinished batches with their figures, for the page that the admin opens on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from pelatihan.accounts.access import Person
from pelatihan.admin import code_requests, late_changes
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, ChangeRequest, ListingRequest, Registration
from pelatihan.phases import Phase

MOST = 12


@dataclass(frozen=True)
class Waiting:
    """One batch and what waits in it."""

    angkatan: Angkatan
    phase: Phase
    held: int
    late: int  # changes since the freeze
    waiting: int
    to_fix: int
    queue: int
    asked: int  # changes that wait to be decided
    asking: int  # organisations that are not on the list and want to be


def waiting_work(at: datetime, reader: Person) -> list[Waiting]:
    """The batches that are not over, soonest first; four queries whatever their number, and two when any is frozen."""
    batches = list(Angkatan.objects.not_over(at).with_seats_held().order_by("starts_on", "number")[:MOST])
    counted = {row["pk"]: row for row in _counts(batches)}
    asked = _asked(batches)
    late = late_changes.counted(batches, reader)
    return [
        Waiting(
            batch,
            batch.phase(at),
            batch.held,
            waiting=counted[batch.pk][Status.SUBMITTED],
            to_fix=counted[batch.pk][Status.NEEDS_FIX],
            queue=counted[batch.pk][Status.WAITLISTED],
            asked=asked.get(batch.pk, 0),
            late=late[batch.pk],
            asking=counted[batch.pk]["asking"],
        )
        for batch in batches
    ]


def lost_codes(user: Person, at: datetime) -> int:
    """How many people wait for their code from staff, for those who may send it; one query."""
    return code_requests.count(at) if code_requests.may_answer(user) else 0


def _counts(batches: list[Angkatan]) -> list[dict[str, Any]]:
    """Two queries: who waits by batch and status, which an index answers alone, and who asks to be listed."""
    wanted = (Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)
    counted: dict[int, dict[str, Any]] = {
        batch.pk: {"pk": batch.pk, "asking": 0} | dict.fromkeys(wanted, 0) for batch in batches
    }
    waiting = Registration.objects.filter(angkatan__in=batches, status__in=wanted).order_by()
    for pk, status, number in waiting.values_list("angkatan", "status").annotate(number=Count("pk")):
        counted[pk][status] = number
    asking = ListingRequest.objects.waiting().filter(angkatan__in=batches).order_by()
    for pk, number in asking.values_list("angkatan").annotate(number=Count("pk")):
        counted[pk]["asking"] = number
    return [*counted.values()]


def _asked(batches: list[Angkatan]) -> dict[int, int]:
    waiting = ChangeRequest.objects.filter(registration__angkatan__in=batches, state=ChangeRequest.State.WAITING)
    return dict(waiting.order_by().values_list("registration__angkatan").annotate(number=Count("pk")))
