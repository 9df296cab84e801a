"""Asking for a lost code by phone number: who gets it how, and that nobody learns whether a number is known."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pelatihan import codes
from pelatihan.accounts import access
from pelatihan.accounts.actor import DELEGATE
from pelatihan.lifecycle import ACTIVE, Action, Status
from pelatihan.models import Angkatan, CodeRequest, Registration, Tries
from pelatihan.registration import code_requests, writer
from pelatihan.registration.pages import lost_code
from pelatihan.web.limits import HOUR
from tests.factories import NOON, AngkatanFactory, UserFactory, a_registration

ASK, ASKED = reverse("lost_code"), reverse("lost_code_asked")
PHONE, STRANGER = "+6281234567890", "+6281399998888"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    if not Group.objects.exists():
        access.make_groups()
    with time_machine.travel(NOON, tick=False):
        yield


def somebody(**fields: Any) -> Registration:
    given = {"phone": PHONE, "email": "siti@contoh.id", "name": "Siti Rahmawati"} | fields
    return a_registration(given.pop("angkatan", None) or AngkatanFactory(), given.pop("status", "accepted"), **given)


def ask(phone: Any = PHONE, *, address: str = "192.0.2.1") -> Any:
    return Client().post(ASK, {"phone": phone}, REMOTE_ADDR=address)


def requests() -> list[tuple[str, str]]:
    """Of each request, whose it is and how it is answered."""
    rows = CodeRequest.objects.order_by("pk")
    return list(rows.values_list("registration__name", "way"))


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# ---- Who gets it ---------------------------------------------------------------------------------


def test_address_is_no_code():
    assert not codes.is_valid(codes.normalise("lupa-kode"))


@pytest.mark.parametrize("typed", ["0812-3456-7890", "+62 812 3456 7890", "81234567890"])
def test_known_number_waits_for_its_mail(typed):
    registration = somebody()

    answer = ask(typed)

    asked = CodeRequest.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, ASKED)
    assert (asked.registration, asked.way, asked.asked_at, asked.due_at) == (registration, "email", NOON, NOON)


def test_number_that_nobody_has_leaves_nothing_behind():
    somebody()

    answer = ask(STRANGER)

    assert (answer.status_code, answer["Location"]) == (302, ASKED)
    assert requests() == []
    assert not any(STRANGER[3:] in key for key in Tries.objects.values_list("key", flat=True))


@pytest.mark.parametrize(
    ("email", "way"),
    [
        ("siti@contoh.id", "email"),
        ("SITI@Contoh.ID", "email"),
        ("siti@example.contoh.id", "email"),
        ("siti@contohexample", "email"),
        ("", "staff"),
        ("peserta0001@ormas.example", "staff"),
        ("a@EXAMPLE.com", "staff"),
        ("a@mail.example.org", "staff"),
        ("a@contoh.invalid", "staff"),
        ("a@contoh.test", "staff"),
        ("a@localhost", "staff"),
    ],
)
def test_address_decides_who_answers(email, way):
    somebody(email=email)

    ask()

    assert requests() == [("Siti Rahmawati", way)]


def test_without_a_mail_server_staff_answer(settings):
    settings.SENDS_MAIL = False
    somebody()

    ask()

    assert requests() == [("Siti Rahmawati", "staff")]


def test_all_people_of_a_number_in_all_batches_get_theirs():
    first = somebody(name="Siti")
    somebody(name="Budi", angkatan=first.angkatan, email="")
    somebody(name="Siti")
    somebody(name="Orang Lain", phone=STRANGER)

    ask()

    assert requests() == [("Siti", "email"), ("Budi", "staff"), ("Siti", "email")]


@pytest.mark.parametrize("status", Status)
def test_only_active_registrations_get_theirs(status):
    somebody(status=status)

    ask()

    assert requests() == ([("Siti Rahmawati", "email")] if status in ACTIVE else [])


@pytest.mark.parametrize("change", [{"cancelled_at": NOON, "cancel_reason": "x"}, {"closed_at": NOON}])
def test_batch_that_is_over_is_not_meant(change):
    Angkatan.objects.filter(pk=somebody().angkatan_id).update(**change)

    ask()

    assert requests() == []


@pytest.mark.parametrize(("days", "count"), [(0, 1), (1, 0)])
def test_batch_counts_until_its_last_day(days, count):
    last = somebody().angkatan.ends_on + timedelta(days=days)

    with time_machine.travel(f"{last}T16:59:00Z", tick=False):  # 23.59 WIB
        ask()

    assert len(requests()) == count


def test_who_withdrew_meanwhile_gets_none():
    registration = somebody()
    writer.move(registration, Action.WITHDRAW, actor=DELEGATE, at=NOON)

    ask()

    assert requests() == []


# ---- Asked again ---------------------------------------------------------------------------------


def test_request_that_waits_is_not_doubled():
    somebody()

    for turn in range(3):
        ask(address=f"192.0.2.{turn}")

    assert len(requests()) == 1


def test_answered_request_makes_room_for_the_next():
    somebody()
    ask()
    CodeRequest.objects.update(sent_at=NOON)
    ask()
    code_requests.answer(CodeRequest.objects.filter(sent_at=None), by=UserFactory(), at=NOON, by_whatsapp=True)
    ask()

    assert len(requests()) == 3


def test_ten_thousand_requests_grow_nothing():
    somebody()

    for _ in range(50):  # as many as 10,000, for the database
        code_requests.ask(PHONE, at=NOON)
        code_requests.ask(STRANGER, at=NOON)

    assert len(requests()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_request():
    somebody()
    somebody(name="Budi")

    def press(turn: int) -> int:
        try:
            return int(ask(address=f"192.0.2.{turn}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, range(2)))

    assert answers == [302, 302]
    assert requests() == [("Siti Rahmawati", "email"), ("Budi", "email")]


# ---- Alike for known and unknown -----------------------------------------------------------------


def statements(phone: str, address: str) -> tuple[list[str], Any]:
    with CaptureQueriesContext(connection) as asked:
        answer = ask(phone, address=address)
    plain = [re.sub(r"'[^']*'|\"[^\"]*\"", "?", query["sql"]) for query in asked.captured_queries]
    return plain, answer


def test_every_number_costs_the_same_statements_and_gets_the_same_bytes():
    for name in ("Siti", "Budi", "Citra"):
        somebody(name=name)

    ask("081300001111", address="192.0.2.3")  # the office is read once
    known, told = statements(PHONE, "192.0.2.1")
    unknown, other = statements(STRANGER, "192.0.2.2")

    assert known == unknown
    assert len([query for query in known if "pelatihan_coderequest" in query]) == 1
    assert (told.status_code, told.content, told.headers) == (other.status_code, other.content, other.headers)
    assert len(requests()) == 3


def test_page_after_it_is_the_same_for_everybody(client):
    somebody()
    ask()
    known = client.get(ASKED).content
    ask(STRANGER)

    assert client.get(ASKED).content == known
    assert b"tidak memberi tahu apakah sebuah nomor terdaftar" in known


@pytest.mark.django_db(transaction=True)
def test_known_and_unknown_wait_for_the_disk_once():
    """The number's own count and its requests are one transaction; a second commit would be a second wait."""
    somebody()
    commits = []
    for phone in (PHONE, STRANGER):
        with CaptureQueriesContext(connection) as asked:
            ask(phone)
        commits.append([query["sql"] for query in asked.captured_queries].count("COMMIT"))

    assert commits == [1, 1]


