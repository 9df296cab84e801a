"""Forms about money: amounts as people type them, refused in words, and nobody's change lost."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from ormas import names
from pelatihan.models import Angkatan, Guest, Honorarium, PaymentList, PaymentOfficials, Session, Signatory
from pelatihan.models.payment import MOST_SESSIONS
from pelatihan.payments import money
from pelatihan.preparing.near import near
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, LetterField, text_input
from pelatihan.web.seen import SeenModelForm

WHOLE_SESSIONS = f"Tulis jumlah sesi dari 1 sampai {MOST_SESSIONS}, seperti 6."
UNREADABLE_DAY = "Tanggal ini tidak terbaca. Pilih dari kalender."


class AmountField(forms.CharField):
    """What ``read`` makes of what was typed, which says in a sentence why it is none."""

    def __init__(self, read: Callable[[str], Any], write: Callable[[Any], str], **options: Any) -> None:
        self._read, self._write = read, write
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "width-medium"}
        options["error_messages"] = {"null_characters_not_allowed": UNREADABLE} | options.get("error_messages", {})
        super().__init__(**{"widget": forms.TextInput(attrs=attrs)} | options)

    def clean(self, value: Any) -> Any:
        if isinstance(value, Decimal):  # as it is stored: 5.00 is 5
            return value.normalize()
        if not isinstance(value, str):
            return value
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return self._read(typed)
        except money.Unreadable as sentence:
            raise ValidationError(str(sentence)) from None

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else self._write(value)


def rupiah_field(label: str, help_text: str = "") -> AmountField:
    missing = "Tulis jumlahnya dalam rupiah, seperti 150.000."
    return AmountField(
        money.read_rupiah, lambda amount: money.rupiah(amount).removeprefix("Rp"), label=label, help_text=help_text,
        error_messages={"required": missing},
    )  # fmt: skip


def percent_field() -> AmountField:
    return AmountField(
        money.read_percent, money.decimal, label="PPh 21 (%)",
        help_text="Menurut ketentuan pajak penerimanya. Tanpa potongan: 0.",
        error_messages={"required": "Tulis persennya, seperti 5. Tanpa potongan: 0."},
    )  # fmt: skip


def letters(model: type[Any], name: str, *, css_class: str = "", **options: Any) -> LetterField:
    """The field of a column of words that papers print."""
    column = model._meta.get_field(name)
    errors = {"max_length": TOO_LONG} | options.pop("error_messages", {})
    return LetterField(
        names.check_text, label=column.verbose_name.capitalize() if "label" not in options else options.pop("label"),
        max_length=column.max_length, required=not column.blank, widget=text_input(css_class, autocomplete="off"),
        error_messages=errors, **options,
    )  # fmt: skip


def day_field(help_text: str) -> forms.DateField:
    return forms.DateField(
        label="Tanggal pembayaran", required=False, help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "width-medium"}),
        error_messages={"invalid": UNREADABLE_DAY},
    )  # fmt: skip


class PaymentForm(SeenModelForm):
    """A form of these pages. Nothing typed is cut silently."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)


class PaymentListForm(PaymentForm):
    """A list of receivers: what each gets, and who has a right to it."""

    label = letters(
        PaymentList, "label", help_text="Tercetak setelah “Tanda Terima”, misalnya “Uang Transpor Peserta”.",
        error_messages={"required": "Tulis nama pembayarannya, misalnya “Uang Transpor Peserta”."},
    )  # fmt: skip
    gross = rupiah_field("Jumlah bruto tiap orang (Rp)")
    tax_percent = percent_field()
    rule = forms.ChoiceField(
        label="Yang menerima", choices=PaymentList.Rule, widget=forms.RadioSelect,
        error_messages={"required": "Pilih siapa yang menerima.", "invalid_choice": "Pilih siapa yang menerima."},
    )  # fmt: skip
    least_sessions = forms.IntegerField(
        label="Sedikitnya berapa sesi", required=False, min_value=1, max_value=MOST_SESSIONS,
        help_text="Hanya bila penerimanya ditentukan menurut jumlah sesi.",
        widget=forms.NumberInput(attrs={"class": "width-short", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), WHOLE_SESSIONS),
    )  # fmt: skip
    paid_on = day_field("Tercetak di atas tanda tangan. Kosong: titik-titik untuk ditulis tangan.")
    account = letters(PaymentList, "account", help_text="Kegiatan atau kode rekening. Kosong: titik-titik.")

    class Meta:
        model = PaymentList
        fields = ["label", "gross", "tax_percent", "rule", "least_sessions", "paid_on", "account"]

    def clean_paid_on(self) -> date | None:
        return near(self.cleaned_data["paid_on"], self.instance.angkatan)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        others = self.instance.angkatan.payment_lists.exclude(pk=self.instance.pk)
        if others.filter(label=data.get("label")).exists():
            self.add_error("label", "Nama ini sudah dipakai tanda terima lain di angkatan ini. Tulis nama lain.")
        if data.get("rule") == PaymentList.Rule.SESSIONS:
            if data.get("least_sessions") is None and "least_sessions" not in self.errors:
                self.add_error("least_sessions", WHOLE_SESSIONS)
        elif "least_sessions" not in self.errors:
            data["least_sessions"] = None
        return data


