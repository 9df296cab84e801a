"""What can no longer be done alone is asked for: it changes nothing until staff grant it, and tells one story."""

import uuid
from dataclasses import replace as copy_with
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from ormas.models import Ormas
from pelatihan.accounts.actor import CONTACT, DELEGATE
from pelatihan.lifecycle import Action, NotAllowed, Status
from pelatihan.models import Angkatan, ChangeRequest, Correction, Registration
from pelatihan.registration import changes, requests, writer
from pelatihan.registration.application import Person
from pelatihan.registration.refusals import (
    AlreadyRegistered,
    NotOpenNow,
    OrmasNotInvited,
    Overtaken,
    Refusal,
    RequestGone,
    SamePerson,
)
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_person, a_registration, clerk

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
State = ChangeRequest.State


def accepted(**person) -> Registration:
    return a_registration(AngkatanFactory(), Status.ACCEPTED, name="Siti Rahmawati", position="Anggota", **person)


def wanting(registration: Registration, **edits) -> Person:
    return copy_with(Person.of(registration), **edits)


def asked(registration: Registration, actor=DELEGATE, at=LATER, **edits) -> ChangeRequest:
    request = requests.mend(
        registration, wanting(registration, **edits), actor=actor, at=at, reason="Salah ketik"
    ).request
    assert request is not None
    return request


def frozen(registration: Registration) -> Registration:
    Angkatan.objects.update(frozen_at=NOON)
    registration.angkatan.refresh_from_db()
    return registration


# ---- Corrections that wait -----------------------------------------------------------------------


def test_name_waits_and_phone_does_not():
    one = accepted()

    mended = requests.mend(
        one, wanting(one, name="Siti Rachmawati", phone="+6281299998888"), actor=DELEGATE, at=LATER, reason="KTP"
    )

    one.refresh_from_db()
    assert (one.name, one.delegate.phone, one.status) == ("Siti Rahmawati", "+6281299998888", "accepted")
    assert [line.field for line in mended.corrections] == ["phone"]
    request = ChangeRequest.objects.get()
    assert mended.request == request
    assert request.changes == {"name": ["Siti Rahmawati", "Siti Rachmawati"]}
    assert (request.kind, request.state, request.role, request.reason) == ("correct", "waiting", "delegate", "KTP")
    assert request.asked_at == LATER


def test_everything_is_at_once_before_the_decision():
    one = a_registration(AngkatanFactory(), Status.SUBMITTED)

    mended = requests.mend(one, wanting(one, name="Nama Benar", position="Ketua"), actor=DELEGATE, at=LATER)

    assert mended.request is None
    assert {line.field for line in mended.corrections} == {"name", "position"}


def test_other_ormas_is_at_once_too_before_the_decision():
    one = a_registration(AngkatanFactory(), Status.SUBMITTED)
    other = InvitationFactory(angkatan=one.angkatan).ormas

    mended = requests.mend(one, Person.of(one), actor=DELEGATE, at=LATER, ormas=other)

    one.refresh_from_db()
    assert (one.ormas, mended.request) == (other, None)
    assert [line.field for line in mended.corrections] == ["ormas"]


def test_second_wish_joins_the_first():
    one = accepted()
    other = InvitationFactory(angkatan=one.angkatan).ormas
    first = requests.mend(
        one, wanting(one, name="Siti Rachmawati"), actor=DELEGATE, at=LATER, ormas=other, reason="KTP"
    ).request
    assert first

    second = requests.mend(
        one, wanting(one, position="Ketua"), actor=CONTACT, at=LATER + timedelta(hours=1), reason=" "
    ).request

    assert second == first
    kept = ChangeRequest.objects.get()
    assert kept.changes == {
        "name": ["Siti Rahmawati", "Siti Rachmawati"],
        "ormas": [one.ormas_name, other.name],
        "position": ["Anggota", "Ketua"],
    }
    assert (kept.ormas, kept.reason, kept.role, kept.asked_at) == (other, "KTP", "contact", LATER + timedelta(hours=1))


def test_wish_that_joins_brings_its_own_ormas_and_reason():
    one = accepted()
    first, then = (InvitationFactory(angkatan=one.angkatan).ormas for _ in range(2))

    for ormas, reason in ((first, "Keliru"), (then, " Pindah ")):
        requests.mend(one, Person.of(one), actor=DELEGATE, at=LATER, ormas=ormas, reason=reason)

    kept = ChangeRequest.objects.get()
    assert (kept.ormas, kept.changes["ormas"][1], kept.reason) == (then, then.name, "Pindah")


