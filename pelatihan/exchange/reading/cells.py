"""What stands in one cell: as a text, a phone number, a day, one of several words. Excel makes a number of whatever
looks like one, and what was lost by that is refused with the way out; what can be restored is restored."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ormas import names, phones
from ormas.search import plain
from pelatihan import dates

FORMULA = "Berisi rumus. Ketik isinya sebagai teks biasa."
NO_VALUE = "Berisi rumus yang hasilnya tidak tersimpan. Salin, lalu tempel sebagai nilai (Tempel Khusus, Nilai)."
BROKEN = "Berisi galat Excel ({}). Tulis isinya."
TOO_LONG = "Terlalu panjang: {} huruf, paling banyak {}. Pendekkan."
UNREADABLE = "Ada tanda yang tidak terbaca. Hapus, lalu tulis lagi."
SCIENTIFIC = (
    "{what} tertulis “{shown}”, jadi angka belakangnya hilang. Ubah format kolomnya menjadi Teks, lalu ketik"
    " lagi{also}."
)
MONTHS = {month.lower(): number for number, month in enumerate(dates.MONTHS, start=1)}
MONTHS |= {month[:3]: number for month, number in list(MONTHS.items())}
MONTHS |= {
    "pebruari": 2,
    "nopember": 11,
    "agt": 8,
    "ags": 8,
    "agst": 8,
    "jan": 1,
    "aug": 8,
    "may": 5,
    "oct": 10,
    "dec": 12,
}
YEARS = range(1900, 2101)
FIRST_DAY = date(1899, 12, 30)  # from which Excel counts
_NEVER_STORED = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SCIENTIFIC = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,3}")
_NOTHING = frozenset({"", "-", "–", "—"})
MOST_EXACT = 15  # digits that Excel keeps of a number


class CellRefused(Exception):
    """What stands there cannot be taken; the text is a sentence that says what to do."""


type Cell = Any
type Reader = Callable[[Cell], str]


def letters(place: int) -> str:
    """``A`` of 0, ``AB`` of 27: what a spreadsheet calls the column."""
    name, rest = "", place + 1
    while rest:
        rest, sign = divmod(rest - 1, 26)
        name = chr(ord("A") + sign) + name
    return name


def shown(cell: Cell) -> str:
    """What a person sees there, for lists and for the file that goes back."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    kind, value = cell[0], cell[1]
    if kind == "f":
        return str(value)
    if kind == "d":
        return _day_shown(value)
    if kind == "n":
        return _number_shown(value)
    return ("ya" if value else "tidak") if kind == "b" else str(value)


def _day_shown(iso: str) -> str:
    moment = datetime.fromisoformat(iso)
    return f"{moment:%d/%m/%Y}"


def _number_shown(number: float) -> str:
    if isinstance(number, int) or number.is_integer():
        whole = str(int(number))
        return whole if len(whole) <= MOST_EXACT else f"{number:.5E}".replace(".", ",")
    return str(number).replace(".", ",")


def value_of(cell: Cell) -> Cell:
    """Without the formula: its value as it was saved.

    :raises CellRefused: a formula without a value, or a fault
    """
    if isinstance(cell, list) and cell[0] == "f":
        cell = cell[2]
        if cell is None:
            raise CellRefused(NO_VALUE)
    if isinstance(cell, list) and cell[0] == "e":
        raise CellRefused(BROKEN.format(cell[1]))
    return cell


def is_formula(cell: Cell) -> bool:
    return (isinstance(cell, list) and cell[0] == "f") or (isinstance(cell, str) and cell.lstrip().startswith("="))


def text(cell: Cell, *, most: int) -> str:
    """Tidied words.

    :raises CellRefused: a fault of Excel, an invisible sign, too long
    """
    written = shown(value_of(cell))
    if _NEVER_STORED.search(written):
        raise CellRefused(UNREADABLE)
    tidy = names.tidy(" ".join(written.split()))
    if tidy in _NOTHING:
        return ""
    if len(tidy) > most:
        raise CellRefused(TOO_LONG.format(len(tidy), most))
    return tidy


def words(most: int, check: Callable[[str], None] | None = None, *, takes_formula: bool = True) -> Reader:
    """A reader of words; ``check`` is a rule that raises ValidationError."""

    def read(cell: Cell) -> str:
        if is_formula(cell) and (not takes_formula or isinstance(cell, str)):
            raise CellRefused(FORMULA)
        found = text(cell, most=most)
        if found and check:
            _checked(check, found)
        return found

    return read


def _checked[R](check: Callable[[str], R], found: str) -> R:
    try:
        return check(found)
    except ValidationError as problem:
        raise CellRefused(" ".join(problem.messages)) from None


