"""What is still done in a batch that is over, who is new, who may come back, what delegates do by themselves."""

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from ormas.models import Delegate
from pelatihan.accounts.actor import CONTACT, DELEGATE, SYSTEM
from pelatihan.attendance import writer as attendance
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import ACTIVE, TRANSITIONS, Action, NotAllowed, Role, Status
from pelatihan.models import Angkatan, AttendanceState, Decision, Invitation, Registration
from pelatihan.registration import changes, decisions, eligibility, writer
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import AlreadyRegistered, BatchOver, NotOpenNow, OrmasNotInvited, Refusal
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    a_person,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
CANCELLED = {"cancelled_at": NOON, "cancel_reason": "Gempa"}
CLOSED = {"closed_at": NOON}
STAFF_ACTIONS = [action for action, row in TRANSITIONS.items() if Role.STAFF in row.roles and action != Action.REPLACE]


def somebody(source=Registration.Source.STAFF, **person) -> Application:
    return Application(a_person(**person), source)


def by_staff(deed: str, registration: Registration) -> object:
    """Whatever staff can do to a registration."""
    if deed == eligibility.REGISTER:
        wish = Application(a_person(), Registration.Source.STAFF, ormas=registration.ormas)
        return writer.register(registration.angkatan, wish, actor=clerk(), at=NOON)
    if deed == eligibility.RELEASE:
        return writer.release(registration.angkatan, [registration.pk], actor=clerk(), at=NOON)
    if deed == eligibility.CORRECT:
        return changes.correct(registration, a_person(), actor=clerk(), at=NOON)
    if deed == eligibility.UNDO:
        return writer.undo(registration.angkatan, Decision.objects.get(), actor=clerk(), at=NOON)
    if deed == Action.REPLACE:
        return changes.replace(registration, somebody(), actor=clerk(), at=NOON)
    return writer.move(registration, Action(deed), actor=clerk(), at=NOON, reason="Alasan")


def one_for(deed: str) -> Registration:
    """Somebody to whom that could be done, were the batch not over."""
    sources = TRANSITIONS[Action(deed)].sources if deed in TRANSITIONS else {Status.SUBMITTED}
    registration = a_registration(AngkatanFactory(), min(sources))
    if deed == eligibility.UNDO:
        decisions.decide([registration], Action.ACCEPT, actor=clerk(), at=NOON, seen={})
    return registration


# ---- A batch that is over ------------------------------------------------------------------------


@pytest.mark.parametrize("deed", sorted(eligibility.DEEDS - {Action.WITHDRAW, Action.PROMOTE, eligibility.MERGE}))
@pytest.mark.parametrize("over", [CANCELLED, CLOSED, {}], ids=["cancelled", "closed", "going on"])
def test_matrix_of_deeds_in_a_batch_that_is_over(deed, over):
    registration = one_for(deed)
    Angkatan.objects.update(**over)
    before = list(Registration.objects.values())
    goes_on = not over or (over is CANCELLED and deed in {"correct", "cancel", "reject"})

    if goes_on:
        by_staff(deed, registration)
    else:
        with pytest.raises(BatchOver, match="sudah dibatalkan" if over is CANCELLED else "Buka lagi dulu"):
            by_staff(deed, registration)
        assert list(Registration.objects.values()) == before


@pytest.mark.parametrize("over", [CANCELLED, CLOSED])
def test_delegate_does_nothing_in_a_batch_that_is_over(over):
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)
    Angkatan.objects.update(**over)

    why = "dibatalkan, jadi tidak ada yang perlu diubah" if over is CANCELLED else "sudah berakhir, jadi tidak ada yang"
    with pytest.raises(NotOpenNow, match=why):
        writer.move(registration, Action.WITHDRAW, actor=DELEGATE, at=NOON)
    with pytest.raises(Refusal, match=why):
        changes.correct(registration, a_person(), actor=DELEGATE, at=NOON)


