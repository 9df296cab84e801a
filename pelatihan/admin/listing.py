"""Requests of organisations that are not on the list: which wait, and where the pages of one are found."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from ormas import phones
from ormas.search import plain_words
from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.admin import listing_pages
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.admin.registration_list import AngkatanFilter
from pelatihan.models import ListingRequest, ListingState


class StateFilter(SimpleListFilter):
    title = "keadaan"
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in ListingState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(ListingRequest)
class ListingRequestAdmin(OfficeModelAdmin):
    """Written by the public, answered on its own page; nobody adds, changes or deletes one."""

    list_display = ["name", "city", "contact", "batch", "state_shown", "asked"]
    list_filter = [AngkatanFilter, StateFilter]
    list_select_related = ["angkatan"]
    search_fields = ["name"]
    empty_list = "Belum ada ormas yang meminta diundang. Permintaan datang dari halaman “Ormas saya belum tercantum”."

    # ---- Who may -----------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ListingRequest | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ListingRequest | None = None) -> bool:
        return False

    # ---- The list ----------------------------------------------------------------------------------

    def get_ordering(self, request: HttpRequest) -> Any:
        """Newest first; but who waits, longest wait first."""
        waits = request.GET.get("keadaan") == ListingState.WAITING
        return ["asked_at", "pk"] if waits else ["-asked_at", "-pk"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        self_may_call = access.has(request.user, access.CONTACT)
        answer = super().changelist_view(request, extra_context)
        if getattr(answer, "context_data", None) and "cl" in answer.context_data:
            changelist = answer.context_data["cl"]
            changelist.search_help_text = f"Nama atau singkatan ormas{', nomor HP' if self_may_call else ''}."
            for row in changelist.result_list:
                row.contact_shown = listing_pages.contact_shown(row, request.user)
        return answer

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Words of name or abbreviation; a phone number only for those who may see it."""
        if (number := phones.read(search_term)) and access.has(request.user, access.CONTACT):
            return queryset.filter(phone=number), False
        for word in plain_words(search_term):
            queryset = queryset.filter(plain_name__contains=word) | queryset.filter(abbreviation__icontains=word)
        return queryset, False

    @admin.display(description="narahubung")
    def contact(self, row: Any) -> str:
        return getattr(row, "contact_shown", "") or "–"

    @admin.display(description="angkatan", ordering="angkatan__starts_on")
    def batch(self, row: ListingRequest) -> str:
        return row.angkatan.name

    @admin.display(description="keadaan", ordering="state")
    def state_shown(self, row: ListingRequest) -> SafeString:
        return listing_pages.state_badge(row)

    @admin.display(description="diterima", ordering="asked_at")
    def asked(self, row: ListingRequest) -> str:
        at = row.asked_at
        shown = f"{dates.short_date(at)} {dates.local_date(at).year}, {dates.clock(at)}"
        return shown.replace(" ", "\N{NO-BREAK SPACE}")

    # ---- One request -------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self._page("<int:pk>/undang/", listing_pages.invite, "invite"),
            self._page("<int:pk>/jawab-tidak/", listing_pages.refuse, "refuse"),
            self._page("<int:pk>/buka-lagi/", listing_pages.reopen, "reopen"),
            self._page("<int:pk>/kabari/", listing_pages.tell, "tell"),
            *super().get_urls(),
        ]

    def _page(self, address: str, view: Any, name: str) -> URLPattern:
        def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(self, request, **kwargs)  # type: ignore[no-any-return]  # views of that module answer so

        return path(address, self.admin_site.admin_view(bound), name=f"pelatihan_listingrequest_{name}")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It is read here, and answered by its own forms."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return listing_pages.show(self, request, object_id)
