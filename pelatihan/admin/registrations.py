"""The list of registrations with its decisions, and where the pages of one registration are found."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.admin import (
    code_requests,
    held_back,
    many,
    registration_list,
    registration_pages,
    telling,
    verification,
    wishes,
)
from pelatihan.admin.exports import Exported
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.lifecycle import TRANSITIONS, Action, Status
from pelatihan.models import Registration
from pelatihan.models.selection import MOST_CHOSEN
from pelatihan.registration import decisions
from pelatihan.web.tags import status as status_badge


def _decision(action: Action) -> Any:
    """The list's action for one decision of the table."""

    @admin.action(description=str(action.label), permissions=["decide"])
    def run(page: "RegistrationAdmin", request: HttpRequest, chosen: QuerySet[Registration]) -> HttpResponse | None:
        return many.preview(page, request, action, chosen)

    run.__name__ = f"decide_{action.value}"
    return run


@admin.register(Registration)
class RegistrationAdmin(Exported, OfficeModelAdmin):
    exports_as = "pendaftaran"
    imports_as = "registrations"
    list_display = ["person", "ormas_shown", "position", "status_shown", "source", "submitted"]
    list_filter = [
        registration_list.AngkatanFilter,
        registration_list.StatusFilter,
        registration_list.OrmasFilter,
        registration_list.OrmasCityFilter,
        held_back.HeldBackFilter,
        wishes.RequestFilter,
    ]
    list_select_related = ["ormas"]
    list_per_page = 100
    preserve_filters = False  # kept with the log-in (came_from), not in a hundred addresses
    sorted_by_index = {"submitted": "submitted_at"}
    search_fields = ["name"]
    autocomplete_fields = ["ormas"]
    actions = [*(_decision(action) for action in decisions.LIST_DECISIONS), held_back.release_ticked]
    empty_list = "Belum ada pendaftar. Bagikan tautan pendaftaran, atau catat yang mendaftar lewat telepon."

    # ---- Who may -----------------------------------------------------------------------------------

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return access.has(request.user, access.DECIDE)

    def has_delete_permission(self, request: HttpRequest, obj: Registration | None = None) -> bool:
        return False

    # ---- The list ----------------------------------------------------------------------------------

    def get_ordering(self, request: HttpRequest) -> Any:
        """Newest first; but who waits for a decision, longest wait first."""
        if by_place := held_back.order(request):
            return by_place
        status = request.GET.get("status", "")
        return verification.order_of(status) if status in verification.QUEUES else ["-submitted_at", "-pk"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return registration_list.search(queryset, search_term, user=request.user), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        ticked = many.take_ticks(request)
        many.tick_for_all(request)
        answer = super().changelist_view(request, extra_context)
        if getattr(answer, "context_data", None) and "cl" in answer.context_data:
            answer.context_data |= self._list_head(request, answer.context_data["cl"])
            for registration in answer.context_data["cl"].result_list:
                registration.is_ticked = registration.pk in ticked
        return answer

    def _list_head(self, request: HttpRequest, changelist: Any) -> dict[str, Any]:
        code, phone = (access.has(request.user, right) for right in (access.CODES, access.CONTACT))
        changelist.search_help_text = (
            f"Nama{', kode' if code else ''}{', nomor HP' if phone else ''}, nama atau singkatan ormas."
        )
        filters = (spec for spec in changelist.filter_specs if isinstance(spec, registration_list.AngkatanFilter))
        chosen = next(filters).chosen
        return {
            "angkatan": chosen,
            "seats": registration_list.seats_sentence(chosen) if chosen else "",
            "decisions": [
                (action, " ".join(sorted(TRANSITIONS[action].sources)))
                for action in decisions.fitting(self._standing(request, changelist))
            ],
            "destructive": decisions.DESTRUCTIVE,
            "may_decide": self.has_decide_permission(request),
            "places": held_back.places(chosen),
            "is_filtered": bool(held_back.order(request)),
            "all_count": changelist.result_count if changelist.result_count > len(changelist.result_list) else 0,
            "most_chosen": MOST_CHOSEN,
        }

    def _standing(self, request: HttpRequest, changelist: Any) -> set[str]:
        """How those stand who can be chosen: of a list of one page what it shows, else whatever the filter lets in."""
        if changelist.result_count <= len(changelist.result_list):
            return {one.status for one in changelist.result_list}
        asked = request.GET.get("status", "")
        return {asked} if asked in Status.values else set(Status.values)

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle" aria-label="Tandai semua">'))
    def action_checkbox(self, registration: Any) -> SafeString:
        """Ticked again when one comes back from the page that asks once more."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="Tandai {}"{}>',
            ACTION_CHECKBOX_NAME,
            str(registration.pk),
            registration.full_name,
            mark_safe(" checked") if getattr(registration, "is_ticked", False) else "",
        )

    @admin.display(description="nama", ordering=Lower("name"))
    def person(self, registration: Registration) -> str:
        return registration.full_name

    @admin.display(description="ormas", ordering="ormas__name")
    def ormas_shown(self, registration: Registration) -> str:
        ormas = registration.ormas
        return (ormas.abbreviation or ormas.name) if ormas else f"{registration.ormas_text} (di luar daftar)"

    @admin.display(description="status", ordering="status")
    def status_shown(self, registration: Registration) -> SafeString:
        """The badge, and what the clerk saw, to be sent back with the decision."""
        seen = format_html('<input type="hidden" name="seen-{}" value="{}">', str(registration.pk), registration.status)
        note = mark_safe('<span class="list-note">perlu dilihat</span>') if registration.is_held_back else SafeString()
        return status_badge(registration.status) + note + seen

    @admin.display(description="mendaftar", ordering="submitted_at")
    def submitted(self, registration: Registration) -> str:
        at = registration.submitted_at
        shown = f"{dates.short_date(at)} {dates.local_date(at).year}, {dates.clock(at)}"
        return shown.replace(" ", "\N{NO-BREAK SPACE}")

    # ---- One registration --------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self._page("permintaan-kode/", code_requests.waiting, "code_requests"),
            self._page("permintaan-kode/<int:pk>/jawab/", code_requests.answer, "code_answer"),
            self._page("perlu-dilihat/", held_back.at_once, "held_back"),
            self._page("<int:pk>/loloskan/", held_back.release_one, "release"),
            self._page("sekaligus/<uuid:key>/", many.chosen, "chosen"),
            self._page("sekaligus/", many.decide, "decide_many"),
            self._page("keputusan/<uuid:key>/", many.decided, "decided"),
            self._page("keputusan/<uuid:key>/urungkan/", many.undo, "undo"),
            self._page("<int:pk>/kabari/", telling.tell, "tell"),
            self._page("<int:pk>/putuskan/", registration_pages.decide, "decide"),
            self._page("<int:pk>/gantikan/", registration_pages.replace, "replace"),
            self._page("<int:pk>/nik/", registration_pages.show_nik, "nik"),
            self._page("<int:pk>/permintaan/<uuid:key>/", registration_pages.decide_request, "request"),
            *super().get_urls(),
        ]

    def _page(self, address: str, view: Any, name: str) -> URLPattern:
        def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(self, request, **kwargs)  # type: ignore[no-any-return]  # views of that module answer so

        return path(address, self.admin_site.admin_view(bound), name=f"pelatihan_registration_{name}")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return registration_pages.change(self, request, object_id)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return registration_pages.register(self, request)