def test_seats_are_not_filled_in_a_batch_that_is_over():
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    a_registration(angkatan, Status.SUBMITTED)
    Angkatan.objects.update(capacity=5, **CLOSED)

    assert writer.fill_seats(angkatan, at=NOON) == []


def test_deeds_are_the_table_s_and_five_beside_it():
    assert {*Action, "register", "release", "correct", "undo", "merge"} == eligibility.DEEDS


def test_delegate_who_may_withdraw_reads_nothing():
    assert eligibility.withdraw_sentence(a_registration(AngkatanFactory()), NOON) == ""


def test_batch_that_goes_on_has_no_sentence():
    assert {eligibility.over_sentence(AngkatanFactory(), deed) for deed in eligibility.DEEDS} == {""}


@pytest.mark.parametrize("over", [CANCELLED, CLOSED])
@pytest.mark.parametrize("late", [timedelta(), timedelta(days=90)])
def test_form_sent_again_after_the_end_is_the_same_registration(over, late):
    angkatan, token = AngkatanFactory(), uuid.uuid4()
    wish = Application(a_person(), Registration.Source.WEB, ormas=a_registration(angkatan).ormas, token=token)
    first = writer.register(angkatan, wish, actor=DELEGATE, at=NOON)
    Angkatan.objects.update(**over)

    assert writer.register(angkatan, wish, actor=DELEGATE, at=NOON + late) == first


# ---- Is the organisation invited -----------------------------------------------------------------


def test_invitation_of_the_same_ormas_elsewhere_is_none():
    here, ormas = AngkatanFactory(), a_registration(AngkatanFactory()).ormas
    wish = Application(a_person(), Registration.Source.WEB, ormas=ormas)

    with pytest.raises(OrmasNotInvited, match=f"tidak diundang ke {here.name}"):
        writer.register(here, wish, actor=DELEGATE, at=NOON)


def test_invitation_is_kept_on_the_registration():
    angkatan = AngkatanFactory()
    InvitationFactory(angkatan=angkatan)
    registration = a_registration(angkatan, Status.SUBMITTED)

    assert registration.invitation == Invitation.objects.get(ormas=registration.ormas)


def test_without_a_contact_the_committee_is_named():
    gone = a_registration(AngkatanFactory(help_name=""), Status.REJECTED)

    assert "Hubungi panitia bila" in eligibility.correct_sentence(gone, NOON)
    assert "Hubungi panitia bila" in eligibility.withdraw_sentence(gone, NOON)


# ---- Is the person new ---------------------------------------------------------------------------

BUDI: dict[str, Any] = {"name": "Budi Contoh", "phone": "+6281200000001"}


def registered(angkatan, ormas=None, text="", **person) -> Registration:
    wish = Application(a_person(**BUDI | person), Registration.Source.STAFF, ormas=ormas, ormas_text=text)
    return writer.register(angkatan, wish, actor=clerk(), at=NOON)


@pytest.mark.parametrize("name", ["Budi Contoh", "BUDI CONTOH", "budi contoh"])
def test_same_person_outside_the_list_is_told(name):
    angkatan = AngkatanFactory()
    registered(angkatan, text="Paguyuban Contoh")

    with pytest.raises(AlreadyRegistered, match="sudah terdaftar") as refusal:
        registered(angkatan, text="Paguyuban Contoh", name=name)
    assert refusal.value.other == Registration.objects.get()  # for staff


@pytest.mark.parametrize("other", [{"text": "Paguyuban Lain"}, {"name": "Ani"}, {"phone": "+6281200000002"}])
def test_another_name_phone_or_ormas_is_another_person(other):
    angkatan = AngkatanFactory()
    registered(angkatan, text="Paguyuban Contoh")

    assert registered(angkatan, **{"text": "Paguyuban Contoh"} | other).status == Status.SUBMITTED


