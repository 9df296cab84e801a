"""A NIK where a batch asks for it: kept sealed, found again, told to nobody; and nothing at all elsewhere."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from pelatihan.accounts.actor import CONTACT, DELEGATE
from pelatihan.lifecycle import Action, Status
from pelatihan.merging import beside
from pelatihan.models import ChangeRequest, Correction, Registration
from pelatihan.registration import changes, nik, requests, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.nik_form import SURE, WHY
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_person, a_registration, clerk
from tests.pelatihan.registration.invitations import a_row, address, fill, named, rows

pytestmark = pytest.mark.django_db
WOMAN, MAN, ODD = "3171994511850001", "3174991203790002", "9971994511850001"
MASKED = "3171••••••••0001"
SEALED = (
    "gAAAAABrB8DLOg9qjsl4irU0G4PyNaRo5BkwStlS04_dsvRSxIQA-ka-0hUpi0ArQsTY52"
    "6JMiIMltb90gz199rj4ABDHQZzSx8tfl1_vFOT-3lTj95Re1c="
)
HASHED = "c05f28fdef32943bafd929ffb538a8c0eeb0c2255604290fb93fbb1e972909f7"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def invitation():
    return InvitationFactory(angkatan__asks_nik=True, ormas__name="Himpunan Contoh Jakarta")


def registered(invitation, number: str = WOMAN, **person: Any) -> Registration:
    wish = Application(a_person(**person), Registration.Source.WEB, ormas=invitation.ormas, nik=number)
    return writer.register(invitation.angkatan, wish, actor=clerk(), at=NOON)


def send(client: Client, invitation, **typed: str):
    form = {
        "ormas": invitation.ormas_id, "position": "Sekretaris", "name": "Siti Rahmawati", "gender": "P",
        "phone": "0812-3456-7890", "privacy": "on", "token": str(uuid.uuid4()), "nik": WOMAN,
    }  # fmt: skip
    return client.post(reverse("register", args=[invitation.angkatan.slug]), form | typed)


def own(client: Client, registration: Registration) -> str:
    client.post(registration.get_absolute_url(), {"phone": registration.delegate.phone})
    return registration.get_absolute_url()


def sure_of(answer) -> str:
    return answer.context["form"]["nik_sure"].value()


# ---- How it is kept ------------------------------------------------------------------------------


def test_number_is_sealed_and_opened(invitation):
    registration = registered(invitation)
    assert (nik.opened(registration), nik.masked(registration)) == (WOMAN, MASKED)


def test_dump_tells_no_number(invitation):
    registered(invitation)
    dump = serializers.serialize("json", Registration.objects.all())
    assert [part for part in (WOMAN, WOMAN[6:12], WOMAN[-4:] + '"') if part in dump] == []


def test_same_number_is_sealed_differently_and_found_by_its_hash(invitation):
    one, other = registered(invitation), registered(invitation)
    assert one.nik_sealed != other.nik_sealed
    assert one.nik_hash == other.nik_hash


def test_hash_hangs_on_the_key(invitation, settings):
    before = registered(invitation).nik_hash
    settings.NIK_KEYS = ["n" * 50]
    assert registered(invitation).nik_hash != before


def test_newer_key_reads_and_finds_what_an_older_one_sealed(invitation, settings):
    settings.NIK_KEYS = ["old" * 20]
    one = registered(invitation)
    settings.NIK_KEYS = ["new" * 20, "old" * 20]
    other = registered(invitation)

    assert nik.opened(one) == WOMAN
    found = [Registration.objects.get(nik.same(each)) for each in (one, other)]
    assert found == [other, one]


def test_renewed_it_needs_the_older_key_no_more(invitation, settings, capsys):
    settings.NIK_KEYS = ["old" * 20]
    one, other, lost, _without = (registered(invitation, number) for number in (WOMAN, ODD, MAN, ""))
    Registration.objects.filter(pk=lost.pk).update(nik_sealed="hilang")
    settings.NIK_KEYS = ["new" * 20, "old" * 20]
    registered(invitation)
    call_command("renew_nik")
    settings.NIK_KEYS = ["new" * 20]

    one.refresh_from_db()
    other.refresh_from_db()
    assert (nik.opened(one), nik.opened(other), Registration.objects.filter(nik.same(one)).count()) == (WOMAN, ODD, 1)
    assert capsys.readouterr().out == "NIK disegel ulang: 2. Tidak terbaca: 1.\n"


def test_number_that_is_written_while_keys_change_stays(invitation, settings, monkeypatch):
    settings.NIK_KEYS = ["old" * 20]
    one, seal = registered(invitation), nik.kept
    settings.NIK_KEYS = ["new" * 20, "old" * 20]

    def kept(number: str) -> dict[str, str]:
        Registration.objects.filter(pk=one.pk).update(**seal(MAN))
        return seal(number)

    monkeypatch.setattr(nik, "kept", kept)
    assert nik.renew().count == 0
    one.refresh_from_db()
    assert nik.opened(one) == MAN


def test_what_is_kept_is_opened_by_later_versions_of_the_program(settings):
    """Whoever changes salt or cipher has to read what is there."""
    settings.NIK_KEYS = ["k" * 50]
    kept = Registration(nik_sealed=SEALED)
    assert (nik.opened(kept), nik.kept(WOMAN)["nik_hash"]) == (WOMAN, HASHED)


def test_number_of_a_lost_key_is_found_again_by_its_hash(invitation, settings):
    one, other = registered(invitation), registered(invitation)
    settings.NIK_KEYS = ["n" * 50]
    assert list(Registration.objects.filter(nik.same(one))) == [other]


def test_nothing_is_shown_where_nothing_is(invitation):
    assert nik.masked(registered(invitation, "")) == ""


def test_number_of_a_lost_key_is_said_to_be_unreadable(invitation, settings):
    registration = registered(invitation)
    settings.NIK_KEYS = ["n" * 50]
    assert (nik.opened(registration), nik.masked(registration)) == ("", nik.UNREADABLE)


def test_batch_that_does_not_ask_keeps_none():
    registration = registered(InvitationFactory())
    assert (registration.nik_sealed, registration.nik_hash) == ("", "")


@pytest.mark.parametrize(
    "columns",
    [
        {"nik_sealed": "x", "nik_hash": ""},
        {"nik_sealed": "", "nik_hash": "0" * 64},
        {"nik_sealed": "x", "nik_hash": WOMAN},
        {"nik_sealed": WOMAN, "nik_hash": "0" * 64},
    ],
)
def test_database_refuses_half_of_it_and_plain_numbers(columns):
    registration = a_registration(AngkatanFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=registration.pk).update(**columns)


# ---- The public form -----------------------------------------------------------------------------


def test_form_asks_where_the_batch_asks_and_says_why(client, invitation):
    other = InvitationFactory()
    asked, not_asked = (client.get(reverse("register", args=[one.angkatan.slug])).text for one in (invitation, other))
    assert 'name="nik"' in asked
    assert WHY in asked
    assert 'name="nik' not in not_asked


def test_form_asks_from_the_moment_it_is_switched_on(client, invitation):
    invitation.angkatan.asks_nik = False
    invitation.angkatan.save()
    page = reverse("register", args=[invitation.angkatan.slug])
    before = client.get(page).text
    invitation.angkatan.asks_nik = True
    invitation.angkatan.save()
    assert ['name="nik"' in before, 'name="nik"' in client.get(page).text] == [False, True]


def test_what_was_typed_is_kept_and_the_own_page_shows_it_masked(client, invitation):
    answer = send(client, invitation, nik="3171 9945 1185 0001")
    registration = Registration.objects.get()
    page = client.get(answer["Location"]).text
    assert nik.opened(registration) == WOMAN
    assert MASKED in page
    assert WOMAN not in page


def test_number_is_owed(client, invitation):
    assert "Tulis 16 angka NIK Anda, seperti di KTP." in send(client, invitation, nik="").text
    assert not Registration.objects.exists()


@pytest.mark.parametrize("typed", ["1234", "x" * 150, "<b>1</b>", "3,17E+15", "1" * 16, "\0" * 16])
def test_what_is_none_is_refused_and_stays_typed(client, invitation, typed):
    answer = send(client, invitation, nik=typed)
    assert answer.context["form"].errors["nik"]
    assert not Registration.objects.exists()


def test_number_that_looks_wrong_is_asked_about_once(client, invitation):
    answer = send(client, invitation, nik=ODD)
    assert answer.context["form"].errors["nik"] == [SURE.format("dua angka pertamanya bukan kode provinsi")]
    assert not Registration.objects.exists()

    send(client, invitation, nik=ODD, nik_sure=sure_of(answer))
    assert nik.opened(Registration.objects.get()) == ODD


def test_being_sure_of_one_number_is_no_word_for_another(client, invitation):
    answer = send(client, invitation, nik=ODD)
    other = send(client, invitation, nik="9871994511850001", nik_sure=sure_of(answer))
    assert other.context["form"].errors["nik"]


def test_batch_that_does_not_ask_takes_none_that_is_sent_by_hand(client):
    send(client, InvitationFactory(), nik=WOMAN)
    assert Registration.objects.get().nik_sealed == ""


def test_number_that_is_there_already_is_taken_quietly(client, invitation):
    """A stranger must not learn from the form that a NIK is registered; staff see the likely duplicate."""
    known = registered(invitation, name="Ani Contoh")
    answer = send(client, invitation)
    new = Registration.objects.exclude(pk=known.pk).get()
    assert answer.status_code == 302
    assert (new.status, alike(new)) == ("submitted", [(known.delegate, "NIK sama")])


# ---- The same person -----------------------------------------------------------------------------


def alike(registration: Registration) -> list[tuple[Any, str]]:
    """Who may be the same person, with the first reason."""
    found = beside.alike(registration.delegate, sees_contact=False)
    return [(one.other, one.reasons.speaks_for[0]) for one in found]


def test_same_number_is_said_before_name_and_phone(invitation):
    phone = "+6281234567890"
    one = registered(invitation, name="Ani Contoh", phone=phone)
    registered(InvitationFactory(angkatan__asks_nik=True), name="Ani Contoh", phone=phone)
    assert [why for _other, why in alike(one)] == ["NIK sama"]


def test_people_without_a_number_share_none(invitation):
    one = registered(invitation, "", name="Ani Contoh")
    registered(InvitationFactory(angkatan__asks_nik=True), "", name="Bagus Lain")
    assert alike(one) == []


def test_same_number_is_found_in_other_trainings_and_forgotten_with_it(invitation):
    one = registered(invitation, name="Ani Contoh")
    other = registered(InvitationFactory(angkatan__asks_nik=True), name="Bagus Lain")
    assert alike(one) == [(other.delegate, "NIK sama")]

    Registration.objects.filter(pk=other.pk).update(nik_sealed="", nik_hash="")
    with time_machine.travel(NOON + timedelta(minutes=1)):
        assert alike(other) == []


# ---- Put right -----------------------------------------------------------------------------------


def test_delegate_writes_a_new_one_at_any_time_and_history_tells_none(client, invitation):
    registration = registered(invitation)
    writer.move(registration, Action.ACCEPT, actor=clerk(), at=NOON)
    page = own(client, registration) + "ubah/"
    form = client.get(page)
    assert [MASKED in form.text, WOMAN in form.text] == [True, False]

    client.post(page, typed_in(form) | {"nik": MAN})

    registration.refresh_from_db()
    line = Correction.objects.get()
    assert (nik.opened(registration), registration.status) == (MAN, "accepted")
    assert (line.field, line.old, line.new) == ("nik", "ada", "ada, diganti")


def test_left_empty_it_stays(client, invitation):
    registration = registered(invitation)
    page = own(client, registration) + "ubah/"
    client.post(page, typed_in(client.get(page)) | {"nickname": "Ani"})
    registration.refresh_from_db()
    assert (nik.opened(registration), registration.nickname) == (WOMAN, "Ani")


def test_same_number_again_is_no_correction(invitation):
    registration = registered(invitation)
    stands = Person.of(registration)
    assert changes.correct(registration, stands, actor=DELEGATE, at=NOON, nik=WOMAN) == []


def test_first_number_is_told_as_there(invitation):
    registration = registered(invitation, "")
    changes.correct(registration, Person.of(registration), actor=DELEGATE, at=NOON, nik=WOMAN)
    assert [(line.old, line.new) for line in Correction.objects.all()] == [("", "ada")]


def test_batch_that_asks_no_more_takes_no_new_one_but_lets_go_of_it(invitation):
    registration = registered(invitation)
    invitation.angkatan.asks_nik = False
    invitation.angkatan.save()
    stands = Person.of(registration)
    assert changes.correct(registration, stands, actor=clerk(), at=NOON, nik=MAN) == []
    assert [line.new for line in changes.correct(registration, stands, actor=clerk(), at=NOON, nik="")] == [""]
    assert registration.nik_sealed == registration.nik_hash == ""


def test_database_keeps_no_number_in_the_history(invitation):
    registration = registered(invitation)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.create(registration=registration, field="nik", old="", new=WOMAN, role="delegate", at=NOON)


def test_fix_that_asks_for_it_is_answered_on_the_own_page(client, invitation):
    registration = registered(invitation, "")
    writer.move(registration, Action.ASK_FIX, actor=clerk(), at=NOON, reason="NIK belum ada", fields=["nik"])
    page = own(client, registration)
    form = client.get(page)
    assert 'name="nik"' in form.text
    assert "Tulis 16 angka NIK" in client.post(page + "perbaiki/", typed_in(form) | {"nik": ""}).text

    client.post(page + "perbaiki/", typed_in(form) | {"nik": WOMAN})
    registration.refresh_from_db()
    assert (nik.opened(registration), registration.status) == (WOMAN, "submitted")


def test_fix_that_asked_for_it_asks_for_anything_once_the_batch_asks_no_more(client, invitation):
    registration = registered(invitation, "")
    writer.move(registration, Action.ASK_FIX, actor=clerk(), at=NOON, reason="NIK belum ada", fields=["nik"])
    invitation.angkatan.asks_nik = False
    invitation.angkatan.save()
    page = client.get(own(client, registration))
    assert ['name="nik"' in page.text, "Ubah data" in page.text] == [False, True]


def typed_in(answer) -> dict[str, str]:
    """The form as the browser would send it back untouched."""
    form = answer.context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() not in (None, False, "")}
    seen = form.as_seen.partition('value="')[2][:-2]
    return {name: str(value) for name, value in sent.items()} | ({"as-seen": seen} if seen else {})


# ---- The ormas -----------------------------------------------------------------------------------


def test_contact_person_may_write_it_or_leave_it_to_the_delegate(client, invitation):
    fill(client, invitation, rows(a_row(nik=WOMAN), a_row(name="Budi Santoso", phone="081200000102", gender="L")))
    numbers = {one.name: nik.opened(one) for one in Registration.objects.all()}
    assert numbers == {"Siti Rahmawati": WOMAN, "Budi Santoso": ""}


def test_row_with_a_number_that_looks_wrong_is_asked_about_once(client, invitation):
    form = rows(a_row(nik=ODD), a_row(name="Budi Santoso", phone="081200000102", gender="L", nik=MAN))
    answer = fill(client, invitation, form)
    assert not Registration.objects.exists()
    sure = answer.context["group"].rows.forms[0]["nik_sure"].value()

    fill(client, invitation, form | {"utusan-0-nik_sure": sure})
    assert sorted(nik.opened(one) for one in Registration.objects.all()) == [MAN, ODD]


def test_further_row_keeps_the_numbers_that_were_typed(client, invitation):
    form = rows(a_row(nik=WOMAN)) | {"tambah": "ya"}
    assert f'value="{WOMAN}"' in fill(client, invitation, form).text


def test_rows_ask_nothing_where_the_batch_does_not(client):
    assert "-nik" not in client.get(address("invitation_fill", InvitationFactory())).text


def test_replacement_at_once_keeps_it(client, invitation):
    goes = named(invitation)[0]
    form = a_row(name="Budi Santoso", gender="L", nik=MAN) | {"agreed": "on", "key": str(uuid.uuid4()), "asks": ""}
    client.post(address("invitation_replace", invitation, ref=goes.ref), form | {"why": "sakit", "comes": "baru"})
    assert nik.opened(Registration.objects.get(replaces=goes)) == MAN


def test_request_to_replace_asks_for_none_and_keeps_none(client, invitation):
    goes = named(invitation)[0]
    page = address("invitation_replace", invitation, ref=goes.ref)
    form = a_row(name="Budi Santoso", gender="L", nik=MAN) | {"agreed": "on", "key": str(uuid.uuid4()), "asks": "ya"}
    with time_machine.travel(invitation.angkatan.closes_at + timedelta(days=1), tick=False):
        assert 'name="nik"' not in client.get(page).text
        client.post(page, form | {"why": "sakit", "comes": "baru"})
    assert MAN not in json.dumps(ChangeRequest.objects.get().person)


def test_wish_for_a_correction_keeps_none(invitation):
    registration = registered(invitation)
    writer.move(registration, Action.ACCEPT, actor=clerk(), at=NOON)
    stands = Person.of(registration)
    wanted = Person(**vars(stands) | {"name": "Nama Baru"})
    mended = requests.mend(registration, wanted, actor=DELEGATE, at=NOON, nik=MAN)
    assert mended.request is not None
    assert [line.field for line in mended.corrections] == ["nik"]
    assert list(mended.request.changes) == ["name"]


def test_reserve_who_moves_up_keeps_their_own(invitation):
    goes, reserve = registered(invitation), registered(invitation, MAN)
    Registration.objects.filter(pk=reserve.pk).update(status=Status.WAITLISTED)
    comes = changes.replace_by_reserve(goes, reserve, actor=CONTACT, at=NOON)
    assert nik.opened(comes) == MAN
