"""Trainings that somebody was registered for before: shown to whoever decides, never acted upon automatically."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from ormas.models import Delegate
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, AttendanceState, Registration

MOST_EARLIER = 4
OUT = (Status.REJECTED, Status.CANCELLED, Status.REPLACED)


@dataclass(frozen=True)
class Earlier:
    """One training of before, and how often the person was there."""

    angkatan: Angkatan
    status: Status
    present: int
    of: int  # sessions that take attendance

    @property
    def note(self) -> str:
        if self.present:
            return f"hadir {self.present} dari {self.of} sesi"
        return "tidak hadir" if self.status == Status.ACCEPTED else str(self.status.label).lower()


@dataclass(frozen=True)
class Before:
    """What is known of the person, and how many trainings their organisation has sent people to."""

    own: list[Earlier]
    of_ormas: int

    @property
    def this_year(self) -> int:
        return sum(bool(one.present) for one in self.own)


def earlier(registration: Registration) -> Before:
    """Of the same delegate, of who was merged into them, and of whom name and phone both say so; newest first. Three
    queries whatever there is.
    """
    others = Registration.objects.exclude(pk=registration.pk).filter(
        _same(registration), angkatan__starts_on__lt=registration.angkatan.starts_on
    )
    came = [AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT]
    inside = Q(attendances__state__in=came)
    found = list(
        others.exclude(status__in=OUT)
        .select_related("angkatan")
        .annotate(present=Count("attendances", filter=inside))
        .order_by(F("angkatan__starts_on").desc(), "-pk")[:MOST_EARLIER]
    )
    sessions = dict(
        Angkatan.objects.filter(pk__in={one.angkatan_id for one in found})
        .order_by()
        .values_list("pk")
        .annotate(number=Count("sessions", filter=Q(sessions__takes_attendance=True)))
    )
    own = [
        Earlier(one.angkatan, Status(one.status), getattr(one, "present", 0), sessions[one.angkatan_id])
        for one in found
    ]
    return Before(own, _of_ormas(registration))


def _same(registration: Registration) -> Q:
    person = registration.delegate
    same = Q(delegate=person) | Q(delegate__merged_into=person)
    if person.merged_into_id:
        same |= Q(delegate=person.merged_into_id)
    if person.phone:
        named = Delegate.objects.filter(phone=person.phone).order_by().values("pk")
        same |= Q(delegate__in=named, name__iexact=registration.name)
    return same


def _of_ormas(registration: Registration) -> int:
    """Trainings before this one to which the organisation has sent somebody who was accepted."""
    if registration.ormas_id is None:
        return 0
    before = Registration.objects.filter(ormas=registration.ormas_id, status=Status.ACCEPTED)
    batches = before.filter(angkatan__starts_on__lt=registration.angkatan.starts_on).order_by()
    return batches.values("angkatan").distinct().count()
