"""Mobile numbers in every usual spelling."""

import pytest
from django.core.exceptions import ValidationError

from ormas import phones


@pytest.mark.parametrize(
    "text",
    ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", "81234567890", "(0812) 3456.7890", "0062 812 3456 7890"],
)
def test_usual_spellings_are_one_number(text: str) -> None:
    assert phones.normalise(text) == "+6281234567890"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
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


def test_masked_number_cannot_be_called() -> None:
    assert phones.masked("+6281234567890") == "0812-••••-••90"


def test_whatsapp_link_has_digits_and_encoded_spaces() -> None:
    assert phones.wa_link("+6281234567890", "Halo & salam") == "https://wa.me/6281234567890?text=Halo%20%26%20salam"
