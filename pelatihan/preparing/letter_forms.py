"""The form for what letters of invitation say: the usual words to begin with, the office's own once they differ."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ormas import names
from pelatihan.batches import invitation_letters
from pelatihan.models import InvitationLetter, NumberSeries, Signatory
from pelatihan.preparing.near import near
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, LetterField, text_input
from pelatihan.web.seen import SeenModelForm

DAY_UNREADABLE = "Tanggal ini tidak terbaca. Pilih dari kalender."
TEXTS = ("subject", "opening", "request", "rules", "closing", "copies")
FILLED = (*TEXTS[:-1], "urgency")  # empty, they are the usual ones


LONGEST = {column.name: column.max_length for column in InvitationLetter._meta.fields}


class WordsField(forms.CharField):
    """Several lines that letters print."""

    def __init__(self, part: str, label: str, *, rows: int = 3, required: bool = True, **options: Any) -> None:
        most = LONGEST[part]
        super().__init__(
            label=label, required=required, max_length=most,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={
                "required": "Tulis bagian ini; suratnya tidak lengkap tanpa itu.", "max_length": TOO_LONG,
                "null_characters_not_allowed": UNREADABLE,
            },
            **options,
        )  # fmt: skip

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        for line in text.splitlines():
            names.check_text(line)
        return text


def _line(part: str, label: str, *, required: bool = False, **options: Any) -> LetterField:
    most = LONGEST[part]
    errors = {"required": "Tulis isian ini; suratnya tidak lengkap tanpa itu.", "max_length": TOO_LONG}
    return LetterField(
        names.check_text, label=label, required=required, max_length=most, error_messages=errors,
        **{"widget": text_input(autocomplete="off")} | options,
    )  # fmt: skip


class InvitationLetterForm(SeenModelForm):
    """What the letters of a batch say, who signs them, and from which series their numbers come."""

    is_of_something = True  # a batch has one such letter, written or not

    series = forms.ModelChoiceField(
        NumberSeries.objects.all(), label="Seri nomor", required=False, empty_label="Pilih seri nomor",
        error_messages={"invalid_choice": "Pilih seri nomornya dari daftar."},
    )  # fmt: skip
    dated_on = forms.DateField(
        label="Tanggal surat", required=False, help_text="Kosong: titik-titik untuk ditulis tangan.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "width-medium"}),
        error_messages={"invalid": DAY_UNREADABLE},
    )  # fmt: skip
    town = _line(
        "town", "Kota surat", widget=text_input("width-medium", autocomplete="off"),
        help_text="Di depan tanggal. Kosong: kota kantor.",
    )  # fmt: skip
    urgency = _line("urgency", "Sifat", required=True, widget=text_input("width-medium", autocomplete="off"))
    subject = _line("subject", "Hal", required=True)
    opening = WordsField("opening", "Pembuka", rows=4, help_text="Sesudahnya tercetak hari, waktu, dan tempat.")
    request = WordsField("request", "Permintaan", rows=4, help_text="Sesudahnya tercetak ketentuan.")
    rules = WordsField(
        "rules", "Ketentuan", rows=7,
        help_text="Satu hal tiap baris; huruf dan tanda bacanya terpasang sendiri. Baris yang isiannya belum diketahui"
        " tidak tercetak.",
    )  # fmt: skip
    closing = WordsField("closing", "Penutup")
    copies = WordsField(
        "copies", "Tembusan", rows=4, required=False,
        help_text="Satu penerima tiap baris, yang tertinggi lebih dulu. Kosong: tanpa tembusan.",
    )  # fmt: skip
    signer = forms.ModelChoiceField(
        Signatory.objects.all(), label="Penanda tangan", required=False,
        empty_label="Titik-titik untuk ditulis tangan",
        error_messages={"invalid_choice": "Pilih pejabatnya dari daftar, atau titik-titik."},
    )  # fmt: skip

    class Meta:
        model = InvitationLetter
        fields = [
            "series", "dated_on", "town", "urgency", "subject", "opening", "request", "rules", "closing", "copies",
            "signer",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({part: invitation_letters.text_of(self.instance, part) for part in FILLED})
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # nothing is cut silently

    def clean_dated_on(self) -> date | None:
        return near(self.cleaned_data["dated_on"], self.instance.angkatan)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for part in TEXTS:
            if part in data and (problems := invitation_letters.problems_of(data[part])):
                self.add_error(part, ValidationError(problems))
        return data | {part: invitation_letters.kept(part, data[part]) for part in FILLED if part in data}
