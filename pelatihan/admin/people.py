"""What staff type about a person: mending a registration, recording one who telephones, replacing one."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError

from ormas import names
from ormas.backoffice import PhoneField
from ormas.models import Delegate, Gender, Ormas, tidy_person
from pelatihan.admin.inviting import read_lines
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import writer

WRITTEN = ("front_title", "name", "back_title", "nickname", "position")  # what papers print: Latin letters only
PERSON = (*WRITTEN, "gender", "phone", "email", "special_needs")


class PersonForm(forms.Form):
    """The fields of one person; ``person()`` gives them as the writer takes them."""

    front_title = forms.CharField(label="Gelar depan", max_length=40, required=False)
    name = forms.CharField(
        label="Nama lengkap", max_length=names.MOST, validators=[names.check_name], help_text="Sesuai KTP, tanpa gelar."
    )
    back_title = forms.CharField(label="Gelar belakang", max_length=60, required=False)
    nickname = forms.CharField(label="Nama panggilan untuk kartu", max_length=40, required=False)
    gender = forms.ChoiceField(
        label="Jenis kelamin",
        choices=[("", "Belum diketahui"), *Gender.choices],
        required=False,
        widget=forms.Select(attrs={"class": "width-medium"}),
    )
    position = forms.CharField(label="Jabatan di ormas", max_length=80, required=False)
    phone = PhoneField(label="Nomor HP (WhatsApp)", required=False)
    email = forms.EmailField(label="Surel", required=False)
    special_needs = forms.CharField(label="Kebutuhan khusus", max_length=300, required=False)

    def clean_name(self) -> str:
        return names.tidy(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = Delegate(**{field: data.get(field, "") for field in WRITTEN})
        try:
            tidy_person(typed)
        except ValidationError as problems:
            for field, problem in problems.error_dict.items():
                if field not in self.errors:
                    self.add_error(field, problem)
        return data | {field: getattr(typed, field) for field in WRITTEN if field in data}

    def person(self) -> writer.Person:
        return writer.Person(**{field: self.cleaned_data[field] for field in PERSON})


def typed_before(registration: Registration) -> dict[str, str]:
    """What stands there now, to fill a form with."""
    delegate = registration.delegate
    printed = {field: getattr(registration, field) for field in (*WRITTEN, "special_needs")}
    return printed | {field: getattr(delegate, field) for field in ("gender", "phone", "email")}


class ReplaceForm(PersonForm):
    """The person who comes instead, of the same organisation."""

    reason = forms.CharField(label="Alasan penggantian", max_length=500, required=False)


class StaffRegistrationForm(PersonForm):
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
        select.choices = self.fields["ormas"].choices  # type: ignore[attr-defined]
        select.is_required = False
        self.fields["ormas"].widget = select

    def clean(self) -> dict[str, Any]:
        data = super().clean()
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
