"""The page of an invitation: what it tells before anybody is named and after, and who may open it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from ormas.models import Ormas
from pelatihan.accounts.actor import CONTACT, DELEGATE
from pelatihan.batches import moving
from pelatihan.lifecycle import Action, Role, Status
from pelatihan.models import Angkatan, Invitation, Registration, Told
from pelatihan.registration import changes, links, often, requests, writer
from pelatihan.registration.application import Application, Person
from tests.factories import NOON, AngkatanFactory, UserFactory, a_person, a_registration, clerk
from tests.pelatihan.registration.invitations import PHONE, address, an_invitation, named

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def page(invitation: Invitation, client: Client | None = None) -> str:
    return text((client or Client()).get(address("invitation", invitation)).text)


def text(html: str) -> str:
    """As it is read, without tags and with single spaces."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


# ---- Before and after ----------------------------------------------------------------------------


def test_first_visit_tells_training_seats_and_what_to_do():
    shown = page(an_invitation())

    assert "Ormas Anda diundang mengirim 3 utusan" in shown
    assert "Peningkatan Peran Organisasi Kemasyarakatan" in shown
    assert "Senin–Rabu, 11–13 Maret 2019" in shown
    assert "Isi data utusan" in shown
    assert "Ditutup Sabtu, 2 Maret 2019 pukul 12.00 WIB" in shown
    assert "Ibu Rina Kartika" in shown


def test_page_shows_each_person_with_status_code_and_page(client):
    invitation = an_invitation()
    (one,) = named(invitation, name="Siti Rahmawati", phone="+6281200000101")

    html = client.get(address("invitation", invitation)).text

    assert "1 dari 3 kursi terisi" in text(html)
    assert "Menunggu verifikasi" in text(html)
    assert f'href="{one.get_absolute_url()}"' in html
    assert "081200000101" not in re.sub(r"[\s-]", "", html)


def test_page_tells_that_the_days_are_others_and_why():
    invitation = an_invitation()
    batch = invitation.angkatan
    moving.move(batch, batch.starts_on + timedelta(days=7), seen=batch.starts_on, at=NOON, reason="Aula dipakai.")

    empty = page(invitation)
    named(invitation)

    for shown in (empty, page(invitation)):
        assert "Aula dipakai." in shown
        assert "18–20 Maret 2019" in shown


