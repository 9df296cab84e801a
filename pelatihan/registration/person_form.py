"""The fields of one person, as every form has them; what stands there now, to fill them with."""

from collections.abc import Iterable
from dataclasses import replace as copy_with
from typing import Any

from django import forms

from ormas import names, phones
from ormas.models import Gender
from pelatihan.models import Registration
from pelatihan.registration.application import Person
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, LetterField, PhoneField, letters, text_input
from pelatihan.registration.nik_form import FIELDS as NIK_FIELDS
from pelatihan.registration.nik_form import NikForm
from pelatihan.web.seen import SeenForm


class PersonForm(NikForm):
    """What is asked about a person, with the words for delegates themselves."""

    position = letters(
        "position",
        "Jabatan Anda di ormas",
        help_text="Misalnya Ketua, Sekretaris, Anggota.",
        widget=text_input("width-medium", autocomplete="organization-title"),
        error_messages={"required": "Tulis jabatan Anda di ormas, misalnya Anggota."},
    )
    name = LetterField(
        label="Nama lengkap",
        help_text="Sesuai KTP, tanpa gelar.",
        widget=text_input(autocomplete="name"),
        validators=[names.check_name],
        error_messages={"required": "Tulis nama lengkap Anda."},
    )
    front_title = letters(
        "front_title", "Gelar depan", required=False, widget=text_input(autocomplete="honorific-prefix")
    )
    back_title = letters(
        "back_title", "Gelar belakang", required=False, widget=text_input(autocomplete="honorific-suffix")
    )
    nickname = letters(
        "nickname",
        "Nama panggilan",
        required=False,
        help_text="Dicetak besar di kartu peserta.",
        widget=text_input("width-medium", autocomplete="nickname"),
    )
    gender = forms.ChoiceField(
        label="Jenis kelamin",
        choices=Gender.choices,
        widget=forms.RadioSelect,
        help_text="Untuk pembagian kamar.",
        error_messages={
            "required": "Pilih laki-laki atau perempuan.",
            "invalid_choice": "Pilih laki-laki atau perempuan.",
        },
    )
    phone = PhoneField(
        label="Nomor HP (WhatsApp)",
        help_text="Contoh: 0812-3456-7890.",
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "width-phone"}
        ),
        error_messages={"required": "Tulis nomor HP Anda.", "null_characters_not_allowed": UNREADABLE},
    )
    email = forms.EmailField(
        label="Surel (email)",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "width-medium"}),
        error_messages={
            "invalid": "Tulis alamat surel (email) seperti ini: nama@contoh.id.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
    )
    special_needs = forms.CharField(
        label="Kebutuhan khusus",
        required=False,
        max_length=300,
        help_text="Misalnya alergi makanan atau kursi roda. Dihapus setelah kegiatan.",
        widget=text_input(autocomplete="off"),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # nothing is cut silently

    def person(self, privacy_version: str = "") -> Person:
        """The person as typed. Call after ``is_valid()``."""
        typed = {name: self.cleaned_data[name] for name in self.cleaned_data if name in Person.__dataclass_fields__}
        return Person(**typed | {"privacy_version": privacy_version})


class Mending(SeenForm):
    """What forms over a person who is registered have: two who mend one registration take nothing from each other."""

    def _comparable(self) -> Iterable[tuple[str, forms.Field, Any]]:
        """A NIK is never shown, so nobody has seen one."""
        return (each for each in super()._comparable() if each[0] not in NIK_FIELDS)

    def mended(self, stands: Person) -> Person:
        """The person with what was edited. ``stands``: as the form was filled with. Call after ``is_valid()``."""
        edited = [name for name in self.changed_data if name in Person.__dataclass_fields__]
        return copy_with(stands, **{name: self.cleaned_data[name] for name in edited})


class MendingForm(Mending, PersonForm):
    """The same fields over a person who is registered."""


def typed(registration: Registration) -> dict[str, Any]:
    """What the form shows at first when somebody puts a registration right."""
    return vars(Person.of(registration)) | {"phone": phones.display(registration.delegate.phone)}
