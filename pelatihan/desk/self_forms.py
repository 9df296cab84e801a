"""What a delegate types who checks in by the room's code: who it is, and the six digits where the code was too old."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pelatihan.desk import room_code
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, text_input
from pelatihan.registration.pages.forms import CodeForm, PhoneForm


class DigitsField(forms.CharField):
    """The six digits of the screen, with or without the space between them."""

    def __init__(self, **options: Any) -> None:
        said = {
            "required": "Tulis enam angka yang tampil di layar.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        }
        look = text_input("code-input width-phone", inputmode="numeric", autocomplete="off", spellcheck="false")
        super().__init__(label="Enam angka di layar", max_length=40, error_messages=said, widget=look, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # nothing is cut silently

    def clean(self, value: Any) -> str:
        typed = "".join(sign for sign in super().clean(value) if not (sign.isspace() or sign in ".-–"))
        if typed and not (typed.isascii() and typed.isdecimal() and len(typed) == room_code.DIGITS):
            raise ValidationError("Tulis keenam angkanya, tanpa huruf.", code="digits")
        return typed


class DigitsForm(forms.Form):
    """``/hadir/``: the digits alone."""

    digits = DigitsField(help_text="Yang besar di layar ruangan, misalnya 482 913.")


class WhoForm(PhoneForm, CodeForm):
    """Code and phone, once. ``is_second``: this browser knows somebody of the batch already."""

    remember = forms.BooleanField(
        label="Ingat orang ini juga di ponsel ini",
        help_text="Siapa pun yang memegang ponsel ini lalu dapat membuka halamannya.",
        required=False,
    )
    digits = DigitsField(help_text="Kode yang tadi Anda buka sudah berganti.", required=False)
    field_order = ["digits", "code", "phone", "remember"]

    def __init__(self, *args: Any, is_second: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Kode peserta"
        self.fields["code"].help_text = "Delapan tanda di kartu Anda, di bawah gambar QR."
        self.fields["code"].widget.attrs["class"] += " width-phone"
        self.fields["phone"].label = "Nomor HP Anda"
        self.fields["phone"].help_text = "Yang dipakai saat mendaftar."
        if not is_second:
            del self.fields["remember"]

    @property
    def is_to_remember(self) -> bool:
        return "remember" not in self.fields or bool(self.cleaned_data["remember"])
