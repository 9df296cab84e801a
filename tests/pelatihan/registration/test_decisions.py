"""Which decisions a clerk is offered, and what is told of many that were decided at once."""

import pytest

from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan
from pelatihan.registration import decisions
from pelatihan.registration.decisions import buttons, decide, may_replace
from tests.factories import NOON, AngkatanFactory, a_registration, clerk

pytestmark = pytest.mark.django_db
SUBMITTED, ACCEPTED = Status.SUBMITTED, Status.ACCEPTED


def test_decisions_are_what_staff_do_by_a_button():
    everything = ["accept", "accept_over", "ask_fix", "waitlist", "reject", "cancel", "reopen"]

    assert everything == decisions.DECISIONS
    assert everything[:-1] == decisions.LIST_DECISIONS  # opening again is asked one by one
    assert {"reject", "cancel"} == decisions.DESTRUCTIVE


@pytest.mark.parametrize(
    ("status", "offered", "replaced"),
    [
        (SUBMITTED, "accept ask_fix waitlist reject cancel", True),
        (Status.NEEDS_FIX, "accept waitlist reject cancel", True),
        (ACCEPTED, "waitlist cancel reopen", True),
        (Status.WAITLISTED, "accept accept_over reject cancel reopen", False),
        (Status.REJECTED, "reopen", False),
        (Status.REPLACED, "", False),
    ],
)
def test_offered_is_what_the_table_allows(status, offered, replaced):
    registration = a_registration(AngkatanFactory(), status)

    assert buttons(registration) == offered.split()
    assert may_replace(registration) is replaced


def test_batch_that_was_called_off_offers_to_let_go_only():
    registration = a_registration(AngkatanFactory(), SUBMITTED)
    Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Gempa")
    registration.angkatan.refresh_from_db()

    assert buttons(registration) == [Action.REJECT, Action.CANCEL]
    assert not may_replace(registration)


def test_each_is_told_as_done_or_done_before_or_refused():
    batch, staff = AngkatanFactory(), clerk()
    new, done, gone, stale = (
        a_registration(batch, status, name=name, front_title="Dr.")
        for status, name in ((SUBMITTED, "Adi"), (ACCEPTED, "Budi"), (Status.REJECTED, "Citra"), (SUBMITTED, "Dewi"))
    )
    seen = {one.pk: str(one.status) for one in (new, done, gone)} | {stale.pk: "waitlisted"}
    told = decide([new, done, gone, stale], Action.ACCEPT, actor=staff, at=NOON, seen=seen)

    assert (told.action, told.done, told.already) == (Action.ACCEPT, [new], [done])
    assert [one for one, _why in told.refused] == [gone, stale]
    sentences = [str(why) for _one, why in told.refused]
    assert sentences[0].startswith("“Terima” tidak dapat dilakukan pada status Ditolak.")
    assert "sudah berubah menjadi Menunggu verifikasi" in sentences[1]


def test_what_one_clerk_did_stands_in_the_history():
    one, staff = a_registration(AngkatanFactory(), SUBMITTED), clerk()
    decide([one], Action.REJECT, actor=staff, at=NOON, reason="Bukan pengurus", seen={})

    line = one.history.last()
    assert (line.action, line.actor, line.reason, line.at) == ("reject", staff.user, "Bukan pengurus", NOON)


def test_decision_that_owes_a_reason_is_refused_without():
    told = decide([a_registration(AngkatanFactory(), SUBMITTED)], Action.REJECT, actor=clerk(), at=NOON, seen={})

    assert (told.done, told.already, len(told.refused)) == ([], [], 1)
