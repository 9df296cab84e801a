"""The form by which a surat tugas is uploaded: one file. What may be in it is decided where it is kept."""

from django import forms

from pelatihan.registration.letters.content import EMPTY, MEGABYTES

TYPES = "application/pdf,image/jpeg,image/png,image/webp"  # named so, an iPhone sends JPG instead of HEIC by itself
NONE_CHOSEN = "Belum ada berkas yang dipilih. Pilih foto atau PDF surat tugas dulu, lalu unggah."


class LetterForm(forms.Form):
    letter = forms.FileField(
        label="Foto atau PDF",
        help_text=f"Paling besar {MEGABYTES} MB. Hanya petugas Kesbangpol yang melihatnya.",
        widget=forms.FileInput(attrs={"accept": TYPES, "class": "file-input"}),
        error_messages={"required": NONE_CHOSEN, "missing": NONE_CHOSEN, "invalid": NONE_CHOSEN, "empty": EMPTY},
    )
