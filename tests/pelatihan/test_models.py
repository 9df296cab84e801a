"""What the database itself refuses, and what dates tell."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from ormas.models import Delegate, LegalDocument, Ormas
from pelatihan.lifecycle import Status
from pelatihan.models import (
    Angkatan,
    Attendance,
    AttendanceEvent,
    Correction,
    Guest,
    Office,
    Registration,
    Session,
    Signatory,
    StatusChange,
)
from pelatihan.phases import Phase
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    LegalDocumentFactory,
    OrmasFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
    a_registration,
)

pytestmark = pytest.mark.django_db


def refused(write: Callable[[], object]) -> str:
    """The name of the constraint, or the message, with which the database refuses."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    return str(refusal.value)


def an_event(registration: Registration | None, session: Session, **fields: Any) -> AttendanceEvent:
    known = {
        "id": uuid.uuid4(),
        "kind": "check_in",
        "registration": registration,
        "session": session,
        "happened_at": NOON,
        "arrived_at": NOON,
        "means": "scan",
        "state": "present",
        "outcome": "present",
    }
    return AttendanceEvent.objects.create(**(known | fields))


# ---- Batches and sessions ------------------------------------------------------------------------


def test_batch_is_known_by_number_and_year() -> None:
    AngkatanFactory(number=2, year=2019)

    assert "one_batch_a_number_and_year" in refused(lambda: AngkatanFactory(number=2, year=2019, slug="lain"))


def test_letter_is_due_before_the_training_has_begun() -> None:
    """On the first day at the latest: that is when people come with it."""
    first = AngkatanFactory().starts_on
    assert AngkatanFactory(letter_due_on=first).letter_due_on == first
    AngkatanFactory.build(letter_due_on=first).clean()
    late = first + timedelta(days=1)
    assert "letter_is_due_by_the_first_day" in refused(lambda: AngkatanFactory(letter_due_on=late))
    with pytest.raises(ValidationError) as refusal:
        AngkatanFactory.build(letter_due_on=late).clean()
    assert refusal.value.message_dict == {
        "letter_due_on": ["Surat tugas harus ada paling lambat pada hari pertama. Pilih tanggal itu atau sebelumnya."]
    }


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"told_at": NOON}, "told_invitation_names_its_clerk"),
        ({"opened_at": NOON}, "invitation_opened_first_then_last"),
        ({"last_opened_at": NOON}, "invitation_opened_first_then_last"),
        ({"opened_at": NOON, "last_opened_at": NOON - timedelta(seconds=1)}, "invitation_opened_first_then_last"),
    ],
)
def test_invitation_tells_whole_stories(fields: dict[str, Any], name: str) -> None:
    assert name in refused(lambda: InvitationFactory(**fields))


def test_batch_names_itself_in_roman() -> None:
    angkatan = AngkatanFactory(number=2)

    assert (angkatan.slug, angkatan.name, angkatan.full_name) == (
        "2019-ii", "Angkatan II 2019", "Angkatan II Tahun 2019",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"ends_on": date(2019, 3, 10)}, "batch_ends_after_it_starts"),
        ({"closes_at": NOON - timedelta(days=20)}, "registration_closes_after_it_opens"),
        ({"cancelled_at": NOON}, "cancelled_batch_gives_a_reason"),
        ({"decision_days": 0}, "decision_comes_within_two_months"),
        ({"decision_days": 61}, "decision_comes_within_two_months"),
    ],
)
def test_batch_with_impossible_dates_is_refused(changes: dict[str, object], constraint: str) -> None:
    angkatan = AngkatanFactory()

    assert constraint in refused(lambda: Angkatan.objects.filter(pk=angkatan.pk).update(**changes))


def test_batch_number_zero_is_refused() -> None:
    assert "batch_number_starts_at_one" in refused(lambda: AngkatanFactory(number=0, slug="nol"))


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        (NOON - timedelta(days=11), Phase.NOT_YET_OPEN),
        (NOON, Phase.OPEN),
        (NOON + timedelta(days=10), Phase.CLOSED),
        (datetime(2019, 3, 10, 17, 0, tzinfo=UTC), Phase.RUNNING),  # 00.00 WIB of the first day
        (datetime(2019, 3, 13, 16, 59, tzinfo=UTC), Phase.RUNNING),
        (datetime(2019, 3, 13, 17, 0, tzinfo=UTC), Phase.FINISHED),
    ],
)
def test_phase_follows_the_clock(at: datetime, phase: Phase) -> None:
    assert AngkatanFactory().phase(at) == phase


