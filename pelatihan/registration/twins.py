"""Registrations that may be the same person: shown to whoever decides, never acted upon automatically."""

from dataclasses import dataclass

from django.db.models import Q

from ormas.models import Delegate
from pelatihan.models import Registration
from pelatihan.models.registration import RegistrationQuerySet
from pelatihan.registration import nik

MOST_TWINS = 10


@dataclass(frozen=True)
class Twin:
    """Another registration, and in what it is the same. One phone may serve several people of an organisation."""

    registration: Registration
    same_name: bool
    same_phone: bool
    same_nik: bool = False

    @property
    def why(self) -> str:
        """In words, the surest first."""
        others = self._name_or_phone
        return f"NIK sama{f', {others}' if others else ''}" if self.same_nik else others

    @property
    def _name_or_phone(self) -> str:
        if self.same_name and self.same_phone:
            return "nama dan nomor HP sama"
        return "nama sama" if self.same_name else "nomor HP dipakai bersama" if self.same_phone else ""


def twins(registration: Registration) -> list[Twin]:
    """Other registrations of that year with the same name or phone number, whatever became of them, newest first."""
    phone = registration.delegate.phone
    same = Q(name__iexact=registration.name)
    if phone:
        same |= Q(delegate__in=list(Delegate.objects.filter(phone=phone).order_by()[:50]))
    if registration.nik_hash:
        same |= nik.same(registration)
    found = (
        Registration.objects.filter(same, angkatan__year=registration.angkatan.year)
        .exclude(pk=registration.pk)
        .select_related("angkatan", "ormas", "delegate")[:MOST_TWINS]
    )
    name = registration.name.upper()
    of_nik = set(same_nik(registration).values_list("pk", flat=True)) if registration.nik_hash else set()
    return [
        Twin(one, one.name.upper() == name, bool(phone) and one.delegate.phone == phone, one.pk in of_nik)
        for one in found
    ]


def same_nik(registration: Registration) -> RegistrationQuerySet:
    """Other registrations that hold the same NIK, of whatever training; nobody without one."""
    return Registration.objects.filter(nik.same(registration))
