"""What WhatsApp shows of a link, and the number that stands where one knows no batch."""

import re
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from pelatihan.models import Angkatan
from tests.factories import NOON, AngkatanFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db
META = re.compile(r'<meta (?:name|property)="(description|og:[\w:]+)" content="([^"]*)">')
PHONE = "081234567890"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory(number=3, theme='Bela "Negara"', help_name="Rina", help_phone="+6281200000011")


def card(client: Client, address: str) -> dict[str, str]:
    """What a reader of links finds."""
    return {name: unescape(words) for name, words in META.findall(client.get(address, follow=True).text)}


# ---- Cards ---------------------------------------------------------------------------------------


def test_batch_shows_theme_dates_and_place(client, batch):
    shown = card(client, batch.get_absolute_url())

    assert shown["og:title"] == 'Bela "Negara"'
    assert shown["og:description"] == shown["description"] == f"{batch.full_name}, {batch.date_range}, {batch.venue}."
    assert shown["og:url"] == f"http://testserver{batch.get_absolute_url()}"
    assert shown["og:locale"] == "id_ID"


@pytest.mark.parametrize("name", ["home", "angkatan", "register"])
def test_public_page_shows_a_whole_card(client, batch, name):
    shown = card(client, reverse(name, args=[batch.slug] if name != "home" else []))

    assert all(shown[key] for key in ("description", "og:title", "og:description", "og:url", "og:site_name"))
    assert re.fullmatch(r"http://testserver/static/img/kartu[.\w]*png", shown["og:image"])


def test_card_of_the_form_stays_true_when_it_closes(client, batch):
    """WhatsApp keeps it for days."""
    address = reverse("register", args=[batch.slug])
    before = card(client, address)
    Angkatan.objects.update(closes_at=NOON)

    assert before["og:title"] == f"Pendaftaran {batch.full_name}"
    assert card(client, address) == before


def test_picture_is_small_and_as_large_as_it_says(client, batch):
    path = Path(str(finders.find("img/kartu.png")))
    shown = card(client, "/")

    with Image.open(path) as picture:
        assert (picture.width, picture.height) == (int(shown["og:image:width"]), int(shown["og:image:height"]))
    assert path.stat().st_size < 20 * 1024


def test_pages_of_one_person_tell_readers_of_links_nothing(client, batch):
    registration = a_registration(batch, at=NOON, phone=f"+62{PHONE[1:]}", name="Siti Rahmawati")
    own = registration.get_absolute_url()
    asked = client.get(own).text
    assert "Siti" not in asked
    assert batch.name not in asked
    assert card(client, own) == {}
    client.post(own, {"phone": PHONE})

    assert "Siti Rahmawati" in client.get(own).text
    assert [card(client, f"{own}{page}") for page in ("", "ubah/", "batal/")] == [{}, {}, {}]


def test_pages_that_are_nobodys_business_have_no_card(client, batch):
    assert [card(client, address) for address in ("/k/", "/masuk/", "/tidak-ada/")] == [{}, {}, {}]
    client.force_login(UserFactory(role="panitia"))
    assert card(client, f"/panitia/{batch.slug}/") == {}


# ---- The number ----------------------------------------------------------------------------------


def words(client: Client, address: str) -> str:
    return " ".join(client.get(address, follow=True).text.split())


@pytest.mark.parametrize("address", ["/tidak-ada/", "/k/", "/k/0000-0000/", "/k/AAAA-AAAZ/"])
def test_who_is_lost_reads_whom_to_call(client, batch, address):
    page = words(client, address)

    assert 'Hubungi Rina di <a class="nowrap" href="tel:+6281200000011">0812-0000-0011</a> atau lewat' in page
    assert 'href="https://wa.me/6281200000011"' in page


def test_number_is_of_the_latest_batch_that_everybody_may_read(client, batch):
    later = batch.starts_on.replace(year=batch.starts_on.year + 1)
    AngkatanFactory(number=4, starts_on=later, help_phone="")
    AngkatanFactory(number=5, starts_on=later, help_phone="+628111111111", published=False)

    assert "0812-0000-0011" in words(client, "/k/")


def test_without_a_number_one_reads_of_the_committee(client):
    assert "Tetap tidak terbuka? Hubungi panitia." in words(client, "/tidak-ada/")