def test_cancelled_batch_is_nothing_else() -> None:
    assert AngkatanFactory(cancelled_at=NOON, cancel_reason="Gempa").phase(NOON) == Phase.CANCELLED


def test_two_sessions_never_share_a_room_at_a_time() -> None:
    session = SessionFactory(room="Aula")

    assert "one_session_a_room_at_a_time" in refused(
        lambda: SessionFactory(angkatan=session.angkatan, room="Aula", starts_at=session.starts_at)
    )


def test_sessions_may_follow_in_the_same_room() -> None:
    session = SessionFactory(room="Aula")

    SessionFactory(angkatan=session.angkatan, room="Aula", starts_at=session.ends_at)
    SessionFactory(angkatan=session.angkatan, room="Ruang 2", starts_at=session.starts_at)


def test_session_ends_after_it_starts() -> None:
    session = SessionFactory()

    assert "session_ends_after_it_starts" in refused(
        lambda: Session.objects.filter(pk=session.pk).update(ends_at=session.starts_at)
    )


def test_session_outside_its_batch_is_refused() -> None:
    session = SessionFactory.build(angkatan=AngkatanFactory(), day=5)

    with pytest.raises(ValidationError, match="Sesi harus pada 11–13 Maret 2019"):
        session.full_clean()


@pytest.mark.parametrize(("kind", "minutes", "jp"), [("materi", 90, 2), ("diskusi", 45, 1), ("seremoni", 90, 0)])
def test_teaching_hours_last_45_minutes(kind: str, minutes: int, jp: int) -> None:
    session = SessionFactory.build(kind=kind)
    session.ends_at = session.starts_at + timedelta(minutes=minutes)

    assert session.jp == jp


def test_teaching_hours_may_be_set_by_staff() -> None:
    assert SessionFactory.build(kind="seremoni", own_jp=3).jp == 3


# ---- Registrations -------------------------------------------------------------------------------


def test_delegate_is_active_once_in_a_batch() -> None:
    registration = a_registration(AngkatanFactory())
    Registration.objects.filter(pk=registration.pk).update(status=Status.CANCELLED)
    copy = Registration(
        angkatan=registration.angkatan, delegate=registration.delegate, ormas=registration.ormas,
        name="Siti", source="web", submitted_at=NOON,
    )  # fmt: skip
    copy.save()

    assert "one_active_registration_a_delegate" in refused(
        lambda: Registration.objects.filter(pk=registration.pk).update(status=Status.ACCEPTED)
    )


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"ormas": None}, "ormas_is_listed_or_written"),
        ({"ormas_text": "Forum Lain"}, "ormas_is_listed_or_written"),
        ({"code": "ABCDEFGU"}, "code_has_eight_signs"),
        ({"status": "lulus"}, "status_is_known"),
        ({"source": "pos"}, "source_is_known"),
        ({"queue_number": 4}, "only_waiting_people_queue"),
        ({"name": "X"}, "registered_name_is_written"),
    ],
)
def test_impossible_registration_is_refused(changes: dict[str, object], constraint: str) -> None:
    registration = a_registration(AngkatanFactory())

    assert constraint in refused(lambda: Registration.objects.filter(pk=registration.pk).update(**changes))


def test_nobody_replaces_oneself() -> None:
    registration = a_registration(AngkatanFactory())

    assert "nobody_replaces_oneself" in refused(
        lambda: Registration.objects.filter(pk=registration.pk).update(replaces=registration)
    )


def test_queue_number_is_given_once() -> None:
    angkatan = AngkatanFactory(capacity=0)
    first, second = a_registration(angkatan, "submitted"), a_registration(angkatan, "submitted")

    assert "one_place_a_queue_number" in refused(
        lambda: Registration.objects.filter(pk=second.pk).update(queue_number=first.queue_number)
    )


def test_history_is_never_changed() -> None:
    registration = a_registration(AngkatanFactory())

    assert "appended only" in refused(lambda: StatusChange.objects.update(reason="Lain"))
    assert "appended only" in refused(lambda: registration.history.all().delete())


