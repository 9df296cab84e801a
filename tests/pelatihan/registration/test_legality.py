"""Whether an organisation's papers are in order: to the day, and what a clerk reads."""

from datetime import date, timedelta

import pytest

from ormas.models import LegalDocument, Ormas
from pelatihan.registration.legality import Check, legality
from tests.factories import LegalDocumentFactory, OrmasFactory

pytestmark = pytest.mark.django_db
TODAY = date(2019, 2, 27)
DAY = timedelta(days=1)
APPROVAL = "Pengesahan badan hukum (AHU)"


def checks(ormas: Ormas | None) -> list[Check]:
    return legality(ormas, on=TODAY)


def paper(ormas: Ormas, **fields: object) -> None:
    LegalDocumentFactory(**{"ormas": ormas, "number": "AHU-1"} | fields)


def test_ormas_outside_the_list_is_to_be_looked_at_first():
    note = "Periksa keberadaannya, lalu tambahkan ke daftar ormas."

    assert checks(None) == [Check("Ormas di luar daftar", False, note)]


def test_nothing_known_says_what_to_ask_for():
    assert checks(OrmasFactory()) == [
        Check("Dokumen legalitas", False, "Belum dicatat. Mintakan pengesahan badan hukum atau SKT."),
        Check("Masa bakti pengurus", False, "Belum dicatat. Mintakan SK kepengurusan."),
        Check("Alamat sekretariat", False, "Belum dicatat. Tanyakan kepada narahubung ormas."),
    ]


def test_sound_ormas_shows_its_papers():
    ormas = OrmasFactory(board_term_until=TODAY, secretariat_address="Jalan Contoh 1")
    paper(ormas, issuer="Kemenkumham")

    assert checks(ormas) == [
        Check(APPROVAL, True, "AHU-1, Kemenkumham, tanpa batas waktu"),
        Check("Masa bakti pengurus", True, "Sampai 27 Februari 2019"),
        Check("Alamat sekretariat", True, "Jalan Contoh 1"),
    ]


def test_dispute_stands_before_the_rest():
    first, *others = checks(OrmasFactory(verification=Ormas.Verification.DISPUTED))

    assert first == Check("Sengketa kepengurusan", False, "Tunggu keputusan pimpinan sebelum menerima.")
    assert others == checks(OrmasFactory())


@pytest.mark.parametrize(
    ("end", "check"),
    [
        (TODAY, Check(APPROVAL, True, "AHU-1, berlaku sampai 27 Februari 2019")),
        (TODAY - DAY, Check(APPROVAL, False, "AHU-1 berakhir 26 Februari 2019, 1 hari lalu. Mintakan yang baru.")),
    ],
)
def test_paper_is_valid_on_its_last_day(end, check):
    ormas = OrmasFactory()
    paper(ormas, expires_on=end)

    assert checks(ormas)[0] == check


def test_paper_that_holds_goes_before_newer_ones_that_ended():
    ormas = OrmasFactory()
    paper(ormas, number="Lama", issued_on=date(2010, 1, 1))
    paper(ormas, number="Baru", issued_on=date(2015, 1, 1), expires_on=date(2016, 1, 1))

    assert checks(ormas)[0].note == "Lama, tanpa batas waktu"


def test_of_papers_that_ended_the_newest_is_named():
    ormas = OrmasFactory()
    for year in (2010, 2014):
        paper(ormas, number=str(year), issued_on=date(year, 1, 1), expires_on=date(year + 1, 1, 1))

    assert checks(ormas)[0].note == "2014 berakhir 1 Januari 2015, 1.518 hari lalu. Mintakan yang baru."


@pytest.mark.parametrize("kind", LegalDocument.Kind)
def test_paper_is_called_by_its_kind(kind):
    ormas = OrmasFactory()
    paper(ormas, kind=kind)

    assert checks(ormas)[0].title == kind.label


@pytest.mark.parametrize(
    ("end", "check"),
    [
        (TODAY, Check("Masa bakti pengurus", True, "Sampai 27 Februari 2019")),
        (
            TODAY - DAY,
            Check("Masa bakti pengurus", False, "Berakhir 26 Februari 2019, 1 hari lalu. Mintakan SK yang baru."),
        ),
    ],
)
def test_board_s_term_holds_on_its_last_day(end, check):
    assert checks(OrmasFactory(board_term_until=end))[1] == check
