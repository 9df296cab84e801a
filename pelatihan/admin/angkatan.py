"""The batch's page ("Pengaturan"): its facts, rundown, signers and invitations, and the doors to its other pages."""

from typing import Any

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.admin import angkatan_pages, invitation_pages, late_pages, plan_news
from pelatihan.admin.batch_forms import AngkatanForm
from pelatihan.admin.closing import OfClosedBatch, RowsOfClosedBatch
from pelatihan.admin.invitations import InvitationInline
from pelatihan.admin.kit import OfficeModelAdmin, OfficeRows
from pelatihan.admin.papers import GuestInline
from pelatihan.admin.sessions import ROOM_CONSTRAINT, SessionInline
from pelatihan.batches import steps
from pelatihan.models import Angkatan, AngkatanSignatory, Session, Signatory
from pelatihan.phases import Phase
from pelatihan.registration import writer

PHASE_LOOKS = {
    Phase.CANCELLED: "rejected",
    Phase.FINISHED: "cancelled",
    Phase.RUNNING: "accepted",
    Phase.NOT_YET_OPEN: "cancelled",
    Phase.OPEN: "accepted",
    Phase.CLOSED: "submitted",
}
DOORS = (
    ("Papan", "board", access.BOARD),
    ("Presensi", "desk", access.DESK),
    ("Rekap", "recap", access.RECAP),
    ("Cetak", "print", access.PRINT),
)


class SignerInline(RowsOfClosedBatch, OfficeRows):
    model = AngkatanSignatory
    fields = ["place", "heading", "signatory"]
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """The list of signers is read once, not once a row."""
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "signatory" and field is not None:
            field.choices = [("", "Pilih penanda tangan"), *((each.pk, str(each)) for each in Signatory.objects.all())]
        return field


