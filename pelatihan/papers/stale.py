"""Sheets that no longer fit, told as one line each: which, what is wrong with them, where they are printed again."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.crypto import salted_hmac

from pelatihan import dates
from pelatihan.models import Angkatan, Printed, Registration, Session
from pelatihan.papers.catalogue import query
from pelatihan.papers.choices import Shape
from pelatihan.papers.comparing import Difference, pages_of, rows_on
from pelatihan.papers.present import Compared

SALT, LENGTH = "pelatihan.papers.stale", 16
MOST_NAMED = 8  # people, of one print; the others are counted
ALL_PAGES = "semua lembar"
GROWTH = 5  # so many new people ask for a page more; what the list does not have is not printed


@dataclass(frozen=True)
class Stale:
    """Sheets that no longer fit, as one line of a page. Without ``pages`` it is enough to strike out by hand."""

    sheets: tuple[Compared, ...]
    title: str
    pages: str
    lines: tuple[str, ...]
    href: str

    @property
    def made(self) -> Printed:
        return self.sheets[0].printed

    @property
    def ids(self) -> list[int]:
        return [one.printed.pk for one in self.sheets]

    @property
    def changes(self) -> int:
        """So many people; who takes somebody's place is no second change. A head that changed is one."""
        found = self.sheets[0].found
        return max(1, len(found.numbers) + max(0, len(found.new) - len(found.gone)))

    @property
    def numbers(self) -> str:
        """``no. 31 dan 40``."""
        found = self.sheets[0].found.numbers
        more = f" dan {len(found) - MOST_NAMED} lainnya" if len(found) > MOST_NAMED else ""
        return (
            f"no. {', '.join(map(str, found[:MOST_NAMED]))}{more}" if more else f"no. {listed(found)}" if found else ""
        )

    @property
    def seen(self) -> str:
        """What the page shows of it, so that nobody marks as replaced what changed meanwhile."""
        shown = [[one.printed.pk, str(one.printed.at), str(one.printed.settled_at), one.head] for one in self.sheets]
        words = json.dumps([shown, self.sheets[0].rows])
        return salted_hmac(SALT, words, algorithm="sha256").hexdigest()[:LENGTH]


@dataclass(frozen=True)
class Settled:
    """Sheets of which somebody said in one press that they were replaced."""

    prints: tuple[Printed, ...]
    title: str

    @property
    def made(self) -> Printed:
        return self.prints[0]

    @property
    def ids(self) -> list[int]:
        return [one.pk for one in self.prints]


# ---- One line for what was made at once ----------------------------------------------------------


def together(stale: list[Compared], sessions: list[Session]) -> list[list[Compared]]:
    """Those that one address prints again: of all sessions or days, of a whole day, else one by one."""
    groups: dict[tuple[object, ...], list[Compared]] = {}
    for one in stale:
        groups.setdefault(one.deed, []).append(one)
    return [some for group in groups.values() for some in _parted(group, sessions)]


def _parted(group: list[Compared], sessions: list[Session]) -> list[list[Compared]]:
    prints = [one.printed for one in group]
    if prints[0].kind == Printed.Kind.RECAP or (len(group) > 1 and _is_all(prints, sessions)):
        return [group]
    days: dict[object, list[Compared]] = {}
    for one in group:
        days.setdefault(one.printed.of_day, []).append(one)
    parted: list[list[Compared]] = []
    for day, some in days.items():
        of_day = [session for session in sessions if session.day == day]
        whole = prints[0].kind == Printed.Kind.DAY or _is_all([one.printed for one in some], of_day)
        parted += [some] if whole else [[one] for one in some]
    return parted


def _is_all(prints: list[Printed], sessions: list[Session]) -> bool:
    if prints[0].kind == Printed.Kind.DAY:
        return {one.day for one in prints} == {session.day for session in sessions}
    return {one.session_id for one in prints} == {session.pk for session in sessions}


def told(angkatan: Angkatan, sessions: list[Session], some: list[Compared], names: dict[int, Registration]) -> Stale:
    first = some[0]
    return Stale(
        sheets=tuple(some),
        title=", ".join(filter(None, (_title([one.printed for one in some], sessions), _which(some)))),
        pages=pages_word(first.pages, first.printed.ends),
        lines=tuple(_lines(first, names)),
        href=_address(angkatan, some, sessions),
    )


def _title(prints: list[Printed], sessions: list[Session]) -> str:
    """``Daftar hadir Selasa 08.00 · Wawasan kebangsaan``; of several how many, of a day which."""
    first, word = prints[0], str(prints[0].get_kind_display())
    days = {one.of_day for one in prints}
    if first.kind == Printed.Kind.RECAP:
        return word
    if first.kind == Printed.Kind.DAY:
        return f"{word} {len(days)} hari" if len(days) > 1 else f"{word} {dates.long_date(first.day)}"  # type: ignore[arg-type]  # one of a day has it
    assert first.session
    if len(prints) == 1:
        starts_at = first.session.starts_at
        return f"{word} {dates.day_name(starts_at)} {dates.clock(starts_at)} · {first.session.title}"
    return (
        f"{word} {len(prints)} sesi"
        if len(days) > 1
        else f"{word} {dates.long_date(first.session.day)}, {len(prints)} sesi"
    )


