"""Codes of certificates: sixty bits, and a check sign that no single slip of the pen outwits."""

import random
from itertools import combinations

from pelatihan.certificates import codes
from pelatihan.codes import ALPHABET

DICE = random.Random(7)
SAMPLES = [codes.new_code(DICE.choice) for _ in range(40)]


def test_fresh_codes_are_valid_and_have_sixty_random_bits():
    asked: list[str] = []
    code = codes.new_code(lambda signs: asked.append(signs) or signs[3])  # type: ignore[func-returns-value]

    assert asked == [ALPHABET] * 12
    assert len(ALPHABET) ** len(asked) == 2**60
    assert all(map(codes.is_valid, (code, *SAMPLES)))


def test_one_wrong_sign_never_makes_another_valid_code():
    for code in SAMPLES:
        for place, right in enumerate(code):
            for wrong in ALPHABET.replace(right, ""):
                assert not codes.is_valid(code[:place] + wrong + code[place + 1 :])


def test_two_signs_that_changed_places_never_make_another_valid_code():
    for code in SAMPLES:
        for first, second in combinations(range(len(code)), 2):
            signs = list(code)
            signs[first], signs[second] = signs[second], signs[first]
            assert signs == list(code) or not codes.is_valid("".join(signs))


def test_code_is_read_as_people_type_it():
    code = SAMPLES[0]

    assert codes.normalise(f" https://x.example/sertifikat/{codes.display(code).lower()}/ ") == code
    assert codes.display("7K4M9QXP2TWR5") == "7K4M-9QXP-2TWR5"


def test_example_on_the_form_is_nobodys():
    assert not codes.is_valid(codes.normalise(codes.EXAMPLE))
