"""What became of a list since it was printed: row by row and page by page. Pure."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

type Row = tuple[int, str]  # number of the registration, digest of its words; no digest: struck out by hand
type Numbered = tuple[int, int]  # its number on the sheet, and of the registration


@dataclass(frozen=True)
class Difference:
    """What no longer fits. Numbers are those that stand on the sheet; ``shifted``: where the list would hold somebody
    else in that row, or other words."""

    changed: tuple[Numbered, ...] = ()
    gone: tuple[Numbered, ...] = ()
    back: tuple[Numbered, ...] = ()  # struck out, and expected again
    new: tuple[int, ...] = ()
    is_moved: bool = False  # those who stayed stand in another order
    is_headed_otherwise: bool = False
    shifted: tuple[int, ...] = ()

    @property
    def is_none(self) -> bool:
        return self == Difference()

    @property
    def is_struck_by_hand(self) -> bool:
        """Whether it is enough to strike out who is gone: such a name stays on the sheet."""
        return bool(self.gone) and self == Difference(gone=self.gone, shifted=self.shifted)

    @property
    def numbers(self) -> list[int]:
        """Of the rows that are concerned."""
        return sorted(number for number, _registration in (*self.changed, *self.gone, *self.back))


def difference(old: Sequence[Row], now: Sequence[Row], is_headed_otherwise: bool = False) -> Difference:
    """Between what lies there and what would be printed now."""
    present = dict(now)
    changed, gone, back = [], [], []
    for number, (registration, digest) in enumerate(old, start=1):
        if registration not in present:
            if digest:
                gone.append((number, registration))
        elif not digest:
            back.append((number, registration))
        elif digest != present[registration]:
            changed.append((number, registration))
    known = dict(old)
    stayed = [registration for registration, _digest in old if registration in present]
    found = Difference(
        changed=tuple(changed),
        gone=tuple(gone),
        back=tuple(back),
        new=tuple(registration for registration in present if registration not in known),
        is_moved=stayed != [registration for registration in present if registration in known],
        is_headed_otherwise=is_headed_otherwise,
    )
    return found if found.is_none else replace(found, shifted=_shifted(old, now))


def _shifted(old: Sequence[Row], now: Sequence[Row]) -> tuple[int, ...]:
    """Rows that another print would fill otherwise; beyond the end of what was printed, too."""
    both = min(len(old), len(now))
    here = [place for place in range(both) if old[place] != now[place]]
    return tuple(place + 1 for place in (*here, *range(both, max(len(old), len(now)))))


# ---- Pages ---------------------------------------------------------------------------------------


def pages_of(numbers: Collection[int], ends: Sequence[int], *, two_sided: bool = False) -> tuple[int, ...]:
    """On which pages these rows stand; beyond the last one, the last with people. Of a leaf that is printed on both
    sides always both."""
    if not ends:
        return (1,) if numbers else ()
    last = bisect_left(ends, max(ends)) + 1
    found = {min(bisect_left(ends, number) + 1, last) for number in numbers}
    if two_sided:
        found |= {page + 1 if page % 2 else page - 1 for page in found}
    return tuple(sorted(page for page in found if page <= len(ends)))


def to_print(
    found: Difference, old: Sequence[int], now: Sequence[int] | None = None, *, two_sided: bool = False
) -> tuple[int, ...]:
    """Which pages have to be printed again; none where it is enough to strike out by hand.

    :param now: where the pages of the list of now end, once that is known: a longer name on page one may push somebody
        to page two, which then does not fit either
    """
    if found.is_none or found.is_struck_by_hand:
        return ()
    ends = now or old
    if found.is_headed_otherwise:
        return pages_of(range(1, max(ends, default=0) + 1) or (1,), ends, two_sided=two_sided)
    numbers = set(found.shifted)
    if now:
        others = [
            page for page in range(1, len(now) + 1) if page > len(old) or rows_on(page, now) != rows_on(page, old)
        ]
        numbers |= {number for page in others for number in rows_on(page, now) if number <= now[-1]}
    return pages_of(numbers or (1,), ends, two_sided=two_sided)


def rows_on(page: int, ends: Sequence[int]) -> tuple[int, int]:
    """The first and the last number on a page."""
    return (ends[page - 2] + 1 if page > 1 else 1), ends[page - 1]


def struck(old: Sequence[Row], found: Difference) -> list[Row]:
    """What lies there once those who are gone are struck out."""
    gone = {registration for _number, registration in found.gone}
    return [(registration, "" if registration in gone else digest) for registration, digest in old]
