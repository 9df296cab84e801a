"""Lost codes that no mail can bring: who may send them, what WhatsApp carries, what is remembered."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.models import CodeRequest, Registration
from pelatihan.registration import code_requests
from tests.factories import NOON, AngkatanFactory, UserFactory, a_registration

LIST, START = reverse("admin:pelatihan_registration_code_requests"), reverse("admin:index")
PHONE = "+6281234567890"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def somebody(**fields: Any) -> Registration:
    given = {"phone": PHONE, "name": "Siti Rahmawati"} | fields
    return a_registration(given.pop("angkatan", None) or AngkatanFactory(), **given)


def asked(*people: Registration) -> list[CodeRequest]:
    """By the phones of these people."""
    for phone in dict.fromkeys(one.delegate.phone for one in people):
        code_requests.ask(phone, at=NOON)
    return [CodeRequest.objects.get(registration=one) for one in people]


def answer(client: Client, request: CodeRequest, how: str = "whatsapp", *, follow: bool = True) -> Any:
    address = reverse("admin:pelatihan_registration_code_answer", args=[request.pk])
    return client.post(address, {"cara": how}, follow=follow)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# ---- Seeing --------------------------------------------------------------------------------------


def test_start_page_counts_what_waits(verifier):
    assert "permintaan kode" not in words(verifier.get(START))
    asked(somebody(), somebody(phone="+6281200001111"))

    page = verifier.get(START)

    assert "2 permintaan kode menunggu." in words(page)
    assert f'href="{LIST}"' in page.content.decode()


@pytest.mark.parametrize(("role", "code"), [("verifikator", 200), ("admin", 200), ("panitia", 403), ("pemantau", 403)])
def test_only_those_who_decide_with_contacts_and_codes_may(as_role, role, code):
    (request,) = asked(somebody())
    client = as_role(role)

    assert client.get(LIST).status_code == code
    assert answer(client, request, follow=False).status_code == code
    assert (CodeRequest.objects.get().told_at is not None) == (code == 200)
    assert ("permintaan kode menunggu" in words(client.get(START))) is False


@pytest.mark.parametrize("missing", ["decide_registration", "view_contact", "view_code"])
def test_each_of_the_three_rights_is_needed(missing):
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    held = {"enter_admin", "decide_registration", "view_contact", "view_code"} - {missing}
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=held))
    client = Client()
    client.force_login(user)
    asked(somebody())

    assert client.get(LIST).status_code == 403
    assert "menunggu." not in words(client.get(START))


def test_list_tells_who_waits_since_when(verifier):
    person = somebody()
    asked(person)

    page = words(verifier.get(LIST))

    assert f"Siti Rahmawati {person.ormas_name} · {person.angkatan.name}" in page
    assert "Diminta Rabu, 20 Februari 2019 pukul 12.00 WIB dari 0812-3456-7890" in page
    assert person.shown_code not in page
    assert person.code not in page


def test_longest_wait_comes_first(verifier):
    late, early = asked(somebody(name="Budi"), somebody(name="Citra", phone="+6281200001111"))
    CodeRequest.objects.filter(pk=early.pk).update(asked_at=NOON - timedelta(hours=1))

    page = words(verifier.get(LIST))

    assert page.index("Citra") < page.index("Budi")
    assert late.asked_at == NOON


def test_mail_on_its_way_is_none_of_theirs_until_it_takes_too_long(verifier):
    (request,) = asked(somebody(email="siti@contoh.id"))

    fresh = words(verifier.get(LIST))
    CodeRequest.objects.update(asked_at=NOON - code_requests.OVERDUE)
    still = words(verifier.get(LIST))
    CodeRequest.objects.update(asked_at=NOON - code_requests.OVERDUE - timedelta(seconds=1))
    old = words(verifier.get(LIST))

    assert "1 surel sedang dikirim." in fresh
    assert "Siti" not in fresh
    assert "Siti" not in still
    assert "Siti Rahmawati" in old
    assert "Surel belum terkirim juga." in old
    assert request.way == "email"


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"maybe_sent": True}, "Surelnya mungkin sudah terkirim."),
        ({"tries": 4}, "Surel gagal dikirim 4 kali."),
        ({}, ""),
    ],
)
def test_list_says_why_no_mail_brought_it(verifier, fields, note):
    asked(somebody())
    CodeRequest.objects.update(**fields)

    page = words(verifier.get(LIST))

    assert note in page
    assert ("Surel gagal" in page or "mungkin" in page) == bool(note)


@pytest.mark.parametrize("count", [1, 4])
def test_list_asks_a_fixed_number_of_questions(verifier, count, django_assert_num_queries):
    asked(*(somebody(phone=f"+62812000011{number:02d}", name="Siti") for number in range(count)))
    answered = asked(*(somebody(phone=f"+62812000022{number:02d}", name="Budi") for number in range(count)))
    code_requests.answer(answered, by=UserFactory(), at=NOON, by_whatsapp=True)
    verifier.get(LIST)

    with django_assert_num_queries(5):
        verifier.get(LIST)


def test_long_list_is_cut_and_says_so(verifier, monkeypatch):
    monkeypatch.setattr("pelatihan.admin.code_requests.MOST", 1)
    asked(somebody(), somebody(phone="+6281200001111", name="Budi"))

    page = words(verifier.get(LIST))

    assert "Masih ada yang lain." in page
    assert "Budi" not in page


# ---- Answering -----------------------------------------------------------------------------------


def test_whatsapp_opens_with_code_and_page_and_it_is_remembered(verifier):
    person = somebody()
    (request,) = asked(person)

    opened = answer(verifier, request)

    link = re.search(r'content="0;url=([^"]+)"', opened.content.decode()).group(1)
    assert link.startswith("https://wa.me/6281234567890?text=")
    assert f"Kode: {person.shown_code}\nhttp://testserver/k/{person.shown_code}/" in unquote(link)
    request.refresh_from_db()
    assert (request.told_at, request.by_whatsapp, request.told_by.get_full_name()) == (NOON, True, "Rina Kartika")
    assert "Dikirim lewat WhatsApp Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika" in words(
        verifier.get(LIST)
    )


def test_one_message_carries_all_codes_of_a_number(verifier):
    people = [somebody(name="Siti"), somebody(name="Budi"), somebody(name="Citra", phone="+6281200001111")]
    requests = asked(*people)

    page = verifier.get(LIST).content.decode()
    opened = unquote(answer(verifier, requests[1]).content.decode())

    assert page.count('value="whatsapp"') == 2
    assert [one.shown_code in opened for one in people] == [True, True, False]
    assert [one.told_at is None for one in CodeRequest.objects.order_by("pk")] == [False, False, True]


def test_done_without_sending_is_remembered_too(verifier):
    (request,) = asked(somebody())

    page = answer(verifier, request, "selesai")

    request.refresh_from_db()
    assert (request.told_at, request.by_whatsapp) == (NOON, False)
    assert told(page) == ["Permintaan Siti Rahmawati diselesaikan tanpa kirim."]
    assert "Selesai tanpa kirim Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika" in words(page)
    assert "Tidak ada permintaan yang menunggu." in words(page)


def test_second_clerk_reads_who_was_faster(verifier, as_role):
    (request,) = asked(somebody())
    answer(as_role("admin"), request)
    first = CodeRequest.objects.get().told_by

    page = answer(verifier, request)

    assert told(page) == [
        "Siti Rahmawati: Dikirim lewat WhatsApp Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika."
        " Tidak ada yang dicatat lagi."
    ]
    assert CodeRequest.objects.get().told_by == first


def test_mail_that_is_just_being_sent_is_not_answered(verifier):
    (request,) = asked(somebody(email="siti@contoh.id"))

    assert told(answer(verifier, request)) == ["Siti Rahmawati: surelnya masih dikirim. Tidak ada yang dicatat lagi."]
    assert CodeRequest.objects.get().told_at is None


def test_answered_request_answers_no_other_of_the_number(verifier):
    first = somebody()
    (request,) = asked(first)
    answer(verifier, request, "selesai")
    asked_again = asked(somebody(name="Budi"))

    answer(verifier, request)

    assert CodeRequest.objects.get(pk=asked_again[0].pk).told_at is None


def test_number_that_is_gone_can_only_be_done_without(verifier):
    (request,) = asked(somebody())
    type(request.registration.delegate).objects.update(phone="")

    page = verifier.get(LIST)
    refused = answer(verifier, request)

    assert 'value="whatsapp"' not in page.content.decode()
    assert "Nomor HP sudah tidak tercatat." in words(page)
    assert told(refused) == [
        "Siti Rahmawati: Nomor HP sudah tidak tercatat. Selesaikan tanpa kirim, atau catat nomornya dulu."
    ]
    answer(verifier, request, "selesai")
    assert CodeRequest.objects.get().told_at == NOON


def test_people_without_a_number_are_not_one_another(verifier):
    requests = asked(somebody(), somebody(name="Budi", phone="+6281200001111"))
    type(requests[0].registration.delegate).objects.update(phone="")

    answer(verifier, requests[0], "selesai")

    assert [one.told_at is None for one in CodeRequest.objects.order_by("pk")] == [False, True]


@pytest.mark.parametrize("how", ["", "selesai", "<script>", "\x00", "😀" * 5000])
def test_anything_but_whatsapp_sends_nothing(verifier, how):
    (request,) = asked(somebody())

    answer(verifier, request, how)

    assert CodeRequest.objects.get().by_whatsapp is False


def test_request_that_is_not_there_leads_to_the_list(verifier):
    address = reverse("admin:pelatihan_registration_code_answer", args=[9_999_999])

    assert verifier.post(address, {"cara": "whatsapp"}).headers["Location"] == LIST
    assert verifier.get(address).headers["Location"] == LIST


def test_answers_of_mail_stand_below_as_well(verifier):
    asked(somebody(email="siti@contoh.id"))
    CodeRequest.objects.update(sent_at=NOON)

    assert "Surel terkirim Rabu, 20 Februari 2019 pukul 12.00 WIB" in words(verifier.get(LIST))


def test_name_without_a_space_and_markup_do_no_harm(verifier):
    asked(somebody(name="A" * 150))

    assert "A" * 150 in words(verifier.get(LIST))
