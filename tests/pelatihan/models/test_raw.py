"""Plain SQL gives and takes what Django's own queries would: in every column of today, and in kinds still to come."""

import uuid
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.db.models.functions import Upper

from ormas.models import Ormas
from pelatihan.attendance import statements
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, Registration, Session
from pelatihan.models.raw import columns, insert, made, rows, table
from tests.factories import OrmasFactory, SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db
NOW = datetime(2019, 3, 11, 1, 0, tzinfo=UTC)


def values(one: models.Model | None) -> dict[str, tuple[type, object]]:
    """What each field holds, and as what: ``"{}"`` is no dict."""
    assert one
    held = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
    return {name: (type(value), value) for name, value in held.items()}


def by_orm[M: models.Model](one: M) -> M:
    return type(one)._base_manager.get(pk=one.pk)


def fill(one: models.Model) -> None:
    """Something in every column that is null, so that no kind of field passes for being empty."""
    for field in one._meta.concrete_fields:
        if getattr(one, field.attname) is None and not field.is_relation:
            with suppress(IntegrityError), transaction.atomic():  # a constraint may want it empty
                type(one)._base_manager.filter(pk=one.pk).update(**{field.attname: sample(field)})


def sample(field: "models.Field[Any, Any]") -> object:
    samples = {
        models.DateTimeField: NOW,
        models.DateField: NOW.date(),
        models.IntegerField: 7,
        models.TextField: "contoh",
        models.CharField: "c",
        models.BooleanField: True,
        models.UUIDField: uuid.uuid4(),
        models.JSONField: {"a": [1]},
        models.DecimalField: Decimal(1),
    }
    return next(value for kind, value in samples.items() if isinstance(field, kind))


@pytest.fixture
def session() -> Session:
    return SessionFactory()


@pytest.fixture
def person(session) -> Registration:
    return a_registration(session.angkatan, ormas=OrmasFactory(), position="Sekretaris", special_needs="kursi roda")


def an_event(session: Session, person: Registration, **fields: object) -> AttendanceEvent:
    given = {
        "kind": "check_in", "registration": person, "session": session, "happened_at": NOW, "arrived_at": NOW,
        "author": UserFactory(), "device": "gawai", "means": "scan", "outcome": "present", "state": "present",
        "code": person.code, "reason": "contoh",
    }  # fmt: skip
    return AttendanceEvent(**{"id": uuid.uuid4()} | given | fields)


@pytest.mark.parametrize("model", [Session, Angkatan, Registration, Ormas, AttendanceEvent, Attendance, User])
def test_every_column_reads_as_by_the_orm(model, session, person):
    event = an_event(session, person)
    event.save()
    sums = Attendance.objects.create(session=session, registration=person, state="late", first_at=NOW, event=event)
    row = {Session: session, Angkatan: session.angkatan, Registration: person, Ormas: person.ormas}
    one = (row | {AttendanceEvent: event, Attendance: sums, User: event.author})[model]
    if model is not AttendanceEvent:  # events are never changed
        fill(one)
    [read] = rows(f"SELECT {columns(model)} FROM {table(model)} WHERE id = %s", [one.pk])
    assert values(made(model, read)) == values(by_orm(one))


def test_session_comes_with_its_batch(session):
    read = statements.session_at(session.angkatan.slug, session.pk)
    assert values(read) == values(by_orm(session))
    assert values(read.angkatan) == values(by_orm(session.angkatan))


def test_session_of_another_batch_is_none(session):
    assert statements.session_at(SessionFactory().angkatan.slug, session.pk) is None


def test_people_come_with_their_organisation(person):
    for codes, refs, ids in ([person.code], [], []), ([], [person.ref], []), ([], [], [person.pk]):
        [read] = statements.lock_people(codes, refs, ids)
        assert values(read) == values(by_orm(person))
        assert values(read.ormas) == values(by_orm(person.ormas))


