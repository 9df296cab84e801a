"""Organisations as an office writes them in a letter or a sheet: recognised, or offered, or left alone."""

import csv
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ormas.models import Ormas
from ormas.recognising import _good_ones, _parts, _wording, core, recognise, tidied

REFERENCE = Path(__file__).parents[2] / "pelatihan/trial/reference/organisations.csv"

# The 39 of the reference data, in the order of the file, as an office's secretary typed them.
OFFICE_S_LIST = """\
1. PW ’Aisyiyah DKI Jakarta
2) DPW BKPRMI DKI Jakarta
3.BAMUS BETAWI
4. Dewan Harian Daerah Angkatan '45 (DHD 45)
5	Dewan Masjid Indonesia	DMI
6. PW Fatayat NU DKI
• Forum Betawi Rempung
- FORKABI
* Gerakan Angkatan Muda Kristen Indonesia (GAMKI) DKI Jakarta
(10) GMKI Cabang Jakarta
11. HIPAKAD DPD DKI Jakarta
12. Ikatan Keluarga Betawi ( IKB )
13. DPW Ikatan Keluarga Madura (IKAMA)
14. IKM – Ikatan Keluarga Minang
15. Itihadul Mubalighin
16. Bang Japar
17. KB FKPPI DKI Jakarta
18. Keluarga Besar Putra Putri POLRI
19	KKSS	Kerukunan Keluarga Sulawesi Selatan	Jakarta Utara
20. DPD KNPI Prov. DKI Jakarta
21. Lembaga Dakwah Islam Indonesia (LDII).
22. Lembaga Kebudayan Betawi
23. MATAKIN Provinsi DKI Jakarta
24. Mathlaul Anwar
25. Muslimat Nahdlatul Ulama (NU)
26. ORARI Daerah DKI Jakarta
27. Paguyuban Pasundan;
28. PSMTI Prov DKI Jakarta
29. Parisadha Hindu Dharma Indonesia (PHDI)
30. Pemuda Pancasila
31. Perhimpunan INTI
32. PEPABRI
33. Persatuan Tuna Netra Indonesia
34. Persaudaraan Jurnalis Muslim Indonesia - PJMI
35. PGIW DKI
36. WALUBI (Perwakilan Umat Buddha Indonesia)
37. Muhammadiyah DKI
38. WALHI Jakarta
39. DPD Wanita Katolik RI (WKRI)
""".splitlines()


@pytest.fixture
def the_39(db) -> list[Ormas]:
    with REFERENCE.open(newline="") as file:
        return [Ormas.objects.create(name=r["name"], abbreviation=r["abbreviation"]) for r in csv.DictReader(file)]


def meant(line: str) -> str:
    (one,) = recognise([line])
    return one.ormas.abbreviation if one.ormas else f"? {' '.join(each.abbreviation for each in one.offered)}".strip()


def test_all_39_of_an_office_s_list_are_recognised_or_offered_first(the_39):
    lines = recognise(OFFICE_S_LIST)

    assert [line.ormas or next(iter(line.offered), None) for line in lines] == the_39
    assert sum(line.ormas is not None for line in lines) >= 30


@pytest.mark.parametrize("number", ["1. ", "2)", "(3) ", "12 - ", "a. ", "• ", "– ", "\t4\t", "5.\t", "“"])
def test_numbers_and_bullets_in_front_are_no_part_of_the_name(the_39, number):
    assert meant(f"{number}FORKABI") == "FORKABI"


@pytest.mark.parametrize("name", ["45 Perintis", "1000 Guru", "3 Pilar"])
def test_a_number_that_belongs_to_the_name_stays(name):
    assert tidied(name) == name


def test_level_and_province_are_no_part_of_the_name():
    assert core("Dewan Pimpinan Daerah KNPI Prov. DKI Jakarta") == "knpi"
    assert core("Pimpinan Wilayah ’Aisyiyah Provinsi Daerah Khusus Ibukota Jakarta") == "aisyiyah"
    assert core("Pemuda Pancasila MPW DKI Jakarta") == "pemuda pancasila"
    assert core("PW") == "pw"


@pytest.mark.parametrize(
    "line", ["DPC KNPI Jakarta Timur", "DPP KNPI", "KNPI Jakarta Selatan", "Forum Betawi Rempung", "FORKABY"]
)
def test_a_branch_the_centre_or_a_wrong_letter_is_offered_never_taken(the_39, line):
    assert meant(line).startswith("? ")
    assert len(meant(line)) > 2


