"""How one comes to the signed sheets: from the pages where they are missed, for those who may see them."""

import pytest
import time_machine
from django.urls import reverse

from pelatihan.admin import closing
from pelatihan.models import PrintedSheet
from tests.factories import SessionFactory, a_registration
from tests.pelatihan.door import client_of
from tests.pelatihan.papers.prints import EVENING, a_print, entered

__all__ = ["client_of"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def sheet() -> PrintedSheet:
    session = SessionFactory()
    a_registration(session.angkatan)
    return a_print(session, pages=3, rows=[])


def main_of(client, name: str, sheet: PrintedSheet) -> str:
    text = client.get(reverse(name, args=[sheet.angkatan.slug])).content.decode()
    return " ".join(text.partition("<main")[2].split())


@pytest.mark.parametrize("name", ["recap", "board", "print"])
def test_page_says_how_many_are_owed_and_leads_there(client_of, sheet, name):
    entered(sheet, 1)
    text = main_of(client_of("panitia"), name, sheet)

    assert f'href="{reverse("sheets", args=[sheet.angkatan.slug])}"' in text
    assert "2 belum kembali" in text or "2 lembar belum kembali" in text


@pytest.mark.parametrize("name", ["recap", "board", "print"])
def test_page_says_nothing_of_what_is_back(client_of, sheet, name):
    entered(sheet, 1, 2, 3)

    assert "belum kembali" not in main_of(client_of("panitia"), name, sheet)


def test_pemantau_comes_from_the_recap(client_of, sheet):
    assert "3 belum kembali" in main_of(client_of("pemantau"), "recap", sheet)


@pytest.mark.parametrize("role", ["petugas", "verifikator"])
def test_board_leads_nobody_to_a_closed_door(client_of, sheet, role):
    assert reverse("sheets", args=[sheet.angkatan.slug]) not in main_of(client_of(role), "board", sheet)


def test_screen_on_the_wall_keeps_it_to_itself(client_of, sheet):
    text = client_of("panitia").get(f"{reverse('board', args=[sheet.angkatan.slug])}?layar=1").content.decode()

    assert "belum kembali" not in text


def test_who_closes_a_batch_reads_of_it(sheet):
    point = next(one for one in closing.points(sheet.angkatan) if "bertanda tangan" in one.sentence)

    assert (point.sentence, point.address) == (
        "3 lembar bertanda tangan belum kembali", reverse("sheets", args=[sheet.angkatan.slug]),
    )  # fmt: skip

    entered(sheet, 1, 2, 3)

    assert not [one for one in closing.points(sheet.angkatan) if "bertanda tangan" in one.sentence]
