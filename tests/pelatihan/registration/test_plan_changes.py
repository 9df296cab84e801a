"""A change of the plan: what is kept of it, whom it concerns, who is still to be told, what people answer."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from pelatihan.batches import moving, steps
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Invitation, PlanAnswer, PlanChange, Registration, Told
from pelatihan.registration import changes, plan_changes, writer
from pelatihan.registration.application import Application
from pelatihan.registration.plan_changes import Answer
from pelatihan.registration.refusals import Refusal
from tests.factories import (
    FIRST_DAY,
    NOON,
    AngkatanFactory,
    InvitationFactory,
    UserFactory,
    a_person,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
WEEK_LATER = FIRST_DAY + timedelta(days=7)
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def moved(angkatan: Angkatan, day: date = WEEK_LATER, *, reason: str = "Aula dipakai pemilu") -> PlanChange:
    """As the office does it, one day after the other."""
    now = Angkatan.objects.get(pk=angkatan.pk)
    moving.move(now, day, seen=now.starts_on, at=NOON, reason=reason, actor=clerk())
    angkatan.refresh_from_db()
    assert angkatan.plan_change
    return angkatan.plan_change


def stepped(angkatan: Angkatan, step: Step, reason: str = "Longsor") -> PlanChange:
    steps.take(Angkatan.objects.get(pk=angkatan.pk), step, at=NOON, reason=reason, actor=clerk())
    angkatan.refresh_from_db()
    assert angkatan.plan_change
    return angkatan.plan_change


def told(registration: Registration, *, of: PlanChange | None = None, hours: int = 1) -> Told:
    return Told.objects.create(
        registration=registration, status=registration.status, plan_change=of, actor=UserFactory(),
        at=NOON + timedelta(hours=hours),
    )  # fmt: skip


def fresh(registration: Registration) -> Registration:
    return Registration.objects.select_related("angkatan__plan_change", "delegate").get(pk=registration.pk)


def said(registration: Registration, answer: str = Answer.COMING, *, at=LATER, number: int = 1) -> PlanChange:
    return plan_changes.answer(fresh(registration), number, answer, at=at)


# ---- What is kept, and how it reads --------------------------------------------------------------


def test_move_keeps_both_days_the_reason_and_who_did_it():
    angkatan = AngkatanFactory()

    change = moved(angkatan, reason="  Aula dipakai pemilu ")

    assert (change.kind, change.number, change.reason, change.at) == ("postponed", 1, "Aula dipakai pemilu", NOON)
    assert (change.old_range, change.new_range) == ("11–13 Maret 2019", "18–20 Maret 2019")
    assert change.actor
    assert change.actor.username == "verifikator-contoh"


@pytest.mark.parametrize(
    ("day", "reason", "sentence"),
    [
        (WEEK_LATER, "Banjir", "Diundur: semula 11–13 Maret 2019, menjadi 18–20 Maret 2019. Alasan: Banjir."),
        (WEEK_LATER, "Banjir.", "Diundur: semula 11–13 Maret 2019, menjadi 18–20 Maret 2019. Alasan: Banjir."),
        (
            date(2019, 3, 4),
            "Hari raya",
            "Dimajukan: semula 11–13 Maret 2019, menjadi 4–6 Maret 2019. Alasan: Hari raya.",
        ),
    ],
)
def test_one_sentence_tells_the_days_and_the_reason(day, reason, sentence):
    assert moved(AngkatanFactory(closes_at=NOON + timedelta(days=1)), day, reason=reason).sentence == sentence


def test_calling_off_and_taking_up_again_are_kept_with_their_reasons():
    angkatan = AngkatanFactory()
    off, on = stepped(angkatan, Step.CANCEL), stepped(angkatan, Step.REVIVE, "Salah tekan")

    assert [(each.kind, each.number, each.actor is not None) for each in (off, on)] == [
        ("cancelled", 1, True), ("revived", 2, True),
    ]  # fmt: skip
    assert off.sentence == "Dibatalkan: pelatihan 11–13 Maret 2019 tidak dilaksanakan. Alasan: Longsor."
    assert on.sentence == ("Jadi dilaksanakan: pembatalan dicabut, tanggalnya 11–13 Maret 2019. Alasan: Salah tekan.")


def test_batch_nobody_knows_moves_without_a_word():
    angkatan = AngkatanFactory(published=False)

    moving.move(angkatan, WEEK_LATER, seen=FIRST_DAY, at=NOON)

    angkatan.refresh_from_db()
    assert (angkatan.starts_on, angkatan.plan_change, PlanChange.objects.count()) == (WEEK_LATER, None, 0)


@pytest.mark.parametrize("known_by", ["page", "person"])
@pytest.mark.parametrize("reason", ["", "  \n "])
def test_batch_that_is_known_moves_with_a_reason_only(known_by, reason):
    angkatan = AngkatanFactory(published=known_by == "page")
    if known_by == "person":
        a_registration(angkatan)

    with pytest.raises(moving.ReasonMissing, match="Tulis alasan"):
        moving.move(angkatan, WEEK_LATER, seen=FIRST_DAY, at=NOON, reason=reason)
    assert (Angkatan.objects.get().starts_on, PlanChange.objects.count()) == (FIRST_DAY, 0)


def test_refused_move_keeps_nothing():
    angkatan = AngkatanFactory(closed_at=NOON)

    with pytest.raises(moving.MoveRefused):
        moving.move(angkatan, WEEK_LATER, seen=FIRST_DAY, at=NOON, reason="Banjir")
    assert not PlanChange.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"kind": "lost"},
        {"new_starts_on": None, "new_ends_on": None},
        {"new_starts_on": None},
        {"new_ends_on": None},
        {"new_starts_on": FIRST_DAY},
        {"new_ends_on": FIRST_DAY},
        {"kind": "cancelled"},
        {"number": 7},
    ],
)
def test_database_takes_no_half_change(wrong):
    angkatan = AngkatanFactory()
    right = {
        "angkatan": angkatan, "number": 1, "kind": "postponed", "old_starts_on": FIRST_DAY,
        "old_ends_on": FIRST_DAY + timedelta(days=2), "new_starts_on": WEEK_LATER, "new_ends_on": WEEK_LATER,
        "reason": "Banjir", "at": NOON,
    }  # fmt: skip
    PlanChange.objects.create(**right | {"number": 7})

    with pytest.raises(IntegrityError), transaction.atomic():
        PlanChange.objects.create(**right | wrong)
    assert PlanChange.objects.create(**right)


@pytest.mark.parametrize(
    "statement", ["UPDATE pelatihan_planchange SET reason = 'x'", "DELETE FROM pelatihan_planchange"]
)
def test_database_changes_no_change(statement):
    moved(AngkatanFactory())

    with pytest.raises(IntegrityError, match="appended only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# ---- Whom it concerns ----------------------------------------------------------------------------


def names(rows) -> list[str]:
    return [one.name for one in rows.order_by("pk")]


def test_change_concerns_who_was_active_then():
    angkatan = AngkatanFactory()
    for status in (Status.SUBMITTED, Status.NEEDS_FIX, Status.ACCEPTED, Status.WAITLISTED, Status.REJECTED):
        a_registration(angkatan, status, name=status)
    a_registration(angkatan, Status.CANCELLED, name="cancelled")
    a_registration(AngkatanFactory(), name="elsewhere")
    change = moved(angkatan)
    a_registration(angkatan, name="afterwards")

    found = plan_changes.concerned(change)

    assert names(found) == ["submitted", "needs_fix", "accepted", "waitlisted"]
    assert all(one.is_owed and not one.is_told and one.plan_answer is None for one in found)


def test_who_came_to_be_active_or_left_later_is_told_by_how_they_stood():
    """The clocks of two requests may disagree: the order in which history was written counts."""
    angkatan = AngkatanFactory()
    early = a_registration(angkatan, name="Ani", at=NOON + timedelta(minutes=5))
    gone = a_registration(angkatan, Status.REJECTED, name="Budi")
    change = moved(angkatan)
    writer.move(gone, Action.REOPEN, actor=clerk(), at=NOON - timedelta(minutes=5), reason="Keliru")

    assert list(plan_changes.concerned(change)) == [early]


@pytest.mark.parametrize(("hours", "is_told"), [(-1, False), (0, True), (1, True)])
def test_news_of_a_status_count_when_sent_since(hours, is_told):
    one = a_registration(AngkatanFactory())
    change = moved(one.angkatan)
    told(one, hours=hours)

    found = plan_changes.concerned(change).get()
    assert (found.is_told, found.is_owed) == (is_told, not is_told)


def test_news_of_an_earlier_change_do_not_count_for_the_next():
    one = a_registration(AngkatanFactory())
    told(one, of=moved(one.angkatan))

    second = moved(one.angkatan, WEEK_LATER + timedelta(days=7))

    assert plan_changes.concerned(second).get().is_owed
    told(one, of=second, hours=-1)  # whatever a clock says
    assert plan_changes.concerned(second).get().is_told


def test_who_answered_need_not_be_told():
    one = a_registration(AngkatanFactory())
    change = moved(one.angkatan)
    said(one)

    found = plan_changes.concerned(change).get()
    assert (found.plan_answer, found.is_told, found.is_owed) == ("coming", False, False)


def test_who_left_meanwhile_is_told_of_a_cancellation_and_of_new_days_no_more():
    angkatan = AngkatanFactory()
    left, answered = a_registration(angkatan, name="Ani"), a_registration(angkatan, name="Budi")
    change = moved(angkatan)
    said(answered, Answer.CANNOT)
    for each in (left, answered):
        writer.move(each, Action.CANCEL, actor=clerk(), at=LATER, reason="Berhalangan")

    assert [(one.name, one.is_owed) for one in plan_changes.concerned(change)] == [("Budi", False)]

    stays = a_registration(angkatan, name="Citra")
    off = stepped(angkatan, Step.CANCEL)
    writer.move(stays, Action.CANCEL, actor=clerk(), at=LATER, reason="Dibersihkan")
    assert [(one.name, one.is_owed) for one in plan_changes.concerned(off)] == [("Citra", True)]


def test_batches_of_which_somebody_is_not_told_are_counted_by_one_query(django_assert_num_queries):
    first, second, quiet = (AngkatanFactory(starts_on=FIRST_DAY + timedelta(days=days)) for days in (7, 0, 14))
    for angkatan, people in ((first, 1), (second, 3), (quiet, 2)):
        for _ in range(people):
            a_registration(angkatan)
    for angkatan in (first, second):
        moved(angkatan, angkatan.starts_on + timedelta(days=1))
    told(second.registrations.all()[0])

    with django_assert_num_queries(1):
        found = plan_changes.owing(LATER)
    assert [(batch.pk, vars(batch)["owed"], batch.plan_change.number) for batch in found] == [
        (second.pk, 2, 1), (first.pk, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(("end", "days", "is_news"), [({}, 27, True), ({}, 28, False), ({"closed_at": NOON}, 0, False)])
def test_nobody_is_told_any_more_once_the_training_is_over(end, days, is_news):
    one = a_registration(AngkatanFactory())
    change = moved(one.angkatan)
    Angkatan.objects.update(**end)
    angkatan, at = Angkatan.objects.get(), NOON + timedelta(days=days + 1)  # its last day is 20 March

    assert plan_changes.news(angkatan, at) == (change if is_news else None)
    assert bool(plan_changes.owing(at)) == is_news


def test_contact_persons_stand_in_for_who_has_named_nobody():
    angkatan = AngkatanFactory()
    silent, left = InvitationFactory(angkatan=angkatan), a_registration(angkatan, Status.CANCELLED)
    a_registration(angkatan, Status.WAITLISTED)
    InvitationFactory()

    assert set(plan_changes.silent_invitations(angkatan)) == {silent, Invitation.objects.get(ormas=left.ormas)}


# ---- What they answer ----------------------------------------------------------------------------


def test_answer_is_one_and_may_change():
    one = a_registration(AngkatanFactory())
    moved(one.angkatan)
    for answer in (Answer.COMING, Answer.COMING, Answer.CANNOT):
        said(one, answer)

    assert [(row.answer, row.at) for row in PlanAnswer.objects.all()] == [("cannot", LATER)]
    question = plan_changes.question(fresh(one), LATER)
    assert question
    assert (question.answer, question.until) == ("cannot", "Minggu, 17 Maret 2019")


def test_another_move_makes_the_answer_void():
    one = a_registration(AngkatanFactory())
    moved(one.angkatan)
    said(one)
    moved(one.angkatan, WEEK_LATER + timedelta(days=7))

    question = plan_changes.question(fresh(one), LATER)
    assert question
    assert question.answer == ""
    with pytest.raises(Refusal, match="berubah lagi"):
        said(one, number=1)
    said(one, Answer.CANNOT, number=2)
    assert [(row.plan_change.number, row.answer) for row in PlanAnswer.objects.order_by("pk")] == [
        (1, "coming"), (2, "cannot"),
    ]  # fmt: skip


@pytest.mark.parametrize("odd", ["", "maybe", "🎉", "coming,cannot"])
def test_odd_answer_is_none(odd):
    one = a_registration(AngkatanFactory())
    moved(one.angkatan)

    with pytest.raises(Refusal):
        said(one, odd)
    assert not PlanAnswer.objects.exists()


def test_who_is_not_asked_reads_why():
    angkatan = AngkatanFactory()
    one, gone = a_registration(angkatan), a_registration(angkatan)
    with pytest.raises(Refusal, match="Tidak ada tanggal baru"):
        said(one)
    moved(angkatan)
    writer.move(gone, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")
    late = a_registration(angkatan)

    with pytest.raises(Refusal, match=r"tidak berlaku lagi.*Hubungi Ibu Rina Kartika"):
        said(gone)
    with pytest.raises(Refusal, match="Tidak ada tanggal baru"):
        said(late)
    said(one, at=NOON.replace(month=3, day=17, hour=16, minute=59))  # 23.59 WIB on the eve
    with pytest.raises(Refusal, match="sudah dimulai"):
        said(one, at=NOON.replace(month=3, day=17, hour=17))
    stepped(angkatan, Step.CANCEL)
    with pytest.raises(Refusal, match="dibatalkan"):
        said(one)


def test_replacement_knows_the_new_days_and_is_not_asked():
    old = a_registration(AngkatanFactory())
    change = moved(old.angkatan)

    new = changes.replace(old, Application(a_person(), Registration.Source.STAFF), actor=clerk(), at=LATER)

    assert plan_changes.question(fresh(new), LATER) is None
    assert list(plan_changes.concerned(change)) == []


def test_withdrawal_tells_why_only_of_who_said_that_they_cannot():
    angkatan = AngkatanFactory()
    one, other, silent = (a_registration(angkatan) for _ in range(3))
    assert plan_changes.withdraw_reason(fresh(one)) == ""
    moved(angkatan)
    said(one, Answer.CANNOT)
    said(other)

    reasons = [plan_changes.withdraw_reason(fresh(each)) for each in (one, other, silent)]
    assert reasons == ["Tidak bisa pada tanggal baru", "", ""]
    moved(angkatan, FIRST_DAY)
    assert plan_changes.withdraw_reason(fresh(one)) == ""


# ---- What everybody reads ------------------------------------------------------------------------


def test_change_is_shown_until_the_training_is_over_and_while_its_day_holds():
    angkatan = AngkatanFactory()
    change = moved(angkatan)
    last_evening = NOON.replace(month=3, day=20)

    assert plan_changes.shown(angkatan, last_evening) == change
    assert plan_changes.shown(angkatan, last_evening + timedelta(days=1)) is None
    angkatan.starts_on += timedelta(days=1)
    assert plan_changes.shown(angkatan, NOON) is None


def test_cancelled_batch_speaks_for_itself():
    angkatan = AngkatanFactory()
    moved(angkatan)
    stepped(angkatan, Step.CANCEL)

    assert plan_changes.shown(angkatan, NOON) is None
