"""What the privacy notice promises to delete: special needs after a training, contacts when their time is over.

Titles, names and positions stay: they stand on signed papers, which follow the archive schedule
(UU 27/2022, art. 42–44).
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet

from ormas.models import Delegate
from pelatihan.models import Registration
from pelatihan.retention import RETENTION


@dataclass(frozen=True)
class Due:
    """Rows whose personal data are to go."""

    special_needs: QuerySet[Registration]
    contacts: QuerySet[Delegate]


def due(today: date) -> Due:
    """What is to go on that day; counts nothing and changes nothing."""
    needs = Registration.objects.filter(angkatan__ends_on__lt=today).exclude(special_needs="")
    usual, agreed = (
        _years_before(today, years) for years in (RETENTION.contact_years, RETENTION.contact_years_if_invited)
    )
    over = Q(agrees_invite=False, last_day__lt=usual) | Q(agrees_invite=True, last_day__lt=agreed)
    people = Delegate.objects.annotate(last_day=Max("registrations__angkatan__ends_on")).filter(over)
    return Due(needs, people.exclude(phone="", email=""))


def purge(today: date) -> tuple[int, int]:
    """Delete what is due.

    :returns: how many registrations lost their special needs, how many delegates their phone and e-mail
    """
    gone = due(today)
    contacts = Delegate.objects.filter(pk__in=list(gone.contacts.values_list("pk", flat=True)))
    return gone.special_needs.update(special_needs=""), contacts.update(phone="", email="")


def _years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - years, day=last)
