"""An organisation that is not on the list asks to be: what is asked, refused, offered first, kept once."""

import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ormas.models import Delegate, Ormas
from pelatihan.models import Angkatan, ListingRequest, Registration
from pelatihan.registration import listing
from pelatihan.registration.listing import Asking
from pelatihan.registration.pages import listing as page
from pelatihan.registration.refusals import NotOpenNow
from pelatihan.web.limits import Limit
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, UserFactory, a_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def batch() -> Angkatan:
    return AngkatanFactory(number=2)


def filled(**changes):
    """Everything that must be filled in."""
    fields = {
        "name": "Perkumpulan Seniman Betawi",
        "city": "Jakarta Timur",
        "contact_name": "Budi Santoso",
        "phone": "0812-3456-7890",
        "token": str(uuid.uuid4()),
    }
    return fields | changes


def address(batch) -> str:
    return reverse("listing", args=[batch.slug])


def send(client, batch, **changes):
    return client.post(address(batch), filled(**changes))


def words(response) -> str:
    return " ".join(response.content.decode().split())


def errors(response) -> str:
    """The sentences of the summary."""
    summary = re.search(r'<div class="error-summary".*?</div>', words(response))
    return re.sub(r"<[^>]+>", "", summary.group()).replace("&#x27;", "'") if summary else ""


# ---- Asking --------------------------------------------------------------------------------------


def test_ormas_asks_and_reads_what_happens_next(client, batch):
    answer = client.post(address(batch), filled(), follow=True)

    assert answer.redirect_chain == [(f"{address(batch)}?terkirim=ya", 302)]
    assert "Permintaan Anda sudah kami terima" in words(answer)
    assert 'lewat WhatsApp ke <strong class="nowrap">0812-••••-••90</strong>.' in words(answer)
    assert "no-store" in answer["Cache-Control"]


def test_everything_typed_is_kept_and_nobody_is_registered(client, batch):
    send(client, batch, abbreviation="PSB", email="psb@contoh.id", note="Dikabari Kesbangpol\r\nJakarta Timur ☺")

    row = ListingRequest.objects.values().get()
    kept = {name: row[name] for name in ("name", "abbreviation", "city", "contact_name", "phone", "email", "note")}
    assert kept == {
        "name": "Perkumpulan Seniman Betawi", "abbreviation": "PSB", "city": "Jakarta Timur",
        "contact_name": "Budi Santoso", "phone": "+6281234567890", "email": "psb@contoh.id",
        "note": "Dikabari Kesbangpol\nJakarta Timur ☺",
    }  # fmt: skip
    assert (row["state"], row["asked_at"], row["angkatan_id"]) == ("waiting", NOON, batch.pk)
    assert not any(model.objects.exists() for model in (Registration, Delegate, Ormas))


def test_form_asks_nothing_else(client, batch):
    html = words(client.get(address(batch)))

    assert set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', html)) == {
        "csrfmiddlewaretoken", "name", "abbreviation", "city", "contact_name", "phone", "email", "note", "token",
        "offered", "situs", "shown_at",
    }  # fmt: skip
    assert "maxlength" not in html
    assert html.count("(boleh dikosongkan)") == 3


@pytest.mark.parametrize(
    ("days", "told"), [(None, ""), (3, ", paling lambat <strong>Sabtu, 23 Februari 2019</strong>")]
)
def test_day_of_the_answer_is_said_only_where_the_batch_promises_one(client, batch, days, told):
    Angkatan.objects.update(decision_days=days)

    assert f"••90</strong>{told}. Nomornya keliru?" in words(client.post(address(batch), filled(), follow=True))


def test_who_has_sent_nothing_reads_of_no_answer(client, batch):
    other = AngkatanFactory(number=3)
    send(client, other)

    for answer in (client.get(address(batch), {"terkirim": "ya"}), Client().get(address(other), {"terkirim": "ya"})):
        assert "sudah kami terima" not in words(answer)
        assert 'name="contact_name"' in words(answer)


@pytest.mark.parametrize("spoilt", ["", "x", "x:y:z", "ÿ"])
def test_spoilt_cookie_is_none(client, batch, spoilt):
    client.cookies[page.cookie_name()] = spoilt

    assert 'name="contact_name"' in words(client.get(address(batch), {"terkirim": "ya"}))


def test_cookie_names_nobody_and_holds_no_number(client, batch):
    cookie = send(client, batch).cookies[page.cookie_name()]

    assert not re.search("3456|7890|Budi|Seniman", cookie.value)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 3600)


def test_answer_may_be_read_for_an_hour(client, batch):
    send(client, batch)
    with time_machine.travel(NOON.replace(hour=6, minute=1), tick=False):
        assert "sudah kami terima" not in words(client.get(address(batch), {"terkirim": "ya"}))


