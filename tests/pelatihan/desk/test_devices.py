"""The organisers see which devices are at the door, revoke one, and make the PIN."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pelatihan.accounts import devices
from pelatihan.desk import devices as pages
from pelatihan.models import Angkatan, Device
from tests.factories import AngkatanFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory()


def a_device(batch: Angkatan, **fields) -> Device:
    made = {"label": "Ponsel meja 1", "made_at": NOW, "seen_at": NOW, "copied_at": NOW} | fields
    device = Device.objects.create(angkatan=batch, token_hash=devices.hashed(devices.new_token()), **made)
    devices.sign_in(device, UserFactory(role="petugas", first_name="Eko", last_name="Prasetyawan"), NOW)
    return device


def text(client, batch: Angkatan) -> str:
    return client.get(reverse("devices", args=[batch.slug])).content.decode()


def words(device: Device, batch: Angkatan, at=NOW) -> tuple[str, bool]:
    row = pages.row_of(device, batch, at)
    return row.word, row.is_fine


def test_list_tells_how_each_device_is(batch, client_of):
    a_device(batch, unsent=1_204)
    page = text(client_of("panitia"), batch)
    assert "Ponsel meja 1" in page
    assert "Eko Prasetyawan" in page
    assert "aria-invalid" not in page
    assert "Terakhir terlihat hari ini pukul" in page
    assert "1.204 belum terkirim" in page


def test_devices_of_another_batch_stay_out(batch, client_of):
    other = a_device(AngkatanFactory(), label="Ponsel lain")
    panitia = client_of("panitia")
    assert "Ponsel lain" not in text(panitia, batch)
    assert panitia.post(reverse("device_revoke", args=[batch.slug, other.key])).status_code == 404


@pytest.mark.parametrize("count", [1, 4])
def test_list_asks_the_same_queries_for_many(batch, client_of, count, django_assert_num_queries):
    for number in range(count):
        a_device(batch, label=f"Ponsel {number}")
    panitia = client_of("panitia")
    text(panitia, batch)
    with django_assert_num_queries(4):
        text(panitia, batch)


def test_name_with_markup_is_shown_as_typed(batch, client_of):
    a_device(batch, label="<b>lobi</b>")
    assert "&lt;b&gt;lobi&lt;/b&gt;" in text(client_of("panitia"), batch)


# ---- The word for each ---------------------------------------------------------------------------


def test_device_that_lacks_nothing_is_ready(batch):
    assert words(a_device(batch), batch) == ("Siap", True)


def test_device_without_a_copy_is_not_finished(batch):
    assert words(a_device(batch, copied_at=None), batch) == ("Belum selesai", False)


def test_device_from_before_the_pin_is_made_ready_again(batch):
    device = a_device(batch)
    batch.desk_pin_at = NOW + timedelta(seconds=1)
    assert words(device, batch) == ("Siapkan lagi", False)


def test_device_that_nobody_uses_wants_a_log_in(batch):
    device = a_device(batch)
    devices.sign_out(device)
    assert words(device, batch) == ("Perlu masuk", False)


def test_device_that_holds_scans_and_is_silent_is_named(batch):
    silent = a_device(batch, unsent=1, seen_at=NOW - timedelta(minutes=11))
    assert words(silent, batch) == ("Tanpa kabar", False)
    assert words(a_device(batch, unsent=1, seen_at=NOW - timedelta(minutes=9)), batch) == ("Siap", True)
    assert words(a_device(batch, seen_at=NOW - timedelta(minutes=11)), batch) == ("Siap", True)


@pytest.mark.parametrize(
    ("copied", "at", "stale"),
    [
        ("2019-03-10T19:43+07:00", "2019-03-10T23:59+07:00", False),
        ("2019-03-10T19:43+07:00", "2019-03-11T00:01+07:00", True),
        ("2019-03-11T06:00+07:00", "2019-03-11T18:00+07:00", False),
        ("2019-03-11T06:00+07:00", "2019-03-11T18:01+07:00", True),
    ],
)
def test_copy_is_stale_after_twelve_hours_or_midnight(copied, at, stale):
    with timezone.override("Asia/Jakarta"):
        moments = [datetime.fromisoformat(one) for one in (copied, at)]
        assert pages.is_stale(*moments) is stale


def test_stale_copy_is_named(batch):
    assert words(a_device(batch, copied_at=NOW - timedelta(hours=13)), batch) == ("Salinan lama", False)


@pytest.mark.parametrize(("days", "said"), [(0, "hari ini"), (1, "kemarin"), (2, "Sabtu, 9 Maret 2019")])
def test_moment_is_said_as_near_as_it_is(days, said):
    with timezone.override("Asia/Jakarta"):
        at = datetime.fromisoformat("2019-03-11T08:00+07:00")
        assert pages.moment(at - timedelta(days=days), at) == f"{said} pukul 08.00"


# ---- Revoking ------------------------------------------------------------------------------------


def test_revoking_asks_first_and_says_what_happens(batch, client_of):
    device = a_device(batch, unsent=3)
    page = client_of("panitia").get(reverse("device_revoke", args=[batch.slug, device.key])).content.decode()
    assert "3 catatan belum terkirim" in page
    assert "tidak hilang" in page
    assert Device.objects.get().revoked_at is None


def test_organiser_revokes_a_device(batch, client_of):
    device = a_device(batch)
    page = client_of("panitia").post(reverse("device_revoke", args=[batch.slug, device.key]), follow=True)
    device.refresh_from_db()
    assert device.revoked_by
    assert words(device, batch) == ("Dicabut", False)
    assert "terhapus saat perangkat itu tersambung lagi" in page.content.decode()


def test_second_press_says_that_it_was_done(batch, client_of):
    device = a_device(batch)
    panitia, address = client_of("panitia"), reverse("device_revoke", args=[batch.slug, device.key])
    panitia.post(address)
    first = Device.objects.get().revoked_at
    assert "sudah dicabut sebelumnya" in panitia.post(address, follow=True).content.decode()
    assert Device.objects.get().revoked_at == first
    assert "Ya, cabut" not in panitia.get(address).content.decode()


def test_revoked_device_that_has_wiped_itself_says_so(batch):
    device = a_device(batch)
    devices.revoke(device, UserFactory(role="panitia"), NOW)
    devices.retire(device, NOW)
    device.refresh_from_db()
    assert "Salinannya terhapus hari ini pukul" in pages.row_of(device, batch, NOW).note


@pytest.mark.parametrize("role", ["petugas", "verifikator", "pemantau"])
def test_others_neither_see_nor_revoke(batch, client_of, role):
    device, client = a_device(batch), client_of(role)
    assert client.get(reverse("devices", args=[batch.slug])).status_code == 403
    assert client.post(reverse("device_revoke", args=[batch.slug, device.key])).status_code == 403
    assert client.post(reverse("devices", args=[batch.slug]), {"pin": "472915"}).status_code == 403


# ---- The PIN -------------------------------------------------------------------------------------


def test_organiser_makes_the_pin_and_nobody_reads_it_again(batch, client_of):
    page = client_of("panitia").post(reverse("devices", args=[batch.slug]), {"pin": " 472915 "}, follow=True)
    said = page.content.decode()
    assert "PIN meja sudah dibuat" in said
    assert "Dibuat Rina Kartika" in said
    assert "472915" not in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("123456", "terlalu mudah ditebak"),
        ("", "6 sampai 12 angka"),
        ("12a456", "tanpa huruf"),
        ("4729", "6 sampai 12"),
    ],
)
def test_pin_that_is_none_comes_back_with_its_sentence(batch, client_of, typed, sentence):
    page = client_of("panitia").post(reverse("devices", args=[batch.slug]), {"pin": typed}).content.decode()
    assert 'aria-invalid="true"' in page
    assert sentence in page.split('id="pin-galat"')[1].split("</p>")[0]
    assert Angkatan.objects.get().desk_pin == ""
