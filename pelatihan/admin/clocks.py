"""Times of a day as they are typed: one field, wherever one types a time."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pelatihan import dates

NO_TIME = "Tulis jam seperti 08.30. Untuk pukul 08.00 cukup 8."


class ClockInput(forms.TimeInput):
    """``08.00``, typed; 24 hours on every device."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        look = {"class": "width-clock", "inputmode": "decimal", "placeholder": "08.00", "autocomplete": "off"}
        super().__init__(look | (attrs or {}), format="%H.%M")


class ClockField(forms.TimeField):
    """A time as people write it: see :func:`pelatihan.dates.read_clock`."""

    widget = ClockInput
    default_error_messages = {"invalid": NO_TIME}

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        if (read := dates.read_clock(str(value))) is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return read
