"""Publishing, freezing, thawing and calling off a batch."""

from datetime import timedelta

import pytest

from pelatihan.batches import steps
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan
from tests.factories import NOON, AngkatanFactory, a_registration

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def stored(angkatan):
    return Angkatan.objects.get(pk=angkatan.pk)


def columns(angkatan):
    return Angkatan.objects.filter(pk=angkatan.pk).values().get()


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({"published": False}, [Step.PUBLISH, Step.FREEZE, Step.CANCEL]),
        ({"published": True}, [Step.HIDE, Step.FREEZE, Step.CANCEL]),
        ({"frozen_at": NOON}, [Step.HIDE, Step.THAW, Step.CANCEL]),
        ({"cancelled_at": NOON, "cancel_reason": "Longsor"}, []),
        ({"closed_at": NOON}, []),
    ],
)
def test_only_steps_that_make_sense_are_offered(changes, offered):
    assert steps.open_steps(AngkatanFactory.build(**changes)) == offered


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        ({"published": False}, Step.PUBLISH, {"published": True}),
        ({"published": True}, Step.HIDE, {"published": False}),
        ({}, Step.FREEZE, {"frozen_at": LATER}),
        ({"frozen_at": NOON}, Step.THAW, {"frozen_at": None}),
        ({}, Step.CANCEL, {"cancelled_at": LATER, "cancel_reason": "Longsor"}),
    ],
)
def test_step_writes_its_columns_and_no_other(before, step, after):
    angkatan = AngkatanFactory(**before)
    known = columns(angkatan)
    angkatan.theme = "Tema yang belum disimpan"

    assert steps.take(angkatan, step, at=LATER, reason=" Longsor ") == []

    assert columns(angkatan) == known | after
    assert {name: getattr(angkatan, name) for name in after} == after


@pytest.mark.parametrize("reason", ["", "  "])
def test_calling_off_needs_a_reason(reason):
    angkatan = AngkatanFactory()

    with pytest.raises(steps.ReasonMissing, match="Tulis alasan pembatalan; peserta membacanya."):
        steps.take(angkatan, Step.CANCEL, at=LATER, reason=reason)
    assert stored(angkatan).cancelled_at is None


def test_thawed_list_moves_its_queue_up():
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED)
    Angkatan.objects.update(capacity=2, frozen_at=NOON)

    moved = steps.take(stored(angkatan), Step.THAW, at=LATER)

    waiting.refresh_from_db()
    assert moved == [waiting]
    assert waiting.status == Status.SUBMITTED
    assert waiting.history.last().at == LATER


@pytest.mark.parametrize("step", [Step.PUBLISH, Step.HIDE, Step.FREEZE])
def test_other_steps_move_nobody(step):
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED)
    Angkatan.objects.update(capacity=2)

    assert steps.take(stored(angkatan), step, at=LATER) == []

    waiting.refresh_from_db()
    assert waiting.status == Status.WAITLISTED


@pytest.mark.parametrize("step", Step)
def test_every_step_says_what_was_done(step):
    assert "Angkatan II 2019" in steps.DONE[step].format("Angkatan II 2019")
