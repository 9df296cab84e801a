"""An ormas names its people together, swaps one for another, takes a cancellation back: all of it or nothing."""

import uuid
from datetime import timedelta

import pytest

from ormas.models import Ormas
from pelatihan.accounts.actor import CONTACT, DELEGATE
from pelatihan.lifecycle import Action, NotAllowed, Status
from pelatihan.models import Angkatan, Invitation, Registration, StatusChange
from pelatihan.registration import changes, eligibility, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.refusals import (
    AlreadyRegistered,
    GroupRefused,
    NoSeatLeft,
    NotOpenNow,
    OrmasNotInvited,
    Refusal,
    SamePerson,
    TooManyNamed,
)
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def wish(**person) -> Application:
    return Application(a_person(**person), Registration.Source.GROUP, token=uuid.uuid4())


def named(invitation: Invitation, count: int) -> list[Registration]:
    return writer.register_group(invitation, [wish() for _ in range(count)], at=NOON)


def statuses(people) -> list[str]:
    return [Registration.objects.get(pk=one.pk).status for one in people]


# ---- Naming several ------------------------------------------------------------------------------


def test_people_get_the_seats_in_order_and_then_wait():
    invitation = InvitationFactory(own_seats=2)

    people = named(invitation, 4)

    assert statuses(people) == ["submitted", "submitted", "waitlisted", "waitlisted"]
    assert [one.queue_number for one in people] == [None, None, 1, 2]
    assert len({one.code for one in people}) == 4
    assert {(one.ormas, one.invitation, one.source) for one in people} == {(invitation.ormas, invitation, "group")}
    assert {(line.role, line.action, line.actor) for line in StatusChange.objects.all()} == {
        ("contact", "register", None)
    }


def test_one_who_is_in_already_stops_all():
    invitation = InvitationFactory()
    a_registration(invitation.angkatan, ormas=invitation.ormas, name="Budi Contoh", phone="+6281200000001")

    with pytest.raises(GroupRefused, match="sudah terdaftar") as refusal:
        writer.register_group(invitation, [wish(), wish(name="BUDI contoh", phone="+6281200000001"), wish()], at=NOON)

    assert refusal.value.row == 1
    assert Registration.objects.count() == 1


def test_same_person_twice_in_one_form_stops_all():
    twin, invitation = {"name": "Budi Contoh", "phone": "+6281200000001"}, InvitationFactory()

    with pytest.raises(GroupRefused) as refusal:
        writer.register_group(invitation, [wish(**twin), wish(**twin)], at=NOON)

    assert refusal.value.row == 1
    assert not Registration.objects.exists()


def test_one_phone_serves_several():
    people = writer.register_group(
        InvitationFactory(), [wish(phone="+6281200000001"), wish(phone="+6281200000001")], at=NOON
    )

    assert statuses(people) == ["submitted", "submitted"]


def test_double_tap_names_nobody_twice():
    invitation, wishes = InvitationFactory(), [wish(), wish()]
    first = writer.register_group(invitation, wishes, at=NOON)
    Angkatan.objects.update(frozen_at=NOON)

    again = writer.register_group(invitation, wishes, at=NOON)

    assert again == first
    assert Registration.objects.count() == 2


def test_sent_again_with_one_more_names_that_one():
    invitation, wishes = InvitationFactory(), [wish(), wish()]
    first = writer.register_group(invitation, wishes, at=NOON)

    again = writer.register_group(invitation, [*wishes, wish()], at=NOON)

    assert again[:2] == first
    assert Registration.objects.count() == 3


@pytest.mark.parametrize("more", [3, 4])
def test_reserves_have_an_end(more):
    invitation = InvitationFactory(own_seats=1)
    named(invitation, 3)  # one seat, two reserves; three more may be named

    if more == 3:
        assert statuses(named(invitation, more)) == ["waitlisted"] * 3
    else:
        with pytest.raises(TooManyNamed, match=r"mendapat 1 kursi .* paling banyak 5 cadangan\. .* ditambah 3 orang"):
            named(invitation, more)
        assert Registration.objects.count() == 3


