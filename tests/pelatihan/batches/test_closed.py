"""A batch that is closed stands still: every writer refuses, and says that it has to be opened again first.

Opening again asks for a reason, which the history keeps; so nothing changes afterwards without one.
"""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from pelatihan.attendance import sessions
from pelatihan.attendance import writer as attendance
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.marking import Mark, mark_many
from pelatihan.batches import inviting, listing, moving, steps
from pelatihan.batches.steps import Open, Step
from pelatihan.lifecycle import Action, Status
from pelatihan.models import (
    Angkatan,
    Attendance,
    AttendanceState,
    ChangeRequest,
    Guest,
    Invitation,
    ListingRequest,
    Message,
    Registration,
    Session,
)
from pelatihan.registration import changes, decisions, letters, requests, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.refusals import BatchOver, LetterRefused
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    UserFactory,
    a_person,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
AFTER = NOON + timedelta(days=30)  # the training is over
FIRST = "Buka lagi dulu angkatannya"


@pytest.fixture
def batch():
    return AngkatanFactory()


@pytest.fixture
def person(batch):
    return a_registration(batch, Status.ACCEPTED, ormas=OrmasFactory())


def close(batch: Angkatan) -> Angkatan:
    steps.take(batch, Step.CLOSE, at=AFTER, knows_what_is_open=True)
    return batch


# ---- Registrations -------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [Action.CANCEL, Action.WAITLIST, Action.REOPEN])
def test_no_decision(batch, person, action):
    close(batch)

    with pytest.raises(BatchOver, match=FIRST):
        writer.move(person, action, actor=clerk(), at=AFTER, reason="Sakit")


def test_nobody_is_registered_by_staff(batch):
    close(batch)

    with pytest.raises(BatchOver, match=FIRST):
        writer.register(batch, Application(a_person(), Registration.Source.STAFF), actor=clerk(), at=AFTER)


def test_nothing_is_put_right(batch, person):
    close(batch)

    with pytest.raises(BatchOver, match=FIRST):
        changes.correct(person, a_person(name="Nama Betul"), actor=clerk(), at=AFTER)


def test_nobody_is_replaced(batch, person):
    close(batch)

    with pytest.raises(BatchOver, match=FIRST):
        changes.replace(person, Application(a_person(name="Baru"), Registration.Source.STAFF), actor=clerk(), at=AFTER)


def test_reserve_does_not_move_up(batch, person):
    reserve = a_registration(batch, Status.WAITLISTED, ormas=person.ormas)
    close(batch)

    with pytest.raises(BatchOver, match=FIRST):
        changes.replace_by_reserve(person, reserve, actor=clerk(), at=AFTER)


def test_nobody_who_was_held_back_is_let_in(batch, person):
    close(batch)

    with pytest.raises(BatchOver, match=FIRST):
        writer.release(batch, [person.pk], actor=clerk(), at=AFTER)


def test_decision_is_not_taken_back(batch):
    one = a_registration(batch, Status.SUBMITTED)
    decided = decisions.decide([one], Action.ACCEPT, actor=clerk(), at=AFTER, seen={})
    close(batch)

    undone = decisions.take_back(decided.decision.pk, actor=clerk(), at=AFTER)

    assert (undone.count, FIRST in str(undone.refused[0][1])) == (0, True)


@pytest.mark.parametrize("kind", ["cancel", "correct"])
def test_request_is_not_granted(batch, person, kind):
    wish = {"changes": {"name": [person.name, "Nama Betul"]}} if kind == "correct" else {}
    request = ChangeRequest.objects.create(registration=person, kind=kind, role="contact", asked_at=NOON, **wish)
    close(batch)

    with pytest.raises(BatchOver, match=FIRST):
        requests.grant(request, actor=clerk(), at=AFTER)

    request.refresh_from_db()
    assert request.state == "waiting"


def test_more_seats_move_nobody_up(batch):
    a_registration(batch, Status.WAITLISTED)
    close(batch)

    assert writer.fill_seats(batch, at=NOON) == []


def test_after_opening_again_staff_put_right_what_is_wrong(batch, person):
    close(batch)
    steps.take(batch, Step.REOPEN, at=AFTER, reason="Nama salah di sertifikat")

    corrected = changes.correct(
        person, Person.of(person).__class__(**vars(Person.of(person)) | {"name": "Nama Betul"}), actor=clerk(), at=AFTER
    )

    assert [line.new for line in corrected] == ["Nama Betul"]


