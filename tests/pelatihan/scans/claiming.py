"""What somebody says of a leaf, in a few letters, for tests: ``"HHK"`` is hadir, hadir, kosong."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from pelatihan.models import SheetEntry, SheetScan
from pelatihan.scans import entering, fields
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Claim, Mark, WrittenIn
from pelatihan.scans.standing import differences, standing_of
from tests.pelatihan.scans.world import EVENING

LETTERS = {"H": Mark.PRESENT, "I": Mark.EXCUSED, "S": Mark.SICK, "K": Mark.EMPTY}


def claimed(leaf: Leaf, *columns: str, written: tuple[WrittenIn, ...] = (), **changes: Any) -> Claim:
    """One word a signed column, a letter for each person; counted right, and decided for the paper where it differs
    from what stands now. ``changes`` put other values in the place of these.
    """
    sessions = fields.sessions_of(leaf)
    marks = {
        (row.number, session): LETTERS[letter]
        for session, word in zip(sessions, columns, strict=True)
        for row, letter in zip(leaf.people, word, strict=True)
    }
    counts = {
        session: sum(mark == Mark.PRESENT for (_, of), mark in marks.items() if of == session)
        + sum(session in one.sessions for one in written)
        for session in sessions
    }
    found = differences(leaf, marks, standing_of(leaf))
    wins = {one.cell: "paper" for one in found}
    seen = {one.cell: one.stands.event for one in found}
    said: dict[str, Any] = {"marks": marks, "counts": counts, "wins": wins, "seen": seen, "written_in": written}
    return Claim(**(said | changes))


def enter(
    leaf: Leaf,
    claim: Claim,
    by: User,
    *,
    key: uuid.UUID | None = None,
    scan: SheetScan | None = None,
    at: datetime = EVENING,
) -> SheetEntry:
    kind = SheetEntry.Kind.READ if scan else SheetEntry.Kind.TYPED
    return entering.enter(leaf, claim, kind=kind, scan=scan, key=key or uuid.uuid4(), by=by, at=at)
