"""Codes that survive being typed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pelatihan import codes

bodies = st.text(codes.ALPHABET, min_size=7, max_size=7)


def test_new_code_is_valid() -> None:
    assert all(codes.is_valid(codes.new_code()) for _ in range(200))


@pytest.mark.parametrize("code", ["K7MPQ4XV", "00000018", "10000002", "ZZZZZZZ0", "ABCDEFGJ"])
def test_codes_given_out_long_ago_stay_valid(code: str) -> None:
    assert codes.is_valid(code)


def test_no_sign_looks_like_another() -> None:
    assert not set("ILOU") & set(codes.ALPHABET)
    assert sorted(set(codes.ALPHABET)) == list(codes.ALPHABET)
    assert codes.ALPHABET.isupper()


def test_every_sign_is_picked_from_the_alphabet() -> None:
    turns = iter("K7MPQ4X")

    assert codes.new_code(lambda signs: next(turns) if signs == codes.ALPHABET else "") == "K7MPQ4XV"
    assert not list(turns)


@given(bodies, st.integers(0, 7), st.sampled_from(codes.ALPHABET))
def test_one_wrong_sign_is_noticed(body: str, place: int, sign: str) -> None:
    code = body + codes.check_sign(body)
    wrong = code[:place] + sign + code[place + 1 :]

    assert codes.is_valid(wrong) == (wrong == code) or {code[place], sign} == {"0", "Z"}


@given(bodies, st.integers(0, 5))
def test_swapped_neighbours_are_noticed(body: str, place: int) -> None:
    code = body + codes.check_sign(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert codes.is_valid(swapped) == (swapped == code) or {code[place], code[place + 1]} == {"0", "Z"}


@given(bodies)
def test_typed_spellings_read_as_the_code(body: str) -> None:
    code = body + codes.check_sign(body)
    shown = codes.display(code)
    spellings = [
        shown,
        shown.lower(),
        f" {shown[:4]} {shown[5:]} ",
        code.replace("0", "O").replace("1", "l"),
        f"https://contoh.example/k/{shown}/",
        f"https://contoh.example/k/{shown}/ \n",
    ]

    assert [codes.normalise(text) for text in spellings] == [code] * 6


def test_other_shapes_are_not_valid() -> None:
    assert not any(codes.is_valid(text) for text in ["", "ABC", "ABCDEFG!", "UUUUUUUU", "0" * 9, "abcdefgh"])
