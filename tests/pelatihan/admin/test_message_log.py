"""The log of messages: what it tells to whom, what is decided from it, and what other pages are told of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from ormas.models import Ormas
from pelatihan.admin import messages
from pelatihan.batches import steps
from pelatihan.models import Message, Told
from tests.factories import NOON, AngkatanFactory, UserFactory
from tests.pelatihan.messaging.samples import a_contact, a_message, somebody

LIST, START = reverse("admin:messages"), reverse("admin:index")
MAIL = "siti.rahmawati@contoh.id"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def page(message: Message) -> str:
    return reverse("admin:message", args=[message.pk])


def settle(client: Client, message: Message, act: str, seen: str = "", back: str = LIST) -> Any:
    data = {"tindakan": act, "seen": seen or message.state, "kembali": back}
    return client.post(reverse("admin:message_settle", args=[message.pk]), data, follow=True)


def with_rights(*names: str) -> Client:
    client, user = Client(), UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["enter_admin", *names]))
    client.force_login(user)
    return client


# ---- Seeing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "code"), [("verifikator", 200), ("admin", 200), ("panitia", 403), ("pemantau", 403)])
def test_only_who_sends_messages_reads_the_log(as_role, role, code):
    client, message = as_role(role), a_message()

    assert client.get(LIST).status_code == code
    assert client.get(page(message)).status_code == code
    assert settle(client, message, "jangan").status_code == code
    assert (LIST in client.get(START).content.decode()) == (code == 200)
    message.refresh_from_db()
    assert (message.state == "dropped") == (code == 200)


def test_numbers_codes_and_addresses_are_for_those_who_may_see_them():
    person = somebody(email=MAIL)
    waiting, mailed = a_message(person), a_message(somebody(email=MAIL), channel="email")
    shown = with_rights("send_message", "view_contact", "view_code")
    hidden = with_rights("send_message")
    pages = [LIST, page(waiting), page(mailed)]
    seen = " ".join(words(shown.get(each)) for each in pages)
    masked = " ".join(words(hidden.get(each)) for each in pages)

    for secret in (MAIL, person.shown_code):
        assert secret in seen
        assert secret not in masked
    assert person.delegate.phone[-4:] not in masked
    assert "s•••@•••" in masked
    assert "tidak ditampilkan untuk peran Anda" in masked


def test_newest_comes_first_with_what_became_of_it(verifier):
    batch = AngkatanFactory()
    a_message(somebody(batch, name="Adi Lama"), at=NOON - timedelta(days=1))
    a_message(
        somebody(batch, name="Budi Baru"), state="sent", ended_at=NOON, ended_by=UserFactory(last_name="Wati"),
    )  # fmt: skip

    html = words(verifier.get(LIST))

    assert html.index("Budi Baru") < html.index("Adi Lama")
    assert "Terkirim" in html
    assert "Rina Wati" in html


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("keadaan=failed", {"Citra"}),
        ("keadaan=waiting", {"Adi", "Budi"}),
        ("keadaan=putuskan", {"Citra", "Dewi"}),
        ("kejadian=reminder", {"Budi"}),
        ("q=Dewi", {"Dewi"}),
        ("pendaftaran={person}", {"Citra"}),
        ("pendaftaran=bohong&keadaan=sent", set()),
        ("q=08120000111", {"Adi"}),
        ("angkatan={other}", {"Budi"}),
        ("angkatan={other}&keadaan=failed", set()),
        ("keadaan=bohong&kejadian=bohong&angkatan=bohong", {"Adi", "Budi", "Citra", "Dewi"}),
        ("hal=99&q=%20", {"Adi", "Budi", "Citra", "Dewi"}),
    ],
)
def test_list_is_narrowed(verifier, question, found):
    batch, other = AngkatanFactory(), AngkatanFactory()
    a_message(somebody(batch, name="Adi", phone="+628120000111"))
    a_message(somebody(other, name="Budi"), kind="reminder")
    citra = a_message(somebody(batch, name="Citra"), state="failed").registration_id
    a_message(somebody(batch, name="Dewi"), state="doubtful")

    rows = verifier.get(f"{LIST}?{question.format(other=other.slug, person=citra)}").context["rows"]

    assert {row.whom for row in rows} == found


def test_organisation_is_found_by_its_name(verifier):
    contact = a_contact()
    Ormas.objects.filter(pk=contact.ormas_id).update(name="Ikatan Sepeda Ontel")
    contact.ormas.refresh_from_db()
    a_message(contact), a_message()

    rows = verifier.get(LIST, {"q": contact.ormas.name}).context["rows"]

    assert [row.whom for row in rows] == [str(contact.ormas)]


def test_list_costs_the_same_for_more_rows(verifier, django_assert_max_num_queries):
    batch = AngkatanFactory()

    def more(count: int) -> None:
        for _ in range(count):
            a_message(somebody(batch)), a_message(a_contact(batch), state="failed")

    more(1)
    verifier.get(LIST)
    with django_assert_max_num_queries(20) as one:
        verifier.get(LIST)
    more(4)
    with django_assert_max_num_queries(20) as many:
        verifier.get(LIST)

    assert len(many) == len(one)


def test_long_log_is_paged(verifier):
    person = somebody()
    rows = [
        Message(
            registration=person, angkatan=person.angkatan, kind="free", event=f"contoh:{number}", channel="whatsapp",
            due_at=NOON, created_at=NOON,
        )
        for number in range(120)
    ]  # fmt: skip
    Message.objects.bulk_create(rows)

    assert len(verifier.get(LIST).context["rows"]) == 50
    assert "51–100 dari 120 pesan" in words(verifier.get(f"{LIST}?hal=2"))
    assert "hal=3" in verifier.get(f"{LIST}?hal=2").content.decode()


def test_hostile_name_and_text_stay_text(verifier):
    batch = AngkatanFactory()
    message = a_message(
        somebody(batch, name="W" * 150), why="<script>alert(1)</script>", state="failed", body="<b>x</b>"
    )

    html = verifier.get(page(message)).content.decode() + verifier.get(LIST).content.decode()

    assert "<script>alert" not in html
    assert "<b>x</b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_missing_message_is_told_as_missing(verifier):
    assert verifier.get(reverse("admin:message", args=[0])).status_code == 404
    assert (
        "Pesan itu tidak ada"
        in told(
            verifier.post(reverse("admin:message_settle", args=[0]), {"tindakan": "jangan"}, follow=False)
            and verifier.get(LIST)
        )[0]
    )


def test_text_that_went_is_shown_as_it_went(verifier):
    message = a_message(
        state="sent", ended_at=NOON, ended_by=UserFactory(), body="Yang *lama* terkirim", subject="Judul"
    )

    html = verifier.get(page(message)).content.decode()

    assert "Yang <strong>lama</strong> terkirim" in html
    assert "Yang dikirim" in html


def test_text_that_was_blanked_is_not_made_anew(verifier):
    message = a_message(state="sent", ended_at=NOON, ended_by=UserFactory())

    assert "Isinya tidak disimpan lagi" in words(verifier.get(page(message)))


# ---- Deciding --------------------------------------------------------------------------------------


def test_doubtful_and_failed_stand_on_top_and_are_decided(verifier):
    message = a_message(somebody(email=MAIL), state="doubtful", channel="email")
    assert "1 pesan menunggu keputusan Anda" in words(verifier.get(LIST))

    answer = settle(verifier, message, "sampai")

    assert "dicatat sudah sampai" in told(answer)[0]
    assert "menunggu keputusan Anda" not in words(answer)
    message.refresh_from_db()
    assert message.state == "sent"


def test_repeated_decision_is_quiet(verifier):
    message = a_message(state="doubtful")
    settle(verifier, message, "jangan", "doubtful")

    assert "tidak akan dikirim" in told(settle(verifier, message, "jangan", "doubtful"))[0]


def test_other_s_decision_is_told(verifier, as_role):
    message = a_message(state="doubtful")
    settle(as_role("admin"), message, "jangan", "doubtful")

    answer = settle(verifier, message, "sampai", "doubtful")

    assert "Keputusan Anda tidak dicatat" in told(answer)[0]


@pytest.mark.parametrize("back", ["https://contoh.example/", "//contoh.example", "/admin/", "javascript:1"])
def test_one_is_led_nowhere_else(verifier, back):
    message = a_message(state="doubtful")

    answer = settle(verifier, message, "jangan", back=back)

    assert answer.redirect_chain[-1][0] == page(message)


def test_unknown_act_does_nothing(verifier):
    message = a_message(state="doubtful")

    assert told(settle(verifier, message, "bohong")) == []
    assert verifier.get(reverse("admin:message_settle", args=[message.pk])).status_code == 302
    message.refresh_from_db()
    assert message.state == "doubtful"


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({}, "Dikirim dengan tangan"),
        ({"channel": "email"}, "Sebentar lagi dikirim"),
        ({"due_at": NOON + timedelta(minutes=4)}, "Dikirim paling cepat Rabu, 20 Februari 2019 pukul 12.04 WIB"),
        (
            {"channel": "email", "tries": 2, "due_at": NOON + timedelta(minutes=4)},
            "Gagal 2 kali, dicoba lagi pukul 12.04.",
        ),
        ({"state": "failed", "why": "Alamat tidak ada."}, "Alamat tidak ada."),
    ],
)
def test_note_says_what_happens_next(verifier, fields, note):
    a_message(**fields)

    assert note in words(verifier.get(LIST))


# ---- For other pages -------------------------------------------------------------------------------


def test_counts_by_batch_in_one_query(django_assert_num_queries):
    batch, other = AngkatanFactory(), AngkatanFactory()
    early = NOON - timedelta(hours=2)
    a_message(somebody(batch), due_at=early), a_message(somebody(batch), due_at=NOON + timedelta(minutes=1))
    a_message(somebody(batch), state="failed"), a_message(somebody(other), state="doubtful")
    a_message(somebody(other), channel="email")
    user = UserFactory(role="verifikator")
    assert messages.counts(UserFactory(role="panitia"), NOON) == []
    user.has_perm("pelatihan.send_message")

    with django_assert_num_queries(1):
        found = messages.counts(user, NOON)

    assert sorted(found, key=lambda each: each.angkatan) == [
        messages.Counts(batch.pk, by_hand=1, failed=1, doubtful=0, oldest=early),
        messages.Counts(other.pk, by_hand=0, failed=0, doubtful=1, oldest=None),
    ]


def test_last_thing_that_was_told(django_assert_num_queries):
    rina = UserFactory(last_name="Wati")
    nobody, waits, old, new = somebody(), somebody(), somebody(), somebody()
    a_message(waits, channel="email")
    a_message(old, state="sent", ended_at=NOON - timedelta(days=2), ended_by=rina, at=NOON - timedelta(days=2))
    Told.objects.create(registration=old, status="accepted", actor=rina, at=NOON)
    a_message(new, state="sent", ended_at=NOON, ended_by=rina)
    Told.objects.create(registration=new, status="accepted", actor=rina, at=NOON - timedelta(days=1))

    with django_assert_num_queries(2):
        found = messages.last_told([nobody, waits, old, new])

    assert found == {
        waits.pk: "“Diterima sebagai peserta” lewat surel, menunggu",
        old.pk: "Dikabari Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Wati",
        new.pk: "“Diterima sebagai peserta” lewat WhatsApp, terkirim Rabu, 20 Februari 2019 pukul 12.00 WIB"
        " oleh Rina Wati",
    }


# ---- One truth -------------------------------------------------------------------------------------


def test_kabari_at_the_registration_sends_the_message_that_waits(verifier):
    person = somebody()
    message = a_message(person, channel="email")

    answer = verifier.post(reverse("admin:pelatihan_registration_tell", args=[person.pk]))

    message.refresh_from_db()
    assert (message.state, message.channel) == ("sent", "whatsapp")
    assert Told.objects.get().message == message
    assert "wa.me" in answer.content.decode()


def test_kabari_without_a_message_is_noted_as_before(verifier):
    person = somebody()

    verifier.post(reverse("admin:pelatihan_registration_tell", args=[person.pk]))
    verifier.post(reverse("admin:pelatihan_registration_tell", args=[person.pk]))

    assert Told.objects.filter(message=None).count() == 2


def test_sent_message_says_so_at_the_registration(verifier):
    person = somebody()
    message = a_message(person)
    change = reverse("admin:pelatihan_registration_change", args=[person.pk])
    verifier.post(reverse("admin:message_by_hand", args=[message.pk]), {"tindakan": "kirim"})
    assert "Dikabari Rabu, 20 Februari 2019" in words(verifier.get(change))

    verifier.post(reverse("admin:message_by_hand", args=[message.pk]), {"tindakan": "urungkan"})

    assert "Dikabari" not in words(verifier.get(change))


def test_link_of_an_organisation_is_for_those_who_may_see_links():
    message = a_message(a_contact())

    assert "/undangan/" in words(with_rights("send_message", "view_link").get(page(message)))
    assert "/undangan/" not in words(with_rights("send_message", "view_code").get(page(message)))


def test_kabari_of_a_plan_sends_the_message_that_waits(verifier):
    person = somebody()
    steps.take(person.angkatan, steps.Step.CANCEL, at=NOON, reason="Gedung tidak dapat dipakai")
    message = Message.objects.get(registration=person, kind="called_off")
    address = reverse("admin:pelatihan_angkatan_news", args=[person.angkatan_id])
    number = person.angkatan.plan_changes.get().number

    verifier.post(address, {"orang": person.pk, "perubahan": number})

    message.refresh_from_db()
    assert message.state == "sent"
    assert message.body
    assert Told.objects.get(registration=person).plan_change is not None
    assert "Semua peserta sudah dikabari" in words(verifier.get(address, {"tampil": "belum"}))
