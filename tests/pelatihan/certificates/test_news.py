"""That a certificate was issued is told after the training, once, and not of one that was revoked."""

from datetime import date, timedelta

import pytest

from pelatihan.certificates import issuing
from pelatihan.messaging import post, words
from pelatihan.models import Angkatan, Certificate, Message, Registration
from tests.pelatihan.certificates.course import END, certificate_of, course

__all__ = ["course"]
WEEKS_LATER = END + timedelta(days=30)


@pytest.fixture
def told(course) -> Message:
    person = course.person("Siti Rahmawati", 0, 1, email="siti@ormas.example.org")
    course.issue()
    everybody = Registration.objects.filter(angkatan=course.angkatan)
    assert post.of_certificates(everybody, course.angkatan, at=WEEKS_LATER) == 1
    assert post.of_certificates(everybody, course.angkatan, at=WEEKS_LATER) == 0
    return Message.objects.select_related(*words.FACTS).get(registration=person, kind="certificate")


def test_news_names_number_and_page(told):
    said = words.words_for(told)

    assert said.subject == f"Sertifikat Anda dari Pelatihan {told.angkatan.name} sudah terbit"
    assert "Nomor: 001/SERT/III/2019" in said.body
    assert told.registration is not None
    assert told.registration.shown_code in said.body


def test_news_goes_after_the_training_and_after_it_was_closed(told):
    Angkatan.objects.update(closed_at=END)
    told = Message.objects.select_related(*words.FACTS).get(pk=told.pk)

    assert post.why_not(told, WEEKS_LATER) == ""
    post.drop_over(date(2019, 5, 1), WEEKS_LATER)
    told.refresh_from_db()
    assert told.state == "waiting"


def test_news_of_a_revoked_one_does_not_go(told, course):
    assert told.registration is not None
    issuing.revoke(certificate_of(told.registration), "Keliru orang", by=course.by, at=END)

    assert post.why_not(told, WEEKS_LATER) == "Sertifikatnya sudah dicabut."
    assert post.of_certificates(Registration.objects.all(), course.angkatan, at=WEEKS_LATER) == 0


def test_sample_of_the_text_shows_an_example_where_there_is_no_certificate(course):
    person = Registration.objects.select_related("angkatan", "delegate", "ormas").get(pk=course.person("Ahmad").pk)

    said = words.sample("certificate", person, "{sertifikat}", "Nomor {nomor_sertifikat}")

    assert (said.subject, said.body) == ("Sertifikat", "Nomor 020/SERT-ORMAS/III/2019")
    assert not Certificate.objects.exists()
