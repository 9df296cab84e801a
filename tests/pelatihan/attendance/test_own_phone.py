"""Somebody checks in by the room's code: what counts, how many a phone enters, and what a strike means."""

import uuid
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from pelatihan.accounts.actor import DELEGATE, staff
from pelatihan.attendance import deciding, rules, sessions, told, writer
from pelatihan.attendance.deciding import Wish
from pelatihan.attendance.locked import Answer, Scan
from pelatihan.attendance.marking import Mark, mark_many
from pelatihan.attendance.rules import Kind
from pelatihan.models import AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.models.attendance import MOST_A_PHONE
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.door import at

PHONE = "a" * 32


def by_phone(session: Session, person: Registration, clock: str, phone: str = PHONE, key=None) -> Answer:
    """The person checks in at that time."""
    here = Session.objects.select_related("angkatan").get(pk=session.pk)
    scan = Scan(key or uuid.uuid4(), at(clock), ref=person.ref, phone=phone)
    return writer.record(here, [scan], actor=DELEGATE, at=at(clock))[0]


def strike(door, answer: Answer, kind=Kind.STRIKE) -> deciding.Decided:
    wish = Wish(answer.event.pk, kind, "Tidak ada di ruangan" if kind == Kind.STRIKE else "")
    return deciding.decide(door.session, [wish], actor=staff(door.officer), at=at("08.40"))[0]


@pytest.mark.django_db
class TestOne:
    """One person, one phone."""

    @pytest.mark.parametrize(
        ("clock", "outcome", "state"),
        [
            ("06.59", "not_open", None),
            ("07.00", "present", "present"),
            ("08.14", "present", "present"),
            ("08.15", "late", "late"),
        ],
    )
    def test_counts_by_the_clock(self, door, person, clock, outcome, state):
        answer = by_phone(door.session, person, clock)
        assert (answer.outcome, door.state(person)) == (outcome, state)
        assert (answer.event.means, answer.event.author, answer.event.phone) == ("self", None, PHONE)
        assert answer.event.phone_place == (1 if state else None)

    def test_after_closing_nothing_counts(self, door, person):
        Session.objects.update(closed_at=at("08.30"))
        assert (by_phone(door.session, person, "08.30").outcome, door.state(person)) == ("closed", None)

    @pytest.mark.parametrize("status", ["cancelled", "submitted", "rejected"])
    def test_who_is_not_accepted_is_refused(self, door, status):
        somebody = a_registration(door.session.angkatan, status)
        assert (by_phone(door.session, somebody, "08.00").outcome, door.state(somebody)) == ("not_accepted", None)

    def test_who_belongs_to_another_batch_is_refused(self, door):
        assert by_phone(door.session, a_registration(SessionFactory().angkatan), "08.00").outcome == "other_angkatan"

    def test_the_same_tap_twice_is_one(self, door, person):
        key = uuid.uuid4()
        answers = [by_phone(door.session, person, clock, key=key) for clock in ("08.00", "08.01")]
        assert [one.outcome for one in answers] == ["present", "present"]
        assert AttendanceEvent.objects.count() == 1

    def test_who_is_in_already_takes_no_place_and_stays_in_by_what_let_them_in(self, door, person):
        first = door.scan(person, "07.50")
        answer = by_phone(door.session, person, "08.20")
        assert (answer.outcome, answer.before.first_at, answer.event.phone_place) == ("already", at("07.50"), None)
        assert door.session.attendances.get().event_id == first.event.pk

    def test_who_was_in_before_closing_reads_so_after_it(self, door, person):
        door.scan(person, "07.50")
        Session.objects.update(closed_at=at("08.30"))
        assert by_phone(door.session, person, "08.40").outcome == "already"

    def test_desk_that_scans_afterwards_keeps_them_in_though_the_phone_is_struck(self, door, person):
        own = by_phone(door.session, person, "08.00")
        door.scan(person, "08.05")
        strike(door, own)
        assert door.state(person) == "present"
        assert door.session.attendances.get().first_at == at("08.05")

    def test_same_refusal_of_the_same_phone_is_written_once(self, door, person):
        for clock, phone in (("06.50", PHONE), ("06.51", PHONE), ("06.52", "b" * 32)):
            assert by_phone(door.session, person, clock, phone).outcome == "not_open"
        assert by_phone(door.session, person, "07.01").outcome == "present"
        assert AttendanceEvent.objects.filter(kind="refusal").count() == 2

    def test_mark_before_it_gives_way(self, door, person):
        writer.mark(
            door.session,
            person,
            AttendanceState.EXCUSED,
            event_id=uuid.uuid4(),
            actor=staff(door.officer),
            at=at("07.30"),
        )
        assert (by_phone(door.session, person, "08.00").outcome, door.state(person)) == ("present", "present")

    def test_who_left_early_and_comes_back_is_told_as_they_came(self, door, person):
        came = door.scan(person, "08.00")
        left = Mark(uuid.uuid4(), person.ref, "left", came.event.pk, "Dijemput", at("08.30"))
        mark_many(door.session, [left], actor=staff(door.officer), at=at("08.40"))
        back = by_phone(door.session, person, "09.00")
        assert (back.outcome, back.event.state, door.state(person)) == ("present", "present", "present")

    def test_officer_undoes_it_and_the_person_tries_again(self, door, person):
        door.undo(by_phone(door.session, person, "08.00"), "08.01")
        assert door.state(person) is None
        again = by_phone(door.session, person, "08.02")
        assert (again.outcome, again.event.phone_place, door.state(person)) == ("present", 2, "present")

    def test_histories_say_how_it_was(self, door, person):
        own = by_phone(door.session, person, "08.00")
        strike(door, own)
        strike(door, own, Kind.KEEP)
        assert [told.happened(event) for event in AttendanceEvent.objects.order_by("number")] == [
            "Presensi (kode ruangan): Hadir",
            "Presensi lewat kode ruangan dicoret",
            "Presensi lewat kode ruangan dipertahankan: Hadir",
        ]