def phone(*, landlines: bool = False) -> Reader:
    """A reader of phone numbers: a number that lost its 0 gets it back."""

    def read(cell: Cell) -> str:
        cell = value_of(cell)
        found = text(cell, most=200)
        if _SCIENTIFIC.fullmatch(found):
            raise CellRefused(SCIENTIFIC.format(what="Nomor HP", shown=found, also=""))
        if not found:
            return ""
        try:
            return phones.normalise(found)
        except ValidationError as problem:
            if landlines and problem.code == "landline" and len(found) <= 20:
                return found
            raise CellRefused(f"“{_cut(found)}”: {' '.join(problem.messages)}") from None

    return read


def lost_zero(cell: Cell) -> bool:
    """Whether a phone number stands there as a number, without the 0 it begins with."""
    return isinstance(cell, list) and cell[0] == "n" and str(cell[1]).startswith("8")


def nik(cell: Cell) -> str:
    """Nothing is kept of it; but what has lost its last digits is told, so that nobody hands that file on.

    :raises CellRefused: a number of more digits than Excel keeps
    """
    cell = value_of(cell)
    found = text(cell, most=200)
    is_spoilt = isinstance(cell, list) and cell[0] == "n" and abs(cell[1]) >= 10**MOST_EXACT
    if is_spoilt or _SCIENTIFIC.fullmatch(found):
        also = ", atau hapus kolom NIK: NIK tidak disimpan di sini"
        raise CellRefused(SCIENTIFIC.format(what="NIK", shown=found, also=also))
    return ""


def email(cell: Cell) -> str:
    """:raises CellRefused: no address"""
    found = text(cell, most=254)
    if found:
        try:
            validate_email(found)
        except ValidationError:
            raise CellRefused(f"“{_cut(found)}” bukan alamat surel. Contoh: nama@contoh.id.") from None
    return found


def one_of(choices: Mapping[str, str], also: Mapping[str, str] | None = None) -> Reader:
    """A reader of one of several words; ``also``: what people write instead, plain, and the value it means."""
    known = {plain(label): value for value, label in choices.items()} | dict(also or {})

    def read(cell: Cell) -> str:
        found = text(cell, most=200)
        if not found:
            return ""
        if (value := known.get(plain(found))) is not None:
            return value
        allowed = list(choices.values())
        listed = " atau ".join(allowed) if len(allowed) < 3 else f"{', '.join(allowed[:-1])}, atau {allowed[-1]}"
        raise CellRefused(f"“{_cut(found)}” tidak dikenal. Pilih {listed}.")

    return read


def whole(most: int) -> Reader:
    """A reader of whole numbers from 0."""

    def read(cell: Cell) -> str:
        found = text(cell, most=200)
        if not found:
            return ""
        if not re.fullmatch(r"[0-9]{1,6}", found) or int(found) > most:
            raise CellRefused(f"“{_cut(found)}” bukan jumlah. Tulis angka 0 sampai {most}.")
        return str(int(found))

    return read


def day(cell: Cell) -> str:
    """``2019-03-11`` from a day of Excel, its number, ``11 Maret 2019``, ``11/3/2019``, ``11-03-2019``, ``2019-03-11``.

    :raises CellRefused: no day, one that the calendar lacks, or a year that nobody means
    """
    cell = value_of(cell)
    if cell is None:
        return ""
    if isinstance(cell, list) and cell[0] == "d":
        return _in_years(datetime.fromisoformat(cell[1]).date(), _day_shown(cell[1]))
    if isinstance(cell, list) and cell[0] == "n" and 1 <= cell[1] < 80_000:
        return _in_years(FIRST_DAY + timedelta(days=int(cell[1])), shown(cell))
    found = text(cell, most=200)
    if not found:
        return ""
    parts = _parts_of_day(found)
    if parts is None:
        raise CellRefused(f"“{_cut(found)}” bukan tanggal. Tulis seperti 11/03/2019 atau 11 Maret 2019.")
    try:
        return _in_years(date(*parts), found)
    except ValueError:
        raise CellRefused(f"Tanggal “{_cut(found)}” tidak ada.") from None


def _parts_of_day(found: str) -> tuple[int, int, int] | None:
    """Year, month, day; the day comes first, as it is written here."""
    if iso := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9:.]+)?", found):
        year, month, number = map(int, iso.groups())
        return year, month, number
    if usual := re.fullmatch(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})", found):
        number, month, year = map(int, usual.groups())
        return year, month, number
    named = re.fullmatch(r"(?:[a-z']+, ?)?([0-9]{1,2})[ \-/]([a-z]{3,9})\.?[ \-/]([0-9]{4})", found.lower())
    if named and (month_number := MONTHS.get(named[2])):
        return int(named[3]), month_number, int(named[1])
    return None


def _in_years(found: date, written: str) -> str:
    if found.year not in YEARS:
        raise CellRefused(f"Tahun pada “{_cut(written)}” tidak masuk akal. Tulis tahun {YEARS[0]} sampai {YEARS[-1]}.")
    return found.isoformat()


def _cut(found: str) -> str:
    return found if len(found) <= 40 else f"{found[:39]}…"
