"""What counts of a search, and whom it finds."""

import pytest
from django.db import connection
from django.db.models import Value

from ormas.models import Ormas
from ormas.search import MOST_LETTERS, MOST_WORDS, Plain, plain, plain_words, search_words
from tests.factories import OrmasFactory


def test_words_are_tidied():
    assert search_words("  ma’arif   nu \n jakarta ") == ["ma'arif", "nu", "jakarta"]


def test_six_words_of_forty_letters_count():
    words = search_words(" ".join(f"kata{n}" for n in range(1_900)))

    assert words == [f"kata{n}" for n in range(MOST_WORDS)]
    assert search_words("x" * 5_000) == ["x" * MOST_LETTERS]
    assert plain_words("a-b-c-d-e-f-g-h-i-j-k-l-m-n") == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize("text", ["", "   ", "\0", "\ud800\udfff", " " * 5_000])
def test_nothing_to_look_for_is_no_word(text):
    assert search_words(text) == []


def test_what_postgresql_cannot_store_is_left_out():
    assert search_words("si\0ti \ud800 a\udfffmin") == ["siti", "amin"]


# ---- How names are compared ----------------------------------------------------------------------

AS_COMPARED = {
    "Pimpinan Wilayah ’Aisyiyah": "pimpinan wilayah aisyiyah",
    "Putra-Putri Polri (KBPP)": "putra putri polri kbpp",
    "Ḥizbul Wāthan É": "hizbul wathan e",
    "P.P. Al‐Washliyah / DKI": "pp al washliyah dki",
    "Lembaga “Bakti” & Karya": "lembaga bakti karya",
    "…": "",
}
APOSTROPHES = "'’‘‛ʻʼ`´′ʿʾ"


@pytest.mark.parametrize("name", AS_COMPARED)
@pytest.mark.django_db
def test_database_writes_names_as_the_program_does(name):
    assert plain(name) == AS_COMPARED[name]
    assert OrmasFactory(name=f"{name} x", abbreviation="").plain == f"{AS_COMPARED[name]} x".strip()


@pytest.mark.parametrize("sign", APOSTROPHES)
@pytest.mark.django_db
def test_every_apostrophe_is_none(sign):
    OrmasFactory()
    said = Ormas.objects.annotate(said=Plain(Value(f"Ma{sign}arif"))).values_list("said", flat=True)[0]

    assert plain(f"Ma{sign}arif") == said == "maarif"


# ---- Whom a search finds -------------------------------------------------------------------------

INVITED = {
    "PWM": "Pimpinan Wilayah Muhammadiyah DKI Jakarta",
    "FATAYAT": "Fatayat Nahdlatul Ulama",
    "PWA": "Pimpinan Wilayah ’Aisyiyah DKI Jakarta",
    "KBPP": "Keluarga Besar Putra-Putri Polri",
    "MAARIF": "Lembaga Pendidikan Ma'arif",
}


@pytest.fixture
def register(db):
    for short, name in INVITED.items():
        OrmasFactory(name=name, abbreviation=short)


@pytest.mark.parametrize(
    ("typed", "short"),
    [
        ("muhamadiyah", "PWM"),
        ("Muhamadiah jakarta", "PWM"),
        ("nahdatul", "FATAYAT"),
        ("nahdatul ulama", "FATAYAT"),
        ("nahdatul ulma", "FATAYAT"),
        ("aisyiyah", "PWA"),
        ("’aisyiyah", "PWA"),
        ("'Aisyiyah", "PWA"),
        ("‘aisiyah", "PWA"),
        ("putra putri", "KBPP"),
        ("kbpp", "KBPP"),
        ("maarif", "MAARIF"),
        ("ma’arif", "MAARIF"),
    ],
)
def test_search_forgives(register, typed, short):
    assert [ormas.abbreviation for ormas in Ormas.objects.found_by(typed)] == [short]


def test_near_names_wait_until_none_fits(register):
    OrmasFactory(name="Muhamadiyah Salah Ketik", abbreviation="MST")

    assert [ormas.abbreviation for ormas in Ormas.objects.found_by("muhamadiyah")] == ["MST"]


@pytest.mark.parametrize("typed", ["pramuka", "wilayah pramuka", "!!!", "’"])
def test_what_resembles_nothing_finds_nothing(register, typed):
    assert list(Ormas.objects.found_by(typed)) == []


def test_no_word_finds_all(register):
    assert Ormas.objects.found_by("  ").count() == len(INVITED)


def test_nearest_stands_first(register):
    OrmasFactory(name="Fatayat Nahdlatul Wathan")
    near = Ormas.objects.near("nahdatul ulama fatayat")

    assert near.union(Ormas.objects.near("nahdatul")).count() == 2
    assert Ormas.objects.near("nahdatul").nearest_first("nahdatul wathan")[0].name == "Fatayat Nahdlatul Wathan"


@pytest.mark.parametrize("asked", ["matching", "near"])
def test_search_uses_its_index(register, asked):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "Bitmap Index Scan on ormas_search" in getattr(Ormas.objects, asked)("betawi").order_by().explain()
