"""Who may be the same person as somebody, shown to whoever decides about them. Never acted upon by itself."""

from dataclasses import dataclass

from django.db.models import Q

from ormas.models import Delegate
from pelatihan.merging import pairs, reasons
from pelatihan.merging.reasons import Known, Reasons
from pelatihan.models import LikelyPair, Registration

MOST_SHOWN = 3


@dataclass(frozen=True)
class Alike:
    """Another row that may be the same person: why, why not, and where it is registered."""

    pair: LikelyPair
    other: Delegate
    reasons: Reasons
    registrations: list[Registration]


def alike(person: Delegate, *, sees_contact: bool) -> list[Alike]:
    """The likeliest first; five statements at most, and three more when the person is new."""
    pairs.compare(people=[person.pk])
    of_person = LikelyPair.objects.open().filter(Q(first=person) | Q(second=person))
    related = of_person.select_related("first__ormas", "second__ormas").strongest_first()[:MOST_SHOWN]
    found = list(related)
    known = Known.of([one for pair in found for one in (pair.first, pair.second)])
    return [_alike(pair, person, known, sees_contact) for pair in found]


def _alike(pair: LikelyPair, person: Delegate, known: Known, sees_contact: bool) -> Alike:
    other = pair.second if pair.first_id == person.pk else pair.first
    why = reasons.of_pair(pair, known, sees_contact=sees_contact)
    return Alike(pair, other, why, known.registrations[other.pk])
