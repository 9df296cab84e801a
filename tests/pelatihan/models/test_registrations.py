"""What one asks of registrations: who holds a seat, who is expected, in which order they stand, what they say."""

import uuid
from datetime import timedelta

import pytest

from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, AttendanceEvent, Correction, Decision, Registration, StatusChange
from pelatihan.models.registration import Told
from tests.factories import NOON, AngkatanFactory, OrmasFactory, SessionFactory, a_registration

pytestmark = pytest.mark.django_db
SUBMITTED, ACCEPTED = Status.SUBMITTED, Status.ACCEPTED
HOLDING = {SUBMITTED, Status.NEEDS_FIX, ACCEPTED}


@pytest.fixture
def one_each():
    """One at each status in one batch, by the web; and the same as walk-ins."""
    batch = AngkatanFactory(capacity=50)
    sources = (Registration.Source.WEB, Registration.Source.WALK_IN)
    made = {
        (status, source): a_registration(batch, SUBMITTED, source=source) for status in Status for source in sources
    }
    for (status, _), one in made.items():
        Registration.objects.filter(pk=one.pk).update(status=status)
    return made


def of(rows) -> set[int]:
    return set(rows.values_list("pk", flat=True))


# ---- Which ---------------------------------------------------------------------------------------


def test_seat_is_held_from_the_first_day_on_but_by_walk_ins_once_accepted(one_each):
    seated = {
        one.pk
        for (status, source), one in one_each.items()
        if status == ACCEPTED or (status in HOLDING and source == Registration.Source.WEB)
    }
    everyone = Registration.objects.all()

    assert of(everyone.holding_seat()) == seated == {one.pk for one in everyone if one.holds_seat}


def test_who_is_held_back_has_no_seat_yet():
    one = a_registration(AngkatanFactory(), SUBMITTED)
    a_registration(one.angkatan, SUBMITTED)
    Registration.objects.filter(pk=one.pk).update(is_held_back=True)
    one.refresh_from_db()

    assert (one.holds_seat, one.would_hold_seat(ACCEPTED), one.would_hold_seat(Status.WAITLISTED)) == (
        False,
        True,
        False,
    )
    assert of(Registration.objects.held_back()) == {one.pk}
    assert one.pk not in of(Registration.objects.holding_seat())


def test_active_and_accepted_ones(one_each):
    active = {one.pk for (status, _), one in one_each.items() if status in HOLDING | {Status.WAITLISTED}}

    assert of(Registration.objects.active()) == active
    assert of(Registration.objects.accepted()) == {
        one.pk for (status, _), one in one_each.items() if status == ACCEPTED
    }


@pytest.mark.parametrize(("state", "counts"), [("present", True), ("late", True), ("sick", False), ("excused", False)])
def test_expected_are_the_accepted_and_whom_the_desk_let_in(state, counts):
    session = SessionFactory()
    accepted = a_registration(session.angkatan)
    other, bystander = (a_registration(session.angkatan, Status.WAITLISTED) for _ in range(2))
    event = AttendanceEvent.objects.create(
        id=uuid.uuid4(), kind="mark", registration=other, session=session, happened_at=NOON, arrived_at=NOON,
        means="correction", state=state,
    )  # fmt: skip
    Attendance.objects.create(registration=other, session=session, state=state, first_at=NOON, event=event)

    assert of(session.angkatan.registrations.expected()) == {accepted.pk} | ({other.pk} if counts else set())
    assert bystander.status == Status.WAITLISTED


def test_figures_of_every_status_are_one_question(one_each, django_assert_num_queries):
    Registration.objects.filter(pk=one_each[Status.CANCELLED, Registration.Source.WEB].pk).update(status=ACCEPTED)

    with django_assert_num_queries(1):
        figures = Registration.objects.figures()

    expected = {status.value: 2 for status in Status} | {"accepted": 3, "cancelled": 1, "held": 5}
    assert figures == expected


# ---- In which order ------------------------------------------------------------------------------


def test_queue_is_first_come_first():
    batch = AngkatanFactory(capacity=0)
    first, second, third = (a_registration(batch, SUBMITTED) for _ in range(3))
    Registration.objects.filter(pk=first.pk).update(queue_number=9)
    aside = a_registration(batch, SUBMITTED)
    Registration.objects.filter(pk=aside.pk).update(queue_number=None)
    gone = a_registration(batch, Status.CANCELLED)

    assert gone.queue_number is None
    assert list(batch.registrations.in_queue()) == [second, third, first]


