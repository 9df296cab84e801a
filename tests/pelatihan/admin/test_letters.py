"""The surat tugas as staff see it: who opens it and how it is handed out, the tick, and what the pages say of it."""

import logging

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from pelatihan.models import AssignmentLetter, Invitation
from pelatihan.registration import letters
from pelatihan.web.kept_files import LETTERS
from tests.factories import NOON, AngkatanFactory, InvitationFactory, UserFactory, a_registration
from tests.pelatihan import letter_samples as a
from tests.pelatihan.test_walk import browser_of, seen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters_folder")]
HIPAKAD = {"ormas__name": "Himpunan Putra-Putri Keluarga Angkatan Darat", "ormas__abbreviation": "HIPAKAD"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def invitation() -> Invitation:
    return InvitationFactory(**HIPAKAD)


def sent(invitation: Invitation, content: bytes) -> AssignmentLetter:
    return letters.keep(invitation, a.uploaded(content), NOON)


def address(letter: AssignmentLetter) -> str:
    return reverse("admin:pelatihan_invitation_letter", args=[letter.invitation_id, letter.pk])


def page(invitation: Invitation) -> str:
    return reverse("admin:pelatihan_invitation_change", args=[invitation.pk])


def ticking(invitation: Invitation) -> str:
    return reverse("admin:pelatihan_invitation_received", args=[invitation.pk])


def words(client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


# ---- Opening ---------------------------------------------------------------------------------------


def test_photo_is_shown_and_nothing_in_it_runs(verifier, invitation):
    answer = verifier.get(address(sent(invitation, a.a_photo())))

    assert answer.status_code == 200
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == 'inline; filename="surat-tugas-hipakad.jpg"'
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'; ")
    assert "script" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_pdf_is_handed_out_as_a_file(verifier, invitation):
    answer = verifier.get(address(sent(invitation, a.a_pdf())))

    assert answer.content == a.a_pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="surat-tugas-hipakad.pdf"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("abbreviation", "name"),
    [('"; x="', "surat-tugas-x.pdf"), ("😀", "surat-tugas-ormas.pdf"), ("Ā/../B", "surat-tugas-ab.pdf")],
)
def test_name_of_the_ormas_cannot_break_out(verifier, abbreviation, name):
    letter = sent(InvitationFactory(ormas__abbreviation=abbreviation), a.a_pdf())

    assert verifier.get(address(letter))["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize(
    ("who", "answer"),
    {
        **dict.fromkeys(("plain", "petugas", "pemantau"), "403"),
        **dict.fromkeys(("panitia", "verifikator", "admin"), "200"),
        "nobody": "masuk",
    }.items(),
)
def test_only_who_needs_it_opens_it(invitation, who, answer):
    assert seen(browser_of(who).get(address(sent(invitation, a.a_pdf())))) == answer


def test_refused_person_reads_why(as_role, invitation):
    answer = as_role("pemantau").get(address(sent(invitation, a.a_pdf())))

    assert "Surat tugas hanya dibuka oleh verifikator dan panitia." in answer.content.decode()


def test_letter_of_another_invitation_is_not_found(verifier, invitation):
    letter = sent(invitation, a.a_pdf())
    other = reverse("admin:pelatihan_invitation_letter", args=[InvitationFactory().pk, letter.pk])

    assert verifier.get(other).status_code == 404


def test_who_looked_is_logged_and_nothing_else(verifier, invitation, caplog):
    letter = sent(invitation, a.a_pdf())
    with caplog.at_level(logging.INFO, "pelatihan.admin.letters"):
        verifier.get(address(letter))

    (line,) = [record.getMessage() for record in caplog.records if record.name == "pelatihan.admin.letters"]
    assert line.startswith(f"Letter {letter.pk} opened by account=pengguna")
    assert "HIPAKAD" not in line


def test_first_look_shows_on_the_page(verifier, invitation):
    letter = sent(invitation, a.a_pdf())
    assert "belum dibuka petugas" in words(verifier, page(invitation))

    verifier.get(address(letter))

    assert "belum dibuka petugas" not in words(verifier, page(invitation))


def test_missing_file_says_what_to_do(verifier, invitation):
    letter = sent(invitation, a.a_pdf())
    LETTERS.remove(letter.file_name)

    answer = verifier.get(address(letter), follow=True)

    assert answer.redirect_chain[0][0] == page(invitation)
    assert "Mintalah ormas mengunggahnya sekali lagi" in answer.content.decode()


# ---- The tick --------------------------------------------------------------------------------------


def test_tick_is_given_shown_and_taken_back(verifier, invitation):
    sent(invitation, a.a_pdf())
    shown = verifier.post(ticking(invitation), {"received": "1"}, follow=True).content.decode()

    assert "Diterima Rabu, 20 Februari 2019 pukul 12.00 WIB oleh Rina Kartika" in " ".join(shown.split())
    assert "Hapus tanda diterima" in shown
    assert "Tandai diterima" not in shown

    shown = verifier.post(ticking(invitation), {"received": "0"}, follow=True).content.decode()

    assert "Tandai diterima" in shown
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Surat tugas diterima",
        "Tanda surat tugas diterima dihapus",
    ]