def a_correction(**fields: Any) -> Correction:
    known = {"registration": a_registration(AngkatanFactory()), "field": "phone", "role": "delegate", "at": NOON}
    return Correction.objects.create(**(known | {"old": "+6281200000001", "new": "+6281200000002"} | fields))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("phone", {"new": ""}),
        ("phone", {"old": "", "new": "+6281200000003"}),
        ("phone", {"old": "", "new": "", "reason": "Lain"}),
        ("phone", {"reason": "Lain"}),
        ("name", {"old": "", "new": ""}),
    ],
)
def test_correction_is_never_changed(field: str, change: dict[str, str]) -> None:
    line = a_correction(field=field)

    assert "appended only" in refused(lambda: Correction.objects.update(**change))
    assert "appended only" in refused(line.delete)


@pytest.mark.parametrize("field", Correction.CONTACT)
def test_contacts_in_corrections_can_be_blanked(field: str) -> None:
    a_correction(field=field)

    assert Correction.objects.update(old="", new="") == 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"old": "+6281200000002"}, "correction_changes_something"),
        ({"role": "staff"}, "staff_correction_names_its_clerk"),
        ({"field": "special_needs", "old": "", "new": "Kursi roda"}, "correction_keeps_no_special_needs"),
    ],
)
def test_impossible_correction_is_refused(fields: dict[str, str], constraint: str) -> None:
    assert constraint in refused(lambda: a_correction(**fields))


def test_staff_change_names_its_clerk() -> None:
    registration = a_registration(AngkatanFactory())

    assert "staff_change_names_its_clerk" in refused(
        lambda: StatusChange.objects.create(
            registration=registration, action="accept", to_status="accepted", role="staff", at=NOON
        )
    )


def test_expected_people_are_accepted_or_let_in() -> None:
    angkatan = AngkatanFactory()
    session = SessionFactory(angkatan=angkatan)
    accepted, let_in = a_registration(angkatan), a_registration(angkatan, Status.WAITLISTED)
    a_registration(angkatan, Status.REJECTED)
    event = an_event(let_in, session)
    Attendance.objects.create(registration=let_in, session=session, state="late", first_at=NOON, event=event)

    assert list(angkatan.registrations.expected().order_by("pk")) == [accepted, let_in]


# ---- Attendance ----------------------------------------------------------------------------------


def test_events_are_never_changed() -> None:
    session = SessionFactory()
    event = an_event(a_registration(session.angkatan), session)

    assert "appended only" in refused(lambda: AttendanceEvent.objects.update(reason="Lain"))
    assert "appended only" in refused(event.delete)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"registration": None}, "only_refusals_lack_a_person"),
        ({"kind": "undo", "state": ""}, "undo_names_what_it_undoes"),
        ({"state": ""}, "event_state_fits_its_kind"),
        ({"kind": "refusal"}, "event_state_fits_its_kind"),
        ({"kind": "clear"}, "event_state_fits_its_kind"),
        ({"kind": "mark", "state": "left"}, "who_left_early_left_at_a_time"),
        ({"kind": "mark", "state": "sick", "left_at": NOON}, "who_left_early_left_at_a_time"),
        ({"state": "left", "left_at": NOON}, "who_left_early_left_at_a_time"),
        ({"means": "closing"}, "only_a_mark_comes_by_closing"),
        ({"kind": "mark", "state": "sick", "means": "closing"}, "only_a_mark_comes_by_closing"),
        ({"kind": "clear", "state": "", "means": "closing"}, "only_a_mark_comes_by_closing"),
    ],
)
def test_impossible_event_is_refused(fields: dict[str, Any], constraint: str) -> None:
    session = SessionFactory()
    registration = a_registration(session.angkatan)

    assert constraint in refused(lambda: an_event(**{"registration": registration, "session": session, **fields}))


@pytest.mark.parametrize(("kind", "state"), [("mark", "sick"), ("clear", ""), ("check_in", "present")])
def test_who_overrides_says_why_and_a_check_in_overrides_nothing(kind: str, state: str) -> None:
    session = SessionFactory()
    registration = a_registration(session.angkatan)
    before = an_event(registration, session)
    reason = "Surat" if kind == "check_in" else ""

    assert "overriding_gives_a_reason" in refused(
        lambda: an_event(registration, session, kind=kind, state=state, overrides=before, reason=reason)
    )


