"""The rundown as rows of the batch's page: a day, two clock times, and no two sessions in one room at once."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import get_current_timezone, localtime

from pelatihan import dates
from pelatihan.admin.asking import AskedOnce, agreement
from pelatihan.admin.clocks import ClockField
from pelatihan.admin.closing import RowsOfClosedBatch
from pelatihan.admin.kit import DayField, OfficeRows
from pelatihan.attendance import sessions as attendance
from pelatihan.models import Session
from pelatihan.models.session import OUTSIDE
from pelatihan.web.seen import SeenModelForm, SeenRows

ROOM_CONSTRAINT = "one_session_a_room_at_a_time"
UNTICKED = "no_attendance"
CODE_WITHOUT_LIST = "Kode ruangan hanya untuk sesi yang memakai daftar hadir. Lepaskan juga tanda ini."


class SessionForm(AskedOnce, SeenModelForm):
    day = DayField(label="Hari")
    begins = ClockField(label="Mulai")
    ends = ClockField(label="Selesai")

    agreed = agreement()

    class Meta:
        model = Session
        fields = ["title", "kind", "takes_attendance", "self_check_in", "speaker", "room", "own_jp"]
        labels = {"self_check_in": "kode ruangan"}
        widgets = {"own_jp": forms.NumberInput(attrs={"class": "width-clock"})}

    is_of_the_night = False  # over midnight, as it is kept: it stays one when the page is saved

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            start, end = localtime(self.instance.starts_at), localtime(self.instance.ends_at)
            self.is_of_the_night = end.date() == start.date() + timedelta(days=1)
            self.initial = dict(self.initial) | {"day": start.date(), "begins": start.time(), "ends": end.time()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if all(data.get(part) for part in ("day", "begins", "ends")):
            zone = get_current_timezone()
            self.instance.starts_at = datetime.combine(data["day"], data["begins"], zone)
            is_next_day = self.is_of_the_night and data["ends"] <= data["begins"]
            last_day = data["day"] + timedelta(days=1) if is_next_day else data["day"]
            self.instance.ends_at = datetime.combine(last_day, data["ends"], zone)
            if data["ends"] <= data["begins"] and not is_next_day:
                self.add_error("ends", "Sesi harus selesai setelah mulai.")
        if self.instance.pk and "takes_attendance" in self.changed_data and not data.get("takes_attendance"):
            self._ask_about_attendance()
        if data.get("self_check_in") and not data.get("takes_attendance"):
            self.add_error("self_check_in", CODE_WITHOUT_LIST)
        return data

    def _ask_about_attendance(self) -> None:
        if people := attendance.recorded(self.instance):
            self.ask(
                "takes_attendance",
                UNTICKED,
                f"Kehadiran {dates.thousands(people)} orang sudah tercatat di sesi ini. Tanpa tanda ini sesi hilang"
                " dari papan, presensi, rekap, dan lembar; catatannya tetap tersimpan dan tampil lagi bila tandanya"
                " dipasang kembali.",
            )

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


def has_attendance(session: Session) -> str:
    """Why a session stays."""
    return (
        f"“{session.title}” ({dates.plain_date(session.starts_at)}, {session.times}) tidak dapat dihapus karena"
        " presensinya sudah dicatat. Biarkan sesinya, atau lepaskan tanda “pakai daftar hadir” bila tidak dipakai lagi."
    )


class SessionFormSet(SeenRows):
    def clean(self) -> None:
        self._keep_what_has_attendance()  # before Django says the same with the number of every event
        super().clean()
        self._say_once_that_days_are_others()
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

    def _keep_what_has_attendance(self) -> None:
        """The database refuses as well: what happened at a session is never deleted, so neither is the session."""
        going = [form.instance.pk for form in self.initial_forms if self._goes(form)]
        kept = Session.objects.with_attendance().filter(pk__in=going).in_time_order()
        if errors := [ValidationError(has_attendance(session)) for session in kept]:
            raise ValidationError(errors)

    def _say_once_that_days_are_others(self) -> None:
        """Whose batch moved and whose sessions did not reads it once, with the way out, not at every row."""
        outside = [form for form in self.forms if not self._goes(form) and form.has_error("day", OUTSIDE)]
        if len(outside) > 1:
            for form in outside:
                del form.errors["day"]
            raise ValidationError(
                f"{dates.thousands(len(outside))} sesi tidak pada {self.instance.date_range}. Untuk menggeser tanggal"
                " dan sesi sekaligus, pakai “Pindahkan tanggal” di atas halaman ini; atau ubah hari sesi satu per satu."
            )

    def _goes(self, form: Any) -> bool:
        return bool(self.can_delete and self._should_delete_form(form))

    def _stays(self, form: Any) -> bool:
        return not self._goes(form) and not form.errors and form.instance.starts_at is not None


class SessionInline(RowsOfClosedBatch, OfficeRows):
    model = Session
    form = SessionForm
    formset = SessionFormSet
    fields = [
        "day", "begins", "ends", "title", "takes_attendance", "kind", "speaker", "room", "own_jp", "self_check_in",
        "agreed",
    ]  # fmt: skip
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look sees the model's own moments."""
        if self.has_change_permission(request, obj):
            return SessionInline.fields
        return ["when", "title", "takes_attendance", "kind", "speaker", "room", "jp", "self_check_in"]

    readonly_fields = ["when", "jp"]

    @admin.display(description="JP")
    def jp(self, session: Session) -> int:
        return session.jp

    @admin.display(description="waktu")
    def when(self, session: Session) -> str:
        return f"{dates.long_date(session.starts_at)}, {session.times}"
