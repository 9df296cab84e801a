"""The contact person puts somebody right, sends somebody else, lets somebody go: at once or as a request."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from ormas.models import Delegate, Ormas
from pelatihan.accounts.actor import CONTACT, DELEGATE
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, ChangeRequest, Invitation, Registration
from pelatihan.registration import changes, often, requests, writer
from pelatihan.registration.application import Person
from tests.factories import NOON, AngkatanFactory, SessionFactory, UserFactory, a_registration, clerk
from tests.pelatihan.door import Door
from tests.pelatihan.door import at as clock
from tests.pelatihan.hostile.values import TAG, Value, encoded, sample
from tests.pelatihan.registration.invitations import a_row, address, an_invitation, named
from tests.pelatihan.registration.test_invitation_group import summary, typed

pytestmark = pytest.mark.django_db
FROZEN = {"frozen_at": NOON}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def invitation() -> Invitation:
    return an_invitation()


@pytest.fixture
def one(invitation) -> Registration:
    return named(invitation, name="Siti Rahmawati", phone="+6281200000101", position="Anggota")[0]


def stop(**edits: Any) -> None:
    Angkatan.objects.update(**edits or FROZEN)


def accept(one: Registration) -> None:
    writer.move(one, Action.ACCEPT, actor=clerk(), at=NOON)


def home(client: Client, invitation: Invitation) -> str:
    return client.get(address("invitation", invitation)).text


def shown(client: Client, name: str, one: Registration) -> str:
    assert one.invitation
    return client.get(address(name, one.invitation, ref=one.ref)).text


def send(client: Client, name: str, one: Registration, /, **form: Any) -> Any:
    """The form as the page shows it, with what is typed into it."""
    assert one.invitation
    html = shown(client, name, one)
    data = typed(html) | form
    return client.post(address(name, one.invitation, ref=one.ref), data)


def state(one: Registration) -> str:
    one.refresh_from_db()
    return one.status


# ---- Putting right -------------------------------------------------------------------------------


def test_data_are_put_right_at_once_before_the_decision(client, one):
    answer = send(client, "invitation_correct", one, position="Ketua", nickname="Siti")

    one.refresh_from_db()
    assert answer["Location"] == address("invitation", one.invitation)
    assert (one.position, one.nickname) == ("Ketua", "Siti")
    assert {(line.field, line.role) for line in one.corrections.all()} == {
        ("position", "contact"),
        ("nickname", "contact"),
    }
    assert not ChangeRequest.objects.exists()


def test_numbers_and_mails_are_never_shown(client, one):
    Delegate.objects.update(email="siti@contoh.id")

    html = shown(client, "invitation_correct", one)

    assert "Tercatat 0812-••••-••01." in html
    assert "Tercatat s•••••@contoh.id." in html
    assert "0101" not in re.sub(r"[a-z0-9]+:[0-9a-f]{12}", "", html)
    assert "siti@" not in html


def test_number_left_empty_stays_and_a_new_one_takes_its_place(client, one):
    send(client, "invitation_correct", one, position="Ketua")
    one.refresh_from_db()
    assert one.delegate.phone == "+6281200000101"

    send(client, "invitation_correct", one, phone="0812 0000 0199", email="siti@contoh.id")

    assert list(Delegate.objects.values_list("phone", "email")) == [("+6281200000199", "siti@contoh.id")]


def test_after_acceptance_what_is_printed_waits_and_the_number_does_not(client, one):
    accept(one)
    html = shown(client, "invitation_correct", one)
    assert html.index("A. Berlaku begitu disimpan") < html.index('name="phone"') < html.index("B. Menunggu persetujuan")
    assert html.index("B. Menunggu persetujuan") < html.index('name="position"')

    send(client, "invitation_correct", one, position="Ketua", phone="0812-0000-0199")

    one.refresh_from_db()
    asked = ChangeRequest.objects.get()
    assert (one.position, one.delegate.phone) == ("Anggota", "+6281200000199")
    assert (asked.changes, asked.role) == ({"position": ["Anggota", "Ketua"]}, "contact")
    assert "data lama yang dipakai (jabatan)" in home(client, one.invitation)


def test_second_wish_is_added_to_the_one_that_waits(client, one):
    accept(one)
    send(client, "invitation_correct", one, position="Ketua")

    html = shown(client, "invitation_correct", one)
    send(client, "invitation_correct", one, back_title="S.H.")

    assert "menunggu panitia: jabatan menjadi “Ketua”" in html
    assert set(ChangeRequest.objects.get().changes) == {"position", "back_title"}


def test_only_what_staff_asked_for_is_asked(client, one):
    writer.move(one, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Jabatannya apa?", fields=["position"])

    html = shown(client, "invitation_correct", one)
    send(client, "invitation_correct", one, position="Ketua", name="Orang Lain")

    assert "Jabatannya apa?" in html
    assert {"position", "name", "phone"} & set(typed(html)) == {"position"}
    assert (state(one), one.position, one.name) == ("submitted", "Ketua", "Siti Rahmawati")


def test_fix_that_mends_nothing_says_so(client, one):
    writer.move(one, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Jabatannya apa?", fields=["position"])

    send(client, "invitation_correct", one)

    assert "Betulkan isian yang diminta, lalu kirim lagi." in home(client, one.invitation)
    assert state(one) == "needs_fix"


def test_what_only_the_person_answers_is_said(client, one):
    writer.move(one, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Alergi apa?", fields=["special_needs"])

    assert "hanya dapat dijawab Siti Rahmawati sendiri" in shown(client, "invitation_correct", one)


def test_special_needs_and_consents_are_never_shown(client, invitation):
    one = a_registration(invitation.angkatan, Status.SUBMITTED, ormas=invitation.ormas, special_needs="Alergi udang")

    for page in (home(client, invitation), shown(client, "invitation_correct", one)):
        assert "udang" not in page
        assert "agrees" not in page


def test_number_of_who_registered_alone_is_theirs(client, invitation):
    """With code and number one opens the own page, where special needs stand: the link of an ormas never does."""
    alone = a_registration(invitation.angkatan, Status.SUBMITTED, ormas=invitation.ormas, phone="+6281200000107")

    html = shown(client, "invitation_correct", alone)
    send(client, "invitation_correct", alone, nickname="Iti", phone="081299998888", email="lain@contoh.id")

    alone.refresh_from_db()
    assert 'name="phone"' not in html
    assert 'name="email"' not in html
    assert (alone.nickname, alone.delegate.phone, alone.delegate.email) == ("Iti", "+6281200000107", "")


def test_number_is_theirs_once_they_have_read_the_notice(client, one):
    changes.agree(one, {}, actor=DELEGATE, at=NOON, privacy_version="2027-01")

    send(client, "invitation_correct", one, nickname="Iti", phone="081299998888")

    one.refresh_from_db()
    assert (one.nickname, one.delegate.phone) == ("Iti", "+6281200000101")


def test_number_that_staff_ask_for_of_who_registered_alone_is_answered_by_them(client, invitation):
    alone = a_registration(invitation.angkatan, Status.SUBMITTED, ormas=invitation.ormas)
    writer.move(alone, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Nomor tidak aktif", fields=["phone"])

    assert "hanya dapat dijawab" in shown(client, "invitation_correct", alone)


def test_two_contact_persons_take_nothing_from_each_other(client, one):
    form = typed(shown(client, "invitation_correct", one)) | {"nickname": "Siti"}
    send(client, "invitation_correct", one, position="Ketua")

    client.post(address("invitation_correct", one.invitation, ref=one.ref), form)

    one.refresh_from_db()
    assert (one.position, one.nickname) == ("Ketua", "Siti")


def test_two_new_numbers_at_once_are_asked_about_without_showing_them(client, one):
    form = typed(shown(client, "invitation_correct", one)) | {"phone": "0812-0000-0188"}
    send(client, "invitation_correct", one, phone="0812-0000-0199")
    where = address("invitation_correct", one.invitation, ref=one.ref)

    html = client.post(where, form).text
    client.post(where, typed(html) | {"keep-phone": "mine"})

    assert "Ada isian yang baru saja diubah orang lain" in html
    assert "0812-••••-••99" in html
    assert "0199" not in re.sub(r"[a-z0-9]+:[0-9a-f]{12}", "", html)
    assert typed(html)["phone"] == "0812-0000-0188"
    assert Delegate.objects.get().phone == "+6281200000188"


def test_field_that_staff_just_changed_is_asked_about(client, one):
    form = typed(shown(client, "invitation_correct", one)) | {"position": "Ketua"}
    stands = Person.of(one)
    typed_by_clerk = Person(**vars(stands) | {"position": "Sekretaris"})
    changes.correct(one, typed_by_clerk, actor=clerk(), at=NOON, seen=stands)

    html = client.post(address("invitation_correct", one.invitation, ref=one.ref), form).text

    assert "Sementara Anda mengisi, orang lain menyimpan “Sekretaris”." in html
    one.refresh_from_db()
    assert one.position == "Sekretaris"


def test_correction_that_waits_since_the_freeze_becomes_a_request(client, one):
    form = typed(shown(client, "invitation_correct", one)) | {"position": "Ketua"}
    stop()

    client.post(address("invitation_correct", one.invitation, ref=one.ref), form)

    one.refresh_from_db()
    assert one.position == "Anggota"
    assert "Permintaan terkirim" in home(client, one.invitation)


# ---- Sending somebody else -----------------------------------------------------------------------


def test_somebody_else_takes_the_seat_at_once(client, one):
    send(client, "invitation_replace", one, why="tugas", agreed="on", **a_row(name="Endang", phone="081200000105"))

    new = Registration.objects.get(name="Endang")
    assert (state(one), new.status, new.replaces) == ("replaced", "submitted", one)
    assert [change.reason for change in one.history.filter(action="replace")] == ["Ada tugas lain"]
    assert "Endang menggantikan Siti Rahmawati." in home(client, one.invitation)


def test_reserve_moves_up_and_the_fields_below_are_passed_over(client, invitation, one):
    *_, reserve = named(invitation, 3)
    form = {"why": "lain", "own_words": "Umrah", "comes": str(reserve.ref), "agreed": "on", "phone": "12"}

    send(client, "invitation_replace", one, **form)

    reserve.refresh_from_db()
    assert (state(one), reserve.status, reserve.replaces) == ("replaced", "submitted", one)
    assert one.history.last().reason == "Umrah"


def test_after_the_freeze_it_is_a_request(client, one):
    stop()
    html = shown(client, "invitation_replace", one)

    send(client, "invitation_replace", one, why="sakit", agreed="on", **a_row(name="Endang", phone="081200000105"))

    asked = ChangeRequest.objects.get()
    assert "Kirim permintaan" in html
    assert (state(one), asked.kind, asked.reason, asked.person["name"]) == ("submitted", "replace", "Sakit", "Endang")
    assert "Belum diputuskan" in home(client, one.invitation)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"why": ""}, "Alasan: Pilih alasannya."),
        ({"why": "lain"}, "Keterangan: Tulis alasannya dengan kata Anda sendiri."),
        ({"why": "tugas", "own_words": "x" * 201}, "Keterangan: Terlalu panjang."),
        ({"why": "jahat"}, "Alasan: Pilih alasan dari daftar."),
        ({"why": "tugas", "agreed": ""}, "Beri centang di sini bila keduanya tahu."),
        ({"why": "tugas", "phone": "12"}, "Nomor HP (WhatsApp): Ini bukan nomor HP."),
        ({"why": "tugas", "name": ""}, "Nama lengkap: Tulis nama lengkapnya."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_lost(client, one, form, sentence):
    whole = a_row(name="Endang", phone="081200000105") | {"agreed": "on", "nickname": "End"} | form
    if not whole["agreed"]:
        del whole["agreed"]

    html = send(client, "invitation_replace", one, **whole).text

    assert sentence in summary(html)
    assert typed(html)["nickname"] == "End"
    assert state(one) == "submitted"


def test_who_comes_is_to_be_chosen_when_there_is_a_reserve(client, invitation, one):
    named(invitation, 3)

    html = send(client, "invitation_replace", one, why="tugas", agreed="on").text

    assert "Siapa yang datang: Pilih penggantinya." in summary(html)
    assert "Tulis nama lengkapnya." not in html  # not before it is known that it is needed


def test_same_person_cannot_come_instead(client, one):
    same = a_row(name="siti rahmawati", phone="081200000101")

    html = send(client, "invitation_replace", one, why="tugas", agreed="on", **same).text

    assert "Pengganti dan yang digantikan sama: Siti Rahmawati." in summary(html)
    assert state(one) == "submitted"


def test_who_is_named_already_cannot_come_instead(client, invitation, one):
    named(invitation, name="Endang", phone="+6281200000105")

    html = send(
        client, "invitation_replace", one, why="tugas", agreed="on", **a_row(name="Endang", phone="081200000105")
    ).text

    assert "Nama lengkap: Orang ini sudah terdaftar dari ormas Anda: nama dan nomor HP-nya sama." in summary(html)
    assert "halaman Anda" not in summary(html).lower()  # so delegates are spoken to
    assert state(one) == "submitted"


def test_reserve_of_another_ormas_is_no_choice(client, one):
    other = an_invitation(angkatan=one.angkatan, ormas__name="Lain", own_seats=0)
    (strange,) = named(other)

    html = send(client, "invitation_replace", one, why="tugas", agreed="on", comes=str(strange.ref)).text

    assert "Ia bukan cadangan lagi. Pilih orang lain." in summary(html)


@pytest.mark.parametrize("by_reserve", [False, True])
def test_replacement_sent_twice_is_one(client, invitation, one, by_reserve):
    *_, reserve = named(invitation, 3)
    comes = (
        {"comes": str(reserve.ref)} if by_reserve else {"comes": "baru"} | a_row(name="Endang", phone="0812000001059")
    )
    form = typed(shown(client, "invitation_replace", one)) | {"why": "tugas", "agreed": "on"} | comes
    where = address("invitation_replace", invitation, ref=one.ref)

    answers = [client.post(where, form) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [address("invitation", invitation)] * 2
    assert Registration.objects.filter(replaces=one).count() == 1


def test_who_is_replaced_already_is_not_replaced_again(client, one):
    form = typed(shown(client, "invitation_replace", one)) | {"why": "tugas", "agreed": "on"}
    where = address("invitation_replace", one.invitation, ref=one.ref)
    client.post(where, form | a_row(name="Endang", phone="081200000105"))

    html = client.post(where, form | a_row(name="Ratna", phone="081200000106")).text

    assert "Siti Rahmawati sudah digantikan. Muat ulang halaman" in html
    assert not Registration.objects.filter(name="Ratna").exists()


def test_form_of_somebody_whose_heir_has_replaced_another_since_is_answered(client, invitation, one):
    """A reserve who moved up once, was made a reserve again and moved up elsewhere: of the first no heir is known."""
    *_, other, reserve = named(invitation, 3)
    form = typed(shown(client, "invitation_replace", one)) | {"why": "tugas", "agreed": "on", "comes": str(reserve.ref)}
    client.post(address("invitation_replace", invitation, ref=one.ref), form)
    writer.move(reserve, Action.WAITLIST, actor=clerk(), at=NOON)
    changes.replace_by_reserve(other, reserve, actor=CONTACT, at=NOON)

    answer = client.post(address("invitation_replace", invitation, ref=one.ref), form)

    assert "Siti Rahmawati sudah digantikan." in answer.text
    assert state(reserve) == "submitted"


def test_who_is_present_is_replaced_by_the_committee_alone(client, invitation, one):
    accept(one)
    form = typed(shown(client, "invitation_replace", one)) | {"why": "tugas", "agreed": "on"}
    Door(SessionFactory(angkatan=invitation.angkatan), UserFactory(role="petugas")).scan(one, "08.00")
    with time_machine.travel(clock("09.00"), tick=False):
        assert "Ganti utusan" not in home(client, invitation)
        where = address("invitation_replace", invitation, ref=one.ref)
        for html in (client.get(where).text, client.post(where, form | a_row(name="Endang")).text):
            assert "sudah tercatat hadir, jadi penggantian hanya lewat panitia" in html

    assert not ChangeRequest.objects.exists()


def test_page_of_the_window_sent_after_the_freeze_says_what_it_is_now(client, one):
    form = typed(shown(client, "invitation_replace", one)) | {"why": "tugas", "agreed": "on"}
    form |= a_row(name="Endang", phone="081200000105")
    where = address("invitation_replace", one.invitation, ref=one.ref)
    stop()

    html = client.post(where, form).text
    assert "Sementara Anda mengisi, perubahan menjadi permintaan kepada panitia." in summary(html)
    assert typed(html)["name"] == "Endang"
    assert not ChangeRequest.objects.exists()

    client.post(where, typed(html) | {"why": "tugas"})
    assert ChangeRequest.objects.get().kind == "replace"


# ---- Letting go ----------------------------------------------------------------------------------


def test_withdrawing_asks_once_and_tells_of_the_seat(client, invitation, one):
    *_, reserve = named(invitation, 3)

    html = shown(client, "invitation_withdraw", one)
    assert "Kursinya langsung beralih kepada cadangan dari ormas Anda." in html
    assert state(one) == "submitted"

    send(client, "invitation_withdraw", one)

    assert (state(one), state(reserve)) == ("cancelled", "submitted")
    assert one.history.last().role == "contact"


def test_withdrawal_is_undone_within_a_quarter_of_an_hour(client, invitation, one):
    send(client, "invitation_withdraw", one)
    assert "Urungkan pembatalan" in home(client, invitation)
    undo = address("invitation_undo", invitation, ref=one.ref)

    assert client.get(undo).status_code == 302
    assert state(one) == "cancelled"
    client.post(undo)

    assert state(one) == "submitted"
    assert "sudah diurungkan" in home(client, invitation)
    client.post(undo)  # pressed twice
    assert state(one) == "submitted"


def test_undo_after_a_quarter_of_an_hour_is_refused_in_words(client, invitation, one):
    send(client, "invitation_withdraw", one)
    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert "Urungkan" not in home(client, invitation)
        client.post(address("invitation_undo", invitation, ref=one.ref))
        told = home(client, invitation)

    assert "Pembatalan hanya dapat diurungkan sampai" in told
    assert state(one) == "cancelled"


def test_nothing_is_undone_in_a_batch_that_was_called_off(client, invitation, one):
    send(client, "invitation_withdraw", one)
    stop(cancelled_at=NOON, cancel_reason="Hotel penuh")

    assert "Urungkan" not in home(client, invitation)
    client.post(address("invitation_undo", invitation, ref=one.ref))

    assert "dibatalkan, jadi tidak ada yang perlu diubah" in home(client, invitation)
    assert state(one) == "cancelled"


def test_undo_when_the_seat_is_gone_is_refused_in_words(client, invitation, one):
    named(invitation, 2)
    send(client, "invitation_withdraw", one)
    named(invitation)

    client.post(address("invitation_undo", invitation, ref=one.ref))

    assert "sudah ditempati orang lain" in home(client, invitation)
    assert state(one) == "cancelled"


def test_what_the_delegate_withdrew_is_not_undone_here(client, invitation, one):
    writer.move(one, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    client.post(address("invitation_undo", invitation, ref=one.ref))

    assert "tidak dibuat lewat tautan ini" in home(client, invitation)
    assert state(one) == "cancelled"


def test_after_the_freeze_letting_go_is_a_request_with_a_reason(client, invitation, one):
    stop()

    assert "Alasan: Pilih alasannya." in summary(send(client, "invitation_withdraw", one).text)
    send(client, "invitation_withdraw", one, why="sakit")

    asked = ChangeRequest.objects.get()
    assert (state(one), asked.kind, asked.reason) == ("submitted", "cancel", "Sakit")


def test_request_sent_twice_is_one(client, invitation, one):
    stop()
    form = typed(shown(client, "invitation_withdraw", one)) | {"why": "sakit"}
    for _ in range(2):
        client.post(address("invitation_withdraw", invitation, ref=one.ref), form)

    assert ChangeRequest.objects.count() == 1


def test_page_of_the_window_sent_after_the_freeze_lets_nobody_go(client, invitation, one):
    form = typed(shown(client, "invitation_withdraw", one))
    stop()

    html = client.post(address("invitation_withdraw", invitation, ref=one.ref), form).text

    assert "Alasan: Pilih alasannya." in summary(html)
    assert state(one) == "submitted"


def test_request_is_taken_back(client, invitation, one):
    stop()
    asked = requests.ask_to_cancel(one, actor=CONTACT, at=NOON, reason="Sakit")
    take_back = address("invitation_take_back", invitation, key=asked.pk)

    assert client.get(take_back).status_code == 302
    client.post(take_back)
    first = home(client, invitation)
    client.post(take_back)

    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert "Permintaan sudah ditarik." in first
    assert "sudah berstatus Ditarik kembali" in home(client, invitation)


def test_request_that_was_decided_is_not_taken_back(client, invitation, one):
    stop()
    asked = requests.ask_to_cancel(one, actor=CONTACT, at=NOON, reason="Sakit")
    requests.refuse(asked, actor=clerk(), at=NOON, note="Kamar sudah dipesan")

    client.post(address("invitation_take_back", invitation, key=asked.pk))

    asked.refresh_from_db()
    assert asked.state == "refused"
    assert "sudah berstatus Tidak disetujui oleh" in home(client, invitation)


def test_request_of_another_ormas_is_not_found(client, invitation, one):
    stop()
    asked = requests.ask_to_cancel(one, actor=CONTACT, at=NOON, reason="Sakit")
    other = an_invitation(angkatan=invitation.angkatan, ormas__name="Lain")

    assert client.post(address("invitation_take_back", other, key=asked.pk)).status_code == 404
    assert client.post(address("invitation_take_back", other, key=uuid4())).status_code == 404


# ---- What is over --------------------------------------------------------------------------------

CHANGES = ["invitation_correct", "invitation_replace", "invitation_withdraw"]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("over", [{"cancelled_at": NOON, "cancel_reason": "Hotel penuh"}, {"closed_at": NOON}])
def test_nothing_is_changed_when_the_batch_is_over(client, one, name, over):
    form = typed(shown(client, name, one))
    stop(**over)

    for html in (shown(client, name, one), client.post(address(name, one.invitation, ref=one.ref), form).text):
        assert "Hubungi Ibu Rina Kartika bila ada pertanyaan." in html
    assert state(one) == "submitted"


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_is_changed_while_the_ormas_is_in_dispute(client, one, name):
    form = (
        typed(shown(client, name, one)) | a_row(name="Endang", phone="081200000105") | {"why": "sakit", "agreed": "on"}
    )
    Ormas.objects.update(verification=Ormas.Verification.DISPUTED)

    for html in (shown(client, name, one), client.post(address(name, one.invitation, ref=one.ref), form).text):
        assert "sedang dalam sengketa kepengurusan" in html
    assert (state(one), one.name) == ("submitted", "Siti Rahmawati")


@pytest.mark.parametrize("name", CHANGES)
def test_who_is_out_is_not_changed(client, one, name):
    writer.move(one, Action.WITHDRAW, actor=CONTACT, at=NOON)

    answer = client.get(address(name, one.invitation, ref=one.ref))

    assert answer.status_code == 302 or "Hubungi" in answer.text or "tidak memegang kursi" in answer.text


@pytest.mark.parametrize("name", CHANGES)
def test_person_of_another_batch_is_not_found(client, invitation, name):
    elsewhere = a_registration(AngkatanFactory(), ormas=invitation.ormas)

    assert client.get(address(name, invitation, ref=elsewhere.ref)).status_code == 404
    assert client.get(address(name, invitation, ref=uuid4())).status_code == 404


@pytest.mark.parametrize("name", CHANGES)
def test_link_that_sends_too_often_keeps_what_was_typed(client, one, name):
    for _ in range(often.LINK.most):
        often.count([(often.LINK, str(one.invitation.pk))])

    answer = send(
        client, name, one, why="sakit", agreed="on", position="Ketua",
        **{key: value for key, value in a_row(name="Endang", phone="081200000105").items() if key != "position"},
    )  # fmt: skip

    assert answer.status_code == 429
    assert "Terlalu banyak kiriman lewat tautan ini." in summary(answer.text)
    assert state(one) == "submitted"


@pytest.mark.parametrize("name", CHANGES)
def test_hostile_values_break_nothing(client, one, name):
    stop()  # so that all of it is asked
    usual = typed(shown(client, name, one))
    fields = sorted({*usual, "why", "comes", "own_words", "gender", "name"} - {"csrfmiddlewaretoken"})
    for field in fields:
        for value in sample(4, name, field):
            pairs: list[tuple[str, Value]] = [*(pair for pair in usual.items() if pair[0] != field), (field, value)]
            where = address(name, one.invitation, ref=one.ref)
            answer = client.post(where, encoded(pairs), content_type="application/x-www-form-urlencoded")
            assert answer.status_code in (200, 302, 429)
            assert TAG not in answer.text