def _which(some: list[Compared]) -> str:
    """``lembar 2 (no. 23–51)``; the numbers only where they are the same on all these sheets."""
    first = some[0]
    numbers = [number for number in first.found.numbers if first.found.is_struck_by_hand]
    pages = first.pages or pages_of(numbers, first.printed.ends)
    spans = {(rows_on(pages[0], one.printed.ends)[0], rows_on(pages[-1], one.printed.ends)[1]) for one in some}
    (start, end), *others = spans
    is_a_row = list(pages) == list(range(pages[0], pages[-1] + 1))
    span = f" (no. {start}–{end})" if is_a_row and not others and start < end else ""
    return pages_word(pages, first.printed.ends) + span


def pages_word(pages: Collection[int], ends: list[int] | None = None) -> str:
    """``lembar 2``, ``lembar 2–4``, ``lembar 1 dan 3``; ``semua lembar`` of several."""
    found = sorted(pages)
    if not found:
        return ""
    if ends is not None and len(found) > 1 and len(found) == len(ends):
        return ALL_PAGES
    if len(found) > 2 and found == list(range(found[0], found[-1] + 1)):
        return f"lembar {found[0]}–{found[-1]}"
    return f"lembar {listed(found)}"


def listed(words: Iterable[object]) -> str:
    """``3``, ``3 dan 31``, ``3, 31, dan 40``."""
    *others, last = map(str, words)
    if not others:
        return last
    return f"{others[0]} dan {last}" if len(others) == 1 else f"{', '.join(others)}, dan {last}"


def _lines(one: Compared, names: dict[int, Registration]) -> list[str]:
    """A sentence for each person, and what follows for the sheets."""
    people = list(told_people(one.found, names, by_hand=one.found.is_struck_by_hand))
    more = len(people) - MOST_NAMED
    lines = people if more <= 0 else [*people[:MOST_NAMED], f"Dan {dates.thousands(more)} orang lain."]
    if one.found.is_headed_otherwise:
        lines.append("Kepala lembar atau tempat tanda tangannya berubah.")
    others = set(one.found.shifted) - set(one.found.numbers)
    if one.pages and others and min(others) <= len(one.printed.lies_there):
        lines.append(f"Nomor bergeser mulai no. {min(one.found.shifted)}.")
    return lines


def told_people(found: Difference, names: dict[int, Registration], *, by_hand: bool = False) -> Iterable[str]:
    """In the order of the numbers on the sheet; those who are not on it last.

    :param by_hand: whether it is enough to strike out who is gone
    """
    told: set[int] = set()
    numbered = {number: _gone(number, names[key], found, told, by_hand=by_hand) for number, key in found.gone}
    for number, key in found.changed:
        numbered[number] = f"No. {number} sekarang {names[key].full_name}, {names[key].ormas_name}."
    for number, key in found.back:
        numbered[number] = f"No. {number} {names[key].full_name} ikut lagi, padahal sudah dicoret."
    yield from (numbered[number] for number in sorted(numbered))
    yield from (f"{names[key].full_name} baru, belum ada di lembar." for key in found.new if key not in told)


def _gone(number: int, person: Registration, found: Difference, told: set[int], *, by_hand: bool) -> str:
    """With whoever comes instead, who is told of here then."""
    heir = getattr(person, "replaced_by", None)
    if heir is not None and heir.pk in found.new:
        told.add(heir.pk)
        return f"No. {number} {person.full_name} digantikan {heir.full_name}."
    how = ": namanya tetap di lembar, coret dengan tangan" if by_hand else ""
    return f"No. {number} {person.full_name} tidak ikut lagi ({person.get_status_display()}){how}."


def _address(angkatan: Angkatan, some: list[Compared], sessions: list[Session]) -> str:
    """Where the pages that no longer fit are printed again, just as they were asked for; nothing to strike out."""
    first = some[0]
    if not first.pages:
        return ""
    growth = max(0, len(first.rows) - len(first.printed.lies_there))
    more = range(first.pages[-1] + 1, first.pages[-1] + 2 + growth // GROWTH) if _reaches_end(first) else ()
    choices = replace(first.choices, pages=(*first.pages, *more))
    if first.printed.kind == Printed.Kind.RECAP:
        return reverse("recap_paper", args=[angkatan.slug]) + query(choices)
    prints = [one.printed for one in some]
    which: dict[str, str] = {}
    if first.printed.kind == Printed.Kind.SESSION and len(prints) == 1:
        which["sesi"] = str(first.printed.session_id)
    elif not _is_all(prints, sessions) or len(prints) == 1:
        which["hari"] = str(first.printed.of_day)
    if first.printed.kind == Printed.Kind.DAY:
        which["bentuk"] = Shape.DAY.value
    return reverse("attendance_sheet", args=[angkatan.slug]) + query(choices, **which)


def _reaches_end(one: Compared) -> bool:
    return one.pages[-1] >= pages_of([max(one.printed.ends, default=0)], one.printed.ends or [0])[-1]


def settled(sessions: list[Session], compared: list[Compared]) -> list[Settled]:
    """Those that fit since somebody said that they were replaced."""
    acts: dict[tuple[object, ...], list[Printed]] = {}
    for one in compared:
        if one.printed.settled_at and one.found.is_none:
            acts.setdefault((one.printed.kind, one.printed.settled_at), []).append(one.printed)
    return [Settled(tuple(prints), _title(prints, sessions)) for prints in acts.values()]
