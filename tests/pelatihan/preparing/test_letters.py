"""The page of the letters of invitation: words, numbers, and who sees the links."""

import pytest
from django.test import Client

from pelatihan.models import Angkatan, InvitationLetter, LetterNumber, NumberSeries
from tests.factories import NOON, AngkatanFactory, InvitationFactory, OrmasFactory, UserFactory
from tests.pelatihan.preparing.test_payments import hidden, words

pytestmark = pytest.mark.django_db
ADDRESS = "/panitia/2019-ii/surat-undangan/"


@pytest.fixture
def angkatan() -> Angkatan:
    batch = AngkatanFactory(number=2)
    InvitationFactory(angkatan=batch, ormas=OrmasFactory(name="'Aisyiyah"))
    return batch


@pytest.fixture
def organiser(client, angkatan) -> Client:
    client.force_login(UserFactory(role="panitia"))
    return client


def typed(page: Client, **changes: str) -> dict[str, str]:
    """The form as it stands, with changes."""
    response = page.get(ADDRESS)
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields} | hidden(response.content.decode()) | changes


def test_words_begin_with_the_usual_ones_and_are_not_kept(organiser):
    sent = typed(organiser, town="Jakarta")
    assert sent["closing"].startswith("Demikian disampaikan.")

    assert "Surat undangan sudah disimpan." in words(organiser.post(ADDRESS, sent, follow=True))

    letter = InvitationLetter.objects.get()
    assert (letter.town, letter.closing, letter.rules) == ("Jakarta", "", "")


def test_own_words_are_kept_and_unknown_braces_refused(organiser):
    refused = words(organiser.post(ADDRESS, typed(organiser, opening="Yth. {nama},")))
    assert "{nama} pada baris 1" in refused
    assert not InvitationLetter.objects.exists()

    organiser.post(ADDRESS, typed(organiser, opening="Bersama ini {kantor} mengundang."))
    assert InvitationLetter.objects.get().opening == "Bersama ini {kantor} mengundang."


def test_two_who_write_one_letter_take_nothing_from_each_other(organiser):
    mine = typed(organiser, closing="Terima kasih.")
    organiser.post(ADDRESS, typed(organiser, closing="Wasalam."))

    said = words(organiser.post(ADDRESS, mine))

    assert "Ada isian yang baru saja diubah orang lain" in said
    assert InvitationLetter.objects.get().closing == "Wasalam."


def test_letter_is_not_dated_years_away(organiser, angkatan):
    said = words(organiser.post(ADDRESS, typed(organiser, dated_on="0219-02-18")))

    assert "Pilih tanggal dari 10 Maret 2018 sampai 13 Maret 2020." in said
    assert not InvitationLetter.objects.filter(dated_on__isnull=False).exists()


def test_numbers_are_given_by_a_press(organiser, angkatan):
    series = NumberSeries.objects.create(label="Undangan", code="UND")
    numbering = f"{ADDRESS}nomor/"
    assert "Pilih dulu seri nomornya" in words(organiser.post(numbering, follow=True))
    organiser.post(ADDRESS, typed(organiser, series=str(series.pk), dated_on="2019-02-18"))

    said = words(organiser.post(numbering, follow=True))

    assert "1 surat sudah diberi nomor: 001/UND/II/2019." in said
    assert "belum bernomor" not in said
    assert "Belum ada ormas yang diundang tanpa nomor surat." in words(organiser.post(numbering, follow=True))
    assert LetterNumber.objects.count() == 1


def test_closed_batch_stands_still(organiser):
    sent = typed(organiser, town="Bogor")
    Angkatan.objects.update(closed_at=NOON)

    assert "surat undangannya tidak berubah lagi" in words(organiser.post(ADDRESS, sent, follow=True))
    assert not InvitationLetter.objects.exists()


@pytest.mark.parametrize(
    ("role", "says"), [("panitia", "hanya tercetak bila verifikator yang mencetak"), ("verifikator", "ikut tercetak")]
)
def test_page_says_whether_links_are_printed(client, angkatan, role, says):
    client.force_login(UserFactory(role=role))

    assert says in words(client.get(ADDRESS))