@admin.register(Angkatan)
class AngkatanAdmin(OfClosedBatch, OfficeModelAdmin):
    form = AngkatanForm
    list_display = ["name_shown", "theme", "days", "seats", "phase_shown"]
    list_filter = ["year", "published"]
    search_fields = ["theme", "venue"]
    search_help_text = "Kata dalam tema atau tempat."
    empty_list = "Belum ada angkatan. Tambahkan yang pertama."
    inlines = [SessionInline, SignerInline, GuestInline, InvitationInline]
    readonly_fields = ["slug", "frozen_at", "cancelled_at", "cancel_reason", "closed_at"]
    change_form_template = "admin/pelatihan/angkatan/change_form.html"
    shut_word = "rencananya"

    def batch_of(self, obj: Angkatan) -> Angkatan:
        return obj

    def get_fieldsets(self, request: HttpRequest, obj: Angkatan | None = None) -> Any:
        state = [
            name for name in ("frozen_at", "cancelled_at", "cancel_reason", "closed_at") if getattr(obj, name, None)
        ]
        groups: list[tuple[str | None, dict[str, Any]]] = [
            (None, {"fields": [("number", "year"), "theme", "intro", "bring"]}),
            ("Tempat dan tanggal", {"fields": ["venue", "meeting_point", "town", ("starts_on", "ends_on")]}),
            (
                "Pendaftaran",
                {
                    "fields": [
                        ("opens_at", "closes_at"),
                        ("capacity", "seats_per_ormas"),
                        ("decision_days", "letter_due_on"),
                        "welcomes_walk_ins",
                        "published",
                    ]
                },
            ),
            ("Presensi", {"fields": [("open_minutes", "late_minutes")]}),
            (
                "Narahubung dan kertas",
                {"fields": [("help_name", "help_phone"), "help_hours", "letterhead", "house_rules"]},
            ),
            ("NIK", {"fields": ["asks_nik"]}),
        ]
        return groups + ([("Keadaan", {"fields": state})] if state else [])

    def get_inlines(self, request: HttpRequest, obj: Angkatan | None) -> Any:
        return self.inlines if obj else self.inlines[:2]

    # ---- The list ----------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_seats_held()  # type: ignore[attr-defined]  # of AngkatanQuerySet

    @admin.display(description="angkatan", ordering="number")
    def name_shown(self, angkatan: Angkatan) -> str:
        return angkatan.name

    @admin.display(description="tanggal", ordering="starts_on")
    def days(self, angkatan: Angkatan) -> str:
        return angkatan.date_range

    @admin.display(description="kursi")
    def seats(self, angkatan: Angkatan) -> str:
        return f"{dates.thousands(angkatan.held)} dari {dates.thousands(angkatan.capacity)}"

    @admin.display(description="keadaan")
    def phase_shown(self, angkatan: Angkatan) -> SafeString:
        phase = angkatan.phase(timezone.now())
        shown = phase.label if angkatan.published else f"{phase.label}, belum tampil"
        return format_html('<span class="status status-{}">{}</span>', PHASE_LOOKS[phase], shown)

    # ---- The page ----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self._page("<int:pk>/salin/", angkatan_pages.copy, "copy"),
            self._page("<int:pk>/pindahkan/", angkatan_pages.move, "move"),
            self._page("<int:pk>/kabari/", plan_news.page, "news"),
            self._page("<int:pk>/undang/", angkatan_pages.invite, "invite"),
            self._page("<int:pk>/undangan/", invitation_pages.work, "invitations"),
            self._page("<int:pk>/keadaan/", angkatan_pages.condition, "condition"),
            self._page("<int:pk>/terlambat/", late_pages.late, "late"),
            self._page("<int:pk>/terlambat/diganti/", late_pages.replaced, "replaced"),
            *super().get_urls(),
        ]

    def _page(self, address: str, view: Any, name: str) -> URLPattern:
        def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(self, request, **kwargs)  # type: ignore[no-any-return]  # views of that module answer so

        return path(address, self.admin_site.admin_view(bound), name=f"pelatihan_angkatan_{name}")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> Any:
        angkatan = options.get("obj")
        if angkatan is not None:
            context |= {
                "doors": self._doors(request, angkatan),
                "steps": steps.open_steps(angkatan, timezone.now()) if self.has_change_permission(request) else [],
                "phase": self.phase_shown(angkatan),
                "may_move": self.has_change_permission(request) and not (angkatan.cancelled_at or angkatan.closed_at),
                "news": plan_news.owed(request, angkatan, timezone.now()),
                "may_invite": request.user.has_perm("pelatihan.add_invitation") and not angkatan.closed_at,
            }
        return super().render_change_form(request, context, *args, **options)

    def _doors(self, request: HttpRequest, angkatan: Angkatan) -> list[tuple[str, str]]:
        doors = [
            (word, reverse(name, args=[angkatan.slug]))
            for word, name, permission in DOORS
            if access.has(request.user, permission)
        ]
        if request.user.has_perm("pelatihan.view_invitation"):
            doors.insert(0, ("Undangan", reverse("admin:pelatihan_angkatan_invitations", args=[angkatan.pk])))
        if request.user.has_perm("pelatihan.view_registration"):
            doors.insert(
                0, ("Pendaftaran", f"{reverse('admin:pelatihan_registration_changelist')}?angkatan={angkatan.slug}")
            )
        return [*doors, ("Halaman untuk umum", angkatan.get_absolute_url())]

    # ---- Saving ------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Angkatan, form: Any, change: bool) -> None:
        """The address follows the number and the year."""
        if change and {"number", "year"} & set(form.changed_data):
            obj.slug = obj.fitting_slug()
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Sessions that swap their times overlap until both are written."""
        if formset.model is Session:
            with connection.cursor() as cursor:
                cursor.execute(f"SET CONSTRAINTS {ROOM_CONSTRAINT} DEFERRED")
        super().save_formset(request, form, formset, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """When there are more seats than before, the queue moves up, and the clerk reads who."""
        super().save_related(request, form, formsets, change)
        if change:
            moved = writer.fill_seats(form.instance, at=timezone.now())
            angkatan_pages.tell_moved(request, moved)
