"""The form that a delegate fills in: what is asked, refused, kept, and said when registration is not open."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from ormas.models import Delegate, Ormas
from pelatihan.lifecycle import Status
from pelatihan.models import Registration
from pelatihan.registration import often
from pelatihan.registration.fields import TOO_LONG
from pelatihan.registration.pages.forms import LONG_LIST, LONGEST_TYPED
from pelatihan.retention import PRIVACY_VERSION
from pelatihan.web.limits import Limit
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, a_registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def invitation():
    return InvitationFactory(angkatan__number=2, ormas__name="Himpunan Contoh Jakarta", ormas__abbreviation="HCJ")


def filled(invitation, **changes):
    """Everything that must be filled in."""
    fields = {
        "ormas": invitation.ormas_id,
        "position": "Sekretaris",
        "name": "Siti Rahmawati",
        "gender": "P",
        "phone": "0812-3456-7890",
        "privacy": "on",
        "token": str(uuid.uuid4()),
    }
    return fields | changes


def address(invitation) -> str:
    return reverse("register", args=[invitation.angkatan.slug])


def send(client, invitation, **changes):
    return client.post(address(invitation), filled(invitation, **changes))


def words(response) -> str:
    return " ".join(response.content.decode().split())


def errors(response) -> str:
    """The sentences of the summary."""
    summary = re.search(r'<div class="error-summary".*?</div>', words(response))
    return re.sub(r"<[^>]+>", "", summary.group()).replace("&#x27;", "'") if summary else ""


# ---- Going through -------------------------------------------------------------------------------


def test_delegate_registers_and_reads_code(client, invitation):
    answer = client.post(address(invitation), filled(invitation), follow=True)

    registration = Registration.objects.get()
    assert answer.redirect_chain == [(f"/k/{registration.shown_code}/", 302)]
    assert "Menunggu verifikasi" in words(answer)
    assert registration.source == "web"


def test_everything_typed_is_kept(client, invitation):
    send(
        client, invitation, front_title="Dra. Hj.", back_title="M.Si.", nickname="Siti", email="siti@contoh.id",
        special_needs="Alergi kacang 100%", agrees_special_needs="on", agrees_group="on",
    )  # fmt: skip

    registration = Registration.objects.select_related("delegate").get()
    person = registration.delegate
    assert registration.full_name == "Dra. Hj. Siti Rahmawati, M.Si."
    assert registration.special_needs == "Alergi kacang 100%"
    assert (person.phone, person.email, person.nickname) == ("+6281234567890", "siti@contoh.id", "Siti")
    assert (person.agrees_photo, person.agrees_group, person.agrees_invite) == (False, True, False)
    assert person.agrees_special_needs
    assert (person.privacy_version, person.privacy_at) == (PRIVACY_VERSION, NOON)


def test_form_asks_nothing_else(client, invitation):
    html = words(client.get(address(invitation)))

    assert set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', html)) == {
        "csrfmiddlewaretoken", "ormas", "position", "name", "front_title", "back_title", "nickname", "gender", "phone",
        "email", "special_needs", "agrees_special_needs", "privacy", "agrees_photo", "agrees_group", "agrees_invite",
        "token", "shown_at", "situs",
    }  # fmt: skip
    assert "checked" not in html
    assert "maxlength" not in html


def test_special_needs_take_a_consent_of_their_own(client, invitation):
    refused = send(client, invitation, special_needs="Kursi roda")
    assert "Beri centang di sini, atau kosongkan kebutuhan khusus." in errors(refused)
    assert not Registration.objects.exists()

    send(client, invitation, agrees_special_needs="on")
    assert not Delegate.objects.get().agrees_special_needs  # nothing was noted, so there is nothing to agree to


def test_same_form_twice_is_one_registration(client, invitation):
    form = filled(invitation)

    answers = [client.post(address(invitation), form)["Location"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert Registration.objects.count() == 1


def test_same_form_for_colleague_is_another_registration(client, invitation):
    form = filled(invitation)

    client.post(address(invitation), form)
    client.post(address(invitation), form | {"name": "Budi", "phone": "081300001111"})

    assert sorted(Registration.objects.values_list("name", flat=True)) == ["Budi", "Siti Rahmawati"]


@pytest.mark.parametrize("token", ["", "bukan-uuid", "\0"])
def test_spoilt_token_still_registers(client, invitation, token):
    assert send(client, invitation, token=token).status_code in {200, 302}
    assert Registration.objects.count() == (0 if token == "\0" else 1)


def test_same_person_again_is_told_nothing_more(client, invitation):
    send(client, invitation)

    answer = send(Client(), invitation, name="SITI rahmawati", phone="+62 812 3456 7890")

    assert "sudah terdaftar" in errors(answer)
    assert Registration.objects.get().shown_code not in words(answer)
    assert Delegate.objects.count() == 1


def test_same_person_again_is_led_to_the_page_that_this_browser_may_open(client, invitation):
    code = send(client, invitation)["Location"]
    elsewhere = InvitationFactory(angkatan=AngkatanFactory(number=3), ormas=invitation.ormas)
    other = send(client, elsewhere)["Location"]

    answer = send(client, invitation)

    assert "sudah terdaftar" in errors(answer)
    assert f'href="{code}"' in words(answer)
    assert other not in words(answer)


def test_blank_form_that_all_share_names_nobody(client, invitation):
    code = send(client, invitation)["Location"]

    forms = [client.get(address(invitation)), Client().get(address(invitation))]

    assert [code in words(form) or "Halaman Anda" in words(form) for form in forms] == [False, False]


def test_disputed_ormas_is_not_offered(client, invitation):
    InvitationFactory(
        angkatan=invitation.angkatan, ormas__name="Perkumpulan Kembar", ormas__verification=Ormas.Verification.DISPUTED
    )

    html = words(client.get(address(invitation)))

    assert "Himpunan Contoh Jakarta (HCJ)" in html
    assert "Perkumpulan Kembar" not in html
    assert "Ormas saya belum tercantum" in html


# ---- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Tulis nama lengkap Anda."),
        ("name", "A", "Nama terlalu pendek. Tulis sedikitnya 2 huruf."),
        ("name", "A" * 151, "Nama terlalu panjang. Tulis paling banyak 150 huruf."),
        ("name", "Siti <b>", "Tanda “&lt;” tidak dapat dipakai."),
        ("name", "Siti 😀", "Tanda “😀” tidak dapat dipakai."),
        ("name", "Si\0ti", "Tanda “U+0000” tidak dapat dipakai."),
        ("name", "...", "Nama harus memuat huruf."),
        ("front_title", "D" * 41, "Terlalu panjang. Tulis paling banyak 40 huruf."),
        ("back_title", "M😀", "Tanda “😀” tidak dapat dipakai."),
        ("nickname", "N" * 41, "Terlalu panjang. Tulis paling banyak 40 huruf."),
        ("position", "", "Tulis jabatan Anda di ormas"),
        ("position", "K" * 81, "Terlalu panjang. Tulis paling banyak 80 huruf."),
        ("gender", "", "Pilih laki-laki atau perempuan."),
        ("gender", "X", "Pilih laki-laki atau perempuan."),
        ("phone", "", "Tulis nomor HP Anda."),
        ("phone", "nol delapan", "Nomor HP hanya boleh berisi angka."),
        ("phone", "08123", "Angkanya kurang."),
        ("phone", "021-3822222", "Ini bukan nomor HP."),
        ("phone", "+65 8123 4567", "Tulis nomor HP Indonesia."),
        ("phone", "0812\0", "Ada tanda yang tidak terbaca."),
        ("email", "siti@", "Tulis alamat surel (email) seperti ini"),
        ("email", "s" * 250 + "@contoh.id", "Terlalu panjang"),
        ("special_needs", "x" * 301, "Terlalu panjang. Tulis paling banyak 300 huruf."),
        ("special_needs", "\0", "Ada tanda yang tidak terbaca."),
        ("special_needs", "Kursi roda", "Beri centang di sini, atau kosongkan kebutuhan khusus."),
        ("privacy", "", "Baca Pemberitahuan Privasi, lalu beri centang di sini."),
        ("ormas", "", "Pilih ormas Anda dari daftar."),
        ("ormas", "999999999999999999999", "Ormas ini tidak ada di daftar undangan."),
        ("ormas", "x\0", "Ormas ini tidak ada di daftar undangan."),
    ],
)
def test_bad_input_gets_a_sentence(client, invitation, field, typed, sentence):
    answer = send(client, invitation, **{field: typed})

    assert answer.status_code == 200
    assert sentence in errors(answer)
    assert not Registration.objects.exists()
    assert not Delegate.objects.exists()


@pytest.mark.parametrize("name", ["Al", "A" * 150, "D'Angelo", "D’Angelo", "Nur'aini binti Ma’ruf", "José Ñuñez"])
def test_unusual_names_are_taken(client, invitation, name):
    send(client, invitation, name=name)

    assert Registration.objects.get().name == name.replace("’", "'")


@pytest.mark.parametrize(
    "typed", ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", "81234567890", "(0812) 3456.7890"]
)
def test_phone_is_read_in_any_spelling(client, invitation, typed):
    send(client, invitation, phone=typed)

    assert Delegate.objects.get().phone == "+6281234567890"


@pytest.mark.parametrize("verification", [Ormas.Verification.VERIFIED, Ormas.Verification.DISPUTED])
def test_uninvited_and_disputed_ormas_are_refused(client, invitation, verification):
    other = OrmasFactory(verification=verification)
    if verification == Ormas.Verification.DISPUTED:
        InvitationFactory(angkatan=invitation.angkatan, ormas=other)

    answer = send(client, invitation, ormas=other.pk)

    assert "Ormas ini tidak ada di daftar undangan." in errors(answer)
    assert not Delegate.objects.exists()


def test_refused_form_keeps_what_was_typed(client, invitation):
    answer = send(client, invitation, phone="0812", nickname="Siti", agrees_invite="on", token="tanda-saya")

    html = words(answer)
    assert 'value="0812"' in html
    assert 'value="Siti Rahmawati"' in html
    assert 'value="tanda-saya"' in html
    assert re.search(r'name="agrees_invite"[^>]* checked', html)
    assert re.search(rf'<option value="{invitation.ormas_id}" selected', html)
    assert "no-store" in answer["Cache-Control"]


def test_typed_ormas_that_matches_none_is_shown(client, invitation):
    answer = send(client, invitation, ormas="", ormas_typed="Himpunan Lain")

    assert "Kami belum menemukan ormas ini." in errors(answer)
    assert 'data-typed="Himpunan Lain"' in words(answer)


def test_expired_page_keeps_what_was_typed(invitation):
    answer = send(Client(enforce_csrf_checks=True), invitation)

    assert answer.status_code == 403
    assert "Isian Anda masih ada" in errors(answer)
    assert 'value="Siti Rahmawati"' in words(answer)
    assert not Registration.objects.exists()


def test_form_after_expired_page_goes_through(invitation):
    strict = Client(enforce_csrf_checks=True)
    proof = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', words(send(strict, invitation))).group(1)

    assert send(strict, invitation, csrfmiddlewaretoken=proof).status_code == 302


def test_too_many_forms_from_one_address(client, invitation, monkeypatch):
    monkeypatch.setattr(often, "FORMS", Limit("register", 1, 60 * 60))
    send(client, invitation)

    answer = send(client, invitation, name="Budi")

    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert "Isian Anda masih ada: tunggu 60 menit, lalu kirim lagi" in words(answer)
    assert 'value="Budi"' in words(answer)
    assert Registration.objects.count() == 1


def test_many_from_one_address_wait_for_staff_and_are_told(client, invitation):
    invitation.own_seats = 99
    invitation.save()
    sent = [send(client, invitation, phone=f"08120000{number:04d}") for number in range(16)]

    last = words(client.get(sent[-1]["Location"]))

    assert {answer.status_code for answer in sent} == {302}
    assert list(Registration.objects.order_by("pk").values_list("is_held_back", flat=True)) == [False] * 15 + [True]
    assert "sudah kami terima dan menunggu pemeriksaan petugas; kursi ditetapkan sesudahnya." in last
    assert "sedang diperiksa petugas" in words(client.get(sent[14]["Location"]))


def test_no_address_is_kept(client, invitation):
    client.post(address(invitation), filled(invitation), REMOTE_ADDR="192.0.2.77")

    row = Registration.objects.values().get()
    assert not any("192.0.2.77" in str(value) for value in row.values())
    assert re.fullmatch(r"[0-9a-f]{32}", row["network"])


# ---- When one cannot register, or only wait ------------------------------------------------------


@pytest.mark.parametrize("changes", [{"frozen_at": NOON}, {"closed_at": NOON}, {"closes_at": NOON}])
def test_form_sent_again_after_closing_leads_to_the_same_page(client, invitation, changes):
    form = filled(invitation)
    first = client.post(address(invitation), form)["Location"]
    type(invitation.angkatan).objects.update(**changes)

    again = Client().post(address(invitation), form)
    other = Client().post(address(invitation), form | {"name": "Budi Contoh"})

    assert (again["Location"], other.status_code) == (first, 200)
    assert "Daftar sebagai utusan ormas" not in words(other)
    assert Registration.objects.count() == 1


def test_closed_batch_takes_no_form_without_proof_of_origin(invitation):
    form = filled(invitation)
    Client().post(address(invitation), form)
    type(invitation.angkatan).objects.update(frozen_at=NOON)

    answer = Client(enforce_csrf_checks=True).post(address(invitation), form)

    assert "<h1>Pendaftaran ditutup</h1>" in words(answer)


def test_batch_closed_while_the_form_is_read_says_so(client, invitation):
    """Frozen after the page has read the batch, before the writer locks it."""

    def freeze(execute, sql, params, many, context):
        if "pelatihan_tries" in sql:  # the last that is asked before
            context["cursor"].cursor.execute("UPDATE pelatihan_angkatan SET frozen_at = now()")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(freeze):
        answer = send(client, invitation)

    assert "<h1>Pendaftaran ditutup</h1>" in words(answer)
    assert not Registration.objects.exists()


def test_what_the_database_refuses_keeps_what_was_typed(client, invitation):
    angkatan = invitation.angkatan
    angkatan.capacity = 1
    angkatan.save()
    a_registration(angkatan, Status.SUBMITTED)
    a_registration(angkatan, Status.SUBMITTED)
    type(angkatan).objects.update(queue_counter=0)

    answer = send(client, invitation)

    assert "Ada perubahan lain pada saat yang sama" in errors(answer)
    assert 'value="Siti Rahmawati"' in words(answer)


@pytest.mark.parametrize(
    ("changes", "heading", "sentence"),
    [
        (
            {"opens_at": NOON + timedelta(days=1)},
            "Pendaftaran belum dibuka",
            "Pendaftaran baru dibuka pada Kamis, 21 Februari",
        ),
        ({"opens_at": None}, "Pendaftaran belum dibuka", "Waktu pendaftaran belum ditetapkan."),
        (
            {"closes_at": NOON - timedelta(days=1)},
            "Pendaftaran ditutup",
            "Pendaftaran sudah ditutup pada Selasa, 19 Feb",
        ),
        ({"frozen_at": NOON}, "Pendaftaran ditutup", "Pendaftaran sudah ditutup."),
        ({"starts_on": NOON.date()}, "Sedang berlangsung", "Pendaftaran sudah ditutup."),
        ({"closed_at": NOON}, "Sudah selesai", "Pelatihan ini sudah selesai"),
        ({"cancelled_at": NOON, "cancel_reason": "Banjir"}, "Dibatalkan", "Pelatihan ini dibatalkan: Banjir."),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_closed_batch_says_so(client, changes, heading, sentence, method):
    invitation = InvitationFactory(angkatan=AngkatanFactory(**changes))

    answer = getattr(client, method)(address(invitation), filled(invitation))

    assert f"<h1>{heading}</h1>" in words(answer)
    assert sentence in words(answer)
    assert "0812-0000-0011" in words(answer)
    assert not Registration.objects.exists()


def test_unpublished_and_unknown_batches_are_missing(client):
    hidden = AngkatanFactory(published=False)

    assert client.get(reverse("register", args=[hidden.slug])).status_code == 404
    assert client.get(reverse("register", args=["1999-i"])).status_code == 404


def test_full_batch_tells_before_and_after(client, invitation):
    invitation.angkatan.capacity = 1
    invitation.angkatan.save()
    a_registration(invitation.angkatan, Status.SUBMITTED)

    before = words(client.get(address(invitation)))
    after = words(client.post(address(invitation), filled(invitation), follow=True))

    assert "Semua 1 kursi sudah terisi." in before
    assert "Masuk daftar tunggu</button>" in before
    assert "Semua 1 kursi angkatan ini sudah terisi." in after
    assert "Anda cadangan pertama." in after


def test_full_ormas_tells_before_and_after(client, invitation):
    invitation.own_seats = 1
    invitation.save()
    a_registration(invitation.angkatan, Status.SUBMITTED, ormas=invitation.ormas)

    before = words(client.get(address(invitation)))
    after = words(client.post(address(invitation), filled(invitation), follow=True))

    assert "Himpunan Contoh Jakarta (HCJ) · kursi terisi, jadi cadangan" in before
    assert "Semua 1 kursi ormas Anda sudah terisi. Masih ada 19 kursi, tetapi untuk ormas lain." in after
    assert "19 kursi lagi" in words(client.get("/"))


def told_of_waiting(response) -> bool:
    """Whether the note below the field is in sight; the button says the same."""
    note = re.search(r"<p [^>]*data-waits[^>]*>", words(response)).group()
    says = re.search(r"<button[^>]*data-waits-word[^>]*>([^<]+)<", words(response)).group(1)
    assert says == ("Kirim pendaftaran" if "hidden" in note else "Masuk daftar tunggu")
    return "hidden" not in note


def test_full_ormas_is_told_with_what_else_is_to_mend(client, invitation):
    other = InvitationFactory(angkatan=invitation.angkatan, own_seats=1)
    a_registration(invitation.angkatan, Status.SUBMITTED, ormas=other.ormas)

    assert not told_of_waiting(client.get(address(invitation)))
    assert not told_of_waiting(send(client, invitation, name=""))
    assert told_of_waiting(send(client, other, name=""))


def test_full_ormas_is_marked_in_the_list(client, invitation):
    other = InvitationFactory(angkatan=invitation.angkatan, own_seats=1)
    a_registration(invitation.angkatan, Status.SUBMITTED, ormas=other.ormas)
    html = words(client.get(address(invitation)))

    assert re.findall(r'<option value="(\d+)" data-full', html) == [str(other.ormas_id)]


def test_waiting_walk_in_takes_no_seat_of_its_ormas(client, invitation):
    invitation.own_seats = 1
    invitation.save()
    a_registration(invitation.angkatan, Status.SUBMITTED, ormas=invitation.ormas, source=Registration.Source.WALK_IN)

    assert "kursi terisi" not in words(client.get(address(invitation)))


# ---- Which organisation was meant ----------------------------------------------------------------


def typed(client, invitation, text, **changes):
    """The form sent with a name that was typed and none chosen."""
    return send(client, invitation, **{"ormas": "", "ormas_typed": text} | changes)


@pytest.fixture
def forgiven(invitation):
    """More organisations of that batch, by what they are short for."""
    names = {
        "PWM": "Pimpinan Wilayah Muhammadiyah DKI Jakarta",
        "FATAYAT": "Fatayat Nahdlatul Ulama",
        "PWA": "Pimpinan Wilayah ’Aisyiyah DKI Jakarta",
    }
    OrmasFactory(name="Muhamadiyah yang Tidak Diundang")
    made = {
        short: InvitationFactory(angkatan=invitation.angkatan, ormas__name=name, ormas__abbreviation=short)
        for short, name in names.items()
    }
    return made | {"HCJ": invitation}


def offered(response) -> list[str]:
    """What an error offers to choose."""
    return re.findall(r'name="ormas_near" value="(\d+)"', words(response))


@pytest.mark.parametrize(
    ("text", "short"),
    [("muhamadiyah", "PWM"), ("nahdatul", "FATAYAT"), ("aisyiyah", "PWA"), ("’aisyiyah", "PWA"), ("aisiyah", "PWA")],
)
def test_error_offers_near_names(client, invitation, forgiven, text, short):
    answer = typed(client, invitation, text)

    assert "Mungkin maksud Anda salah satu yang kami tunjukkan di bawah." in errors(answer)
    assert offered(answer) == [str(forgiven[short].ormas_id)]
    assert not Registration.objects.exists()


def test_offered_name_is_taken(client, invitation, forgiven):
    meant = forgiven["PWM"].ormas
    typed(client, invitation, "muhamadiyah", ormas_near=meant.pk)

    assert Registration.objects.get().ormas == meant


def test_offered_name_stays_chosen_while_something_else_is_mended(client, invitation, forgiven):
    meant = forgiven["PWM"].ormas
    answer = typed(client, invitation, "muhamadiyah", ormas_near=meant.pk, name="")

    assert f'<option value="{meant.pk}" selected' in words(answer)
    assert offered(answer) == []


def test_two_choices_are_none(client, invitation, forgiven):
    answer = send(client, invitation, ormas_near=forgiven["PWM"].ormas_id)

    assert "Anda memilih dua ormas. Pilih satu saja dari daftar." in errors(answer)
    assert not Registration.objects.exists()


def test_same_choice_twice_is_one(client, invitation):
    send(client, invitation, ormas_near=invitation.ormas_id)

    assert Registration.objects.get().ormas == invitation.ormas


@pytest.mark.parametrize(
    "text", ["pwa", "PIMPINAN wilayah aisyiyah dki jakarta", "Pimpinan Wilayah 'Aisyiyah DKI Jakarta (PWA)"]
)
def test_name_typed_in_full_is_chosen(client, invitation, forgiven, text):
    typed(client, invitation, text)

    assert Registration.objects.get().ormas == forgiven["PWA"].ormas


def test_name_of_two_rivals_is_not_chosen_for_them(client, invitation):
    rivals = InvitationFactory.create_batch(
        2, angkatan=invitation.angkatan, ormas__name="Komite Contoh", ormas__abbreviation="KC"
    )

    assert offered(typed(client, invitation, "komite contoh")) == [str(rival.ormas_id) for rival in rivals]
    assert not Registration.objects.exists()


@pytest.mark.parametrize("text", ["Pramuka", "!!!", "\0"])
def test_what_resembles_none_offers_none(client, invitation, forgiven, text):
    answer = typed(client, invitation, text)

    assert offered(answer) == []
    assert "Ada 1 isian yang perlu diperbaiki" in errors(answer)


def test_stranger_cannot_be_offered_in(client, invitation):
    stranger = OrmasFactory()
    typed(client, invitation, "", ormas_near=stranger.pk)

    assert not Registration.objects.exists()


@pytest.mark.parametrize(("letters", "sentence"), [(LONGEST_TYPED, "belum menemukan"), (LONGEST_TYPED + 1, TOO_LONG)])
def test_typed_name_has_an_end(client, invitation, letters, sentence):
    answer = typed(client, invitation, "x" * letters)

    assert sentence % {"limit_value": LONGEST_TYPED} in errors(answer)
    assert f'data-typed="{"x" * letters}"' in words(answer)
    assert not Registration.objects.exists()


@pytest.mark.parametrize(("others", "is_long"), [(LONG_LIST - 1, False), (LONG_LIST, True)])
def test_long_list_has_a_field_for_those_without_script(client, invitation, others, is_long):
    InvitationFactory.create_batch(others, angkatan=invitation.angkatan)
    html = words(client.get(address(invitation)))

    assert bool(re.search(r'<noscript>.*name="ormas_typed".*</noscript>', html)) == is_long


# ---- What it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [1, 30])
def test_form_asks_two_queries(client, invitation, django_assert_num_queries, others):
    InvitationFactory.create_batch(others, angkatan=invitation.angkatan)
    client.get("/privasi/")  # the office is read

    with django_assert_num_queries(2):
        client.get(address(invitation))


@pytest.mark.parametrize("others", [1, 30])
def test_registering_asks_a_fixed_number_of_queries(client, invitation, django_assert_num_queries, others):
    InvitationFactory.create_batch(others, angkatan=invitation.angkatan)
    send(client, invitation, name="Budi", phone="081300001111")

    with django_assert_num_queries(15):
        send(client, invitation)
