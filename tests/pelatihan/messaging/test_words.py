"""What a message says to one person: the facts of now, and nothing that the batch does not hold."""

from datetime import timedelta

import pytest
import time_machine

from pelatihan.lifecycle import Action, Status
from pelatihan.messaging import post, texts, whatsapp, words
from pelatihan.models import Message, MessageKind, Office
from pelatihan.registration import writer
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    OrmasFactory,
    SessionFactory,
    UserFactory,
    a_registration,
    clerk,
)

pytestmark = pytest.mark.django_db
SITE = "https://pelatihan.contoh.id"


@pytest.fixture(autouse=True)
def _now(settings):
    settings.SITE_URL = SITE
    Office.objects.create(pk=1, name="Kesbangpol Contoh")
    with time_machine.travel(NOON, tick=False):
        yield


def said(message: Message) -> words.Words:
    return words.words_for(Message.objects.select_related(*words.FACTS).get(pk=message.pk))


def newest() -> Message:
    return Message.objects.order_by("-pk")[0]


def body(of, text: str, kind: str = "free") -> str:
    return words.sample(kind, of, "x", text).body


# ---- Of each occasion ----------------------------------------------------------------------------


def test_accepted_says_all_that_one_must_know():
    batch = AngkatanFactory(
        number=2, meeting_point="Balai Kota, 07.30 WIB", bring="- Surat tugas asli\n- Pakaian rapi\n"
    )
    person = a_registration(batch, name="Siti Rahmawati", front_title="Dra.", email="siti@contoh.id")

    told = said(newest())

    assert told.subject == "Anda diterima di Pelatihan Angkatan II 2019"
    assert told.address == "siti@contoh.id"
    assert told.phone == person.delegate.phone
    assert told.body == (
        "Yth. Bapak/Ibu Dra. Siti Rahmawati,\n\n"
        "Selamat, Anda diterima sebagai peserta Pelatihan Angkatan II 2019.\n\n"
        "Senin–Rabu, 11–13 Maret 2019\nHotel Contoh, Bogor\n"
        "Titik kumpul: Balai Kota, 07.30 WIB\nYang perlu dibawa: Surat tugas asli; Pakaian rapi\n\n"
        f"Kode Anda: {person.shown_code}\nHalaman Anda: {SITE}/k/{person.shown_code}/\n"
        "Kode QR untuk presensi ada di halaman itu.\n\n"
        "Pertanyaan: Ibu Rina Kartika, 0812-0000-0011\n\n"
        "Kesbangpol Contoh"
    )


def test_bare_batch_promises_nothing():
    a_registration(AngkatanFactory(help_phone="", decision_days=None), Status.SUBMITTED)

    told = said(newest()).body

    for word in ("Titik kumpul", "dibawa", "Pertanyaan", "paling lambat", "{", "\n\n\n"):
        assert word not in told


@pytest.mark.parametrize("status", Status)
def test_every_status_has_words_without_a_brace(status):
    person = a_registration(AngkatanFactory(), status)

    told = said(Message.objects.filter(registration=person).order_by("-pk")[0])

    assert "{" not in told.subject + told.body
    assert person.full_name in told.body
    assert told.body.endswith("Kesbangpol Contoh")


def test_reason_and_parts_of_a_fix_are_those_of_the_last_question():
    person = a_registration(AngkatanFactory(), Status.SUBMITTED)
    writer.move(
        person, Action.ASK_FIX, actor=clerk(), at=NOON, reason="Nama belum\nsesuai KTP.", fields=["name", "position"]
    )

    told = said(newest()).body

    assert "Isian: Nama lengkap, Jabatan\nCatatan petugas: Nama belum sesuai KTP." in told
    assert "Paling lambat: Sabtu, 2 Maret 2019 pukul 12.00 WIB" in told


def test_nobody_is_given_a_deadline_that_is_over():
    person = a_registration(AngkatanFactory(closes_at=NOON + timedelta(minutes=1)), Status.NEEDS_FIX)

    assert "Paling lambat" in body(person, "Paling lambat {batas_perbaikan}", "needs_fix")
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        assert body(person, "Paling lambat {batas_perbaikan}", "needs_fix") == ""


