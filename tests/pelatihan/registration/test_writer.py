"""Who gets a seat, who waits, who moves: the writer's rules, one by one."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from pelatihan import lifecycle
from pelatihan.accounts.actor import DELEGATE, Actor
from pelatihan.lifecycle import Action, Role, Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import changes, writer
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import (
    AlreadyRegistered,
    BatchOver,
    NoSeatLeft,
    NotOpenNow,
    OrmasNotInvited,
    Refusal,
    StatusMoved,
)
from tests.factories import (
    FIRST_DAY,
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    UserFactory,
    a_person,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db


def wish(angkatan: Angkatan, **fields: Any) -> Application:
    ormas = fields.pop("ormas", None) or InvitationFactory(angkatan=angkatan).ormas
    token = fields.pop("token", None)
    return Application(a_person(**fields), Registration.Source.WEB, ormas=ormas, token=token)


# ---- Registering ---------------------------------------------------------------------------------


def test_first_delegate_gets_a_seat() -> None:
    angkatan = AngkatanFactory()

    registration = writer.register(angkatan, wish(angkatan), actor=DELEGATE, at=NOON)

    assert (registration.status, registration.queue_number) == (Status.SUBMITTED, None)


def test_registering_is_the_first_line_of_history() -> None:
    angkatan = AngkatanFactory()

    registration = writer.register(angkatan, wish(angkatan), actor=DELEGATE, at=NOON)

    line = registration.history.get()
    assert (line.action, line.from_status, line.to_status, line.role) == ("register", "", "submitted", "delegate")


def test_delegate_waits_when_batch_is_full() -> None:
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan, Status.SUBMITTED)

    queue = [a_registration(angkatan, Status.SUBMITTED) for _ in range(2)]

    assert [(r.status, r.queue_number) for r in queue] == [(Status.WAITLISTED, 1), (Status.WAITLISTED, 2)]


def test_delegate_waits_when_ormas_used_its_seats() -> None:
    angkatan = AngkatanFactory(seats_per_ormas=1)
    ormas = OrmasFactory()
    a_registration(angkatan, Status.SUBMITTED, ormas=ormas)

    assert a_registration(angkatan, Status.SUBMITTED, ormas=ormas).status == Status.WAITLISTED


def test_invitation_may_give_other_number_of_seats() -> None:
    angkatan = AngkatanFactory(seats_per_ormas=1)
    ormas = InvitationFactory(angkatan=angkatan, own_seats=2).ormas
    a_registration(angkatan, Status.SUBMITTED, ormas=ormas)

    assert a_registration(angkatan, Status.SUBMITTED, ormas=ormas).status == Status.SUBMITTED


def test_waiting_walk_in_holds_no_seat() -> None:
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan, Status.SUBMITTED, source=Registration.Source.WALK_IN)

    assert a_registration(angkatan, Status.SUBMITTED).status == Status.SUBMITTED


def test_same_token_is_the_same_registration() -> None:
    angkatan, token = AngkatanFactory(), uuid.uuid4()
    a_registration(angkatan)
    request = wish(angkatan, token=token)

    first = writer.register(angkatan, request, actor=DELEGATE, at=NOON)
    again = writer.register(angkatan, request, actor=DELEGATE, at=NOON)

    assert first == again
    assert Registration.objects.filter(submission_token=token).get() == first
    assert Registration.objects.count() == 2


def test_same_name_phone_and_ormas_is_told() -> None:
    angkatan = AngkatanFactory()
    request = wish(angkatan, name="Budi Contoh", phone="+6281200000001")
    writer.register(angkatan, request, actor=DELEGATE, at=NOON)
    twin = Application(
        a_person(name="BUDI contoh", phone="+6281200000001"), Registration.Source.WEB, ormas=request.ormas
    )

    with pytest.raises(AlreadyRegistered, match="sudah terdaftar"):
        writer.register(angkatan, twin, actor=DELEGATE, at=NOON)


def test_cancelled_person_may_register_again() -> None:
    angkatan = AngkatanFactory()
    request = wish(angkatan)
    old = writer.register(angkatan, request, actor=DELEGATE, at=NOON)
    writer.move(old, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    assert writer.register(angkatan, request, actor=DELEGATE, at=NOON) != old


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({"opens_at": NOON + timedelta(days=1)}, "dibuka pada Kamis, 21 Februari 2019 pukul 12.00 WIB. Silakan"),
        ({"opens_at": None}, "belum ditetapkan"),
        ({"closes_at": NOON}, "sudah ditutup pada Rabu, 20 Februari 2019 pukul 12.00"),
        ({"frozen_at": NOON}, "sudah ditutup"),
        ({"cancelled_at": NOON, "cancel_reason": "Gempa bumi."}, "dibatalkan: Gempa bumi."),
        ({"closed_at": NOON}, "sudah selesai"),
        ({"starts_on": NOON.date(), "closes_at": None}, "sudah ditutup"),
        ({"starts_on": NOON.date() - timedelta(days=9), "ends_on": NOON.date() - timedelta(days=1)}, "sudah selesai"),
    ],
)
def test_public_cannot_register_outside_the_window(edits: dict[str, object], sentence: str) -> None:
    angkatan = AngkatanFactory(**edits)

    with pytest.raises(NotOpenNow, match=sentence):
        writer.register(angkatan, wish(angkatan), actor=DELEGATE, at=NOON)


def test_staff_may_register_after_closing() -> None:
    angkatan = AngkatanFactory(closes_at=NOON, frozen_at=NOON)

    registration = writer.register(angkatan, wish(angkatan), actor=clerk(), at=NOON)

    assert registration.history.get().is_late


@pytest.mark.parametrize("edits", [{"cancelled_at": NOON, "cancel_reason": "Gempa"}, {"closed_at": NOON}])
def test_nobody_registers_in_a_batch_that_is_over(edits: dict[str, object]) -> None:
    angkatan = AngkatanFactory(**edits)

    with pytest.raises(BatchOver):
        writer.register(angkatan, wish(angkatan), actor=clerk(), at=NOON)


def test_uninvited_ormas_is_refused_to_the_public() -> None:
    angkatan = AngkatanFactory()
    request = wish(angkatan, ormas=OrmasFactory())

    with pytest.raises(OrmasNotInvited, match="tidak diundang"):
        writer.register(angkatan, request, actor=DELEGATE, at=NOON)
    assert writer.register(angkatan, request, actor=clerk(), at=NOON).invitation is None


def test_disputed_ormas_waits_for_the_office() -> None:
    angkatan = AngkatanFactory()
    request = wish(angkatan, ormas=OrmasFactory(verification="disputed"))

    with pytest.raises(OrmasNotInvited, match="sengketa"):
        writer.register(angkatan, request, actor=clerk(), at=NOON)


# ---- Deciding ------------------------------------------------------------------------------------


def test_decision_writes_status_and_history_together() -> None:
    registration, staff = a_registration(AngkatanFactory(), Status.SUBMITTED), clerk()

    writer.move(registration, Action.ACCEPT, actor=staff, at=NOON)

    line = registration.history.last()
    assert registration.status == Status.ACCEPTED
    assert line is not None
    assert (line.from_status, line.to_status, line.actor) == ("submitted", "accepted", staff.user)


def test_repeated_decision_is_quiet() -> None:
    registration = a_registration(AngkatanFactory(), Status.ACCEPTED)

    assert writer.move(registration, Action.ACCEPT, actor=clerk(), at=NOON, seen=Status.SUBMITTED) is None


def test_second_clerk_is_told_who_decided() -> None:
    registration = a_registration(AngkatanFactory(), Status.ACCEPTED)

    with pytest.raises(StatusMoved, match="menjadi Diterima oleh Rina Kartika pada Rabu, 20 Februari 2019"):
        writer.move(registration, Action.REJECT, actor=clerk(), at=NOON, reason="Ganda", seen=Status.SUBMITTED)


def test_second_clerk_is_told_of_the_last_who_decided_and_when() -> None:
    registration, seen = a_registration(AngkatanFactory(), Status.SUBMITTED), Status.SUBMITTED
    nameless = Actor(Role.STAFF, UserFactory(username="sari", first_name="", last_name="", role="verifikator"))
    writer.move(registration, Action.WAITLIST, actor=clerk(), at=NOON + timedelta(hours=1))
    writer.move(registration, Action.ACCEPT, actor=nameless, at=NOON + timedelta(hours=2))

    with pytest.raises(StatusMoved, match=r"menjadi Diterima oleh sari pada Rabu, 20 Februari 2019 pukul 14\.00 WIB\."):
        writer.move(registration, Action.REJECT, actor=clerk(), at=NOON, reason="Ganda", seen=seen)


def test_clerk_is_told_when_a_delegate_was_first() -> None:
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED, name="Adi Contoh")
    writer.move(registration, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    with pytest.raises(
        StatusMoved, match=r"^Status Adi Contoh sudah berubah menjadi Dibatalkan oleh peserta atau sistem"
    ):
        writer.move(registration, Action.ACCEPT, actor=clerk(), at=NOON, seen="submitted")


def test_what_the_clerk_saw_may_still_be_so() -> None:
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    assert writer.move(registration, Action.ACCEPT, actor=clerk(), at=NOON, seen="submitted")


def test_times_of_the_history_are_those_of_the_acts() -> None:
    angkatan, later, staff = AngkatanFactory(capacity=1), NOON + timedelta(hours=1), clerk()
    inside = writer.register(angkatan, wish(angkatan), actor=staff, at=NOON)
    waiting = a_registration(angkatan, Status.SUBMITTED)
    writer.move(inside, Action.CANCEL, actor=staff, at=later, reason="Sakit")

    came, went = inside.history.all()
    assert (came.at, came.actor, came.role, came.reason, came.is_late) == (NOON, staff.user, "staff", "", False)
    assert (went.at, went.actor, went.is_late) == (later, staff.user, False)
    up = waiting.history.latest("pk")
    assert (up.at, up.from_status, up.to_status, up.reason) == (later, "waitlisted", "submitted", "")
    assert inside.submitted_at == NOON


def test_seats_filled_later_are_noted_at_that_time() -> None:
    inside, first, _ = a_full_batch_and_two_waiting()
    Angkatan.objects.update(capacity=2)

    writer.fill_seats(inside.angkatan, at=NOON + timedelta(hours=3))

    assert first.history.latest("pk").at == NOON + timedelta(hours=3)


def test_moved_registration_is_as_it_is_kept() -> None:
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED)
    mine = Registration.objects.get(pk=waiting.pk)

    writer.move(mine, Action.REJECT, actor=clerk(), at=NOON, reason="Ganda")

    assert (mine.status, mine.queue_number) == (Status.REJECTED, None)


def test_reason_is_kept_in_history() -> None:
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    writer.move(registration, Action.REJECT, actor=clerk(), at=NOON, reason=" Bukan pengurus ")

    line = registration.history.last()
    assert line is not None
    assert line.reason == "Bukan pengurus"


def test_delegate_decides_nothing() -> None:
    registration = a_registration(AngkatanFactory(), Status.SUBMITTED)

    with pytest.raises(lifecycle.NotAllowed, match="tidak berwenang"):
        writer.move(registration, Action.ACCEPT, actor=DELEGATE, at=NOON)


def test_waiting_person_is_not_accepted_without_a_seat() -> None:
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED)

    with pytest.raises(NoSeatLeft, match="Semua 1 kursi"):
        writer.move(waiting, Action.ACCEPT, actor=clerk(), at=NOON)


def test_full_ormas_is_named_when_refused() -> None:
    angkatan, ormas = AngkatanFactory(seats_per_ormas=1), OrmasFactory(name="Forum Contoh")
    a_registration(angkatan, ormas=ormas)
    waiting = a_registration(angkatan, Status.SUBMITTED, ormas=ormas)

    with pytest.raises(NoSeatLeft, match="Kursi Forum Contoh sudah terpakai semua"):
        writer.move(waiting, Action.ACCEPT, actor=clerk(), at=NOON)


def test_beyond_capacity_takes_an_action_of_its_own() -> None:
    angkatan = AngkatanFactory(capacity=1)
    a_registration(angkatan)
    waiting = a_registration(angkatan, Status.SUBMITTED)

    writer.move(waiting, Action.ACCEPT_OVER, actor=clerk(), at=NOON, reason="Perintah Kepala Badan")

    assert (waiting.status, waiting.queue_number) == (Status.ACCEPTED, None)


@pytest.mark.parametrize("edits", [{"frozen_at": NOON}, {"starts_on": NOON.date(), "closes_at": None}])
def test_delegate_withdraws_only_before_freeze_and_start(edits: dict[str, object]) -> None:
    registration = a_registration(AngkatanFactory())
    Angkatan.objects.update(**edits)

    with pytest.raises(NotOpenNow, match="menunggu keputusan panitia"):
        writer.move(registration, Action.WITHDRAW, actor=DELEGATE, at=NOON)


# ---- The queue -----------------------------------------------------------------------------------


def a_full_batch_and_two_waiting(**edits: object) -> tuple[Registration, Registration, Registration]:
    angkatan = AngkatanFactory(capacity=1, **edits)
    return a_registration(angkatan), a_registration(angkatan, Status.SUBMITTED), a_registration(angkatan, "submitted")


def statuses(*registrations: Registration) -> list[str]:
    return [Registration.objects.get(pk=registration.pk).status for registration in registrations]


@pytest.mark.parametrize("action", [Action.CANCEL, Action.WAITLIST])
def test_first_in_queue_takes_the_free_seat(action: Action) -> None:
    inside, first, second = a_full_batch_and_two_waiting()

    writer.move(inside, action, actor=clerk(), at=NOON, reason="Berhalangan")

    assert statuses(first, second) == [Status.SUBMITTED, Status.WAITLISTED]


def test_moving_up_is_told_in_history_as_the_systems() -> None:
    inside, first, _ = a_full_batch_and_two_waiting()

    writer.move(inside, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    line = first.history.last()
    assert line is not None
    assert (line.action, line.role, line.actor) == ("promote", "system", None)


def test_queue_passes_over_a_full_ormas() -> None:
    angkatan, full = AngkatanFactory(capacity=2, seats_per_ormas=1), OrmasFactory()
    inside, _ = a_registration(angkatan), a_registration(angkatan, ormas=full)
    first, second = a_registration(angkatan, "submitted", ormas=full), a_registration(angkatan, "submitted")

    writer.move(inside, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")

    assert statuses(first, second) == [Status.WAITLISTED, Status.SUBMITTED]


def test_raised_capacity_moves_the_queue() -> None:
    inside, first, second = a_full_batch_and_two_waiting()
    Angkatan.objects.update(capacity=3)

    moved = writer.fill_seats(inside.angkatan, at=NOON)

    assert moved == [first, second]


@pytest.mark.parametrize("edits", [{"frozen_at": NOON}, {"cancelled_at": NOON, "cancel_reason": "Gempa"}])
def test_queue_stands_still_after_the_freeze(edits: dict[str, object]) -> None:
    inside, first, _ = a_full_batch_and_two_waiting()
    Angkatan.objects.update(capacity=3, **edits)

    assert writer.fill_seats(inside.angkatan, at=NOON) == []
    assert statuses(first) == [Status.WAITLISTED]


def test_queue_stands_still_from_the_first_day_on() -> None:
    inside, _, _ = a_full_batch_and_two_waiting()
    Angkatan.objects.update(capacity=3)
    first_midnight = NOON.replace(month=FIRST_DAY.month, day=FIRST_DAY.day - 1, hour=17)  # 00.00 WIB

    assert writer.fill_seats(inside.angkatan, at=first_midnight) == []


def test_who_staff_put_aside_moves_only_by_staff() -> None:
    angkatan = AngkatanFactory(capacity=2)
    aside = a_registration(angkatan, Status.WAITLISTED)

    assert writer.fill_seats(angkatan, at=NOON) == []
    assert (aside.status, aside.queue_number) == (Status.WAITLISTED, None)


def test_queue_numbers_are_never_given_twice() -> None:
    inside, _, second = a_full_batch_and_two_waiting()
    writer.move(second, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    assert a_registration(inside.angkatan, Status.SUBMITTED).queue_number == 3


# ---- Replacing and correcting --------------------------------------------------------------------


def test_replacement_by_staff_takes_the_seat() -> None:
    angkatan = AngkatanFactory(capacity=1)
    old = a_registration(angkatan)

    new = changes.replace(old, Application(a_person(), Registration.Source.STAFF), actor=clerk(), at=NOON)

    assert statuses(old, new) == [Status.REPLACED, Status.ACCEPTED]
    assert (new.replaces, new.ormas, new.invitation) == (old, old.ormas, old.invitation)


def test_replacement_does_not_move_the_queue() -> None:
    inside, first, _ = a_full_batch_and_two_waiting()

    changes.replace(inside, Application(a_person(), Registration.Source.STAFF), actor=clerk(), at=NOON)

    assert statuses(first) == [Status.WAITLISTED]


def test_correction_sends_the_fix_back_to_staff() -> None:
    registration = a_registration(AngkatanFactory(), Status.NEEDS_FIX)

    changes.correct(registration, a_person(name="Nama Lengkap"), actor=DELEGATE, at=NOON)

    assert (registration.status, registration.name) == (Status.SUBMITTED, "Nama Lengkap")
    assert registration.delegate.name == "Nama Lengkap"


def test_public_correction_leaves_a_known_delegate_alone() -> None:
    earlier, now = a_registration(AngkatanFactory(year=2018)), a_registration(AngkatanFactory(), Status.SUBMITTED)
    Registration.objects.filter(pk=now.pk).update(delegate=earlier.delegate)

    changes.correct(now, a_person(name="Nama Lain"), actor=DELEGATE, at=NOON)

    earlier.delegate.refresh_from_db()
    assert (earlier.delegate.name, now.delegate.name) == (earlier.name, "Nama Lain")


def test_delegate_cannot_correct_after_the_decision() -> None:
    registration = a_registration(AngkatanFactory(), Status.ACCEPTED)

    with pytest.raises(Refusal, match="sekarang diubah lewat permintaan"):
        changes.correct(registration, a_person(name="Nama Lain"), actor=DELEGATE, at=NOON)


def test_change_after_the_freeze_is_kept_as_a_late_one() -> None:
    registration = a_registration(AngkatanFactory(), Status.ACCEPTED)
    Angkatan.objects.update(frozen_at=NOON)

    change = writer.move(registration, Action.CANCEL, actor=clerk(), at=NOON, reason="Sakit")

    assert change is not None
    assert change.is_late
