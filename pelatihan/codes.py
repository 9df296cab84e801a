"""Registration codes: eight signs of Crockford's base 32, seven random ones and a check sign.

The check sign is a weighted sum modulo 31, so that one wrong sign or two swapped neighbours are noticed.
Shown as ``ABCD-EFGH``, stored without the hyphen. Personal QR codes hold the bare code and nothing else.
"""

import re
import secrets
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
PATTERN = rf"^[{ALPHABET}]{{{LENGTH}}}$"
_LOOKALIKES = str.maketrans("OIL", "011")


def new_code(pick: Callable[[str], str] = secrets.choice) -> str:
    """A fresh code, 35 random bits and the check sign, e.g. ``K7MPQ4XR``; ``pick`` chooses each sign."""
    body = "".join(pick(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_sign(body)


def check_sign(body: str) -> str:
    """The sign that must follow seven signs of the alphabet."""
    return ALPHABET[sum((place + 2) * ALPHABET.index(sign) for place, sign in enumerate(body)) % 31]


def normalise(text: str) -> str:
    """What somebody typed or scanned, as it would be stored; says nothing about whether it is valid.

    Spaces and hyphens go, ``o`` becomes 0, ``i`` and ``l`` become 1, and of a link only its end counts.
    """
    end = text.strip().rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[\s\-–—_.]", "", end).upper().translate(_LOOKALIKES)


def is_valid(code: str) -> bool:
    """Whether a normalised code has the right shape and check sign."""
    return bool(re.fullmatch(PATTERN, code)) and check_sign(code[:-1]) == code[-1]


def display(code: str) -> str:
    """``K7MP-Q4XR``."""
    return f"{code[:4]}-{code[4:]}"
