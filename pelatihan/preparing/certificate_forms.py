"""What the committee fills in about certificates: the rule, a decision about one person, the reason of an act."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from pelatihan import dates
from pelatihan.certificates import codes
from pelatihan.models import CertificateException, CertificateRule, NumberSeries, Signatory
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, KeyField, text_input
from pelatihan.web.seen import SeenModelForm

Kind = CertificateException.Kind
LONGEST_REASON = 300
LATEST = timedelta(days=366)  # after the last day
OWED = "Tulis alasannya; alasan ini tercatat."
PERCENT = "Tulis angka 1 sampai 100."
DECISIONS = {Kind.GRANT: "Beri sertifikat", Kind.DENY: "Jangan beri sertifikat", Kind.LIFT: "Ikut syarat lagi"}


class RuleForm(SeenModelForm):
    """Who gets one, and what stands on it."""

    class Meta:
        model = CertificateRule
        fields = (
            "measure", "least_percent", "excused_counts", "sick_counts", "title", "role", "text", "signer", "has_back",
            "back_signer", "dated_on", "series",
        )  # fmt: skip
        widgets = {
            "measure": forms.RadioSelect,
            "least_percent": forms.NumberInput(attrs={"class": "width-short", "inputmode": "numeric"}),
            "title": forms.TextInput(attrs={"class": "width-medium", "autocomplete": "off"}),
            "role": forms.TextInput(attrs={"class": "width-medium", "autocomplete": "off"}),
            "text": forms.Textarea(attrs={"rows": 3}),
            "dated_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "width-phone"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        for name in ("title", "role", "text"):
            self.fields[name].widget.attrs.pop("maxlength", None)  # nothing is cut silently
            said = {"required": "Tulis isinya.", "max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE}
            self.fields[name].error_messages.update(said)
        self.fields["least_percent"].error_messages.update(
            dict.fromkeys(("required", "invalid", "min_value", "max_value"), PERCENT)
        )
        self.fields["dated_on"].error_messages["invalid"] = "Tanggal ini tidak terbaca. Pilih dari kalender."
        self.fields["measure"].choices = CertificateRule.Measure.choices  # type: ignore[attr-defined]  # no empty one
        for name, rows in (
            ("signer", Signatory.objects),
            ("back_signer", Signatory.objects),
            ("series", NumberSeries.objects),
        ):
            self.fields[name].queryset = rows.all()  # type: ignore[attr-defined]
            self.fields[name].empty_label = EMPTY[name]  # type: ignore[attr-defined]
            self.fields[name].error_messages["invalid_choice"] = "Pilihan ini tidak ada lagi. Pilih dari daftar."

        first = self.instance.angkatan.signers.select_related("signatory").first()
        who = f"Kosong: {first.signatory.name}, penanda tangan pertama angkatan ini." if first else NO_SIGNER
        self.fields["signer"].help_text = who

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())

    def clean_dated_on(self) -> date | None:
        day: date | None = self.cleaned_data["dated_on"]
        batch = self.instance.angkatan
        if day and not batch.starts_on <= day <= batch.ends_on + LATEST:
            last = dates.plain_date(batch.ends_on + LATEST)
            raise forms.ValidationError(f"Pilih tanggal dari {dates.plain_date(batch.starts_on)} sampai {last}.")
        return day


NO_SIGNER = "Angkatan ini belum punya penanda tangan: bila kosong, tempatnya ditulis tangan."
EMPTY = {
    "signer": "Penanda tangan pertama angkatan ini",
    "back_signer": "Tidak ditandatangani",
    "series": "Pilih seri nomor",
}


def reason_field(label: str, help_text: str, owed: str) -> forms.CharField:
    """Why; kept in the history."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_REASON,
        help_text=help_text,
        error_messages={"required": owed, "max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        validators=CertificateException._meta.get_field("reason").validators,
    )


class ReasonForm(forms.Form):
    """An act upon a certificate that was given out. ``copies``: how many the page showed."""

    prefix = "akta"

    def __init__(self, act: str, given_copies: int, data: Any = None) -> None:
        super().__init__(data, prefix=act, initial={"copies": given_copies})
        self.fields["reason"] = reason_field("Alasan", HELP[act], OWED)
        self.fields["reason"].widget.attrs.pop("maxlength", None)
        self.fields["copies"] = forms.IntegerField(required=False, widget=forms.HiddenInput)


HELP = {
    "salinan": "Misalnya “Nama dibetulkan” atau “Lembar aslinya hilang”.",
    "cabut": "Dibaca panitia saja. Pemeriksa hanya membaca bahwa sertifikatnya dicabut, dan kapan.",
}


class DecideForm(forms.Form):
    """What is decided about one person, whatever the rule says."""

    def __init__(self, current: CertificateException | None, entitled: bool, data: Any = None) -> None:
        super().__init__(data)
        kinds = [Kind.LIFT] if current else []
        kinds += [kind for kind in (Kind.DENY if entitled else Kind.GRANT,) if not current or current.kind != kind]
        self.fields["kind"] = forms.ChoiceField(
            label="Keputusan",
            choices=[(kind.value, DECISIONS[kind]) for kind in kinds],
            initial=kinds[0].value,
            widget=forms.RadioSelect,
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Pilih salah satu keputusan ini."),
        )
        self.fields["reason"] = reason_field(
            "Alasan",
            "Dibaca panitia saja, misalnya “Bertugas mendampingi peserta”.",
            "Tulis alasannya; alasan ini tercatat.",
        )
        self.fields["reason"].widget.attrs.pop("maxlength", None)


class IssueForm(forms.Form):
    """The press of the button. ``seen``: what the page showed; ``key``: pressed twice is once."""

    key = KeyField()
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, warning: str, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if warning:
            self.fields["sure"] = forms.BooleanField(
                label="Saya sudah membacanya. Terbitkan sekarang juga.",
                error_messages={"required": "Beri centang bila memang akan diterbitkan sekarang."},
            )


class CodeForm(forms.Form):
    """The code of a certificate, as anybody types it."""

    kode = forms.CharField(
        label="Kode pemeriksaan",
        max_length=200,  # a whole link may be pasted
        help_text=f"Tiga belas huruf dan angka di kiri bawah sertifikat, misalnya {codes.EXAMPLE}.",
        error_messages={
            "required": "Tulis kode yang tercetak di sertifikat.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
        widget=text_input(
            "code-input width-medium", autocomplete="off", spellcheck="false", autocapitalize="characters"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["kode"].widget.attrs["maxlength"]  # nothing is cut silently
