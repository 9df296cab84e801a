"""What staff type on the pages beside a batch: copy it, find organisations to invite, paste their names."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ormas.models import Ormas
from ormas.search import search_words
from pelatihan import dates
from pelatihan.admin.kit import DayField, DayInput
from pelatihan.models import Angkatan
from pelatihan.models.angkatan import YEARS
from pelatihan.web.seen import SeenModelForm

MOST_FOUND = 60


class AngkatanForm(SeenModelForm):
    """The batch's own page. The first day of a batch that people know moves by the page that tells them."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        stands, day = self.instance.starts_on, data.get("starts_on")
        if self.instance.pk and day and day != stands and self.instance.is_known():
            self.add_error(
                "starts_on",
                f"{self.instance.name} sudah diketahui orang. Pakai “Pindahkan tanggal” di atas halaman ini: semuanya"
                " ikut bergeser, dan peserta dikabari.",
            )
        return data


class CopyForm(forms.Form):
    number = forms.IntegerField(
        label="Nomor angkatan", min_value=1, max_value=99, widget=forms.NumberInput(attrs={"class": "width-short"})
    )
    starts_on = DayField(label="Hari pertama", widget=DayInput(attrs={"class": "width-medium"}))
    with_invitations = forms.BooleanField(label="Undang ormas yang sama", required=False)

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if day.year not in YEARS:
            raise ValidationError(f"Tulis tahun antara {YEARS[0]} dan {YEARS[-1]}.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        number, day = data.get("number"), data.get("starts_on")
        if number and day and Angkatan.objects.filter(number=number, year=day.year).exists():
            self.refuse_number(number, day)
        return data

    def refuse_number(self, number: int, day: date) -> None:
        self.add_error("number", f"Angkatan {dates.roman(number)} {day.year} sudah ada. Pilih nomor lain.")


class MoveForm(forms.Form):
    """The day that a batch begins on instead."""

    starts_on = DayField(label="Hari pertama yang baru", widget=DayInput(attrs={"class": "width-medium"}))

    clean_starts_on = CopyForm.clean_starts_on


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
        ormas = Ormas.objects.found_by(data["words"]).exclude(invitations__angkatan=angkatan)
        if data["bidang"]:
            ormas = ormas.filter(field__icontains=" ".join(search_words(data["bidang"])))
        if data["city"]:
            ormas = ormas.filter(city=data["city"])
        if data["only_verified"]:
            ormas = ormas.filter(verification=Ormas.Verification.VERIFIED)
        return list(ormas.in_name_order()[:MOST_FOUND])


class PasteForm(forms.Form):
    lines = forms.CharField(
        label="Daftar ormas",
        help_text="Satu ormas tiap baris, seperti di surat atau Excel: nomor, DPD, dan singkatan boleh ikut.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
