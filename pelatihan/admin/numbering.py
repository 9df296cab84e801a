"""Series of numbers, as the office gives them to letters and certificates."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from pelatihan import dates
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.models import NumberSeries
from pelatihan.web.seen import SeenModelForm

MOST_BEFORE = 100_000


class SeriesForm(SeenModelForm):
    """Of a new series one may say how many numbers were given out by hand before; later only drawing counts on."""

    before = forms.IntegerField(
        label="Nomor terakhir yang sudah dipakai",
        min_value=0,
        max_value=MOST_BEFORE,
        required=False,
        help_text="Di luar aplikasi ini, pada tahun atau buku yang sama. Kosong: mulai dari nomor 1.",
        widget=forms.NumberInput(attrs={"class": "width-short", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Tulis angka 0 sampai {dates.thousands(MOST_BEFORE)}."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.instance.pk is None:
            self.instance.last = data.get("before") or 0
        return data


@admin.register(NumberSeries)
class NumberSeriesAdmin(OfficeModelAdmin):
    form = SeriesForm
    list_display = ["label", "pattern", "code", "drawn"]
    empty_list = "Belum ada seri nomor. Tambahkan satu untuk sertifikat, atau untuk surat."

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["label", "pattern", "code", "drawn" if obj else "before"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["drawn"] if obj else []

    @admin.display(description="nomor terakhir", ordering="last")
    def drawn(self, series: NumberSeries) -> str:
        return dates.thousands(series.last) if series.last else "belum ada"
