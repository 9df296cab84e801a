"""The page on which staff send messages by WhatsApp, one tap each."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from pelatihan.models import Message
from tests.factories import NOON, AngkatanFactory, UserFactory
from tests.pelatihan.messaging.samples import a_contact, a_message, somebody

WORK = reverse("admin:messages_by_hand")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def press(client: Client, message: Message, act: str, **more: str) -> Any:
    address = reverse("admin:message_by_hand", args=[message.pk])
    return client.post(address, {"tindakan": act} | more, follow=True)


@pytest.mark.parametrize(("role", "code"), [("verifikator", 200), ("admin", 200), ("panitia", 403), ("pemantau", 403)])
def test_only_who_sends_messages_works_through_them(as_role, role, code):
    client, message = as_role(role), a_message()

    assert client.get(WORK).status_code == code
    assert press(client, message, "kirim").status_code == code
    assert client.get(reverse("admin:message_state", args=[message.pk])).status_code == code
    message.refresh_from_db()
    assert (message.state == "sent") == (code == 200)


@pytest.mark.parametrize("missing", ["send_message", "view_contact", "view_code", "view_link"])
def test_each_of_the_four_rights_is_needed(missing):
    client, user = Client(), UserFactory()
    rights = {"enter_admin", "send_message", "view_contact", "view_code", "view_link"} - {missing}
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    message = a_message()

    assert client.get(WORK).status_code == 403
    assert press(client, message, "kirim").status_code == 403


def test_card_shows_whom_what_and_how_far_one_is(verifier):
    batch = AngkatanFactory()
    a_message(somebody(batch, name="Siti Rahmawati", phone="+6281200000024"), at=NOON - timedelta(hours=1))
    a_message(somebody(batch, name="Yohanes Lamak"), kind="needs_fix")

    html = words(verifier.get(WORK))

    assert "0 dari 2 pesan terkirim" in html
    assert "1 “Diterima sebagai peserta”, 1 “Perlu perbaikan”" in html
    assert "0812-0000-0024" in html
    assert html.index("Siti Rahmawati") < html.index("Yohanes Lamak")


def test_one_tap_opens_whatsapp_with_the_text_and_marks(verifier):
    message = a_message(somebody(name="Siti Rahmawati", phone="+6281200000024"))

    answer = press(verifier, message, "kirim")

    link = re.search(r'url=(https://wa\.me/[^"]+)"', answer.content.decode())
    assert link
    assert link[1].startswith("https://wa.me/6281200000024?text=")
    assert "Siti Rahmawati" in unquote(link[1])
    assert "ditandai terkirim" in words(answer)
    message.refresh_from_db()
    assert message.state == "sent"


def test_next_one_stands_ready_and_the_last_can_be_taken_back(verifier):
    batch = AngkatanFactory()
    first = a_message(somebody(batch, name="Siti Rahmawati"), at=NOON - timedelta(hours=1))
    a_message(somebody(batch, name="Yohanes Lamak"))
    press(verifier, first, "kirim")
    page = verifier.get(WORK)
    assert page.context["whom"] == "Yohanes Lamak"
    assert "1 dari 2 pesan terkirim" in words(page)
    assert "Siti Rahmawati “Diterima sebagai peserta”, 12.00.00 WIB" in words(page)

    answer = press(verifier, first, "urungkan")

    assert "Siti Rahmawati menunggu dikirim lagi." in told(answer)
    assert answer.context["whom"] == "Siti Rahmawati"
    assert "0 dari 2 pesan terkirim" in words(answer)


def test_skipping_and_no_whatsapp_lead_to_the_next(verifier):
    batch = AngkatanFactory()
    first = a_message(somebody(batch, name="Adi"), at=NOON - timedelta(hours=2))
    second = a_message(somebody(batch, name="Budi"), at=NOON - timedelta(hours=1))
    a_message(somebody(batch, name="Citra"), at=NOON - timedelta(minutes=1))

    answer = press(verifier, first, "lewati")
    assert answer.context["whom"] == "Budi"
    assert "muncul lagi di akhir" in told(answer)[0]
    answer = press(verifier, second, "tanpa")
    assert answer.context["whom"] == "Citra"
    assert "tidak punya WhatsApp" in told(answer)[0]

    second.refresh_from_db()
    assert second.state == "failed"


def test_who_comes_second_reads_who_was_faster(verifier, as_role):
    message = a_message(somebody(name="Siti Rahmawati"))
    press(as_role("admin"), message, "kirim")

    answer = press(verifier, message, "kirim")

    assert "wa.me" not in answer.content.decode()
    assert "Siti Rahmawati: sudah dikirim Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika." in told(answer)[0]


def test_two_clerks_are_shown_different_people(verifier, as_role):
    batch = AngkatanFactory()
    a_message(somebody(batch, name="Adi"), at=NOON - timedelta(hours=1))
    a_message(somebody(batch, name="Budi"))
    other = as_role("admin")

    assert verifier.get(WORK).context["whom"] == "Adi"
    assert other.get(WORK).context["whom"] == "Budi"
    assert verifier.get(WORK).context["whom"] == "Adi"


def test_what_others_have_open_is_waited_for(verifier, as_role):
    a_message()
    as_role("admin").get(WORK)

    assert "sedang dibuka petugas lain" in words(verifier.get(WORK))


def test_one_batch_alone(verifier):
    here, there = AngkatanFactory(), AngkatanFactory()
    a_message(somebody(there, name="Adi"), at=NOON - timedelta(hours=1))
    message = a_message(somebody(here, name="Budi"))
    assert f"?angkatan={here.slug}" in verifier.get(WORK).content.decode()

    assert verifier.get(WORK, {"angkatan": here.slug}).context["whom"] == "Budi"
    answer = press(verifier, message, "lewati", angkatan=here.slug)
    assert answer.redirect_chain[-1][0] == f"{WORK}?angkatan={here.slug}"


def test_contact_of_an_organisation_stands_in_the_same_row(verifier):
    message = a_message(a_contact())

    page = verifier.get(WORK)

    assert page.context["whom"] == str(message.invitation.ormas)
    assert "0812-0000-0077" in words(page)


def test_what_is_not_due_yet_is_told(verifier):
    a_message(due_at=NOON + timedelta(minutes=8))

    html = words(verifier.get(WORK))

    assert "Tidak ada pesan yang menunggu" in html
    assert "1 pesan lain menunggu" in html
    assert "12.08 WIB" in html


def test_script_learns_when_to_turn_the_page(verifier):
    message = a_message()
    address = reverse("admin:message_state", args=[message.pk])
    assert verifier.get(address).json() == {"waits": True}

    press(verifier, message, "kirim")

    assert verifier.get(address).json() == {"waits": False}
    assert verifier.get(reverse("admin:message_state", args=[0])).json() == {"waits": False}


def test_page_costs_the_same_for_more_messages(verifier, django_assert_max_num_queries):
    batch = AngkatanFactory()

    def more(count: int) -> None:
        for _ in range(count):
            a_message(somebody(batch)), a_message(a_contact(batch))
            press(verifier, a_message(somebody(batch)), "kirim")

    more(2)
    verifier.get(WORK)
    with django_assert_max_num_queries(25) as few:
        verifier.get(WORK)
    more(5)
    with django_assert_max_num_queries(25) as many:
        verifier.get(WORK)

    assert len(many) == len(few)


def test_looking_or_an_unknown_button_sends_nothing(verifier):
    message = a_message()

    verifier.get(reverse("admin:message_by_hand", args=[message.pk]))
    press(verifier, message, "bohong")
    assert (
        "Pesan itu tidak ada"
        in told(verifier.post(reverse("admin:message_by_hand", args=[0]), {"tindakan": "kirim"}, follow=True))[0]
    )

    message.refresh_from_db()
    assert message.state == "waiting"
