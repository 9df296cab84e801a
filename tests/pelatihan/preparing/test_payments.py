"""The pages Uang, as the committee meets them."""

import re
import uuid
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.models import Angkatan, AttendanceState, Honorarium, PaymentList, PaymentOfficials, Session
from tests.factories import (
    NOON,
    AngkatanFactory,
    GuestFactory,
    HonorariumFactory,
    PaymentListFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
    a_registration,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/panitia/2019-ii/uang/"
TYPED = {"label": "Uang Saku", "gross": "150.000", "tax_percent": "5", "rule": "days", "paid_on": "2019-03-13"}


@pytest.fixture
def angkatan() -> Iterator[Angkatan]:
    with time_machine.travel(NOON, tick=False):
        yield AngkatanFactory(number=2)


@pytest.fixture
def session(angkatan) -> Session:
    return SessionFactory(angkatan=angkatan)


@pytest.fixture
def organiser(client, angkatan) -> Client:
    client.force_login(UserFactory(role="panitia"))
    return client


def words(response) -> str:
    return " ".join(unescape(strip_tags(response.content.decode().replace("<", " <"))).split())


def hidden(page: str) -> dict[str, str]:
    """What the form of a page sends along unseen."""
    return dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))


# ---- Lists ---------------------------------------------------------------------------------------


def test_empty_page_says_the_next_act(organiser):
    said = words(organiser.get(ADDRESS))

    assert "Belum ada tanda terima" in said
    assert "Catat dulu narasumber" in said
    for way in ("daftar/", "honor/", "pejabat/"):
        assert organiser.get(ADDRESS + way).status_code == 200


def test_list_says_who_gets_it_and_who_does_not(organiser, angkatan, session):
    here = a_registration(angkatan, name="Togar Simanjuntak")
    a_registration(angkatan, name="Zulfa Qonita")
    writer.mark(session, here, AttendanceState.PRESENT, event_id=uuid.uuid4(), actor=SYSTEM, at=session.ends_at)

    answer = organiser.post(f"{ADDRESS}daftar/", TYPED, follow=True)

    said = words(answer)
    assert "Tanda terima “Uang Saku” sudah disimpan." in said
    assert "Zulfa Qonita" in said.split("Tidak menerima: 1 orang")[1].split("Penerima: 1 orang")[0]
    assert "Tidak hadir pada Senin, 11 Maret." in said
    assert "Togar Simanjuntak" in said.split("Penerima: 1 orang")[1]
    assert "Jumlah diterima Rp142.500" in said
    assert "Seratus Lima Puluh Ribu Rupiah" in said


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"gross": "-1"}, "Jumlah uang tidak boleh kurang dari nol."),
        ({"gross": "1000000000000"}, "Jumlah ini terlalu besar"),
        ({"gross": "150.000,50"}, "Tulis rupiah bulat tanpa sen"),
        ({"gross": "banyak"}, "Jumlah ini tidak terbaca."),
        ({"gross": ""}, "Tulis jumlahnya dalam rupiah"),
        ({"gross": "1\x00"}, "Ada tanda yang tidak terbaca."),
        ({"tax_percent": "51"}, "Tulis persen dari 0 sampai 50"),
        ({"rule": "sessions"}, "Tulis jumlah sesi dari 1 sampai 200"),
        ({"rule": "sessions", "least_sessions": "0"}, "Tulis jumlah sesi dari 1 sampai 200"),
        ({"rule": ""}, "Pilih siapa yang menerima."),
        ({"label": ""}, "Tulis nama pembayarannya"),
        ({"label": "x" * 81}, "Terlalu panjang."),
        ({"paid_on": "kemarin"}, "Tanggal ini tidak terbaca."),
        ({"paid_on": "0219-03-13"}, "Pilih tanggal dari 10 Maret 2018 sampai 13 Maret 2020."),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(organiser, wrong, says):
    answer = organiser.post(f"{ADDRESS}daftar/", TYPED | wrong)

    assert says in words(answer)
    assert not PaymentList.objects.exists()


def test_same_list_twice_is_refused(organiser, angkatan):
    PaymentListFactory(angkatan=angkatan, label="Uang Saku")

    assert "Nama ini sudah dipakai" in words(organiser.post(f"{ADDRESS}daftar/", TYPED))


def test_two_who_change_one_list_take_nothing_from_each_other(organiser, angkatan):
    payment = PaymentListFactory(angkatan=angkatan, label="Uang Saku")
    address = f"{ADDRESS}daftar/{payment.pk}/ubah/"
    mine = TYPED | {"gross": "175.000"} | hidden(organiser.get(address).content.decode())

    organiser.post(address, TYPED | {"gross": "200.000", "account": "Kegiatan A"})
    answer = words(organiser.post(address, mine))

    assert "Ada isian yang baru saja diubah orang lain" in answer
    payment.refresh_from_db()
    assert (payment.gross, payment.account) == (200_000, "Kegiatan A")


