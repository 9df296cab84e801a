"""Who came to the sessions of a reference batch, told through the attendance writer as a desk and sheets tell it."""

import random
import uuid
from datetime import datetime, timedelta
from itertools import groupby

from pelatihan import codes
from pelatihan.accounts.actor import staff
from pelatihan.attendance import sessions, writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import room_switch
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, ChangeRequest, Registration, Session
from pelatihan.trial.reference.office import Desk

DEVICE = "Ponsel meja 1 (contoh)"
SENDS = timedelta(minutes=15)  # how often the phone at the desk reaches the server in these mountains
WAYS = ("on_time", "late", AttendanceState.EXCUSED, AttendanceState.SICK, AttendanceState.ABSENT, "unknown")
ODDS = (84, 7, 3, 2, 2, 2)  # "unknown": neither scanned nor marked on the sheet, so absent once the session is closed
STILL_COMING = (55, 7, 0, 0, 0, 38)
REASONS = {
    AttendanceState.EXCUSED: "Izin tertulis dari ketua ormas.",
    AttendanceState.SICK: "Beristirahat di kamar, dilaporkan kepada panitia.",
    AttendanceState.ABSENT: "",
}


class Turnout:
    """Plays the sessions of one batch up to a moment; those of earlier days end with the sheet, and closed."""

    def __init__(self, angkatan: Angkatan, desk: Desk, until: datetime) -> None:
        self.angkatan, self.desk, self.until = angkatan, desk, until
        self.dice = random.Random(f"turnout {angkatan.number} {angkatan.theme}")
        stays_away = ChangeRequest.objects.filter(kind=ChangeRequest.Kind.REPLACE, state=ChangeRequest.State.WAITING)
        people = angkatan.registrations.accepted().exclude(requests__in=stays_away)
        self.people = list(people.sorted_by_name())
        self.refused = angkatan.registrations.filter(status="needs_fix").first()

    def play(self) -> None:
        begun = self.angkatan.sessions.taking_attendance().filter(starts_at__lte=self.until)
        for session in begun.select_related("angkatan").in_time_order():
            self._play(session)

    def _play(self, session: Session) -> None:
        odds = STILL_COMING if session.is_running(self.until) else ODDS
        ways = {person: self.dice.choices(WAYS, odds)[0] for person in self.people}
        scans = [self._arrival(session, person, way) for person, way in ways.items() if way in {"on_time", "late"}]
        scans += self._mishaps(session)
        self._send(session, [scan for scan in scans if scan.at <= self.until])
        if session.is_running(self.until):
            room_switch.switch(session, on=True, at=self.until)
        if session.ends_at + timedelta(hours=2) < self.until:
            self._read_sheet(session, ways)
            self._leave_early(session, [person for person, way in ways.items() if way == "on_time"])
            sessions.close(session, at=session.ends_at + timedelta(hours=1), actor=staff(self.desk.committee))

    def _arrival(self, session: Session, person: Registration, way: str) -> Scan:
        """Most come shortly before the start, a few after the grace; one in ten has no code at hand."""
        minutes = self.dice.uniform(15.5, 35) if way == "late" else self.dice.triangular(-40, 14, -6)
        at = session.starts_at + timedelta(seconds=int(minutes * 60))
        if self.dice.random() < 0.1:
            return Scan(self._id(), at, ref=person.ref)
        return Scan(self._id(), at, code=person.code)

    def _mishaps(self, session: Session) -> list[Scan]:
        """What happens at every desk: a wrong person, an unknown code, the same person twice, a mistake undone."""
        at, wrong = session.starts_at, self._id()
        last, first = self.people[-1], self.people[0]
        scans = [
            Scan(self._id(), at - timedelta(minutes=3), code=codes.new_code(self.dice.choice)),
            Scan(self._id(), at + timedelta(minutes=15), code=first.code),
            Scan(wrong, at - timedelta(minutes=45), ref=last.ref),
            Scan(self._id(), at - timedelta(minutes=44), undoes=wrong),
        ]
        if self.refused:
            scans.append(Scan(self._id(), at - timedelta(minutes=9), code=self.refused.code))
        return scans

    def _send(self, session: Session, scans: list[Scan]) -> None:
        """In order of time, a few minutes at once."""
        start = session.starts_at - timedelta(hours=2)
        for turn, batch in groupby(sorted(scans, key=lambda scan: scan.at), lambda scan: (scan.at - start) // SENDS):
            at = min(start + (turn + 1) * SENDS, self.until)
            writer.record(session, list(batch), actor=staff(self.desk.officer, DEVICE), at=at)

    def _read_sheet(self, session: Session, ways: dict[Registration, str]) -> None:
        at = session.ends_at + timedelta(minutes=30)
        for person, way in ways.items():
            if way in REASONS:
                writer.mark(
                    session,
                    person,
                    AttendanceState(way),
                    event_id=self._id(),
                    actor=staff(self.desk.committee),
                    at=at,
                    means=AttendanceEvent.Means.PAPER,
                    reason=REASONS[AttendanceState(way)],
                )

    def _leave_early(self, session: Session, came: list[Registration]) -> None:
        """In every third session somebody is fetched home before its end."""
        number = session.starts_at.hour + session.starts_at.day
        if number % 3:
            return
        person, left = came[number % len(came)], session.ends_at - timedelta(minutes=30)
        writer.mark(
            session,
            person,
            AttendanceState.LEFT,
            event_id=uuid.uuid5(person.ref, f"left {session.starts_at}"),
            actor=staff(self.desk.committee),
            at=session.ends_at + timedelta(minutes=35),
            reason="Dijemput keluarga, dilaporkan kepada panitia.",
            left_at=left,
        )

    def _id(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)
