"""What a fresh trial holds: three batches, told through the writers, with nobody real in them."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models import Count, Q
from django.test import TestCase
from django.utils.timezone import localdate

from ormas import names, phones
from ormas.models import Delegate, Ormas
from pelatihan.certificates.standing import standings
from pelatihan.lifecycle import Status
from pelatihan.management.commands.load_reference import NOT_EMPTY, load
from pelatihan.models import (
    Angkatan,
    Attendance,
    AttendanceEvent,
    AttendanceState,
    Certificate,
    ChangeRequest,
    Honorarium,
    LetterNumber,
    ListingRequest,
    Message,
    Office,
    PrintedSheet,
    Registration,
    SheetEntry,
    StatusChange,
)
from pelatihan.payments.fees import fee_of
from pelatihan.payments.receivers import receivers
from pelatihan.phases import Phase
from pelatihan.trial.reference import rundown, tables
from tests.factories import AngkatanFactory

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 24, 2, 25, tzinfo=UTC)  # Tuesday, 09.25 WIB
TABLES = ("finished", "running", "upcoming", "named")
WELL_KNOWN = {
    "soekarno", "sukarno", "hatta", "soeharto", "suharto", "habibie", "megawati", "yudhoyono", "jokowi", "baswedan",
    "purnama", "ahok", "subianto", "prabowo", "gibran", "kalla", "uno", "sandiaga", "djarot", "pramono", "anung",
    "rhoma", "tjokroaminoto", "shihab", "rizieq",
}  # fmt: skip


def batch(phase: Phase, at: datetime = MORNING) -> Angkatan:
    return next(angkatan for angkatan in Angkatan.objects.all() if angkatan.phase(at) == phase)


def statuses(angkatan: Angkatan) -> dict[str, int]:
    return dict(angkatan.registrations.values_list("status").annotate(Count("pk")))


@pytest.mark.xdist_group("reference")  # or each worker loads it
class ReferenceTests(TestCase):
    """What the load leaves, looked at from many sides; loaded once for all of them."""

    @classmethod
    def setUpTestData(cls):
        load(MORNING)

    def test_delegates_of_2019_stand_in_mixed_states(self):
        assert statuses(batch(Phase.FINISHED)) == {
            "accepted": 97, "needs_fix": 1, "waitlisted": 2, "rejected": 1, "cancelled": 2, "replaced": 1,
        }  # fmt: skip

    def test_capacity_of_2019_equals_seats_held(self):
        angkatan = batch(Phase.FINISHED)

        assert angkatan.registrations.holding_seat().count() == angkatan.capacity

    def test_rundown_has_seventeen_teaching_hours(self):
        assert sum(session.jp for session in batch(Phase.FINISHED).sessions.all()) == 17

    def test_teaching_and_opening_take_attendance(self):
        kinds = batch(Phase.FINISHED).sessions.taking_attendance().order_by().values_list("kind")

        assert dict(kinds.annotate(Count("pk"))) == {"materi": 6, "diskusi": 3, "seremoni": 1}

    def test_every_organisation_is_invited(self):
        assert Ormas.objects.count() == batch(Phase.FINISHED).invitations.count() == 39

    def test_replacement_came_after_the_freeze(self):
        successor = batch(Phase.FINISHED).registrations.get(replaces__isnull=False)

        assert successor.replaces.status == Status.REPLACED
        assert successor.history.get().is_late

    def test_somebody_moved_up_from_the_queue(self):
        history = StatusChange.objects.filter(registration__angkatan=batch(Phase.FINISHED))

        assert history.filter(action="promote", role="system").count() == 1

    def test_open_batch_shows_every_status(self):
        angkatan = batch(Phase.OPEN)

        assert set(statuses(angkatan)) == set(Status.values)
        assert angkatan.registrations.in_queue().count() == 2
        assert angkatan.registrations.holding_seat().count() < angkatan.capacity

    def test_one_organisation_named_its_people_by_its_link(self):
        named = batch(Phase.OPEN).registrations.filter(source="group").order_by("pk")

        assert [one.status for one in named] == ["accepted", "submitted", "submitted"]
        assert [one.told.filter(role="contact").exists() for one in named] == [True, True, False]
        assert named[1].answered_at is not None
        assert named[2].delegate.phone == named[2].ormas.contact_phone

    def test_something_waits_on_every_new_page(self):
        of_open, running = batch(Phase.OPEN), batch(Phase.RUNNING)
        waiting = ChangeRequest.objects.filter(state="waiting").order_by("kind")

        assert [(asked.registration.angkatan, asked.kind) for asked in waiting] == [
            (of_open, "correct"), (running, "replace"),
        ]  # fmt: skip
        assert set(waiting[1].registration.attendances.values_list("event__means", flat=True)) == {"closing"}
        assert ListingRequest.objects.waiting().filter(angkatan=of_open).count() == 1
        assert of_open.invitations.filter(letter_received_at__isnull=False, letters=None).count() == 1
        assert 0 < of_open.invitations.filter(told_at=None).count() < of_open.invitations.filter(opened_at=None).count()

    def test_a_handful_of_messages_stands_at_every_state(self):
        messages = Message.objects.filter(angkatan=batch(Phase.OPEN))

        assert Message.objects.count() == messages.count() < 20
        assert messages.by_hand(MORNING).count() > 5
        assert set(messages.values_list("state", flat=True)) == {"waiting", "sent", "failed", "doubtful"}
        assert all(one.status == one.registration.status for one in messages)
        assert not any("{" in one.body for one in messages)
        assert not messages.filter(Q(created_at__gt=MORNING) | Q(ended_at__gt=MORNING)).exists()

    def test_every_fix_says_which_field(self):
        assert not StatusChange.objects.filter(action="ask_fix", fields=[]).exists()

    def test_history_ends_at_every_status(self):
        for registration in Registration.objects.prefetch_related("history"):
            assert list(registration.history.all())[-1].to_status == registration.status

    def test_nothing_happened_after_loading(self):
        assert not StatusChange.objects.filter(at__gt=MORNING).exists()
        assert not Registration.objects.filter(submitted_at__gt=MORNING).exists()
        assert not ChangeRequest.objects.filter(asked_at__gt=MORNING).exists()

    def test_no_ormas_exceeds_its_seats(self):
        for angkatan in Angkatan.objects.all():
            held = angkatan.registrations.holding_seat().order_by().values("ormas").annotate(held=Count("pk"))
            assert max(row["held"] for row in held) <= angkatan.seats_per_ormas

    def test_sessions_of_2019_are_recorded_and_closed(self):
        sessions = batch(Phase.FINISHED).sessions.taking_attendance()
        states = set(Attendance.objects.filter(session__in=sessions).values_list("state", flat=True))

        assert states == set(AttendanceState.values)
        for session in sessions:
            assert session.closed_at is not None
            assert 85 <= session.attendances.exclude(event__means="closing").count() < 98

    def test_first_list_of_2019_came_back_but_for_its_last_page(self):
        sheet = PrintedSheet.objects.get()
        pages = SheetEntry.objects.standing().order_by("page").values_list("page", flat=True)

        assert [*pages] == [*range(1, len(sheet.ends))]
        assert not AttendanceEvent.objects.filter(means="paper", reason__startswith="Lembar DH1").exists()

    def test_certificates_of_2019_are_issued_to_who_was_there(self):
        angkatan = batch(Phase.FINISHED)
        found = standings(angkatan)

        assert len(found.given) == Certificate.objects.count() > 60
        assert found.due == found.changed == []
        assert len(found.refused) > 10
        assert Certificate.objects.earliest("no").number == "001/SERT-ORMAS/III/2019"

    def test_session_under_way_waits_for_some(self):
        angkatan = batch(Phase.RUNNING)
        session = next(session for session in angkatan.sessions.all() if session.is_running(MORNING))

        assert session.closed_at is None
        assert session.self_check_in
        assert 20 <= session.attendances.inside().count() <= 55
        assert angkatan.registrations.accepted().count() == 65

    def test_attendance_is_the_sum_of_its_events(self):
        rows = Attendance.objects.order_by("session", "registration")
        told = list(rows.values("session", "registration", "state", "first_at", "event"))
        Attendance.objects.all().delete()

        call_command("rebuild_attendance", stdout=StringIO())

        assert list(rows.values("session", "registration", "state", "first_at", "event")) == told

    def test_desk_met_its_usual_mishaps(self):
        events = AttendanceEvent.objects.filter(happened_at__lte=MORNING)

        assert events.count() == AttendanceEvent.objects.count()
        assert {"already", "unknown_code", "not_accepted"} <= set(events.values_list("outcome", flat=True))
        assert events.filter(kind="undo").exists()

    def test_finished_batch_invited_by_letter_and_paid_who_came(self):
        finished = batch(Phase.FINISHED)
        found = receivers(finished.payment_lists.get())

        assert (len(found.paid), len(found.left_out)) == (88, 9)
        assert all(fee_of(one) for one in Honorarium.objects.of(finished))
        assert LetterNumber.objects.filter(invitation__angkatan=finished).count() == finished.invitations.count()

    def test_codes_are_the_same_on_every_loading(self):
        assert batch(Phase.FINISHED).registrations.get(name="Suparman").code == "VT9EH0BS"

    def test_phones_are_of_the_invented_range(self):
        people = Delegate.objects.values_list("phone", flat=True)

        for number in filter(None, [*people, *Ormas.objects.values_list("contact_phone", flat=True)]):
            phones.check_stored(number)
            assert phones.display(number).startswith("0812-0000-")

    def test_invented_organisation_data_says_so(self):
        assert not Ormas.objects.exclude(notes__startswith="Data contoh").exists()

    def test_demo_users_have_role_and_password(self):
        for user in User.objects.all():
            assert [group.name for group in user.groups.all()] == [user.username]
            assert user.is_superuser == (user.username == "admin")
            assert user.check_password("pelatihan-demo")
        assert User.objects.count() == 5


# ---- People --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_names_hold_only_printable_signs(name):
    for row in tables.delegates(name):
        names.check_name(row.name)
        for text in (row.front_title, row.back_title, row.nickname, row.position):
            names.check_letters(text)


@pytest.mark.parametrize("name", TABLES)
def test_names_are_of_nobody_well_known(name):
    words = {word.strip(".,").lower() for row in tables.delegates(name) for word in row.name.split()}

    assert words & WELL_KNOWN == set()


def test_names_show_every_trait():
    people = tables.delegates("finished")

    assert any(" " not in row.name for row in people)
    assert any("'" in row.name for row in people)
    assert any(" bin " in row.name for row in people)
    assert any(row.front_title and row.back_title for row in people)
    assert max(len(names.with_titles(row.front_title, row.name, row.back_title)) for row in people) > 100


def test_no_name_is_used_twice():
    everybody = [row.name for name in TABLES for row in tables.delegates(name)]

    assert len(everybody) == len(set(everybody))


# ---- At any hour of the year ---------------------------------------------------------------------

HOURS = [
    MORNING,
    datetime(2026, 11, 23, 17, 2, tzinfo=UTC),  # 00.02 WIB
    datetime(2026, 11, 24, 16, 59, 30, tzinfo=UTC),  # 23.59 WIB
    datetime(2026, 12, 31, 17, 5, tzinfo=UTC),  # New Year, 00.05 WIB: began last year
    datetime(2026, 12, 31, 4, 0, tzinfo=UTC),  # the open one is next year's first
    datetime(2028, 2, 29, 8, 0, tzinfo=UTC),
    datetime(2026, 1, 31, 1, 0, tzinfo=UTC),  # Saturday, before a short month
]


@pytest.mark.parametrize("at", HOURS, ids=lambda at: f"{at:%Y%m%d-%H%M}")
def test_session_is_under_way_at_any_hour(at):
    today = localdate(at)
    angkatan = AngkatanFactory(starts_on=today, ends_on=today, year=today.year)

    rundown.fill_today(angkatan, at)

    assert sum(session.is_running(at) for session in angkatan.sessions.all()) == 1
    assert {session.day for session in angkatan.sessions.all()} == {today}


@pytest.mark.parametrize("at", HOURS[3:5], ids=["new-year", "new-year's-eve"])
def test_batches_hold_across_the_turn_of_the_year(at):
    load(at)

    for phase in (Phase.RUNNING, Phase.OPEN):
        batch(phase, at).full_clean()


# ---- Only into an empty trial --------------------------------------------------------------------


def test_command_refuses_outside_a_trial(settings):
    settings.TRIAL = False

    with pytest.raises(CommandError, match="PELATIHAN_DEMO=1"):
        call_command("load_reference")
    assert not User.objects.exists()


def test_what_was_entered_stays_alone(capsys):
    AngkatanFactory()

    call_command("load_reference")

    assert capsys.readouterr().out.strip() == NOT_EMPTY
    assert (Angkatan.objects.count(), User.objects.count(), Office.objects.count()) == (1, 0, 0)


def test_second_loading_changes_nothing(capsys):
    call_command("load_reference")
    before = list(Registration.objects.values().order_by("pk"))

    call_command("load_reference")

    assert NOT_EMPTY in capsys.readouterr().out
    assert list(Registration.objects.values().order_by("pk")) == before


def test_failed_loading_leaves_nothing(monkeypatch):
    monkeypatch.setattr("pelatihan.trial.reference.tables.rundown", lambda batch: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        load(MORNING)
    assert not Ormas.objects.exists()