def test_original_on_paper_is_ticked_without_an_upload(as_role, invitation):
    client = as_role("panitia")
    client.post(ticking(invitation), {"received": "1"})

    assert "tanpa unggahan" in words(client, page(invitation))


def test_pressing_twice_is_once(verifier, as_role, invitation):
    verifier.post(ticking(invitation), {"received": "1"})
    as_role("panitia").post(ticking(invitation), {"received": "1"})

    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("sent", ["", "2", "\0", "<script>", "1" * 10_000, "😀", ["0", "x"]])
def test_odd_wish_changes_nothing(verifier, invitation, sent):
    verifier.post(ticking(invitation), {"received": sent})

    invitation.refresh_from_db()
    assert invitation.letter_received_at is None


def test_link_to_the_address_changes_nothing(verifier, invitation):
    assert verifier.get(ticking(invitation), {"received": "1"}).status_code == 302

    invitation.refresh_from_db()
    assert invitation.letter_received_at is None


@pytest.mark.parametrize("who", ["plain", "petugas", "pemantau"])
def test_who_may_not_ticks_nothing(invitation, who):
    assert seen(browser_of(who).post(ticking(invitation), {"received": "1"})) == "403"

    invitation.refresh_from_db()
    assert invitation.letter_received_at is None


def test_clerk_whose_account_ticked_cannot_be_deleted_away(invitation):
    letters.tick(invitation, is_received=True, user=UserFactory(), at=NOON)
    invitation.refresh_from_db()

    assert invitation.letter_received_by


# ---- What the pages say ----------------------------------------------------------------------------


def test_invitation_shows_every_letter_newest_first(verifier, invitation):
    sent(invitation, a.a_pdf_of(1_234_567))
    with time_machine.travel(NOON.replace(hour=6)):
        letters.keep(invitation, a.uploaded(a.a_photo()), NOON.replace(hour=6))
    shown = words(verifier, page(invitation))

    assert shown.index("Lihat foto, ") < shown.index("Unduh PDF, 1,2 MB")
    assert "Diunggah Rabu, 20 Februari 2019 pukul 12.00 WIB" in shown


def test_invitation_without_letter_says_so(verifier, invitation):
    assert "Belum ada" in words(verifier, page(invitation))


def test_watcher_reads_that_it_is_there_and_no_more(as_role, invitation):
    letter = sent(invitation, a.a_pdf())
    shown = words(as_role("pemantau"), page(invitation))

    assert "PDF, " in shown
    assert address(letter) not in shown
    assert "Tandai diterima" not in shown


def test_new_invitation_has_no_card(verifier):
    assert "Surat tugas" not in words(verifier, reverse("admin:pelatihan_invitation_add"))


def person_of(invitation: Invitation):
    registration = a_registration(invitation.angkatan, "submitted", ormas=invitation.ormas)
    return registration, reverse("admin:pelatihan_registration_change", args=[registration.pk])


def test_verification_shows_the_newest_and_ticks_in_place(verifier, invitation):
    for pages in (1, 2):
        letters.keep(invitation, a.uploaded(a.a_pdf(pages)), NOON.replace(minute=pages))
    registration, person = person_of(invitation)
    shown = words(verifier, person)

    assert shown.count("Unduh PDF") == 1
    assert "1 surat sebelumnya" in shown
    assert "Diunggah Rabu, 20 Februari 2019 pukul 12.02 WIB" in shown

    answer = verifier.post(ticking(invitation), {"received": "1", "registration": registration.pk})
    assert answer["Location"] == person
    assert "oleh Rina Kartika" in words(verifier, person)


@pytest.mark.parametrize("back", ["99999999999999999999", "//contoh.example", "0", "x", "\0", ["1", "2"]])
def test_tick_leads_nowhere_else(verifier, invitation, back):
    answer = verifier.post(ticking(invitation), {"received": "1", "registration": back})

    assert answer["Location"] == page(invitation)


def test_tick_leads_to_no_person_of_another_invitation(verifier, invitation):
    registration, _ = person_of(InvitationFactory())

    answer = verifier.post(ticking(invitation), {"received": "1", "registration": registration.pk})

    assert answer["Location"] == page(invitation)


def test_deleted_invitation_leaves_its_file_to_the_sweeping(verifier, invitation, letters_folder):
    letter = sent(invitation, a.a_pdf())
    answer = verifier.post(reverse("admin:pelatihan_invitation_delete", args=[invitation.pk]), {"post": "yes"})

    assert answer.status_code == 302
    assert not AssignmentLetter.objects.exists()
    assert LETTERS.strays(NOON.replace(year=2100), set()) == [letter.file_name]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_page_asks_as_much_for_many_letters(verifier, django_assert_max_num_queries, number):
    invitation = InvitationFactory(angkatan=AngkatanFactory())
    for pages in range(number):
        letters.keep(invitation, a.uploaded(a.a_pdf(pages + 1)), NOON)
    letters.tick(invitation, is_received=True, user=UserFactory(), at=NOON)
    verifier.get(page(invitation))

    with django_assert_max_num_queries(9):
        verifier.get(page(invitation))
