"""A date that is typed about a training lies near it: 0219 for 2019 is a slip, and would stand on paper."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError

from pelatihan import dates
from pelatihan.models import Angkatan

APART = timedelta(days=366)


def near(day: date | None, batch: Angkatan) -> date | None:
    """The day as it was typed.

    :raises ValidationError: it is more than a year away
    """
    first, last = batch.starts_on - APART, batch.ends_on + APART
    if day and not first <= day <= last:
        raise ValidationError(f"Pilih tanggal dari {dates.plain_date(first)} sampai {dates.plain_date(last)}.")
    return day