def test_rivals_of_one_name_are_both_offered(the_39):
    Ormas.objects.create(name="Komite Nasional Pemuda Indonesia", abbreviation="KNPI")

    assert meant("1. KNPI") == "? KNPI KNPI"


def test_name_and_abbreviation_of_two_are_no_recognition(the_39):
    assert meant("Lembaga Kebudayaan Betawi (FBR)") == "LKB"
    assert meant("Barisan Penegak Hukum (MA)") != "MA"


@pytest.mark.parametrize("line", ["dll.", "Paguyuban Warga Cililitan Bersatu 2010", "DPD", "Nama Ormas", "...", ""])
def test_what_is_like_nobody_is_left_alone(the_39, line):
    assert meant(line) == "?"


# ---- What is known as written costs one question -------------------------------------------------


@pytest.mark.parametrize(
    ("line", "short"),
    [
        ("forum betawi REMPUG", "FBR"),
        ("fbr", "FBR"),
        ("DPD KNPI Prov. DKI Jakarta", "KNPI"),
        ("DPD Komite Nasional Pemuda Indonesia", "KNPI"),
        ("Forum (FBR) Betawi Rempug", "FBR"),
        ("Forum Betawi Rempug (yang lama) sejak 2001", "FBR"),
        ("(FBR)", "FBR"),
        ("FBR - Forum Betawi Rempug", "FBR"),
        ("4\tForum Betawi Rempug\tCakung", "FBR"),
    ],
)
def test_what_is_known_as_written_is_asked_once_and_not_compared(the_39, line, short):
    with CaptureQueriesContext(connection) as asked:
        (found,) = recognise([line])

    assert found.ormas
    assert found.ormas.abbreviation == short
    assert len(asked.captured_queries) == 1
    assert " WHERE " in asked.captured_queries[0]["sql"]


def test_name_with_an_apostrophe_is_known_as_written(the_39):
    own = Ormas.objects.create(name="Mathla'ul Contoh", abbreviation="")
    with CaptureQueriesContext(connection) as asked:
        (found,) = recognise(["Mathla'ul Contoh"])

    assert (found.ormas, len(asked.captured_queries)) == (own, 1)


def test_rivals_known_as_written_are_told_in_one_question(the_39):
    one, other = (Ormas.objects.create(name=f"Rukun Contoh {word}", abbreviation="RKCX") for word in ("Satu", "Dua"))
    with CaptureQueriesContext(connection) as asked:
        (found,) = recognise(["RKCX (Rukun Contoh)"])

    assert (found.ormas, found.offered, len(asked.captured_queries)) == (None, [one, other], 1)


def test_dash_parts_a_line_once():
    assert list(_parts("FBR - satu - dua")) == ["FBR - satu - dua", "FBR", "satu - dua"]


# ---- What an abbreviation proves -----------------------------------------------------------------


@pytest.mark.parametrize("line", ["B (FBR)", "Rum (FBR)"])
def test_letters_of_an_abbreviation_or_of_a_name_prove_nothing(the_39, line):
    assert recognise([line])[0].ormas is None


def test_half_of_the_words_beside_an_abbreviation_prove_it(the_39):
    assert meant("Forum Qwerty (FBR)") == "FBR"


def test_abbreviation_with_a_province_is_known(the_39):
    own = Ormas.objects.create(name="Lembaga Contoh Sejahtera", abbreviation="LCS DKI")

    assert recognise(["LCS DKI"])[0].ormas == own


def test_without_an_abbreviation_empty_brackets_prove_nothing(the_39):
    Ormas.objects.create(name="Wreda Lansia Sejahtera", abbreviation="")

    assert recognise(["Wreda (...)"])[0].ormas is None


# ---- How near -------------------------------------------------------------------------------------


def test_those_about_as_near_as_the_nearest_are_offered(the_39):
    scores = [0.9, 0.76, 0.75, 0.8, 0.85]
    near = list(zip(the_39, scores, strict=False))

    assert _good_ones(near) == [the_39[0], the_39[1], the_39[3]]
    assert _good_ones(near[:1] + near[2:3]) == [the_39[0]]
    assert _good_ones([]) == []


def test_endless_line_is_compared_by_its_beginning():
    assert len(_wording("a" * 300)) == 200


def test_only_those_that_are_near_are_fetched(the_39):
    with CaptureQueriesContext(connection) as asked:
        recognise(["Forum Betawi Rempung"])

    selects = [each["sql"] for each in asked.captured_queries if 'FROM "ormas_ormas"' in each["sql"]]
    assert " IN (" in selects[-1]
