"""What counts of a search."""

import pytest

from ormas.search import MOST_LETTERS, MOST_WORDS, search_words


def test_words_are_tidied():
    assert search_words("  ma’arif   nu \n jakarta ") == ["ma'arif", "nu", "jakarta"]


def test_six_words_of_forty_letters_count():
    words = search_words(" ".join(f"kata{n}" for n in range(1_900)))

    assert words == [f"kata{n}" for n in range(MOST_WORDS)]
    assert search_words("x" * 5_000) == ["x" * MOST_LETTERS]


@pytest.mark.parametrize("text", ["", "   ", "\0", "\ud800\udfff", " " * 5_000])
def test_nothing_to_look_for_is_no_word(text):
    assert search_words(text) == []


def test_what_postgresql_cannot_store_is_left_out():
    assert search_words("si\0ti \ud800 a\udfffmin") == ["siti", "amin"]
