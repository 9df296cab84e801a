"""A decision taken back: everybody stands where they stood, unless somebody decided since or the seat is gone."""

from datetime import timedelta

import pytest

from pelatihan.accounts.actor import DELEGATE
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Decision, Registration
from pelatihan.registration import changes, decisions, requests, writer
from pelatihan.registration.application import Application
from tests.factories import NOON, AngkatanFactory, OrmasFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db
LATEST = NOON + timedelta(minutes=10) - timedelta(microseconds=1)


def decide(action: Action, *people: Registration, reason: str = "Ganda") -> Decision:
    decided = decisions.decide(people, action, actor=clerk(), at=NOON, reason=reason, seen={}).decision
    assert decided
    return decided


def undo(decision: Decision, at=NOON) -> list[str]:
    """Who stays as decided, with the reason."""
    return [f"{one.name}: {why}" for one, why in decisions.take_back(decision.pk, actor=clerk(), at=at).refused]


def standing(*people: Registration) -> list[tuple[str, int | None]]:
    return [Registration.objects.values_list("status", "queue_number").get(pk=one.pk) for one in people]


def full_batch() -> tuple[Angkatan, list[Registration], list[Registration]]:
    """Two seats, both taken, and two who wait by number."""
    angkatan = AngkatanFactory(capacity=2)
    inside = [a_registration(angkatan, name="Adi"), a_registration(angkatan, Status.NEEDS_FIX, name="Budi")]
    return angkatan, inside, [a_registration(angkatan, Status.SUBMITTED, name=name) for name in ("Citra", "Dewi")]


def test_all_stand_where_they_stood_and_the_queue_with_its_numbers():
    _, inside, queue = full_batch()
    before = standing(*inside, *queue)
    decision = decide(Action.CANCEL, *inside)
    assert standing(*inside, *queue) == [("cancelled", None)] * 2 + [("submitted", None)] * 2

    assert undo(decision, LATEST) == []
    assert standing(*inside, *queue) == before == [
        ("accepted", None), ("needs_fix", None), ("waitlisted", 1), ("waitlisted", 2)
    ]  # fmt: skip


def test_history_says_who_took_it_back_and_why_it_stands_so_again():
    _, (_, to_fix), _ = full_batch()

    undo(decide(Action.REJECT, to_fix, reason="Bukan pengurus"))

    last = to_fix.history.last()
    assert last
    assert (last.action, last.from_status, last.to_status, last.reason) == (
        "undo", "rejected", "needs_fix", "Nama belum lengkap"
    )  # fmt: skip
    assert last.actor == clerk().user


def test_decision_remembers_by_whom_and_whom_not():
    _, (first, second), _ = full_batch()
    decision = decide(Action.CANCEL, first, second)
    Angkatan.objects.update(capacity=9)
    writer.move(first, Action.REOPEN, actor=clerk(), at=NOON, reason="Keliru")

    kept = undo(decision)

    decision.refresh_from_db()
    assert (decision.undone_at, decision.undone_by) == (NOON, clerk().user)
    assert decision.not_undone == [[first.pk, kept[0].removeprefix("Adi: ")]]
    assert kept[0].startswith("Adi: Status Adi sudah berubah menjadi Menunggu verifikasi oleh Rina Kartika")


def test_who_moved_up_and_was_decided_since_keeps_the_seat():
    _, (first, _), (promoted, _) = full_batch()
    decision = decide(Action.CANCEL, first)
    writer.move(promoted, Action.ACCEPT, actor=clerk(), at=NOON)

    kept = undo(decision)

    assert [line.partition(":")[0] for line in kept] == ["Citra", "Adi"]
    assert "Kursi Adi sudah ditempati orang lain, jadi statusnya tetap Dibatalkan" in kept[1]
    assert standing(first, promoted) == [("cancelled", None), ("accepted", None)]
    assert Decision.objects.get(pk=decision.pk).undone_at is None  # nothing was: it may be tried again


def test_seat_that_an_undo_frees_goes_to_the_first_in_the_queue():
    angkatan, ormas = AngkatanFactory(capacity=1), OrmasFactory()
    accepted = a_registration(angkatan, Status.WAITLISTED, ormas=ormas, name="Adi")
    decision = decide(Action.ACCEPT, accepted)
    waiting = a_registration(angkatan, Status.SUBMITTED, name="Budi")
    assert standing(waiting) == [("waitlisted", 1)]

    assert undo(decision) == []
    assert standing(accepted, waiting) == [("waitlisted", None), ("submitted", None)]


def test_reserve_who_comes_back_gets_the_seat_that_came_free_meanwhile():
    _, (first, _), queue = full_batch()
    decision = decide(Action.REJECT, *queue)
    decide(Action.CANCEL, first)

    assert undo(decision) == []
    assert standing(*queue) == [("submitted", None), ("waitlisted", 2)]


def test_who_registered_again_since_stays_cancelled():
    angkatan, ormas = AngkatanFactory(), OrmasFactory()
    first = a_registration(angkatan, ormas=ormas, name="Adi Nugroho", phone="+6281234567890")
    decision = decide(Action.CANCEL, first)
    a_registration(angkatan, ormas=ormas, name="Adi Nugroho", phone="+6281234567890")

    assert "sudah terdaftar lagi" in undo(decision)[0]
    assert standing(first) == [("cancelled", None)]


def test_what_was_asked_for_meanwhile_lapses_with_who_is_out_again():
    _, (first, _), _ = full_batch()
    writer.move(first, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")
    Angkatan.objects.update(capacity=9, frozen_at=NOON)
    decision = decide(Action.REOPEN, first)
    asked = requests.ask_to_cancel(first, actor=DELEGATE, at=NOON, reason="Ada tugas")

    assert undo(decision) == []

    asked.refresh_from_db()
    assert (standing(first), asked.state) == ([("cancelled", None)], "lapsed")


def test_ten_minutes_are_over_after_ten_minutes():
    decision = decide(Action.ACCEPT, a_registration(AngkatanFactory(), Status.SUBMITTED))

    with pytest.raises(decisions.UndoGone, match=r"hanya dapat diurungkan sampai .* pukul 12\.10"):
        undo(decision, LATEST + timedelta(microseconds=1))


def test_replacement_made_since_is_not_undone():
    first = a_registration(AngkatanFactory(), Status.SUBMITTED, name="Adi")
    decision = decide(Action.ACCEPT, first)
    wish = Application(a_person(), Registration.Source.STAFF)
    changes.replace(first, wish, actor=clerk(), at=NOON)

    assert "sudah berubah menjadi Digantikan" in undo(decision)[0]


def test_decision_over_two_batches_is_one_and_is_taken_back_whole():
    people = [a_registration(AngkatanFactory(), Status.SUBMITTED) for _ in "12"]

    decision = decide(Action.ACCEPT, *people)

    assert decision.changes.count() == 2
    assert undo(decision) == []
    assert standing(*people) == [("submitted", None)] * 2


def test_nobody_moved_is_no_decision():
    done = a_registration(AngkatanFactory())

    decided = decisions.decide([done], Action.ACCEPT, actor=clerk(), at=NOON, seen={})

    assert (decided.already, decided.decision) == ([done], None)
    assert not Decision.objects.exists()
