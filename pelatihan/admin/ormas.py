"""Organisations and people as staff keep them. Lists stay fast at hundreds of thousands of rows."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ormas import phones
from ormas.models import Delegate, LegalDocument, Ormas
from ormas.search import search_words
from pelatihan import numbers
from pelatihan.accounts.access import CONTACT, SPECIAL_NEEDS
from pelatihan.accounts.actor import staff
from pelatihan.admin import ormas_merging, pairs
from pelatihan.admin.exports import Exported
from pelatihan.admin.filters import CityFilter, FieldFilter
from pelatihan.admin.kit import OfficeModelAdmin, OfficeRows
from pelatihan.models import Angkatan, Invitation
from pelatihan.registration import changes
from pelatihan.registration.application import AGREEMENTS
from pelatihan.registration.legality import with_ending_papers

VERIFICATION_LOOKS = {
    Ormas.Verification.UNVERIFIED: "submitted",
    Ormas.Verification.VERIFIED: "accepted",
    Ormas.Verification.REJECTED: "rejected",
    Ormas.Verification.DISPUTED: "needs-fix",
}


def phone_link(number: str, greeting: str) -> SafeString | str:
    """The number as a link that opens WhatsApp with a greeting; a landline opens the telephone."""
    if not number:
        return "–"
    is_mobile = number.startswith("+628")
    address = phones.wa_link(number, greeting) if is_mobile else f"tel:{number}"
    word = "WhatsApp" if is_mobile else "Telepon"
    return format_html(
        '<a class="link-touch nowrap" href="{}" rel="noopener" aria-label="{} {}">{}</a>',
        address, word, phones.display(number), phones.display(number),
    )  # fmt: skip


class PapersFilter(SimpleListFilter):
    """Ormas invited to a training that is not over, whose papers or board end before it does."""

    title = "dokumen"
    parameter_name = "dokumen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("berakhir", "Diundang, berakhir sebelum pelatihan")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "berakhir":
            return queryset
        batches = Angkatan.objects.not_over(timezone.now()).order_by()
        ending = with_ending_papers(Invitation.objects.filter(angkatan__in=batches)).order_by()
        return queryset.filter(pk__in=ending.values("ormas"))


class LegalDocumentInline(OfficeRows):
    model = LegalDocument
    extra = 0


@admin.register(Ormas)
class OrmasAdmin(Exported, OfficeModelAdmin):
    exports_as = "ormas"
    imports_as = "ormas"
    list_display = ["name", "abbreviation", "city", "field", "verification_badge"]
    sorted_by_index = {"name": Lower("name"), "city": "city"}
    list_filter = ["verification", "kind", "legal_form", PapersFilter, FieldFilter, CityFilter]
    search_fields = ["name", "abbreviation"]
    search_help_text = "Nama atau singkatan; beberapa kata boleh."
    empty_list = "Belum ada ormas. Tambahkan ormas yang akan diundang."
    inlines = [LegalDocumentInline]
    readonly_fields = ["contact_link"]

    def get_fieldsets(self, request: HttpRequest, obj: Ormas | None = None) -> Any:
        contact = ["contact_name", ("contact_phone", "contact_email")] if request.user.has_perm(CONTACT) else []
        link = ["contact_link"] if obj else []
        return [
            (None, {"fields": ["name", ("abbreviation", "level"), ("kind", "legal_form"), ("field", "city")]}),
            ("Alamat dan narahubung", {"fields": ["secretariat_address", *contact, *link]}),
            ("Verifikasi", {"fields": [("verification", "board_term_until"), "notes"]}),
        ]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.shows_contact = request.user.has_perm(CONTACT)
        return found

    @admin.display(description="WhatsApp narahubung")
    def contact_link(self, ormas: Any) -> SafeString | str:
        if not getattr(ormas, "shows_contact", False):
            return phones.masked(ormas.contact_phone) or "–"
        whom = f"Bapak/Ibu {ormas.contact_name}" if ormas.contact_name else f"pengurus {ormas.name}"
        greeting = f"Yth. {whom},\n\nKami dari Kesbangpol, terkait pelatihan ormas. "
        return phone_link(ormas.contact_phone, greeting)

    @admin.display(description="verifikasi", ordering="verification")
    def verification_badge(self, ormas: Ormas) -> SafeString:
        look = VERIFICATION_LOOKS[Ormas.Verification(ormas.verification)]
        return format_html('<span class="status status-{}">{}</span>', look, ormas.get_verification_display())

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.found_by(search_term), False

    # ---- Two rows of one ---------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self._page("<int:pk>/gabung/", ormas_merging.candidates, "merge"),
            self._page("<int:a>/gabung/<int:b>/", ormas_merging.pair, "pair"),
            self._page("gabungan/<uuid:key>/", ormas_merging.merged, "merged"),
            self._page("gabungan/<uuid:key>/urungkan/", ormas_merging.undo, "unmerge"),
            *super().get_urls(),
        ]

    def _page(self, address: str, view: Any, name: str) -> URLPattern:
        def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(self, request, **kwargs)  # type: ignore[no-any-return]  # views of that module answer so

        return path(address, self.admin_site.admin_view(bound), name=f"ormas_ormas_{name}")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **options: Any) -> HttpResponse:
        """Of an organisation that was merged the page of the row that stands now."""
        merged = Ormas.with_merged.filter(pk=numbers.read(object_id) or 0, merged_into__isnull=False).first()
        if merged and self.has_view_permission(request):
            messages.info(request, f"{merged} sudah digabung ke data ini.")
            return redirect("admin:ormas_ormas_change", merged.merged_into_id)
        return super().change_view(request, object_id, *args, **options)


def _agreements(request: HttpRequest) -> list[str]:
    """That somebody let special needs be noted tells that there are some."""
    hidden = () if request.user.has_perm(SPECIAL_NEEDS) else ("agrees_special_needs",)
    return [name for name in AGREEMENTS if name not in hidden]


@admin.register(Delegate)
class DelegateAdmin(Exported, OfficeModelAdmin):
    """People across trainings. Rows come from registrations; staff mend them here."""

    exports_as = "peserta"
    list_display = ["full_name", "ormas", "position", "gender"]
    sorted_by_index = {"full_name": Lower("name")}
    list_select_related = ["ormas"]
    search_fields = ["name"]
    search_help_text = "Nama tanpa gelar, atau nomor HP dalam penulisan apa pun."
    autocomplete_fields = ["ormas"]
    empty_list = "Belum ada peserta. Peserta muncul di sini setelah mendaftar."
    readonly_fields = ["privacy_version", "privacy_at", "merged_into", "masked_phone"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Delegate | None = None) -> Any:
        contact = ["phone", "email"] if request.user.has_perm(CONTACT) else ["masked_phone"]
        return [
            (None, {"fields": ["ormas", "name", ("front_title", "back_title"), "nickname", "gender", "position"]}),
            ("Kontak", {"fields": contact}),
            ("Persetujuan", {"fields": ["privacy_version", "privacy_at", *_agreements(request)]}),
            ("Penggabungan", {"fields": ["merged_into"]}),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegate]:
        return super().get_queryset(request).filter(merged_into=None)

    # ---- People who may be one ---------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self._page("kembar/", pairs.listed, "pairs"),
            self._page("kembar/<int:a>/<int:b>/", pairs.pair, "pair"),
            self._page("kembar/<int:pk>/tanyakan-lagi/", pairs.join_again, "join_again"),
            self._page("gabungan/<uuid:key>/", pairs.merged, "merged"),
            self._page("gabungan/<uuid:key>/urungkan/", pairs.undo, "unmerge"),
            *super().get_urls(),
        ]

    def _page(self, address: str, view: Any, name: str) -> URLPattern:
        def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(self, request, **kwargs)  # type: ignore[no-any-return]  # views of that module answer so

        return path(address, self.admin_site.admin_view(bound), name=f"ormas_delegate_{name}")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **options: Any) -> HttpResponse:
        """Of somebody who was merged the page of the row that stands now."""
        merged = Delegate.objects.filter(pk=numbers.read(object_id) or 0, merged_into__isnull=False).first()
        if merged and self.has_view_permission(request):
            messages.info(request, f"{merged.full_name} sudah digabung ke data ini.")
            return redirect("admin:ormas_delegate_change", merged.merged_into_id)
        return super().change_view(request, object_id, *args, **options)

    def save_model(self, request: HttpRequest, obj: Delegate, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        changes.note_on_registrations(obj, form.edits(), actor=staff(request.user), at=timezone.now())

    @admin.display(description="nama", ordering="name")
    def full_name(self, delegate: Delegate) -> str:
        return delegate.full_name

    @admin.display(description="nomor HP")
    def masked_phone(self, delegate: Delegate) -> str:
        return phones.masked(delegate.phone) or "–"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By words of the name, or by the phone number for those who may see it."""
        if (number := phones.read(search_term)) and request.user.has_perm(CONTACT):
            return queryset.filter(phone=number), False
        for word in search_words(search_term):
            queryset = queryset.filter(name__icontains=word)
        return queryset, False
