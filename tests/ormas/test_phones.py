"""Mobile numbers in every usual spelling."""

import pytest
from django.core.exceptions import ValidationError

from ormas import phones


@pytest.mark.parametrize(
    "text",
    [
        "  +62 812-3456-7890 ",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "6281234567890",
        "81234567890",
        "(0812) 3456.7890",
        "0062 812 3456 7890",
    ],
)
def test_usual_spellings_are_one_number(text: str) -> None:
    assert phones.normalise(text) == "+6281234567890"


@pytest.mark.parametrize("national", ["812345678", "812345678901", "85008123456"])
def test_numbers_of_every_length_are_taken(national: str) -> None:
    assert phones.normalise(f"0{national}") == f"+62{national}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0812-3456x7890", "berisi angka. Contoh: 0812-3456-7890."),
        ("081234567", "Angkanya kurang"),
        ("08123456789012", "Angkanya terlalu banyak"),
        ("  +65 8123 4567", "nomor HP Indonesia"),
        ("0812-abcd", "hanya boleh berisi angka"),
        ("08123", "Angkanya kurang"),
        ("0812345678901234", "Angkanya terlalu banyak"),
        ("021-3456789", "diawali 08"),
        ("+65 8123 4567", "nomor HP Indonesia"),
        ("0802345678", "tidak dikenal"),
        ("", "diawali 08"),
    ],
)
def test_other_numbers_are_refused_with_a_reason(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        phones.normalise(text)


def test_number_is_shown_in_groups() -> None:
    assert phones.display("+6281234567890") == "0812-3456-7890"


def test_other_numbers_are_shown_as_they_are() -> None:
    assert phones.display("(021) 345678") == "(021) 345678"


def test_search_reads_a_number_or_nothing() -> None:
    assert phones.read("0812 3456 7890") == "+6281234567890"
    assert phones.read("Budi") == ""


def test_stored_number_is_checked() -> None:
    phones.check_stored("+6281234567890")

    with pytest.raises(ValidationError, match="Tulis nomor HP seperti ini: 0812-3456-7890"):
        phones.check_stored("081234567890")


def test_masked_number_cannot_be_called() -> None:
    assert phones.masked("+6281234567890") == "0812-••••-••90"
    assert phones.masked("") == ""


def test_whatsapp_link_has_digits_and_encoded_spaces() -> None:
    assert phones.wa_link("+6281234567890", "Halo & salam") == "https://wa.me/6281234567890?text=Halo%20%26%20salam"
    assert phones.wa_link("+6281234567890") == "https://wa.me/6281234567890"
    assert phones.wa_link("+6281234567890", "a/b") == "https://wa.me/6281234567890?text=a%2Fb"