def test_field_that_was_not_asked_for_is_read_when_it_is_wanted(session, django_assert_num_queries):
    read = statements.session_at(session.angkatan.slug, session.pk)
    assert read
    with django_assert_num_queries(0):
        assert read.angkatan.name == session.angkatan.name
        assert (read.opens_at, read.late_from) == (session.opens_at, session.late_from)
    with django_assert_num_queries(1):
        assert read.angkatan.venue == session.angkatan.venue


def test_person_without_listed_organisation_has_none(person):
    Registration.objects.filter(pk=person.pk).update(ormas=None, ormas_text="Paguyuban Contoh", invitation=None)
    [read] = statements.lock_people([person.code], [], [])
    assert read.ormas is None


def test_event_is_written_and_read_as_by_the_orm(session, person):
    event = an_event(session, person, is_clock_ahead=True)
    undo = an_event(session, person, kind="undo", undoes=event, state="", outcome="")
    statements.append([event, undo])
    [stored] = statements.events_of(session, [], [event.pk])
    assert values(stored) == values(event) == values(by_orm(event))
    assert values(by_orm(undo)) == values(undo)


def test_people_are_wanted_by_several_ways_and_come_by_their_ids(session):
    first, second, third, _other = (a_registration(session.angkatan) for _ in range(4))

    assert statements.lock_people([third.code], [first.ref], [second.pk]) == [first, second, third]
    assert statements.lock_people([], [], [third.pk, first.pk]) == [first, third]