@pytest.mark.django_db
class TestThree:
    """At most three people a phone and session."""

    def test_fourth_person_goes_to_the_desk(self, door):
        people = [a_registration(door.session.angkatan) for _ in range(5)]
        answers = [by_phone(door.session, one, "08.00") for one in people]
        assert [one.outcome for one in answers] == ["present"] * MOST_A_PHONE + ["too_many"] * 2
        assert [one.event.phone_place for one in answers] == [1, 2, 3, None, None]
        assert (door.state(people[3]), answers[3].event.kind) == (None, "refusal")

    def test_another_phone_and_another_session_have_places_of_their_own(self, door):
        people = [a_registration(door.session.angkatan) for _ in range(4)]
        for one in people[:3]:
            by_phone(door.session, one, "08.00")
        assert by_phone(door.session, people[3], "08.00", "b" * 32).outcome == "present"
        later = SessionFactory(angkatan=door.session.angkatan, hour=9)
        assert by_phone(later, people[3], "09.00").event.phone_place == 1

    def test_strike_gives_no_place_back(self, door):
        people = [a_registration(door.session.angkatan) for _ in range(4)]
        strike(door, by_phone(door.session, people[0], "08.00"))
        assert [by_phone(door.session, one, "08.01").outcome for one in people[1:]] == [
            "present",
            "present",
            "too_many",
        ]

    def test_organiser_lets_the_fourth_count(self, door):
        people = [a_registration(door.session.angkatan) for _ in range(4)]
        answers = [by_phone(door.session, one, "08.00") for one in people]
        assert strike(door, answers[3], Kind.KEEP).refusal == ""
        assert door.state(people[3]) == "present"

    def test_database_holds_it(self, door):
        people = [a_registration(door.session.angkatan) for _ in range(2)]
        first = by_phone(door.session, people[0], "08.00").event
        row = AttendanceEvent.objects.get(pk=first.pk)
        for place in (1, 4, 0, None):
            row.pk, row.registration, row.phone_place = uuid.uuid4(), people[1], place
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save(force_insert=True)