def test_page_that_saw_an_older_state_asks_only_for_what_was_typed():
    """Staff put the name right while the page was open; the name that the page shows is no wish."""
    one = accepted()
    seen = Person.of(one)
    changes.correct(one, wanting(one, name="Siti Rachmawati"), actor=clerk(), at=NOON)

    mended = requests.mend(one, copy_with(seen, position="Ketua"), actor=DELEGATE, at=LATER, seen=seen)
    assert mended.request
    assert mended.request.changes == {"position": ["Anggota", "Ketua"]}


def test_what_staff_have_just_put_right_is_no_wish_any_more():
    one = accepted()
    seen = Person.of(one)
    changes.correct(one, wanting(one, name="Siti Rachmawati"), actor=clerk(), at=NOON)

    assert (
        requests.mend(one, copy_with(seen, name="Siti Rachmawati"), actor=DELEGATE, at=LATER, seen=seen).request is None
    )


def test_nothing_edited_asks_for_nothing():
    one = accepted()

    assert requests.mend(one, Person.of(one), actor=DELEGATE, at=LATER) == requests.Mended([], None)
    assert not ChangeRequest.objects.exists()


def test_refused_part_refuses_the_whole():
    one = accepted()
    seen = Person.of(one)
    changes.correct(one, wanting(one, phone="+6281211112222"), actor=clerk(), at=NOON)

    typed = copy_with(seen, name="Siti Lain", phone="+6281233334444")
    with pytest.raises(Overtaken):
        requests.mend(one, typed, actor=DELEGATE, at=LATER, seen=seen)
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("decide", [requests.grant, requests.refuse])
@pytest.mark.parametrize(
    ("edits", "moves"), [({"name": "Siti Rochmawati"}, 0), ({"position": "Ketua"}, 0), ({"name": "Siti Rachmawati"}, 1)]
)
def test_clerk_decides_on_nothing_that_joined_unread(decide, edits, moves):
    one, staff = accepted(), clerk()
    others = [
        InvitationFactory(angkatan=one.angkatan, ormas__name="Forum Contoh").ormas for _ in range(2)
    ]  # the same words, and not the same wish

    def ask(edits: dict[str, str], ormas: Ormas) -> ChangeRequest:
        request = requests.mend(one, wanting(one, **edits), actor=DELEGATE, at=LATER, ormas=ormas, reason="KTP").request
        assert request
        return request

    request = ask({"name": "Siti Rachmawati"}, others[0])
    read = requests.mark_of(request)
    ask(edits, others[moves])

    with pytest.raises(Refusal, match=r"baru saja diubah pemohonnya\. .* putuskan"):
        decide(request, actor=staff, at=LATER, note="Sebab", seen=read)
    now = ChangeRequest.objects.get()
    assert now.state == "waiting"
    decided = decide(request, actor=staff, at=LATER, note="Sebab", seen=requests.mark_of(now))
    assert decided.state in ("granted", "refused")


def test_mark_is_the_same_for_the_same_wishes_in_another_order():
    pairs = {"name": ["A", "B"], "position": ["C", "D"]}
    turned = dict(reversed(pairs.items()))

    assert requests.mark_of(ChangeRequest(changes=pairs)) == requests.mark_of(ChangeRequest(changes=turned))
    assert len(requests.mark_of(ChangeRequest(changes=pairs))) == 16


def test_grant_puts_right_with_the_story():
    one, staff = accepted(), clerk()
    request = asked(one, name="Siti Rachmawati")

    requests.grant(request, actor=staff, at=LATER)

    one.refresh_from_db()
    line = Correction.objects.get()
    assert (one.name, line.old, line.new, line.actor) == (
        "Siti Rachmawati", "Siti Rahmawati", "Siti Rachmawati", staff.user,
    )  # fmt: skip
    assert line.reason == "Diminta peserta pada Rabu, 20 Februari 2019 pukul 13.00 WIB: Salah ketik"
    request.refresh_from_db()
    assert (request.state, request.granted, request.decided_by, request.decided_at) == (
        "granted", ["name"], staff.user, LATER,
    )  # fmt: skip


