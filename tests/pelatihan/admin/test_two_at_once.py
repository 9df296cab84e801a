"""Two who save one page of the admin at the same moment: the second one is compared with what the first one wrote."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse

from pelatihan.accounts import access
from tests.factories import AngkatanFactory, UserFactory
from tests.pelatihan.admin.people import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _groups():
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()


def opened(address: str) -> Page:
    client = Client()
    client.force_login(UserFactory(role="panitia"))
    return Page(client, address, "theme")


def test_one_field_saved_by_four_at_once_is_written_once_and_asked_of_the_others():
    batch = AngkatanFactory()
    pages = [opened(reverse("admin:pelatihan_angkatan_change", args=[batch.pk])) for _ in range(4)]
    gate = threading.Barrier(4)

    def save(number: int) -> int:
        try:
            gate.wait()
            return int(pages[number].send(theme=f"Tema {number}", help_hours="08.00").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(save, range(4)))

    assert sorted(answers) == [200, 200, 200, 302]
    batch.refresh_from_db()
    assert batch.theme == f"Tema {answers.index(302)}"
