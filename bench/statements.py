"""What every check-in asks and writes: the same by Django's queries and by plain SQL, in this process's CPU."""

import time
import uuid
from collections.abc import Callable
from statistics import median

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bench.site import Site
from bench.tables import table
from pelatihan.accounts.access import OneQueryBackend
from pelatihan.attendance import statements
from pelatihan.models import Attendance, AttendanceEvent, Registration, Session

ROUNDS = 400

type Act = Callable[[], object]


def measure(_site: Site) -> str:
    """A table: one line for each statement. Nothing of it stays in the database."""
    with transaction.atomic():
        rows = [_row(what, orm, plain) for what, orm, plain in _acts()]
        transaction.set_rollback(True)
    head = ["statement", "by Django's queries", "plain SQL", "times"]
    return table(f"What a check-in asks and writes (CPU of the web process; median of {ROUNDS})", head, rows)


def _acts() -> list[tuple[str, Act, Act]]:
    person = Registration.objects.accepted().filter(angkatan__slug="2019-ii").select_related("angkatan")[0]
    session = person.angkatan.sessions.taking_attendance()[0]
    officer = User.objects.get(username="petugas")

    def event() -> AttendanceEvent:
        return AttendanceEvent(
            id=uuid.uuid4(), kind="check_in", registration=person, session=session, happened_at=timezone.now(),
            arrived_at=timezone.now(), author=officer, means="scan", outcome="present", state="present",
        )  # fmt: skip

    known = event()
    known.save()

    def total() -> Attendance:
        return Attendance(session=session, registration=person, state="late", first_at=known.arrived_at, event=known)

    return [
        ("account with its permissions", lambda: _account(officer.pk), lambda: OneQueryBackend().get_user(officer.pk)),
        ("session with its batch", lambda: _session(session), lambda: statements.session_at("2019-ii", session.pk)),
        ("lock the person", lambda: _lock(person.code), lambda: statements.lock_people([person.code], [], [])),
        (
            "events so far",
            lambda: _events(session, person, known.pk),
            lambda: statements.events_of(session, [person], [known.pk]),
        ),
        (
            "append an event",
            lambda: AttendanceEvent.objects.bulk_create([event()], ignore_conflicts=True),
            lambda: statements.append([event()]),
        ),
        ("store the sum", lambda: _store(total()), lambda: statements.store([total()])),
    ]


def _account(pk: int) -> set[str]:
    return ModelBackend().get_all_permissions(User.objects.get(pk=pk))


def _session(session: Session) -> Session:
    return Session.objects.select_related("angkatan").get(pk=session.pk, angkatan__slug="2019-ii")


def _lock(code: str) -> list[Registration]:
    people = Registration.objects.filter(code__in=[code]).select_related("ormas").order_by("pk")
    return list(people.select_for_update(no_key=True, of=("self",)))


def _events(session: Session, person: Registration, known: uuid.UUID) -> list[AttendanceEvent]:
    concerned = Q(pk__in=[known]) | Q(session=session, registration__in=[person])
    return list(AttendanceEvent.objects.filter(concerned).order_by())


def _store(total: Attendance) -> list[Attendance]:
    return Attendance.objects.bulk_create(
        [total],
        update_conflicts=True,
        unique_fields=["session", "registration"],
        update_fields=["state", "first_at", "event"],
    )


def _row(what: str, orm: Act, plain: Act) -> list[str]:
    theirs, ours = _each(orm), _each(plain)
    return [what, f"{theirs * 1000:.2f} ms", f"{ours * 1000:.2f} ms", f"{theirs / ours:.1f}"]


def _each(act: Act) -> float:
    """Seconds of CPU of one call. Each is undone, so that the last finds what the first did."""
    spent = []
    for _ in range(ROUNDS):
        mark = transaction.savepoint()
        before = time.process_time()
        act()
        spent.append(time.process_time() - before)
        transaction.savepoint_rollback(mark)
    return median(spent[ROUNDS // 10 :])
