"""Which rows of a list stand on which printed page, as the signed sheets have them."""

from dataclasses import dataclass

MOST_AT_ONCE = 10  # sheets on one screen
FIRST_SHEET, NEXT_SHEET = 22, 30  # rows of a printed page under the letterhead, and of the next ones (measured)


@dataclass(frozen=True)
class Sheet:
    """One printed page's share of the list, or all of it."""

    key: str
    word: str
    first: int
    last: int


def sheets_of(people: int) -> list[Sheet]:
    """The pages that a list of so many people fills, and "Semua" when there are several that one screen can hold."""
    starts = [1, *range(FIRST_SHEET + 1, people + 1, NEXT_SHEET)]
    ends = [start - 1 for start in starts[1:]] + [people]
    pages = [
        Sheet(str(page), f"Lembar {page}", start, end)
        for page, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    ]
    return [*pages, Sheet("semua", "Semua", 1, people)] if 1 < len(pages) <= MOST_AT_ONCE else pages
