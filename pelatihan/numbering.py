"""Drawing numbers of a series: each once, none left out, whoever asks at the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from pelatihan import dates
from pelatihan.models import Angkatan, NumberSeries


@dataclass(frozen=True)
class Drawn:
    """One number, and how it is printed: ``7``, ``007/KESBANGPOL/III/2019``."""

    no: int
    text: str


def draw(series: NumberSeries, count: int, *, angkatan: Angkatan, on: date) -> Sequence[Drawn]:
    """The next numbers of a series, in the caller's transaction: when that is taken back, so are they. The lock on the
    series is held until its end, so whoever draws writes what it is for at once.

    :param on: the date on the paper, of which month and year are taken
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Numbers are drawn together with what they are for: open a transaction first.")
    held = NumberSeries.objects.select_for_update(no_key=True).get(pk=series.pk)
    first = held.last + 1
    held.last += count
    held.save(update_fields=["last"])
    return [Drawn(no, written(held, no, angkatan=angkatan, on=on)) for no in range(first, first + count)]


def written(series: NumberSeries, no: int, *, angkatan: Angkatan, on: date) -> str:
    """How a number of this series is printed."""
    return series.pattern.format(
        no=no,
        kode=series.code,
        bulan_romawi=dates.roman(on.month),
        bulan=f"{on.month:02}",
        tahun=on.year,
        angkatan=dates.roman(angkatan.number),
    )
