"""Whether what a person says of a leaf is whole, agrees with what they counted, and is decided where it differs from
the desk's record. Pure: it reads and writes nothing.
"""

from collections.abc import Mapping

from pelatihan.scans import fields
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Claim, Mark
from pelatihan.scans.standing import DESK, PAPER, Cell, Difference, Stands, differences

NOT_OF_THIS_LEAF = "Isian ini memuat baris atau sesi yang tidak ada di lembar ini. Muat ulang halaman, lalu periksa."
ROW_OWED = "Baris ini belum ditandai."
NAME_OWED = "Tulis nama yang ada di baris ini."
SIGNATURE_OWED = "Baris ini bernama, tetapi tidak ditandai hadir. Tandai hadir, atau kosongkan namanya."
COUNT_OWED = "Hitung tanda tangan di kertas, lalu tulis jumlahnya."
WORDS = {Mark.PRESENT: "Hadir", Mark.EXCUSED: "Izin", Mark.SICK: "Sakit", Mark.EMPTY: "Kosong"}


class NotEntered(Exception):
    """Nothing was written. ``general``: sentences about the whole leaf; ``fields``: the others by name of field."""

    def __init__(self, *general: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(" ".join(general))
        self.general, self.fields = [*general], dict(fields or {})


def check(leaf: Leaf, claim: Claim) -> None:
    """Every cell is marked, every name has a signature, and the signatures counted on paper are as many as are marked.

    :raises NotEntered: what is missing or does not agree
    """
    sessions, blanks = set(fields.sessions_of(leaf)), {row.number for row in leaf.blanks}
    cells = set(fields.cells_of_people(leaf))
    of_blanks = {(row, session) for row in blanks for session in sessions}
    written = [*claim.written_in]
    strangers = not claim.marks.keys() <= cells | of_blanks or not claim.counts.keys() <= sessions
    if strangers or any(one.row not in blanks or not {*one.sessions} <= sessions for one in written):
        raise NotEntered(NOT_OF_THIS_LEAF)
    if len({one.row for one in written}) != len(written):
        raise NotEntered(NOT_OF_THIS_LEAF)
    wrong = {fields.mark(*cell): ROW_OWED for cell in sorted(cells - claim.marks.keys())}
    named = {one.row for one in written}
    marked = {row for row, session in of_blanks if claim.marks.get((row, session), Mark.EMPTY) != Mark.EMPTY}
    wrong |= {fields.name(row): NAME_OWED for row in sorted(marked - named)}
    wrong |= {fields.name(one.row): SIGNATURE_OWED for one in written if not one.sessions}
    wrong = wrong or _miscounted(leaf, claim)
    if wrong:
        raise NotEntered(fields=wrong)


def _miscounted(leaf: Leaf, claim: Claim) -> dict[str, str]:
    """By how many, never where: whoever counts again counts without being told what to find."""
    wrong: dict[str, str] = {}
    for session in fields.sessions_of(leaf):
        own = sum(claim.marks[row.number, session] == Mark.PRESENT for row in leaf.people)
        own += sum(session in one.sessions for one in claim.written_in)
        counted = claim.counts.get(session)
        if counted is None:
            wrong[fields.count(session)] = COUNT_OWED
        elif counted != own:
            wrong[fields.count(session)] = (
                f"Berbeda {abs(counted - own)} dari isian Anda. Hitung lagi tanda tangan di kertas, lalu periksa yang"
                " ditandai hadir."
            )
    return wrong


def decided(leaf: Leaf, claim: Claim, standing: Mapping[Cell, Stands]) -> dict[Cell, str]:
    """What counts where paper and record differ: "paper" or "desk".

    :raises NotEntered: somebody has to decide, or to decide anew because the record changed meanwhile
    """
    wins: dict[Cell, str] = {}
    asked: dict[str, str] = {}
    for one in differences(leaf, claim.marks, standing):
        wins[one.cell] = claim.wins.get(one.cell, "" if one.is_owed else one.proposed)
        if sentence := _open(one, claim):
            asked[fields.choice(*one.cell)] = sentence
    if asked:
        raise NotEntered(fields=asked)
    return wins


def _open(one: Difference, claim: Claim) -> str:
    """What is still to be decided about a difference; empty when it is decided."""
    choice, event = claim.wins.get(one.cell), one.stands.event
    was_seen = claim.seen.get(one.cell, None if one.is_owed else event) == event
    if choice not in {PAPER, DESK}:
        return f"{_both(one)} Pilih yang berlaku." if one.is_owed or choice else ""
    if was_seen:
        return ""
    return f"Sementara halaman ini terbuka, catatannya berubah. {_both(one)} Pilih lagi yang berlaku."


def _both(one: Difference) -> str:
    return f"Kertas: {WORDS[one.mark]}. Meja: {one.stands.word} ({one.stands.told})."
