"""One number says whether anything that boards show has changed: every write steps it, and no commit is missed."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from ormas.models import Delegate, Ormas
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import shown, writer
from pelatihan.attendance.locked import Scan
from pelatihan.models import Angkatan, Attendance, Registration, Session, raw
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.door import at

LATER = at("09.30")


# ---- Every write -----------------------------------------------------------------------------------

WRITES: dict[str, Callable[[Registration], object]] = {
    "check-in": lambda person: scan(person),
    "sum": lambda person: Attendance.objects.filter(registration=person).update(state="late"),
    "registration": lambda person: Registration.objects.filter(pk=person.pk).update(name="Budi"),
    "session": lambda person: Session.objects.filter(angkatan=person.angkatan).update(closed_at=LATER),
    "batch": lambda person: Angkatan.objects.filter(pk=person.angkatan_id).update(venue="Gedung Lain"),
    "organisation": lambda person: Ormas.objects.filter(registrations=person).update(name="Perkumpulan Lain"),
    "phone": lambda person: Delegate.objects.filter(registrations=person).update(phone="+6281298765432"),
    "new organisation": lambda _person: Ormas.objects.create(name="Perkumpulan Baru"),
    "deleted session": lambda person: SessionFactory(angkatan=person.angkatan, hour=10).delete(),
}


def scan(person: Registration) -> None:
    session = Session.objects.select_related("angkatan").get(angkatan=person.angkatan)
    writer.record(session, [Scan(uuid.uuid4(), at("08.00"), code=person.code)], actor=SYSTEM, at=at("08.00"))


@pytest.mark.parametrize("what", WRITES)
def test_every_write_gives_what_is_shown_another_name(person, what):
    before = number()
    WRITES[what](person)
    assert number() > before


def number() -> int:
    return int(shown.now().split(".")[1])


def test_what_nobody_changed_keeps_its_name(person):
    before = number()
    list(Registration.objects.select_for_update(no_key=True))
    assert number() == before


# ---- No commit is missed ---------------------------------------------------------------------------


class Writer:
    """Somebody who has checked a person in and not yet ended the transaction."""

    def __init__(self, person: Registration) -> None:
        self.person, self.is_written, self.may_end = person, Event(), Event()
        self.threads = ThreadPoolExecutor(1)
        self.work = self.threads.submit(self.act)
        assert self.is_written.wait(10)

    def act(self) -> None:
        try:
            with transaction.atomic():
                scan(self.person)
                self.is_written.set()
                assert self.may_end.wait(10)
        finally:
            self.is_written.set()
            connection.close()

    def end(self) -> None:
        self.may_end.set()
        self.work.result(10)
        self.threads.shutdown()


@pytest.fixture
def writing(transactional_db):
    session = SessionFactory()
    writer = Writer(a_registration(session.angkatan))
    yield writer
    writer.end()


def test_board_never_keeps_what_it_read_while_somebody_wrote(writing):
    """The number is out before the transaction ends: by the number alone the board would stay empty for ever."""
    name = shown.now()
    assert not Attendance.objects.exists()
    writing.end()
    assert Attendance.objects.exists()
    assert shown.now() != name


def test_number_alone_would_miss_it(writing):
    before = number()
    writing.end()
    assert number() == before


def test_names_are_short_again_when_nobody_writes(writing):
    assert not shown.now().endswith(".")
    writing.end()
    assert shown.now().endswith(".")


def test_write_that_ends_between_both_questions_is_seen(writing, monkeypatch):
    def ask(text, values):
        if text == shown.WRITING:
            writing.end()
        return raw.rows(text, values)

    monkeypatch.setattr(shown, "rows", ask)
    name = shown.now()
    assert Attendance.objects.exists()  # so what is read under this name holds it
    assert shown.now() == name


def test_write_that_begins_between_both_questions_is_told_next_time(transactional_db, monkeypatch):
    person = a_registration(SessionFactory().angkatan)
    begun: list[Writer] = []

    def ask(text, values):
        if text == shown.WRITING and not begun:
            begun.append(Writer(person))
        return raw.rows(text, values)

    monkeypatch.setattr(shown, "rows", ask)
    name = shown.now()
    begun[0].end()
    assert shown.now() != name


def test_readers_leave_no_lock(db):
    shown.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)


def test_each_schema_has_a_number_of_its_own(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA lain; CREATE SEQUENCE lain.pelatihan_shown; CREATE TABLE lain.isi (i int)")
        cursor.execute(
            "CREATE TRIGGER shown AFTER INSERT ON lain.isi FOR EACH STATEMENT EXECUTE FUNCTION pelatihan_number_shown()"
        )
        cursor.execute("SELECT nextval('lain.pelatihan_shown')")
        before = shown.now()
        cursor.execute("INSERT INTO lain.isi VALUES (1)")
        assert shown.now() == before
        cursor.execute("SELECT last_value FROM lain.pelatihan_shown")
        assert cursor.fetchone() == (2,)


# ---- Its mark ---------------------------------------------------------------------------------------


def test_mark_holds_for_what_it_was_made_of():
    mark = shown.tag("1.7.", "papan", "", until=LATER)
    assert shown.holds(mark, "1.7.", "papan", "", at=LATER - timedelta(seconds=1))


@pytest.mark.parametrize("asked", [("1.8.", "papan", ""), ("1.7.", "papan", "2019-03-12"), ("1.7.", "papan")])
def test_mark_of_something_else_does_not_hold(asked):
    mark = shown.tag("1.7.", "papan", "", until=LATER)
    assert not shown.holds(mark, *asked, at=at("08.00"))


@pytest.mark.parametrize(("clock", "holds"), [("09.29", True), ("09.30", False), ("09.31", False)])
def test_mark_ends_when_the_clock_changes_something(clock, holds):
    assert shown.holds(shown.tag("1.7.", until=LATER), "1.7.", at=at(clock)) is holds


def test_mark_without_an_end_holds_for_ever():
    assert shown.holds(shown.tag("1.7.", until=None), "1.7.", at=at("08.00", day=30))


@pytest.mark.parametrize("sent", ["", "*", '""', '"x-0"', 'W/"-"', f'"{"9" * 400}"', f'W/"x-{"9" * 400}"', '"-²"'])
def test_marks_of_others_never_hold(sent):
    assert not shown.holds(sent, "1.7.", at=at("08.00"))


def test_forged_end_stays_a_mark_of_its_sender_alone():
    """It harms nobody else; what it must not do is break the answer."""
    digest = shown.tag("1.7.", until=LATER)[3:35]
    assert shown.holds(f'W/"{digest}-{"9" * 4000}"', "1.7.", at=at("08.00"))


@pytest.mark.parametrize("until", ["", "x", "²", "-5", "1e9", "1-1"])
def test_mark_whose_end_cannot_be_read_does_not_hold(until):
    digest = shown.tag("1.7.", until=LATER)[3:35]
    assert shown.holds(f'W/"{digest}-{until}"', "1.7.", at=at("08.00")) is False
