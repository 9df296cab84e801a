"""The page Cetak by hand: choices are followed and remembered, pictures come, a file of many papers is waited for."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pelatihan.jobs import running
from pelatihan.models import Angkatan, Bundle, PaperChoice
from tests.browser.conftest import BOTH
from tests.browser.people import a_day
from tests.browser.test_plan import log_in

pytestmark = pytest.mark.django_db(transaction=True)
DRAWN = "image => image.complete && image.naturalWidth > 0"


@pytest.fixture
def today(batch: Angkatan) -> Angkatan:
    return a_day(batch)
