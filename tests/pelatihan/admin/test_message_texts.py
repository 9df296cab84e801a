"""The texts of messages: who changes them, what is refused at which field, the preview, and back to the original."""

import re
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from pelatihan.admin.message_texts import OCCASIONS
from pelatihan.messaging import texts
from pelatihan.models import MessageKind, TextOfOffice
from tests.factories import NOON, AngkatanFactory, UserFactory
from tests.pelatihan.messaging.samples import a_contact, somebody

LIST = reverse("admin:message_texts")
ACCEPTED = reverse("admin:message_text", args=["accepted"])
RESET = reverse("admin:message_text_reset", args=["accepted"])
GOOD = "Yth. {nama},\n\nAnda *diterima*. Kode {kode}, {tautan}."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def seen(client: Client) -> str:
    found = re.search(r'name="as-seen" value="([^"]+)"', client.get(ACCEPTED).content.decode())
    assert found
    return found[1]


def save(client: Client, body: str = GOOD, subject: str = "Diterima", **more: str) -> Any:
    data = {"subject": subject, "body": body, "simpan": "1"} | more
    return client.post(ACCEPTED, data, follow=True)


def own() -> TextOfOffice | None:
    return TextOfOffice.objects.filter(kind="accepted").first()


# ---- Who -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "code"), [("verifikator", 200), ("admin", 200), ("panitia", 403), ("pemantau", 403)])
def test_only_who_may_changes_texts(as_role, role, code):
    client = as_role(role)

    assert client.get(LIST).status_code == code
    assert client.get(ACCEPTED).status_code == code
    assert save(client).status_code == code
    assert (own() is not None) == (code == 200)
    assert client.post(RESET, follow=True).status_code == code


def test_who_only_sends_reads_but_changes_nothing():
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    client, user = Client(), UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["enter_admin", "send_message"]))
    client.force_login(user)

    page = client.get(ACCEPTED)
    assert page.status_code == 200
    assert "Simpan teks" not in words(page)
    assert save(client).status_code == 403
    assert client.post(RESET).status_code == 403


def test_every_kind_stands_in_the_list_once(verifier):
    listed = [kind for _title, kinds in OCCASIONS for kind, _when in kinds]

    assert sorted(listed) == sorted(MessageKind)
    html = words(verifier.get(LIST))
    for kind in MessageKind:
        assert kind.label in html
    assert html.count("teks asli") == len(MessageKind)


# ---- Saving ----------------------------------------------------------------------------------------


def test_text_is_kept_with_a_name(verifier):
    answer = save(verifier, "Yth. {nama},\r\n\r\nAnda diterima. Kode {kode}, {tautan}.  ")

    kept = own()
    assert kept
    assert kept.body == "Yth. {nama},\n\nAnda diterima. Kode {kode}, {tautan}."
    assert (kept.changed_by.first_name, kept.changed_at) == ("Rina", NOON)
    assert "disimpan" in told(answer)[0]
    assert "Rina Kartika, 20 Februari 2019" in words(verifier.get(LIST))


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (
            {"body": GOOD + " {waktu_kumpul}"},
            "body",
            "{waktu_kumpul} pada baris 3 tidak dikenal. Maksud Anda {waktu_mulai}?",
        ),
        ({"body": "Kode {kode}, {tautan"}, "body", "Kurung kurawal pada baris 1 tidak berpasangan"),
        ({"body": "Halo {nama}"}, "body", "pesan ini tidak ada gunanya"),
        ({"body": GOOD + "<b>tebal</b>"}, "body", "tidak memakai HTML"),
        ({"body": ""}, "body", "Tulis isi pesan"),
        ({"body": GOOD + "x" * 2001}, "body", "paling banyak 2.000 huruf"),
        ({"body": GOOD + "\0"}, "body", "Ada tanda yang tidak terbaca"),
        ({"subject": ""}, "subject", "Tulis judul pesan"),
        ({"subject": "x" * 151}, "subject", "paling banyak 150 huruf"),
        ({"subject": "{bohong}"}, "subject", "tidak dikenal"),
    ],
)
def test_what_is_wrong_stands_at_the_field(verifier, fields, field, sentence):
    answer = save(verifier, **fields)

    assert own() is None
    form = answer.context["form"]
    assert sentence in " ".join(form.errors[field])
    html = answer.content.decode()
    assert 'aria-invalid="true"' in html
    assert f'id="id_{field}_error"' in html


def test_two_thousand_letters_are_enough_whatever_ends_their_lines(verifier):
    body = GOOD + "\n" * 50 + "x"
    body += "x" * (2000 - len(body))
    save(verifier, body.replace("\n", "\r\n"))

    kept = own()
    assert kept
    assert len(kept.body) == 2000