def test_queue_number_is_told_to_who_has_one():
    batch = AngkatanFactory(capacity=1)
    a_registration(batch, Status.SUBMITTED)
    a_registration(batch, Status.SUBMITTED)
    queued = newest()
    assert queued.kind == MessageKind.QUEUED

    assert "Nomor antrean Anda: 1." in said(queued).body
    by_staff = a_registration(AngkatanFactory(), Status.WAITLISTED)
    assert "antrean" not in said(Message.objects.filter(registration=by_staff).order_by("-pk")[0]).body


def test_first_session_says_when_it_begins():
    session = SessionFactory()
    person = a_registration(session.angkatan)

    assert body(person, "{waktu_mulai}") == "Senin, 11 Maret 2019 pukul 08.00 WIB"


def test_contact_person_is_led_to_the_invitation_and_a_nameless_one_is_the_board():
    batch = AngkatanFactory(seats_per_ormas=4)
    ormas = OrmasFactory(name="Perkumpulan Diam", contact_name="Hj. Aminah", contact_phone="021-345")
    told = words.sample("no_delegates", InvitationFactory(angkatan=batch, ormas=ormas), *texts.original("no_delegates"))

    assert told.subject.startswith("Perkumpulan Diam belum")
    assert told.body.startswith("Yth. Bapak/Ibu Hj. Aminah,")
    assert f"{SITE}/undangan/" in told.body
    assert "Kursi untuk ormas Anda: 4" in told.body
    assert told.phone == ""  # a landline has no WhatsApp
    ormas.contact_name = ""
    assert body(InvitationFactory(angkatan=AngkatanFactory(), ormas=ormas), "{penerima}") == "Pengurus Perkumpulan Diam"


def test_name_that_looks_like_a_placeholder_stays_a_name():
    person = a_registration(AngkatanFactory(venue="Aula {kode} {"))

    assert body(person, "{tempat}") == "Aula {kode} {"


# ---- Which text ----------------------------------------------------------------------------------


def test_text_of_the_office_is_read_whatever_the_channel():
    person = a_registration(AngkatanFactory())
    texts.save("accepted", "Judul", "Halo {nama}: {kode} {tautan}", by=UserFactory(), at=NOON)

    by_mail, by_hand = said(newest()).body, whatsapp.ready_text(person, "https://x/")

    assert by_mail == f"Halo {person.name}: {person.shown_code} {SITE}/k/{person.shown_code}/"
    assert by_hand == f"Halo {person.name}: {person.shown_code} https://x/"


def test_message_of_a_sending_says_what_was_written_for_it():
    person = a_registration(AngkatanFactory())
    mailing = person.angkatan.mailings.create(
        kind="free", subject="Untuk {nama}", body="Isi {ormas}", author=UserFactory(), at=NOON
    )
    post.of_mailing(mailing, [person], at=NOON)

    told = said(newest())

    assert (told.subject, told.body) == (f"Untuk {person.name}", f"Isi {person.ormas_name}")


def test_preview_shows_an_example_where_an_event_brings_the_words():
    person = a_registration(AngkatanFactory())

    assert body(person, "{alasan}", "rejected") == texts.PLACEHOLDERS["alasan"].example
    assert body(person, "{kabar}", "postponed") == texts.PLACEHOLDERS["kabar"].example


@pytest.mark.parametrize("kind", MessageKind)
def test_preview_of_every_original_is_whole(kind):
    person = a_registration(AngkatanFactory())
    invitation = InvitationFactory(angkatan=person.angkatan)

    for one in (person, invitation):
        told = words.sample(kind, one, *texts.original(kind))
        assert "{" not in told.subject + told.body
        assert told.subject


def test_words_cost_one_question_for_the_text(django_assert_num_queries):
    a_registration(AngkatanFactory())
    message = Message.objects.select_related(*words.FACTS).order_by("-pk")[0]
    words.office()

    with django_assert_num_queries(1):
        words.words_for(message)
    with django_assert_num_queries(0):
        words.words_for(message, texts.original("accepted"))