def test_name_that_was_searched_in_vain_is_filled_in(client, batch):
    form = reverse("register", args=[batch.slug])
    refused = words(client.post(form, {"ormas_typed": "Seniman & “Betawi” 100%"}))
    link = re.search(rf'href="({address(batch)}\?nama=[^"]+)"', refused).group(1)

    assert "Memang belum ada? Pilih “Ormas saya belum tercantum”." in errors(client.post(form, {"ormas_typed": "Xyz"}))
    assert 'value="Seniman &amp; “Betawi” 100%"' in words(client.get(link))


@pytest.mark.parametrize("typed", ["", "\0", "a\nb"])
def test_what_no_address_holds_is_not_handed_on(client, batch, typed):
    html = words(client.post(reverse("register", args=[batch.slug]), {"ormas_typed": typed}))

    assert f'href="{address(batch)}"' in html


def test_long_name_in_the_address_is_cut(client, batch):
    assert f'value="{"x" * 200}"' in words(client.get(address(batch), {"nama": "x" * 10_000}))


@pytest.mark.parametrize("name", ["angkatan", "register"])
def test_open_batch_leads_here(client, batch, name):
    assert f'href="{address(batch)}"' in words(client.get(reverse(name, args=[batch.slug])))


# ---- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Tulis nama lengkap ormas Anda."),
        ("name", "A", "Tulis nama ormas Anda dengan huruf."),
        ("name", "!!! ...", "Tulis nama ormas Anda dengan huruf."),
        ("name", "N" * 201, "Terlalu panjang. Tulis paling banyak 200 huruf."),
        ("name", "N" * 10_000, "Terlalu panjang. Tulis paling banyak 200 huruf."),
        ("name", "Forum 😀", "Tanda “😀” tidak dapat dicetak."),
        ("name", "Fo\0rum", "Tanda “U+0000” tidak dapat dicetak."),
        ("name", "Forum\nLain", "Tanda “U+000A” tidak dapat dicetak."),
        ("abbreviation", "S" * 41, "Terlalu panjang. Tulis paling banyak 40 huruf."),
        ("city", "", "Tulis kota atau kabupaten tempat sekretariat ormas Anda."),
        ("city", "K" * 81, "Terlalu panjang. Tulis paling banyak 80 huruf."),
        ("contact_name", "", "Tulis nama orang yang dapat kami hubungi."),
        ("contact_name", "Budi <b>", "Tanda “&lt;” tidak dapat dipakai."),
        ("contact_name", "B" * 151, "Nama terlalu panjang."),
        ("phone", "", "Tulis nomor HP, supaya kami dapat menjawab."),
        ("phone", "021-3822222", "Ini bukan nomor HP."),
        ("phone", "0812\0", "Ada tanda yang tidak terbaca."),
        ("phone", "1" * 10_000, "Terlalu panjang"),
        ("email", "psb@", "Tulis alamat surel (email) seperti ini"),
        ("email", "s" * 250 + "@contoh.id", "Terlalu panjang"),
        ("note", "x" * 501, "Terlalu panjang. Tulis paling banyak 500 huruf."),
        ("note", "\0", "Ada tanda yang tidak terbaca."),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence(client, batch, field, typed, sentence):
    answer = send(client, batch, **{field: typed})

    assert answer.status_code == 200
    assert sentence in errors(answer)
    assert not ListingRequest.objects.exists()


@pytest.mark.parametrize("name", ["N" * 200, "Ma’arif", "Forum 45", "<script>alert(1)</script>", "Al"])
def test_unusual_names_are_taken_and_shown_as_text(client, batch, name):
    answer = send(client, batch, name=name, phone="")
    send(client, batch, name=name)

    assert "<script>alert" not in words(answer)
    assert ListingRequest.objects.get().name == name.replace("’", "'")


def test_line_ends_of_a_note_count_once(client, batch):
    send(client, batch, note=f"{'x' * 498}\r\ny")

    assert len(ListingRequest.objects.get().note) == 500


@pytest.mark.parametrize("token", ["", "bukan-uuid"])
def test_spoilt_token_still_asks(client, batch, token):
    assert send(client, batch, token=token).status_code == 302
    assert ListingRequest.objects.count() == 1


def test_last_of_several_values_counts(client, batch):
    client.post(address(batch), filled(name=["Satu Nama", "Forum Lain"], phone=["x", "081234567890"]))

    assert ListingRequest.objects.get().name == "Forum Lain"


def test_refused_form_keeps_what_was_typed(client, batch):
    html = words(send(client, batch, phone="0812", note="Salam <b>", token="tanda-saya"))

    assert 'value="0812"' in html
    assert "Salam &lt;b&gt;</textarea>" in html
    assert 'value="tanda-saya"' in html


