"""How the fields of a leaf's form are called, and which of them a leaf has."""

import re

from pelatihan.scans.leaves import Leaf

type Cell = tuple[int, int]  # row, session

OF_A_LEAF = re.compile(r"(?:b|lihat|pilih)\d+\.\d+|jumlah\.\d+|(?:nama|ormas|ormasid|hp)\d+")


def mark(row: int, session: int) -> str:
    """What the paper says in a cell: hadir, izin, sakit, kosong."""
    return f"b{row}.{session}"


def seen(row: int, session: int) -> str:
    """The event that decided when the page was shown; empty for none."""
    return f"lihat{row}.{session}"


def choice(row: int, session: int) -> str:
    """Which of the two counts: paper, desk."""
    return f"pilih{row}.{session}"


def count(session: int) -> str:
    """Signatures counted on paper."""
    return f"jumlah.{session}"


def name(row: int) -> str:
    """Who wrote themselves into a blank row."""
    return f"nama{row}"


def ormas(row: int) -> str:
    return f"ormas{row}"


def ormas_id(row: int) -> str:
    """Which organisation was picked for what is written."""
    return f"ormasid{row}"


def phone(row: int) -> str:
    return f"hp{row}"


def sessions_of(leaf: Leaf) -> tuple[int, ...]:
    """Numbers of the sessions whose columns can be entered, from left to right."""
    return tuple(session.pk for session in leaf.sessions if session)


def cells_of_people(leaf: Leaf) -> list[Cell]:
    """Row by row."""
    return [(row.number, session) for row in leaf.people for session in sessions_of(leaf)]


def all_of(leaf: Leaf) -> frozenset[str]:
    """All that the form of this leaf may hold."""
    people = {of(*cell) for cell in cells_of_people(leaf) for of in (mark, seen, choice)}
    blanks = {of(row.number) for row in leaf.blanks for of in (name, ormas, ormas_id, phone)}
    blanks |= {mark(row.number, session) for row in leaf.blanks for session in sessions_of(leaf)}
    return frozenset(people | blanks | {count(session) for session in sessions_of(leaf)})
