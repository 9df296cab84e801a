"""Names that may be one person's, and names that are not."""

import pytest

from pelatihan.exchange.likeness import core, why_alike


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Siti Rahmawati", "SITI RAHMAWATI", "nama sama"),
        ("Ma'ruf Amin", "Maruf Amin", "nama sama"),
        ("Moch. Ridwan", "Mochamad Ridwan", "nama sama bila “Moch. Ridwan” dibaca “Mochamad Ridwan”"),
        ("M. Ridwan", "Muhammad Ridwan", "nama sama bila “M. Ridwan” dibaca “Muhammad Ridwan”"),
        (
            "Drs. H. Budi Santoso, M.Si.",
            "Budi Santoso",
            "nama sama bila “Drs. H. Budi Santoso, M.Si.” dibaca “Budi Santoso”",
        ),
        ("Siti Rohmawati", "Siti Rahmawati", "nama beda satu huruf"),
        ("Siti Rahmawat", "Siti Rahmawati", "nama beda satu huruf"),
        ("Siti Rahmawwati", "Siti Rahmawati", "nama beda satu huruf"),
        ("iti Rahmawati", "Siti Rahmawati", "nama beda satu huruf"),
        ("Siti Rehmaweti", "Siti Rahmawati", ""),
        ("Siti Rahmawa", "Siti Rahmawati", ""),
        ("Budi", "Rudi", ""),
        ("Adi", "Andi", ""),
        ("Budi Santoso", "Siti Rahmawati", ""),
    ],
)
def test_why_two_names_are_alike(one, other, why):
    assert why_alike(one, other) == why
    assert bool(why_alike(other, one)) == bool(why)


def test_name_of_titles_alone_stays():
    assert core("Haji, S.H.") == "haji"
    assert core("Dr. H.") == "dr h"
