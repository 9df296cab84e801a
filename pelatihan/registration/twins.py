"""Registrations that may be the same person: shown to whoever decides, never acted upon automatically."""

from dataclasses import dataclass

from django.db.models import Q

from ormas.models import Delegate
from pelatihan.models import Registration

MOST_TWINS = 10


@dataclass(frozen=True)
class Twin:
    """Another registration, and in what it is the same. One phone may serve several people of an organisation."""

    registration: Registration
    same_name: bool
    same_phone: bool

    @property
    def why(self) -> str:
        if self.same_name and self.same_phone:
            return "nama dan nomor HP sama"
        return "nama sama" if self.same_name else "nomor HP dipakai bersama"


def twins(registration: Registration) -> list[Twin]:
    """Other registrations of that year with the same name or phone number, whatever became of them, newest first."""
    phone = registration.delegate.phone
    same = Q(name__iexact=registration.name)
    if phone:
        same |= Q(delegate__in=list(Delegate.objects.filter(phone=phone).order_by()[:50]))
    found = (
        Registration.objects.filter(same, angkatan__year=registration.angkatan.year)
        .exclude(pk=registration.pk)
        .select_related("angkatan", "ormas", "delegate")[:MOST_TWINS]
    )
    name = registration.name.upper()
    return [Twin(one, one.name.upper() == name, bool(phone) and one.delegate.phone == phone) for one in found]
