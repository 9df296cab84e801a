"""Which of the sheets that were printed no longer fit the list, what is to be done about it, and that it was done.

Compared is what lies there with what would be printed now, however often the list changed in between.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from pelatihan.models import Angkatan, Printed, PrintedSheet, Registration, Session
from pelatihan.papers import lying
from pelatihan.papers import stale as lines
from pelatihan.papers.comparing import pages_of, struck
from pelatihan.papers.present import Compared, Present
from pelatihan.papers.stale import Settled, Stale
from pelatihan.phases import shut_sentence

LEFT_OUT = ("sheet__layout", "sheet__printing__words")  # long, and nothing to compare


class Shut(Exception):
    """The batch is closed, and stands still; the text says what to do first."""


class ListMoved(Exception):
    """What is said to be replaced is no longer what the page showed."""

    def __init__(self) -> None:
        super().__init__(
            "Daftar atau cetakannya berubah lagi sejak halaman ini dibuka. Periksa dulu, lalu tandai lagi."
        )


@dataclass(frozen=True)
class Report:
    """How the prints of a batch stand.

    ``columns`` of one's choice are on some of them; ``touched``: by registration the sheets on which somebody stands
    wrongly, in words.
    """

    prints: int = 0
    stale: tuple[Stale, ...] = ()
    settled: tuple[Settled, ...] = ()
    columns: frozenset[str] = frozenset()
    touched: dict[int, str] = field(default_factory=dict)


def report_of(angkatan: Angkatan, sessions: list[Session]) -> Report:
    """All that was printed of a batch, beside what would be printed now; at most six queries, whoever is on it.

    :param angkatan: with its letterhead at hand
    :param sessions: those that take attendance, in the order of time
    """
    prints = list(angkatan.printed.select_related("session", "sheet__printing__by", "settled_by").defer(*LEFT_OUT))
    if not prints:
        return Report()
    present = Present(angkatan, sessions, prints, _since(angkatan))
    in_order = sorted(prints, key=lambda one: Printed.Kind.values.index(one.kind))
    compared = [found for one in in_order if (found := present.beside(one))]
    stale = [one for one in compared if not one.found.is_none]
    names = _names(present, stale)
    return Report(
        prints=len(prints),
        stale=tuple(lines.told(angkatan, sessions, some, names) for some in lines.together(stale, sessions)),
        settled=tuple(lines.settled(sessions, compared)),
        columns=frozenset(column for one in compared for column in one.choices.columns),
        touched=_touched(stale),
    )


@transaction.atomic
def settle(
    angkatan: Angkatan, sessions: list[Session], ids: Collection[int], seen: str, *, by: User, at: datetime
) -> Stale:
    """Somebody says that these sheets were replaced, or their names struck out: what lies there fits again. Pages that
    were printed since lie there in place of the old ones.

    :raises ListMoved: when that is no longer what the page showed, or somebody said so already
    :raises Shut: when the batch is closed
    """
    _lock(angkatan, ids)
    for stale in report_of(angkatan, sessions).stale:
        if set(stale.ids) == set(ids) and stale.seen == seen:
            break
    else:
        raise ListMoved
    for one in stale.sheets:
        one.printed.settled = _settled(one)
        one.printed.settled_at, one.printed.settled_by = at, by
    Printed.objects.bulk_update([one.printed for one in stale.sheets], ["settled", "settled_at", "settled_by"])
    return stale


def _settled(one: Compared) -> dict[str, Any]:
    """What lies there now: struck out by hand, or with the pages of later prints that hold the list of now."""
    printed, leaves, ends = one.printed, one.printed.leaves, one.printed.ends
    if one.found.is_struck_by_hand:
        return {"head": one.head, "rows": struck(printed.lies_there, one.found), "leaves": leaves, "ends": ends}
    leaves, ends = lying.mixed(leaves, one.fitting, one.pages), one.fitting[-1].ends if one.fitting else ends
    return {"head": one.head, "rows": [list(row) for row in one.rows], "leaves": leaves, "ends": ends}


@transaction.atomic
def unsettle(angkatan: Angkatan, ids: Collection[int]) -> int:
    """They were not replaced after all: what was printed lies there. How many that were.

    :raises Shut: when the batch is closed
    """
    _lock(angkatan, ids)
    replaced = angkatan.printed.filter(pk__in=ids, settled_at__isnull=False)
    return replaced.order_by().update(settled=None, settled_at=None, settled_by=None)


def _lock(angkatan: Angkatan, ids: Collection[int]) -> None:
    batch = Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)
    if sentence := shut_sentence(batch.closed_at, batch.name, "cetakannya"):
        raise Shut(sentence)
    list(angkatan.printed.order_by("pk").select_for_update().filter(pk__in=ids).values_list("pk"))


def _since(angkatan: Angkatan) -> list[PrintedSheet]:
    """Prints of chosen pages of the batch, the oldest first."""
    chosen = PrintedSheet.objects.filter(angkatan=angkatan, is_blank=False).exclude(only=[])
    return list(chosen.exclude(kind=PrintedSheet.Kind.OTHER).defer("layout").order_by("version"))


def _names(present: Present, stale: Iterable[Compared]) -> dict[int, Registration]:
    """Everybody who is told of, those who are gone with whoever came instead."""
    known = {one.pk: one for people in present.people.values() for one in people}
    missing = {key for one in stale for _number, key in one.found.gone}
    gone = Registration.objects.filter(pk__in=missing).select_related("replaced_by") if missing else []
    return known | {one.pk: one for one in gone}


def _touched(stale: Iterable[Compared]) -> dict[int, str]:
    """``Daftar hadir lembar 2, rekap kehadiran lembar 1``."""
    where: dict[int, dict[str, set[int]]] = {}
    by_hand: dict[int, bool] = {}
    for one in stale:
        numbered = [*one.found.changed, *one.found.gone, *one.found.back]
        numbered += [(number, key) for number, (key, _digest) in enumerate(one.rows, start=1) if key in one.found.new]
        for number, key in numbered:
            pages = where.setdefault(key, {}).setdefault(one.printed.get_kind_display().lower(), set())
            pages.update(pages_of([number], one.printed.ends))
            by_hand[key] = by_hand.get(key, True) and one.found.is_struck_by_hand
    return {
        key: _on_sheets(
            ", ".join(f"{word} {lines.pages_word(sorted(pages))}" for word, pages in kinds.items()), by_hand[key]
        )
        for key, kinds in where.items()
    }


def _on_sheets(sheets: str, is_struck: bool) -> str:
    return f"Namanya tetap di {sheets}: dicoret dengan tangan" if is_struck else sheets[:1].upper() + sheets[1:]
