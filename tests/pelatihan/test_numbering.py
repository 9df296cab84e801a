"""Numbers of a series: a pattern that tells them apart, drawn one after the other."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from pelatihan import numbering
from pelatihan.models import Angkatan, NumberSeries
from pelatihan.models.numbering import check_pattern
from tests.factories import NOON, AngkatanFactory, UserFactory

MARCH = date(2019, 3, 13)


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("{no:03}/{kode}/{bulan_romawi}/{tahun}", "007/SERT/III/2019"),
        ("{no}", "7"),
        ("{no:09}-{bulan}-{angkatan}", "000000007-03-II"),
        ("A{no}B{no:02}", "A7B07"),
    ],
)
def test_number_is_written_by_the_pattern(pattern, written):
    check_pattern(pattern)
    series, batch = NumberSeries(pattern=pattern, code="SERT"), Angkatan(number=2)

    assert numbering.written(series, 7, angkatan=batch, on=MARCH) == written


@pytest.mark.parametrize(
    ("pattern", "refusal"),
    [
        ("", "Pola harus memuat {no}"),
        ("SERT/2019", "Pola harus memuat {no}"),
        ("{kode}/{tahun}", "Pola harus memuat {no}"),
        ("{nomor}", "{nomor} tidak dikenal. Yang dikenal: {no}, {kode},"),
        ("{no}/{0}", "{0} tidak dikenal."),
        ("{no.real}", "{no.real} tidak dikenal."),
        ("{no[0]}", "{no[0]} tidak dikenal."),
        ("{no", "Kurung kurawal tidak berpasangan."),
        ("{no}}", "Kurung kurawal tidak berpasangan."),
        ("{no!r}", "Hanya nomor yang dapat diberi lebar"),
        ("{no:>9999999}", "Hanya nomor yang dapat diberi lebar"),
        ("{no:03}{tahun:04}", "Hanya nomor yang dapat diberi lebar"),
    ],
)
def test_pattern_that_makes_no_number_is_refused(pattern, refusal):
    with pytest.raises(ValidationError) as refused:
        check_pattern(pattern)
    assert refusal in refused.value.messages[0]


@pytest.mark.django_db
def test_database_refuses_a_pattern_without_number():
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberSeries.objects.create(label="Sertifikat", pattern="SERT")


@pytest.mark.django_db
def test_numbers_follow_each_other_and_come_back_with_the_transaction():
    series, batch = NumberSeries.objects.create(label="Sertifikat", pattern="{no}", last=20), AngkatanFactory()

    first = numbering.draw(series, 3, angkatan=batch, on=MARCH)
    with transaction.atomic():
        numbering.draw(series, 5, angkatan=batch, on=MARCH)
        transaction.set_rollback(True)
    second = numbering.draw(series, 1, angkatan=batch, on=MARCH)

    assert [one.no for one in (*first, *second)] == [21, 22, 23, 24]


@pytest.mark.django_db(transaction=True)
def test_numbers_are_drawn_only_together_with_what_they_are_for():
    series, batch = NumberSeries.objects.create(label="Sertifikat"), AngkatanFactory()

    with pytest.raises(RuntimeError, match="open a transaction first"):
        numbering.draw(series, 1, angkatan=batch, on=MARCH)


# ---- The page -------------------------------------------------------------------------------------


@pytest.fixture
def committee(db) -> Client:
    client = Client()
    client.force_login(UserFactory(role="panitia"))
    return client


def add(client: Client, **changes: str):
    sent = {"label": "Sertifikat 2019", "pattern": "{no:03}/{kode}", "code": "SERT", "before": ""} | changes
    with time_machine.travel(NOON):
        return client.post(reverse("admin:pelatihan_numberseries_add"), sent, follow=True)


@pytest.mark.parametrize(("before", "last"), [("", 0), ("20", 20)])
def test_series_begins_behind_what_was_given_out_by_hand(committee, before, last):
    add(committee, before=before)

    assert NumberSeries.objects.get().last == last


@pytest.mark.parametrize(
    ("field", "typed", "refusal"),
    [
        ("pattern", "SERT", "Pola harus memuat {no}"),
        ("pattern", "{no}日", "tidak dapat dicetak"),
        ("before", "-1", "Tulis angka 0 sampai 100.000."),
        ("before", "1000000000000", "Tulis angka 0 sampai 100.000."),
        ("before", "2,5", "Tulis angka 0 sampai 100.000."),
    ],
)
def test_series_that_makes_no_sense_is_refused(committee, field, typed, refusal):
    assert refusal in add(committee, **{field: typed}).text
    assert not NumberSeries.objects.exists()


def test_series_is_renamed_and_its_count_stays(committee):
    series = NumberSeries.objects.create(label="Sertifikat", last=20)
    address = reverse("admin:pelatihan_numberseries_change", args=[series.pk])

    page = committee.get(address).text
    committee.post(address, {"label": "Sertifikat lama", "pattern": "{no}", "code": "", "before": "5", "last": "5"})

    series.refresh_from_db()
    assert (series.label, series.last) == ("Sertifikat lama", 20)
    assert "Nomor terakhir" in page