@pytest.mark.parametrize("fields", [{"state": "left"}, {"left_at": NOON}])
def test_attendance_tells_when_somebody_left_and_of_nobody_else(fields: dict[str, Any]) -> None:
    session = SessionFactory()
    registration = a_registration(session.angkatan)
    row = {"registration": registration, "session": session, "state": "present", "first_at": NOON}
    row |= {"event": an_event(registration, session)}

    assert "attendance_tells_when_somebody_left" in refused(lambda: Attendance.objects.create(**(row | fields)))


def test_only_a_closed_session_was_closed_by_somebody() -> None:
    assert "only_a_closed_session_was_closed_by_somebody" in refused(lambda: SessionFactory(closed_by=UserFactory()))


def test_attendance_stays_in_its_batch() -> None:
    session, stranger = SessionFactory(), a_registration(AngkatanFactory())
    event = an_event(stranger, session)

    assert "another batch" in refused(
        lambda: Attendance.objects.create(
            registration=stranger, session=session, state="present", first_at=NOON, event=event
        )
    )


def test_person_counts_once_in_a_session() -> None:
    session = SessionFactory()
    registration = a_registration(session.angkatan)
    event = an_event(registration, session)
    row = {"registration": registration, "session": session, "state": "present", "first_at": NOON, "event": event}
    Attendance.objects.create(**row)

    assert "one_attendance_a_person_and_session" in refused(lambda: Attendance.objects.create(**row))


# ---- Organisations, people, papers, office -------------------------------------------------------


def test_ormas_is_invited_once_to_a_batch() -> None:
    invitation = InvitationFactory()

    assert "one_invitation_an_ormas" in refused(
        lambda: InvitationFactory(angkatan=invitation.angkatan, ormas=invitation.ormas)
    )


def test_two_rivals_may_carry_one_name() -> None:
    OrmasFactory(name="Komite Contoh")
    OrmasFactory(name="Komite Contoh")

    assert Ormas.objects.matching("komite contoh").count() == 2


def test_ormas_is_found_by_words_of_name_and_abbreviation() -> None:
    wanted = OrmasFactory(name="Forum Betawi Contoh", abbreviation="FBC")
    OrmasFactory(name="Forum Lain")

    assert [list(Ormas.objects.matching(words)) for words in ("betawi forum", "fbc")] == [[wanted], [wanted]]


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"name": "X"}, "delegate_name_is_written"),
        ({"gender": "X"}, "delegate_gender_is_known"),
        ({"phone": "081234567890"}, "delegate_phone_is_mobile"),
        ({"privacy_version": "2019-01"}, "delegate_privacy_version_and_time"),
        ({"privacy_at": NOON}, "delegate_privacy_version_and_time"),
    ],
)
def test_impossible_delegate_is_refused(fields: dict[str, object], constraint: str) -> None:
    assert constraint in refused(lambda: Delegate.objects.create(**({"name": "Siti Rahmawati"} | fields)))


def test_delegate_is_not_merged_into_oneself() -> None:
    delegate = Delegate.objects.create(name="Siti Rahmawati")

    assert "delegate_not_merged_into_itself" in refused(
        lambda: Delegate.objects.filter(pk=delegate.pk).update(merged_into=delegate)
    )


def test_document_expires_after_its_issue() -> None:
    document = LegalDocumentFactory(issued_on=date(2019, 1, 1))

    assert "document_expires_after_issue" in refused(
        lambda: LegalDocument.objects.filter(pk=document.pk).update(expires_on=date(2018, 1, 1))
    )


def test_employee_number_is_printed_in_groups() -> None:
    assert SignatoryFactory().printed_number == "19800101 200501 1 001"


def test_employee_number_has_18_digits() -> None:
    signatory = SignatoryFactory()

    assert "signatory_number_has_18_digits" in refused(
        lambda: Signatory.objects.filter(pk=signatory.pk).update(employee_number="123")
    )


def test_guest_speaks_in_a_session_of_the_batch() -> None:
    guest = Guest(angkatan=AngkatanFactory(), session=SessionFactory(), category="speaker", name="Narasumber")

    with pytest.raises(ValidationError, match="Pilih sesi dari angkatan ini"):
        guest.clean()


def test_installation_has_one_office() -> None:
    Office.objects.create(pk=1)

    assert "office_is_one" in refused(lambda: Office.objects.create(pk=2))


def test_models_pass_django_s_own_checks():
    call_command("check", "--tag=models", "--fail-level=WARNING")
