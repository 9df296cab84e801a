"""Saving that has an effect which nobody may expect: the page says it first, and takes the same form sent once more."""

from copy import copy
from typing import Any

from django import forms

ONCE_MORE = "Bila memang itu maksudnya, simpan sekali lagi."


class AskedOnce(forms.BaseForm):
    """A form with a hidden field ``agreed``, which names the change that the person has read about.

    A page without script can ask so, too; what was typed stays. Who undoes the change instead agrees to nothing.
    """

    @property
    def changed_data(self) -> list[str]:
        """What the history names: to agree is no change."""
        return [name for name in super().changed_data if name != "agreed"]

    def ask(self, field: str, change: str, sentence: str) -> None:
        """Refuse once, at this field; accept when the form comes back as this refusal drew it."""
        if self.cleaned_data.get("agreed") == change:
            return
        self.add_error(field, f"{sentence} {ONCE_MORE}")
        sent: Any = copy(self.data)  # of a QueryDict: one that may be written
        sent[self.add_prefix("agreed")] = change
        self.data = sent


def agreement() -> forms.CharField:
    return forms.CharField(label="Sudah dibaca", required=False, max_length=40, widget=forms.HiddenInput)