def test_who_has_left_does_not_count_as_named():
    invitation = InvitationFactory(own_seats=1)
    for one in named(invitation, 6):
        writer.move(one, Action.WITHDRAW, actor=CONTACT, at=NOON)

    assert len(named(invitation, 6)) == 6


@pytest.mark.parametrize(
    "edits", [{"frozen_at": NOON}, {"closes_at": NOON}, {"cancelled_at": NOON, "cancel_reason": "Gempa"}]
)
def test_nobody_is_named_once_registration_is_over(edits):
    invitation = InvitationFactory()
    Angkatan.objects.update(**edits)

    with pytest.raises(NotOpenNow):
        named(invitation, 1)
    assert not Registration.objects.exists()


def test_disputed_ormas_names_nobody():
    invitation = InvitationFactory(ormas__verification=Ormas.Verification.DISPUTED)

    with pytest.raises(OrmasNotInvited, match="menunggu keputusan Kesbangpol"):
        named(invitation, 1)


# ---- Somebody else instead -----------------------------------------------------------------------


def test_contact_s_replacement_takes_the_seat_and_waits_for_staff():
    one, *_ = named(InvitationFactory(own_seats=1), 1)

    new = changes.replace(one, wish(name="Endang Puspitasari"), actor=CONTACT, at=NOON, reason="Ada tugas lain")

    assert (one.status, new.status, new.replaces) == ("replaced", "submitted", one)
    gone = one.history.last()
    assert (gone.role, gone.reason) == ("contact", "Ada tugas lain")
    assert new.history.get().reason == f"Menggantikan {one.full_name}"


def test_reserve_moves_up_into_the_seat():
    one, reserve, other = named(InvitationFactory(own_seats=1), 3)

    changes.replace_by_reserve(one, reserve, actor=CONTACT, at=NOON, reason="Sakit")

    assert statuses([one, reserve, other]) == ["replaced", "submitted", "waitlisted"]
    assert (reserve.replaces, reserve.queue_number) == (one, None)
    assert reserve.history.last().reason == f"Menggantikan {one.full_name}"


def test_reserve_is_accepted_when_staff_do_it():
    one, reserve = named(InvitationFactory(own_seats=1), 2)

    changes.replace_by_reserve(one, reserve, actor=clerk(), at=NOON)

    assert statuses([one, reserve]) == ["replaced", "accepted"]


def test_reserve_of_another_ormas_or_batch_does_not_come():
    angkatan = AngkatanFactory()
    one, seated = named(InvitationFactory(angkatan=angkatan, own_seats=2), 2)
    _, stranger = named(InvitationFactory(angkatan=angkatan, own_seats=1), 2)
    _, elsewhere = named(InvitationFactory(ormas=one.ormas, own_seats=1), 2)

    for reserve in (stranger, elsewhere, seated):
        with pytest.raises(Refusal, match="bukan cadangan ormas ini"):
            changes.replace_by_reserve(one, reserve, actor=CONTACT, at=NOON)
    assert statuses([one, stranger, elsewhere, seated]) == ["submitted", "waitlisted", "waitlisted", "submitted"]


def test_nobody_is_replaced_by_oneself():
    invitation = InvitationFactory()
    one = writer.register_group(invitation, [wish(name="Budi Contoh", phone="+6281200000001")], at=NOON)[0]

    with pytest.raises(SamePerson, match="Pengganti dan yang digantikan sama: Budi Contoh"):
        changes.replace(one, wish(name="BUDI CONTOH", phone="+6281200000001"), actor=CONTACT, at=NOON)
    changes.replace(one, wish(name="Budi Contoh", phone="+6281200000002"), actor=CONTACT, at=NOON)  # another Budi


def test_nobody_is_replaced_twice():
    one, *_ = named(InvitationFactory(), 1)
    changes.replace(one, wish(), actor=CONTACT, at=NOON)

    with pytest.raises(NotOpenNow, match="sudah digantikan"):
        changes.replace(one, wish(), actor=CONTACT, at=NOON)
    assert Registration.objects.count() == 2


