"""How large an answer may be set so that all of it is in sight on a small phone; the same rule as static/js/fit.js."""

from math import ceil

ROOM = 172  # px that name, ormas and note have between them, at 360 x 640
NOTE, NOTE_ROW = 34, 24  # letters in a row, px of a row
# letters in a row and px of a row for the name, then for the ormas
SIZES = {"": (19, 35, 21, 35), "long": (19, 35, 26, 27.5), "longer": (24, 27.5, 33, 22.5)}


def size_of(name: str, ormas: str, note: str) -> str:
    """``""``, ``long``, ``longer`` or ``longest``."""
    left = ROOM - _rows(note, NOTE) * NOTE_ROW
    for size, (of_name, name_row, of_ormas, ormas_row) in SIZES.items():
        if _rows(name, of_name) * name_row + _rows(ormas, of_ormas) * ormas_row <= left:
            return size
    return "longest"


def _rows(text: str, letters: int) -> int:
    return ceil(len(text) / letters)