def test_one_part_is_granted_and_the_other_answered():
    one = accepted()
    request = asked(one, name="Siti Rachmawati", position="Ketua")

    with pytest.raises(Refusal, match="Tulis alasannya"):
        requests.grant(request, actor=clerk(), at=LATER, fields=["name"], note=" ")
    requests.grant(request, actor=clerk(), at=LATER, fields=["name"], note="Jabatan menurut SK tetap.")

    one.refresh_from_db()
    request.refresh_from_db()
    assert (one.name, one.position) == ("Siti Rachmawati", "Anggota")
    assert "tetap" not in Correction.objects.get().reason
    assert (request.granted, request.note) == (["name"], "Jabatan menurut SK tetap.")


@pytest.mark.parametrize("fields", [[], ["phone"], ["<script>"]])
def test_grant_of_nothing_is_none(fields):
    request = asked(accepted(), name="Siti Rachmawati")

    with pytest.raises(Refusal, match="Tandai sedikitnya satu"):
        requests.grant(request, actor=clerk(), at=LATER, fields=fields, note="Sebab")
    request.refresh_from_db()
    assert request.state == "waiting"


def test_refusal_owes_a_reason_and_changes_nothing():
    one = accepted()
    request = asked(one, name="Siti Rachmawati")

    with pytest.raises(Refusal, match="Tulis alasannya"):
        requests.refuse(request, actor=clerk(), at=LATER, note="  ")
    requests.refuse(request, actor=clerk(), at=LATER, note=" KTP tidak cocok. ")

    one.refresh_from_db()
    request.refresh_from_db()
    assert (one.name, request.state, request.note) == ("Siti Rahmawati", "refused", "KTP tidak cocok.")
    assert not Correction.objects.exists()


def test_what_staff_changed_meanwhile_is_not_overwritten():
    one = accepted()
    request = asked(one, name="Siti Rachmawati", position="Ketua")
    changes.correct(one, wanting(one, name="Siti Rohmawati"), actor=clerk(), at=LATER)

    with pytest.raises(Overtaken, match="Nama lengkap sudah diubah orang lain sejak permintaan ini"):
        requests.grant(request, actor=clerk(), at=LATER)
    requests.grant(request, actor=clerk(), at=LATER, fields=["position"], note="Nama sudah dibetulkan.")

    one.refresh_from_db()
    assert (one.name, one.position) == ("Siti Rohmawati", "Ketua")


def test_what_staff_put_right_already_is_granted_quietly():
    one = accepted()
    request = asked(one, name="Siti Rachmawati")
    changes.correct(one, wanting(one, name="Siti Rachmawati"), actor=clerk(), at=LATER)

    requests.grant(request, actor=clerk(), at=LATER)

    assert Correction.objects.count() == 1


def test_other_ormas_waits_and_moves_when_granted():
    one = accepted()
    other = InvitationFactory(angkatan=one.angkatan).ormas
    old = one.ormas_name
    request = requests.mend(one, Person.of(one), actor=DELEGATE, at=LATER, ormas=other).request

    assert request is not None
    assert (request.changes, request.ormas) == ({"ormas": [old, other.name]}, other)
    one.refresh_from_db()
    assert one.ormas_name == old
    requests.grant(request, actor=clerk(), at=LATER)
    one.refresh_from_db()
    assert (one.ormas, one.status) == (other, "accepted")


def test_refused_move_leaves_the_ormas():
    one = accepted()
    stays, other = one.ormas, InvitationFactory(angkatan=one.angkatan).ormas
    request = requests.mend(one, wanting(one, name="Siti Rachmawati"), actor=DELEGATE, at=LATER, ormas=other).request
    assert request

    requests.grant(request, actor=clerk(), at=LATER, fields=["name"], note="Tidak ada surat tugasnya.")

    one.refresh_from_db()
    assert (one.name, one.ormas) == ("Siti Rachmawati", stays)
    assert Correction.objects.get().reason == "Diminta peserta pada Rabu, 20 Februari 2019 pukul 13.00 WIB"


