"""What staff type about a person: mending a registration, recording one who telephones, replacing one."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect

from ormas import names
from ormas.models import Gender, Ormas
from pelatihan.admin.kit import PhoneField
from pelatihan.batches.inviting import read_lines
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import writer
from pelatihan.registration.fields import LetterField

OUTSIDE = "Tulis nama resminya bila tidak ada di atas."
PRINTED = ("front_title", "name", "back_title", "nickname", "position", "special_needs")
KEPT = ("gender", "phone", "email")  # on the delegate's own row


class StaffPersonForm(forms.Form):
    """The fields of one person; ``person()`` gives them as the writer takes them."""

    front_title = LetterField(label="Gelar depan", max_length=40, required=False)
    name = LetterField(label="Nama lengkap", validators=[names.check_name], help_text="Sesuai KTP, tanpa gelar.")
    back_title = LetterField(label="Gelar belakang", max_length=60, required=False)
    nickname = LetterField(label="Nama panggilan untuk kartu", max_length=40, required=False)
    gender = forms.ChoiceField(
        label="Jenis kelamin",
        choices=[("", "Belum diketahui"), *Gender.choices],
        required=False,
        widget=forms.Select(attrs={"class": "width-medium"}),
    )
    position = LetterField(names.check_position, label="Jabatan di ormas", max_length=80, required=False)
    phone = PhoneField(label="Nomor HP (WhatsApp)", required=False)
    email = forms.EmailField(label="Surel", required=False)
    special_needs = forms.CharField(label="Kebutuhan khusus", max_length=300, required=False)

    def person(self) -> writer.Person:
        return writer.Person(**{field: self.cleaned_data[field] for field in (*PRINTED, *KEPT)})


def typed_before(registration: Registration) -> dict[str, str]:
    """What stands there now, to fill a form with."""
    printed = {field: getattr(registration, field) for field in PRINTED}
    return printed | {field: getattr(registration.delegate, field) for field in KEPT}


class ReplaceForm(StaffPersonForm):
    """The person who comes instead, of the same organisation."""

    reason = forms.CharField(label="Alasan penggantian", max_length=500, required=False)


class StaffRegistrationForm(StaffPersonForm):
    """Somebody who telephones: which batch, of which organisation, who."""

    angkatan = forms.ModelChoiceField(
        Angkatan.objects.none(),
        label="Angkatan",
        empty_label=None,
        widget=forms.Select(attrs={"class": "width-medium"}),
    )
    ormas = forms.ModelChoiceField(
        Ormas.objects.all(), label="Ormas", required=False, help_text="Ketik nama atau singkatan, lalu pilih."
    )
    ormas_text = forms.CharField(
        label="Ormas di luar daftar",
        max_length=200,
        required=False,
        help_text="Tulis nama resminya bila tidak ada di atas.",
    )
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    field_order = ["angkatan", "ormas", "ormas_text"]

    def __init__(self, *args: Any, site: AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batches = Angkatan.objects.filter(cancelled_at=None, closed_at=None).newest_first()
        self.fields["angkatan"].queryset = batches  # type: ignore[attr-defined]  # the stubs know the base field only
        select = AutocompleteSelect(
            Registration._meta.get_field("ormas"), site, attrs={"data-width": "100%", "lang": "id"}
        )
        select.choices = self.fields["ormas"].choices  # type: ignore[attr-defined]  # the stubs know the base field only
        select.is_required = False
        self.fields["ormas"].widget = select

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["ormas_text"] = names.tidy(data.get("ormas_text", ""))
        if not data.get("ormas") and len(known := read_lines(data["ormas_text"]).ormas) == 1:
            data |= {"ormas": known[0], "ormas_text": ""}  # written although it is in the list, or no script to pick it
        if bool(data.get("ormas")) == bool(data["ormas_text"]) and "ormas" not in self.errors:
            self.add_error("ormas", "Pilih ormas dari daftar, atau tulis namanya di bawah: salah satu saja.")
        return data

    def request(self) -> writer.Request:
        data = self.cleaned_data
        return writer.Request(
            self.person(),
            Registration.Source.STAFF,
            ormas=data["ormas"],
            ormas_text=data["ormas_text"],
            token=data["token"],
        )
