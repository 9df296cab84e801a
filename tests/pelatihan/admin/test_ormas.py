"""Organisations and people in the admin: found fast, contacts only for those who may see them."""

import pytest
from django.test import Client
from django.urls import reverse

from ormas.models import Delegate, Ormas
from tests.factories import AngkatanFactory, LegalDocumentFactory, OrmasFactory, UserFactory, a_registration

LIST = reverse("admin:ormas_ormas_changelist")
PEOPLE = reverse("admin:ormas_delegate_changelist")
pytestmark = pytest.mark.django_db


def as_role(role):
    client = Client()
    client.force_login(UserFactory(role=role))
    return client


def found(address, role="verifikator", **query):
    return [str(row) for row in as_role(role).get(address, query).context["cl"].result_list]


@pytest.fixture
def rempug():
    OrmasFactory(name="Perkumpulan Lain", city="Jakarta Pusat", field="sosial")
    return OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR", city="Jakarta Timur", field="kedaerahan")


@pytest.mark.parametrize(
    "query", [{"q": "fbr"}, {"q": "rempug forum"}, {"kota": "Jakarta Timur"}, {"bidang": "daerah"}]
)
def test_ormas_is_found_by(rempug, query):
    assert found(LIST, **query) == [str(rempug)]


def test_autocomplete_finds_by_abbreviation(rempug):
    query = {"app_label": "pelatihan", "model_name": "registration", "field_name": "ormas", "term": "fbr"}

    answer = as_role("verifikator").get(reverse("admin:autocomplete"), query)

    assert [row["text"] for row in answer.json()["results"]] == [str(rempug)]


def test_every_city_is_named_once():
    for city in ("Jakarta Timur", "", "Jakarta Pusat", "Jakarta Timur"):
        OrmasFactory(city=city)

    assert Ormas.objects.cities() == ["Jakarta Pusat", "Jakarta Timur"]


@pytest.mark.parametrize(("role", "is_shown"), [("verifikator", True), ("pemantau", False)])
def test_contact_number_shows_by_role(role, is_shown):
    ormas = OrmasFactory(contact_phone="+6281234567890")

    html = as_role(role).get(reverse("admin:ormas_ormas_change", args=[ormas.pk])).content.decode()

    assert ("https://wa.me/6281234567890" in html) == is_shown
    assert ("3456" in html) == is_shown


@pytest.mark.parametrize(("role", "is_shown"), [("verifikator", True), ("pemantau", False)])
def test_delegate_number_shows_by_role(role, is_shown):
    delegate = a_registration(AngkatanFactory(), phone="+6281234567890").delegate

    html = as_role(role).get(reverse("admin:ormas_delegate_change", args=[delegate.pk])).content.decode()

    assert ("0812-3456-7890" in html) == is_shown
    assert ("3456" in html) == is_shown


@pytest.mark.parametrize(("role", "hits"), [("verifikator", 1), ("pemantau", 0)])
def test_delegate_is_found_by_phone_with_right(role, hits):
    a_registration(AngkatanFactory(), phone="+6281234567890")

    assert len(found(PEOPLE, role, q="0812 3456 7890")) == hits


def test_merged_delegates_are_not_listed():
    kept, gone = (a_registration(AngkatanFactory()).delegate for _ in range(2))
    Delegate.objects.filter(pk=gone.pk).update(merged_into=kept)

    assert found(PEOPLE) == [str(kept)]


def test_contact_number_is_kept_as_stored():
    ormas = OrmasFactory(contact_phone="")
    data = {
        "name": ormas.name, "kind": "ormas", "legal_form": "unknown", "verification": "verified",
        "contact_phone": "0812 3456 7890", "documents-TOTAL_FORMS": 0, "documents-INITIAL_FORMS": 0,
    }  # fmt: skip

    as_role("verifikator").post(reverse("admin:ormas_ormas_change", args=[ormas.pk]), data)

    ormas.refresh_from_db()
    assert ormas.contact_phone == "+6281234567890"


def test_documents_stand_on_the_page(rempug):
    document = LegalDocumentFactory(ormas=rempug)

    html = as_role("verifikator").get(reverse("admin:ormas_ormas_change", args=[rempug.pk])).content.decode()

    assert document.number in html