@pytest.mark.parametrize("is_moved", [False, True])
@pytest.mark.parametrize("is_typed", [False, True])
def test_two_ormas_of_one_name_are_told_apart(is_typed, is_moved):
    """Two rivals may carry one name, and a name that was typed may be in the list."""
    one = accepted()
    other = InvitationFactory(angkatan=one.angkatan).ormas
    Ormas.objects.update(name="Forum Contoh")
    if is_typed:
        Registration.objects.update(ormas=None, ormas_text="Forum Contoh", invitation=None)
    one, other = Registration.objects.get(), Ormas.objects.get(pk=other.pk)
    why = "dari daftar ormas" if is_typed else "ormas lain dengan nama yang sama"

    request = requests.mend(one, Person.of(one), actor=DELEGATE, at=LATER, ormas=other).request
    assert request
    assert request.changes == {"ormas": ["Forum Contoh", f"Forum Contoh ({why})"]}
    if is_moved:  # by staff, meanwhile
        changes.correct(one, Person.of(one), actor=clerk(), at=LATER, ormas=other)
    requests.grant(request, actor=clerk(), at=LATER)

    one.refresh_from_db()
    assert one.ormas == other
    assert Correction.objects.get().new == f"Forum Contoh ({why})"


def test_move_that_staff_made_already_is_granted_quietly():
    one = accepted()
    other = InvitationFactory(angkatan=one.angkatan).ormas
    request = requests.mend(one, Person.of(one), actor=DELEGATE, at=LATER, ormas=other).request
    assert request
    changes.correct(one, Person.of(one), actor=clerk(), at=LATER, ormas=other)

    requests.grant(request, actor=clerk(), at=LATER)

    one.refresh_from_db()
    assert (one.ormas, Correction.objects.count()) == (other, 1)


def test_move_is_not_granted_from_where_nobody_was():
    one = accepted()
    wished, other = (InvitationFactory(angkatan=one.angkatan).ormas for _ in range(2))
    request = requests.mend(one, Person.of(one), actor=DELEGATE, at=LATER, ormas=wished).request
    assert request
    changes.correct(one, Person.of(one), actor=clerk(), at=LATER, ormas=other)

    with pytest.raises(Overtaken, match="sudah diubah orang lain"):
        requests.grant(request, actor=clerk(), at=LATER)


def test_same_ormas_is_no_wish():
    one = accepted()

    assert requests.mend(one, Person.of(one), actor=DELEGATE, at=LATER, ormas=one.ormas).request is None


# ---- Cancelling and replacing --------------------------------------------------------------------


def test_cancelling_after_the_freeze_waits_and_is_a_late_change():
    one, staff = frozen(accepted()), clerk()

    request = requests.ask_to_cancel(one, actor=CONTACT, at=LATER, reason="Ada tugas lain")
    again = requests.ask_to_cancel(one, actor=DELEGATE, at=LATER, reason="Sakit")

    assert again == request
    assert Registration.objects.get().status == "accepted"
    requests.grant(request, actor=staff, at=LATER)
    change = one.history.last()
    assert (change.to_status, change.actor, change.is_late) == ("cancelled", staff.user, True)
    assert change.reason == ("Diminta narahubung ormas pada Rabu, 20 Februari 2019 pukul 13.00 WIB: Ada tugas lain")


def test_replacing_after_the_freeze_waits_and_is_accepted_by_staff():
    one = frozen(accepted())
    comes = a_person(name="Endang Puspitasari", privacy_version="")

    request = requests.ask_to_replace(one, comes, actor=CONTACT, at=LATER, reason="Sakit")

    assert Registration.objects.count() == 1
    requests.grant(request, actor=clerk(), at=LATER)
    one.refresh_from_db()
    new = one.replaced_by
    assert (one.status, new.status, new.name, new.source) == ("replaced", "accepted", "Endang Puspitasari", "group")
    assert one.history.last().reason.startswith("Diminta narahubung ormas pada Rabu, 20 Februari 2019 pukul 13.00")
    request.refresh_from_db()
    assert (request.state, request.person) == ("granted", {})


def test_reserve_comes_when_staff_grant_it():
    angkatan = AngkatanFactory(seats_per_ormas=1)
    one = a_registration(angkatan)
    reserve = a_registration(angkatan, Status.SUBMITTED, ormas=one.ormas)
    frozen(one)

    request = requests.ask_to_replace(one, reserve, actor=CONTACT, at=LATER, reason="Sakit")
    requests.grant(request, actor=clerk(), at=LATER)

    one.refresh_from_db()
    reserve.refresh_from_db()
    assert (one.status, reserve.status, reserve.replaces) == ("replaced", "accepted", one)
    assert one.history.last().reason == "Diminta narahubung ormas pada Rabu, 20 Februari 2019 pukul 13.00 WIB: Sakit"


