"""An ormas names its people together: all or none, and nothing typed is lost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from ormas.models import Delegate, Ormas
from pelatihan.accounts.actor import CONTACT
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.registration import often, writer
from pelatihan.retention import PRIVACY_VERSION
from tests.factories import NOON, AngkatanFactory, a_registration
from tests.pelatihan.hostile.values import TAG, Value, encoded, sample
from tests.pelatihan.registration.invitations import a_row, address, an_invitation, fill, named, rows

pytestmark = pytest.mark.django_db
THREE = [
    a_row(),
    a_row(name="Bambang Sutrisno", gender="L", phone="0812-0000-0102", back_title="S.E., M.M.", nickname="Bambang"),
    a_row(name="Yusuf", position="Anggota", gender="L"),
]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def typed(html: str) -> dict[str, str]:
    """What stands in the inputs of the page."""
    values = {}
    for tag in re.findall(r"<input[^>]*>", html):
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        is_tick = said.get("type") in ("radio", "checkbox")
        if not is_tick or " checked" in tag:
            values[said.get("name", "")] = said.get("value", "on" if is_tick else "")
    return values


def summary(html: str) -> str:
    found = re.search(r'<div class="error-summary".*?</div>', html, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def folded(html: str) -> list[str]:
    """What the folded rows say."""
    found = re.findall(r'<summary class="fold-summary">(.*?)</summary>', html, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", each)).strip() for each in found]


def everybody() -> list[tuple[str, str]]:
    return list(Registration.objects.order_by("pk").values_list("name", "status"))


# ---- All is well ---------------------------------------------------------------------------------


def test_page_has_a_row_for_each_free_seat(client):
    invitation = an_invitation()
    named(invitation)

    html = client.get(address("invitation_fill", invitation)).text

    assert re.findall(r"<legend>(Utusan \d|Cadangan \d)", html) == ["Utusan 2", "Utusan 3"]
    assert "2 kursi lagi untuk ormas Anda." in html


def test_three_people_are_named_at_once(client):
    invitation = an_invitation()

    answer = fill(client, invitation, rows(*THREE))

    assert answer["Location"] == address("invitation", invitation)
    assert everybody() == [(row["name"], "submitted") for row in THREE]
    assert len({one.code for one in Registration.objects.all()}) == 3
    second = Registration.objects.get(name="Bambang Sutrisno")
    assert (second.back_title, second.nickname, second.source) == ("S.E., M.M.", "Bambang", "group")
    assert (second.ormas, second.invitation, second.angkatan) == (invitation.ormas, invitation, invitation.angkatan)
    assert [(change.action, change.role) for change in second.history.all()] == [("register", "contact")]


def test_contact_person_consents_for_nobody(client):
    fill(client, an_invitation(), rows(a_row() | {"agrees_photo": "on", "special_needs": "Alergi", "privacy": "on"}))

    person, registration = Delegate.objects.get(), Registration.objects.get()
    assert (person.privacy_version, person.privacy_at) == ("", None)
    assert not any([person.agrees_photo, person.agrees_group, person.agrees_invite, person.agrees_special_needs])
    assert registration.special_needs == ""
    assert PRIVACY_VERSION  # there is one that the person still has to read


def test_empty_rows_are_passed_over(client):
    fill(client, an_invitation(), rows({}, a_row(), {"name": "   "}))

    assert everybody() == [("Siti Rahmawati", "submitted")]


def test_more_people_than_seats_become_reserves(client):
    invitation = an_invitation(own_seats=2)

    fill(client, invitation, rows(*THREE, kursi="2"))
    shown = client.get(address("invitation", invitation)).text

    assert [status for _, status in everybody()] == ["submitted", "submitted", "waitlisted"]
    assert "Data 3 orang tersimpan." in shown
    assert "Yusuf menjadi cadangan, karena semua kursi terpakai." in shown


def test_last_seat_taken_meanwhile_is_told_by_name(client):
    invitation = an_invitation(own_seats=2)
    form = rows(*THREE[:2], kursi="2")
    named(invitation)

    fill(client, invitation, form)
    shown = client.get(address("invitation", invitation)).text

    assert [status for _, status in everybody()[1:]] == ["submitted", "waitlisted"]
    assert "kursinya terpakai. Bambang Sutrisno, S.E., M.M. menjadi cadangan." in shown


def test_one_number_may_serve_several(client):
    fill(client, an_invitation(), rows(THREE[0], THREE[2]))

    assert list(Delegate.objects.values_list("phone", flat=True)) == ["+6281200000101"] * 2


# ---- Rows without JavaScript ---------------------------------------------------------------------


def test_reserve_is_added_without_saving_or_judging(client):
    invitation = an_invitation()
    half = {"name": "Bambang", "phone": "0812"}

    html = fill(client, invitation, rows(a_row(), half, {}, tambah="ya")).text

    assert everybody() == []
    assert re.findall(r"<legend>(Utusan \d|Cadangan \d)", html) == ["Utusan 1", "Utusan 2", "Utusan 3", "Cadangan 1"]
    assert typed(html)["utusan-1-phone"] == "0812"
    assert (typed(html)["utusan-0-gender"], typed(html)["agreed"]) == ("P", "on")
    assert 'id="id_utusan-3-name"' in re.findall(r"<input[^>]*autofocus[^>]*>", html)[0]
    assert summary(html) == ""
    assert "Galat" not in html


def test_row_is_emptied_and_the_others_stay(client):
    html = fill(client, an_invitation(), rows(*THREE, kosongkan="1")).text

    names = [typed(html).get(f"utusan-{number}-name", "") for number in range(3)]
    assert names == ["Siti Rahmawati", "", "Yusuf"]
    assert everybody() == []


def test_row_of_a_reserve_goes_away(client):
    html = fill(client, an_invitation(own_seats=1), rows(*THREE, kosongkan="1")).text

    assert [typed(html).get(f"utusan-{number}-name") for number in range(3)] == ["Siti Rahmawati", "Yusuf", None]
    assert typed(html)["utusan-TOTAL_FORMS"] == "2"


def test_no_more_rows_than_seats_and_reserves(client):
    invitation = an_invitation()

    html = fill(client, invitation, rows({}, total=8, tambah="ya")).text

    assert typed(html)["utusan-TOTAL_FORMS"] == "8"
    assert "Tambah cadangan" not in html


def test_what_was_added_is_saved_by_sending(client):
    invitation = an_invitation(own_seats=1)
    html = fill(client, invitation, rows(a_row(), tambah="ya")).text

    fill(client, invitation, typed(html) | {f"utusan-1-{name}": value for name, value in THREE[1].items()})

    assert everybody() == [("Siti Rahmawati", "submitted"), ("Bambang Sutrisno", "waitlisted")]


# ---- Something is wrong --------------------------------------------------------------------------


def test_error_names_row_and_field_and_folds_what_is_right(client):
    wrong = THREE[1] | {"position": "", "phone": "0812-0000"}

    html = fill(client, an_invitation(), rows(THREE[0], wrong, THREE[2])).text

    assert everybody() == []
    assert "Ada 2 isian yang perlu diperbaiki" in summary(html)
    assert "Utusan 2, jabatan di ormas: Tulis jabatannya, misalnya Anggota." in summary(html)
    assert "Utusan 2, nomor HP (WhatsApp): Angkanya kurang." in summary(html)
    assert 'href="#id_utusan-1-position"' in html
    assert re.findall(r"<legend>(Utusan \d|Cadangan \d)", html) == ["Utusan 2"]  # the others are folded
    assert folded(html)[0] == ("Utusan 1 Siti Rahmawati Wakil Sekretaris, perempuan, 0812-0000-0101 Sudah lengkap")
    assert "Nomor HP sama dengan Utusan 1. Boleh, bila memang dipakai bersama." in folded(html)[1]


def test_nothing_typed_is_lost_by_an_error(client):
    form = rows(THREE[0], THREE[1] | {"phone": "12"}, THREE[2])

    kept = typed(fill(client, an_invitation(), form).text)

    assert {name: kept.get(name) for name in form} == form


def test_words_speak_of_somebody_else(client):
    html = fill(client, an_invitation(), rows({"nickname": "Sit"})).text

    for sentence in ("Tulis nama lengkapnya.", "Tulis jabatannya", "Tulis nomor HP-nya.", "Pilih laki-laki atau"):
        assert sentence in html


def test_empty_row_beside_a_wrong_one_says_that_it_may_follow(client):
    html = fill(client, an_invitation(), rows(a_row(phone=""), {})).text

    assert folded(html) == ["Utusan 2 Belum diisi Boleh menyusul."]


def test_form_without_anybody_says_so(client):
    html = fill(client, an_invitation(), rows({}, {}, {})).text

    assert "Belum ada yang ditulis. Isi sedikitnya satu utusan, lalu kirim." in summary(html)
    assert folded(html) == []


def test_consent_of_those_named_is_owed(client):
    form = rows(*THREE)
    del form["agreed"]

    html = fill(client, an_invitation(), form).text

    assert "Pernyataan: Beri centang di sini bila mereka tahu dan bersedia." in summary(html)
    assert len(folded(html)) == 3
    assert everybody() == []


def test_same_person_twice_is_refused_at_the_row(client):
    html = fill(client, an_invitation(), rows(THREE[0], a_row(name="SITI rahmawati", phone="+62 812-0000-0101"))).text

    assert "Utusan 2, nama lengkap: Nama dan nomor HP ini sama dengan Utusan 1." in summary(html)
    assert everybody() == []


def test_who_is_registered_already_is_refused_at_the_row_and_nobody_saved(client):
    invitation = an_invitation()
    named(invitation, name="Siti Rahmawati", phone="+6281200000101")

    html = fill(client, invitation, rows({}, THREE[1], THREE[0])).text

    assert "Cadangan 1, nama lengkap: Orang ini sudah terdaftar dari ormas Anda" in summary(html)
    assert len(everybody()) == 1


# ---- Sent twice, late, by two --------------------------------------------------------------------


def test_double_tap_names_nobody_twice(client):
    invitation, form = an_invitation(), rows(*THREE)

    answers = [fill(client, invitation, form) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [address("invitation", invitation)] * 2
    assert len(everybody()) == 3


def test_form_sent_again_after_leaving_says_who_is_out(client):
    invitation, form = an_invitation(), rows(THREE[0])
    fill(client, invitation, form)
    writer.move(Registration.objects.get(), Action.WITHDRAW, actor=CONTACT, at=NOON)
    client.get(address("invitation", invitation))

    fill(client, invitation, form)

    assert "Siti Rahmawati pernah terkirim dari halaman yang sama" in client.get(address("invitation", invitation)).text
    assert [status for _, status in everybody()] == ["cancelled"]


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({"cancelled_at": NOON, "cancel_reason": "Hotel penuh"}, "Pelatihan ini dibatalkan: Hotel penuh."),
        ({"frozen_at": NOON}, "Pendaftaran sudah ditutup."),
        ({"closes_at": NOON}, "Pendaftaran sudah ditutup pada Rabu, 20 Februari 2019 pukul 12.00 WIB."),
        ({"closed_at": NOON}, "Pelatihan ini sudah selesai"),
    ],
)
@pytest.mark.parametrize("wrong", [{}, {"utusan-0-phone": "12"}], ids=["right", "wrong"])
def test_batch_that_stopped_while_the_form_was_open_loses_nothing(client, edits, sentence, wrong):
    invitation, form = an_invitation(), rows(*THREE) | wrong
    Angkatan.objects.update(**edits)

    html = fill(client, invitation, form).text

    assert sentence in summary(html)
    assert "isian Anda masih ada di halaman ini" in summary(html)
    assert {name: typed(html).get(name) for name in form} == form
    assert everybody() == []


def test_form_that_was_taken_before_the_freeze_is_answered_alike(client):
    invitation, form = an_invitation(), rows(*THREE)
    fill(client, invitation, form)
    Angkatan.objects.update(frozen_at=NOON)

    assert fill(client, invitation, form).status_code == 302


def test_ormas_in_dispute_keeps_what_was_typed(client):
    invitation, form = an_invitation(), rows(*THREE)
    Ormas.objects.update(verification=Ormas.Verification.DISPUTED)

    html = fill(client, invitation, form).text

    assert "sedang dalam sengketa kepengurusan" in summary(html)
    assert typed(html)["utusan-2-name"] == "Yusuf"


def test_invitation_taken_back_meanwhile_opens_nothing(client):
    invitation = an_invitation()
    where, form = address("invitation_fill", invitation), rows(*THREE)
    Invitation.objects.all().delete()

    assert client.post(where, form).status_code == 404


def test_expired_page_keeps_what_was_typed():
    client, form = Client(enforce_csrf_checks=True), rows(*THREE)

    answer = fill(client, an_invitation(), form)

    assert answer.status_code == 403
    assert "Halaman ini terlalu lama terbuka" in summary(answer.text)
    assert {name: typed(answer.text).get(name) for name in form} == form
    assert everybody() == []


def test_expired_page_can_be_sent_again():
    client, invitation = Client(enforce_csrf_checks=True), an_invitation()
    kept = typed(fill(client, invitation, rows(*THREE)).text)

    assert fill(client, invitation, kept).status_code == 302
    assert len(everybody()) == 3


# ---- Too much ------------------------------------------------------------------------------------


def test_two_hundred_rows_are_not_read(client, django_assert_max_num_queries):
    form = rows(*[a_row(name=f"Orang {'abcdefghij'[n % 10]}", phone=f"08120000{n:04d}") for n in range(200)])

    with django_assert_max_num_queries(8):
        html = fill(client, an_invitation(), form).text

    assert "Kiriman ini memuat lebih dari 18 baris" in summary(html)
    assert everybody() == []


def test_more_people_than_may_be_named_are_refused(client):
    invitation = an_invitation()
    named(invitation, 6)

    html = fill(client, invitation, rows(*THREE)).text

    assert "paling banyak 5 cadangan. Masih dapat ditambah 2 orang" in summary(html)
    assert len(folded(html)) == 3
    assert len(everybody()) == 6


def test_page_says_when_everybody_is_named(client):
    invitation = an_invitation()
    named(invitation, 8)

    assert "sudah menyebut 8 orang" in client.get(address("invitation_fill", invitation)).text
    assert "Tambah cadangan" not in client.get(address("invitation", invitation)).text


def test_ormas_with_many_seats_gets_a_page_of_ten_rows_first(client):
    html = client.get(address("invitation_fill", an_invitation(own_seats=60))).text

    assert typed(html)["utusan-TOTAL_FORMS"] == "10"
    assert "Tambah utusan" in html


def test_full_batch_says_that_all_become_reserves(client):
    batch = AngkatanFactory(capacity=1)
    a_registration(batch, Status.ACCEPTED)

    html = client.get(address("invitation_fill", an_invitation(angkatan=batch))).text

    assert "Semua 1 kursi angkatan ini sudah terisi." in html
    assert re.findall(r"<legend>(Utusan \d|Cadangan \d)", html) == ["Cadangan 1"]


def test_link_that_sends_too_often_keeps_what_was_typed(client):
    invitation, form = an_invitation(), rows(*THREE)
    for _ in range(often.LINK.most):
        often.count([(often.LINK, str(invitation.pk))])

    answer = fill(client, invitation, form)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Terlalu banyak kiriman lewat tautan ini." in summary(answer.text)
    assert typed(answer.text)["utusan-0-name"] == "Siti Rahmawati"
    assert everybody() == []


def test_program_that_fills_in_everything_is_asked_once_more(client):
    invitation, form = an_invitation(), rows(*THREE) | {"situs": "https://contoh.example/"}

    html = fill(client, invitation, form).text

    assert everybody() == []
    assert typed(html)["utusan-0-name"] == "Siti Rahmawati"
    assert "Mungkin peramban Anda mengisinya sendiri." in summary(html)
    assert fill(client, invitation, typed(html)).status_code == 302


def test_form_sent_too_fast_is_asked_once_more(client, settings):
    settings.LEAST_SECONDS = 3
    invitation = an_invitation()

    html = fill(client, invitation, rows(*THREE)).text

    assert "Isian ini terkirim sangat cepat" in summary(html)
    assert everybody() == []
    assert fill(client, invitation, typed(html)).status_code == 302


# ---- Hostile values ------------------------------------------------------------------------------


def send_hostile(client: Client, invitation: Invitation, field: str) -> Iterator[Any]:
    """The answer to each hostile value in that field of a form that is wrong besides."""
    usual = rows(a_row(phone="12"))
    for value in sample(16, field):
        pairs: list[tuple[str, Value]] = [*(pair for pair in usual.items() if pair[0] != field), (field, value)]
        where = address("invitation_fill", invitation)
        yield client.post(where, encoded(pairs), content_type="application/x-www-form-urlencoded")


FIELDS = [f"utusan-0-{name}" for name in ("name", "position", "gender", "phone", "email", "nickname", "front_title")]
BEHIND = ["utusan-TOTAL_FORMS", "utusan-INITIAL_FORMS", "token", "kursi", "tambah", "kosongkan", "agreed"]


@pytest.mark.parametrize("field", [*FIELDS, *BEHIND])
def test_hostile_value_breaks_nothing(client, field):
    invitation = an_invitation()

    answers = list(send_hostile(client, invitation, field))

    assert {answer.status_code for answer in answers} == {200}
    assert not any(TAG in answer.text for answer in answers)
    assert everybody() == []


def test_form_without_its_count_is_unread_and_says_so(client):
    html = client.post(address("invitation_fill", an_invitation()), {"token": str(uuid4()), "agreed": "on"}).text

    assert "Isian ini tidak terbaca. Muat ulang halaman ini" in summary(html)


def test_page_asks_as_much_for_eight_rows_as_for_one(client, django_assert_num_queries):
    few, many = an_invitation(own_seats=1), an_invitation(own_seats=8, ormas__name="Lain", angkatan=AngkatanFactory())
    for invitation in (few, many):
        client.get(address("invitation", invitation))

    for invitation in (few, many):
        with django_assert_num_queries(3):
            client.get(address("invitation_fill", invitation))


def test_later_people_are_numbered_on(client):
    invitation = an_invitation()
    Angkatan.objects.update(closes_at=NOON + timedelta(days=1))
    named(invitation, 4)

    html = client.get(address("invitation_fill", invitation)).text

    assert re.findall(r"<legend>(Utusan \d|Cadangan \d)", html) == ["Cadangan 2"]
