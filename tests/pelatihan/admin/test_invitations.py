"""The links of invitations in the hands of staff: shown, sent, marked, replaced; and who still owes what."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pelatihan.models import Invitation
from pelatihan.registration import links
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db
PHONE = "+6281234567890"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def angkatan():
    return AngkatanFactory(number=2)


def invited(angkatan, name="Ormas Contoh", phone=PHONE, contact="Siti Aminah", **fields: Any) -> Invitation:
    ormas = OrmasFactory(name=name, abbreviation="", contact_phone=phone, contact_name=contact)
    return InvitationFactory(angkatan=angkatan, ormas=ormas, **fields)


def told(angkatan, **fields: Any) -> Invitation:
    return invited(angkatan, told_at=NOON, told_by=UserFactory(), **fields)


def act(client, invitation, name, **data: Any):
    return client.post(reverse(f"admin:pelatihan_invitation_{name}", args=[invitation.pk]), data)


def listed(client, angkatan, **asked: Any):
    return client.get(reverse("admin:pelatihan_angkatan_invitations", args=[angkatan.pk]), asked)


def names(answer) -> list[str]:
    return [row.invitation.ormas.name for row in answer.context["rows"]]


def link_of(invitation) -> str:
    return f"http://testserver/undangan/{links.token_of(Invitation.objects.get(pk=invitation.pk))}/"


def said(answer) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


# ---- The list ------------------------------------------------------------------------------------


def test_list_shows_contact_seats_and_link(verifier, angkatan):
    one = invited(angkatan, own_seats=2)
    a_registration(angkatan, ormas=one.ormas)

    html = listed(verifier, angkatan).content.decode()

    assert f'value="{link_of(one)}"' in html
    assert "Siti Aminah" in html
    assert "0812-3456-7890" in html
    assert "1 dari 2" in html
    assert "Belum dikirim" in html


def test_list_narrows_to_what_is_still_to_be_done(verifier, angkatan):
    invited(angkatan, name="Belum Dikirim")
    told(angkatan, name="Belum Dibuka")
    full = told(angkatan, name="Lengkap", own_seats=1, opened_at=NOON, last_opened_at=NOON)
    a_registration(angkatan, ormas=full.ormas)
    invited(AngkatanFactory(number=3), name="Angkatan Lain")

    assert names(listed(verifier, angkatan)) == ["Belum Dibuka", "Belum Dikirim", "Lengkap"]
    assert names(listed(verifier, angkatan, tampil="belum-dikirim")) == ["Belum Dikirim"]
    assert names(listed(verifier, angkatan, tampil="belum-dibuka")) == ["Belum Dibuka"]
    assert names(listed(verifier, angkatan, tampil="belum-lengkap")) == ["Belum Dibuka", "Belum Dikirim"]
    counts = [count for _, count in listed(verifier, angkatan).context["filters"]]
    assert counts == [3, 1, 1, 2]


def test_ormas_without_seats_owes_nobody(verifier, angkatan):
    invited(angkatan, own_seats=0)

    assert names(listed(verifier, angkatan, tampil="belum-lengkap")) == []


@pytest.mark.parametrize("tampil", ["", "semua", "x", "<script>", "\N{GRINNING FACE}", "a" * 10_000])
@pytest.mark.parametrize("halaman", ["", "0", "99", "-1", "satu", "9" * 40])
def test_odd_addresses_show_the_list(verifier, angkatan, tampil, halaman):
    invited(angkatan)

    assert names(listed(verifier, angkatan, tampil=tampil, halaman=halaman)) == ["Ormas Contoh"]


def test_list_without_anything_to_do_says_so(verifier, angkatan):
    told(angkatan, opened_at=NOON, last_opened_at=NOON)

    assert "Semua tautan sudah dikirim." in listed(verifier, angkatan, tampil="belum-dikirim").content.decode()
    assert "Belum ada ormas yang diundang." in listed(verifier, AngkatanFactory(number=5)).content.decode()


def test_who_sent_and_when_it_was_opened_is_told(verifier, angkatan):
    told(angkatan, opened_at=NOON + timedelta(hours=1), last_opened_at=NOON + timedelta(days=1))

    html = listed(verifier, angkatan).content.decode()
    assert "Dikirim 20 Feb 2019, 12.00 oleh Rina Kartika" in html
    assert "Pertama dibuka 20 Feb 2019, 13.00, terakhir 21 Feb 2019, 12.00" in html


def test_list_asks_as_much_for_a_thousand_as_for_one(verifier, angkatan):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert listed(verifier, angkatan).status_code == 200
        return len(made)

    told(angkatan)
    listed(verifier, angkatan)  # what is read once a process
    few = queries()
    clerk = UserFactory()
    for number in range(39):
        invited(angkatan, name=f"Ormas {number:04}", told_at=NOON, told_by=clerk)
    some = queries()
    ormas = OrmasFactory(name="Xx")
    model = type(ormas)
    many = model.objects.bulk_create(model(name=f"Ormas {number:04}") for number in range(100, 1060))
    Invitation.objects.bulk_create(Invitation(angkatan=angkatan, ormas=each) for each in many)

    assert few == some == queries()
    answer = listed(verifier, angkatan, halaman="20")
    assert len(answer.context["rows"]) == 50
    assert answer.context["pages"].paginator.num_pages == 20


def test_batch_page_leads_there_and_shows_the_link(verifier, angkatan):
    one = invited(angkatan)
    html = verifier.get(reverse("admin:pelatihan_angkatan_change", args=[angkatan.pk])).content.decode()

    assert reverse("admin:pelatihan_angkatan_invitations", args=[angkatan.pk]) in html
    assert f'value="{link_of(one)}"' in html
    assert "0812-3456-7890" in html


def test_batch_page_asks_as_much_for_many_invitations_as_for_one(verifier, angkatan):
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            verifier.get(reverse("admin:pelatihan_angkatan_change", args=[angkatan.pk]))
        return len(made)

    invited(angkatan)
    queries()
    few = queries()
    for number in range(8):
        invited(angkatan, name=f"Ormas {number}")

    assert queries() == few


# ---- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "phone"), [("panitia", "0812-3456-7890"), ("pemantau", "0812-••••-••90")])
def test_others_see_how_far_it_is_and_no_link(as_role, angkatan, role, phone):
    one, client = invited(angkatan), as_role(role)
    pages = [
        listed(client, angkatan),
        client.get(reverse("admin:pelatihan_invitation_change", args=[one.pk])),
        client.get(reverse("admin:pelatihan_angkatan_change", args=[angkatan.pk])),
        client.get(reverse("admin:pelatihan_invitation_changelist")),
    ]

    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        assert "Belum dikirim" in html
        assert "/undangan/1" not in html
        assert "Kirim lewat WhatsApp" not in html
    assert all(phone in page.content.decode() for page in pages[:3])
    assert all(("Siti Aminah" in page.content.decode()) == (role == "panitia") for page in pages[:3])
    assert "Tautan undangan hanya dilihat, dikirim, dan diganti oleh verifikator" in pages[0].content.decode()


@pytest.mark.parametrize("role", ["panitia", "pemantau", "petugas"])
def test_others_send_mark_and_replace_nothing(as_role, angkatan, role):
    one, client = invited(angkatan), as_role(role)

    answers = [act(client, one, name, dikirim="ya", versi="1") for name in ("send", "mark", "replace")]

    assert {answer.status_code for answer in answers} == {403}
    now = Invitation.objects.get()
    assert (now.told_at, now.token_version) == (None, 1)


# ---- Sending -------------------------------------------------------------------------------------


def test_sending_opens_whatsapp_with_the_text_and_is_remembered(verifier, angkatan):
    one = invited(angkatan)

    html = act(verifier, one, "send").content.decode()

    assert 'http-equiv="refresh" content="0;url=https://wa.me/6281234567890?text=' in html
    text = unquote(html.partition("?text=")[2].partition('"')[0])
    assert link_of(one) in text
    assert "Tautan ini untuk ormas Anda saja." in text
    now = Invitation.objects.select_related("told_by").get()
    assert now.told_at == NOON
    assert now.told_by.groups.get().name == "verifikator"
    assert LogEntry.objects.get().change_message == "Tautan dikirim lewat WhatsApp"


def test_link_leaves_no_trace_in_the_history(verifier, angkatan):
    one = invited(angkatan)
    act(verifier, one, "send")
    act(verifier, one, "replace", versi="1")
    act(verifier, one, "mark", dikirim="ya")

    assert not [each for each in LogEntry.objects.all() if "undangan/" in each.change_message + each.object_repr]


def test_sending_again_tells_the_last_time(verifier, angkatan, clock):
    one = invited(angkatan)
    act(verifier, one, "send")
    clock.shift(timedelta(minutes=30))
    act(verifier, one, "send")

    assert Invitation.objects.get(pk=one.pk).told_at == NOON + timedelta(minutes=30)


def test_sending_is_never_done_by_opening_an_address(verifier, angkatan):
    one = invited(angkatan)

    answer = verifier.get(reverse("admin:pelatihan_invitation_send", args=[one.pk]))

    assert answer.status_code == 302
    assert Invitation.objects.get().told_at is None


@pytest.mark.parametrize("phone", ["", "+62215550123"])
def test_without_whatsapp_one_reads_what_to_do(verifier, angkatan, phone):
    one = invited(angkatan, phone=phone)
    page = listed(verifier, angkatan).content.decode()

    answer = verifier.post(reverse("admin:pelatihan_invitation_send", args=[one.pk]), follow=True)

    assert "Kirim lewat WhatsApp" not in page
    assert "Tidak ada nomor WhatsApp" in page
    (sentence,) = said(answer)
    assert sentence.startswith("Nomor HP narahubung Ormas Contoh belum dicatat.")
    assert Invitation.objects.get().told_at is None


@pytest.mark.parametrize(
    ("state", "word"),
    [({"cancelled_at": NOON, "cancel_reason": "Banjir"}, "dibatalkan"), ({"closed_at": NOON}, "sudah selesai")],
)
def test_nothing_is_sent_for_what_is_over(verifier, state, word):
    one = invited(over := AngkatanFactory(**state))
    page = listed(verifier, over).content.decode()

    answer = verifier.post(reverse("admin:pelatihan_invitation_send", args=[one.pk]), follow=True)

    assert word in said(answer)[0]
    assert word in page
    assert "Kirim lewat WhatsApp" not in page
    assert Invitation.objects.get().told_at is None


def test_one_comes_back_to_the_same_place(verifier, angkatan):
    first, second = invited(angkatan, name="Aa"), invited(angkatan, name="Bb")
    there = reverse("admin:pelatihan_angkatan_invitations", args=[angkatan.pk])

    back = act(verifier, first, "mark", dikirim="ya", tampil="semua", halaman="1", lalu=str(second.pk))
    gone = act(verifier, first, "mark", dikirim="ya", tampil="belum-dikirim", halaman="1", lalu=str(second.pk))
    page = act(verifier, second, "send", tampil="belum-lengkap", halaman="3").content.decode()

    assert back.url == f"{there}?tampil=semua&halaman=1#undangan-{first.pk}"
    assert gone.url == f"{there}?tampil=belum-dikirim&halaman=1#undangan-{second.pk}"  # the first has left that list
    assert f'href="{there}?tampil=belum-lengkap&amp;halaman=3#undangan-{second.pk}"' in page


@pytest.mark.parametrize("tampil", ["https://jahat.example", "//jahat.example", "", "semua\r\nSet-Cookie: a=b"])
def test_way_back_leads_nowhere_else(verifier, angkatan, tampil):
    one = invited(angkatan)

    answer = act(verifier, one, "mark", dikirim="ya", tampil=tampil, halaman="javascript:1", lalu="x")

    assert answer.url == reverse("admin:pelatihan_invitation_change", args=[one.pk])


def test_what_was_sent_otherwise_is_marked_and_unmarked(verifier, angkatan):
    one = invited(angkatan)

    act(verifier, one, "mark", dikirim="ya")
    assert Invitation.objects.get().told_at == NOON
    act(verifier, one, "mark", dikirim="mungkin")
    assert Invitation.objects.get().told_at == NOON
    act(verifier, one, "mark", dikirim="belum")
    assert Invitation.objects.get().told_at is None


# ---- Another link --------------------------------------------------------------------------------


def test_replacing_asks_once_and_says_what_the_old_one_will_say(verifier, angkatan):
    one = told(angkatan)
    before = link_of(one)

    page = verifier.get(reverse("admin:pelatihan_invitation_replace", args=[one.pk])).content.decode()

    assert "Tautan ini tidak berlaku lagi, mintalah yang baru kepada panitia." in page
    assert "Dikirim 20 Feb 2019" in page
    assert link_of(one) == before


def test_replaced_link_opens_nothing_and_the_new_one_is_to_be_sent(verifier, angkatan):
    one = told(angkatan)
    old = links.token_of(one)

    act(verifier, one, "replace", versi="1", tampil="semua")

    assert links.invitation_by(old) is None
    assert links.invitation_by(links.token_of(Invitation.objects.get())) == one
    assert names(listed(verifier, angkatan, tampil="belum-dikirim")) == ["Ormas Contoh"]
    assert LogEntry.objects.get().change_message == "Tautan diganti"


@pytest.mark.parametrize("versi", ["1", "", "x", "99", "-1"])
def test_double_tap_or_an_old_page_replaces_nothing_more(verifier, angkatan, versi):
    one = told(angkatan)
    act(verifier, one, "replace", versi="1")

    answer = verifier.post(reverse("admin:pelatihan_invitation_replace", args=[one.pk]), {"versi": versi}, follow=True)

    assert said(answer)[-1] == "Tautan Ormas Contoh sudah diganti. Yang tampil sekarang adalah yang baru."
    assert Invitation.objects.get().token_version == 2


# ---- The invitation's own page -------------------------------------------------------------------


def test_own_page_shows_the_link_and_saves_the_rest(verifier, angkatan):
    one = told(angkatan)
    address = reverse("admin:pelatihan_invitation_change", args=[one.pk])
    html = verifier.get(address).content.decode()

    assert f'value="{link_of(one)}"' in html
    assert "Kirim lagi lewat WhatsApp" in html
    assert "Dikirim 20 Feb 2019, 12.00 oleh Rina Kartika" in html
    verifier.post(address, {"own_seats": "2", "note": "Lewat telepon"})
    one.refresh_from_db()
    assert (one.own_seats, one.note, one.told_at, one.token_version) == (2, "Lewat telepon", NOON, 1)


def test_new_invitation_asks_for_no_link(verifier, angkatan):
    html = verifier.get(reverse("admin:pelatihan_invitation_add")).content.decode()

    assert "Tautan untuk ormas" not in html


def test_long_names_are_shown_whole(verifier, angkatan):
    invited(angkatan, name="N" * 200, contact="K" * 150)

    html = listed(verifier, angkatan).content.decode()
    assert "N" * 200 in html
    assert "K" * 150 in html


def test_names_are_text(verifier, angkatan):
    invited(angkatan, contact="<script>alert(1)</script>")

    html = listed(verifier, angkatan).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
