"""What staff type about a person: mending a registration, recording one who telephones, replacing one."""

from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.utils import timezone

from ormas import names
from ormas.models import Gender, Ormas
from pelatihan import numbers
from pelatihan.admin.autocomplete import NOT_CHOSEN, SearchedSelect
from pelatihan.batches.inviting import known_as
from pelatihan.models import Angkatan, Correction, Registration
from pelatihan.models.angkatan import AngkatanQuerySet
from pelatihan.registration.application import Application, token_of
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, LetterField
from pelatihan.registration.nik_form import NOT_ASKED
from pelatihan.registration.person_form import MendingForm, PersonForm

STAFF_NIK = "16 angka di KTP, bila angkatannya memintanya. Boleh dikosongkan dan menyusul."


class StaffPersonForm(PersonForm):
    """The same fields for whoever types on behalf of somebody: only the name is owed."""

    LABELS = {"nickname": "Nama panggilan untuk kartu", "position": "Jabatan di ormas", "phone": "Nomor HP (WhatsApp)"}
    HELP = {
        "name": PersonForm.base_fields["name"].help_text,
        "special_needs": "Hanya bila orangnya menyetujui dicatat. Dihapus setelah kegiatan.",
    }
    field_order: tuple[str, ...] = (
        "front_title", "name", "back_title", "nickname", "gender", "position", "phone", "email", "special_needs",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PersonForm.base_fields:
            field = self.fields[name]
            field.required = name == "name"
            field.label = self.LABELS.get(name, field.label)
            field.help_text = self.HELP.get(name, "")
            field.widget.attrs.pop("autocomplete", None)  # it is somebody else's
        self.fields["name"].error_messages["required"] = "Tulis nama lengkapnya."
        gender = self.fields["gender"]
        gender.widget = forms.Select(attrs={"class": "width-medium"})
        gender.choices = [("", "Belum diketahui"), *Gender.choices]  # type: ignore[attr-defined]  # of ChoiceField


class MendForm(MendingForm, StaffPersonForm):
    """What stands there, to be put right."""

    reason = forms.CharField(
        label="Alasan atau sumbernya",
        help_text="Misalnya: diminta lewat telepon. Tampil di riwayat.",
        max_length=Correction._meta.get_field("reason").max_length,
        required=False,
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
    )


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
    ormas_text = LetterField(
        names.check_text,
        label="Ormas di luar daftar",
        max_length=200,
        required=False,
        help_text="Tulis nama resminya bila tidak ada di atas.",
    )
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    field_order = ("angkatan", "ormas", "ormas_text", *StaffPersonForm.field_order)

    def __init__(self, *args: Any, site: AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batches = Angkatan.objects.not_over(timezone.now()).newest_first()
        field: Any = self.fields["angkatan"]
        field.queryset = batches
        if not self._is_settled(batches):
            field.empty_label = "Pilih angkatan"
        select = SearchedSelect(Registration._meta.get_field("ormas"), site, attrs={"data-width": "100%", "lang": "id"})
        select.choices = self.fields["ormas"].choices  # type: ignore[attr-defined]  # the stubs know the base field only
        select.is_required = False
        if batches.filter(asks_nik=True).exists():
            self.ask_nik(required=False, help_text=STAFF_NIK)
        self.fields["ormas"].widget = select
        self.fields["ormas"].error_messages["invalid_choice"] = NOT_CHOSEN

    def _is_settled(self, batches: AngkatanQuerySet) -> bool:
        """Whether there is nothing to choose: the batch of the list is offered, or it is the only one."""
        offered = list(batches.values_list("pk", flat=True))
        return numbers.read(self.initial.get("angkatan", "")) in offered or len(offered) == 1

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.setdefault("ormas_text", "")
        if not data.get("ormas") and (known := known_as(data["ormas_text"])):
            data |= {"ormas": known, "ormas_text": ""}  # written although it is in the list, or no script to pick it
        if bool(data.get("ormas")) == bool(data["ormas_text"]) and "ormas" not in self.errors:
            self.add_error("ormas", "Pilih ormas dari daftar, atau tulis namanya di bawah: salah satu saja.")
        if self.typed_nik and (batch := data.get("angkatan")) and not batch.asks_nik:
            self.add_error("nik", NOT_ASKED.format(batch.name))
        return data

    def application(self) -> Application:
        data, person = self.cleaned_data, self.person()
        shown, ormas = data["token"], data["ormas"] or data["ormas_text"]
        return Application(
            person,
            Registration.Source.STAFF,
            ormas=data["ormas"],
            ormas_text=data["ormas_text"],
            nik=self.typed_nik,
            token=token_of(shown, data["angkatan"], ormas, person) if shown else None,
        )
