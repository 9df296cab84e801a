"""The reasons that the office keeps ready: in which words, for which decisions, in which order."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.admin.verification import FIXABLE
from pelatihan.lifecycle import Action
from pelatihan.models import ReadyReason
from pelatihan.models.reason import WITH_READY_REASONS
from pelatihan.registration.fields import TOO_LONG, UNREADABLE
from pelatihan.web.seen import SeenModelForm

NO_FIX = f"Bagian hanya dibuka oleh “{Action.ASK_FIX.label}”. Tandai keputusan itu juga, atau hapus tanda bagiannya."
NO_ACTION = "Tandai sedikitnya satu keputusan yang memakai alasan ini."


class ReasonForm(SeenModelForm):
    actions = forms.MultipleChoiceField(
        label="Dipakai untuk",
        choices=[(each.value, each.label) for each in WITH_READY_REASONS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": NO_ACTION},
    )
    fields = forms.MultipleChoiceField(  # type: ignore[assignment]  # the metaclass takes it out
        label="Bagian yang dibuka untuk diperbaiki",
        choices=FIXABLE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Hanya untuk “Minta perbaikan”. Tanpa tanda, peserta boleh memperbaiki apa saja.",
    )
    text = forms.CharField(
        label="Kata-kata untuk peserta",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Dibaca peserta di halamannya persis seperti ini. Mengubahnya tidak mengubah yang sudah dikirim.",
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
    )

    def clean_text(self) -> str:
        """One line, as it stands in the list."""
        return " ".join(self.cleaned_data["text"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("fields") and Action.ASK_FIX not in data.get("actions", [Action.ASK_FIX]):
            self.add_error("fields", NO_FIX)
        return data


@admin.register(ReadyReason)
class ReadyReasonAdmin(OfficeModelAdmin):
    form = ReasonForm
    fields = ["text", "actions", "fields", "place", "in_use"]
    list_display = ["text", "for_decisions", "opens", "place", "used"]
    list_filter = ["in_use"]

    class Media:
        css = {"all": ["css/steering.css"]}

    empty_list = "Belum ada alasan. Tambahkan yang sering Anda tulis, supaya tinggal dipilih."

    def has_delete_permission(self, request: HttpRequest, obj: ReadyReason | None = None) -> bool:
        """Taken out of use instead: who reads an old decision finds its words in the history."""
        return False

    @admin.display(description="dipakai untuk")
    def for_decisions(self, reason: ReadyReason) -> str:
        return ", ".join(str(each.label) for each in WITH_READY_REASONS if each in reason.actions)

    @admin.display(description="masih dipakai", ordering="in_use")
    def used(self, reason: ReadyReason) -> str:
        return "Ya" if reason.in_use else "Tidak lagi"

    @admin.display(description="membuka")
    def opens(self, reason: ReadyReason) -> str:
        return ", ".join(label for field, label in FIXABLE if field in reason.fields)
