"""Codes by which anybody checks a certificate: twelve random signs of Crockford's base 32 (60 bits) and a check sign.

The check sign is a weighted sum in the field of 32 elements, each place with a weight of its own: one wrong sign, or
two that changed places, never make another valid code. Shown as ``7K4M-9QXP-2TWR5``, stored without hyphens.
"""

import re
import secrets
from collections.abc import Callable

from pelatihan.codes import ALPHABET, normalise
from pelatihan.models.certificate import SIGNS_IN_CODE
from pelatihan.models.certificate import shown as display

__all__ = ["EXAMPLE", "check_sign", "display", "is_valid", "new_code", "normalise"]

PATTERN = re.compile(rf"[{ALPHABET}]{{{SIGNS_IN_CODE}}}")
_FIELD = 0b100101  # x⁵ + x² + 1, by which 32 numbers are a field
EXAMPLE = "7K4M-9QXP-2TWRM"


def new_code(pick: Callable[[str], str] = secrets.choice) -> str:
    """A fresh code; ``pick`` chooses each sign."""
    body = "".join(pick(ALPHABET) for _ in range(SIGNS_IN_CODE - 1))
    return body + check_sign(body)


def check_sign(body: str) -> str:
    """The sign that must follow."""
    total = 0
    for weight, sign in enumerate(body, start=2):  # the check sign itself has the weight 1
        total ^= _times(weight, ALPHABET.index(sign))
    return ALPHABET[total]


def is_valid(code: str) -> bool:
    """Whether a normalised code has the right shape and check sign."""
    return bool(PATTERN.fullmatch(code)) and check_sign(code[:-1]) == code[-1]


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one, other = one << 1, other >> 1
        if one & 32:
            one ^= _FIELD
    return product