def test_page_says_what_is_still_owed_first():
    invitation = an_invitation()
    first, _ = named(invitation, 2)
    writer.move(first, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Tulis nama lengkap", fields=["name"])

    shown = page(invitation)
    owed = shown.partition("Masih perlu Anda lakukan")[2].partition("Utusan Anda")[0]

    assert f"Betulkan data {first.name}" in owed
    assert "Isi data 1 utusan lagi" in owed
    assert "Kirim kode kepada 2 orang" in owed
    assert "Catatan petugas: Tulis nama lengkap" in shown


def test_only_the_letter_is_owed_when_all_is_done(client):
    invitation = an_invitation()
    for one in named(invitation, 3):
        client.get(address("invitation_send", invitation, ref=one.ref))

    owed = page(invitation).partition("Masih perlu Anda lakukan")[2].partition("Utusan Anda")[0]

    assert owed.split() == ["Unggah", "surat", "tugas"]


def test_reserves_stand_apart_and_know_their_turn():
    invitation = an_invitation()
    named(invitation, 5)

    reserves = page(invitation).partition("Cadangan ")[2]

    assert "Cadangan pertama dari ormas Anda. Maju bila salah satu utusan ormas Anda berhalangan." in reserves
    assert "Cadangan kedua dari ormas Anda. Maju setelah cadangan di depannya." in reserves


def test_reserve_of_a_full_batch_knows_who_is_before():
    batch = AngkatanFactory(capacity=1)
    a_registration(batch, Status.ACCEPTED)
    a_registration(batch, Status.SUBMITTED)
    invitation = an_invitation(angkatan=batch)
    named(invitation)

    shown = page(invitation)

    assert "Semua 1 kursi angkatan ini sudah terisi; di depannya ada 1 cadangan." in shown
    assert "Tambah cadangan" in shown
    assert "utusan lagi" not in shown


def test_shared_number_is_said_and_not_refused():
    invitation = an_invitation()
    named(invitation, name="Siti Rahmawati", phone="+6281200000101")
    named(invitation, name="Yusuf", phone="+6281200000101")

    assert "Nomornya sama dengan Siti Rahmawati." in page(invitation)


def test_people_of_other_ormas_and_batches_are_not_there():
    invitation = an_invitation()
    a_registration(invitation.angkatan, name="Orang Ormas Lain")
    a_registration(AngkatanFactory(), ormas=invitation.ormas, name="Orang Angkatan Lain")

    shown = page(invitation)

    assert "Orang Ormas Lain" not in shown
    assert "Orang Angkatan Lain" not in shown


def test_name_of_a_script_is_only_text(client):
    invitation = an_invitation(ormas__name="<script>alert(1)</script>")
    named(invitation)

    assert "<script>alert" not in client.get(address("invitation", invitation)).text


# ---- When something stops ------------------------------------------------------------------------


def test_after_the_window_changes_are_requests():
    invitation = an_invitation()
    named(invitation)
    Angkatan.objects.update(closes_at=NOON - timedelta(hours=1))

    shown = page(invitation)

    assert "Perubahan sekarang menjadi permintaan kepada panitia." in shown
    assert {"Betulkan", "Ganti utusan", "Batalkan"} <= set(re.findall(r"Betulkan|Ganti utusan|Batalkan", shown))
    assert "Tambah utusan" not in shown


def test_frozen_list_says_since_when():
    invitation = an_invitation()
    named(invitation)
    Angkatan.objects.update(frozen_at=NOON)

    assert "Daftar peserta dibekukan Rabu, 20 Februari 2019 pukul 12.00 WIB." in page(invitation)


@pytest.mark.parametrize("over", ["cancelled", "finished"])
def test_list_stays_when_the_batch_is_over(over):
    invitation = an_invitation()
    (one,) = named(invitation)
    edits = {"cancelled_at": NOON, "cancel_reason": "Hotel tidak dapat dipakai"} if over == "cancelled" else {}
    Angkatan.objects.update(**edits or {"closed_at": NOON})

    shown = page(invitation)

    assert ("dibatalkan: Hotel" if over == "cancelled" else "sudah selesai") in shown
    assert one.shown_code in shown
    assert not {"Betulkan", "Ganti utusan", "Batalkan"} & set(re.findall(r"Betulkan|Ganti utusan|Batalkan", shown))
    assert "Masih perlu" not in shown


def test_disputed_ormas_waits_for_the_office():
    invitation = an_invitation()
    (one,) = named(invitation)
    Ormas.objects.update(verification=Ormas.Verification.DISPUTED)

    shown = page(invitation)

    assert "sedang dalam sengketa kepengurusan" in shown
    assert one.name in shown
    assert one.shown_code not in shown
    assert not {"Betulkan", "Ganti utusan", "Tambah", "Kirim"} & set(re.findall(r"\w+", shown))


def test_unpublished_batch_opens_without_a_link_to_its_page(client):
    invitation = an_invitation()
    Angkatan.objects.update(published=False)

    assert invitation.angkatan.get_absolute_url() not in client.get(address("invitation", invitation)).text


# ---- Who is out, and what was asked --------------------------------------------------------------


def test_who_is_out_is_told_with_what_became_of_them():
    invitation = an_invitation()
    first, second, third = named(invitation, 3)
    new = changes.replace(first, _wish(), actor=CONTACT, at=NOON)
    writer.move(second, Action.REJECT, actor=clerk(), at=NOON, reason="Bukan pengurus")
    writer.move(third, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    out = page(invitation).partition("Tidak ikut lagi")[2]

    assert f"Digantikan oleh {new.full_name}." in out
    assert "Catatan petugas: Bukan pengurus" in out
    assert "Dibatalkan oleh yang bersangkutan, Rabu, 20 Februari 2019." in out
    assert "Urungkan" not in out  # what the delegate did is the delegate's to take back


def _wish() -> Application:
    return Application(a_person(), Registration.Source.GROUP)


def test_waiting_request_is_told_with_before_and_after():
    invitation = an_invitation()
    (one,) = named(invitation, position="Anggota")
    writer.move(one, Action.ACCEPT, actor=clerk(), at=NOON)
    typed = Person(**vars(Person.of(one)) | {"position": "Ketua Umum"})
    requests.mend(one, typed, actor=CONTACT, at=NOON)

    shown = page(invitation)

    assert "Jabatan sekarang Anggota" in shown
    assert "Jabatan yang diminta Ketua Umum" in shown
    assert "Diminta lewat tautan ini, Rabu, 20 Februari 2019" in shown
    assert "Tarik permintaan" in shown


def test_request_of_the_delegate_is_not_taken_back_here(client):
    invitation = an_invitation()
    (one,) = named(invitation)
    Angkatan.objects.update(frozen_at=NOON)
    asked = requests.ask_to_cancel(one, actor=DELEGATE, at=NOON, reason="Sakit")

    shown, answer = page(invitation), client.post(address("invitation_take_back", invitation, key=asked.pk))

    assert "oleh yang bersangkutan" in shown
    assert "Tarik permintaan" not in shown
    assert answer.status_code == 404


@pytest.mark.parametrize("granted", [True, False])
def test_answer_of_staff_is_told_with_its_note(granted):
    invitation = an_invitation()
    (one,) = named(invitation)
    Angkatan.objects.update(frozen_at=NOON)
    asked = requests.ask_to_replace(one, a_person(), actor=CONTACT, at=NOON, reason="Sakit")
    decide = requests.grant if granted else requests.refuse
    decide(asked, actor=clerk(), at=NOON, note="Sudah dicetak")

    said = "disetujui" if granted else "tidak disetujui"
    assert f"Ganti utusan {said}, Rabu, 20 Februari 2019. Catatan panitia: Sudah dicetak" in page(invitation)


def test_correction_granted_in_part_says_which():
    invitation = an_invitation()
    (one,) = named(invitation, position="Anggota")
    writer.move(one, Action.ACCEPT, actor=clerk(), at=NOON)
    typed = Person(**vars(Person.of(one)) | {"position": "Ketua", "back_title": "S.H."})
    requests.mend(one, typed, actor=CONTACT, at=NOON)
    requests.grant(one.requests.get(), actor=clerk(), at=NOON, fields=["position"], note="Ijazah belum ada")

    said = "disetujui sebagian, Rabu, 20 Februari 2019: Jabatan. Tidak disetujui: Gelar belakang."
    assert said in page(invitation)


# ---- Who may open it -----------------------------------------------------------------------------


def hostile(invitation: Invitation) -> dict[str, str]:
    token = links.token_of(invitation)
    other = an_invitation(angkatan=AngkatanFactory(), ormas__name="Lain")
    return {
        "cut": token[:-1],
        "one letter changed": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "of nobody": "1" + "0" * 21,
        "number of another": links.token_of(other)[:-21] + token[-21:],
        "words": "undangan-saya",
        "emoji": "😀" * 22,
        "long": "a" * 10_000,
    }


@pytest.mark.parametrize(
    "kind", ["cut", "one letter changed", "of nobody", "number of another", "words", "emoji", "long"]
)
def test_wrong_token_says_to_ask_for_a_new_link(client, kind):
    invitation = an_invitation()
    token = hostile(invitation)[kind]

    answer = client.get(address("invitation", invitation).replace(links.token_of(invitation), token))

    assert answer.status_code == 404
    assert "Mintalah tautan baru kepada panitia." in answer.text
    assert "HIPAKAD" not in answer.text


def test_revoked_token_opens_nothing(client):
    invitation = an_invitation()
    old = address("invitation", invitation)
    links.replace(invitation)

    assert client.get(old).status_code == 404


def test_token_of_another_batch_reaches_nobody_here(client):
    invitation = an_invitation()
    (one,) = named(invitation)
    other = an_invitation(angkatan=AngkatanFactory(), ormas__name="Lain")

    for name in ("invitation_send", "invitation_correct", "invitation_replace", "invitation_withdraw"):
        assert client.get(address(name, other, ref=one.ref)).status_code == 404
    assert client.post(address("invitation_undo", other, ref=one.ref)).status_code == 404


def test_many_wrong_tokens_wait_and_the_right_one_still_opens(client):
    invitation = an_invitation()
    right = address("invitation", invitation)
    wrong = right[:-3] + ("yy/" if right.endswith("zz/") else "zz/")
    answers = [client.get(wrong).status_code for _ in range(often.WRONG_LINKS.most + 1)]

    assert answers == [404] * often.WRONG_LINKS.most + [429]
    assert client.get(address("invitation", invitation)).status_code == 200


def test_token_in_capitals_leads_to_the_page(client):
    invitation = an_invitation()
    token = links.token_of(invitation)

    answer = client.get(address("invitation_fill", invitation).replace(token, token.upper()))

    assert answer["Location"] == address("invitation_fill", invitation)


def test_page_is_kept_by_nobody_and_listed_nowhere(client):
    invitation = an_invitation()
    named(invitation)

    answer = client.get(address("invitation", invitation))

    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"  # no other site learns the address
    assert "og:" not in answer.text


def test_opening_is_noted_but_not_by_staff(client):
    invitation = an_invitation()
    client.force_login(UserFactory(role="verifikator"))
    client.get(address("invitation", invitation))
    assert Invitation.objects.get().opened_at is None

    Client().get(address("invitation", invitation))

    assert Invitation.objects.get().opened_at == NOON


def test_page_asks_as_much_for_ten_people_as_for_one(client, django_assert_num_queries):
    few, many = an_invitation(), an_invitation(angkatan=AngkatanFactory(), own_seats=5, ormas__name="Lain")
    named(few, 4)
    people = named(many, 10)
    for one in people[:5]:
        writer.move(one, Action.ACCEPT, actor=clerk(), at=NOON)
        requests.mend(one, Person(**vars(Person.of(one)) | {"position": "Ketua"}), actor=CONTACT, at=NOON)
        Told.objects.create(registration=one, status=one.status, role=Role.CONTACT, at=NOON)
    for invitation in (few, many):
        client.get(address("invitation", invitation))  # opening is noted once

    for invitation in (few, many):
        with django_assert_num_queries(QUERIES):
            client.get(address("invitation", invitation))


QUERIES = 11


# ---- Sending codes -------------------------------------------------------------------------------


def test_code_goes_to_whatsapp_through_the_site(client):
    invitation = an_invitation()
    (one,) = named(invitation, phone="+6281200000101")

    answer = client.get(address("invitation_send", invitation, ref=one.ref))

    assert answer["Location"].startswith("https://wa.me/6281200000101?text=Yth.%20Bapak%2FIbu")
    assert one.shown_code in answer["Location"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert list(one.told.values_list("role", "status", "at")) == [("contact", "submitted", NOON)]
    assert "Dikirim ke 0812-••••-••01, Rabu, 20 Februari 2019." in page(invitation)


def test_code_sent_twice_at_once_was_sent_once(client):
    invitation = an_invitation()
    (one,) = named(invitation)
    for _ in range(2):
        client.get(address("invitation_send", invitation, ref=one.ref))

    assert one.told.count() == 1


@pytest.mark.parametrize("how", ["HEAD", "prefetch"])
def test_looking_ahead_is_no_sending(client, how):
    invitation = an_invitation()
    (one,) = named(invitation)
    where = address("invitation_send", invitation, ref=one.ref)
    client.head(where) if how == "HEAD" else client.get(where, headers={"Sec-Purpose": "prefetch;prerender"})

    assert not one.told.exists()


def test_number_of_who_registered_alone_is_not_given_away(client):
    invitation = an_invitation()
    alone = a_registration(invitation.angkatan, Status.SUBMITTED, ormas=invitation.ormas, phone="+6281200000199")

    answer = client.get(address("invitation_send", invitation, ref=alone.ref))

    assert answer["Location"] == address("invitation", invitation)
    assert "Mendaftar sendiri" in page(invitation)


def test_list_of_all_codes_goes_to_whatsapp_through_the_site(client):
    invitation = an_invitation()
    people = named(invitation, 4)

    answer = client.get(address("invitation_send_all", invitation))

    assert answer["Location"].startswith("https://wa.me/?text=Utusan%20HIPAKAD")
    assert all(one.shown_code in answer["Location"] for one in people)
    assert "Cadangan%201" in answer["Location"]
    assert PHONE not in answer["Location"]


def test_empty_list_leads_back(client):
    invitation = an_invitation()

    assert client.get(address("invitation_send_all", invitation))["Location"] == address("invitation", invitation)