def test_expired_page_keeps_what_was_typed(batch):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(address(batch), filled(), headers={"Origin": "http://testserver"})

    assert answer.status_code == 403
    assert 'name="contact_name" value="Budi Santoso"' in words(answer)
    assert not ListingRequest.objects.exists()


# ---- Once ----------------------------------------------------------------------------------------


def test_same_form_twice_is_one_request_with_one_answer(client, batch):
    form = filled()

    answers = [client.post(address(batch), form, follow=True) for _ in range(2)]

    assert len({words(answer) for answer in answers}) == 1
    assert ListingRequest.objects.count() == 1


@pytest.mark.parametrize("again", [{}, {"name": "PERKUMPULAN  Sènïman-Betawi", "phone": "+62 812 3456 7890"}])
def test_asked_again_while_it_waits_is_the_same_answer(client, batch, again):
    first = words(client.post(address(batch), filled(), follow=True))
    with time_machine.travel(NOON.replace(hour=5, minute=30), tick=False):
        second = words(Client().post(address(batch), filled(contact_name="Orang Lain", **again), follow=True))

    assert first == second
    assert ListingRequest.objects.get().contact_name == "Budi Santoso"


@pytest.mark.parametrize("other", [{"phone": "081300001111"}, {"name": "Perkumpulan Lain Sama Sekali"}])
def test_other_name_or_number_is_another_request(client, batch, other):
    form = filled()

    for each in (form, form | other):
        client.post(address(batch), each)

    assert ListingRequest.objects.count() == 2


def test_same_name_and_number_in_another_batch_is_another_request(client, batch):
    for each in (batch, AngkatanFactory(number=3)):
        send(client, each)

    assert ListingRequest.objects.count() == 2


def test_form_sent_again_after_the_answer_is_still_the_same(client, batch):
    form = filled()
    client.post(address(batch), form)
    ListingRequest.objects.update(state="refused", decided_at=NOON, decided_by=UserFactory(), answer="Penuh")

    client.post(address(batch), form)
    assert ListingRequest.objects.count() == 1
    send(client, batch)  # a new form asks anew
    assert sorted(ListingRequest.objects.values_list("state", flat=True)) == ["refused", "waiting"]


def test_token_is_another_for_another_batch_number_and_name(batch):
    shown, asking = uuid.UUID(int=5), Asking("Forum A", "Budi", "+6281234567890")
    others = [
        (AngkatanFactory(number=3), asking),
        (batch, Asking("Forum B", "Budi", "+6281234567890")),
        (batch, Asking("Forum A", "Budi", "+6281234567891")),
    ]

    tokens = {listing.token_of(shown, *pair) for pair in [(batch, asking), *others]}
    assert len(tokens) == 4
    assert listing.token_of(shown, batch, Asking("FORUM  a", "Ani", "+6281234567890")) in tokens
    assert listing.token_of(uuid.UUID(int=6), batch, asking) not in tokens


# ---- While registration is open ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"frozen_at": NOON}, "Pendaftaran ditutup"), ({"closes_at": NOON}, "Pendaftaran ditutup"),
        ({"opens_at": None}, "Pendaftaran belum dibuka"),
        ({"cancelled_at": NOON, "cancel_reason": "Banjir"}, "Dibatalkan"),
    ],
)  # fmt: skip
def test_closed_batch_says_so_as_its_form_does(client, batch, changes, word):
    Angkatan.objects.update(**changes)

    answers = [client.get(address(batch)), send(client, batch)]
    form = client.get(reverse("register", args=[batch.slug]))

    assert [f"<h1>{word}</h1>" in words(answer) for answer in [*answers, form]] == [True] * 3
    assert not ListingRequest.objects.exists()


def test_request_on_its_way_while_the_batch_closes_is_not_kept(batch):
    Angkatan.objects.update(frozen_at=NOON)
    batch.refresh_from_db()

    with pytest.raises(NotOpenNow, match="Pendaftaran sudah ditutup"):
        a_request(batch)
    assert not ListingRequest.objects.exists()


def test_hidden_batch_is_not_found(client, batch):
    Angkatan.objects.update(published=False)

    assert [client.get(address(batch)).status_code, send(client, batch).status_code] == [404, 404]


# ---- Perhaps one that is invited -----------------------------------------------------------------


@pytest.fixture
def invited(batch) -> dict[str, Ormas]:
    rows = {
        "FATAYAT": "Fatayat Nahdlatul Ulama",
        "PWM": "Pimpinan Wilayah Muhammadiyah DKI Jakarta",
        "KBPP": "Keluarga Besar Putra-Putri Polri",
    }
    return {
        short: InvitationFactory(angkatan=batch, ormas__name=name, ormas__abbreviation=short).ormas
        for short, name in rows.items()
    }


def offered(response) -> list[str]:
    return re.findall(r'<span class="list-title">(.*?)</span>', words(response))