def test_replacement_sent_twice_is_one():
    one, *_ = named(InvitationFactory(), 1)
    comes = wish()
    first = changes.replace(one, comes, actor=clerk(), at=NOON)

    assert changes.replace(one, comes, actor=clerk(), at=NOON) == first
    assert Registration.objects.count() == 2


def test_delegate_sends_nobody_instead():
    one, *_ = named(InvitationFactory(), 1)

    with pytest.raises(NotAllowed):
        changes.replace(one, wish(), actor=DELEGATE, at=NOON)


# ---- Another organisation ------------------------------------------------------------------------


def test_moving_to_another_ormas_takes_the_seat_along():
    angkatan = AngkatanFactory()
    one, reserve = named(InvitationFactory(angkatan=angkatan, own_seats=1), 2)
    other = InvitationFactory(angkatan=angkatan, own_seats=1)

    told = changes.correct(one, Person.of(one), actor=DELEGATE, at=NOON, ormas=other.ormas)

    old = reserve.ormas
    assert old is not None
    assert [(line.field, line.old, line.new) for line in told] == [("ormas", old.name, other.ormas.name)]
    one = Registration.objects.get(pk=one.pk)
    assert (one.ormas, one.invitation, one.delegate.ormas, one.status) == (other.ormas, other, other.ormas, "submitted")
    assert statuses([reserve]) == ["submitted"]  # the seat that came free


@pytest.mark.parametrize("seats", [0, 1])
def test_nobody_moves_into_an_ormas_without_a_seat(seats):
    angkatan = AngkatanFactory()
    other = InvitationFactory(angkatan=angkatan, own_seats=seats)
    named(other, seats)
    one, *_ = named(InvitationFactory(angkatan=angkatan), 1)

    with pytest.raises(NoSeatLeft, match="sudah terpakai semua"):
        changes.correct(one, Person.of(one), actor=DELEGATE, at=NOON, ormas=other.ormas)
    one.refresh_from_db()
    assert one.ormas != other.ormas


def test_reserve_moves_along_with_the_number_of_the_queue():
    angkatan = AngkatanFactory()
    _, reserve = named(InvitationFactory(angkatan=angkatan, own_seats=1), 2)
    full = InvitationFactory(angkatan=angkatan, own_seats=0)

    changes.correct(reserve, Person.of(reserve), actor=DELEGATE, at=NOON, ormas=full.ormas)

    assert (reserve.ormas, reserve.status, reserve.queue_number) == (full.ormas, "waitlisted", 1)


def test_nobody_moves_into_an_ormas_that_is_not_invited():
    one, *_ = named(InvitationFactory(), 1)
    stranger = InvitationFactory().ormas

    with pytest.raises(OrmasNotInvited):
        changes.correct(one, Person.of(one), actor=DELEGATE, at=NOON, ormas=stranger)


# ---- Taking a cancellation back ------------------------------------------------------------------


@pytest.mark.parametrize("actor", [DELEGATE, CONTACT])
def test_cancellation_is_taken_back(actor):
    one, *_ = named(InvitationFactory(), 1)
    writer.move(one, Action.WITHDRAW, actor=actor, at=NOON)

    writer.undo_withdrawal(one, actor=actor, at=NOON + 15 * MINUTE - timedelta(seconds=1))

    assert one.status == "submitted"
    last = one.history.last()
    assert (last.action, last.from_status, last.to_status, last.role) == ("undo", "cancelled", "submitted", actor.role)


@pytest.mark.parametrize(("who", "other"), [(DELEGATE, CONTACT), (CONTACT, DELEGATE)])
def test_cancellation_by_somebody_else_stays(who, other):
    one, *_ = named(InvitationFactory(), 1)
    writer.move(one, Action.WITHDRAW, actor=who, at=NOON)

    with pytest.raises(NotOpenNow, match="Tidak ada pembatalan yang dapat diurungkan"):
        writer.undo_withdrawal(one, actor=other, at=NOON + MINUTE)
    assert statuses([one]) == ["cancelled"]