def test_other_reserve_takes_the_place_of_the_first_and_the_same_stays():
    angkatan = AngkatanFactory(seats_per_ormas=1)
    one = a_registration(angkatan)
    first, other = (a_registration(angkatan, Status.SUBMITTED, ormas=one.ormas) for _ in range(2))
    frozen(one)
    key = uuid.uuid4()

    asked_for = [
        requests.ask_to_replace(one, comes, actor=CONTACT, at=LATER, reason=" Sakit ", key=key)
        for comes in (first, first, other, a_person())
    ]

    assert [each.pk == key for each in asked_for] == [True, True, False, False]
    for each in asked_for:
        each.refresh_from_db()
    assert [each.state for each in asked_for] == ["withdrawn", "withdrawn", "withdrawn", "waiting"]
    assert (asked_for[0].reserve, asked_for[2].reserve, asked_for[0].reason) == (first, other, "Sakit")


def test_same_person_from_another_page_is_asked_for_anew():
    """With the words of that page."""
    one = frozen(accepted())

    first, then = (
        requests.ask_to_replace(one, a_person(name="Endang"), actor=CONTACT, at=LATER, reason=reason, key=uuid.uuid4())
        for reason in ("Sakit", "Dinas luar")
    )

    first.refresh_from_db()
    assert (first.state, then.state, then.reason) == ("withdrawn", "waiting", "Dinas luar")


def test_later_wish_takes_the_place_of_the_earlier():
    one = frozen(accepted())
    first = requests.ask_to_replace(one, a_person(), actor=CONTACT, at=LATER, reason="Sakit")

    second = requests.ask_to_replace(one, a_person(name="Endang"), actor=CONTACT, at=LATER, reason="Sakit")

    first.refresh_from_db()
    assert (first.state, first.person) == ("withdrawn", {})
    assert (second.state, second.person["name"]) == ("waiting", "Endang")


@pytest.mark.parametrize("kind", ["cancel", "replace"])
def test_double_tap_asks_once(kind):
    one, key, comes = frozen(accepted()), uuid.uuid4(), a_person(name="Endang")

    def ask() -> ChangeRequest:
        if kind == "cancel":
            return requests.ask_to_cancel(one, actor=CONTACT, at=LATER, reason="Sakit", key=key)
        return requests.ask_to_replace(one, comes, actor=CONTACT, at=LATER, reason="Sakit", key=key)

    assert ask() == ask()
    assert (ChangeRequest.objects.get().state, ChangeRequest.objects.get().pk) == ("waiting", key)


@pytest.mark.parametrize("kind", ["cancel", "replace", "correct"])
def test_page_that_is_sent_again_after_taking_back_asks_again(kind):
    """The button "back" brings the page with its key."""
    one, key, comes = frozen(accepted()), uuid.uuid4(), a_person(name="Endang")

    def ask() -> ChangeRequest | None:
        if kind == "cancel":
            return requests.ask_to_cancel(one, actor=CONTACT, at=LATER, reason="Sakit", key=key)
        if kind == "replace":
            return requests.ask_to_replace(one, comes, actor=CONTACT, at=LATER, reason="Sakit", key=key)
        return requests.mend(one, wanting(one, name="Endang"), actor=CONTACT, at=LATER, key=key).request

    first = ask()
    assert first
    assert first.pk == key
    requests.take_back(first, at=LATER)
    second = ask()

    assert second
    assert (second.state, second.pk != first.pk) == ("waiting", True)


def test_page_that_is_sent_again_for_somebody_else_asks_for_them():
    one, key = frozen(accepted()), uuid.uuid4()
    asked_for = [
        requests.ask_to_replace(one, a_person(name=name), actor=CONTACT, at=LATER, reason="Sakit", key=key)
        for name in ("Endang", "Ratna")
    ]

    asked_for[0].refresh_from_db()
    assert [each.state for each in asked_for] == ["withdrawn", "waiting"]
    assert asked_for[1].person["name"] == "Ratna"


def test_nobody_new_comes_for_an_ormas_that_is_in_dispute_since():
    one = frozen(accepted())
    request = requests.ask_to_replace(one, a_person(), actor=CONTACT, at=LATER, reason="Sakit")
    Ormas.objects.update(verification=Ormas.Verification.DISPUTED)

    with pytest.raises(OrmasNotInvited, match="sedang dalam sengketa kepengurusan"):
        requests.grant(request, actor=clerk(), at=LATER)

    request.refresh_from_db()
    assert (request.state, Registration.objects.count()) == ("waiting", 1)