@pytest.mark.parametrize(
    ("typed", "short"),
    [
        ({"name": "Fatayat Nahdlatul Ulama"}, "FATAYAT"),
        ({"name": "PW Fatayat NU Jakarta", "abbreviation": "Fatayat"}, "FATAYAT"),
        ({"name": "Muhamadiyah"}, "PWM"),
        ({"name": "keluarga besar putra putri polri"}, "KBPP"),
    ],
)
def test_near_name_is_offered_first(client, batch, invited, typed, short):
    answer = send(client, batch, **typed)

    assert offered(answer) == [str(invited[short])]
    assert "Bila itu ormas Anda, langsung saja daftar dengan ormas itu." in words(answer)
    assert f'href="{reverse("register", args=[batch.slug])}"' in words(answer)
    assert 'value="Budi Santoso"' in words(answer)
    assert not ListingRequest.objects.exists()


def test_nobody_is_forced_to_take_it(client, batch, invited):
    form = filled(name="Muhamadiyah")
    shown = re.search(r'name="offered" value="([^"]*)"', words(client.post(address(batch), form))).group(1)

    assert client.post(address(batch), form | {"offered": shown}).status_code == 302
    assert ListingRequest.objects.get().name == "Muhamadiyah"


def test_another_name_is_looked_at_anew(client, batch, invited):
    answer = send(client, batch, name="Fatayat NU", offered="Muhamadiyah")

    assert offered(answer) == [str(invited["FATAYAT"])]


def test_at_most_three_are_offered(client, batch):
    InvitationFactory.create_batch(5, angkatan=batch, ormas__name="Forum Kerukunan Betawi")

    answer = send(client, batch, name="Forum Kerukunan Betawi")
    assert len(offered(answer)) == 3
    assert "Bila salah satunya ormas Anda" in words(answer)


def test_name_like_none_is_taken_at_once(client, batch, invited):
    assert send(client, batch).status_code == 302


def test_uninvited_ormas_is_not_offered(client, batch):
    OrmasFactory(name="Perkumpulan Seniman Betawi")
    InvitationFactory(ormas__name="Perkumpulan Seniman Betawi")  # elsewhere

    assert send(client, batch).status_code == 302


def test_of_disputed_ormas_nothing_is_said(client, batch):
    InvitationFactory(
        angkatan=batch, ormas__name="Perkumpulan Seniman Betawi", ormas__verification=Ormas.Verification.DISPUTED
    )

    assert send(client, batch).status_code == 302
    assert ListingRequest.objects.count() == 1


# ---- How often -----------------------------------------------------------------------------------


def test_limits_are_such_as_a_hotel_does_not_meet():
    assert (page.PLACES.most, page.NUMBERS.most, page.PLACES.period, page.NUMBERS.period) == (30, 10, 3600, 3600)


@pytest.mark.parametrize("limit", ["PLACES", "NUMBERS"])
def test_too_many_from_one_place_or_number(client, batch, monkeypatch, limit):
    monkeypatch.setattr(page, limit, Limit(f"listing-{limit}", 1, 60 * 60))
    send(client, batch)

    answer = send(client, batch, name="Forum Lain")

    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert "Isian Anda masih ada: tunggu 60 menit, lalu kirim lagi" in words(answer)
    assert 'value="Forum Lain"' in words(answer)
    assert ListingRequest.objects.count() == 1


@pytest.mark.parametrize(("limit", "other"), [("PLACES", {"REMOTE_ADDR": "192.0.2.9"}), ("NUMBERS", {})])
def test_other_place_or_number_is_counted_apart(client, batch, monkeypatch, limit, other):
    monkeypatch.setattr(page, limit, Limit(f"listing-{limit}", 1, 60 * 60))
    send(client, batch)

    form = filled(name="Forum Lain", phone="081300001111")
    assert client.post(address(batch), form, **other).status_code == 302


def test_faulty_forms_count_for_nobody(client, batch, monkeypatch):
    monkeypatch.setattr(page, "PLACES", Limit("listing-few", 1, 60 * 60))
    for _ in range(3):
        send(client, batch, city="")

    assert send(client, batch).status_code == 302


# ---- What it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [1, 30])
def test_page_asks_a_fixed_number_of_queries(client, batch, django_assert_num_queries, others):
    InvitationFactory.create_batch(others, angkatan=batch)
    client.get("/privasi/")  # the office is read

    with django_assert_num_queries(1):
        client.get(address(batch))


def test_sending_asks_a_fixed_number_of_queries(client, batch):
    costs = []
    for others in (1, 30):
        InvitationFactory.create_batch(others, angkatan=batch)
        send(client, batch, phone=f"0813000011{others:02d}")
        with CaptureQueriesContext(connection) as asked:
            send(client, batch, phone=f"0813000022{others:02d}")
        costs.append(len(asked))

    assert costs[0] == costs[1] <= 20
