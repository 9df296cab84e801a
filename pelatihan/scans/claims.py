"""What somebody says of a leaf: from the form to a :class:`~pelatihan.scans.shapes.Claim`, and what is wrong with it.

Nobody's word is trusted: a row, a session or a value that the page did not offer is a fault, never an error.
"""

from collections.abc import Mapping
from uuid import UUID

from django.http import QueryDict

from pelatihan import numbers
from pelatihan.scans import fields, written
from pelatihan.scans.fields import Cell
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Claim, Mark

type Faults = dict[str, str]  # by name of field; "": of the whole form

PAPER, DESK = "paper", "desk"
MOST_COUNTED = 999

MISSING = "Baris ini belum diisi."
NOT_COUNTED = "Hitung tanda tangan di kertas, lalu tulis jumlahnya."
NO_NUMBER = f"Tulis jumlahnya dengan angka, dari 0 sampai {MOST_COUNTED}."
FOREIGN = "Isian ini memuat baris atau sesi yang tidak ada di lembar ini. Muat ulang halaman, lalu periksa isian Anda."
NOT_A_MARK = "Pilih salah satu: hadir, izin, sakit, atau kosong."
NOT_A_CHOICE = "Pilih yang berlaku: kertas atau meja."


def read(post: QueryDict | Mapping[str, str], leaf: Leaf) -> tuple[Claim, Faults]:
    """What was said, as far as it can be read, and what is wrong, by name of field.

    What a count comes to beside the marks, and what differs from the desk, is judged where it is written.
    """
    known = fields.all_of(leaf)
    sent = {name: str(value) for name, value in post.items() if name in known}
    faults: Faults = {}
    if any(name not in known and fields.OF_A_LEAF.fullmatch(name) for name in post):
        faults[""] = FOREIGN
    marks, counts = _marks(sent, leaf, faults), _counts(sent, leaf, faults)
    wins, seen = _wins(sent, leaf, faults), _seen(sent, leaf, faults)
    return Claim(marks, counts, wins, seen, written.read(sent, leaf, faults)), faults


def _marks(sent: Mapping[str, str], leaf: Leaf, faults: Faults) -> dict[Cell, Mark]:
    marks = {}
    for cell in fields.cells_of_people(leaf):
        text = sent.get(fields.mark(*cell), "")
        if text in Mark:
            marks[cell] = Mark(text)
        else:
            faults[fields.mark(*cell)] = NOT_A_MARK if text else MISSING
    return marks


def _counts(sent: Mapping[str, str], leaf: Leaf, faults: Faults) -> dict[int, int]:
    counts = {}
    for session in fields.sessions_of(leaf):
        typed = sent.get(fields.count(session), "").strip()
        number = numbers.read(typed)
        if number is not None and number <= MOST_COUNTED:
            counts[session] = number
        else:
            faults[fields.count(session)] = NO_NUMBER if typed else NOT_COUNTED
    return counts


def _wins(sent: Mapping[str, str], leaf: Leaf, faults: Faults) -> dict[Cell, str]:
    wins = {}
    for cell in fields.cells_of_people(leaf):
        text = sent.get(fields.choice(*cell), "")
        if text in {PAPER, DESK}:
            wins[cell] = text
        elif text:
            faults[fields.choice(*cell)] = NOT_A_CHOICE
    return wins


def _seen(sent: Mapping[str, str], leaf: Leaf, faults: Faults) -> dict[Cell, str | None]:
    seen: dict[Cell, str | None] = {}
    for cell in fields.cells_of_people(leaf):
        event = sent.get(fields.seen(*cell))
        if event is None:
            continue
        try:
            seen[cell] = str(UUID(event)) if event else None
        except ValueError:
            faults[""] = FOREIGN
    return seen
