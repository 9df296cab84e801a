"""What the contact person of an ormas writes about somebody else: the fields of a person, in words for a third one.

Consents and special needs are not asked: they are each person's own to give, on the own page.
"""

from typing import Any

from django import forms

from ormas import names
from pelatihan.registration.fields import UNREADABLE, LetterField, PhoneField, letters, text_input
from pelatihan.registration.person_form import PersonForm

ABOUT = ("name", "front_title", "back_title", "position", "gender", "phone", "nickname", "email")
CONSENT_OWED = "Beri centang di sini bila mereka tahu dan bersedia. Bila belum, tanyakan dulu kepada mereka."


class SomebodyForm(PersonForm):
    """One person, named by somebody else."""

    name = LetterField(
        label="Nama lengkap",
        help_text="Sesuai KTP, tanpa gelar.",
        widget=text_input(),
        validators=[names.check_name],
        error_messages={"required": "Tulis nama lengkapnya."},
    )
    position = letters(
        "position",
        "Jabatan di ormas",
        help_text="Misalnya Ketua, Sekretaris, Anggota.",
        widget=text_input("width-medium"),
        error_messages={"required": "Tulis jabatannya, misalnya Anggota."},
    )
    phone = PhoneField(
        label="Nomor HP (WhatsApp)",
        help_text="Contoh: 0812-3456-7890. Boleh nomor Anda bila utusan tidak memakai HP.",
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "class": "width-phone"}),
        error_messages={"required": "Tulis nomor HP-nya.", "null_characters_not_allowed": UNREADABLE},
    )
    special_needs = None  # type: ignore[assignment]  # Django's way to leave a field out
    field_order: tuple[str, ...] = ABOUT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["autocomplete"] = "off"  # the browser would fill in the contact person's own data

    @property
    def has_more(self) -> bool:
        """Whether something stands in the fields that are folded away, or is wrong there."""
        return any(self[name].value() or self[name].errors for name in ("nickname", "email") if name in self.fields)
