"""Who waits for whom: batches first, then people by their ids; and what was read before the lock is not believed."""

import uuid

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import transaction

from pelatihan.accounts import access
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.rules import Sum
from pelatihan.codes import check_sign
from pelatihan.models import Angkatan, Attendance, AttendanceState, Registration, Session
from tests.factories import OrmasFactory, SessionFactory, a_registration
from tests.pelatihan.attendance.threads import at_once, beside, held
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session():
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    with time_machine.travel(at("08.00"), tick=True):
        yield SessionFactory()


def hold_batch(of: Session | Registration) -> None:
    """As the writer of registrations does."""
    list(Angkatan.objects.select_for_update(no_key=True).filter(pk=of.angkatan_id))


def are_free(*people: Registration) -> None:
    """Nobody else holds any of them, or this fails at once."""
    list(Registration.objects.select_for_update(nowait=True).filter(pk__in=[one.pk for one in people]))


def post(session: Session, scans: list[Scan], clock: str = "08.00") -> list[str]:
    return [answer.outcome for answer in writer.record(session, scans, actor=SYSTEM, at=at(clock))]


def test_scan_that_waited_behind_an_undo_counts(session):
    """It arrived first, but is recorded last: the person is in, and the desk says so."""
    person = a_registration(session.angkatan)
    first = Scan(uuid.uuid4(), at("08.00"), code=person.code)
    post(session, [first])

    def undo():
        held(person)
        yield
        assert post(session, [Scan(uuid.uuid4(), at("08.10"), undoes=first.id)], "08.10") == ["undone"]

    again = Scan(uuid.uuid4(), at("08.09"), code=person.code)
    assert beside(lambda: post(session, [again], "08.09"), undo) == ["present"]
    assert Attendance.objects.get().event_id == again.id
    assert writer.rebuild(session) == 0


def test_people_are_locked_in_the_order_of_their_ids(session):
    """Whoever waits for the first holds none of the others, in whatever order they were scanned."""
    people = sorted((a_registration(session.angkatan) for _ in range(4)), key=lambda person: person.pk)
    people[0].code = "ZZZZZZZ" + check_sign("ZZZZZZZ")  # the last one in the table, by its code and by its ormas
    people[0].ormas = OrmasFactory()
    people[0].save(update_fields=["code", "ormas"])

    def others():
        held(people[0])
        yield
        are_free(*people)

    scans = [Scan(uuid.uuid4(), at("08.00"), code=people[place].code) for place in (3, 1, 0, 2)]
    assert beside(lambda: post(session, scans), others) == ["present"] * 4


def test_several_people_wait_for_whoever_decides_in_their_batch(session):
    """The writer of registrations holds the batch and may touch any row of it, in any order."""
    people = sorted((a_registration(session.angkatan) for _ in range(3)), key=lambda person: person.pk)

    def decide():
        hold_batch(session)
        held(people[2])
        yield
        are_free(*people)

    scans = [Scan(uuid.uuid4(), at("08.00"), code=person.code) for person in people]
    assert beside(lambda: post(session, scans), decide) == ["present"] * 3


def test_batch_of_a_stranger_is_held_before_the_people(session):
    stranger = a_registration(SessionFactory().angkatan)
    person = a_registration(session.angkatan)

    def decide():
        hold_batch(stranger)
        yield
        held(person, stranger)

    scans = [Scan(uuid.uuid4(), at("08.00"), code=one.code) for one in (person, stranger)]
    assert beside(lambda: post(session, scans), decide) == ["present", "other_angkatan"]


def test_one_person_does_not_wait_for_decisions_about_others(session):
    person = a_registration(session.angkatan)
    with transaction.atomic():
        hold_batch(session)
        scan_alone = Scan(uuid.uuid4(), at("08.00"), code=person.code)
        assert at_once([lambda: post(session, [scan_alone])]) == [["present"]]


def test_undo_does_not_wait_for_others(session):
    person, other = (a_registration(session.angkatan) for _ in range(2))
    first, second = (Scan(uuid.uuid4(), at("08.00"), code=one.code) for one in (person, other))
    post(session, [first, second])
    with transaction.atomic():
        held(other)
        undo = Scan(uuid.uuid4(), at("08.05"), undoes=first.id)
        assert at_once([lambda: post(session, [undo])]) == [["undone"]]


def test_rebuild_waits_for_whoever_decides_in_the_batch(session):
    person = a_registration(session.angkatan)
    post(session, [Scan(uuid.uuid4(), at("08.00"), code=person.code)])

    def decide():
        hold_batch(session)
        yield
        are_free(person)

    assert beside(lambda: writer.rebuild(session), decide) == 0


def test_id_used_by_somebody_else_meanwhile_is_refused(session):
    """Both looked, and nobody had it; one is faster."""
    people, name = [a_registration(session.angkatan) for _ in range(2)], uuid.uuid4()

    def faster():
        post(session, [Scan(name, at("08.00"), code=people[0].code)])
        yield

    slower = [Scan(name, at("08.00"), code=people[1].code), Scan(uuid.uuid4(), at("08.00"), code=people[1].code)]
    assert beside(lambda: post(session, slower), faster) == ["id_taken", "present"]
    assert Attendance.objects.count() == 2


def test_lone_scan_whose_id_is_used_meanwhile_is_refused(session):
    people, name = [a_registration(session.angkatan) for _ in range(2)], uuid.uuid4()

    def faster():
        post(session, [Scan(name, at("08.00"), code=people[0].code)])
        yield

    assert beside(lambda: post(session, [Scan(name, at("08.00"), code=people[1].code)]), faster) == ["id_taken"]


def marked(session: Session, person: Registration, name: uuid.UUID) -> Sum | None:
    return writer.mark(session, person, AttendanceState.SICK, event_id=name, actor=SYSTEM, at=at("08.00"))


def test_mark_whose_id_is_used_meanwhile_is_refused(session):
    people, name = [a_registration(session.angkatan) for _ in range(2)], uuid.uuid4()

    def faster():
        marked(session, people[0], name)
        yield

    with pytest.raises(writer.IdTaken):
        beside(lambda: marked(session, people[1], name), faster)
    assert [row.registration for row in Attendance.objects.all()] == [people[0]]


def test_mark_sent_twice_at_once_is_one(session):
    person, name = a_registration(session.angkatan), uuid.uuid4()

    def faster():
        marked(session, person, name)
        yield

    answer = beside(lambda: marked(session, person, name), faster)
    assert answer
    assert answer.state == "sick"
    assert person.events.count() == 1
