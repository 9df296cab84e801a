"""Codes that survive being typed by hand."""

from hypothesis import given
from hypothesis import strategies as st

from pelatihan import codes

bodies = st.text(codes.ALPHABET, min_size=7, max_size=7)


def test_new_code_is_valid() -> None:
    assert all(codes.is_valid(codes.new_code()) for _ in range(200))


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
    ]

    assert [codes.normalise(text) for text in spellings] == [code] * 5


def test_other_shapes_are_not_valid() -> None:
    assert not any(codes.is_valid(text) for text in ["", "ABC", "ABCDEFG!", "UUUUUUUU", "0" * 9, "abcdefgh"])
