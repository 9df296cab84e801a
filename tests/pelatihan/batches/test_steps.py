"""Which steps a batch is open to, and that each is taken once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pelatihan.batches import steps
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan
from tests.factories import NOON, AngkatanFactory, SessionFactory, a_registration, clerk

pytestmark = pytest.mark.django_db
AFTERWARDS = NOON + timedelta(days=60)


def test_coming_batch_can_be_hidden_frozen_and_called_off():
    assert steps.open_steps(AngkatanFactory(published=True), NOON) == [Step.HIDE, Step.FREEZE, Step.CANCEL]


def test_hidden_frozen_batch_offers_the_way_back():
    batch = AngkatanFactory(published=False, frozen_at=NOON)

    assert steps.open_steps(batch, NOON) == [Step.PUBLISH, Step.THAW, Step.CANCEL]


def test_only_a_training_that_is_over_can_be_closed():
    assert steps.open_steps(AngkatanFactory(published=True), AFTERWARDS) == [Step.HIDE, Step.FREEZE, Step.CLOSE]


def test_closed_batch_can_only_be_opened_again():
    assert steps.open_steps(AngkatanFactory(closed_at=AFTERWARDS), AFTERWARDS) == [Step.REOPEN]


def test_batch_that_was_called_off_can_be_taken_up_again_until_its_last_day():
    batch = AngkatanFactory(cancelled_at=NOON, cancel_reason="Banjir")
    last_evening = NOON.replace(month=3, day=13, hour=16, minute=59)  # 23.59 WIB

    assert steps.open_steps(batch, last_evening) == [Step.REVIVE]
    assert steps.open_steps(batch, last_evening + timedelta(minutes=1)) == []


def test_batch_that_was_called_off_and_closed_stays_so():
    batch = AngkatanFactory(cancelled_at=NOON, cancel_reason="Banjir", closed_at=NOON)

    assert steps.open_steps(batch, NOON) == []


def test_what_is_open_is_counted_by_kind():
    batch = AngkatanFactory()
    a_registration(batch)
    a_registration(batch, Status.WAITLISTED)
    SessionFactory(angkatan=batch, closed_at=NOON)
    SessionFactory(angkatan=batch, takes_attendance=False, hour=11)

    assert [left.sentence for left in steps.unfinished(batch)] == [
        "1 orang masih di daftar cadangan",
        "1 ormas belum menyerahkan surat tugas",
    ]


def test_every_kind_of_open_thing_is_told():
    batch = AngkatanFactory()
    for status in (Status.SUBMITTED, Status.SUBMITTED, Status.NEEDS_FIX, Status.ACCEPTED):
        a_registration(batch, status)
    SessionFactory(angkatan=batch)
    SessionFactory(angkatan=batch, hour=11)

    assert [left.sentence for left in steps.unfinished(batch)] == [
        "2 pendaftaran belum diputuskan",
        "1 pendaftaran menunggu perbaikan peserta",
        "2 sesi belum ditutup",
        "1 ormas belum menyerahkan surat tugas",
    ]


def test_finished_batch_leaves_nothing_open():
    assert steps.unfinished(AngkatanFactory()) == []


@pytest.mark.parametrize("step", [Step.CANCEL, Step.REVIVE, Step.REOPEN])
def test_step_with_a_reason_owed_is_refused_without(step):
    off = {"cancelled_at": NOON, "cancel_reason": "Banjir"} if step == Step.REVIVE else {}
    batch = AngkatanFactory(closed_at=NOON if step == Step.REOPEN else None, **off)

    with pytest.raises(steps.ReasonMissing, match="Tulis alasan"):
        steps.take(batch, step, at=NOON, reason="  ")
    with pytest.raises(steps.ReasonMissing):
        steps.take(batch, step, at=NOON)


def test_stale_page_takes_no_step_twice():
    seen_before = AngkatanFactory()
    steps.take(Angkatan.objects.get(pk=seen_before.pk), Step.FREEZE, at=NOON)

    with pytest.raises(steps.StepGone, match=f"“Bekukan daftar” tidak .*: keadaan {seen_before.name} sudah berubah"):
        steps.take(seen_before, Step.FREEZE, at=AFTERWARDS)


def test_thawing_fills_the_seats_that_came_free_meanwhile():
    batch = AngkatanFactory(capacity=1)
    a_registration(batch, name="Ani")
    waiting = a_registration(batch, Status.SUBMITTED, name="Budi")
    steps.take(batch, Step.FREEZE, at=NOON)
    batch.registrations.filter(name="Ani").update(status=Status.CANCELLED)

    moved = steps.take(batch, Step.THAW, at=NOON)

    waiting.refresh_from_db()
    assert (moved, waiting.status) == ([waiting], Status.SUBMITTED)


@pytest.mark.parametrize("step", [Step.FREEZE, Step.HIDE])
def test_other_steps_move_nobody(step):
    batch = AngkatanFactory(capacity=1)
    a_registration(batch, name="Ani")
    a_registration(batch, Status.SUBMITTED, name="Budi")
    batch.registrations.filter(name="Ani").update(status=Status.CANCELLED)

    assert steps.take(batch, step, at=NOON) == []
    assert batch.registrations.get(name="Budi").status == Status.WAITLISTED


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        ({"published": False}, Step.PUBLISH, {"published": True}),
        ({"published": True}, Step.HIDE, {"published": False}),
        ({}, Step.FREEZE, {"frozen_at": NOON}),
        ({"frozen_at": NOON}, Step.THAW, {"frozen_at": None}),
        ({}, Step.CANCEL, {"cancelled_at": NOON, "cancel_reason": "Longsor"}),
        (
            {"cancelled_at": NOON, "cancel_reason": "Banjir"},
            Step.REVIVE,
            {"cancelled_at": None, "cancel_reason": ""},
        ),
        ({}, Step.CLOSE, {"closed_at": AFTERWARDS}),
        ({"closed_at": NOON}, Step.REOPEN, {"closed_at": None}),
    ],
)
def test_step_writes_its_columns_and_no_other(before, step, after):
    batch = AngkatanFactory(**before)
    known = Angkatan.objects.filter(pk=batch.pk).values().get()
    batch.theme = "Tema yang belum disimpan"

    steps.take(batch, step, at=AFTERWARDS if step == Step.CLOSE else NOON, reason=" Longsor ")

    change = batch.plan_changes.values_list("pk", flat=True).first()  # of what people have to be told
    assert (change is not None) == (step in steps.TELLS)
    assert Angkatan.objects.filter(pk=batch.pk).values().get() == known | after | {"plan_change_id": change}
    assert {name: getattr(batch, name) for name in after} == after


@pytest.mark.parametrize("step", Step)
def test_every_step_says_what_was_done(step):
    assert "Angkatan II 2019" in steps.DONE[step].format("Angkatan II 2019")


@pytest.mark.parametrize("step", [Step.CANCEL, Step.REVIVE])
def test_what_people_have_to_be_told_is_known_at_once_and_by_whom_it_was_done(step):
    off = {"cancelled_at": NOON, "cancel_reason": "Banjir"} if step == Step.REVIVE else {}
    batch, staff = AngkatanFactory(**off), clerk()

    steps.take(batch, step, at=NOON, reason="Longsor", actor=staff)

    change = batch.plan_change
    assert change == batch.plan_changes.get()
    assert (change.kind, change.actor) == ("cancelled" if step == Step.CANCEL else "revived", staff.user)


def test_what_calls_off_closes_or_opens_again_is_asked_once_more():
    assert set(steps.ASK_ONCE) == {Step.CANCEL, Step.REVIVE, Step.CLOSE, Step.REOPEN}


def test_forms_and_links_know_the_steps_by_these_words():
    words = ["publish", "hide", "freeze", "thaw", "cancel", "revive", "close", "reopen"]
    assert [str(step) for step in Step] == words


def test_reason_is_as_long_as_its_column():
    assert steps.MOST_LETTERS == 300


@pytest.mark.django_db(transaction=True)
def test_step_is_one_transaction_also_where_none_is_open():
    AngkatanFactory(number=1)
    batch = AngkatanFactory(number=2)

    steps.take(batch, Step.FREEZE, at=NOON)

    assert set(Angkatan.objects.values_list("number", "frozen_at")) == {(1, None), (2, NOON)}


def test_step_waits_for_who_holds_the_batch():
    with CaptureQueriesContext(connection) as asked:
        steps.take(AngkatanFactory(), Step.FREEZE, at=NOON)

    assert any(query["sql"].endswith("FOR NO KEY UPDATE") for query in asked)


def test_moved_people_read_when_it_happened():
    batch = AngkatanFactory(capacity=1, frozen_at=NOON)
    a_registration(batch)
    waiting = a_registration(batch, Status.SUBMITTED)
    Angkatan.objects.update(capacity=2)

    steps.take(Angkatan.objects.get(), Step.THAW, at=NOON + timedelta(hours=1))

    assert waiting.history.last().at == NOON + timedelta(hours=1)
