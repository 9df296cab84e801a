"""How printings are told: one line each, and which print of each sheet lies in the office."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pelatihan import dates
from pelatihan.models import Angkatan, Printed, PrintedSheet, Printing
from pelatihan.papers import lying
from pelatihan.papers.out_of_date import LEFT_OUT, report_of
from pelatihan.papers.stale import listed, pages_word


@dataclass(frozen=True)
class Row:
    """One printing of the list."""

    printing: Printing
    about: str  # which session or day, or of how many lists
    facts: str  # ``versi 3 · 4 halaman``
    note: str  # ``lembar 2 saja``
    may_open: bool

    @classmethod
    def of(cls, one: Printing, *, may_open: bool) -> "Row":
        sheets = list(one.sheets.all())
        pages = f"{dates.thousands(one.pages)} halaman"
        return cls(one, _about(one, sheets), f"{versions(sheets)} · {pages}", _note(sheets), may_open)


@dataclass(frozen=True)
class There:
    """What lies in the office of one sheet."""

    printed: Printed
    title: str
    version: str
    pages: str  # ``lembar 2 dari versi 4``
    fits: bool


def versions(sheets: Iterable[PrintedSheet]) -> str:
    """``versi 3``; of several lists ``versi 1–3``."""
    found = sorted({sheet.version for sheet in sheets})
    if not found:
        return ""
    return f"versi {found[0]}" if len(found) == 1 else f"versi {found[0]}–{found[-1]}"


def _about(one: Printing, sheets: list[PrintedSheet]) -> str:
    """``Senin 08.00 · Wawasan kebangsaan``, ``Selasa, 12 Maret 2019, 6 daftar``, ``10 daftar``."""
    titles = [sheet.title for sheet in sheets if sheet.title and sheet.title != one.name]
    if not titles or len(sheets) == 1:
        return next(iter(titles), "")
    days = {sheet.day for sheet in sheets}
    when = [dates.long_date(day) for day in days if day and len(days) == 1]
    return ", ".join([*when, f"{len(sheets)} daftar"])


def _note(sheets: list[PrintedSheet]) -> str:
    if any(sheet.is_blank for sheet in sheets):
        return "tanpa nama"
    first = next(iter(sheets), None)
    return f"hanya {pages_word(first.printed_pages)}" if first and first.only else ""


def grouped(sha256: str) -> str:
    """In groups of eight, as somebody reads it out."""
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))


def further(sent: Mapping[str, str]) -> str:
    """The filters of this page, for the links to the others."""
    kept = {name: sent[name] for name in ("lembar", "oleh", "hari") if sent.get(name)}
    return f"&{urlencode(kept)}" if kept else ""


# ---- What lies in the office ---------------------------------------------------------------------


def there(angkatan: Angkatan) -> list[There]:
    """Of each sheet that is compared with the list, which print of it counts; five queries and two more."""
    prints = list(angkatan.printed.select_related("session", "sheet__printing").defer(*LEFT_OUT))
    if not prints:
        return []
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    stale = {key for one in report_of(angkatan, sessions).stale for key in one.ids}
    others = {leaf[0] for one in prints for leaf in one.leaves if leaf} - {one.sheet_id for one in prints}
    known = dict(PrintedSheet.objects.filter(pk__in=others).values_list("pk", "version")) if others else {}
    prints.sort(key=lambda one: Printed.Kind.values.index(one.kind))
    return [
        There(one, title_of(one), f"versi {one.sheet.version}", _mixture(one, known), one.pk not in stale)
        for one in prints
    ]


def title_of(one: Printed) -> str:
    if one.kind == Printed.Kind.RECAP:
        return str(one.get_kind_display())
    return f"{one.get_kind_display()} {one.sheet.title}".strip()


def _mixture(one: Printed, known: dict[int, int]) -> str:
    """``lembar 2 dari versi 4``; a page that was replaced by something else is said as well."""
    parts = lying.parts_of(one.leaves, one.sheet_id)
    words = (f"dari versi {known[sheet]}" if sheet in known else "diganti tanpa cetakan di sini" for sheet, _ in parts)
    return listed(f"{pages_word(pages)} {word}" for (_, pages), word in zip(parts, words, strict=True)) if parts else ""