# ---- Limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("phone", [PHONE, STRANGER])
def test_number_is_taken_three_times_an_hour_known_or_not(phone):
    somebody()

    answers = [ask(phone, address=f"192.0.2.{turn}") for turn in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert answers[-1]["Retry-After"] == "3600"
    assert "Kode untuk nomor ini sudah beberapa kali diminta. Tunggu 60 menit, lalu minta lagi." in words(answers[-1])
    assert "tetap kami jawab" in words(answers[-1])


def test_refusal_of_a_number_tells_nothing_either():
    somebody()
    refused = [[ask(phone, address=f"192.0.2.{turn}") for turn in range(4)][-1] for phone in (PHONE, STRANGER)]

    assert words(refused[0]) == words(refused[1])
    assert refused[0].headers.items() == refused[1].headers.items()


@pytest.mark.parametrize("phone", [PHONE, STRANGER])
def test_number_is_taken_six_times_a_day(phone):
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(2):
            assert [ask(phone).status_code for _ in range(3)] == [302, 302, 302]
            clock.shift(HOUR)
        refused = ask(phone)
        clock.shift(22 * HOUR)
        again = ask(phone)

    assert (refused.status_code, refused["Retry-After"], again.status_code) == (429, str(22 * HOUR), 302)
    assert "Tunggu sampai besok, lalu minta lagi." in words(refused)


def test_address_is_taken_sixty_times_an_hour():
    answers = [ask(f"0813{number:08d}").status_code for number in range(61)]
    elsewhere = ask(STRANGER, address="192.0.2.2").status_code

    assert (answers[:60], answers[60], elsewhere) == ([302] * 60, 429, 302)


def test_refused_address_uses_up_no_number():
    for _ in range(60):
        lost_code.ADDRESS.take("192.0.2.1")
    assert [ask().status_code for _ in range(5)] == [429] * 5

    assert ask(address="192.0.2.2").status_code == 302


def test_refused_number_is_written_down_by_nobody():
    for _ in range(3):
        ask()
    somebody()

    assert ask().status_code == 429
    assert requests() == []


# ---- What is typed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "0812",
        "021-3456789",
        "+1 202 555 0100",
        "0812\x003456",
        "😀" * 20,
        "1" * 10_000,
        "<script>",
        "' OR 1=1",
    ],
)
def test_what_is_no_number_is_refused_in_a_sentence(typed):
    somebody()

    answer = ask(typed)

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert "Perlu diperbaiki: Minta kode lagi" in words(answer)
    assert "<script>" not in answer.content.decode().replace('<script type="module"', "")
    assert (requests(), Tries.objects.count()) == ([], 0)


def test_list_of_numbers_is_one():
    somebody()
    somebody(name="Budi", phone=STRANGER)

    assert ask([STRANGER, PHONE]).status_code == 302
    assert requests() == [("Siti Rahmawati", "email")]


def test_request_without_proof_of_origin_is_refused():
    assert Client(enforce_csrf_checks=True).post(ASK, {"phone": PHONE}).status_code == 403


@pytest.mark.parametrize("name", ["home", "find"])
def test_pages_of_a_code_lead_there(client, name):
    AngkatanFactory()

    assert f'href="{ASK}"' in client.get(reverse(name)).content.decode()


def test_page_that_asks_for_the_number_leads_there(client):
    assert f'href="{ASK}"' in client.get(somebody().get_absolute_url()).content.decode()


def test_closed_registration_leads_there(client):
    batch = AngkatanFactory(closes_at=NOON - timedelta(days=1))

    assert f'href="{ASK}"' in client.get(reverse("register", args=[batch.slug])).content.decode()
