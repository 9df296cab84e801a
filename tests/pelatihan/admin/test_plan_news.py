"""The list of those who are to be told of a change: by organisation, one tap each, until nobody is left."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.batches import moving, steps
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, PlanAnswer, PlanChange, Registration, Told
from tests.factories import (
    FIRST_DAY,
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
WEEK_LATER = FIRST_DAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def committee(as_role: Callable[[str], Client]) -> Client:
    return as_role("panitia")


def moved(angkatan: Angkatan, day: date = WEEK_LATER) -> PlanChange:
    now = Angkatan.objects.get(pk=angkatan.pk)
    moving.move(now, day, seen=now.starts_on, at=NOON, reason="Aula <dipakai> pemilu", actor=clerk())
    angkatan.refresh_from_db()
    assert angkatan.plan_change
    return angkatan.plan_change


def address(angkatan: Angkatan, page: str = "news") -> str:
    return reverse(f"admin:pelatihan_angkatan_{page}", args=[angkatan.pk])


def shown(client: Client, angkatan: Angkatan, **asked: Any) -> str:
    return " ".join(client.get(address(angkatan), asked).content.decode().split())


def tell(client: Client, one: Registration, number: object = 1, **asked: object):
    sent = {"orang": one.pk, "perubahan": number}
    return client.post(address(one.angkatan), sent, query_params={name: str(value) for name, value in asked.items()})


def told(client: Client, answer) -> str:
    return " ".join(str(message) for message in client.get(answer["Location"]).context["messages"])


def listed(client: Client, angkatan: Angkatan, **asked: Any) -> list[str]:
    return [one.name for one in client.get(address(angkatan), asked).context["people"]]


# ---- The list ------------------------------------------------------------------------------------


def test_everybody_stands_there_by_organisation_with_status_and_answer(verifier):
    angkatan = AngkatanFactory()
    alfa, beta = OrmasFactory(name="Alfa"), OrmasFactory(name="Beta")
    for name, status, ormas in (("Citra", "accepted", alfa), ("Ani", "submitted", beta), ("Budi", "waitlisted", alfa)):
        a_registration(angkatan, status, name=name, ormas=ormas)
    change = moved(angkatan)
    PlanAnswer.objects.create(
        registration=Registration.objects.get(name="Budi"), plan_change=change, answer="cannot", at=NOON
    )

    page = shown(verifier, angkatan, tampil="semua")

    assert listed(verifier, angkatan, tampil="semua") == ["Budi", "Citra", "Ani"]
    assert "Kabari peserta: tanggal baru" in page
    assert "Diundur: semula 11–13 Maret 2019, menjadi 18–20 Maret 2019. Alasan: Aula &lt;dipakai&gt; pemilu." in page
    assert "<strong>1 dari 3 dikabari.</strong>" in page
    assert "0 tetap datang, 1 tidak bisa, 2 belum menjawab." in page
    assert listed(verifier, angkatan) == ["Citra", "Ani"]
    assert listed(verifier, angkatan, tampil="tidak") == ["Budi"]
    assert listed(verifier, angkatan, tampil="datang") == []


@pytest.mark.parametrize(
    ("step", "title", "asks"),
    [(Step.CANCEL, "Kabari peserta: dibatalkan", False), (Step.REVIVE, "Kabari peserta: jadi dilaksanakan", True)],
)
def test_cancelled_batch_asks_nobody_whether_they_come(verifier, step, title, asks):
    one = a_registration(AngkatanFactory())
    for each in (Step.CANCEL, Step.REVIVE)[: 1 + asks]:
        steps.take(Angkatan.objects.get(), each, at=NOON, reason="Longsor", actor=clerk())

    page = shown(verifier, one.angkatan)

    assert title in page
    assert ("belum menjawab" in page) == asks


@pytest.mark.parametrize("people", [1, 60])
def test_questions_do_not_grow_and_pages_hold_fifty(verifier, django_assert_max_num_queries, people):
    angkatan = AngkatanFactory(capacity=200, seats_per_ormas=200)
    ormas = OrmasFactory(name="Satu")
    for _ in range(people):
        a_registration(angkatan, ormas=ormas)
    moved(angkatan)
    InvitationFactory(angkatan=angkatan)
    verifier.get(address(angkatan))

    with django_assert_max_num_queries(11):
        answer = verifier.get(address(angkatan))
    assert len(answer.context["people"]) == min(people, 50)
    assert len(listed(verifier, angkatan, hal=2)) == (10 if people == 60 else 1)


@pytest.mark.parametrize("asked", [{"tampil": "x"}, {"hal": "0"}, {"hal": "9" * 5000}, {"hal": "🎉"}, {"tampil": ""}])
def test_odd_addresses_show_the_list(verifier, asked):
    one = a_registration(AngkatanFactory(), name="Ani")
    moved(one.angkatan)

    assert listed(verifier, one.angkatan, **asked) == ["Ani"]


@pytest.mark.parametrize(("over", "sentence"), [(False, "belum berubah sejak"), (True, "sudah berakhir")])
def test_without_news_the_page_says_so(as_role, over, sentence):
    angkatan = AngkatanFactory()
    if over:
        moved(angkatan)
    with time_machine.travel(NOON + timedelta(days=60 if over else 0), tick=False):
        client = as_role("verifikator")
        assert sentence in shown(client, angkatan)


# ---- One tap -------------------------------------------------------------------------------------


def test_one_tap_notes_it_and_opens_whatsapp(verifier):
    one = a_registration(AngkatanFactory(number=2), name="Siti Rahmawati", phone="+6281234567890")
    change = moved(one.angkatan)

    answer = tell(verifier, one, tampil="belum", hal=1)

    text = unquote(answer.context["wa"])
    assert text.startswith("https://wa.me/6281234567890?text=Yth. Bapak/Ibu Siti Rahmawati,")
    assert "Diundur: semula 11–13 Maret 2019, menjadi 18–20 Maret 2019. Alasan: Aula <dipakai> pemilu." in text
    assert "pilih “Saya tetap datang” atau “Saya tidak bisa”" in text
    assert f"Kode Anda: {one.shown_code}\nHalaman Anda: http://testserver{one.get_absolute_url()}" in text
    assert answer.context["back"] == f"{address(one.angkatan)}?tampil=belum&hal=1#peserta-{one.pk}"
    assert [(row.plan_change, row.registration) for row in Told.objects.all()] == [(change, one)]
    assert "Dikabari Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika" in shown(verifier, one.angkatan)
    assert "1 dari 1 dikabari" in shown(verifier, one.angkatan)


def test_text_of_a_cancellation_asks_for_nothing(verifier):
    one = a_registration(AngkatanFactory())
    steps.take(one.angkatan, Step.CANCEL, at=NOON, reason="Longsor", actor=clerk())

    text = unquote(tell(verifier, one).context["wa"])

    assert "Dibatalkan: pelatihan 11–13 Maret 2019 tidak dilaksanakan. Alasan: Longsor." in text
    assert "Anda tidak perlu berbuat apa-apa." in text
    assert "Saya tetap datang" not in text


def test_committee_tells_people_without_reading_their_codes(committee):
    one = a_registration(AngkatanFactory())
    moved(one.angkatan)

    answer = tell(committee, one)

    assert one.shown_code not in unquote(answer.context["wa"]) + answer.content.decode()
    assert "Halaman Anda: http://testserver/k/" in unquote(answer.context["wa"])


def test_two_taps_are_one_person(verifier):
    one, other = (a_registration(angkatan) for angkatan in [AngkatanFactory()] * 2)
    moved(one.angkatan)
    for _ in "12":
        tell(verifier, one)

    assert "1 dari 2 dikabari" in shown(verifier, other.angkatan)


def test_who_has_no_phone_number_is_named_apart_and_ticked_off(verifier):
    one = a_registration(AngkatanFactory(), name="Tanpa Nomor", phone="")
    moved(one.angkatan)
    page = shown(verifier, one.angkatan)

    answer = tell(verifier, one, tampil="belum")

    assert "Belum ada nomor HP" in page
    assert "Tandai sudah dikabari" in page
    assert "Tanpa Nomor ditandai sudah dikabari." in told(verifier, answer)
    assert listed(verifier, one.angkatan) == []
    assert "1 dari 1 dikabari" in shown(verifier, one.angkatan)


@pytest.mark.parametrize("number", [2, "", "x", "1\0", "9" * 400])
def test_page_of_an_earlier_change_tells_nobody(verifier, number):
    one = a_registration(AngkatanFactory())
    moved(one.angkatan)

    assert "Rencananya berubah lagi" in told(verifier, tell(verifier, one, number))
    assert not Told.objects.exists()


def test_others_are_told_of_nothing(verifier):
    angkatan = AngkatanFactory()
    gone = a_registration(angkatan, Status.REJECTED)
    moved(angkatan)
    late, stranger = a_registration(angkatan), a_registration(AngkatanFactory())
    for one in (gone, late, stranger):
        answer = verifier.post(address(angkatan), {"orang": one.pk, "perubahan": 1})
        assert "tidak perlu dikabari" in told(verifier, answer)
    for odd in ("", "x", "9" * 400, "\0"):
        assert "tidak perlu dikabari" in told(
            verifier, verifier.post(address(angkatan), {"orang": odd, "perubahan": 1})
        )
    assert not Told.objects.exists()


def test_news_of_the_plan_are_no_news_of_the_status(verifier):
    one = a_registration(AngkatanFactory())
    moved(one.angkatan)
    tell(verifier, one)

    page = verifier.get(reverse("admin:pelatihan_registration_change", args=[one.pk])).content.decode()

    assert "Dikabari Rabu" not in page


def test_news_of_a_status_in_a_cancelled_batch_say_that_it_is_off(verifier):
    one = a_registration(AngkatanFactory())
    steps.take(one.angkatan, Step.CANCEL, at=NOON, reason="Longsor", actor=clerk())

    answer = verifier.post(reverse("admin:pelatihan_registration_tell", args=[one.pk]))

    assert "Selamat" not in unquote(answer.context["wa"])
    assert "Alasan: Longsor." in unquote(answer.context["wa"])


# ---- Contact persons -----------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "sees_name"), [("verifikator", True), ("panitia", False)])
def test_contact_persons_of_silent_organisations_stand_below(as_role, role, sees_name):
    angkatan = AngkatanFactory()
    ormas = OrmasFactory(name="Perkumpulan Diam", contact_name="Bapak Contoh", contact_phone="+6281298765432")
    InvitationFactory(angkatan=angkatan, ormas=ormas)
    InvitationFactory(angkatan=angkatan, ormas=OrmasFactory(name="Tanpa Narahubung", contact_phone=""))
    InvitationFactory(angkatan=angkatan, ormas=OrmasFactory(name="Telepon Kantor", contact_phone="+62215550123"))
    moved(angkatan)
    client = as_role(role)

    page, contacts = shown(client, angkatan), client.get(address(angkatan)).context["contacts"]

    assert "belum menyebut peserta: 3" in page
    assert "0812-9876-5432" in page
    assert ("Bapak Contoh" in page) == sees_name
    assert [bool(each.wa) for each in contacts] == [True, False, False]
    assert "Perkumpulan Diam" in unquote(contacts[0].wa)
    assert f"http://testserver/angkatan/{angkatan.slug}/" in unquote(contacts[0].wa)


# ---- The ways to the list ------------------------------------------------------------------------


def test_moving_asks_for_the_reason_and_leads_to_the_list(committee):
    angkatan = AngkatanFactory()
    a_registration(angkatan)
    days = {"starts_on": "2019-03-18", "seen": "2019-03-11"}

    asked = committee.get(address(angkatan, "move"), {"starts_on": "2019-03-18"}).content.decode()
    again = committee.post(address(angkatan, "move"), days | {"reason": " "}).content.decode()
    long = committee.post(address(angkatan, "move"), days | {"reason": "a" * 301}).content.decode()
    done = committee.post(address(angkatan, "move"), days | {"reason": "Banjir"}, follow=True)

    assert "Alasan tanggalnya dipindahkan" in asked
    assert "Tulis alasan tanggalnya dipindahkan; peserta membacanya." in again
    assert "a" * 301 in long
    assert done.redirect_chain == [(address(angkatan), 302)]
    assert "0 dari 1 dikabari" in done.content.decode()
    assert PlanChange.objects.get().reason == "Banjir"


@pytest.mark.parametrize("reason", ["a\0b", "a" * 301, ""])
def test_reason_that_cannot_be_kept_moves_nothing(committee, reason):
    angkatan = AngkatanFactory()
    sent = {"starts_on": "2019-03-18", "seen": "2019-03-11", "reason": reason}

    answer = committee.post(address(angkatan, "move"), sent)

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Angkatan.objects.get().starts_on == FIRST_DAY


def test_batch_nobody_knows_moves_without_being_asked(committee):
    angkatan = AngkatanFactory(published=False)

    page = committee.get(address(angkatan, "move"), {"starts_on": "2019-03-18"}).content.decode()
    committee.post(address(angkatan, "move"), {"starts_on": "2019-03-18", "seen": "2019-03-11"})

    assert "Alasan tanggalnya" not in page
    assert (Angkatan.objects.get().starts_on, PlanChange.objects.count()) == (WEEK_LATER, 0)


@pytest.mark.parametrize(("step", "about"), [("cancel", "pembatalan"), ("revive", "batalnya pembatalan")])
def test_calling_off_and_taking_up_again_lead_to_the_list(committee, step, about):
    one = a_registration(AngkatanFactory())
    if step == "revive":
        steps.take(one.angkatan, Step.CANCEL, at=NOON, reason="Banjir", actor=clerk())
    sent = {"step": step, "reason": "Longsor"}

    asked = committee.post(address(one.angkatan, "condition"), {"step": step}).content.decode()
    done = committee.post(address(one.angkatan, "condition"), sent | {"confirmed": "1"}, follow=True)

    assert "daftarnya menunggu Anda sesudah ini" in asked
    assert done.redirect_chain == [(address(one.angkatan), 302)]
    assert f"1 peserta belum dikabari tentang {about}." in committee.get(reverse("admin:index")).content.decode()
    change = PlanChange.objects.latest("pk")
    assert (change.kind, change.reason, change.actor.groups.get().name) == (
        {"cancel": "cancelled", "revive": "revived"}[step], "Longsor", "panitia",
    )  # fmt: skip


def test_calling_off_where_nobody_registered_leads_to_the_contact_persons(committee):
    invitation = InvitationFactory()
    sent = {"step": "cancel", "reason": "Longsor", "confirmed": "1"}

    done = committee.post(address(invitation.angkatan, "condition"), sent, follow=True)

    assert done.redirect_chain == [(address(invitation.angkatan), 302)]
    assert "belum menyebut peserta: 1" in done.content.decode()


def test_changed_plan_of_an_empty_batch_leads_back_to_it(committee):
    angkatan = AngkatanFactory()
    sent = {"step": "cancel", "reason": "Longsor", "confirmed": "1"}

    assert committee.post(address(angkatan, "condition"), sent)["Location"] == address(angkatan, "change")


@pytest.mark.parametrize(
    ("role", "sees"), [("panitia", True), ("verifikator", True), ("pemantau", False), ("admin", True)]
)
def test_start_page_and_batch_say_who_is_not_told_until_nobody_is_left(as_role, verifier, role, sees):
    one, other = (a_registration(angkatan) for angkatan in [AngkatanFactory()] * 2)
    steps.take(one.angkatan, Step.CANCEL, at=NOON, reason="Longsor", actor=clerk())
    client = as_role(role)
    pages = [reverse("admin:index"), address(one.angkatan, "change")]
    found = []
    for told_one in (None, one, other):
        if told_one:
            tell(verifier, told_one)
        texts = [client.get(page).content.decode() for page in pages]
        found.append([[f"{count} peserta belum dikabari" in text for text in texts] for count in "21"])

    yes, no = [sees] * 2, [False] * 2
    assert found == [[yes, no], [no, yes], [no, no]]


def test_first_day_of_a_known_batch_is_moved_where_people_are_told(committee):
    angkatan = AngkatanFactory(opens_at=None, closes_at=None)
    fields = ("number", "year", "theme", "venue", "town", "capacity", "seats_per_ormas", "open_minutes", "late_minutes")
    sent = {field: getattr(angkatan, field) for field in fields} | {"starts_on": "2019-03-12", "ends_on": "2019-03-14"}
    for prefix in ("sessions", "signers", "guests", "invitations"):
        sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}

    refused = committee.post(address(angkatan, "change"), sent).content.decode()
    committee.post(address(angkatan, "change"), sent | {"starts_on": "2019-03-11"})

    assert "Pakai “Pindahkan tanggal” di atas halaman ini" in refused
    angkatan.refresh_from_db()
    assert (angkatan.starts_on, angkatan.ends_on) == (FIRST_DAY, date(2019, 3, 14))


@pytest.mark.parametrize("role", ["delegate", "contact"])
def test_code_that_somebody_else_sent_is_no_news_of_the_plan(committee, role):
    angkatan = AngkatanFactory()
    one = a_registration(angkatan, name="Ani")
    moved(angkatan)
    Told.objects.create(registration=one, status=one.status, role=role, at=NOON + timedelta(hours=1))

    page = shown(committee, angkatan)

    assert "0 dari 1 dikabari." in page
    assert "Dikabari" not in page
