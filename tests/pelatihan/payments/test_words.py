"""Sums in words, held against another way to say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pelatihan.payments.words import in_words, rupiah_in_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (1_000, "seribu"),
        (1_100, "seribu seratus"),
        (2_019, "dua ribu sembilan belas"),
        (11_000, "sebelas ribu"),
        (101_000, "seratus satu ribu"),
        (150_000, "seratus lima puluh ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (1_000_000_000, "satu miliar"),
        (1_001_001_000, "satu miliar satu juta seribu"),
        (10**12, "satu triliun"),
        (10**15, "satu kuadriliun"),
        (10**18 - 10**15 + 5, "sembilan ratus sembilan puluh sembilan kuadriliun lima"),
    ],
)
def test_number_in_words(number, words):
    assert in_words(number) == words


def test_sum_of_money_in_words():
    assert rupiah_in_words(150_000) == "Seratus Lima Puluh Ribu Rupiah"


@pytest.mark.parametrize("number", [-1, 10**18])
def test_number_without_words_is_refused(number):
    with pytest.raises(ValueError, match="words"):
        in_words(number)


VALUES = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000,
}  # fmt: skip
SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12, "kuadriliun": 10**15}


def heard(words: str) -> int:
    """What somebody writes down who hears these words one by one, and knows nothing of how they were made."""
    total = group = last = 0
    for word in words.split():
        if word == "seribu":
            total += 1000
        elif word in VALUES:
            last = VALUES[word]
            group += last
        elif word in SCALES:
            assert (word, group) != ("ribu", 1), "seribu"
            total, group = total + group * SCALES[word], 0
        else:  # of the unit said before: "dua belas", "dua puluh", "dua ratus"
            assert last > 1, f"se{word}"
            group += {"belas": 10, "puluh": 9 * last, "ratus": 99 * last}[word]
    return total + group


@given(st.one_of(st.integers(0, 10**15), st.integers(0, 10**6), st.integers(0, 5).map(lambda power: 1000**power)))
def test_words_are_heard_as_the_number(number):
    assert heard(in_words(number)) == number