def test_cancellation_is_final_after_a_quarter_of_an_hour():
    one, *_ = named(InvitationFactory(), 1)
    writer.move(one, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    with pytest.raises(NotOpenNow, match=r"hanya dapat diurungkan sampai .* 12\.15 WIB"):
        writer.undo_withdrawal(one, actor=DELEGATE, at=NOON + 15 * MINUTE)
    assert statuses([one]) == ["cancelled"]


def test_seat_that_went_to_a_reserve_stays_there():
    one, reserve = named(InvitationFactory(own_seats=1), 2)
    writer.move(one, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    with pytest.raises(NoSeatLeft, match="sudah ditempati orang lain, jadi pembatalannya tidak dapat diurungkan"):
        writer.undo_withdrawal(one, actor=DELEGATE, at=NOON + MINUTE)
    assert statuses([one, reserve]) == ["cancelled", "submitted"]


def test_reserve_gets_the_old_place_in_the_queue():
    _, first, second = named(InvitationFactory(own_seats=1), 3)
    writer.move(first, Action.WITHDRAW, actor=CONTACT, at=NOON)

    writer.undo_withdrawal(first, actor=CONTACT, at=NOON + MINUTE)

    assert (first.queue_number, second.queue_number) == (1, 2)
    assert statuses([first]) == ["waitlisted"]


def test_reserve_who_comes_back_gets_the_seat_that_came_free_meanwhile():
    one, reserve = named(InvitationFactory(own_seats=1), 2)
    writer.move(reserve, Action.WITHDRAW, actor=CONTACT, at=NOON)
    writer.move(one, Action.WITHDRAW, actor=CONTACT, at=NOON)

    writer.undo_withdrawal(reserve, actor=CONTACT, at=NOON + MINUTE)

    assert (reserve.status, reserve.queue_number) == ("submitted", None)


def test_cancelling_by_staff_is_not_taken_back_by_a_delegate():
    one = a_registration(AngkatanFactory(), Status.CANCELLED)

    with pytest.raises(NotOpenNow, match="Tidak ada pembatalan yang dapat diurungkan"):
        writer.undo_withdrawal(one, actor=DELEGATE, at=NOON + MINUTE)


def test_cancellation_is_taken_back_once():
    one, *_ = named(InvitationFactory(), 1)
    writer.move(one, Action.WITHDRAW, actor=DELEGATE, at=NOON)
    writer.undo_withdrawal(one, actor=DELEGATE, at=NOON)

    with pytest.raises(NotOpenNow):
        writer.undo_withdrawal(one, actor=DELEGATE, at=NOON)
    assert one.history.count() == 3


def test_who_registered_again_does_not_come_back_twice():
    invitation, comes = InvitationFactory(), {"name": "Budi Contoh", "phone": "+6281200000001"}
    one = writer.register_group(invitation, [wish(**comes)], at=NOON)[0]
    writer.move(one, Action.WITHDRAW, actor=DELEGATE, at=NOON)
    again = writer.register_group(invitation, [wish(**comes)], at=NOON)[0]

    with pytest.raises(AlreadyRegistered, match=r"Budi Contoh sudah terdaftar lagi .* Pakailah kode") as refusal:
        writer.undo_withdrawal(one, actor=DELEGATE, at=NOON + MINUTE)
    assert again.shown_code not in str(refusal.value)  # delegates and contact persons read it


def test_cancellation_in_a_batch_that_was_called_off_stays():
    one, *_ = named(InvitationFactory(), 1)
    writer.move(one, Action.WITHDRAW, actor=DELEGATE, at=NOON)
    Angkatan.objects.update(cancelled_at=NOON, cancel_reason="Gempa")

    with pytest.raises(NotOpenNow, match="dibatalkan"):
        writer.undo_withdrawal(one, actor=DELEGATE, at=NOON + MINUTE)


def test_reserve_may_always_go():
    _, reserve = named(InvitationFactory(own_seats=1), 2)
    Angkatan.objects.update(frozen_at=NOON)

    writer.move(reserve, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    assert reserve.status == "cancelled"
    assert not eligibility.withdraws_by_asking(reserve, NOON)
