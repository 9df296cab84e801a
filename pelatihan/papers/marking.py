"""By what a signed page is known again: the random code of its sheet, the page, and how both are drawn.

``DH1-7KQ3M9XA-001``: what it is, which sheet, which page; nothing of anybody. It stands on the page in two QR codes
and, to be typed, in the foot. At the corners are four marks (ArUco ``DICT_5X5_1000``) with numbers of their own,
clockwise from the top left: the page is straightened by them, and a code copied onto another page is noticed.

How many pages there are is known only when the paper is set, so what a page adds to the code is drawn there. In QR
codes of one version, level and mask everything is a sum without carry (XOR): the square of page 317 is that of page 0
with the parts of its first digit and of its other two added. ``python -m tools.marks`` writes them for typst.
"""

import re
import secrets
from collections.abc import Iterable
from functools import reduce
from operator import xor

import segno

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread: no 0, 1, I, L, O, U
LENGTH = 8
NO_CODE = ALPHABET[0] * LENGTH  # of no sheet
KIND = "DH1"
MOST_PAGES = 999  # of one sheet: three digits
MARKED_PAGES = 250  # a page; then the thousand marks begin anew
CORNERS = 4
MASK = 3  # of eight; any will do

_TYPED = re.compile(rf"{KIND}([{ALPHABET}]{{{LENGTH}}})([0-9]{{3}})")

type Square = tuple[int, ...]  # each row a number, its bits from the left: 1 is black


def new_code() -> str:
    """For one sheet; nobody guesses another."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return code if code != NO_CODE else new_code()


def page_code(code: str, page: int) -> str:
    """``DH1-7KQ3M9XA-001``."""
    return f"{KIND}-{code}-{page:03}"


def read(text: str) -> tuple[str, int] | None:
    """The sheet's code and the page, as read from the square or typed from the foot; None when it is no such code."""
    found = _TYPED.fullmatch(re.sub(r"[^0-9A-Za-z]", "", text).upper())
    return (found[1], int(found[2])) if found and int(found[2]) else None


def marks_of(page: int) -> tuple[int, ...]:
    """The numbers of its four marks, clockwise from the top left."""
    return tuple(CORNERS * ((page - 1) % MARKED_PAGES) + corner for corner in range(CORNERS))


def square(code: str) -> Square:
    """The QR code of a sheet's page 0, to which typst adds what the page does."""
    return modules(page_code(code, 0))


def modules(text: str) -> Square:
    """A QR code that may lose 30 % of itself; always the same mask."""
    made = segno.make(text, version=2, error="h", mask=MASK)
    return tuple(int("".join(map(str, row)), 2) for row in made.matrix)


def added(squares: Iterable[Square]) -> Square:
    """Their sum without carry."""
    return tuple(reduce(xor, rows) for rows in zip(*squares, strict=True))


def hundreds() -> list[Square]:
    """What the first digit of the page adds to the square of page 0."""
    return _parts(range(0, 1000, 100))


def rest() -> list[Square]:
    """What the other two add."""
    return _parts(range(100))


def _parts(pages: Iterable[int]) -> list[Square]:
    zero = square(NO_CODE)
    return [added((zero, modules(page_code(NO_CODE, page)))) for page in pages]
