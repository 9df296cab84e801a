"""What one asks of batches, their sessions and their invitations."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, AttendanceEvent, Invitation, Session
from tests.factories import (
    NOON,
    AngkatanFactory,
    OrmasFactory,
    SessionFactory,
    a_registration,
)

pytestmark = pytest.mark.django_db

LAST_MOMENT = datetime(2019, 3, 13, 16, 59, 59, tzinfo=UTC)  # 23.59 WIB of the last day
MIDNIGHT = LAST_MOMENT + timedelta(seconds=1)


# ---- Many batches --------------------------------------------------------------------------------


def test_public_sees_what_is_published() -> None:
    shown = AngkatanFactory(published=True)
    AngkatanFactory(published=False)

    assert list(Angkatan.objects.published()) == [shown]


def test_newest_stands_first_and_of_one_day_the_higher_number() -> None:
    old = AngkatanFactory(number=9, starts_on=date(2019, 1, 7))
    first, second = AngkatanFactory(number=2), AngkatanFactory(number=3)

    assert list(Angkatan.objects.order_by("pk").newest_first()) == [second, first, old]


@pytest.mark.parametrize(
    ("at", "changes", "is_over"),
    [
        (LAST_MOMENT, {}, False),
        (MIDNIGHT, {}, True),
        (NOON, {"cancelled_at": NOON, "cancel_reason": "Longsor"}, True),
        (NOON, {"closed_at": NOON}, True),
        (NOON, {"frozen_at": NOON}, False),
    ],
)
def test_batch_is_over_or_it_is_not(at, changes, is_over) -> None:
    """In one list or in the other, never in both."""
    batch = AngkatanFactory(**changes)

    assert list(Angkatan.objects.over(at)) == ([batch] if is_over else [])
    assert list(Angkatan.objects.not_over(at)) == ([] if is_over else [batch])


def test_batch_counts_its_own_seats_people_and_organisations() -> None:
    batch, other, _empty = (AngkatanFactory(number=number) for number in (1, 2, 3))
    ormas = OrmasFactory()
    for status in (Status.ACCEPTED, Status.ACCEPTED, Status.SUBMITTED):
        a_registration(batch, status, ormas=ormas)
    for status in (Status.ACCEPTED, Status.WAITLISTED, Status.REJECTED):
        a_registration(batch, status)
    a_registration(other)

    counted = Angkatan.objects.with_seats_held().with_figures().order_by("number")
    figures = [(one.held, one.accepted, one.accepted_ormas) for one in counted]
    assert figures == [(4, 3, 2), (1, 1, 1), (0, 0, 0)]


# ---- One batch -----------------------------------------------------------------------------------


def test_batch_says_its_name() -> None:
    assert str(AngkatanFactory.build(number=4, year=2020)) == "Angkatan IV 2020"
    assert AngkatanFactory(number=4).get_absolute_url() == "/angkatan/2019-iv/"


def test_batch_says_its_days() -> None:
    batch = AngkatanFactory.build()

    assert (batch.date_range, batch.day_range) == ("11–13 Maret 2019", "Senin–Rabu, 11–13 Maret 2019")
    assert batch.days() == [date(2019, 3, 11), date(2019, 3, 12), date(2019, 3, 13)]
    batch.ends_on = batch.starts_on
    assert batch.days() == [date(2019, 3, 11)]


def test_year_is_that_of_the_first_day() -> None:
    new_year = AngkatanFactory.build(starts_on=date(2019, 12, 31), ends_on=date(2020, 1, 2))
    new_year.clean()

    new_year.year = 2020
    with pytest.raises(ValidationError) as refusal:
        new_year.clean()
    assert refusal.value.message_dict == {"year": ["Tahun angkatan harus sama dengan tahun hari pertama."]}


@pytest.mark.parametrize("missing", ["starts_on", "year"])
def test_year_waits_for_what_is_not_typed_yet(missing) -> None:
    batch = AngkatanFactory.build(year=2018)
    setattr(batch, missing, None)

    batch.clean()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({}, {}),
        ({"ends_on": date(2019, 3, 11)}, {}),
        ({"ends_on": date(2019, 3, 10)}, {"ends_on": ["Hari terakhir tidak boleh mendahului hari pertama."]}),
        ({"ends_on": None}, {}),
        ({"closes_at": NOON, "opens_at": NOON}, {"closes_at": ["Pendaftaran harus ditutup setelah dibuka."]}),
        ({"closes_at": NOON, "opens_at": NOON - timedelta(seconds=1)}, {}),
        ({"closes_at": NOON, "opens_at": None}, {}),
        ({"closes_at": None, "opens_at": NOON}, {}),
    ],
)
def test_each_mistake_is_told_where_it_can_be_mended(changes, errors) -> None:
    batch = AngkatanFactory.build()
    for field, value in changes.items():
        setattr(batch, field, value)

    try:
        batch.clean()
        told: dict[str, list[str]] = {}
    except ValidationError as refusal:
        told = refusal.message_dict
    assert told == errors


@pytest.mark.parametrize(
    ("days", "submitted_at", "day"),
    [
        (None, NOON, None),
        (1, NOON, date(2019, 2, 21)),
        (7, datetime(2019, 2, 20, 17, 0, tzinfo=UTC), date(2019, 2, 28)),  # 00.00 WIB of the 21st
        (18, NOON, date(2019, 3, 10)),
        (19, NOON, date(2019, 3, 10)),  # the day before it begins
    ],
)
def test_decision_is_promised_by_a_day_before_the_training(days, submitted_at, day) -> None:
    assert AngkatanFactory.build(decision_days=days).decided_by(submitted_at) == day


def test_things_to_bring_are_lines_without_their_bullets() -> None:
    batch = AngkatanFactory.build(bring=" - Surat tugas\n\n• Kemeja putih\n*\n\tObat-obatan -")

    assert batch.things_to_bring() == ["Surat tugas", "Kemeja putih", "Obat-obatan"]


def test_map_is_asked_for_the_venue() -> None:
    link = AngkatanFactory.build(venue="Hotel A/B & C, Bogor").map_link

    assert link == "https://www.google.com/maps/search/?api=1&query=Hotel%20A%2FB%20%26%20C%2C%20Bogor"


def test_queue_and_phase_are_asked_of_the_batch() -> None:
    batch = AngkatanFactory.build()

    assert batch.queue_moves(NOON)
    assert not batch.queue_moves(MIDNIGHT)


# ---- Addresses -----------------------------------------------------------------------------------


def test_address_that_is_taken_gets_the_next_number() -> None:
    """Of a batch that had the number before and kept its address."""
    for slug, number in (("2019-ii", 7), ("2019-ii-2", 8), ("2019-iii", 9)):
        AngkatanFactory(number=number, slug=slug)

    assert AngkatanFactory(number=2).slug == "2019-ii-3"
    assert AngkatanFactory.build(number=3).free_slug() == "2019-iii-2"
    assert AngkatanFactory(number=2, year=2020).slug == "2020-ii"


def test_given_address_stays() -> None:
    batch = AngkatanFactory(number=2, slug="angkatan-dua")
    batch.save()

    assert Angkatan.objects.get().slug == "angkatan-dua"


def test_batch_does_not_take_its_own_address_from_itself() -> None:
    batch = AngkatanFactory(number=2, published=False)

    assert batch.free_slug() == batch.fitting_slug() == "2019-ii"


def test_address_follows_the_number_until_somebody_knows_it() -> None:
    private, public, joined = (AngkatanFactory(number=number, published=number == 2) for number in (1, 2, 3))
    a_registration(joined)
    AngkatanFactory(number=9, published=True)
    for batch in (private, public, joined):
        batch.number += 10

    assert [batch.fitting_slug() for batch in (private, public, joined)] == ["2019-xi", "2019-ii", "2019-iii"]


def test_published_is_what_is_kept_and_not_what_is_being_typed() -> None:
    batch = AngkatanFactory(number=1, published=False)
    batch.number, batch.published = 4, True

    assert batch.fitting_slug() == "2019-iv"


# ---- Invitations ---------------------------------------------------------------------------------


def test_invitation_has_the_batch_s_seats_or_its_own() -> None:
    batch = AngkatanFactory.build(seats_per_ormas=3)

    assert [Invitation(angkatan=batch, own_seats=own).seats for own in (None, 0, 1, 5)] == [3, 0, 1, 5]


def test_invitation_counts_the_seats_of_its_ormas_in_its_batch() -> None:
    batch, other = AngkatanFactory(), AngkatanFactory()
    ormas = OrmasFactory(name="Forum Contoh")
    for status in (Status.ACCEPTED, Status.SUBMITTED, Status.REJECTED):
        a_registration(batch, status, ormas=ormas)
    a_registration(other, ormas=ormas)
    a_registration(batch)

    held = Invitation.objects.with_seats_held().get(angkatan=batch, ormas=ormas).held
    assert held == 2
    assert Invitation.objects.with_seats_held().get(angkatan=other, ormas=ormas).held == 1


def test_invitation_says_whom_to_what() -> None:
    invitation = Invitation(angkatan=AngkatanFactory.build(number=2), ormas=OrmasFactory.build(name="Forum Contoh"))

    assert str(invitation) == f"{invitation.ormas} → Angkatan II 2019"


# ---- Sessions ------------------------------------------------------------------------------------


def test_sessions_with_a_list_stand_in_time_order() -> None:
    batch = AngkatanFactory()
    last, first = SessionFactory(angkatan=batch, hour=10), SessionFactory(angkatan=batch, hour=8)
    SessionFactory(angkatan=batch, hour=9, takes_attendance=False)
    at_once = SessionFactory(angkatan=batch, hour=10)

    assert list(Session.objects.order_by("-pk").taking_attendance().in_time_order()) == [first, last, at_once]


def test_session_says_what_it_is() -> None:
    session = SessionFactory.build(title="Ketahanan Nasional", hour=8)

    assert str(session) == "11 Maret 2019 08.00–09.30: Ketahanan Nasional"
    assert session.times == "08.00–09.30"


@pytest.mark.parametrize(("day", "fits"), [(-1, False), (0, True), (2, True), (3, False)])
def test_session_lies_within_its_batch(day, fits) -> None:
    session = SessionFactory.build(angkatan=AngkatanFactory(), day=day, hour=23)

    if fits:
        session.clean()
        return
    with pytest.raises(ValidationError) as refusal:
        session.clean()
    assert refusal.value.message_dict == {"starts_at": ["Sesi harus pada 11–13 Maret 2019."]}


def test_session_knows_its_batch_by_the_number_alone() -> None:
    with pytest.raises(ValidationError, match="Sesi harus pada 11–13 Maret 2019"):
        Session(angkatan_id=AngkatanFactory().pk, starts_at=NOON).clean()


@pytest.mark.parametrize("changes", [{"starts_at": None}, {"angkatan": None}])
def test_session_waits_for_what_is_not_typed_yet(changes) -> None:
    Session(**({"starts_at": NOON, "angkatan": AngkatanFactory()} | changes)).clean()


@pytest.mark.parametrize("missing", ["starts_on", "ends_on"])
def test_session_waits_for_the_days_of_its_batch(missing) -> None:
    batch = AngkatanFactory()
    setattr(batch, missing, None)

    Session(angkatan=batch, starts_at=NOON).clean()


def test_session_waits_for_days_in_the_right_order() -> None:
    batch = AngkatanFactory()
    batch.ends_on = batch.starts_on - timedelta(days=1)

    Session(angkatan=batch, starts_at=NOON).clean()


def test_session_of_a_batch_of_one_day_is_on_that_day() -> None:
    batch = AngkatanFactory()
    batch.ends_on = batch.starts_on

    with pytest.raises(ValidationError, match="Sesi harus pada"):
        Session(angkatan=batch, starts_at=NOON - timedelta(days=3)).clean()


def test_session_is_compared_with_the_days_that_are_being_typed() -> None:
    """Of a batch that is not kept yet, too."""
    with pytest.raises(ValidationError) as refusal:
        Session(angkatan=AngkatanFactory.build(), starts_at=NOON).clean()
    assert refusal.value.error_dict["starts_at"][0].code == "outside"


def test_sessions_in_which_somebody_came_are_told_apart() -> None:
    came, _empty = SessionFactory(), SessionFactory()
    AttendanceEvent.objects.create(
        id=uuid.uuid4(), kind="check_in", registration=a_registration(came.angkatan), session=came, happened_at=NOON,
        arrived_at=NOON, means="scan", state="present", outcome="present",
    )  # fmt: skip

    assert list(Session.objects.with_attendance()) == [came]


def test_session_is_over_by_the_clock_or_when_it_is_closed() -> None:
    session, second = SessionFactory.build(), timedelta(seconds=1)
    moments = [session.opens_at - second, session.opens_at, session.ends_at - second, session.ends_at]

    assert [session.is_over(at) for at in moments] == [False, False, False, True]
    assert [session.is_open(at) for at in moments] == [False, True, True, False]
    session.closed_at = session.starts_at
    assert [session.is_over(moments[2]), session.is_open(moments[2])] == [True, False]


def test_session_ends_on_the_day_whose_midnight_it_reaches() -> None:
    session = SessionFactory.build(hour=22)
    session.ends_at = datetime(2019, 3, 11, 17, 0, tzinfo=UTC)  # 24.00 WIB
    assert (session.day, session.last_day) == (date(2019, 3, 11), date(2019, 3, 11))

    session.ends_at += timedelta(microseconds=1)
    assert session.last_day == date(2019, 3, 12)


@pytest.mark.parametrize(
    ("minutes", "changes", "jp"),
    [
        (90, {}, 2),
        (89, {}, 1),
        (44, {}, 0),
        (90, {"own_jp": 0}, 0),
        (90, {"kind": "logistik"}, 0),
        (90, {"kind": "diskusi"}, 2),
    ],
)
def test_begun_teaching_hours_do_not_count(minutes, changes, jp) -> None:
    session = SessionFactory.build(**changes)
    session.ends_at = session.starts_at + timedelta(minutes=minutes)

    assert session.jp == jp


def test_doors_open_and_lateness_begins_by_the_batch_s_minutes() -> None:
    batch = AngkatanFactory.build(open_minutes=30, late_minutes=10)
    session = SessionFactory.build(angkatan=batch, hour=8)

    assert session.opens_at == session.starts_at - timedelta(minutes=30)
    assert session.late_from == session.starts_at + timedelta(minutes=10)


def test_session_runs_from_its_first_moment_to_before_its_last() -> None:
    session, second = SessionFactory.build(), timedelta(seconds=1)
    moments = [session.starts_at - second, session.starts_at, session.ends_at - second, session.ends_at]

    assert [session.is_running(at) for at in moments] == [False, True, True, False]
