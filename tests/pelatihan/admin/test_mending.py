"""Mending one registration: two clerks, a clerk and the delegate; and what the one history tells to whom."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from pelatihan.accounts.actor import DELEGATE
from pelatihan.admin import history
from pelatihan.admin.person_forms import StaffPersonForm
from pelatihan.attendance import writer as attendance
from pelatihan.attendance.locked import Scan
from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceState, Correction, Registration
from pelatihan.registration import changes, requests
from pelatihan.registration.application import Person
from pelatihan.registration.pages.own import pages as own
from pelatihan.web.seen import NOTHING_CHANGED
from tests.factories import NOON, AngkatanFactory, SessionFactory, UserFactory, a_person, a_registration, clerk
from tests.pelatihan.admin.people import Page

pytestmark = pytest.mark.django_db
PHONE = "+6281234567890"


@pytest.fixture(autouse=True)
def _while_registration_is_open():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def registration() -> Registration:
    return a_registration(AngkatanFactory(), Status.SUBMITTED, phone=PHONE, name="Budi", position="Anggota")


def opened(client: Client, registration: Registration) -> Page:
    address = reverse("admin:pelatihan_registration_change", args=[registration.pk])
    return Page(client, address, "front_title")


def delegate_s(registration: Registration) -> Page:
    client = Client()
    client.post(registration.get_absolute_url(), {"phone": registration.delegate.phone})
    return Page(client, f"{registration.get_absolute_url()}ubah/", "front_title")


def lines(registration: Registration) -> list[tuple[str, str, str]]:
    return list(registration.corrections.order_by("pk").values_list("field", "old", "new"))


# ---- Two clerks ----------------------------------------------------------------------------------


def test_two_clerks_who_mend_different_fields_keep_both(as_role, registration):
    rina, budi = (opened(as_role("verifikator"), registration) for _ in range(2))

    rina.send(name="Budi Contoh")
    assert budi.send(position="Ketua", reason="Lewat telepon").status_code == 302

    assert lines(registration) == [("name", "Budi", "Budi Contoh"), ("position", "Anggota", "Ketua")]
    assert registration.corrections.last().reason == "Lewat telepon"


def test_two_clerks_who_mend_the_same_field_are_asked(as_role, registration):
    rina, budi = (opened(as_role("verifikator"), registration) for _ in range(2))
    rina.send(phone="081311112222")

    answer = budi.send(phone="081311113333", nickname="Bud")

    assert answer.status_code == 200
    assert "0813-1111-2222" in budi.html
    assert (budi.fields["phone"], budi.fields["nickname"]) == ("081311113333", "Bud")
    budi.send(**{"keep-phone": "saved"})
    assert [line[0] for line in lines(registration)] == ["phone", "nickname"]


def test_saving_nothing_leaves_no_line(verifier, registration):
    page = opened(verifier, registration)

    page.send(phone="+62 812 3456 7890", name=" Budi ")

    assert lines(registration) == []
    assert page.told() == NOTHING_CHANGED
    assert not LogEntry.objects.exists()


def test_clerk_is_told_what_was_mended(verifier, registration):
    page = opened(verifier, registration)

    page.send(position="Ketua", gender="L")

    assert page.told() == "Data Budi disimpan: Jabatan, Jenis kelamin."


def test_save_that_comes_between_reading_and_writing_is_asked_about(verifier, registration, monkeypatch):
    page, correct = opened(verifier, registration), changes.correct

    def overtaken(*args, **options):
        monkeypatch.setattr(changes, "correct", correct)
        correct(Registration.objects.get(), a_person(name="Budi Lain", privacy_version=""), actor=clerk(), at=NOON)
        return correct(*args, **options)

    monkeypatch.setattr(changes, "correct", overtaken)

    assert page.send(name="Budi Contoh").status_code == 200
    assert "Budi Lain" in page.html
    assert Registration.objects.get().name == "Budi Lain"


def test_contact_put_right_on_the_delegate_s_page_is_told_by_their_registrations(verifier, registration):
    address = reverse("admin:ormas_delegate_change", args=[registration.delegate_id])

    Page(verifier, address, "nickname").send(phone="081311112222", nickname="Bud", agrees_photo="on")

    assert lines(registration) == [("phone", PHONE, "+6281311112222"), ("agrees_photo", "tidak", "ya")]
    assert registration.corrections.first().actor is not None


# ---- A clerk and the delegate --------------------------------------------------------------------


def test_delegate_and_clerk_who_mend_different_fields_keep_both(verifier, registration):
    clerk_s, own_page = opened(verifier, registration), delegate_s(registration)

    clerk_s.send(name="Budi Contoh")
    assert own_page.send(position="Ketua").status_code == 302

    registration.refresh_from_db()
    assert (registration.name, registration.position) == ("Budi Contoh", "Ketua")
    assert {line.role for line in registration.corrections.all()} == {"staff", "delegate"}


@pytest.mark.parametrize(("choice", "name"), [("mine", "Budi Saya"), ("saved", "Budi Contoh")])
def test_delegate_chooses_between_both(verifier, registration, choice, name):
    clerk_s, own_page = opened(verifier, registration), delegate_s(registration)
    clerk_s.send(name="Budi Contoh")

    own_page.send(name="Budi Saya", nickname="Bud")
    assert "Ada isian yang baru saja diubah orang lain" in own_page.html
    assert own_page.fields["nickname"] == "Bud"
    assert own_page.send(**{"keep-name": choice}).status_code == 302

    registration.refresh_from_db()
    assert (registration.name, registration.nickname) == (name, "Bud")


@pytest.mark.parametrize(("status", "more"), [(Status.SUBMITTED, ""), (Status.NEEDS_FIX, f" {own.STILL_TO_FIX}")])
def test_delegate_who_changes_nothing_reads_so(status, more):
    registration = a_registration(AngkatanFactory(), status, phone=PHONE)
    page = delegate_s(registration)

    answer = page.client.post(page.address, page.fields, follow=True)

    assert NOTHING_CHANGED + more in unescape(answer.content.decode())
    registration.refresh_from_db()
    assert (registration.status, lines(registration)) == (status, [])


def test_save_between_reading_and_writing_shows_the_delegate_both(registration, monkeypatch):
    page, mend = delegate_s(registration), requests.mend

    def overtaken(*args, **options):
        monkeypatch.setattr(requests, "mend", mend)
        typed = a_person(name="Budi Lain", privacy_version="")
        changes.correct(Registration.objects.get(), typed, actor=clerk(), at=NOON)
        return mend(*args, **options)

    monkeypatch.setattr(requests, "mend", overtaken)

    page.send(name="Budi Contoh", phone="0812-3456-7890")
    assert "Budi Lain" in page.html
    assert Registration.objects.get().name == "Budi Lain"


# ---- The one history -----------------------------------------------------------------------------


def told(client: Client, registration: Registration) -> str:
    html = client.get(reverse("admin:pelatihan_registration_change", args=[registration.pk])).content.decode()
    part = re.search(r'<ol class="list history">.*?</ol>', html, re.DOTALL)
    assert part
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", part.group()).split()))


def test_history_tells_decisions_corrections_and_attendance_in_one_row(verifier, registration):
    session = SessionFactory(angkatan=registration.angkatan, title="Pembukaan")
    typed = a_person(name="Budi Contoh", phone=PHONE, position="Anggota", gender="P")
    changes.correct(registration, typed, actor=DELEGATE, at=NOON + timedelta(hours=1))
    check_in = Scan(uuid.uuid4(), session.starts_at, ref=registration.ref)
    Registration.objects.update(status=Status.ACCEPTED)
    attendance.record(session, [check_in], actor=clerk(), at=session.starts_at)
    attendance.mark(
        session, registration, AttendanceState.SICK, event_id=uuid.uuid4(), actor=clerk(),
        at=session.starts_at + timedelta(hours=3), reason="Surat dokter",
    )  # fmt: skip

    told_lines = history.of(registration, UserFactory(role="verifikator"))

    assert [line.what for line in told_lines] == [
        "Kehadiran diubah menjadi Sakit",
        "Presensi: Hadir",
        "Data dibetulkan",
        "Mendaftar",
    ]
    assert "Pembukaan" in told(verifier, registration)
    assert "“Surat dokter”" in told(verifier, registration)


def test_reason_of_attendance_may_speak_of_health_and_is_hidden_from_who_may_not_read_of_that(as_role, registration):
    session = SessionFactory(angkatan=registration.angkatan)
    Registration.objects.update(status=Status.ACCEPTED)
    attendance.mark(
        session, registration, AttendanceState.SICK, event_id=uuid.uuid4(), actor=clerk(),
        at=session.starts_at + timedelta(hours=3), reason="Surat dokter",
    )  # fmt: skip

    reasons = {role: history.of(registration, UserFactory(role=role))[0].reason for role in ("verifikator", "panitia")}
    assert reasons == {"verifikator": "Surat dokter", "panitia": "Surat dokter"}
    assert "“(disembunyikan)”" in told(as_role("pemantau"), registration)


def test_what_one_may_not_see_is_masked_in_the_history(as_role, verifier, registration):
    typed = a_person(phone="+6281311112222", email="b@contoh.id", special_needs="Kursi roda", agrees_special_needs=True)
    changes.correct(registration, typed, actor=DELEGATE, at=NOON)

    seen, masked = told(verifier, registration), told(as_role("pemantau"), registration)

    assert "0812-3456-7890" in seen
    assert "b@contoh.id" in seen
    assert "Kebutuhan khusus: semula (kosong) → menjadi ada" in seen
    assert "0812-••••-••90" in masked
    assert "0813-••••-••22" in masked
    assert "3456" not in masked
    assert "b@contoh.id" not in masked
    assert "ebutuhan khusus" not in masked
    assert "Kursi" not in seen


def test_line_of_special_needs_alone_is_hidden_whole(as_role, registration):
    typed = Person(**vars(Person.of(registration)) | {"special_needs": "Kursi roda"})
    changes.correct(registration, typed, actor=clerk(), at=NOON)

    assert "Data dibetulkan" not in told(as_role("pemantau"), registration)


def test_blanked_contacts_say_so(verifier, registration):
    changes.correct(registration, a_person(phone="+6281311112222"), actor=DELEGATE, at=NOON)
    Correction.objects.filter(field="phone").update(old="", new="")

    assert "Nomor HP: isinya sudah dihapus" in told(verifier, registration)


def test_corrections_from_before_are_told_as_they_were(verifier, registration):
    kind = ContentType.objects.get_for_model(Registration)
    LogEntry.objects.create(
        user=UserFactory(), content_type=kind, object_id=registration.pk, action_flag=CHANGE,
        change_message="Data diubah: Jabatan",
    )  # fmt: skip

    assert "Data diubah: Jabatan, Rina Kartika" in told(verifier, registration)


def test_clerk_is_told_of_somebody_else():
    assert StaffPersonForm({}).errors["name"] == ["Tulis nama lengkapnya."]
