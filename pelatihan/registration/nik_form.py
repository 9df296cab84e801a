"""The question for a NIK, in forms of batches that ask for it.

A number that looks wrong is asked about once: the form comes back with what is odd, and the same number sent again is
taken, for a valid NIK may look like that (``ormas/nik.py``).
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localdate

from ormas import nik
from pelatihan.registration.fields import CarriedField, NikField
from pelatihan.registration.nik import promise

SALT = "pelatihan.registration.nik_form"
WHY = (
    "16 angka di KTP. Diminta untuk pertanggungjawaban keuangan pelatihan ini; disimpan tersandi, dibuka petugas"
    f" verifikasi saja, dan dihapus {promise()}."
)
OF_OTHERS = (
    "16 angka di KTP-nya, untuk pertanggungjawaban keuangan. Boleh menyusul: utusan dapat menulisnya sendiri di"
    f" halamannya. Dihapus {promise()}."
)
SURE = "Ada yang janggal pada NIK ini: {}. Periksa lagi di KTP. Bila memang begitu tertulis, kirim sekali lagi."
NEW = "NIK baru"
STANDS = "Tercatat {}. Biarkan kosong bila tidak berubah. {}"
NOT_ASKED = "{} tidak meminta NIK. Kosongkan isian ini."
FIELDS = ("nik", "nik_sure")
BEFORE = "phone"


class NikForm(forms.Form):
    """Asks nothing until ``ask_nik`` is called."""

    def ask_nik(self, *, required: bool, label: str = "NIK", help_text: str = WHY) -> None:
        self.fields["nik"] = NikField(label=label, required=required, help_text=help_text)
        self.fields["nik_sure"] = CarriedField()
        asked = [name for name in self.fields if name not in FIELDS]
        place = asked.index(BEFORE)
        self.order_fields([*asked[:place], *FIELDS, *asked[place:]])

    def ask_nik_anew(self, stands: str, *, note: str = WHY) -> None:
        """Of somebody who is registered. ``stands``: what is kept, masked; it is never shown in full."""
        label, told = (NEW, STANDS.format(stands, note)) if stands else ("NIK", note)
        self.ask_nik(required=False, label=label, help_text=told)

    @property
    def asks_nik(self) -> bool:
        return "nik" in self.fields

    @property
    def typed_nik(self) -> str:
        """The number, or nothing. Call after ``is_valid()``."""
        return str(self.cleaned_data.get("nik", ""))

    @property
    def new_nik(self) -> str | None:
        """What is to stand there from now on; ``None``: what stands there. Call after ``is_valid()``."""
        return self.typed_nik or None

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        number = self.typed_nik if self.asks_nik else ""
        said = nik.doubts(number, on=localdate()) if number else []
        if said and not constant_time_compare(self.cleaned_data.get("nik_sure", ""), _proof(number)):
            self.data = dict(self.data.items()) | {self.add_prefix("nik_sure"): _proof(number)}
            self.add_error("nik", ValidationError(SURE.format("; ".join(said)), code="doubt"))
        return data


def _proof(number: str) -> str:
    """That this very number was asked about."""
    return salted_hmac(SALT, number, algorithm="sha256").hexdigest()
