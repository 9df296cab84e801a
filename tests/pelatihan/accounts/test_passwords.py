"""Passwords made of the words of this office are refused, whoever sets them."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from pelatihan.accounts import passwords
from pelatihan.models import Office
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def banyuwangi() -> None:
    office = Office.objects.get_or_create(pk=1)[0]
    office.city = "Banyuwangi"
    office.save()


@pytest.mark.parametrize(
    "password",
    [
        "pelatihan-2026",
        "KesbangpolDKI2026!",
        "admin.admin.admin",
        "panitia ormas 1",
        "Banyuwangi_1234",
        "Kesatuan Bangsa",
    ],
)
def test_words_of_the_office_make_no_password(banyuwangi, password):
    with pytest.raises(ValidationError, match="mudah ditebak di kantor ini"):
        validate_password(password)


@pytest.mark.parametrize("password", ["kuda lumping 17", "pelatihan sate padang", "ormas-jakarta-bergerak"])
def test_other_words_beside_them_do(banyuwangi, password):
    validate_password(password)


def test_eight_signs_are_enough():
    validate_password("pelatihan" + "gunung17"[: passwords.LEAST])
    with pytest.raises(ValidationError):
        validate_password("pelatihan" + "gunung17"[: passwords.LEAST - 1])


def test_admin_reads_it_too():
    admin, clerk, client = UserFactory(role="admin"), UserFactory(username="rina"), Client()
    client.force_login(admin)
    fields = {"password1": "kesbangpol-2026", "password2": "kesbangpol-2026"}
    answer = client.post(f"/admin/auth/user/{clerk.pk}/password/", fields)

    assert passwords.SENTENCE in answer.content.decode()