def test_saving_nothing_says_so(verifier):
    original = texts.original(MessageKind.ACCEPTED)

    assert "Tidak ada yang berubah." in told(save(verifier, original.body, original.subject))
    assert own() is None


def test_clerk_takes_back_nothing_that_another_saved(verifier, as_role):
    mine, theirs = seen(verifier), "Halo {nama}, kode {kode}, {tautan}."
    save(as_role("admin"), theirs)

    answer = save(verifier, GOOD, **{"as-seen": mine})

    assert "diubah orang lain" in words(answer)
    kept = own()
    assert kept
    assert kept.body == theirs
    assert answer.context["form"]["body"].value() == GOOD
    fresh = re.search(r'name="as-seen" value="([^"]+)"', answer.content.decode())
    assert fresh
    save(verifier, GOOD, **{"as-seen": fresh[1], "keep-body": "mine", "keep-subject": "mine"})
    kept = own()
    assert kept
    assert kept.body == GOOD


def test_two_who_save_the_first_text_at_once_are_both_answered(verifier, monkeypatch):
    calls = []

    def late(*args: Any, **options: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            TextOfOffice.objects.create(
                kind="accepted", subject="S", body="B", changed_at=NOON, changed_by=UserFactory()
            )
            raise IntegrityError
        return original(*args, **options)

    original = texts.save
    monkeypatch.setattr(texts, "save", late)

    assert save(verifier).status_code == 200


def test_unknown_kind_is_no_page(verifier):
    assert verifier.get("/admin/pesan/teks/bohong/").status_code == 404
    assert verifier.post("/admin/pesan/teks/bohong/asli/").status_code == 404


# ---- Preview ---------------------------------------------------------------------------------------


def test_preview_shows_a_real_person_without_saving(verifier):
    batch = AngkatanFactory()
    somebody(batch, name="Adi Nugraha")
    person = somebody(batch, name="Siti Rahmawati")

    answer = save(verifier, GOOD, lihat="1", angkatan=batch.slug, siapa=str(person.pk))

    html = answer.content.decode()
    assert "Yth. Siti Rahmawati," in html
    assert "<strong>diterima</strong>" in html
    assert person.shown_code in html
    assert own() is None


def test_unknown_word_is_marked_in_the_preview(verifier):
    somebody()

    html = save(verifier, GOOD + " {waktu_kumpul}", lihat="1").content.decode()

    assert '<mark class="unknown">{waktu_kumpul}</mark>' in html
    assert "tidak dikenal" in html


def test_longest_name_can_be_tried(verifier):
    batch = AngkatanFactory(capacity=99)
    for number in range(21):
        somebody(batch, name=f"Adi {'abcdefghijklmnopqrstuvwxyz'[number]}")
    longest = somebody(batch, name="Zulkarnain Panjang Sekali Namanya")

    assert longest.pk in {pk for pk, _name in verifier.get(ACCEPTED).context["preview"].people}


def test_contact_person_reads_the_text_for_organisations(verifier):
    contact = a_contact()

    page = verifier.get(reverse("admin:message_text", args=["no_delegates"]))

    assert contact.ormas.name in words(page)


def test_preview_is_for_those_who_see_numbers_and_codes():
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    client, user = Client(), UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["enter_admin", "edit_text"]))
    client.force_login(user)
    person = somebody(name="Siti Rahmawati")

    html = words(client.get(ACCEPTED))

    assert "Siti Rahmawati" not in html.replace("Nama tanpa gelar: Siti Rahmawati", "").replace(
        "Dra. Hj. Siti Rahmawati", ""
    )
    assert person.shown_code not in html


@pytest.mark.parametrize("kind", MessageKind.values)
def test_every_text_opens_with_its_words(verifier, kind):
    somebody(), a_contact()

    page = verifier.get(reverse("admin:message_text", args=[kind]))

    assert page.status_code == 200
    for slot in texts.placeholders_of(kind):
        assert str(slot) in page.content.decode()


# ---- Back ------------------------------------------------------------------------------------------


def test_original_comes_back_after_asking_once(verifier):
    save(verifier)
    page = verifier.get(RESET)
    assert "Anda *diterima*" in words(page)
    assert "Selamat, Anda diterima" in words(page)
    assert own()

    answer = verifier.post(RESET, follow=True)

    assert own() is None
    assert "kembali ke teks asli" in told(answer)[0]
    assert "sudah teks asli" in told(verifier.post(RESET, follow=True))[0]


def test_original_needs_no_reset(verifier):
    assert "Kembalikan teks asli" not in words(verifier.get(ACCEPTED))
    assert verifier.get(RESET).status_code == 302
    save(verifier)
    assert "Kembalikan teks asli" in words(verifier.get(ACCEPTED))
