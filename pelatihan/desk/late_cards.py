"""The cards of what waits: who, what stands against it, and what each decision would come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from pelatihan import dates
from pelatihan.attendance import arrivals, deciding, rules
from pelatihan.attendance.arrivals import Events, OfDevice
from pelatihan.attendance.rules import Kind, Sum
from pelatihan.desk import late_words
from pelatihan.desk.late_words import Conflict
from pelatihan.models import Angkatan, AttendanceEvent, Registration, Session, StatusChange

NAMES = 30  # of a device, before the page leads to all of them
NOT_COUNTED = "tidak dihitung"


@dataclass(frozen=True)
class Card:
    """One event to decide about."""

    event: AttendanceEvent
    conflict: Conflict | None
    keep_refusal: str
    kept: str
    struck: str
    seen: str
    decided: str
    sent: "Sent"

    @property
    def key(self) -> str:
        return str(self.event.pk)

    @property
    def name(self) -> str:
        return late_words.name_of(self.event)

    @property
    def ormas(self) -> str:
        return self.event.registration.ormas_name if self.event.registration else ""

    @property
    def times(self) -> str:
        return late_words.times(self.event)

    @property
    def facts(self) -> list[str]:
        return late_words.facts(self.event)


@dataclass(frozen=True)
class Sent:
    """What was chosen and typed about a card, and what is wrong with that."""

    choice: str = ""
    reason: str = ""
    error: str = ""


@dataclass(frozen=True)
class Group:
    """All that waits of one device because its clock was wrong."""

    place: int
    device: str
    number: int
    until: int
    shown: str
    arrived: str
    sentence: str
    kept: str
    names: list[str]
    sent: Sent

    @property
    def key(self) -> str:
        return f"jam{self.place}"

    @property
    def more(self) -> int:
        return self.number - len(self.names)


def cards(angkatan: Angkatan, events: Sequence[AttendanceEvent], sent: Mapping[str, Sent]) -> list[Card]:
    """Each event with what is known about it; three queries."""
    sessions = list(angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    histories = _histories(events)
    past = _past(events)
    return [_card(event, histories, past, sessions, sent.get(str(event.pk), Sent())) for event in events]


def with_people(events: Events) -> Events:
    """The events with all that a card shows."""
    return events.select_related("session__angkatan", "registration__ormas", "registration__angkatan")


def _card(
    event: AttendanceEvent,
    histories: Mapping[int, list[StatusChange]],
    past: Mapping[object, list[AttendanceEvent]],
    sessions: Sequence[Session],
    sent: Sent,
) -> Card:
    person = event.registration
    theirs = past.get((_stands_for(person), event.session_id) if person else event.pk, [])
    would = [deciding.would_be(event.session, event, theirs, kind) for kind in (Kind.KEEP, Kind.STRIKE)]
    kept, struck = (_word(total, event.session) for total in would)
    last = rules.decision_on(event, theirs)
    waits = event.needs_review or event.kind == Kind.REFUSAL
    return Card(
        event,
        late_words.conflict(event, histories.get(person.pk if person else 0, []), sessions) if waits else None,
        rules.keep_sentence(event.session, person),
        kept,
        struck if struck == NOT_COUNTED else f"tetap {struck}",
        deciding.seen_of(event, theirs),
        _decided(last) if last else "",
        sent,
    )


def _word(total: Sum | None, session: Session) -> str:
    """``hadir 09.31``."""
    if total is None:
        return NOT_COUNTED
    since = total.first_at if total.is_inside else total.left_at
    return f"{total.word.lower()} {_clock(since, session)}" if since else total.word.lower()


def _clock(moment: datetime, session: Session) -> str:
    same_day = dates.local_date(moment) == session.day
    return dates.clock(moment) if same_day else f"{dates.short_date(moment)} {dates.clock(moment)}"


def _decided(last: AttendanceEvent) -> str:
    done = "Dipertahankan" if last.kind == Kind.KEEP else "Dicoret"
    author = last.author
    who = f" oleh {author.get_full_name() or author.get_username()}" if author else ""
    return f"{done}{who}, {dates.long_moment(last.arrived_at)}" + (f": “{last.reason}”" if last.reason else "")


def _stands_for(person: Registration) -> int:
    return person.counts_for_id or person.pk


def _histories(events: Sequence[AttendanceEvent]) -> dict[int, list[StatusChange]]:
    people = {event.registration_id for event in events}
    found: dict[int, list[StatusChange]] = {}
    for change in StatusChange.objects.filter(registration__in=people).select_related("actor").order_by("pk"):
        found.setdefault(change.registration_id, []).append(change)
    return found


def _past(events: Sequence[AttendanceEvent]) -> dict[object, list[AttendanceEvent]]:
    """What happened to these people in these sessions, whoever counts for whom; where there is nobody, by event."""
    people = {_stands_for(event.registration) for event in events if event.registration}
    theirs = Q(registration__in=people) | Q(registration__counts_for__in=people)
    nobodys = Q(about__in=[event.pk for event in events if event.registration is None])
    known = AttendanceEvent.objects.filter(theirs | nobodys, session__in={event.session_id for event in events})
    found: dict[object, list[AttendanceEvent]] = {}
    for event in known.select_related("author").annotate(stands_for=F("registration__counts_for")):
        person = vars(event)["stands_for"] or event.registration_id
        found.setdefault((person, event.session_id) if person else event.about_id, []).append(event)
    return found


# ---- One decision for a device -------------------------------------------------------------------


def groups(angkatan: Angkatan, sent: Mapping[str, Sent]) -> list[Group]:
    """What waits for its clock, a device each; two queries."""
    waiting = arrivals.doubted(angkatan)
    devices = arrivals.by_device(waiting)
    events: dict[str, list[AttendanceEvent]] = {}
    for event in with_people(arrivals.first_of_each_device(waiting, NAMES)) if devices else []:
        events.setdefault(event.device, []).append(event)
    return [
        _group(place, one, events[one.device], sent.get(clock_key(one.device), Sent()))
        for place, one in enumerate(devices)
    ]


def _group(place: int, one: OfDevice, events: list[AttendanceEvent], sent: Sent) -> Group:
    sentence = late_words.clock_sentence(events[0]) + (" Satu putusan untuk semuanya." if one.amount > 1 else "")
    shown = late_words.span(one.first_shown, one.last_shown)
    arrived = late_words.span(one.first_arrived, one.last_arrived)
    kept = late_words.kept_by(events[0])
    names = [late_words.name_of(event) for event in events]
    return Group(place, one.device, one.amount, one.until, shown, arrived, sentence, kept, names, sent)


def clock_key(device: str) -> str:
    """Names the one decision about all of a device."""
    return f"jam-{device}"
