"""Fields that say what is wrong with what was typed, and take it as it comes: tidied names, any spelling of a phone."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ormas import names, nik, phones
from ormas.models import WRITTEN, Delegate

TOO_LONG = "Terlalu panjang. Tulis paling banyak %(limit_value)d huruf."
UNREADABLE = "Ada tanda yang tidak terbaca. Hapus, lalu tulis lagi."
SPOILT = "Halaman ini tidak utuh. Muat ulang halamannya, lalu isi lagi."
_LENGTHS = {column.name: column.max_length for column in Delegate._meta.fields}


class LetterField(forms.CharField):
    """Words that papers print: tidied, and only signs that every paper can show."""

    def __init__(self, check: Callable[[str], None] = names.check_letters, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [each for each in self.validators if not _forbids_null(each)]  # the check says it
        self.validators.append(check)

    def to_python(self, value: Any) -> str:
        return names.tidy(super().to_python(value) or "")


def _forbids_null(check: Any) -> bool:
    return getattr(check, "code", "") == "null_characters_not_allowed"


class CarriedField(forms.CharField):
    """What a page carries along unseen; its owner never types there."""

    def __init__(self, **options: Any) -> None:
        said = {"max_length": SPOILT, "null_characters_not_allowed": SPOILT}
        given: dict[str, Any] = {
            "required": False,
            "max_length": 100,
            "widget": forms.HiddenInput,
            "error_messages": said,
        }
        super().__init__(**given | options)


class KeyField(CarriedField):
    """A key made with the page, so that what is sent twice is done once; where it was spoilt, another one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"initial": uuid.uuid4} | options)

    def clean(self, value: Any) -> uuid.UUID:
        try:
            return uuid.UUID(super().clean(value))
        except ValueError:
            return uuid.uuid4()


class PhoneField(forms.CharField):
    """A mobile number in any usual spelling, kept as ``+628…``; ``landlines`` are kept as they were typed."""

    def __init__(self, *, landlines: bool = False, **options: Any) -> None:
        options.setdefault("max_length", 30)
        options["error_messages"] = {"max_length": TOO_LONG} | options.get("error_messages", {})
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "class": "width-phone"}))
        super().__init__(**options)
        self.landlines = landlines

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return phones.normalise(typed)
        except ValidationError as refusal:
            if self.landlines and refusal.code == "landline":
                return str(typed)
            raise

    def prepare_value(self, value: Any) -> Any:
        return phones.display(value) if isinstance(value, str) else value


class NikField(forms.CharField):
    """Sixteen digits in any usual spelling. Nothing of what was typed stands in a refusal."""

    def __init__(self, **options: Any) -> None:
        owed = f"Tulis {nik.LENGTH} angka NIK Anda, seperti di KTP."
        said = {"required": owed, "null_characters_not_allowed": UNREADABLE}
        options["error_messages"] = said | options.get("error_messages", {})
        attrs = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "class": "width-medium"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        return nik.normalise(typed) if typed else ""


def letters(field: str, label: str, **options: Any) -> LetterField:
    """The form field of a delegate's column of that name: as long as the column, too long said in a sentence."""
    errors = {"max_length": TOO_LONG} | options.pop("error_messages", {})
    return LetterField(
        WRITTEN.get(field, names.check_letters),
        label=label,
        max_length=_LENGTHS[field],
        error_messages=errors,
        **options,
    )


def text_input(css_class: str = "", **attrs: str) -> forms.TextInput:
    """An input whose width hints at its content, with further attributes."""
    return forms.TextInput(attrs={**({"class": css_class} if css_class else {}), **attrs})
