"""What a clerk reads before deciding, and what staff type."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from ormas.models import LegalDocument
from pelatihan.admin.verification import queue, seats_note
from pelatihan.attendance import writer as attendance
from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceState, Registration
from pelatihan.registration.legality import legality
from tests.factories import (
    NOON,
    AngkatanFactory,
    LegalDocumentFactory,
    OrmasFactory,
    SessionFactory,
    a_registration,
    clerk,
)

ADD = reverse("admin:pelatihan_registration_add")
TODAY = date(2019, 2, 27)
pytestmark = pytest.mark.django_db


@pytest.fixture
def during_registration():
    with time_machine.travel(NOON, tick=False):
        yield


def page(registration):
    return reverse("admin:pelatihan_registration_change", args=[registration.pk])


def test_sound_ormas_has_three_ticks():
    ormas = OrmasFactory(board_term_until=date(2020, 1, 1), secretariat_address="Jalan Contoh 1")
    LegalDocumentFactory(ormas=ormas)

    assert [check.is_ok for check in legality(ormas, on=TODAY)] == [True, True, True]


def test_each_gap_says_what_to_ask():
    ormas = OrmasFactory(board_term_until=date(2018, 12, 31))

    notes = [check.note for check in legality(ormas, on=TODAY)]

    assert notes[0].startswith("Belum dicatat. Mintakan pengesahan")
    assert notes[1] == "Berakhir 31 Desember 2018, 58 hari lalu. Mintakan SK yang baru."


def test_skt_ends_five_years_after_issue():
    ormas = OrmasFactory()
    LegalDocumentFactory(ormas=ormas, kind=LegalDocument.Kind.SKT, issued_on=date(2014, 2, 26))

    assert not legality(ormas, on=TODAY)[0].is_ok
    assert legality(ormas, on=TODAY - timedelta(days=1))[0].is_ok


def test_disputed_ormas_is_warned_of_first():
    assert legality(OrmasFactory(verification="disputed"), on=TODAY)[0].title == "Sengketa kepengurusan"


def test_seats_note_counts_this_one():
    ormas, angkatan = OrmasFactory(), AngkatanFactory()
    a_registration(angkatan, ormas=ormas)

    assert seats_note(a_registration(angkatan, ormas=ormas)) == "2 dari 3 terpakai, termasuk ini"


def test_queue_goes_on_to_the_next():
    angkatan = AngkatanFactory()
    first, second, third = (
        a_registration(angkatan, Status.SUBMITTED, at=NOON + timedelta(minutes=n)) for n in range(3)
    )

    assert (queue(second).place, queue(second).total, queue(second).following) == (2, 3, third)
    assert queue(third).following == first


def test_verification_page_holds_what_one_decides_by(verifier):
    registration = a_registration(AngkatanFactory(), name="Adi Nugroho", phone="+6281234567890")

    html = verifier.get(page(registration)).content.decode()

    assert "https://wa.me/6281234567890" in html
    assert "Masa bakti pengurus" in html
    assert "1 dari 3 terpakai, termasuk ini" in html


def test_walk_in_is_marked_on_the_page_and_in_the_queue(verifier):
    batch = AngkatanFactory()
    other, walk_in = (
        a_registration(batch, "submitted"),
        a_registration(batch, "submitted", source=Registration.Source.WALK_IN),
    )
    html = verifier.get(page(walk_in)).content.decode()
    assert "Datang langsung, belum diverifikasi." in html
    assert html.count("Datang langsung</span>") == 1
    assert "Datang langsung, belum" not in verifier.get(page(other)).content.decode()


def test_observer_reads_without_phone_or_buttons(as_role):
    registration = a_registration(AngkatanFactory(), phone="+6281234567890")

    html = as_role("pemantau").get(page(registration)).content.decode()

    assert "0812-••••-••90" in html
    assert "3456" not in html
    assert 'name="decision"' not in html
    assert "Betulkan data" not in html


def test_staff_mend_what_is_printed(verifier):
    registration = a_registration(AngkatanFactory(), name="Adi Nugroho")
    data = {"name": "Adi  Nugraha", "back_title": "S.H.", "phone": "0812 0000 0099", "position": "Ketua"}

    verifier.post(page(registration), data)

    registration.refresh_from_db()
    assert registration.full_name == "Adi Nugraha, S.H."
    assert registration.delegate.phone == "+6281200000099"


def test_mending_leaves_a_line_in_the_history(verifier):
    registration = a_registration(AngkatanFactory(), name="Adi", phone="+6281200000099", position="Ketua")

    verifier.post(
        page(registration), {"name": "Adi Nugraha", "phone": "081200000099", "position": "Ketua", "gender": "P"}
    )

    html = verifier.get(page(registration)).content.decode()
    assert "<del>Adi</del>" in html
    assert "<ins>Adi Nugraha</ins>" in html


def test_signs_that_papers_lack_are_refused(verifier):
    registration = a_registration(AngkatanFactory(), name="Adi")

    html = verifier.post(page(registration), {"name": "Adi 😀"}).content.decode()

    assert "tidak dapat dipakai" in html
    assert registration.name == "Adi"


def test_caller_is_recorded_with_source_staff(during_registration, verifier):
    angkatan, ormas = AngkatanFactory(), OrmasFactory()

    verifier.post(ADD, {"angkatan": angkatan.pk, "ormas": ormas.pk, "name": "Adi Nugroho"})

    registration = Registration.objects.get()
    assert (registration.source, registration.ormas, registration.status) == ("staff", ormas, "submitted")
    assert registration.history.get().actor.groups.get().name == "verifikator"


def test_written_name_of_known_ormas_is_it(during_registration, verifier):
    angkatan, ormas = AngkatanFactory(), OrmasFactory(name="Forum Betawi Rempug")

    verifier.post(ADD, {"angkatan": angkatan.pk, "ormas_text": "forum betawi rempug", "name": "Adi Nugroho"})

    assert Registration.objects.get().ormas == ormas


def test_written_name_that_no_paper_shows_is_refused(during_registration, verifier):
    data = {"angkatan": AngkatanFactory().pk, "ormas_text": "Forum 🎉", "name": "Adi"}

    assert "Tanda “🎉” tidak dapat dicetak." in verifier.post(ADD, data).content.decode()
    assert not Registration.objects.exists()


def test_refusal_stands_on_the_form(during_registration, verifier):
    angkatan, ormas = AngkatanFactory(), OrmasFactory(verification="disputed")

    html = verifier.post(ADD, {"angkatan": angkatan.pk, "ormas": ormas.pk, "name": "Adi"}).content.decode()

    assert "sedang dalam sengketa kepengurusan" in html
    assert not Registration.objects.exists()


def test_reloading_the_form_records_once(during_registration, verifier):
    data = {"angkatan": AngkatanFactory().pk, "ormas": OrmasFactory().pk, "name": "Adi"}
    data["token"] = verifier.get(ADD).context["form"]["token"].value()

    verifier.post(ADD, data)
    verifier.post(ADD, data)

    assert Registration.objects.count() == 1


def test_caller_who_is_registered_already_is_linked_to(during_registration, verifier):
    there = a_registration(AngkatanFactory(), name="Adi Nugroho", phone="+6281234567890")
    data = {"angkatan": there.angkatan.pk, "ormas": there.ormas.pk, "name": "adi nugroho", "phone": "0812 3456 7890"}

    html = verifier.post(ADD, data).content.decode()

    assert "Adi Nugroho sudah terdaftar di" in html
    assert f'<a href="{page(there)}">Buka pendaftaran Adi Nugroho</a>' in html
    assert Registration.objects.get() == there


def test_replacement_who_is_registered_already_is_linked_to(verifier):
    angkatan, ormas = AngkatanFactory(), OrmasFactory()
    old = a_registration(angkatan, ormas=ormas)
    there = a_registration(angkatan, ormas=ormas, name="Adi Nugroho", phone="+6281234567890")

    answer = verifier.post(
        reverse("admin:pelatihan_registration_replace", args=[old.pk]), {"name": "Adi Nugroho", "phone": "081234567890"}
    )

    assert f'<a href="{page(there)}">Buka pendaftaran Adi Nugroho</a>' in answer.content.decode()


def offered(client, **asked):
    field = client.get(ADD, asked).context["form"].fields["angkatan"]
    return list(field.queryset), field.empty_label


def test_only_batches_that_are_not_over_are_offered(during_registration, verifier):
    open_one, running = AngkatanFactory(), AngkatanFactory(starts_on=NOON.date(), opens_at=None, closes_at=None)
    past = AngkatanFactory(starts_on=NOON.date() - timedelta(days=9), opens_at=None, closes_at=None)
    AngkatanFactory(cancelled_at=NOON, cancel_reason="Banjir")
    AngkatanFactory(closed_at=NOON)

    assert offered(verifier, angkatan=open_one.pk) == ([open_one, running], None)
    assert offered(verifier, angkatan=past.pk)[1] == "Pilih angkatan"
    assert offered(verifier, angkatan="abc")[1] == "Pilih angkatan"


def test_replacement_takes_the_seat(verifier):
    old = a_registration(AngkatanFactory(capacity=1), name="Adi")

    verifier.post(reverse("admin:pelatihan_registration_replace", args=[old.pk]), {"name": "Budi", "reason": "Sakit"})

    old.refresh_from_db()
    assert old.status == Status.REPLACED
    assert (old.replaced_by.name, old.replaced_by.status) == ("Budi", Status.ACCEPTED)


@pytest.mark.parametrize("sessions", [0, 1, 4])
def test_replacing_somebody_who_is_present_says_what_becomes_of_it(verifier, sessions):
    old = a_registration(AngkatanFactory(), name="Adi")
    for number in range(sessions):
        session = SessionFactory(angkatan=old.angkatan, hour=8 + 2 * number, title=f"Materi {'ABCD'[number]}")
        attendance.mark(
            session, old, AttendanceState.LATE, event_id=uuid.uuid4(), actor=clerk(), at=session.starts_at, reason="x"
        )
    SessionFactory(angkatan=old.angkatan, hour=19, title="Penutupan")

    address = reverse("admin:pelatihan_registration_replace", args=[old.pk])
    html = verifier.get(address).content.decode()

    assert ("Adi sudah tercatat hadir: Materi A" in html) == bool(sessions)
    assert ("Materi C; dan 1 sesi lagi. Kehadiran itu tetap atas namanya" in html) == (sessions == 4)
    assert "Penutupan" not in html


def test_replacing_the_cancelled_is_refused(verifier):
    old = a_registration(AngkatanFactory(), Status.CANCELLED)

    answer = verifier.post(reverse("admin:pelatihan_registration_replace", args=[old.pk]), {"name": "Budi"})

    assert "tidak dapat dilakukan pada status Dibatalkan" in answer.content.decode()
