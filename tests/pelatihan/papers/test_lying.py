"""Which page of which print lies in the office: played with any changes, against a pile of paper. No database."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from pelatihan.models import PrintedSheet
from pelatihan.papers.comparing import Row, difference, struck, to_print
from pelatihan.papers.lying import Leaf, mixed, parts_of

ROOM = 4  # lines on a page


def ends_of(rows: list[Row]) -> list[int]:
    """Where pages end when a name with a capital takes two lines."""
    ends, free = [0], ROOM
    for number, (_key, digest) in enumerate(rows, start=1):
        lines = 2 if digest.isupper() else 1
        if lines > free:
            ends.append(number)
            free = ROOM
        ends[-1], free = number, free - lines
    return ends


@dataclass
class Office:
    """Paper in a folder, and what is written about it."""

    rows: list[Row]
    sheets: dict[int, PrintedSheet] = field(default_factory=dict)
    there: list[Row] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    leaves: list[Leaf | None] = field(default_factory=list)

    def prints(self, *pages: int) -> PrintedSheet:
        number = len(self.sheets) + 1
        made = PrintedSheet(pk=number, rows=list(self.rows), ends=ends_of(self.rows), only=list(pages))
        self.sheets[number] = made
        return made

    def prints_all(self) -> None:
        made = self.prints()
        self.there, self.ends = list(self.rows), made.ends
        self.leaves = [(made.pk, page) for page in made.printed_pages]

    def mends(self) -> None:
        """As the page of late changes leads: what it says is printed, until it says nothing more; then it is marked."""
        found = difference(self.there, self.rows)
        if found.is_struck_by_hand:
            self.there = struck(self.there, found)
            return
        made: list[PrintedSheet] = []
        asked: tuple[int, ...] = ()
        while True:
            pages = to_print(found, self.ends, made[-1].ends if made else None)
            if set(pages) <= set(asked):
                break
            new_end = range(pages[-1] + 1, pages[-1] + 8) if pages[-1] >= len(self.ends) else ()
            asked = (*pages, *new_end)
            made.append(self.prints(*asked))
        if not found.is_none:
            self.leaves = mixed(self.leaves, made, asked)
            self.there, self.ends = list(self.rows), made[-1].ends

    def pile(self) -> list[Row]:
        """All rows on the paper in the folder, page after page."""
        found: list[Row] = []
        for leaf in self.leaves:
            assert leaf
            sheet, page = self.sheets[leaf[0]], leaf[1]
            start = sheet.ends[page - 2] if page > 1 else 0
            found += sheet.rows[start : sheet.ends[page - 1]]
        return found


WORDS = st.sampled_from(["a", "b", "C", "D"])
EDITS = st.lists(st.tuples(st.integers(0, 20), WORDS), min_size=1, max_size=2)


def edited(rows: list[Row], edits: list[tuple[int, str]]) -> list[Row]:
    """Some words put right; a place beyond the end is somebody new, a word that stood there already a person gone."""
    found = list(rows)
    for place, word in edits:
        if place >= len(found):
            found.insert(place % (len(found) + 1), (100 + place + len(found), word))
        elif found[place][1] == word:
            del found[place]
        else:
            found[place] = (found[place][0], word)
    return found


@given(words=st.lists(WORDS, max_size=14), changes=st.lists(EDITS, max_size=4), anew=st.integers(0, 6))
@settings(max_examples=200, deadline=None)
def test_pages_that_lie_there_hold_the_list_whatever_was_printed_in_between(words, changes, anew):
    office = Office(list(enumerate(words, start=1)))
    office.prints_all()
    for number, edits in enumerate(changes):
        before, office.rows = office.rows, edited(office.rows, edits)
        if len(dict(office.rows)) < len(office.rows):  # one person twice
            office.rows = before
        if number == anew:
            office.prints_all()
        office.mends()
        struck_out = {key for key, digest in office.there if not digest}

        assert [key for key, _digest in office.pile()] == [key for key, _digest in office.there]
        assert [row for row in office.pile() if row[0] not in struck_out] == office.rows


def test_page_that_somebody_replaced_by_something_else_is_unknown():
    assert mixed([(7, 1), (7, 2), (7, 3)], [], [2]) == [(7, 1), None, (7, 3)]
    assert parts_of([(7, 1), None, (9, 3), (9, 4)], 7) == [(None, [2]), (9, [3, 4])]


def test_shorter_list_has_fewer_pages():
    later = PrintedSheet(pk=9, rows=[], ends=[4, 6], only=[2, 3])

    assert mixed([(7, 1), (7, 2), (7, 3)], [later], [2]) == [(7, 1), (9, 2)]
