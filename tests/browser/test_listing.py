"""An ormas that is not on the list asks on a phone; staff answer at a desk, or on a phone without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from ormas.models import Ormas
from pelatihan.models import Angkatan, Invitation, ListingRequest
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import OrmasFactory, UserFactory, a_request
from tests.pelatihan.hostile.values import VALUES  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Perkumpulan Seniman Betawi"


def fill(page: Page, name: str = NAME) -> None:
    page.get_by_label("Nama lengkap ormas").fill(name)
    page.get_by_label("Kota atau kabupaten").fill("Jakarta Timur")
    page.get_by_label("Nama narahubung").fill("Budi Santoso")
    page.get_by_label("Nomor HP (WhatsApp)").fill("0812-3456-7890")


def send(page: Page) -> None:
    page.get_by_role("button", name="Kirim permintaan", exact=True).click()