def test_what_one_ormas_asked_for_is_not_done_in_another():
    """Its contact person speaks for nobody who has moved."""
    one = frozen(accepted())
    replaced = requests.ask_to_replace(one, a_person(), actor=CONTACT, at=LATER, reason="Sakit")
    cancelled = requests.ask_to_cancel(one, actor=CONTACT, at=LATER, reason="Sakit")
    own = asked(one, name="Siti Rachmawati")
    other = InvitationFactory(angkatan=one.angkatan).ormas

    changes.correct(one, Person.of(one), actor=clerk(), at=LATER, ormas=other)

    for request in (replaced, cancelled, own):
        request.refresh_from_db()
    assert [replaced.state, cancelled.state, own.state] == ["lapsed", "lapsed", "waiting"]
    assert replaced.person == {}


def test_own_wish_to_leave_goes_along_to_another_ormas():
    one = frozen(accepted())
    cancelled = requests.ask_to_cancel(one, actor=DELEGATE, at=LATER, reason="Sakit")
    other = InvitationFactory(angkatan=one.angkatan).ormas

    changes.correct(one, Person.of(one), actor=clerk(), at=LATER, ormas=other)

    cancelled.refresh_from_db()
    assert cancelled.state == "waiting"


def test_wish_to_send_who_is_in_already_is_refused():
    one = frozen(accepted(phone="+6281200000001"))
    other = a_registration(one.angkatan, ormas=one.ormas, name="Budi Contoh", phone="+6281200000002")

    with pytest.raises(AlreadyRegistered):
        requests.ask_to_replace(one, Person.of(other), actor=CONTACT, at=LATER, reason="Sakit")
    with pytest.raises(SamePerson, match=r"digantikan sama: Siti Rahmawati\. Untuk"):
        requests.ask_to_replace(one, Person.of(one), actor=CONTACT, at=LATER, reason="Sakit")
    with pytest.raises(Refusal, match="bukan cadangan ormas ini"):
        requests.ask_to_replace(one, other, actor=CONTACT, at=LATER, reason="Sakit")
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("edits", [{"cancelled_at": NOON, "cancel_reason": "Gempa"}, {"closed_at": NOON}])
def test_nothing_is_asked_in_a_batch_that_is_over(edits):
    one = accepted()
    Angkatan.objects.update(**edits)
    one.angkatan.refresh_from_db()

    with pytest.raises(NotOpenNow, match=r"^\w+ "):
        requests.ask_to_cancel(one, actor=CONTACT, at=LATER, reason="")
    with pytest.raises(NotOpenNow, match=r"^\w+ "):
        requests.ask_to_replace(one, a_person(), actor=CONTACT, at=LATER, reason="")
    with pytest.raises(Refusal):
        requests.mend(one, wanting(one, name="Nama Lain"), actor=DELEGATE, at=LATER)
    assert not ChangeRequest.objects.exists()


# ---- Who decides, and when it is over ------------------------------------------------------------


@pytest.mark.parametrize("actor", [DELEGATE, CONTACT])
def test_only_staff_decide(actor):
    request = asked(accepted(), name="Siti Rachmawati")

    with pytest.raises(NotAllowed, match="tidak berwenang memutuskan permintaan"):
        requests.grant(request, actor=actor, at=LATER)
    with pytest.raises(NotAllowed):
        requests.refuse(request, actor=actor, at=LATER, note="Sebab")


def test_decided_once():
    request = asked(accepted(), name="Siti Rachmawati")
    requests.refuse(request, actor=clerk(), at=LATER + timedelta(minutes=5), note="Sebab")

    with pytest.raises(RequestGone) as gone:
        requests.grant(request, actor=clerk(), at=LATER)
    assert str(gone.value) == (
        "Permintaan ini sudah berstatus Tidak disetujui oleh Rina Kartika pada Rabu, 20 Februari 2019 pukul 13.05 WIB."
        " Muat ulang halaman."
    )
    with pytest.raises(RequestGone):
        requests.take_back(request, at=LATER)