@pytest.mark.django_db
class TestStruck:
    """An organiser takes it back."""

    def test_struck_person_is_out_and_does_not_come_in_by_another_photograph(self, door, person):
        strike(door, by_phone(door.session, person, "08.00"))
        assert door.state(person) is None
        assert by_phone(door.session, person, "08.41", "b" * 32).outcome == "struck"
        assert door.state(person) is None

    def test_whose_refused_try_is_struck_does_not_come_in_by_a_friends_phone(self, door):
        people = [a_registration(door.session.angkatan) for _ in range(4)]
        answers = [by_phone(door.session, one, "08.00") for one in people]
        strike(door, answers[3])
        assert by_phone(door.session, people[3], "08.41", "b" * 32).outcome == "struck"

    def test_desk_lets_them_in_all_the_same(self, door, person):
        strike(door, by_phone(door.session, person, "08.00"))
        door.scan(person, "08.45")
        assert (door.state(person), by_phone(door.session, person, "08.46").outcome) == ("late", "already")

    def test_kept_again_it_counts_at_its_time(self, door, person):
        own = by_phone(door.session, person, "08.00")
        strike(door, own)
        strike(door, own, Kind.KEEP)
        assert door.session.attendances.get().first_at == at("08.00")
        assert rules.is_struck(list(AttendanceEvent.objects.all())) is False

    def test_strike_holds_for_its_session_alone(self, door, person):
        strike(door, by_phone(door.session, person, "08.00"))
        later = SessionFactory(angkatan=door.session.angkatan, hour=9)
        assert by_phone(later, person, "09.00").outcome == "present"

    def test_rebuild_agrees(self, door, person):
        strike(door, by_phone(door.session, person, "08.00"))
        by_phone(door.session, a_registration(door.session.angkatan), "08.10")
        assert writer.rebuild(door.session) == 0

    def test_check_in_at_the_desk_in_time_is_nothing_to_decide_about(self, door, person):
        answer = door.scan(person, "08.00")
        assert strike(door, answer).refusal
        assert door.state(person) == "present"


@pytest.mark.django_db(transaction=True)
def test_fourth_who_comes_with_the_third_finds_no_place():
    session = SessionFactory()
    people = [a_registration(session.angkatan) for _ in range(6)]
    by_phone(session, people[0], "08.00")
    outcomes = at_once([partial(_outcome, session, one) for one in people[1:]])
    assert sorted(map(str, outcomes)) == ["present", "present", "too_many", "too_many", "too_many"]
    places = AttendanceEvent.objects.filter(kind="check_in").values_list("phone_place", flat=True)
    assert set(places) == {1, 2, 3}
    assert writer.rebuild(session) == 0


def _outcome(session: Session, person: Registration) -> str:
    return by_phone(session, person, "08.01").outcome


@pytest.mark.django_db(transaction=True)
def test_same_tap_at_the_same_moment_is_one():
    person = a_registration(SessionFactory().angkatan)
    session, key = person.angkatan.sessions.get(), uuid.uuid4()
    answers = at_once([lambda: by_phone(session, person, "08.00", key=key).outcome for _ in range(3)])
    assert answers == ["present"] * 3
    assert AttendanceEvent.objects.count() == 1


@pytest.mark.django_db
def test_desks_own_list_is_not_flooded_by_phones(door, person):
    door.scan(person, "08.00")
    other = a_registration(door.session.angkatan)
    by_phone(door.session, other, "08.01")
    assert [row.registration for row in sessions.last_in(door.session, 5)] == [other, person]
    assert [row.registration for row in sessions.last_in(door.session, 5, by_desk=True)] == [person]
