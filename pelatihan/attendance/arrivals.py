"""What arrived late, as lists: what waits for a decision, what counted by itself, what was decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, Max, Min, OuterRef, Q, Value
from django.db.models.expressions import Window
from django.db.models.functions import RowNumber

from pelatihan.models import Angkatan, AttendanceEvent, Outcome
from pelatihan.models.attendance import AttendanceEventQuerySet

Kind = AttendanceEvent.Kind
type Events = AttendanceEventQuerySet

A_SECOND = Value(timedelta(seconds=1))
TRUE_TIME = F("happened_at") - ExpressionWrapper(F("clock_error") * A_SECOND, output_field=DurationField())


@dataclass(frozen=True)
class OfDevice:
    """How much of something one device sent: between which times, when it came, how its clock was off."""

    device: str
    amount: int
    first_at: datetime
    last_at: datetime
    first_shown: datetime
    last_shown: datetime
    first_arrived: datetime
    last_arrived: datetime
    least_error: int
    most_error: int
    until: int


def of(angkatan: Angkatan) -> Events:
    """All that happened in a batch."""
    return AttendanceEvent.objects.filter(session__angkatan=angkatan)


def waiting(angkatan: Angkatan) -> Events:
    """What an organiser has still to decide about."""
    return of(angkatan).waiting_for_decision()


def number_waiting(angkatan: Angkatan) -> int:
    """How much waits; read by the index of what waits alone."""
    return waiting(angkatan).count()


def doubted(angkatan: Angkatan) -> Events:
    """What waits because its device's clock was wrong: one decision for all of a device."""
    return waiting(angkatan).filter(outcome=Outcome.DOUBTED)


def counted(angkatan: Angkatan) -> Events:
    """What counted by itself, and about which nobody has decided."""
    return _undecided(angkatan).filter(kind=Kind.CHECK_IN)


def seen_twice(angkatan: Angkatan) -> Events:
    """Of the counted those whose person another device saw in the same session."""
    same = AttendanceEvent.objects.filter(
        registration=OuterRef("registration"), session=OuterRef("session"), kind=Kind.CHECK_IN
    )
    return counted(angkatan).filter(Exists(same.exclude(device=OuterRef("device"))))


def told_otherwise(angkatan: Angkatan) -> Events:
    """Of the counted those of which the device had told something else: its copy was older than the hours now."""
    told = Q(shown=Outcome.PRESENT, state=Outcome.LATE) | Q(shown=Outcome.LATE, state=Outcome.PRESENT)
    return counted(angkatan).filter(told)


def uncounted(angkatan: Angkatan) -> Events:
    """What neither counts nor waits: refused at the door, undone, or settled by what came after."""
    open_ones = AttendanceEvent.objects.waiting_for_decision().filter(pk=OuterRef("pk"))
    return _undecided(angkatan).filter(~Exists(open_ones), kind__in=[Kind.REFUSAL, Kind.UNDO])


def decided(angkatan: Angkatan) -> Events:
    """The last decision about each event, the newest first."""
    later = AttendanceEvent.objects.filter(about=OuterRef("about"), number__gt=OuterRef("number"))
    return of(angkatan).filter(~Exists(later), about__isnull=False).exclude(about__means="self").order_by("-number")


def _undecided(angkatan: Angkatan) -> Events:
    about = AttendanceEvent.objects.filter(about=OuterRef("pk"))
    return of(angkatan).filter(~Exists(about), came_late=True)


def by_device(events: Events) -> list[OfDevice]:
    """One for each device, in one query."""
    rows = (
        events.order_by()
        .values("device")
        .annotate(
            amount=Count("pk"),
            first_at=Min(TRUE_TIME),
            last_at=Max(TRUE_TIME),
            first_shown=Min("happened_at"),
            last_shown=Max("happened_at"),
            first_arrived=Min("arrived_at"),
            last_arrived=Max("arrived_at"),
            least_error=Min("clock_error"),
            most_error=Max("clock_error"),
            until=Max("number"),
        )
    )
    return [OfDevice(**row) for row in rows.order_by("device")]


def first_of_each_device(events: Events, number: int) -> Events:
    """The first few of every device, by their times; numbered before anything is joined to them."""
    place = Window(RowNumber(), partition_by=F("device"), order_by=[TRUE_TIME.asc(), F("number").asc()])
    first = events.order_by().annotate(place=place).filter(place__lte=number).values("pk")
    return AttendanceEvent.objects.filter(pk__in=first).order_by("device", TRUE_TIME.asc(), "number")


def by_true_time(events: Events) -> Events:
    """In the order in which people came."""
    return events.order_by("session__starts_at", "session", TRUE_TIME.asc(), "number")
