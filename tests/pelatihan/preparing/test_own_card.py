"""A participant downloads their own card."""

import io

import pypdfium2
import pytest
import time_machine
import zxingcpp

from pelatihan.lifecycle import Action, Status
from pelatihan.papers import engine
from pelatihan.preparing import own_card
from pelatihan.registration import writer
from pelatihan.web.limits import Limit
from tests.factories import NOON, AngkatanFactory, a_registration, clerk

pytestmark = pytest.mark.django_db
PHONE = "+6281234567890"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def somebody(status: Status = Status.ACCEPTED):
    return a_registration(AngkatanFactory(number=2), status, phone=PHONE, name="Siti Rahmawati")


@pytest.fixture
def registration():
    return somebody()


def opened(client, registration) -> str:
    """The own page, in a browser that has shown the number."""
    return client.post(registration.get_absolute_url(), {"phone": PHONE}, follow=True).text


def card_of(registration) -> str:
    return f"{registration.get_absolute_url()}kartu.pdf"


def test_the_own_page_leads_to_a_card_with_the_own_code(client, registration):
    address = card_of(registration)
    before = client.get(address)
    html = opened(client, registration)

    answer = client.get(address)

    assert before["Location"] == registration.get_absolute_url()
    assert f'href="{address}"' in html
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf", 'inline; filename="kartu-2019-ii.pdf"',
    )  # fmt: skip
    assert "no-store" in answer["Cache-Control"]
    (page,) = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    (code,) = zxingcpp.read_barcodes(page.render(scale=2, grayscale=True).to_numpy())
    assert code.text == registration.code
    assert "Siti Rahmawati" in page.get_textpage().get_text_range()


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WAITLISTED, Status.REJECTED])
def test_who_is_not_accepted_has_no_card(client, status):
    one = somebody(status)

    assert "kartu.pdf" not in opened(client, one)
    assert client.get(card_of(one)).status_code == 404


def test_a_card_ends_with_its_registration(client, registration):
    opened(client, registration)
    writer.move(registration, Action.CANCEL, actor=clerk(), at=NOON, reason="Berhalangan")

    assert client.get(card_of(registration)).status_code == 404


def test_full_queue_is_a_page_that_says_when_to_come_again(client, registration, full_queue):
    opened(client, registration)

    answer = client.get(card_of(registration))

    assert (answer.status_code, answer["Retry-After"]) == (503, "15")
    assert "Mohon tunggu sekitar satu menit" in answer.text
    assert f'href="{card_of(registration)}"' in answer.text


def test_card_that_cannot_be_set_is_told_without_another_try(client, registration, queue, monkeypatch, tmp_path):
    opened(client, registration)
    (tmp_path / "broken.py").write_text("raise SystemExit(1)")
    monkeypatch.setattr(engine, "TYPESETTER", tmp_path / "broken.py")

    answer = client.get(card_of(registration))

    assert (answer.status_code, "Retry-After" in answer) == (500, False)
    assert "Coba lagi" not in answer.text


@pytest.mark.parametrize("name", ["MINE", "EVERYBODY"])
def test_a_card_is_not_made_without_end(client, registration, monkeypatch, name):
    opened(client, registration)
    monkeypatch.setattr(own_card, name, Limit("own-card-test", 0, 60))

    answer = client.get(card_of(registration))

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
