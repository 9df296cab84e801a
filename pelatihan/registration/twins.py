"""Registrations that may be the same person: shown to whoever decides, never acted upon automatically."""

from django.db.models import Q

from ormas.models import Delegate
from pelatihan.models import Registration

MOST_TWINS = 10


def twins(registration: Registration) -> list[Registration]:
    """Other registrations of that year with the same name or phone number, whatever became of them, newest first."""
    same = Q(name__iexact=registration.name)
    if phone := registration.delegate.phone:
        same |= Q(delegate__in=list(Delegate.objects.filter(phone=phone).order_by()[:50]))
    return list(
        Registration.objects.filter(same, angkatan__year=registration.angkatan.year)
        .exclude(pk=registration.pk)
        .select_related("angkatan", "ormas")[:MOST_TWINS]
    )