class HonorariumForm(PaymentForm):
    """A fee of a guest for one session of the same batch."""

    guest = forms.ModelChoiceField(
        Guest.objects.none(), label="Penerima", empty_label="Pilih penerima",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Pilih penerimanya dari daftar."),
    )  # fmt: skip
    session = forms.ModelChoiceField(
        Session.objects.none(), label="Sesi", empty_label="Pilih sesi",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Pilih sesinya dari daftar."),
    )  # fmt: skip
    role = letters(
        Honorarium, "role", css_class="width-medium", help_text="Misalnya narasumber atau moderator.",
        error_messages={"required": "Tulis tugasnya, misalnya narasumber."},
    )  # fmt: skip
    rate = rupiah_field("Honorarium tiap orang-jam (Rp)")
    own_hours = AmountField(
        money.read_hours, money.decimal, label="Orang-jam", required=False,
        help_text="Kosong: dihitung dari lama sesi, 60 menit tiap orang-jam. Bukan JP.",
    )  # fmt: skip
    tax_percent = percent_field()
    paid_on = day_field("Kosong: tanggal sesinya.")
    number = letters(Honorarium, "number", css_class="width-medium", help_text="Kosong: titik-titik.")
    account = letters(Honorarium, "account", help_text="Kosong: titik-titik.")

    class Meta:
        model = Honorarium
        fields = ["guest", "session", "role", "rate", "own_hours", "tax_percent", "paid_on", "number", "account"]

    def __init__(self, angkatan: Angkatan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.angkatan = angkatan
        self._choose("guest", angkatan.guests.all(), lambda guest: str(guest))
        self._choose("session", angkatan.sessions.in_time_order(), lambda session: str(session))

    def _choose(self, name: str, rows: QuerySet[Any], word: Callable[[Any], str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        field.label_from_instance = word  # type: ignore[method-assign, assignment]  # of this form alone

    def clean_paid_on(self) -> date | None:
        return near(self.cleaned_data["paid_on"], self.angkatan)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        guest, session = data.get("guest"), data.get("session")
        if guest and session:
            same = Honorarium.objects.filter(guest=guest, session=session).exclude(pk=self.instance.pk)
            if same.exists():
                self.add_error("session", "Honorarium penerima ini untuk sesi itu sudah ada. Ubah yang sudah ada.")
        return data


class OfficialsForm(PaymentForm):
    """Who signs papers about money."""

    is_of_something = True  # a batch has one such form, filled in or not

    payer = letters(PaymentOfficials, "payer", help_text=str(PaymentOfficials._meta.get_field("payer").help_text))
    approver = forms.ModelChoiceField(
        Signatory.objects.all(), required=False, empty_label="Titik-titik untuk ditulis tangan",
        label="Pengguna anggaran (PA/KPA)", help_text="Menandatangani “Setuju dibayar”.",
    )  # fmt: skip
    treasurer = forms.ModelChoiceField(
        Signatory.objects.all(), required=False, empty_label="Titik-titik untuk ditulis tangan",
        label="Bendahara", help_text="Menandatangani “Lunas dibayar”.",
    )  # fmt: skip
    manager = forms.ModelChoiceField(
        Signatory.objects.all(), required=False, empty_label="Titik-titik untuk ditulis tangan",
        label="Pelaksana teknis kegiatan (PPTK)",
    )  # fmt: skip

    class Meta:
        model = PaymentOfficials
        fields = ["payer", "approver", "treasurer", "manager"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("approver", "treasurer", "manager"):
            self.fields[name].error_messages["invalid_choice"] = "Pilih pejabatnya dari daftar, atau titik-titik."
