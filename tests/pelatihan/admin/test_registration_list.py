"""Finding registrations: filters, search, the seats on top, fixed queries."""

import pytest
from django.urls import reverse
from django.utils import timezone

from pelatihan.admin import registration_list
from pelatihan.admin.lists import CappedPaginator
from pelatihan.lifecycle import Status
from tests.factories import AngkatanFactory, OrmasFactory, a_registration

LIST = reverse("admin:pelatihan_registration_changelist")
pytestmark = pytest.mark.django_db


def found(client, **query):
    return [row.name for row in client.get(LIST, {"angkatan": "semua"} | query).context["cl"].result_list]


@pytest.fixture
def adi():
    ormas = OrmasFactory(name="Forum Betawi Rempug", abbreviation="FBR", city="Jakarta Timur")
    a_registration(AngkatanFactory(), name="Orang Lain")
    return a_registration(AngkatanFactory(), ormas=ormas, name="Adi Nugroho", phone="+6281234567890")


@pytest.mark.parametrize("words", ["nugroho adi", "ADI", "fbr", "betawi rempug", "adi fbr"])
def test_words_find_person_or_ormas(verifier, adi, words):
    assert found(verifier, q=words) == ["Adi Nugroho"]


@pytest.mark.parametrize("words", ["nugroho adi", "fbr", "adi rempug"])
def test_common_words_find_the_same(verifier, adi, words, monkeypatch):
    monkeypatch.setattr(registration_list, "COMMON", 1)

    assert found(verifier, q=words) == ["Adi Nugroho"]
    assert found(verifier, ormas="rempug") == ["Adi Nugroho"]


def test_code_is_found_in_any_spelling(verifier, adi):
    spelled = adi.shown_code.lower().replace("0", "o").replace("1", "l")

    assert found(verifier, q=spelled) == ["Adi Nugroho"]


@pytest.mark.parametrize("phone", ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", "81234567890"])
def test_phone_is_found_in_any_spelling(verifier, adi, phone):
    assert found(verifier, q=phone) == ["Adi Nugroho"]


def test_phone_search_tells_an_observer_nothing(as_role, adi):
    assert found(as_role("pemantau"), q="081234567890") == []


def test_ormas_outside_the_list_is_found(verifier, adi):
    adi.ormas, adi.ormas_text, adi.invitation = None, "Paguyuban Warga Menteng", None
    adi.save()

    assert found(verifier, q="menteng") == ["Adi Nugroho"]
    assert found(verifier, ormas="paguyuban warga") == ["Adi Nugroho"]


@pytest.mark.parametrize("query", [{"kota": "Jakarta Timur"}, {"ormas": "rempug"}])
def test_filters_narrow_the_list(verifier, adi, query):
    assert found(verifier, **query) == ["Adi Nugroho"]


def test_list_opens_on_the_coming_batch(verifier):
    old, today = AngkatanFactory(), timezone.localdate()
    a_registration(old, name="Adi")
    coming = AngkatanFactory(year=today.year, starts_on=today, opens_at=None, closes_at=None)
    a_registration(coming, name="Budi")

    assert [row.name for row in verifier.get(LIST).context["cl"].result_list] == ["Budi"]


def test_seats_stand_on_top(verifier):
    angkatan = AngkatanFactory(capacity=2)
    for status in (Status.ACCEPTED, Status.SUBMITTED, Status.SUBMITTED):
        a_registration(angkatan, status)

    html = verifier.get(LIST, {"angkatan": angkatan.slug}).content.decode()

    assert "2 dari 2 kursi terisi · 1 cadangan · 1 menunggu verifikasi" in html


def test_longest_waiting_stand_first(verifier):
    angkatan = AngkatanFactory()
    first, second = a_registration(angkatan, Status.SUBMITTED), a_registration(angkatan, Status.SUBMITTED)

    names = found(verifier, status="submitted")

    assert names == [first.name, second.name]


def test_empty_list_says_what_to_do(verifier):
    assert "Belum ada pendaftar" in verifier.get(LIST).content.decode()


def test_list_is_counted_no_further_than_needed(verifier, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "LIMIT", 2)
    angkatan = AngkatanFactory()
    for _ in range(3):
        a_registration(angkatan)

    html = verifier.get(LIST, {"angkatan": "semua"}).content.decode()

    assert "2 pendaftaran pertama; persempit" in html
