"""Uploading a surat tugas as the contact person does: the card, what comes back, and how much may be sent."""

import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile
from django.template.loader import render_to_string
from django.test import Client

from pelatihan.models import AssignmentLetter, Invitation
from pelatihan.models.letter import MOST_BYTES
from pelatihan.registration import letters as kept
from pelatihan.registration.pages.invitation import letter_form, letters
from tests.factories import NOON, InvitationFactory, UserFactory
from tests.pelatihan import letter_samples as a

TEMPLATES = Path(__file__).parents[2] / "templates"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("letters_folder"),
    pytest.mark.urls("tests.pelatihan.registration.letter_site"),
]


@pytest.fixture(autouse=True)
def _page(settings):
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def invitation() -> Invitation:
    return InvitationFactory()


def address(invitation: Invitation) -> str:
    return f"/undangan/{invitation.pk}/"


def send(client: Client, invitation: Invitation, content: bytes, **how: str) -> Any:
    return client.post(f"{address(invitation)}surat-tugas/", {"letter": a.uploaded(content, **how)})


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<head>.*?</head>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL).split())


# ---- The card --------------------------------------------------------------------------------------


def test_card_says_what_is_owed(client, invitation):
    shown = words(client.get(address(invitation)))

    assert "Belum diunggah" in shown
    assert "Paling besar 10 MB. Hanya petugas Kesbangpol yang melihatnya." in shown
    assert "Aslinya cukup dibawa ke meja registrasi" in shown


@pytest.mark.parametrize(("day", "shown"), [(date(2019, 3, 8), "Paling lambat Jumat, 8 Maret 2019."), (None, "")])
def test_card_names_the_last_day_where_there_is_one(invitation, day, shown):
    context = {"letter": letters.card(invitation), "angkatan": SimpleNamespace(letter_due_on=day)}
    html = render_to_string("registration/includes/letter.html", context)

    assert shown in re.sub(r"<[^>]+>", "", html)
    assert ("Paling lambat" in html) == bool(day)


def test_letter_is_kept_and_the_card_says_so(client, invitation):
    answer = send(client, invitation, a.a_pdf_of(1_234_567))
    assert (answer.status_code, answer["Location"]) == (302, f"{address(invitation)}#surat-tugas")

    shown = words(client.get(address(invitation)))
    assert "Surat tugas sudah terunggah" in shown
    assert "Sudah diunggah" in shown
    assert "Berkas PDF, 1,2 MB Diunggah Rabu, 20 Februari 2019 pukul 12.00 WIB" in shown


def test_tick_of_staff_shows(client, invitation):
    kept.tick(invitation, is_received=True, user=UserFactory(), at=NOON)

    shown = words(client.get(address(invitation)))
    assert "Diterima" in shown
    assert "Belum diunggah" not in shown


def test_after_the_training_nothing_is_asked(client, invitation):
    with time_machine.travel(NOON + timedelta(days=60)):
        shown = client.get(address(invitation)).content.decode()

    assert "sudah selesai atau dibatalkan" in shown
    assert 'type="file"' not in shown


def test_form_works_without_a_script_and_names_what_it_takes(client, invitation):
    html = client.get(address(invitation)).content.decode()

    assert 'enctype="multipart/form-data"' in html
    assert 'accept="application/pdf,image/jpeg,image/png,image/webp"' in html
    assert "capture" not in html
    assert "csrfmiddlewaretoken" in html


# ---- What comes back -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas ini kosong"),
        (a.SVG, "bukan foto dan bukan PDF"),
        (a.HEIC, "Kirim sebagai JPG atau PDF"),
        (a.a_bomb(), "resolusi yang lebih rendah"),
        (a.a_pdf_with_script(), "memuat program"),
        (a.a_locked_pdf(), "Simpan tanpa kata sandi"),
    ],
    ids=["empty", "SVG", "HEIC", "bomb", "script", "locked"],
)
def test_refusal_stands_at_the_field_and_in_the_summary(client, invitation, content, sentence):
    answer = send(client, invitation, content)
    html = answer.content.decode()

    assert answer.status_code == 200
    assert words(answer).count(sentence) == 2
    assert '<a class="link-touch" href="#id_letter">' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'aria-describedby="id_letter_helptext id_letter_error"', html)
    assert "Belum diunggah" in html
    assert not AssignmentLetter.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"letter": ""}, {"letter": "teks"}, {"letter": ["a", "b"]}, {"letter": "\0" * 9}])
def test_nothing_chosen_says_what_to_do(client, invitation, sent):
    answer = client.post(f"{address(invitation)}surat-tugas/", sent)

    assert letter_form.NONE_CHOSEN in words(answer)


def test_two_files_at_once_keep_the_last(client, invitation):
    both = {"letter": [a.uploaded(a.a_pdf(1)), a.uploaded(a.a_pdf(2))]}
    client.post(f"{address(invitation)}surat-tugas/", both)

    assert AssignmentLetter.objects.get().size == len(a.a_pdf(2))


@pytest.mark.parametrize("name", ["x" * 500 + ".pdf", "../../etc/passwd", "😀.pdf", '<script>".pdf', "a\\b.pdf"])
def test_name_of_the_file_is_neither_kept_nor_shown(client, invitation, name):
    send(client, invitation, a.a_pdf(), name=name)

    assert AssignmentLetter.objects.count() == 1
    assert name not in client.get(address(invitation)).content.decode()


def test_form_from_elsewhere_is_refused(invitation):
    answer = send(Client(enforce_csrf_checks=True), invitation, a.a_pdf())

    assert answer.status_code == 403
    assert not AssignmentLetter.objects.exists()


def test_twenty_an_hour(client, invitation):
    for _ in range(20):
        assert send(client, invitation, a.SVG).status_code == 200
    answer = send(client, invitation, a.a_pdf())

    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert letters.TOO_OFTEN in words(answer)
    assert send(client, InvitationFactory(), a.a_pdf()).status_code == 302


# ---- How much may be sent --------------------------------------------------------------------------


def test_ten_megabytes_come_in(client, invitation):
    assert send(client, invitation, a.a_pdf_of(MOST_BYTES)).status_code == 302


def test_one_byte_more_is_told_on_the_page(client, invitation):
    answer = send(client, invitation, a.a_pdf_of(MOST_BYTES + 1))

    assert answer.status_code == 200
    assert "paling besar 10 MB. Foto suratnya dengan resolusi lebih rendah" in words(answer)


def test_much_more_is_refused_unread_with_the_limit(client, invitation):
    answer = client.generic(
        "POST",
        f"{address(invitation)}surat-tugas/",
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(50 * a.MEGABYTE),
    )

    assert answer.status_code == 413
    assert "paling besar 10 MB. Foto suratnya dengan resolusi lebih rendah" in words(answer)


def test_large_upload_streams_to_the_disk(rf, settings, invitation):
    for size, kind in ((1000, InMemoryUploadedFile), (2 * a.MEGABYTE, TemporaryUploadedFile)):
        request = rf.post("/", {"letter": a.uploaded(b"x" * size)})
        assert isinstance(request.FILES["letter"], kind)
        request.close()
