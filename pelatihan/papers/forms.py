"""The choices of the page Cetak, as its form and its links send them."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from pelatihan import dates, numbers
from pelatihan.models import Session
from pelatihan.papers.choices import MOST_SPARE_ROWS, SPARE_ROWS, Choices, Order, Shape, Size

EVERY_SESSION = EVERY = "semua"
BLANK = "kosong"
FILLED = "isi"
BLANK_ROWS = {Size.F4: 13, Size.A4: 9}  # what fits on one page above the tallest usual block of signers
MOST_PLACES = 10  # badges on one sheet
UUID_PATTERN = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
COLUMNS = {"lp": "sex", "hp": "phone"}  # beside the usual ones
TICKS = ("lp", "hp", "cap", "bolakbalik")
DEFAULTS = {
    "sesi": EVERY_SESSION,
    "bentuk": Shape.SESSION.value,
    "kertas": Size.F4.value,
    "urut": Order.ORMAS.value,
    "lembar": FILLED,
}
UNSAID = DEFAULTS | {"sesi": None, "hari": None, "kosong": SPARE_ROWS, "mulai": None, "untuk": None}
UNSAID |= dict.fromkeys(TICKS, False)

SESSION_UNREADABLE = "Sesi ini tidak terbaca. Pilih sesi dari daftar."
DAY_UNREADABLE = "Hari ini tidak terbaca. Tulis seperti 2019-03-12."
PAGES_UNREADABLE = "Nomor lembar ini tidak terbaca. Tulis seperti 2 atau 2,3."


class SheetChoices(forms.Form):
    """What is left out has its default. The list of sessions offers whole days as well: ``sesi`` takes a date, too."""

    sesi = forms.CharField(label="Sesi")
    hari = forms.CharField(label="Hari", required=False, widget=forms.HiddenInput)
    bentuk = forms.ChoiceField(
        label="Bentuk", choices=Shape, error_messages={"invalid_choice": "Pilih satu lembar tiap sesi atau satu tabel."}
    )
    kertas = forms.ChoiceField(label="Kertas", choices=Size, error_messages={"invalid_choice": "Pilih F4 atau A4."})
    urut = forms.ChoiceField(
        label="Urutan", choices=Order, error_messages={"invalid_choice": "Pilih urutan ormas atau nama."}
    )
    kosong = forms.IntegerField(
        label="Baris cadangan",
        min_value=0,
        max_value=MOST_SPARE_ROWS,
        widget=forms.NumberInput(attrs={"class": "width-short", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), f"Tulis angka 0 sampai {MOST_SPARE_ROWS}."),
    )
    lp = forms.BooleanField(label="Kolom L/P", required=False)
    hp = forms.BooleanField(
        label="Kolom nomor HP",
        required=False,
        help_text="Semua yang menandatangani ikut membacanya.",
    )
    cap = forms.BooleanField(label="Tempat cap dinas", required=False)
    bolakbalik = forms.BooleanField(
        label="Cetak bolak-balik", required=False, help_text="Tiap daftar mulai di lembar baru."
    )
    lembar = forms.ChoiceField(
        label="Isi",
        choices=[(FILLED, "Terisi dari daftar"), (BLANK, "Kosong, ditulis tangan")],
        error_messages={"invalid_choice": "Jenis lembar ini tidak dikenal."},
    )
    mulai = forms.IntegerField(
        label="Mulai di tempat ke",
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Tempat kartu di lembar dihitung dari 1 sampai {MOST_PLACES}."
        ),
    )
    siapa = forms.RegexField(
        rf"\A{UUID_PATTERN}(,{UUID_PATTERN}){{0,999}}\Z",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "Orang yang dipilih tidak terbaca. Pilih lagi dari daftar."},
    )
    untuk = forms.CharField(label="Untuk", required=False, widget=forms.HiddenInput)
    ragam = forms.RegexField(
        r"\A[a-z0-9-]{1,20}\Z",
        label="Ragam",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "Ragam lembar ini tidak dikenal."},
    )
    halaman = forms.RegexField(
        r"\A[1-9][0-9]{0,2}(,[1-9][0-9]{0,2}){0,99}\Z",
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": PAGES_UNREADABLE},
    )

    def __init__(
        self,
        sessions: list[Session],
        sent: Mapping[str, Any],
        *,
        shows_phones: bool,
        looked_at: Collection[str] | None = None,
        styles: Sequence[tuple[str, str]] = (),
        subjects: Sequence[tuple[int, str]] = (),
        each: bool = False,
    ) -> None:
        """
        :param looked_at: the fields that make a difference to the paper; of the others whatever is sent does none
        :param styles: what ``ragam`` chooses from
        :param subjects: what ``untuk`` chooses from
        :param each: one of these, never all
        """
        self.sessions, self.shows_phones, self.styles = sessions, shows_phones, styles
        self.looked_at = set(self.base_fields if looked_at is None else looked_at)
        given = DEFAULTS | {name: value for name, value in sent.items() if value != ""}
        usual = {"kosong": default_rows(given), "ragam": styles[0][0] if styles else "", "mulai": 1}
        if subjects:
            usual["untuk"] = str(subjects[0][0]) if each else EVERY
        super().__init__(usual | given)
        widgets: dict[str, forms.Widget] = {"sesi": forms.Select(choices=session_choices(sessions))}
        if styles:
            widgets["ragam"] = forms.Select(choices=styles)
        if subjects:
            widgets["untuk"] = forms.Select(choices=subjects if each else [(EVERY, "Semua"), *subjects])
        if looked_at is not None:
            widgets["mulai"] = forms.NumberInput(attrs={"class": "width-short", "inputmode": "numeric"})
        if not shows_phones:
            widgets["hp"] = forms.HiddenInput()
        for name in self.fields:
            self.fields[name].widget = widgets.get(name, self.fields[name].widget)
            if name not in self.looked_at:
                self.fields[name].widget = forms.HiddenInput()
        for name in ("ragam", "mulai", "untuk"):  # never left empty: what is left out has its default
            self.fields[name].required = not self.fields[name].widget.is_hidden

    def shown(self) -> list[forms.BoundField]:
        """Its fields that one fills in, without the ticks."""
        return [field for field in self.visible_fields() if field.name not in TICKS]

    def ticks(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in TICKS]

    def carried(self) -> list[forms.BoundField]:
        """What makes a difference, too, but was chosen elsewhere."""
        return [field for field in self.hidden_fields() if field.name in self.looked_at and field.value()]

    def clean_sesi(self) -> int | date | None:
        text = self.cleaned_data["sesi"]
        if text == EVERY_SESSION:
            return None
        number = numbers.read(text)
        return number if number is not None else read_day(text, SESSION_UNREADABLE)

    def clean_hari(self) -> date | None:
        text = self.cleaned_data["hari"]
        return read_day(text, DAY_UNREADABLE) if text else None

    def clean_untuk(self) -> int | None:
        text = self.cleaned_data["untuk"]
        if text == EVERY:
            return None
        if text and numbers.read(text) is None:
            raise ValidationError("Yang dicetak tidak terbaca. Pilih lagi dari daftarnya.")
        return numbers.read(text)

    def clean_hp(self) -> bool:
        if self.cleaned_data["hp"] and not self.shows_phones:
            raise ValidationError("Nomor HP peserta tidak ditampilkan untuk peran Anda.")
        return bool(self.cleaned_data["hp"])

    def clean_ragam(self) -> str:
        style = str(self.cleaned_data["ragam"])
        if style and self.styles and style not in dict(self.styles):
            raise ValidationError("Ragam lembar ini tidak dikenal.")
        return style

    def clean(self) -> dict[str, Any]:
        for name in set(self.errors) - self.looked_at:
            del self._errors[name]  # type: ignore[attr-defined]  # it makes no difference
            self.cleaned_data[name] = UNSAID.get(name, "")
        if self.cleaned_data.get("sesi") and self.cleaned_data.get("hari") and {"sesi", "hari"} <= self.looked_at:
            raise ValidationError("Pilih sesi atau hari, bukan keduanya.")
        return self.cleaned_data

    def query(self) -> str:
        """What :meth:`unusual` holds, as the tail of an address."""
        return urlencode(self.unusual())

    def unusual(self) -> dict[str, Any]:
        """What makes the sheets of a valid form differ from the usual ones."""
        sent = {name: self.cleaned_data[name] for name in ("bentuk", "kertas", "urut", "kosong", *COLUMNS)}
        usual = DEFAULTS | {"kosong": SPARE_ROWS} | dict.fromkeys(COLUMNS, False)
        return {name: "1" if value is True else value for name, value in sent.items() if value != usual[name]}

    def choices(self) -> Choices:
        """What a valid form asks for."""
        sent = self.cleaned_data
        which = sent["hari"] or sent["sesi"]
        return Choices(
            session=which if isinstance(which, int) else None,
            day=which if isinstance(which, date) else None,
            shape=Shape(sent["bentuk"]),
            size=Size(sent["kertas"]),
            order=Order(sent["urut"]),
            spare_rows=sent["kosong"],
            blank=sent["lembar"] == BLANK,
            columns=tuple(column for field, column in COLUMNS.items() if sent[field]),
            stamp=sent["cap"],
            two_sided=sent["bolakbalik"],
            pages=tuple(dict.fromkeys(int(number) for number in sent["halaman"].split(",") if number)),
            start=sent["mulai"] or 1,
            who=tuple(dict.fromkeys(UUID(one) for one in sent["siapa"].split(",") if one)),
            subject=sent["untuk"],
            style=sent["ragam"],
        )


def default_rows(given: Mapping[str, Any]) -> int:
    """Some to spare below the names; on a blank sheet as many as its page holds."""
    if given.get("lembar") != BLANK:
        return SPARE_ROWS
    return BLANK_ROWS[Size.A4 if given["kertas"] == Size.A4 else Size.F4]


def read_day(text: str, refusal: str) -> date:
    """``2019-03-12`` and no other spelling.

    :raises ValidationError: with the refusal
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # 2019-02-30
    raise ValidationError(refusal, code="invalid")


def session_choices(sessions: list[Session]) -> list[tuple[str, Any]]:
    """All, then day by day each session and the day as a whole."""
    groups = [
        (dates.long_date(day), [*map(_choice, some), (day.isoformat(), f"Semua sesi {dates.day_name(day)}")])
        for day, some in groupby(sessions, key=lambda session: session.day)
    ]
    return [(EVERY_SESSION, f"Semua sesi ({len(sessions)})"), *groups]


def _choice(session: Session) -> tuple[str, str]:
    return str(session.pk), f"{dates.day_name(session.starts_at)} {dates.clock(session.starts_at)} · {session.title}"
