"""The letters of a trial, read in the admin; in production there is no such page."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, mailers
from django.urls import reverse

LIST = reverse("admin:trial_mail")
pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    backend = "django.core.mail.backends.filebased.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"file_path": tmp_path}}}
    return tmp_path


@pytest.fixture
def trial(settings, folder) -> Path:
    settings.TRIAL = True
    return folder


def write(
    subject: str, *, to: str = "siti@contoh.example", body: str = "Yth. Siti — ’Aisyiyah", with_file: bool = False
) -> None:
    letter = EmailMessage(subject, body, "kantor@contoh.example", [to])
    if with_file:
        letter.attach("jadwal.ics", "BEGIN:VCALENDAR", "text/calendar")
    mailers.default.send_messages([letter])


def test_newest_letter_stands_first_with_what_hangs_on(verifier, trial):
    write("Pertama")
    write("Kedua", with_file=True)

    letters = verifier.get(LIST).context["letters"]

    assert {letter.subject for letter in letters} == {"Pertama", "Kedua"}
    assert next(each for each in letters if each.subject == "Kedua").attachments == ["jadwal.ics"]


def test_letter_is_read_whole(verifier, trial):
    write("Kabar", body="<b>Yth.</b> Siti\n\nBaris kedua — selesai.")
    (letter,) = verifier.get(LIST).context["letters"]

    html = verifier.get(reverse("admin:trial_letter", args=[letter.file, letter.number])).content.decode()

    assert "&lt;b&gt;Yth.&lt;/b&gt; Siti" in html
    assert "Baris kedua — selesai." in html
    assert "siti@contoh.example" in html


@pytest.mark.parametrize("name", ["tidak-ada.log", "..%2F..%2Fsecret-key"])
def test_other_files_are_none(verifier, trial, name):
    write("Kabar")
    (trial.parent / "secret-key").write_text("rahasia")

    assert verifier.get(f"{LIST}{name}/0/").status_code == 404
    (letter,) = verifier.get(LIST).context["letters"]
    assert verifier.get(reverse("admin:trial_letter", args=[letter.file, 7])).status_code == 404


def test_without_letters_the_page_says_so(verifier, trial):
    assert "Belum ada surel." in verifier.get(LIST).content.decode()
    trial.rmdir()
    assert verifier.get(LIST).status_code == 200


def test_broken_file_breaks_nothing(verifier, trial):
    (trial / "rusak.log").write_bytes(b"\xff\xfe\x00" * 40 + b"\n" + b"-" * 79 + b"\nSubject: =?utf-8?q?=FF?=\n\n\xff")

    assert verifier.get(LIST).status_code == 200


def test_in_production_there_is_no_such_page(verifier, settings, folder):
    settings.TRIAL = False

    assert verifier.get(LIST).status_code == 404
    assert verifier.get(f"{LIST}a.log/0/").status_code == 404
    assert LIST not in verifier.get(reverse("admin:messages")).content.decode()


@pytest.mark.parametrize(("role", "code"), [("verifikator", 200), ("admin", 200), ("panitia", 403), ("pemantau", 403)])
def test_only_who_sends_reads_them(as_role, trial, role, code):
    assert as_role(role).get(LIST).status_code == code