def test_opening_again_owes_a_reason(batch):
    close(batch)

    with pytest.raises(steps.ReasonMissing):
        steps.take(batch, Step.REOPEN, at=AFTER, reason=" ")


# ---- Attendance ----------------------------------------------------------------------------------


@pytest.fixture
def session(batch) -> Session:
    return SessionFactory(angkatan=batch)


def test_desk_lets_nobody_in(batch, person, session):
    close(batch)
    session.refresh_from_db()

    (answer,) = attendance.record(
        session, [Scan(uuid.uuid4(), AFTER, code=person.code)], actor=clerk(), at=AFTER + timedelta(minutes=1)
    )

    assert answer.outcome in {"closed", "not_open"}
    assert not Attendance.objects.exists()


def test_attendance_is_not_changed_by_hand(batch, person, session):
    close(batch)
    session = Session.objects.select_related("angkatan").get()

    (told,) = mark_many(session, [Mark(uuid.uuid4(), person.ref, "present", None)], actor=clerk(), at=AFTER)

    assert FIRST in told.refusal
    assert not Attendance.objects.exists()


def test_signed_sheet_is_not_entered_by_whoever_read_the_batch_before(batch, person, session):
    session = Session.objects.select_related("angkatan").get()
    close(Angkatan.objects.get())

    with pytest.raises(attendance.NotChanged, match=FIRST):
        attendance.mark(session, person, AttendanceState.PRESENT, event_id=uuid.uuid4(), actor=clerk(), at=AFTER)

    assert not Attendance.objects.exists()


@pytest.mark.parametrize("act", ["close", "reopen"])
def test_session_stays_as_it_is(batch, session, act):
    close(batch)

    with pytest.raises(sessions.BatchClosed, match=FIRST):
        sessions.close(session, at=AFTER) if act == "close" else sessions.reopen(session, at=AFTER)

    session.refresh_from_db()
    assert session.closed_at is None


def test_desk_reads_why_a_session_is_not_opened_again(client, batch, session):
    Session.objects.update(closed_at=NOON)
    close(batch)
    client.force_login(UserFactory(role="panitia"))

    page = client.post(reverse("desk_close", args=[batch.slug, session.pk]), {"buka": "1"}, follow=True)

    assert FIRST in page.content.decode()
    session.refresh_from_db()
    assert session.closed_at == NOON


# ---- Invitations, letters, requests to be invited ------------------------------------------------


def test_nobody_is_invited(batch):
    close(batch)

    with pytest.raises(inviting.InvitingRefused, match=FIRST):
        inviting.invite(batch, [OrmasFactory()])

    assert not Invitation.objects.exists()


@pytest.mark.parametrize("is_received", [True, False])
def test_no_letter_is_ticked(batch, is_received):
    invitation = InvitationFactory(angkatan=batch)
    close(batch)

    with pytest.raises(LetterRefused, match=FIRST):
        letters.tick(invitation, is_received=is_received, user=UserFactory(), at=AFTER)


def test_ormas_that_asked_is_not_invited(batch):
    request = ListingRequest.objects.create(angkatan=batch, name="Forum Contoh", asked_at=NOON)
    close(batch)

    assert "sudah ditutup" in listing.over_sentence(request.angkatan)


def test_days_stay(batch):
    close(batch)

    with pytest.raises(moving.MoveRefused, match="sudah ditutup"):
        moving.may_move(batch)


# ---- The plan, in the admin ----------------------------------------------------------------------


@pytest.fixture
def committee(client):
    client.force_login(UserFactory(role="panitia"))
    return client


def test_plan_is_read_and_says_why_it_is_not_saved(committee, batch):
    close(batch)
    address = reverse("admin:pelatihan_angkatan_change", args=[batch.pk])

    shown, sent = committee.get(address), committee.post(address, {"theme": "Lain"}, follow=True)

    assert shown.status_code == 200
    assert 'name="theme"' not in shown.content.decode()
    assert f"{batch.name} sudah ditutup, jadi rencananya tidak berubah lagi. {FIRST}." in sent.content.decode()
    batch.refresh_from_db()
    assert batch.theme != "Lain"


def test_sessions_and_signers_are_rows_to_read(committee, batch, session):
    close(batch)

    html = committee.get(reverse("admin:pelatihan_angkatan_change", args=[batch.pk])).content.decode()

    assert "sessions-0-title" not in html
    assert session.title in html
    assert "Buka lagi angkatan" in html