def test_same_person_may_come_for_another_listed_ormas_and_to_another_batch():
    angkatan = AngkatanFactory()
    registered(angkatan, OrmasFactory())

    assert registered(angkatan, OrmasFactory()).status == Status.SUBMITTED
    assert registered(AngkatanFactory(), Registration.objects.earliest("pk").ormas).status == Status.SUBMITTED


def test_namesakes_without_a_phone_are_both_taken():
    angkatan, ormas = AngkatanFactory(), OrmasFactory()

    assert [registered(angkatan, ormas, phone="").status for _ in range(2)] == [Status.SUBMITTED] * 2


# ---- May the person come back --------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED])
def test_reopening_is_refused_while_the_person_is_registered_again(status):
    angkatan, ormas = AngkatanFactory(), OrmasFactory()
    old = a_registration(angkatan, status, ormas=ormas, **BUDI)
    new = a_registration(angkatan, Status.SUBMITTED, ormas=ormas, **BUDI)

    with pytest.raises(AlreadyRegistered, match=rf"dengan kode {new.shown_code} \(Menunggu verifikasi\)\. Putuskan"):
        writer.move(old, Action.REOPEN, actor=clerk(), at=NOON, reason="Keliru")
    writer.move(new, Action.CANCEL, actor=clerk(), at=NOON, reason="Ganda")
    writer.move(old, Action.REOPEN, actor=clerk(), at=NOON, reason="Keliru")
    assert old.status == Status.SUBMITTED


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED])
def test_reopening_is_refused_while_the_delegate_is_registered_again(status):
    angkatan = AngkatanFactory()
    old, new = a_registration(angkatan, status), a_registration(angkatan, Status.ACCEPTED)
    Registration.objects.filter(pk=new.pk).update(delegate=old.delegate)

    with pytest.raises(AlreadyRegistered, match=new.shown_code):
        writer.move(old, Action.REOPEN, actor=clerk(), at=NOON, reason="Keliru")


def test_people_without_a_phone_come_back_beside_their_namesakes():
    angkatan, ormas = AngkatanFactory(), OrmasFactory()
    old = a_registration(angkatan, Status.CANCELLED, ormas=ormas, **BUDI | {"phone": ""})
    a_registration(angkatan, Status.SUBMITTED, ormas=ormas, **BUDI | {"phone": ""})

    writer.move(old, Action.REOPEN, actor=clerk(), at=NOON, reason="Keliru")

    assert old.status == Status.SUBMITTED


@pytest.mark.parametrize("action", STAFF_ACTIONS)
@pytest.mark.parametrize("status", list(Status))
def test_no_move_breaks_the_rule_of_one_active_registration(status, action):
    """Whatever is pressed: moved, or refused in a sentence, and never two active rows of one delegate."""
    angkatan = AngkatanFactory()
    one, other = a_registration(angkatan, status), a_registration(angkatan, Status.ACCEPTED)
    if status not in ACTIVE:
        Registration.objects.filter(pk=other.pk).update(delegate=one.delegate)

    with suppress(Refusal, NotAllowed):
        writer.move(one, action, actor=clerk(), at=NOON, reason="Alasan")

    for person in Delegate.objects.all():
        assert person.registrations.active().count() <= 1


# ---- What delegates do by themselves, and what they ask for -----------------------------------------

CLOSING = NOON + timedelta(days=10)  # of the factory's batch
ALL = eligibility.PRINTED_OR_COUNTED
WAITS: dict[str, tuple[dict[str, Any], timedelta]] = {
    "open": ({}, timedelta()),
    "a second before closing": ({}, CLOSING - NOON - timedelta(seconds=1)),
    "closed": ({}, CLOSING - NOON),
    "frozen": ({"frozen_at": NOON}, timedelta()),
    "running": ({"starts_on": NOON.date(), "closes_at": None}, timedelta()),
    "never closing": ({"closes_at": None}, CLOSING - NOON),
}


