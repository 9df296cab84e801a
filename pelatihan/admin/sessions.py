"""The rundown as rows of the batch's page: a day, two clock times, and no two sessions in one room at once."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import get_current_timezone, localtime

from pelatihan import dates
from pelatihan.admin.kit import ClockInput, DayField, OfficeRows
from pelatihan.models import Session
from pelatihan.web.seen import SeenModelForm, SeenRows

ROOM_CONSTRAINT = "one_session_a_room_at_a_time"
CLOCK_ERROR = {"invalid": "Tulis waktu seperti ini: 08.00."}


class SessionForm(SeenModelForm):
    day = DayField(label="Hari")
    begins = forms.TimeField(label="Mulai", widget=ClockInput, error_messages=CLOCK_ERROR)
    ends = forms.TimeField(label="Selesai", widget=ClockInput, error_messages=CLOCK_ERROR)

    class Meta:
        model = Session
        fields = ["title", "kind", "takes_attendance", "speaker", "room", "own_jp"]
        widgets = {"own_jp": forms.NumberInput(attrs={"class": "width-clock"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            start, end = localtime(self.instance.starts_at), localtime(self.instance.ends_at)
            self.initial = dict(self.initial) | {"day": start.date(), "begins": start.time(), "ends": end.time()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if all(data.get(part) for part in ("day", "begins", "ends")):
            zone = get_current_timezone()
            self.instance.starts_at = datetime.combine(data["day"], data["begins"], zone)
            self.instance.ends_at = datetime.combine(data["day"], data["ends"], zone)
            if data["ends"] <= data["begins"]:
                self.add_error("ends", "Sesi harus selesai setelah mulai.")
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """Rooms are compared among the rows as they will be, by the formset: a neighbour may be moving too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # private, but the only way
        return (excluded - {"starts_at", "ends_at"}) | {"room"}

    def _post_clean(self) -> None:
        if {"day", "begins", "ends"} & set(self.errors):
            return
        super()._post_clean()  # type: ignore[misc]  # private, but the only way

    def add_error(self, field: str | None, error: Any) -> None:
        """The model speaks of starts_at; the row has a day."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            renamed = {"starts_at": "day", "ends_at": "ends"}
            error = ValidationError({renamed.get(name, name): found for name, found in error.error_dict.items()})
        super().add_error(field, error)


class SessionFormSet(SeenRows):
    def clean(self) -> None:
        super().clean()
        rows = [form for form in self.forms if self._stays(form)]
        rows.sort(key=lambda form: form.instance.starts_at)
        last_in: dict[str, Session] = {}
        for form in rows:
            session = form.instance
            before = last_in.get(session.room)
            if before and session.starts_at < before.ends_at:
                raise ValidationError(
                    f"“{session.title}” ({session.times}) bertabrakan dengan “{before.title}” ({before.times}) di"
                    f" {session.room} pada {dates.plain_date(session.starts_at)}. Ubah waktu atau ruangnya."
                )
            if session.room and (before is None or session.ends_at > before.ends_at):
                last_in[session.room] = session

    def _stays(self, form: Any) -> bool:
        gone = self.can_delete and self._should_delete_form(form)
        return not gone and not form.errors and form.instance.starts_at is not None


class SessionInline(OfficeRows):
    model = Session
    form = SessionForm
    formset = SessionFormSet
    fields = ["day", "begins", "ends", "title", "kind", "takes_attendance", "speaker", "room", "own_jp"]
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look sees the model's own moments."""
        if self.has_change_permission(request, obj):
            return SessionInline.fields
        return ["when", "title", "kind", "takes_attendance", "speaker", "room", "jp"]

    readonly_fields = ["when", "jp"]

    @admin.display(description="waktu")
    def when(self, session: Session) -> str:
        return f"{dates.long_date(session.starts_at)}, {session.times}"
