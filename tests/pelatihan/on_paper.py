"""What happens on paper, for stories that play whole trainings: lists are printed, signed, entered by hand or confirmed
from a picture, taken back, put aside. Lists are written past the typesetter: nothing of how they look matters here.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import User

from pelatihan.models import Angkatan, PrintedSheet, Registration, Session, SheetEntry
from pelatihan.scans import entering, fields
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.shapes import Claim, Mark, WrittenIn
from pelatihan.scans.standing import differences, standing_of
from tests.pelatihan.papers.prints import a_print, a_scan

BLANKS = 2
WRITTEN = ("Bayu Samodra", "Yoga Pratama", "Maria Tukan")
MARKS = (Mark.PRESENT, Mark.PRESENT, Mark.EMPTY, Mark.EXCUSED, Mark.PRESENT, Mark.SICK, Mark.EMPTY)


def a_list(batch: Angkatan, sessions: list[Session], *, daily: bool) -> PrintedSheet:
    """Whoever is expected by now, on one page, and two blank rows."""
    people = list(batch.registrations.expected().order_by("pk").values_list("pk", flat=True))
    rows = [[number, 30 + 9 * number, 9] for number in range(1, len(people) + BLANKS + 1)]
    layout = {"pages": [{"number": 1, "of": 1, "rows": rows, "columns": {}}]}
    return a_print(*sessions, daily=daily, rows=[[one, "a"] for one in people], ends=[len(people)], layout=layout)


class OnPaper:
    """Acts of a story; numbers choose, and round again."""

    batch: Angkatan
    rundown: list[Session]
    clerk: User
    other_clerk: User
    now: datetime
    ids: Iterator[uuid.UUID]

    def print_list(self, which: int, where: int, way: int, many: int) -> None:
        """That of one session, or a table of the day: mostly of those whose doors are open."""
        opened = [one for one in self.rundown if one.opens_at <= self.now] or self.rundown
        some = opened if where % 5 else self.rundown
        daily = way % 2 == 1
        a_list(self.batch, some if daily else [some[where % 7 % len(some)]], daily=daily)

    def sign(self, which: int, where: int, way: int, many: int) -> None:
        """A leaf is entered: typed, or confirmed from its picture; as what is decided differs, by paper or desk; one in
        seven as a page of before would send it."""
        if (leaf := self._leaf(which, is_free=bool(many % 5))) is None:
            self.print_list(which, where, way, many)
            leaf = self._leaf(which, is_free=True)
        assert leaf
        scan = a_scan(leaf.sheet) if way % 2 else None
        claim = self._claim(leaf, where, way, many)
        kind = SheetEntry.Kind.READ if scan else SheetEntry.Kind.TYPED
        entering.enter(leaf, claim, kind=kind, scan=scan, key=next(self.ids), by=self._by(many), at=self.now)

    def sign_again(self, which: int, where: int, way: int, many: int) -> None:
        """What was entered is taken back, put right and entered anew."""
        self.unsign(which)
        self.sign(which, where, way, many)

    def unsign(self, which: int, *_: int) -> None:
        entries = list(SheetEntry.objects.order_by("at", "pk"))
        if entries:
            entering.undo(entries[-1 - which % len(entries)], by=self._by(which), at=self.now)

    def put_aside(self, which: int, *_: int) -> None:
        if leaf := self._leaf(which, is_free=True):
            entering.unused(leaf.sheet, 1, "Dicetak dua kali", key=next(self.ids), by=self._by(which), at=self.now)

    def _claim(self, leaf: Leaf, where: int, way: int, many: int) -> Claim:
        sessions = fields.sessions_of(leaf)
        marks = {
            (row.number, session): MARKS[(where + 5 * row.number + 11 * place) % len(MARKS)]
            for place, session in enumerate(sessions)
            for row in leaf.people
        }
        written = tuple(
            WrittenIn(row.number, WRITTEN[(many + row.number) % len(WRITTEN)], None, "Karang Taruna", "", sessions[:1])
            for row in leaf.blanks[: many % (BLANKS + 1)]
        )
        counts = {
            session: sum(mark == Mark.PRESENT for (_, of), mark in marks.items() if of == session)
            + sum(session in one.sessions for one in written)
            for session in sessions
        }
        found = differences(leaf, marks, standing_of(leaf))
        wins = {one.cell: "paper" if (way + one.row.number) % 3 else "desk" for one in found}
        seen = {one.cell: None if many % 7 == 0 else one.stands.event for one in found}
        return Claim(marks, counts, wins, seen, written)

    def _leaf(self, which: int, *, is_free: bool) -> Leaf | None:
        """One of which nothing stands, or any."""
        taken = SheetEntry.objects.standing() if is_free else SheetEntry.objects.none()
        found = PrintedSheet.objects.exclude(pk__in=taken.values("sheet")).select_related("angkatan")
        sheets = list(found.order_by("pk"))
        return leaf_of(sheets[which % len(sheets)], 1) if sheets else None

    def _by(self, number: int) -> User:
        return self.other_clerk if number % 2 else self.clerk


def counted_by_paper(registrations: list[Registration]) -> set[tuple[int, int]]:
    """Session and person of each cell that an entry that stands has written; whoever stands for whom."""
    stands_for = {one.pk: one.counts_for_id or one.pk for one in registrations}
    cells = [cell for entry in SheetEntry.objects.standing() for cell in entry.cells if cell["event"]]
    return {(cell["session"], stands_for[cell["registration"]]) for cell in cells}