def test_nobody_is_wanted_without_a_question(session, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert statements.lock_people([], [], []) == []
    with django_assert_num_queries(1):  # the session's own batch
        statements.hold_batches(session, statements.Wanted())


def test_event_learns_the_number_that_the_database_gave(session, person):
    first, second = (an_event(session, person) for _ in range(2))

    assert statements.append([first, second])
    assert [first.number, second.number] == [by_orm(first).number, by_orm(second).number]
    assert first.number < second.number


def test_event_whose_id_somebody_used_is_told_and_keeps_its_number(session, person):
    known = an_event(session, person)
    statements.append([known])
    again, new = an_event(session, person, id=known.pk, number=77), an_event(session, person)

    assert not statements.append([again, new])
    assert again.number == 77
    assert new.number == by_orm(new).number


def test_event_known_already_is_left_alone(session, person):
    event = an_event(session, person)
    statements.append([event])
    statements.append([an_event(session, person, id=event.pk, device="gawai lain")])
    assert by_orm(event).device == "gawai"


def test_events_of_others_stay_out(session, person):
    mine, named = an_event(session, person), an_event(SessionFactory(), person)
    others = [an_event(SessionFactory(), person), an_event(session, a_registration(session.angkatan))]
    statements.append([mine, named, *others])
    assert {event.pk for event in statements.events_of(session, [person], [named.pk])} == {mine.pk, named.pk}


def test_sum_is_stored_with_the_event_that_decides_it(session, person, django_assert_num_queries):
    event = an_event(session, person)
    total = Attendance(session=session, registration=person, state="late", first_at=NOW, event=event)
    with django_assert_num_queries(1):
        assert statements.append([event], [total])
    stored = Attendance.objects.get()
    assert (event.number, values(stored)) == (by_orm(event).number, values(total) | {"id": (int, stored.pk)})


def test_sum_replaces_every_column_of_the_earlier(session, person):
    first, second = an_event(session, person), an_event(session, person)
    statements.append([first, second])
    statements.store([Attendance(session=session, registration=person, state="late", first_at=NOW, event=first)])
    later = NOW.replace(hour=2)
    sums = Attendance(session=session, registration=person, state="present", first_at=later, event=second)
    statements.store([sums])
    stored = Attendance.objects.get()
    assert values(stored) == values(sums) | {"id": (int, stored.pk)}


# ---- Planned once --------------------------------------------------------------------------------


def planned() -> dict[str, int]:
    """What this connection keeps a plan of, and how often each was used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        return dict(cursor.fetchall())


def test_statement_is_planned_once_for_a_connection(person):
    statements.lock_people([person.code], [], [])
    before = planned()
    [found] = statements.lock_people(["AAAAAAAA", person.code], [], [])
    used = {text: times - before.get(text, 0) for text, times in planned().items() if times != before.get(text)}
    assert (found, list(used.values())) == (person, [1])


def test_planning_is_no_query_of_a_page(person, django_assert_num_queries):
    text = f"SELECT {columns(Registration)} FROM {table(Registration)} WHERE id = %s AND code <> 'tidak direncanakan'"
    with django_assert_num_queries(1):
        assert made(Registration, rows(text, [person.pk])[0]) == person


def test_plan_lasts_when_the_table_grows_by_a_column(person):
    statements.lock_people([person.code], [], [])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may wait for its check meanwhile
        cursor.execute(f"ALTER TABLE {table(Registration)} ADD COLUMN later text NOT NULL DEFAULT ''")
    assert statements.lock_people([person.code], [], []) == [person]


def test_plan_lasts_when_its_transaction_does_not(person):
    with suppress(IntegrityError), transaction.atomic():
        rows("SELECT %s::int + 41", [1])
        raise IntegrityError
    assert rows("SELECT %s::int + 41", [1]) == [(42,)]


def test_sign_of_a_value_in_a_text_is_itself():
    assert rows("SELECT 7 %% %s::int, 'a' LIKE '%%a'", [4]) == [(3, True)]


# ---- Kinds of fields that no table has yet -------------------------------------------------------


class Reversed(models.TextField):  # type: ignore[type-arg]
    """Kept otherwise than it is used, as an encrypted field is."""

    def get_prep_value(self, value):
        return value and value[::-1]

    def from_db_value(self, value, expression, connection):
        assert (expression.target.model, connection.vendor) == (self.model, "postgresql")
        return value and value[::-1]


class Shouted(models.TextField):  # type: ignore[type-arg]
    """Changed by the database as it is written, as fields of places are."""

    def get_placeholder_sql(self, value, compiler, connection):
        return "upper(%s)", (value,)


@pytest.fixture
def odd():
    """A table with a field of every kind that plain SQL would get wrong."""

    class Odd(models.Model):  # noqa: DJ008
        facts = models.JSONField(default=dict)
        nothing = models.JSONField(null=True)
        secret = Reversed()
        loud = models.GeneratedField(expression=Upper(F("plain")), output_field=models.TextField(), db_persist=True)
        plain = models.TextField(db_column="kept as")
        words = ArrayField(models.CharField(max_length=9))
        price = models.DecimalField(max_digits=6, decimal_places=2)
        told_at = models.DateTimeField(auto_now_add=True)
        turn = models.IntegerField(db_default=42)
        cry = Shouted(default="hai")
        length = models.DurationField(null=True)

        class Meta:
            app_label = "odd"
            apps = Apps()

    with connection.schema_editor() as editor:
        editor.create_model(Odd)
    return Odd


def test_fields_of_every_kind_are_written_and_read(odd):
    insert(odd, [odd(facts={"a": [1]}, secret="rahasia", plain="kata", words=["a", "b"], price=Decimal("9.50"))], "")
    [row] = rows(f"SELECT {columns(odd)} FROM {table(odd)}", [])
    one, known = made(odd, row), odd.objects.get()
    assert values(one) == values(known)
    assert (one.facts, one.secret, one.loud, one.words, one.turn) == ({"a": [1]}, "rahasia", "KATA", ["a", "b"], 42)
    assert one.told_at is not None
    assert one.cry == "HAI"


def test_object_knows_where_it_came_from(odd):
    insert(odd, [odd(secret="", plain="", words=[], price=1)], "")
    one = made(odd, rows(f"SELECT {columns(odd)} FROM {table(odd)}", [])[0])
    assert one._state.db == "default"
    assert not one._state.adding


def test_secret_is_kept_as_its_field_wants(odd):
    insert(odd, [odd(secret="rahasia", plain="", words=[], price=1), odd(secret="b", plain="", words=[], price=2)], "")
    assert rows(f"SELECT secret FROM {table(odd)} ORDER BY id", []) == [("aisahar",), ("b",)]