def test_guest_stays_and_none_is_added(committee, batch):
    guest = Guest.objects.create(angkatan=batch, name="Narasumber Contoh", category="speaker")
    close(batch)
    address = reverse("admin:pelatihan_guest_change", args=[guest.pk])

    sent = committee.post(address, {"name": "Lain"}, follow=True).content.decode()
    add = committee.post(
        reverse("admin:pelatihan_guest_add"), {"angkatan": batch.pk, "name": "Baru", "category": "speaker"}
    )

    assert "daftar tamunya tidak berubah lagi" in sent
    assert list(Guest.objects.values_list("name", flat=True)) == ["Narasumber Contoh"]
    assert add.status_code == 200
    assert committee.post(reverse("admin:pelatihan_guest_delete", args=[guest.pk]), {"post": "yes"}).status_code == 403


def test_invitation_stays(client, batch):
    invitation = InvitationFactory(angkatan=batch)
    close(batch)
    client.force_login(UserFactory(role="verifikator"))

    sent = client.post(
        reverse("admin:pelatihan_invitation_change", args=[invitation.pk]), {"own_seats": "9"}, follow=True
    )

    assert "undangannya tidak berubah lagi" in sent.content.decode()
    invitation.refresh_from_db()
    assert invitation.own_seats is None


def test_page_of_inviting_says_why(client, batch):
    close(batch)
    client.force_login(UserFactory(role="verifikator"))

    sent = client.post(
        reverse("admin:pelatihan_angkatan_invite", args=[batch.pk]), {"ormas": [OrmasFactory().pk]}, follow=True
    )

    assert FIRST in sent.content.decode()


# ---- Closing: what is still open -----------------------------------------------------------------


def test_what_is_open_is_counted_each(batch):
    for status, count in ((Status.SUBMITTED, 1), (Status.NEEDS_FIX, 2), (Status.WAITLISTED, 3)):
        for _ in range(count):
            a_registration(batch, status)
    person = a_registration(batch, Status.ACCEPTED)
    InvitationFactory(angkatan=batch)  # sends nobody, so owes no letter
    ChangeRequest.objects.create(registration=person, kind="cancel", role="contact", asked_at=NOON)
    ListingRequest.objects.create(angkatan=batch, name="Forum Contoh", asked_at=NOON)
    SessionFactory(angkatan=batch), SessionFactory(angkatan=batch, day=1, closed_at=NOON)
    SessionFactory(angkatan=batch, day=1, hour=13, takes_attendance=False)
    for event, state in (("a", "failed"), ("b", "dropped")):
        ended = {"ended_at": NOON} if state == "dropped" else {}
        Message.objects.create(
            kind="accepted", event=event, registration=person, angkatan=batch, channel="email", state=state,
            due_at=NOON, created_at=NOON, **ended,
        )  # fmt: skip

    assert {left.what: left.count for left in steps.unfinished(batch)} == {
        Open.SUBMITTED: 1, Open.NEEDS_FIX: 2, Open.WAITLISTED: 3, Open.REQUESTS: 1, Open.LISTING: 1,
        Open.SESSIONS: 1, Open.LETTERS: 1, Open.MESSAGES: 1,
    }  # fmt: skip


def test_nothing_open_closes_at_once(batch):
    steps.take(batch, Step.CLOSE, at=AFTER)

    assert Angkatan.objects.get().closed_at == AFTER


def test_something_open_closes_only_for_who_knows(batch):
    a_registration(batch, Status.SUBMITTED)

    with pytest.raises(steps.StillOpen, match="Masih ada yang belum selesai"):
        steps.take(batch, Step.CLOSE, at=AFTER)

    assert Angkatan.objects.get().closed_at is None


def test_page_leads_to_each_open_thing(committee, batch):
    a_registration(batch, Status.SUBMITTED)
    session = SessionFactory(angkatan=batch)
    with time_machine.travel(AFTER):
        asked = committee.post(reverse("admin:pelatihan_angkatan_condition", args=[batch.pk]), {"step": "close"})

    points = {point.sentence: point.address for point in asked.context["points"]}

    assert points["1 pendaftaran belum diputuskan"].endswith(f"?angkatan={batch.slug}&status=submitted")
    assert points["1 sesi belum ditutup"] == reverse("desk_close", args=[batch.slug, session.pk])
