"""Public forms tell people from programs, and ask people nothing for it.

Two fields stand in every public form that makes something: one that nobody sees and that stays empty, and a signed
stamp that says when the form was shown. Whoever fills in the one, or sends sooner than ``LEAST_SECONDS`` after the
other, gets the form back with everything kept and a sentence; sent once more it goes through. So somebody whose browser
fills in a form by itself loses one press. Nothing is written and nothing counted before.

A form has it by inheriting ``PeopleForm`` and by ``{% include "includes/people.html" %}`` inside its ``<form>``. A page
of rows has one ``PeopleForm`` beside them, drawn by ``{% include "includes/people.html" with form=people %}`` and asked
last: ``rows.is_valid() and people.is_valid()``.
"""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils import timezone

SALT = "pelatihan.web.robots"
FILLED = "Mungkin peramban Anda mengisinya sendiri. Sudah kami kosongkan; tekan lagi tombol kirim di bawah."
TOO_FAST = (
    "Isian ini terkirim sangat cepat, jadi belum kami terima. Semuanya masih ada: periksa sebentar, lalu tekan lagi"
    " tombol kirim di bawah."
)


def stamp(at: datetime) -> str:
    """A word that says when a form was shown, and that nobody else can make."""
    return Signer(salt=SALT).sign(str(int(at.timestamp() * 1000)))


def seconds_since(stamp: str) -> float:
    """How long ago that was. However long: people take calls and lunch. None at all where no stamp of ours is."""
    try:
        shown_at = int(Signer(salt=SALT).unsign(stamp)) / 1000
    except (BadSignature, ValueError):
        return 0
    return timezone.now().timestamp() - shown_at


def _old_enough() -> str:
    """For a page that comes back: somebody has read it, or at least it has been sent before."""
    return stamp(timezone.now() - timedelta(seconds=settings.LEAST_SECONDS))


class TrapField(forms.Field):
    """Stays empty. Its template draws it empty when it comes back, too, so that pressing again helps."""

    widget = forms.TextInput

    def clean(self, value: Any) -> None:
        if str(value or "").strip():
            raise ValidationError(FILLED)


class StampField(forms.Field):
    """When the form was shown; cleaned: how many seconds ago."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> float:
        return seconds_since(str(value or ""))

    def bound_data(self, data: Any, initial: Any) -> str:
        return _old_enough()


class PeopleForm(forms.Form):
    """What a form of people carries; on its own for a page of rows."""

    situs = TrapField(label="Kosongkan isian ini", required=False)
    shown_at = StampField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown_at"] = stamp(timezone.now())

    def _post_clean(self) -> None:
        """After everything else: who has something to mend takes their time by it."""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook for what comes after clean()
        if not self.errors and self.cleaned_data["shown_at"] < settings.LEAST_SECONDS:
            self.add_error(None, TOO_FAST)
