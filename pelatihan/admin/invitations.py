"""Invitations: as rows on the batch's page, and each on a page of its own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ormas.models import Ormas
from pelatihan.admin import angkatan_pages, invitation_pages, letters
from pelatihan.admin.closing import OfClosedBatch, RowsOfClosedBatch
from pelatihan.admin.exports import Exported
from pelatihan.admin.kit import OfficeModelAdmin, OfficeRows
from pelatihan.admin.registration_list import ALL, AngkatanFilter
from pelatihan.batches import inviting
from pelatihan.models import Angkatan, Invitation
from pelatihan.registration import writer


def _badge(invitation: Invitation) -> SafeString:
    word, look = invitation_pages.state_of(invitation)
    return format_html('<span class="status status-{}">{}</span>', look, word)


def _link(invitation: Any) -> SafeString:
    """In a field of its own, to be copied; "–" for who may not see it."""
    link = getattr(invitation, "link", "")
    label = f"Tautan {invitation.ormas}"
    template = '<input class="form-control link-box" type="text" value="{}" aria-label="{}" readonly>'
    return format_html(template, link, label) if link else SafeString("–")


def _seats(invitation: Any) -> str:
    return f"{invitation.held} dari {invitation.seats}"


class InvitationInline(RowsOfClosedBatch, OfficeRows):
    """Those invited. More are added on the page "Undang ormas", where one can search and paste; links are sent from the
    page "Undangan"."""

    model = Invitation
    classes = ["collapse"]
    fields = ["ormas_name", "contact", "held", "own_seats", "link", "note"]
    readonly_fields = ["ormas_name", "contact", "held", "link"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        self.asked = request  # an inline is made anew for each request
        invitations: Any = super().get_queryset(request)
        return invitations.select_related("ormas", "angkatan").with_seats_held()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="ormas")
    def ormas_name(self, invitation: Invitation) -> SafeString:
        address = reverse("admin:pelatihan_invitation_change", args=[invitation.pk])
        return format_html('<a class="link-touch" href="{}">{}</a>', address, invitation.ormas)

    @admin.display(description="narahubung")
    def contact(self, invitation: Invitation) -> SafeString:
        return _contact(*invitation_pages.contact_of(self.asked.user, invitation))

    @admin.display(description="terpakai")
    def held(self, invitation: Any) -> str:
        return _seats(invitation)

    @admin.display(description="tautan")
    def link(self, invitation: Any) -> SafeString:
        link = invitation_pages.link_shown(self.asked, invitation)
        vars(invitation)["link"] = link
        return _badge(invitation) + _link(invitation) if link else _badge(invitation)


def _contact(name: str, phone: str) -> SafeString:
    return format_html('{} <span class="nowrap">{}</span>', name, phone) if name or phone else SafeString("–")


@admin.register(Invitation)
class InvitationAdmin(OfClosedBatch, Exported, OfficeModelAdmin):
    shut_word = "undangannya"
    exports_as = "undangan"
    imports_as = "invitations"
    list_display = ["ormas", "angkatan", "taken", "state", "note"]
    list_filter = [AngkatanFilter]
    list_select_related = ["ormas", "angkatan"]
    search_fields = ["ormas__name", "ormas__abbreviation"]
    autocomplete_fields = ["ormas"]
    empty_list = "Belum ada undangan. Buka angkatannya, lalu pilih “Undang ormas”."
    change_form_template = "admin/pelatihan/invitation/change_form.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_seats_held()  # type: ignore[attr-defined]  # of InvitationQuerySet

    def get_ordering(self, request: HttpRequest) -> Any:
        """Of one batch A to Z; of all, or of what is found in all, the newest first: no index sorts those by name."""
        asked = request.GET.get("angkatan", "")
        is_of_all = asked == ALL or (not asked and bool(request.GET.get("q")))
        return ["-pk"] if is_of_all else ["ormas__name", "pk"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(ormas__in=Ormas.objects.found_by(search_term).order_by()), False

    def get_fieldsets(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        asked = (None, {"fields": ["angkatan", "ormas", "own_seats", "note"]})
        told = ("Tautan untuk ormas", {"fields": [("contact", "taken"), "link_box", "told", "opened"]})
        return [asked, told] if obj else [asked]

    def get_readonly_fields(self, request: HttpRequest, obj: Invitation | None = None) -> list[str]:
        """Registrations stand on an invitation: it never changes to another organisation."""
        return ["angkatan", "ormas", "contact", "taken", "link_box", "told", "opened"] if obj else []

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.link = invitation_pages.link_shown(request, found)
            found.whom = invitation_pages.contact_of(request.user, found)
        return found

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Nobody is invited any more to what is over."""
        if db_field.name == "angkatan":
            options["queryset"] = Angkatan.objects.not_over(timezone.now()).newest_first()
        return super().formfield_for_foreignkey(db_field, request, **options)

    # ---- What is shown -----------------------------------------------------------------------------

    @admin.display(description="kursi terpakai")
    def taken(self, invitation: Any) -> str:
        return _seats(invitation)

    @admin.display(description="tautan")
    def state(self, invitation: Invitation) -> SafeString:
        return _badge(invitation)

    @admin.display(description="narahubung")
    def contact(self, invitation: Any) -> SafeString:
        return _contact(*invitation.whom)

    @admin.display(description="salin tautan")
    def link_box(self, invitation: Any) -> SafeString:
        return _link(invitation)

    @admin.display(description="dikirim")
    def told(self, invitation: Invitation) -> str:
        return invitation_pages.told_note(invitation) or "Belum dikirim"

    @admin.display(description="dibuka")
    def opened(self, invitation: Invitation) -> str:
        return invitation_pages.opened_note(invitation) or "Belum dibuka"

    # ---- Its pages ---------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self._page("<int:pk>/kirim/", invitation_pages.send, "send"),
            self._page("<int:pk>/tandai/", invitation_pages.mark, "mark"),
            self._page("<int:pk>/ganti-tautan/", invitation_pages.replace, "replace"),
            self._page("<int:pk>/surat-tugas/", letters.receive, "received"),
            self._page("<int:pk>/surat-tugas/<uuid:key>/", letters.show, "letter"),
            *super().get_urls(),
        ]

    def _page(self, address: str, view: Any, name: str) -> URLPattern:
        def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(self, request, **kwargs)  # type: ignore[no-any-return]  # views of that module answer so

        return path(address, self.admin_site.admin_view(bound), name=f"pelatihan_invitation_{name}")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> Any:
        if invitation := options.get("obj"):
            context |= {
                "letter": letters.state(invitation, request.user),
                "can_send": invitation_pages.can_send(request, invitation),
                "may_replace": bool(invitation.link) and self.has_change_permission(request),
                "refusal": invitation_pages.send_refusal(invitation) if invitation_pages.may_send(request) else "",
            }
        return super().render_change_form(request, context, *args, **options)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        inviting.adopt(obj.angkatan)
        angkatan_pages.tell_moved(request, writer.fill_seats(obj.angkatan, at=timezone.now()))