def test_clerk_without_a_name_is_told_by_the_account():
    request, staff = asked(accepted(), name="Siti Rachmawati"), clerk()
    assert staff.user
    User.objects.filter(pk=staff.user.pk).update(first_name="", last_name="")
    requests.refuse(request, actor=staff, at=LATER, note="Sebab")

    with pytest.raises(RequestGone, match=f" oleh {staff.user.get_username()} pada "):
        requests.grant(request, actor=staff, at=LATER)


def test_taken_back_waits_no_more():
    request = asked(accepted(), name="Siti Rachmawati")
    requests.take_back(request, at=LATER)

    with pytest.raises(RequestGone, match="sudah berstatus Ditarik kembali pada"):
        requests.grant(request, actor=clerk(), at=LATER)


@pytest.mark.parametrize("action", [Action.CANCEL, Action.REOPEN])
def test_request_lapses_when_the_registration_is_out(action):
    one = frozen(accepted())
    waiting = [
        asked(one, name="Siti Rachmawati"),
        requests.ask_to_replace(one, a_person(), actor=CONTACT, at=LATER, reason="Sakit"),
    ]

    writer.move(one, action, actor=clerk(), at=LATER, reason="Sakit")

    for request in waiting:
        request.refresh_from_db()
    is_out = action == Action.CANCEL
    assert {request.state for request in waiting} == {"lapsed" if is_out else "waiting"}
    assert bool(waiting[1].person) != is_out


def test_replaced_person_s_other_wishes_lapse():
    one = frozen(accepted())
    cancel = requests.ask_to_cancel(one, actor=CONTACT, at=LATER, reason="Sakit")
    replace = requests.ask_to_replace(one, a_person(), actor=CONTACT, at=LATER, reason="Sakit")

    requests.grant(replace, actor=clerk(), at=LATER)

    cancel.refresh_from_db()
    assert cancel.state == "lapsed"


# ---- A fix that was asked for --------------------------------------------------------------------


def needing(*fields: str) -> Registration:
    one = a_registration(AngkatanFactory(), Status.SUBMITTED, name="Siti R.", position="Anggota")
    writer.move(one, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Nama disingkat", fields=fields)
    return one


def test_answer_is_what_was_asked_for():
    one = needing("name")
    assert one.history.last().fields == ["name"]

    changes.correct(one, wanting(one, phone="+6281299998888"), actor=DELEGATE, at=LATER)
    assert one.status == "needs_fix"
    changes.correct(one, wanting(one, name="Siti Rahmawati"), actor=DELEGATE, at=LATER)

    assert (one.status, one.answered_at) == ("submitted", LATER)


def test_without_marks_anything_answers():
    one = needing()

    changes.correct(one, wanting(one, phone="+6281299998888"), actor=DELEGATE, at=LATER)

    assert one.status == "submitted"


def test_fix_is_answered_after_the_window_too():
    one = frozen(needing("name"))

    mended = requests.mend(one, wanting(one, name="Siti Rahmawati"), actor=DELEGATE, at=LATER)

    assert (mended.request, one.status) == (None, "submitted")
    assert mended.corrections[0].is_late


def test_only_an_answer_heads_the_queue():
    one = a_registration(AngkatanFactory(), Status.SUBMITTED)

    changes.correct(one, wanting(one, name="Nama Benar"), actor=DELEGATE, at=LATER)

    assert one.answered_at is None


# ---- The database --------------------------------------------------------------------------------

WAITING = {"kind": "cancel", "role": "contact", "asked_at": NOON}


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "granted", "decided_at": NOON},  # by nobody
        {"state": "withdrawn"},  # at no time
        {"decided_at": NOON},  # while it waits
        {"kind": "correct"},  # nothing
        {"kind": "replace"},  # nobody
        {"changes": {"name": ["A", "B"]}},  # cancelling corrects nothing
        {"kind": "correct", "changes": {"name": ["A", "x" * 4000]}},
        {"kind": "replace", "person": {"name": "x" * 4000}},
    ],
)
def test_database_refuses_half_a_request(wrong):
    one = accepted()

    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.create(registration=one, **WAITING | wrong)


def test_database_refuses_a_refusal_without_reason():
    one, staff = accepted(), clerk()

    decided = {"state": "refused", "decided_at": NOON, "decided_by": staff.user}
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.create(registration=one, **WAITING | decided)


def test_database_keeps_one_waiting_request_a_kind():
    one = accepted()
    ChangeRequest.objects.create(registration=one, **WAITING)

    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.create(registration=one, **WAITING)
