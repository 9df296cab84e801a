"""Series of numbers in the admin: where one begins, and that nobody sets it back."""

import pytest
from django.urls import reverse

from pelatihan.models import NumberSeries
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SENT = {"label": "Sertifikat", "pattern": "{no:03}/{kode}", "code": "KBP"}


@pytest.fixture
def committee(client):
    client.force_login(UserFactory(role="panitia"))
    return client


@pytest.mark.parametrize(("before", "last"), [("", 0), ("0", 0), ("12", 12)])
def test_new_series_goes_on_behind_the_numbers_of_paper(committee, before, last):
    committee.post(reverse("admin:pelatihan_numberseries_add"), SENT | {"before": before})

    assert NumberSeries.objects.get().last == last


@pytest.mark.parametrize("before", ["-1", "100001", "12,5", "dua"])
def test_number_that_is_none_is_refused_in_words(committee, before):
    html = committee.post(reverse("admin:pelatihan_numberseries_add"), SENT | {"before": before}).content.decode()

    assert "Tulis angka 0 sampai 100.000." in html
    assert not NumberSeries.objects.exists()


def test_changing_a_series_never_sets_it_back(committee):
    series = NumberSeries.objects.create(**SENT, last=7)
    page = reverse("admin:pelatihan_numberseries_change", args=[series.pk])

    committee.post(page, SENT | {"label": "Sertifikat 2019", "before": "1", "last": "1"}, follow=True)

    series.refresh_from_db()
    assert series.last == 7
