"""Nomor Induk Kependudukan: how it is read, what makes one doubt it, and how it is shown.

``PP KK CC DDMMYY SSSS``: province, city and district of the first registration, day of birth (40 more for women),
serial. A valid number may disagree with its owner's birth and sex (clerks err, and it never changes), and holds a place
that nobody moves with them: so what its parts say is a doubt, never a refusal. Districts are not looked up.
"""

import re
from datetime import date

from django.core.exceptions import ValidationError

LENGTH = 16
EXAMPLE = "3171 9945 1185 0001"  # district 99: nobody's
_FIRST_AND_LAST = ((11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 96))
PROVINCES = frozenset(code for first, last in _FIRST_AND_LAST for code in range(first, last + 1))
WOMEN, ADULT, OLDEST = 40, 17, 100
BY_EXCEL = "Angka ini sudah diringkas Excel (seperti 3,17E+15), jadi NIK-nya hilang. Tulis lagi 16 angka di KTP."


def normalise(typed: str) -> str:
    """The sixteen digits, from what was typed with spaces, dots or dashes.

    :raises ValidationError: for anything else, saying what to do; without what was typed
    """
    if re.fullmatch(r"\s*[0-9]+([.,][0-9]*)?[eE]\+?[0-9]+\s*", typed):
        raise ValidationError(BY_EXCEL, code="excel")
    number = re.sub(r"[\s.\-‐-―]", "", typed)
    if not re.fullmatch(r"[0-9]*", number):
        raise ValidationError(f"NIK hanya berisi angka. Contoh: {EXAMPLE}.", code="letters")
    if len(number) != LENGTH:
        told = f"yang tertulis {len(number)}" if len(number) < 100 else "yang tertulis jauh lebih banyak"
        raise ValidationError(f"NIK terdiri atas {LENGTH} angka; {told}. Periksa lagi di KTP.", code="length")
    if len(set(number)) == 1:
        raise ValidationError(f"Ini bukan NIK. Salin {LENGTH} angka dari KTP.", code="repeated")
    return number


def doubts(number: str, *, on: date) -> list[str]:
    """What does not look like a NIK of somebody grown up on that day: within a sentence, for whoever copied it."""
    said = []
    if int(number[:2]) not in PROVINCES:
        said.append("dua angka pertamanya bukan kode provinsi")
    born = born_on(number, on=on)
    if born is None:
        said.append("angka ke-7 sampai ke-12 bukan tanggal lahir")
    elif _age(born, on) < ADULT:
        said.append(f"menurut angka ke-7 sampai ke-12 umurnya di bawah {ADULT} tahun")
    if number[12:] == "0000":
        said.append("empat angka terakhirnya 0000")
    return said


def born_on(number: str, *, on: date) -> date | None:
    """The day of birth that the number tells, in the century in which its owner is between 17 and 100; else in this
    one. ``None`` where that is no day."""
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    day -= WOMEN if day > WOMEN else 0
    days = [born for century in (2000, 1900) if (born := _day(century + year, month, day))]
    grown_up = [born for born in days if ADULT <= _age(born, on) <= OLDEST]
    return next(iter([*grown_up, *days]), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def masked(number: str) -> str:
    """``3171••••••••0001``: enough to recognise one's own."""
    return f"{number[:4]}{'•' * (LENGTH - 8)}{number[-4:]}"


def spaced(number: str) -> str:
    """``3171 9945 1185 0001``: to be compared with a card."""
    return " ".join(number[place : place + 4] for place in range(0, LENGTH, 4))
