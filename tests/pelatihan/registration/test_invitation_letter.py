"""The surat tugas on the page of an invitation: sent, refused at its card, owed until it is there."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ormas.models import Ormas
from pelatihan.models import AssignmentLetter, Invitation
from pelatihan.registration.pages.invitation.door import address
from tests.factories import NOON, InvitationFactory, a_registration
from tests.pelatihan import letter_samples as a

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters_folder")]


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def invitation() -> Invitation:
    made = InvitationFactory()
    a_registration(made.angkatan, ormas=made.ormas)
    return made


def sent(invitation: Invitation, file: SimpleUploadedFile | None):
    data = {"letter": file} if file else {}
    return Client().post(address("invitation_letter", invitation), data, follow=True)


def test_letter_is_owed_until_it_is_there(invitation):
    home = address("invitation", invitation)
    assert "Unggah surat tugas</strong>" in Client().get(home).content.decode()

    page = sent(invitation, a.uploaded(a.a_pdf()))

    html = page.content.decode()
    assert AssignmentLetter.objects.get().invitation == invitation
    assert "Surat tugas sudah terunggah." in html
    assert "Sudah diunggah" in html
    assert "Unggah surat tugas</strong>" not in html


def test_what_is_no_letter_is_told_at_the_card(invitation):
    svg = SimpleUploadedFile(
        "surat.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "image/jpeg"
    )

    html = sent(invitation, svg).content.decode()

    assert "Perlu diperbaiki" in html
    assert 'aria-invalid="true"' in html
    assert not AssignmentLetter.objects.exists()


def test_nothing_sent_is_told_at_the_card(invitation):
    assert "Perlu diperbaiki" in sent(invitation, None).content.decode()


def test_more_than_ten_megabytes_is_refused_with_what_to_do(invitation):
    answer = sent(invitation, SimpleUploadedFile("surat.pdf", b"%PDF-" + b"0" * 11 * 1024 * 1024, "application/pdf"))

    assert answer.status_code == 413
    assert "10 MB" in answer.content.decode()


def test_disputed_ormas_sends_none(invitation):
    Ormas.objects.update(verification=Ormas.Verification.DISPUTED)

    html = sent(invitation, a.uploaded(a.a_pdf())).content.decode()

    assert not AssignmentLetter.objects.exists()
    assert "sengketa" in html


def test_looking_sends_nothing(invitation):
    answer = Client().get(address("invitation_letter", invitation))

    assert answer["Location"] == f"{address('invitation', invitation)}#surat-tugas"
