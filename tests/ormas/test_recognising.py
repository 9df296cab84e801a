"""Organisations as an office writes them in a letter or a sheet: recognised, or offered, or left alone."""

import csv
from pathlib import Path

import pytest

from ormas.models import Ormas
from ormas.recognising import core, recognise, tidied

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