@pytest.mark.parametrize("when", WAITS)
@pytest.mark.parametrize("status", sorted({*ACTIVE}))
def test_what_is_printed_waits_after_the_decision_and_after_the_window(when, status):
    edits, later = WAITS[when]
    registration = a_registration(AngkatanFactory(), status)
    Angkatan.objects.update(**edits)
    registration.angkatan.refresh_from_db()
    is_open = when in {"open", "a second before closing", "never closing"}

    waits = eligibility.fields_that_wait(registration, NOON + later)

    is_free = status == Status.NEEDS_FIX or (status != Status.ACCEPTED and is_open)
    assert waits == (frozenset() if is_free else ALL)
    asks = status != Status.WAITLISTED and not is_open
    assert eligibility.withdraws_by_asking(registration, NOON + later) == asks
    assert eligibility.replaces_by_asking(registration, NOON + later) == (not is_open)
    assert eligibility.correct_sentence(registration, NOON + later) == ""


def test_contacts_and_needs_never_wait():
    assert {"front_title", "name", "back_title", "position", "gender", "ormas"} == eligibility.PRINTED_OR_COUNTED


@pytest.mark.parametrize("status", sorted({*Status} - ACTIVE))
def test_who_is_out_changes_nothing(status):
    registration = a_registration(AngkatanFactory(), status)

    assert "tidak berlaku lagi" in eligibility.correct_sentence(registration, NOON)
    assert f"berstatus {Status(status).label}" in eligibility.withdraw_sentence(registration, NOON)


def test_batch_of_yesterday_changes_no_more():
    registration = a_registration(AngkatanFactory())
    after = NOON + timedelta(days=40)

    assert "sudah berakhir" in eligibility.correct_sentence(registration, after)
    assert "sudah berakhir" in eligibility.withdraw_sentence(registration, after)
    assert "sudah berakhir" in eligibility.replace_sentence(registration, after)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status.REPLACED, "sudah digantikan"),
        (Status.WAITLISTED, "tidak memegang kursi"),
        (Status.CANCELLED, "tidak memegang kursi"),
        (Status.ACCEPTED, ""),
        (Status.SUBMITTED, ""),
    ],
)
def test_who_holds_a_seat_can_be_replaced(status, sentence):
    registration = a_registration(AngkatanFactory(), status)

    answer = eligibility.replace_sentence(registration, NOON)

    assert (sentence in answer) if sentence else answer == ""


def test_who_was_present_is_replaced_by_the_committee_alone():
    registration = a_registration(AngkatanFactory())
    session = SessionFactory(angkatan=registration.angkatan)
    scan = Scan(uuid.uuid4(), session.starts_at, code=registration.code)
    attendance.record(session, [scan], actor=SYSTEM, at=session.starts_at)

    assert "sudah tercatat hadir" in eligibility.replace_sentence(registration, NOON)
    left_at = session.starts_at + timedelta(minutes=5)
    attendance.mark(
        session, registration, AttendanceState.LEFT,
        event_id=uuid.uuid4(), actor=SYSTEM, at=left_at, reason="Dijemput", left_at=left_at,
    )  # fmt: skip
    assert "sudah tercatat hadir" in eligibility.replace_sentence(registration, NOON)  # who left early has come


def test_asking_says_to_ask():
    registration = a_registration(AngkatanFactory())
    Angkatan.objects.update(frozen_at=NOON)

    with pytest.raises(NotOpenNow, match=r"menunggu keputusan panitia\. Muat ulang halaman, lalu kirim sebagai"):
        writer.move(registration, Action.WITHDRAW, actor=DELEGATE, at=NOON)
    with pytest.raises(NotOpenNow, match="menunggu keputusan panitia"):
        changes.replace(registration, somebody(), actor=CONTACT, at=NOON)
    with pytest.raises(Refusal, match="Nama lengkap sekarang diubah lewat permintaan"):
        changes.correct(registration, a_person(name="Nama Lain"), actor=DELEGATE, at=NOON)
    registration.refresh_from_db()
    assert registration.status == Status.ACCEPTED
