"""A batch's address follows its number until people may have it in hand; no two batches ever share one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from pelatihan.admin.angkatan_pages import copied
from pelatihan.admin.batch_forms import CopyForm
from pelatihan.batches.copying import NumberTaken, copy_angkatan
from pelatihan.models import Angkatan
from tests.factories import FIRST_DAY, AngkatanFactory, UserFactory, a_registration
from tests.pelatihan.admin.test_angkatan import page, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def committee(client):
    client.force_login(UserFactory(role="panitia"))
    return client


def renumber(client, angkatan, number, **changes):
    assert client.post(page(angkatan), sent(angkatan, **{"number": number} | changes)).status_code == 302
    angkatan.refresh_from_db()
    return angkatan.slug


def test_address_follows_the_number_while_nobody_has_it(committee):
    angkatan = AngkatanFactory(number=2, published=False)

    assert renumber(committee, angkatan, 3, published="") == "2019-iii"
    assert renumber(committee, angkatan, 4, published="on") == "2019-iv"


def test_address_that_was_public_stays(committee):
    assert renumber(committee, AngkatanFactory(number=2), 3) == "2019-ii"


def test_address_of_a_batch_with_people_stays(committee):
    angkatan = AngkatanFactory(number=2)
    a_registration(angkatan)
    Angkatan.objects.update(published=False)

    assert renumber(committee, angkatan, 3, published="") == "2019-ii"


def test_new_batch_with_a_number_used_before_gets_a_free_address(committee, client):
    old = AngkatanFactory(number=2)
    renumber(committee, old, 3)
    source = AngkatanFactory(number=5)
    copied = committee.post(page(source, "copy"), {"number": 2, "starts_on": "2019-06-03"}, follow=True)

    assert copied.status_code == 200
    assert Angkatan.objects.get(number=2).slug == "2019-ii-2"
    assert old.theme in client.get(reverse("angkatan", args=["2019-ii"])).content.decode()


def test_new_batch_is_added_under_a_number_used_before(committee):
    old = AngkatanFactory(number=2)
    renumber(committee, old, 3)
    new = AngkatanFactory.build(number=2)
    assert committee.post(reverse("admin:pelatihan_angkatan_add"), sent(new)).status_code == 302

    assert set(Angkatan.objects.values_list("number", "slug")) == {(3, "2019-ii"), (2, "2019-ii-2")}


def test_third_of_a_number_gets_the_next_address():
    for number, slug in ((11, "2019-ii"), (12, "2019-ii-2"), (13, "2019-iii")):
        AngkatanFactory(number=number, slug=slug)

    assert AngkatanFactory(number=2).slug == "2019-ii-3"


def test_database_holds_one_batch_an_address():
    AngkatanFactory(number=2)
    with pytest.raises(IntegrityError, match="slug"), transaction.atomic():
        AngkatanFactory(number=3, slug="2019-ii")


def test_copy_to_a_number_that_was_taken_meanwhile_is_refused():
    source = AngkatanFactory(number=2)
    with pytest.raises(NumberTaken):
        copy_angkatan(source, number=2, starts_on=FIRST_DAY, with_invitations=False)


def test_number_taken_between_check_and_save_is_said():
    """Two who copy at once: the form's own check lets both pass."""
    source, form = AngkatanFactory(number=1), CopyForm({"number": 2, "starts_on": "2019-06-03"})
    assert form.is_valid()
    AngkatanFactory(number=2)

    assert copied(source, form) is None
    assert form.errors["number"] == ["Angkatan II 2019 sudah ada. Pilih nomor lain."]


# ---- Days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["9999-12-31", "2101-01-01", "1999-12-31", "0001-01-01"])
def test_copy_takes_no_day_that_only_a_slip_gives(committee, day):
    answer = committee.post(page(AngkatanFactory(number=2), "copy"), {"number": 3, "starts_on": day})

    assert "Tulis tahun antara" in answer.content.decode()
    assert Angkatan.objects.count() == 1


@pytest.mark.parametrize("field", ["starts_on", "ends_on", "opens_at_0"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_batch_takes_no_such_day_either(committee, field, day):
    angkatan = AngkatanFactory(number=2)
    answer = committee.post(page(angkatan), sent(angkatan, opens_at_1="08.00", **{field: day}))

    assert "Tulis tahun antara 1900 dan 2100." in answer.content.decode()


def test_batch_lasts_a_month_at_most(committee):
    angkatan = AngkatanFactory(number=2)
    longest = angkatan.starts_on + timedelta(days=30)

    answer = committee.post(page(angkatan), sent(angkatan, ends_on=(longest + timedelta(days=1)).isoformat()))
    assert "paling lama 31 hari" in answer.content.decode()
    assert committee.post(page(angkatan), sent(angkatan, ends_on=longest.isoformat())).status_code == 302


def test_database_holds_the_month():
    with pytest.raises(IntegrityError, match="batch_lasts_a_month_at_most"), transaction.atomic():
        AngkatanFactory(ends_on=FIRST_DAY + timedelta(days=31))
