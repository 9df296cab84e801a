"""The rundown as a calendar file, for delegates' phones."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from pelatihan.models import Angkatan, Session

PRODUCT = "-//Pelatihan Ormas//Jadwal//ID"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def as_calendar(angkatan: Angkatan, sessions: Iterable[Session], *, at: datetime, address: str) -> bytes:
    """RFC 5545, times in UTC. Identities are stable: importing the file again updates the entries, and tells of
    other days or a cancelled batch.

    :param address: of the batch's page
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Pelatihan Ormas {angkatan.name}")
    rows = list(sessions)
    first_of_days = {row.day: row for row in reversed(rows)}.values()
    events = [_session_event(angkatan, row, address, is_first=row in first_of_days) for row in rows]
    for event in events or [_whole_event(angkatan, address)]:
        event.add("dtstamp", at)
        event.add("url", address)
        event.add("status", "CANCELLED" if angkatan.cancelled_at else "CONFIRMED")
        event.add("sequence", _sequence(angkatan))
        calendar.add_component(event)
    if rows and not angkatan.cancelled_at:
        _remind(events[0], DAY)
    file: bytes = calendar.to_ical()
    return file


def _sequence(angkatan: Angkatan) -> int:
    """How often the plan has changed: an entry with a higher number replaces the one that a phone has. Of equal ones
    the later dtstamp wins (RFC 5546).
    """
    if angkatan.plan_change:
        return angkatan.plan_change.number
    return 1 if angkatan.cancelled_at else 0  # called off before changes were kept


def _session_event(angkatan: Angkatan, session: Session, address: str, *, is_first: bool) -> Event:
    """One row of the rundown, with a reminder when it is the first of its day."""
    event = Event()
    event.add("uid", f"{angkatan.slug}-sesi-{session.pk}@pelatihan-ormas")
    event.add("summary", f"{_title(angkatan)}: {session.title}")
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("location", ", ".join(filter(None, [session.room, angkatan.venue])))
    event.add("description", "\n".join(filter(None, [session.speaker, angkatan.theme, address])))
    if is_first and not angkatan.cancelled_at:
        _remind(event, HOUR)
    return event


def _whole_event(angkatan: Angkatan, address: str) -> Event:
    """The days of a batch whose rundown is not known yet."""
    event = Event()
    event.add("uid", f"{angkatan.slug}@pelatihan-ormas")
    event.add("summary", _title(angkatan))
    event.add("dtstart", angkatan.starts_on)
    event.add("dtend", angkatan.ends_on + DAY)
    event.add("location", angkatan.venue)
    event.add("description", f"{angkatan.theme}\n{address}")
    if not angkatan.cancelled_at:
        _remind(event, DAY)
    return event


def _title(angkatan: Angkatan) -> str:
    """What every entry begins with: among other entries a bare "Pembukaan" tells nothing."""
    title = f"Pelatihan Ormas {angkatan.name}"
    return f"DIBATALKAN: {title}" if angkatan.cancelled_at else title


def _remind(event: Event, before: timedelta) -> None:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(event["summary"]))
    alarm.add("trigger", -before)
    event.add_component(alarm)