def test_sorted_by_name_whatever_the_capitals():
    batch = AngkatanFactory()
    people = [a_registration(batch, SUBMITTED, name=name) for name in ("citra", "Budi", "ani", "Budi")]

    assert list(batch.registrations.sorted_by_name()) == [people[2], people[1], people[3], people[0]]


def test_sorted_by_ormas_in_one_row_of_names_and_rivals_unmixed():
    batch = AngkatanFactory(seats_per_ormas=9)
    rivals = [OrmasFactory(name="Komite Contoh") for _ in range(2)]
    b, a, c, d = (
        a_registration(batch, SUBMITTED, ormas=rivals[place], name=name)
        for place, name in ((0, "dewi"), (0, "Citra"), (1, "Ani"), (1, "Budi"))
    )
    written = a_registration(batch, SUBMITTED, ormas=OrmasFactory(name="Zamrud"), name="Eka")
    Registration.objects.filter(pk=written.pk).update(ormas=None, invitation=None, ormas_text="forum lain")
    last = a_registration(batch, SUBMITTED, ormas=OrmasFactory(name="lembaga"), name="Aan")

    assert list(batch.registrations.sorted_by_ormas()) == [written, a, b, c, d, last]


def test_two_of_one_name_and_ormas_stand_as_they_came():
    batch, ormas = AngkatanFactory(), OrmasFactory()
    people = [a_registration(batch, SUBMITTED, ormas=ormas, name="Budi") for _ in range(3)]

    assert list(batch.registrations.order_by("-pk").sorted_by_ormas()) == people


def test_part_of_a_list_keeps_its_order():
    batch = AngkatanFactory()
    people = [a_registration(batch, SUBMITTED, name=name) for name in ("Dewi", "Citra", "Budi", "Ani")]
    by_name = batch.registrations.sorted_by_name()

    assert list(by_name.part(1, 3)) == [people[2], people[1]]
    assert list(by_name.part(2, None)) == [people[1], people[0]]


# ---- What one says -------------------------------------------------------------------------------


def test_registration_says_its_name_and_never_its_code():
    one = a_registration(AngkatanFactory(), front_title="Drs.", name="Budi Contoh", back_title="M.Si.")

    assert str(one) == one.full_name == "Drs. Budi Contoh, M.Si."


def test_registration_has_its_page_and_its_code_in_two_halves():
    one = a_registration(AngkatanFactory())
    Registration.objects.filter(pk=one.pk).update(code="23456789")
    one.refresh_from_db()

    assert (one.shown_code, one.get_absolute_url()) == ("2345-6789", "/k/2345-6789/")


def test_ormas_is_listed_or_written():
    listed = Registration(ormas=OrmasFactory.build(name="Forum Contoh"))
    written = Registration(ormas_text="Paguyuban Contoh")

    assert [listed.ormas_name, written.ormas_name] == ["Forum Contoh", "Paguyuban Contoh"]


def test_what_is_typed_in_the_admin_is_tidied():
    one = Registration(name="  Budi   Contoh ")
    one.clean()

    assert one.name == "Budi Contoh"


def test_line_of_the_history_says_what_was_done():
    assert str(StatusChange(action="register", to_status=SUBMITTED)) == "Mendaftar: Menunggu verifikasi"
    assert str(StatusChange(action="accept", to_status=ACCEPTED)) == "Terima: Diterima"


def test_decision_can_be_taken_back_for_ten_minutes_once():
    decision = Decision(action="accept", at=NOON)
    end = NOON + timedelta(minutes=10)

    assert (str(decision), decision.undo_until) == ("Terima", end)
    assert [decision.can_be_undone(at) for at in (NOON, end - timedelta(seconds=1), end)] == [True, True, False]
    decision.undone_at = NOON
    assert not decision.can_be_undone(NOON)


def test_lines_about_a_person_say_what_they_are():
    assert str(Correction(field="phone")) == "Nomor HP"
    assert str(Told(status="accepted")) == "Dikabari: Diterima"