def test_saving_the_same_again_changes_nothing(organiser, angkatan):
    payment = PaymentListFactory(angkatan=angkatan, label="Uang Saku")
    address = f"{ADDRESS}daftar/{payment.pk}/ubah/"
    sent = TYPED | {"paid_on": ""} | hidden(organiser.get(address).content.decode())

    assert "Tidak ada yang berubah." in words(organiser.post(address, sent | {"gross": "Rp 150000"}, follow=True))


def test_list_is_deleted_after_asking_once(organiser, angkatan):
    payment = PaymentListFactory(angkatan=angkatan)
    address = f"{ADDRESS}daftar/{payment.pk}/hapus/"

    assert "Hapus Uang Transpor Peserta?" in words(organiser.get(address))
    assert PaymentList.objects.exists()
    assert "sudah dihapus" in words(organiser.post(address, follow=True))
    assert not PaymentList.objects.exists()
    assert "Itu sudah dihapus sebelumnya." in words(organiser.post(address, follow=True))


# ---- Fees ----------------------------------------------------------------------------------------


def test_fee_is_reckoned_from_the_session(organiser, angkatan, session):
    guest = GuestFactory(angkatan=angkatan)
    typed = {"guest": guest.pk, "session": session.pk, "role": "narasumber", "rate": "900.000", "tax_percent": "5"}

    said = words(organiser.post(f"{ADDRESS}honor/", typed, follow=True))

    assert "1,5 Rp1.350.000 meterai Rp6.000 Rp67.500 Rp1.282.500" in said
    again = words(organiser.post(f"{ADDRESS}honor/", typed))
    assert "Honorarium penerima ini untuk sesi itu sudah ada." in again


def test_fee_takes_only_people_and_sessions_of_its_batch(organiser, angkatan):
    strange = HonorariumFactory(guest__angkatan__number=9)
    typed = {
        "guest": strange.guest_id, "session": strange.session_id, "role": "x", "rate": "900.000", "tax_percent": "5",
    }  # fmt: skip

    said = words(organiser.post(f"{ADDRESS}honor/", typed))

    assert "Pilih penerimanya dari daftar." in said
    assert "Pilih sesinya dari daftar." in said
    for way in ("", "hapus/"):
        assert organiser.get(f"{ADDRESS}honor/{strange.pk}/{way}").status_code == 404
    for way in ("honor/0/", "daftar/0/ubah/"):
        assert organiser.get(ADDRESS + way).status_code == 404
    organiser.post(f"{ADDRESS}honor/{strange.pk}/hapus/")
    assert Honorarium.objects.get() == strange


def test_fee_whose_session_was_deleted_says_so(organiser, angkatan):
    fee = HonorariumFactory(guest__angkatan=angkatan)
    fee.session.delete()

    said = words(organiser.get(ADDRESS))

    assert "Sesinya sudah dihapus. Pilih sesi lain." in said
    assert "Cetak semua kuitansi" not in said


def test_officials_are_chosen(organiser, angkatan):
    treasurer = SignatoryFactory(name="Fitriana Lestari, S.E.")

    said = words(organiser.post(f"{ADDRESS}pejabat/", {"treasurer": treasurer.pk, "payer": ""}, follow=True))

    assert "Bendahara Fitriana Lestari, S.E." in said
    assert PaymentOfficials.objects.get().angkatan == angkatan


# ---- Closed, and many ----------------------------------------------------------------------------


def test_closed_batch_stands_still(organiser, angkatan):
    payment, fee = PaymentListFactory(angkatan=angkatan), HonorariumFactory(guest__angkatan=angkatan)
    Angkatan.objects.update(closed_at=NOON)

    for way in (f"daftar/{payment.pk}/ubah/", f"daftar/{payment.pk}/hapus/", "daftar/", f"honor/{fee.pk}/", "pejabat/"):
        answer = organiser.post(ADDRESS + way, TYPED | {"gross": "1"}, follow=True)
        assert "sudah ditutup, jadi pembayarannya tidak berubah lagi" in words(answer), way

    assert (PaymentList.objects.get().gross, Honorarium.objects.count()) == (150_000, 1)
    assert "Susun" not in words(organiser.get(ADDRESS))


def test_pages_take_no_more_queries_for_more(organiser, angkatan, session, django_assert_num_queries):
    for number in range(3):
        PaymentListFactory(angkatan=angkatan, label=f"Uang {number}")
        HonorariumFactory(
            guest__angkatan=angkatan, session=SessionFactory(angkatan=angkatan, day=1, hour=7 + number * 2)
        )
        a_registration(angkatan)

    with django_assert_num_queries(11):
        organiser.get(ADDRESS)
