"""A delegate's own page once things have to be asked for: before and after, answers, taking back, a fix, the notice."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from ormas.models import Delegate
from pelatihan.accounts.actor import CONTACT, DELEGATE
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, ChangeRequest, Correction, Registration
from pelatihan.registration import changes, requests, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.pages.invitation import page as invitation_page
from pelatihan.retention import PRIVACY_VERSION
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_person, a_registration, clerk
from tests.pelatihan.registration.test_own_page import PHONE, opened, text, words

pytestmark = pytest.mark.django_db
SHOWN = {"position": "Sekretaris", "name": "Siti Rahmawati", "gender": "P", "phone": "0812-3456-7890"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def somebody(status=Status.ACCEPTED, angkatan=None, **person) -> Registration:
    batch = angkatan or AngkatanFactory(number=2)
    return a_registration(batch, status, phone=PHONE, **{"name": "Siti Rahmawati"} | person)


def at(registration, page="") -> str:
    return f"{registration.get_absolute_url()}{page}"


def sent(client, registration, **edits):
    return client.post(at(registration, "ubah/"), SHOWN | edits, follow=True)


def asking(client, **edits) -> tuple[Registration, ChangeRequest]:
    """Somebody accepted who has asked for these changes, with the page open."""
    registration = somebody()
    opened(client, registration)
    sent(client, registration, **{"name": "Siti Rachmawati"} | edits)
    return registration, ChangeRequest.objects.get()


# ---- Corrections after the decision --------------------------------------------------------------


def test_page_says_what_holds_at_once_and_what_waits(client):
    registration = somebody()
    opened(client, registration)

    page = text(client.get(at(registration, "ubah/")))

    at_once, waits = page.split("B. Menunggu persetujuan panitia")
    assert "Anda tetap Diterima . Mengubah data tidak melepas kursi Anda." in at_once
    assert "A. Berlaku begitu disimpan" in at_once
    assert "Nomor HP (WhatsApp)" in at_once
    assert "Nama lengkap" not in at_once
    assert "Nama lengkap" in waits
    assert "Jabatan Anda di ormas" in waits


def test_phone_holds_at_once_and_name_waits(client):
    registration = somebody()
    opened(client, registration)

    page = text(sent(client, registration, phone="0813-0000-2222", name="Siti Rachmawati", reason="Sesuai KTP"))

    registration = Registration.objects.get()
    assert (registration.name, registration.delegate.phone) == ("Siti Rahmawati", "+6281300002222")
    assert "Tersimpan. Nomor HP sudah berlaku. Nama lengkap menunggu persetujuan panitia" in page
    assert (
        "Menunggu panitia Pembetulan data Nama lengkap, sekarang Siti Rahmawati Diminta menjadi Siti Rachmawati" in page
    )
    assert "Diminta oleh Anda pada Rabu, 20 Februari 2019 pukul 12.00 WIB. Sampai diputuskan" in page
    assert ChangeRequest.objects.get().reason == "Sesuai KTP"


def test_request_sent_twice_is_one(client):
    registration = somebody()
    opened(client, registration)
    key = str(uuid.uuid4())

    for _ in range(2):
        sent(client, registration, name="Siti Rachmawati", key=key)

    assert ChangeRequest.objects.count() == 1


def test_window_that_closes_while_the_form_is_open_makes_it_a_request(client):
    registration = somebody(Status.SUBMITTED)
    opened(client, registration)
    Angkatan.objects.update(closes_at=NOON)

    page = text(sent(client, registration, name="Siti Rachmawati"))

    assert "Permintaan Anda sudah kami terima: Nama lengkap menunggu persetujuan panitia" in page
    assert Registration.objects.get().name == "Siti Rahmawati"


def test_field_that_staff_just_changed_is_asked_about(client):
    registration = somebody()
    opened(client, registration)
    seen = re.search(r'name="as-seen" value="([^"]+)"', words(client.get(at(registration, "ubah/")))).group(1)
    changes.correct(registration, Person(**vars(Person.of(registration)) | {"name": "Siti R."}), actor=clerk(), at=NOON)

    page = text(sent(client, registration, name="Siti Rachmawati", **{"as-seen": seen}))

    assert "baru saja diubah orang lain" in page
    assert "Siti R." in page
    assert not ChangeRequest.objects.exists()


def test_request_is_taken_back(client):
    registration, request = asking(client)

    page = text(client.post(at(registration, f"permintaan/{request.pk}/tarik/"), follow=True))

    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert "Permintaan ditarik. Tidak ada yang berubah." in page
    assert "Menunggu panitia" not in page


def test_looking_takes_nothing_back(client):
    registration, request = asking(client)

    client.get(at(registration, f"permintaan/{request.pk}/tarik/"))

    request.refresh_from_db()
    assert request.state == "waiting"


def test_decided_request_is_not_taken_back(client):
    registration, request = asking(client)
    requests.grant(request, actor=clerk(), at=NOON)

    page = text(client.post(at(registration, f"permintaan/{request.pk}/tarik/"), follow=True))

    assert "Permintaan ini sudah berstatus Disetujui oleh Rina Kartika" in page


def test_somebody_else_s_request_is_not_there(client):
    registration, _ = asking(client)
    other = a_registration(registration.angkatan)
    theirs = requests.ask_to_cancel(other, actor=CONTACT, at=NOON, reason="Sakit")
    contact_s = requests.ask_to_cancel(registration, actor=CONTACT, at=NOON, reason="Sakit")

    for key in (theirs.pk, contact_s.pk, uuid.uuid4()):
        assert client.post(at(registration, f"permintaan/{key}/tarik/")).status_code == 404
    assert {theirs.state, contact_s.state} == {"waiting"}


def test_stranger_takes_nothing_back(client):
    registration, request = asking(client)
    client.cookies.clear()

    client.post(at(registration, f"permintaan/{request.pk}/tarik/"))

    request.refresh_from_db()
    assert request.state == "waiting"


def test_answer_is_told_part_by_part(client):
    registration, request = asking(client, position="Ketua")
    requests.grant(request, actor=clerk(), at=NOON, fields=["name"], note="Jabatan menurut SK tetap.")

    page = text(client.get(at(registration)))

    assert "Disetujui Pembetulan data" in page
    assert "Diminta menjadi Siti Rachmawati (disetujui)" in page
    assert "Diminta menjadi Ketua (tidak disetujui)" in page
    assert "Jawaban petugas: Jabatan menurut SK tetap." in page


def test_refusal_is_told_with_its_reason_for_a_fortnight(client):
    registration, request = asking(client)
    requests.refuse(request, actor=clerk(), at=NOON, note="KTP tidak cocok.")

    assert "Tidak disetujui" in text(client.get(at(registration)))
    with time_machine.travel(NOON + timedelta(days=14), tick=False):
        assert "KTP tidak cocok." not in text(client.get(at(registration)))


# ---- Another organisation ------------------------------------------------------------------------


def test_wrong_ormas_is_mended_before_the_decision(client):
    registration = somebody(Status.SUBMITTED)
    other = InvitationFactory(angkatan=registration.angkatan).ormas
    opened(client, registration)

    page = text(sent(client, registration, ormas=str(other.pk)))

    assert "Perubahan data Anda sudah disimpan." in page
    assert Registration.objects.get().ormas == other


def test_other_ormas_waits_after_the_decision(client):
    registration = somebody()
    other = InvitationFactory(angkatan=registration.angkatan).ormas
    opened(client, registration)

    page = text(sent(client, registration, ormas=str(other.pk)))

    assert f"Ormas, sekarang {registration.ormas_name} Diminta menjadi {other.name}" in page
    assert Registration.objects.get().ormas == registration.ormas


def test_ormas_without_a_seat_is_told_at_the_field(client):
    registration = somebody(Status.SUBMITTED)
    other = InvitationFactory(angkatan=registration.angkatan, own_seats=0).ormas
    opened(client, registration)

    page = text(sent(client, registration, ormas=str(other.pk), name="Nama Baru"))

    assert f"Ormas: Kursi {other.name} sudah terpakai semua" in page
    assert Registration.objects.get().name == "Siti Rahmawati"


@pytest.mark.parametrize("typed", ["0", "x", "999999", "\x00", "<script>"])
def test_ormas_that_is_not_invited_is_refused(client, typed):
    registration = somebody(Status.SUBMITTED)
    InvitationFactory(angkatan=registration.angkatan)
    opened(client, registration)

    assert "Ormas ini tidak ada di daftar undangan." in text(sent(client, registration, ormas=typed))


def test_only_ormas_is_not_asked_for(client):
    registration = somebody(Status.SUBMITTED)
    opened(client, registration)

    assert "Pindah ormas hanya melalui panitia" in text(client.get(at(registration, "ubah/")))


# ---- Withdrawing ---------------------------------------------------------------------------------


def test_withdrawal_is_taken_back_within_a_quarter_of_an_hour(client):
    registration = somebody()
    opened(client, registration)
    page = text(client.post(at(registration, "batal/"), {"reason": "Sakit"}, follow=True))
    assert "Pembatalan dapat diurungkan sampai pukul 12.15" in page
    assert registration.history.last().reason == "Sakit"

    page = text(client.post(at(registration, "batal/urung/"), follow=True))

    assert "Pembatalan diurungkan. Pendaftaran Anda berlaku lagi." in page
    assert Registration.objects.get().status == "accepted"


def test_what_the_contact_person_cancelled_is_not_taken_back_here(client):
    registration = somebody()
    opened(client, registration)
    writer.move(registration, Action.WITHDRAW, actor=CONTACT, at=NOON)

    assert "Urungkan pembatalan" not in text(client.get(at(registration)))


def test_undo_is_offered_no_longer_than_it_works(client):
    registration = somebody()
    opened(client, registration)
    client.post(at(registration, "batal/"))

    with time_machine.travel(NOON + timedelta(minutes=15), tick=False):
        assert "diurungkan" not in text(client.get(at(registration)))
        page = text(client.post(at(registration, "batal/urung/"), follow=True))
    assert "hanya dapat diurungkan sampai" in page
    assert Registration.objects.get().status == "cancelled"


def test_undo_when_the_seat_is_gone_says_so(client):
    batch = AngkatanFactory(capacity=1)
    registration = somebody(Status.ACCEPTED, batch)
    a_registration(batch, Status.SUBMITTED)
    opened(client, registration)
    client.post(at(registration, "batal/"))

    page = text(client.post(at(registration, "batal/urung/"), follow=True))

    assert "sudah ditempati orang lain, jadi pembatalannya tidak dapat diurungkan" in page


@pytest.mark.parametrize("edits", [{"frozen_at": NOON}, {"closes_at": NOON}])
def test_withdrawing_late_is_asked_for(client, edits):
    registration = somebody()
    Angkatan.objects.update(**edits)
    opened(client, registration)
    page = text(client.get(at(registration, "batal/")))
    assert "menunggu keputusan panitia. Sampai diputuskan, kursi dan kode Anda tetap berlaku." in page

    page = text(client.post(at(registration, "batal/"), {"asks": "ya", "reason": "Sakit"}, follow=True))

    assert "Permintaan pembatalan sudah kami terima." in page
    assert "Menunggu panitia Pembatalan" in page
    assert Registration.objects.get().status == "accepted"
    assert ChangeRequest.objects.get().reason == "Sakit"


@pytest.mark.parametrize(("was_open", "sent_as"), [(True, {}), (False, {"asks": "ya"})])
def test_way_that_changes_while_the_page_is_open_is_told_first(client, was_open, sent_as):
    registration = somebody()
    Angkatan.objects.update(frozen_at=NOON if was_open else None)
    opened(client, registration)

    page = text(client.post(at(registration, "batal/"), sent_as | {"reason": "Ada tugas lain"}, follow=True))

    assert "caranya berubah. Belum ada yang dikirim" in page
    assert not ChangeRequest.objects.exists()
    assert Registration.objects.get().status == "accepted"


def test_reason_too_long_is_kept_and_told(client):
    registration = somebody()
    opened(client, registration)

    page = client.post(at(registration, "batal/"), {"reason": "x" * 301})

    assert "Terlalu panjang. Tulis paling banyak 300 huruf." in text(page)
    assert "x" * 301 in page.content.decode()
    assert Registration.objects.get().status == "accepted"


# ---- A fix ---------------------------------------------------------------------------------------


def asked_to_fix(client, *fields: str) -> Registration:
    registration = somebody(Status.SUBMITTED, name="Siti R.")
    writer.move(registration, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Nama disingkat", fields=fields)
    opened(client, registration)
    return registration


def test_page_opens_exactly_what_is_asked_for(client):
    registration = asked_to_fix(client, "name", "position")

    html = words(client.get(at(registration)))

    names = re.findall(r'<input[^>]* name="([a-z_]+)"', html)
    assert [name for name in names if name in SHOWN] == ["position", "name"]
    assert "Kirim perbaikan" in html
    assert "Ubah data" in html


@pytest.mark.parametrize("actor", [DELEGATE, CONTACT])
def test_question_is_there_again_after_a_withdrawal_that_was_taken_back(client, actor):
    registration = asked_to_fix(client, "name")
    writer.move(registration, Action.WITHDRAW, actor=actor, at=NOON)
    writer.undo_withdrawal(registration, actor=actor, at=NOON)

    page = client.get(at(registration))

    assert "Catatan petugas: Nama disingkat" in text(page)
    assert page.context["form"].asked == ["name"]
    assert invitation_page.clerks_note(registration) == "Nama disingkat"


def test_answer_is_submitted_and_heads_the_queue(client):
    registration = asked_to_fix(client, "name")

    page = text(client.post(at(registration, "perbaiki/"), {"name": "Siti Rahmawati"}, follow=True))

    registration.refresh_from_db()
    assert (registration.status, registration.name, registration.answered_at) == ("submitted", "Siti Rahmawati", NOON)
    assert "Menunggu verifikasi" in page
    assert "Perbaiki di sini" not in page


def test_wrong_answer_stays_on_the_page(client):
    registration = asked_to_fix(client, "name", "phone")

    page = client.post(at(registration, "perbaiki/"), {"name": "Siti Rahmawati", "phone": "0812"})

    assert "Angkanya kurang" in text(page)
    assert 'value="Siti Rahmawati"' in words(page)
    assert Registration.objects.get().name == "Siti R."


def test_answer_that_changes_nothing_is_none(client):
    registration = asked_to_fix(client, "name")

    page = text(client.post(at(registration, "perbaiki/"), {"name": "Siti R."}, follow=True))

    assert "Tidak ada yang berubah. Betulkan isian yang diminta" in page
    assert Registration.objects.get().status == "needs_fix"


def test_answer_touches_nothing_else(client):
    registration = asked_to_fix(client, "name")

    answer = {"name": "Siti Rahmawati", "position": "Raja", "phone": "0813-0000-0000", "gender": "L"}
    client.post(at(registration, "perbaiki/"), answer)

    assert [line.field for line in Correction.objects.all()] == ["name"]


def test_second_answer_is_quiet(client):
    registration = asked_to_fix(client, "name")

    for _ in range(2):
        client.post(at(registration, "perbaiki/"), {"name": "Siti Rahmawati"})

    assert Correction.objects.count() == 1
    assert registration.history.filter(action=Action.FIX).count() == 1


def test_fix_without_marks_opens_the_whole_form(client):
    registration = asked_to_fix(client)

    html = words(client.get(at(registration)))

    assert f'href="{at(registration, "ubah/")}"' in html
    assert "Perbaiki di sini" not in html


# ---- Named by the ormas --------------------------------------------------------------------------


@pytest.fixture
def named():
    person = a_person(name="Yusuf", phone=PHONE, privacy_version="")
    wish = Application(person, Registration.Source.GROUP)
    return writer.register_group(InvitationFactory(), [wish], at=NOON)[0]


def test_who_was_named_by_others_reads_the_notice(client, named):
    page = text(opened(client, named))
    assert "Anda didaftarkan oleh narahubung ormas Anda." in page

    refused = text(client.post(at(named, "persetujuan/"), {"agrees_photo": "on"}))
    assert "Baca Pemberitahuan Privasi, lalu beri centang di sini." in refused
    page = text(client.post(at(named, "persetujuan/"), {"agrees_photo": "on", "privacy": "on"}, follow=True))

    person = Delegate.objects.get()
    assert (person.privacy_version, person.privacy_at, person.agrees_photo) == (PRIVACY_VERSION, NOON, True)
    assert "Anda didaftarkan oleh" not in page


def test_who_registered_alone_is_not_asked_again(client):
    registration = somebody()
    opened(client, registration)

    assert "Saya sudah membaca Pemberitahuan Privasi" not in text(client.get(at(registration, "persetujuan/")))


# ---- Others of the same ormas --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seats", "sentence"),
    [
        (3, "Ormas Anda masih punya 2 dari 3 kursi."),
        (1, "Semua 1 kursi ormas Anda terisi: utusan berikutnya menjadi cadangan."),
    ],
)
def test_others_of_the_ormas_are_registered_from_here(client, seats, sentence):
    registration = somebody(angkatan=AngkatanFactory(seats_per_ormas=seats))
    html = opened(client, registration)
    address = f"{reverse('register', args=[registration.angkatan.slug])}?ormas={registration.ormas_id}"

    assert sentence in text(html)
    assert f'href="{address}"' in words(html)
    form = words(client.get(address))
    assert re.search(rf'<option value="{registration.ormas_id}" selected', form)


@pytest.mark.parametrize("ormas", ["0", "x", "99999999999999999999", "-1"])
def test_form_with_an_unknown_ormas_is_the_blank_one(client, ormas):
    batch = AngkatanFactory()
    InvitationFactory(angkatan=batch)

    page = client.get(reverse("register", args=[batch.slug]), {"ormas": ormas})

    assert page.status_code == 200
    assert not re.search(r'<option value="\d+" selected', words(page))


@pytest.mark.parametrize("edits", [{"closes_at": NOON}, {"frozen_at": NOON}, {"published": False}])
def test_nobody_else_is_registered_from_here_once_it_is_closed(client, edits):
    registration = somebody()
    Angkatan.objects.update(**edits)

    assert "Daftarkan utusan lain" not in text(opened(client, registration))


def test_finished_batch_offers_none_of_it(client):
    registration, _ = asking(client)
    with time_machine.travel(datetime(2019, 4, 1, tzinfo=UTC), tick=False):
        page = text(opened(client, registration))

    for words_of in ("Daftarkan utusan lain", "Minta pembatalan", "Batalkan pendaftaran", "Ubah data"):
        assert words_of not in page
