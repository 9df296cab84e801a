"""Room names as they are typed: many at once, ranges too. Pure.

``101–110, 2 tempat tidur`` are ten rooms of two beds; ``A1–A3, Melati 5`` are four. A line may say its own beds.
"""

import re
from dataclasses import dataclass

from ormas import names
from pelatihan.models.lodging import MOST_BEDS

MOST_AT_ONCE = 300
LONGEST_NAME = 20
LONGEST_RANGE = 60

_PARTS = re.compile(r"[,;]")
_RANGE = re.compile(
    r"(?P<head>.*?)(?P<first>[0-9]{1,6})\s*(?:-|–|—|s\.?/?d\.?|sampai)\s*(?P<again>.*?)(?P<last>[0-9]{1,6})\Z", re.I
)
_BEDS = re.compile(r"(?P<beds>[0-9]{1,6})\s*(?:tempat tidur|tt|bed|beds|ranjang|kasur|orang)\Z", re.I)


class Unreadable(ValueError):
    """The text is a sentence for whoever typed."""


@dataclass(frozen=True)
class NewRoom:
    """One room to be made."""

    name: str
    beds: int


def rooms(text: str, beds: int) -> list[NewRoom]:
    """The rooms that somebody typed, in their order.

    :param beds: of those whose line says nothing else
    :raises Unreadable: with what to write instead; also when a room stands there twice
    """
    found = [room for line in text.splitlines() for room in _line(line, beds)]
    if len(found) > MOST_AT_ONCE:
        raise Unreadable(f"Paling banyak {MOST_AT_ONCE} kamar sekali simpan. Simpan sisanya sesudah ini.")
    if not found:
        raise Unreadable("Tulis nomor atau nama kamarnya, misalnya 101–110.")
    known: set[str] = set()
    for room in found:
        if (key := key_of(room.name)) in known:
            raise Unreadable(f"Kamar {room.name} tertulis dua kali. Hapus salah satunya.")
        known.add(key)
    return found


def key_of(name: str) -> str:
    """By which two rooms are one, as the database compares them."""
    return name.replace(" ", "").upper()


def in_order(name: str) -> list[tuple[int, int, str]]:
    """A key to sort names by as people do: 9 before 10, A2 before A10."""
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in re.split(r"([0-9]+)", name.upper())]


def _line(line: str, beds: int) -> list[NewRoom]:
    parts = [part for typed in _PARTS.split(line) if (part := names.tidy(typed))]
    said = [int(match["beds"]) for part in parts if (match := _BEDS.match(part))]
    if len(said) > 1:
        raise Unreadable("Satu baris menyebut jumlah tempat tidur dua kali. Tulis kamar lain di baris baru.")
    here = said[0] if said else beds
    if not 1 <= here <= MOST_BEDS:
        raise Unreadable(f"Satu kamar memuat 1 sampai {MOST_BEDS} tempat tidur.")
    found = [name for part in parts if not _BEDS.match(part) for name in _names(part)]
    if said and not found:
        raise Unreadable("Satu baris menyebut tempat tidur tanpa kamar. Tulis seperti 101–110, 2 tempat tidur.")
    return [NewRoom(name, here) for name in found]


def _names(part: str) -> list[str]:
    """One name, or those of a range: the words before its numbers stand once or twice."""
    match = _RANGE.match(part) if len(part) <= LONGEST_RANGE else None
    if match is None or match["again"].strip().upper() not in {"", match["head"].strip().upper()}:
        return [_checked(part)]
    first, last, digits = int(match["first"]), int(match["last"]), len(match["first"])
    if last < first:
        raise Unreadable(f"“{_cut(part)}” berjalan mundur. Tulis nomor yang kecil dulu, misalnya 101–110.")
    if last - first >= MOST_AT_ONCE:
        raise Unreadable(f"“{_cut(part)}” terlalu banyak: paling banyak {MOST_AT_ONCE} kamar sekali simpan.")
    return [_checked(f"{match['head']}{number:0{digits}}") for number in range(first, last + 1)]


def _checked(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise Unreadable(f"Nama kamar paling panjang {LONGEST_NAME} huruf. Singkatlah “{_cut(name)}”.")
    return name


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "…"
