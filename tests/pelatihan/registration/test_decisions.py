"""Which decisions a clerk is offered, and what is told of many that were decided at once."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Decision, Registration
from pelatihan.registration import decisions, writer
from pelatihan.registration.decisions import buttons, decide, fitting, may_replace, take_back, undo_sentence
from pelatihan.registration.refusals import Clash
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


def test_list_offers_what_fits_somebody_of_those_shown():
    assert fitting([Status.NEEDS_FIX]) == [Action.ACCEPT, Action.WAITLIST, Action.REJECT, Action.CANCEL]
    assert fitting(["accepted", "rejected"]) == [Action.WAITLIST, Action.CANCEL]
    assert fitting([]) == []


def test_only_a_missing_reason_is_owed():
    one, staff = a_registration(AngkatanFactory(), SUBMITTED), clerk()

    assert decide([one], Action.REJECT, actor=staff, at=NOON, seen={}).owes_reason is True
    stale = decide([one], Action.REJECT, actor=staff, at=NOON, seen={one.pk: "waitlisted"}, reason="Ganda")
    assert stale.refused
    assert stale.owes_reason is False


# ---- What is kept of a decision ------------------------------------------------------------------


def test_pressed_twice_is_one_decision_and_the_second_names_it():
    one, staff, key = a_registration(AngkatanFactory(), SUBMITTED), clerk(), uuid.uuid4()

    first, second = (
        decide([one], Action.WAITLIST, actor=staff, at=NOON, reason=" Nanti ", seen={}, key=key) for _ in "12"
    )

    assert first.decision == second.decision == Decision.objects.get(pk=key)
    assert (second.done, second.already, second.refused) == ([], [], [])
    kept = Decision.objects.get()
    assert (kept.action, kept.reason, kept.actor, kept.at) == ("waitlist", "Nanti", staff.user, NOON)


def test_next_decision_is_another_one():
    ones, staff = [a_registration(AngkatanFactory(), SUBMITTED) for _ in "12"], clerk()

    told = [decide([one], Action.ACCEPT, actor=staff, at=NOON, seen={}) for one in ones]

    assert [each.done for each in told] == [[one] for one in ones]
    assert Decision.objects.count() == 2


def test_who_was_refused_is_kept_with_the_sentence():
    batch = AngkatanFactory()
    new, gone = a_registration(batch, SUBMITTED), a_registration(batch, Status.REJECTED)
    decide([new, gone], Action.ACCEPT, actor=clerk(), at=NOON, seen={})

    ((number, why),) = Decision.objects.get().refused
    assert number == gone.pk
    assert why.startswith("“Terima” tidak dapat dilakukan pada status Ditolak.")


# ---- Several batches, and what goes wrong --------------------------------------------------------


def of_three_batches() -> tuple[list[Registration], list[Registration]]:
    """One of a batch that goes on, and one each of two that will be closed."""
    ones = [a_registration(AngkatanFactory(), SUBMITTED) for _ in "123"]
    return ones[:1], ones[1:]


def close(*ones: Registration) -> None:
    Angkatan.objects.filter(pk__in=[one.angkatan_id for one in ones]).update(closed_at=NOON)


def closed_batch(angkatan, *args, **kwargs):
    raise Clash(f"{angkatan.name} tidak dapat")


def test_batch_that_refuses_as_a_whole_is_told_of_each_of_its_people(monkeypatch):
    _, ones = of_three_batches()
    monkeypatch.setattr(writer, "move_together", closed_batch)

    told = decide(ones, Action.ACCEPT, actor=clerk(), at=NOON, seen={})

    assert [(one, str(why)) for one, why in told.refused] == [(one, f"{one.angkatan.name} tidak dapat") for one in ones]
    assert not Decision.objects.exists()


def test_closed_batches_take_nothing_back_and_the_others_do():
    going_on, closed = of_three_batches()
    told = decide([*going_on, *closed], Action.ACCEPT, actor=clerk(), at=NOON, seen={})
    assert told.decision
    close(*closed)

    undone = take_back(told.decision.pk, actor=clerk(), at=NOON)

    assert (undone.count, [one for one, _ in undone.refused]) == (1, closed)
    assert all("sudah ditutup" in str(why) for _, why in undone.refused)
    assert [number for number, _ in Decision.objects.get().not_undone] == [one.pk for one in closed]


def test_who_was_decided_since_is_named_in_every_batch():
    ones = [a_registration(AngkatanFactory(), SUBMITTED) for _ in "12"]
    told = decide(ones, Action.ACCEPT, actor=clerk(), at=NOON, seen={})
    assert told.decision
    for one in ones:
        writer.move(one, Action.CANCEL, actor=clerk(), at=NOON, reason="Sakit")

    undone = take_back(told.decision.pk, actor=clerk(), at=NOON)

    assert (undone.count, [one for one, _ in undone.refused]) == (0, ones)


def refused_by_database(*args, **kwargs):
    raise IntegrityError


def test_what_the_database_refuses_is_told_of_everybody_and_keeps_nothing(monkeypatch):
    ones, staff = [a_registration(AngkatanFactory(), SUBMITTED) for _ in "12"], clerk()
    monkeypatch.setattr(writer, "move_together", refused_by_database)

    told = decide(ones, Action.ACCEPT, actor=staff, at=NOON, seen={})

    assert (told.action, [one for one, _ in told.refused]) == (Action.ACCEPT, ones)
    assert all("coba sekali lagi" in str(why) for _, why in told.refused)
    assert not Decision.objects.exists()


def test_taking_back_that_the_database_refuses_is_told(monkeypatch):
    told = decide([a_registration(AngkatanFactory(), SUBMITTED)], Action.ACCEPT, actor=clerk(), at=NOON, seen={})
    assert told.decision
    monkeypatch.setattr(writer, "undo", refused_by_database)

    with pytest.raises(Clash, match="coba sekali lagi"):
        take_back(told.decision.pk, actor=clerk(), at=NOON)


# ---- Taking back ---------------------------------------------------------------------------------


def test_of_two_decisions_one_is_taken_back_under_its_lock():
    ones, staff = [a_registration(AngkatanFactory(), SUBMITTED) for _ in "12"], clerk()
    first, _ = [decide([one], Action.ACCEPT, actor=staff, at=NOON, seen={}).decision for one in ones]
    assert first

    with CaptureQueriesContext(connection) as asked:
        undone = take_back(first.pk, actor=staff, at=NOON)

    assert (undone.count, undone.refused) == (1, [])
    assert [Registration.objects.get(pk=one.pk).status for one in ones] == [SUBMITTED, ACCEPTED]
    (of_decision, *_) = [query["sql"] for query in asked if 'FROM "pelatihan_decision"' in query["sql"]]
    assert of_decision.endswith("FOR NO KEY UPDATE")  # a line of the history may still point at it


@pytest.mark.parametrize(("first_name", "called"), [("Rina", "Rina Kartika"), ("", "rina")])
def test_who_undid_it_is_named_by_name_else_by_account(first_name, called):
    who = User(username="rina", first_name=first_name, last_name="Kartika" if first_name else "")
    decision = Decision(action=Action.ACCEPT, at=NOON, undone_at=NOON, undone_by=who)

    sentence = f"Sudah diurungkan oleh {called} pada Rabu, 20 Februari 2019 pukul 12.00 WIB."
    assert undo_sentence(decision, NOON) == sentence


def test_decision_that_can_be_taken_back_needs_no_sentence():
    assert undo_sentence(Decision(action=Action.ACCEPT, at=NOON), NOON) == ""
