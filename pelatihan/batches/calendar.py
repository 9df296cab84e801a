"""The rundown as a calendar file, for delegates' phones."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from pelatihan.models import Angkatan, Session

PRODUCT = "-//Pelatihan Ormas//Jadwal//ID"


def as_calendar(angkatan: Angkatan, sessions: Iterable[Session], *, at: datetime) -> bytes:
    """RFC 5545, times in UTC. Identities are stable: importing the file again updates the entries."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Pelatihan Ormas {angkatan.name}")
    events = [_session_event(angkatan, session) for session in sessions] or [_whole_event(angkatan)]
    for event in events:
        event.add("dtstamp", at)
        event.add("status", "CANCELLED" if angkatan.cancelled_at else "CONFIRMED")
        calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def _session_event(angkatan: Angkatan, session: Session) -> Event:
    event = Event()
    event.add("uid", f"{angkatan.slug}-sesi-{session.pk}@pelatihan-ormas")
    event.add("summary", session.title)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("location", ", ".join(filter(None, [session.room, angkatan.venue])))
    event.add("description", "\n".join(filter(None, [session.speaker, angkatan.name, angkatan.theme])))
    return event


def _whole_event(angkatan: Angkatan) -> Event:
    """The days of a batch whose rundown is not known yet."""
    event = Event()
    event.add("uid", f"{angkatan.slug}@pelatihan-ormas")
    event.add("summary", f"Pelatihan Ormas {angkatan.name}")
    event.add("dtstart", angkatan.starts_on)
    event.add("dtend", angkatan.ends_on + timedelta(days=1))
    event.add("location", angkatan.venue)
    event.add("description", angkatan.theme)
    return event
