"""Inviting many organisations at once: ticked in a search, or pasted one a line from a letter or a sheet."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import transaction
from django.db.models.functions import Upper

from ormas import names
from ormas.models import Ormas
from pelatihan.models import Angkatan, Invitation

MOST_LINES = 500
MOST_FOUND = 60


class SearchForm(forms.Form):
    words = forms.CharField(label="Nama atau singkatan", max_length=100, required=False)
    bidang = forms.CharField(label="Bidang", max_length=80, required=False)
    city = forms.ChoiceField(label="Kota", required=False)
    only_verified = forms.BooleanField(label="Hanya yang terverifikasi", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cities = [("", "Semua kota"), *((city, city) for city in Ormas.objects.cities())]
        self.fields["city"].choices = cities  # type: ignore[attr-defined]  # the stubs know the base field only

    def found(self, angkatan: Angkatan) -> list[Ormas]:
        """Those not yet invited that answer to every condition, A to Z."""
        if not self.is_valid() or not any(self.cleaned_data.values()):
            return []
        data = self.cleaned_data
        ormas = Ormas.objects.matching(data["words"]).exclude(invitations__angkatan=angkatan)
        if data["bidang"]:
            ormas = ormas.filter(field__icontains=data["bidang"])
        if data["city"]:
            ormas = ormas.filter(city=data["city"])
        if data["only_verified"]:
            ormas = ormas.filter(verification=Ormas.Verification.VERIFIED)
        return list(ormas.in_name_order()[:MOST_FOUND])


class PasteForm(forms.Form):
    lines = forms.CharField(
        label="Daftar ormas",
        help_text="Satu ormas tiap baris: nama resmi atau singkatan.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@dataclass
class Pasted:
    """What the lines named, and those that named nothing or more than one."""

    ormas: list[Ormas] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)


def read_lines(text: str) -> Pasted:
    """Each line is a name or an abbreviation, whatever the case. One query for all."""
    lines = [line for line in (names.tidy(line) for line in text.splitlines()[:MOST_LINES]) if line]
    wanted = {line.upper() for line in lines}
    named = Ormas.objects.annotate(upper_name=Upper("name")).filter(upper_name__in=wanted).order_by()
    short = Ormas.objects.annotate(upper_short=Upper("abbreviation")).filter(upper_short__in=wanted).order_by()
    known: dict[str, dict[int, Ormas]] = {}
    for ormas in [*named, *short]:
        for key in {ormas.name.upper(), ormas.abbreviation.upper()} & wanted:
            known.setdefault(key, {})[ormas.pk] = ormas
    answer = Pasted()
    for line in dict.fromkeys(lines):
        candidates = list(known.get(line.upper(), {}).values())
        if len(candidates) == 1:
            answer.ormas.append(candidates[0])
        else:
            (answer.ambiguous if candidates else answer.unknown).append(line)
    return answer


@transaction.atomic
def invite(angkatan: Angkatan, ormas: list[Ormas]) -> int:
    """Invite those not yet invited; how many were added."""
    before = angkatan.invitations.count()
    Invitation.objects.bulk_create((Invitation(angkatan=angkatan, ormas=each) for each in ormas), ignore_conflicts=True)
    return angkatan.invitations.count() - before
