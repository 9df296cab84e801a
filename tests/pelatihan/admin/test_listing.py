"""Staff and the ormas that ask to be invited: the list, the page of one, the answers, telling, and who may."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ormas.models import Ormas
from pelatihan.accounts import access
from pelatihan.models import Angkatan, Invitation, ListingRequest
from pelatihan.registration import links
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, a_registration, a_request

pytestmark = pytest.mark.django_db
LIST = reverse("admin:pelatihan_listingrequest_changelist")
NAME = "Perkumpulan Belum Tercantum"
ACTS = ("invite", "refuse", "reopen", "tell")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory(number=2)


@pytest.fixture
def asked(batch) -> ListingRequest:
    return a_request(batch, email="pbt@contoh.id", phone="+6281234567890", note="Dikabari lurah di 0813-0000-1111")


def at(asked, page="change") -> str:
    return reverse(f"admin:pelatihan_listingrequest_{page}", args=[asked.pk])


def html(client, address, **query) -> str:
    return " ".join(client.get(address, query).content.decode().split())


def act(client, asked, page, **sent):
    return client.post(at(asked, page), sent, follow=True)


def told(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def state(asked) -> str:
    return ListingRequest.objects.get(pk=asked.pk).state


def log(client, asked) -> list[str]:
    page = html(client, at(asked, "history"))
    return [unescape(line) for line in re.findall(r'<span class="list-title">(.*?)</span>', page)]


# ---- The list ------------------------------------------------------------------------------------


def rows(client, **query) -> list[str]:
    return [row.name for row in client.get(LIST, query).context["cl"].result_list]


def test_list_shows_whom_to_call_and_how_it_stands(verifier, asked):
    page = html(verifier, LIST)

    assert "Budi Santoso, 0812-3456-7890" in page
    assert "Menunggu jawaban" in page
    assert "Angkatan II 2019" in page


def test_list_is_narrowed_by_batch_and_state(verifier, batch, asked):
    other = a_request(AngkatanFactory(number=3, starts_on=batch.starts_on.replace(month=4)), name="Forum Lain")
    second = a_request(batch, name="Forum Kedua", at=NOON.replace(hour=6))
    act(verifier, second, "refuse", reason="Penuh")

    assert rows(verifier, angkatan="semua") == ["Forum Kedua", "Forum Lain", NAME]
    assert rows(verifier, angkatan=batch.slug) == ["Forum Kedua", NAME]
    assert rows(verifier, angkatan=batch.slug, keadaan="waiting") == [NAME]
    assert rows(verifier, angkatan=batch.slug, keadaan="refused") == ["Forum Kedua"]
    assert rows(verifier, angkatan=other.angkatan.slug, keadaan="invited") == []


def test_who_waits_longest_stands_first_among_those_who_wait(verifier, batch, asked):
    a_request(batch, name="Forum Kedua", at=NOON.replace(hour=6))

    assert rows(verifier, angkatan=batch.slug) == ["Forum Kedua", NAME]
    assert rows(verifier, angkatan=batch.slug, keadaan="waiting") == [NAME, "Forum Kedua"]


@pytest.mark.parametrize(
    ("term", "finds"),
    [("belum tercantum", True), ("PBT", True), ("zzz", False), ("0812 3456 7890", True), ("!!!", True)],
)
def test_search_reads_names_and_numbers(verifier, batch, term, finds):
    a_request(batch, abbreviation="PBT", phone="+6281234567890")

    assert bool(rows(verifier, q=term)) == finds


def test_number_finds_nobody_for_a_watcher(as_role, asked):
    client = as_role("pemantau")

    assert rows(client, q="0812 3456 7890") == []
    assert "Nama atau singkatan ormas." in html(client, LIST)


def test_start_page_says_how_many_wait(as_role, batch, asked):
    for _ in range(2):
        a_request(batch, name="Forum Lain")
    act(as_role("admin"), a_request(batch, name="Forum Keempat"), "refuse", reason="Penuh")

    for role, sees in (("verifikator", True), ("pemantau", True), ("panitia", False)):
        start = html(as_role(role), reverse("admin:index"))
        assert ("3 ormas minta diundang" in start) == sees, role
    assert f'href="{LIST}?angkatan={batch.slug}&amp;keadaan=waiting"' in html(
        as_role("verifikator"), reverse("admin:index")
    )


def test_start_page_counts_people_and_requests_apart(verifier, batch, asked):
    for _ in range(2):
        a_registration(batch, "submitted")
        a_request(batch, name="Forum Lain")

    start = html(verifier, reverse("admin:index"))
    assert "2 pendaftaran belum diputuskan" in start
    assert "3 ormas minta diundang" in start


def test_batch_that_nobody_asks_of_says_nothing(verifier, batch):
    assert "minta diundang" not in html(verifier, reverse("admin:index"))


# ---- The page of one -----------------------------------------------------------------------------


def test_page_shows_what_was_typed_and_three_answers(verifier, asked):
    page = html(verifier, at(asked))

    for shown in (NAME, "Jakarta Timur", "0812-3456-7890", "pbt@contoh.id", "Dikabari lurah", "12.00 WIB"):
        assert shown in page, shown
    for button in ("Catat sebagai ormas baru, lalu undang", "Jawab tidak"):
        assert f">{button}</button>" in page
    assert "Tidak ada nama yang mirip di daftar ormas." in page


def test_page_offers_what_is_known_already(verifier, batch, asked):
    same = OrmasFactory(name=NAME)
    near = InvitationFactory(angkatan=batch, ormas__name=f"{NAME} Sekali").ormas
    page = html(verifier, at(asked))

    assert re.search(rf'value="{same.pk}" id="ormas-{same.pk}" checked', page)
    assert not re.search(rf'id="ormas-{near.pk}" checked', page)
    assert "Nama sama" in page
    assert "Sudah diundang" in page
    assert "Nama yang sama sudah tercatat di atas." in page


def test_of_two_rivals_none_is_chosen(verifier, asked):
    OrmasFactory.create_batch(2, name=NAME)

    assert " checked" not in html(verifier, at(asked))


def test_clerk_searches_for_another(verifier, asked):
    other = OrmasFactory(name="Forum Kerukunan")

    assert f'value="{other.pk}"' in html(verifier, at(asked), cari="kerukunan")
    assert "Tidak ada ormas yang cocok dengan “zzz”." in html(verifier, at(asked), cari="zzz")


@pytest.mark.parametrize("odd", ["", "!!!", "x" * 3000, "<script>", "%", "😀"])
def test_odd_search_is_answered(verifier, asked, odd):
    page = html(verifier, at(asked), cari=odd)

    assert "Jawab tidak" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("changes", [{"closes_at": NOON}, {"closed_at": NOON}])
def test_page_says_what_a_closed_batch_means(verifier, asked, changes):
    Angkatan.objects.update(**changes)
    page = html(verifier, at(asked))

    assert ("Yang diundang sekarang hanya dapat Anda daftarkan sendiri." in page) == ("closes_at" in changes)
    assert ("sudah ditutup, jadi tidak ada yang diundang lagi." in page) == ("closed_at" in changes)
    assert ("Catat sebagai ormas baru" in page) == ("closes_at" in changes)
    assert "Jawab tidak" in page


def test_page_needs_the_same_queries_for_more_rows(verifier, asked):
    costs = []
    for number in (1, 4):
        OrmasFactory.create_batch(number, name=f"{NAME} Sekali")
        InvitationFactory(angkatan=asked.angkatan, ormas=Ormas.objects.last())
        verifier.get(at(asked))
        with CaptureQueriesContext(connection) as queries:
            verifier.get(at(asked))
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 20


# ---- Answering -----------------------------------------------------------------------------------


def test_chosen_ormas_is_invited_and_told(verifier, asked):
    ormas = OrmasFactory(name="Forum Kerukunan")

    answer = act(verifier, asked, "invite", ormas=ormas.pk)

    assert told(answer) == ["Forum Kerukunan diundang ke Angkatan II 2019. Kabari narahubungnya."]
    invitation = Invitation.objects.get()
    assert reverse("admin:pelatihan_invitation_change", args=[invitation.pk]) in answer.text
    assert reverse("admin:ormas_ormas_change", args=[ormas.pk]) in answer.text
    assert "Kabari lewat WhatsApp" in answer.text
    assert "Catat sebagai ormas baru" not in answer.text
    assert log(verifier, asked) == [f"Diundang sebagai {ormas}"]


def test_ormas_that_is_invited_says_so_and_links(verifier, asked):
    there = InvitationFactory(angkatan=asked.angkatan)

    answer = act(verifier, asked, "invite", ormas=there.ormas_id)

    assert "sudah diundang ke Angkatan II 2019 sebelumnya; undangannya tetap satu." in told(answer)[0]
    assert reverse("admin:pelatihan_invitation_change", args=[there.pk]) in answer.text
    assert Invitation.objects.count() == 1


def test_new_ormas_is_recorded_and_invited(verifier, asked):
    answer = act(verifier, asked, "invite", ormas="baru")

    assert told(answer) == [f"{NAME} diundang ke Angkatan II 2019. Kabari narahubungnya."]
    assert Ormas.objects.get().verification == "unverified"
    assert Invitation.objects.get().ormas == Ormas.objects.get()


def test_new_ormas_whose_name_came_up_meanwhile_is_asked_about_once(verifier, asked):
    other = OrmasFactory(name=NAME)

    answer = act(verifier, asked, "invite", ormas="baru")
    assert f"{other} sudah tercatat dengan nama yang sama." in told(answer)[0]
    assert Ormas.objects.count() == 1

    shown = re.findall(r'name="shown" value="(\d+)"', answer.text)
    act(verifier, asked, "invite", ormas="baru", shown=shown)
    assert Ormas.objects.filter(name=NAME).count() == 2


@pytest.mark.parametrize(
    "odd", [{}, {"ormas": ""}, {"ormas": "²"}, {"ormas": "9" * 40}, {"ormas": "0"}, {"ormas": "x"}]
)
def test_nothing_chosen_changes_nothing(verifier, asked, odd):
    assert told(act(verifier, asked, "invite", **odd)) == [
        "Pilih dahulu ormas yang dimaksud, atau catat sebagai ormas baru."
    ]
    assert (state(asked), Invitation.objects.count()) == ("waiting", 0)


@pytest.mark.parametrize("shown", ["²", "9" * 40, "<script>"])
def test_odd_numbers_of_what_was_shown_are_none(verifier, asked, shown):
    act(verifier, asked, "invite", ormas="baru", shown=shown)

    assert state(asked) == "invited"


def test_no_is_said_with_a_reason(verifier, asked):
    answer = act(verifier, asked, "refuse", reason="Kuota wilayah penuh")

    assert told(answer) == [f"Permintaan {NAME} dijawab tidak. Kabari narahubungnya."]
    assert "Kuota wilayah penuh" in answer.text
    assert "Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika" in answer.text
    assert log(verifier, asked) == ["Dijawab tidak: Kuota wilayah penuh"]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Tulis alasannya: narahubung ormas itu membacanya."),
        (" ", "Tulis alasannya"),
        ("x" * 501, "Alasan: Terlalu panjang. Tulis paling banyak 500 huruf."),
        ("\0", "Alasan: Ada tanda yang tidak terbaca."),
    ],
)
def test_no_without_a_readable_reason_is_asked_again(verifier, asked, reason, sentence):
    answer = act(verifier, asked, "refuse", reason=reason)

    assert sentence in answer.text
    assert 'aria-invalid="true" autofocus' in answer.text
    assert reason.strip("\0 ") in answer.text
    assert state(asked) == "waiting"


@pytest.mark.parametrize("second", [("invite", {"ormas": "baru"}), ("refuse", {"reason": "Lain"})])
def test_who_answers_second_reads_who_did_it(as_role, verifier, asked, second):
    act(as_role("admin"), asked, "refuse", reason="Penuh")

    answer = act(verifier, asked, second[0], **second[1])
    assert told(answer) == [
        f"Permintaan {NAME} sudah dijawab oleh Rina Kartika, Rabu, 20 Februari 2019 pukul 12.00 WIB: Dijawab tidak."
    ]
    assert (state(asked), Ormas.objects.count()) == ("refused", 0)


def test_refused_request_is_opened_again(verifier, asked):
    act(verifier, asked, "refuse", reason="Penuh")
    answer = act(verifier, asked, "reopen")

    assert told(answer) == [f"Permintaan {NAME} menunggu jawaban lagi."]
    assert state(asked) == "waiting"
    assert sorted(log(verifier, asked)) == ["Dibuka lagi", "Dijawab tidak: Penuh"]
    assert "jadi tidak dibuka lagi" in told(act(verifier, asked, "reopen"))[0]


def test_invitation_that_was_deleted_afterwards_is_said(verifier, asked):
    act(verifier, asked, "invite", ormas="baru")
    Invitation.objects.all().delete()

    assert "Sudah dihapus sesudah itu" in html(verifier, at(asked))


# ---- Telling -------------------------------------------------------------------------------------


def message(answer) -> str:
    link = re.search(r'content="0;url=(https://wa.me/6281234567890\?text=[^"]+)"', answer.text).group(1)
    return parse_qs(urlsplit(unescape(link)).query)["text"][0]


def test_invited_ormas_gets_the_address_of_its_own_page(verifier, asked):
    act(verifier, asked, "invite", ormas="baru")
    answer = act(verifier, asked, "tell")

    assert f"http://testserver{links.address_of(Invitation.objects.get())}" in message(answer)
    page = html(verifier, at(asked))
    assert "Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika</dd>" in page
    assert "Kabari lagi lewat WhatsApp" in page


def test_refused_ormas_gets_the_reason(verifier, asked):
    act(verifier, asked, "refuse", reason="Kuota wilayah penuh")

    assert message(act(verifier, asked, "tell")).endswith("Alasannya: Kuota wilayah penuh")


def test_nothing_is_told_before_the_answer(verifier, asked):
    assert "belum dijawab, jadi belum ada yang dikabarkan" in told(act(verifier, asked, "tell"))[0]
    assert ListingRequest.objects.get().told_at is None


def test_telling_opens_in_a_tab_of_its_own(verifier, asked):
    """The policy lets no form lead to another site: the answer is a page that goes there."""
    act(verifier, asked, "refuse", reason="Penuh")

    assert re.search(
        rf'<form method="post" action="{at(asked, "tell")}" target="_blank" rel="noopener">', html(verifier, at(asked))
    )
    answer = verifier.post(at(asked, "tell"))
    assert (answer.status_code, "form-action 'self'" in answer["Content-Security-Policy"]) == (200, True)


# ---- Who may -------------------------------------------------------------------------------------


def test_watcher_reads_without_contact(as_role, asked):
    client = as_role("pemantau")
    act(as_role("admin"), asked, "refuse", reason="Penuh")
    pages = html(client, LIST) + html(client, at(asked)) + html(client, at(asked, "history"))

    assert NAME in pages
    assert "0812-••••-••90" in pages
    for hidden in ("Budi", "3456", "pbt@contoh.id", "0813-0000-1111", "wa.me", "Kabari lewat", "Buka lagi"):
        assert hidden not in pages, hidden


def test_watcher_of_a_waiting_request_sees_no_buttons(as_role, asked):
    page = html(as_role("pemantau"), at(asked))

    assert "Permintaan ini menunggu jawaban verifikator." in page
    assert not any(at(asked, name) in page for name in ACTS)


@pytest.mark.parametrize("role", ["pemantau", "panitia", "petugas"])
@pytest.mark.parametrize("page", ACTS)
def test_only_who_answers_may(as_role, asked, role, page):
    answer = as_role(role).post(at(asked, page), {"ormas": "baru", "reason": "Penuh"})

    assert answer.status_code == 403
    assert (state(asked), Ormas.objects.count()) == ("waiting", 0)
    if role == "pemantau":
        assert access.REFUSALS[access.LISTING] in answer.text


@pytest.mark.parametrize("page", ACTS)
def test_nothing_is_done_by_looking(verifier, asked, page):
    act(verifier, asked, "refuse", reason="Penuh")

    answer = verifier.get(at(asked, page))
    assert (answer.status_code, answer["Location"]) == (302, at(asked))
    assert (state(asked), ListingRequest.objects.get().told_at) == ("refused", None)


@pytest.mark.parametrize("page", [*ACTS, "change", "history"])
def test_missing_request_is_not_found(verifier, asked, page):
    address = at(asked, page).replace(str(asked.pk), "999999")

    assert verifier.get(address).status_code in ({302, 404} if page == "history" else {404})


@pytest.mark.parametrize("page", ["add", "delete"])
def test_nobody_adds_changes_or_deletes_one(as_role, asked, page):
    client = as_role("admin")
    address = reverse("admin:pelatihan_listingrequest_add") if page == "add" else at(asked, page)

    assert [client.get(address).status_code, client.post(address).status_code] == [403, 403]
    assert client.post(at(asked), {"name": "Lain"}).status_code == 403
    assert ListingRequest.objects.get().name == NAME


def test_markup_in_what_was_typed_stays_text(verifier, batch):
    asked = a_request(batch, name="<script>alert(1)</script>", city="<b>", note="<i>\n" + "y" * 400)
    pages = html(verifier, LIST) + html(verifier, at(asked)) + act(verifier, asked, "refuse", reason="<u>").text

    assert not re.search(r"<script>alert|<b>|<i>|<u>", pages)
