"""The office's admin: who may enter it, what it shows, and the page it opens on."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.i18n import JavaScriptCatalog

from pelatihan.accounts import access
from pelatihan.accounts.login import LogOut

NAMES = {"pelatihan": "Pelatihan", "ormas": "Ormas dan peserta", "auth": "Akun"}
OWN_APPS = frozenset(NAMES)  # tables of the libraries are nobody's work
_WORK = (
    "Registration",
    "Angkatan",
    "Invitation",
    "ListingRequest",
    "Message",
    "ReadyReason",
    "Import",
    "Guest",
    "Letterhead",
    "Signatory",
    "NumberSeries",
    "Office",
    "Export",
    "Job",
)
ORDER = {name: place for place, name in enumerate(_WORK)}


class OfficeAdminSite(AdminSite):
    """Open to whoever holds a role that works in it; the flag is_staff plays no part."""

    site_title = "Pelatihan Ormas"
    site_header = "Pelatihan Ormas"
    index_title = "Administrasi"
    enable_nav_sidebar = False
    index_template = "admin/start.html"
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        return access.has(request.user, access.ADMIN)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Who is logged in and has no business here reads so at once, at the address asked for."""
        return access.needs(access.ADMIN)(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        """Without Django's way to "view on site": it would tell the code of any registration by its number."""
        from pelatihan.admin import jobs, message_urls  # noqa: PLC0415  (the site is made before the models are)

        stock = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [*jobs.urls(self), *message_urls.of(self), *stock]

    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return JavaScriptCatalog.as_view()(request)  # Django's own leaves out what locale/ adds

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, (list, tuple)) else [model_or_iterable]
        own = [model for model in models if model._meta.app_label in OWN_APPS]
        super().register(own, admin_class, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from pelatihan.admin import plan_news  # noqa: PLC0415  (the site is made before the models are)
        from pelatihan.admin.start import likely_pairs, lost_codes, waiting_work  # noqa: PLC0415

        at = timezone.now()
        work = waiting_work(at, request.user) if request.user.has_perm("pelatihan.view_angkatan") else []
        news = plan_news.all_owed(request, at)
        context = {"work": work, "news": news, "lost_codes": lost_codes(request.user, at), "now": at}
        context["pairs"] = likely_pairs(request.user)
        return super().index(request, context | (extra_context or {}))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("admin:index")  # which shows all of them

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """In the order of the work, not of the alphabet."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            if app["app_label"] == "pelatihan" and access.has(request.user, access.SEND):
                app["models"].append(
                    {"name": "Pesan", "object_name": "Message", "admin_url": reverse("admin:messages")}
                )
            if app["app_label"] == "pelatihan":
                app["models"].append(
                    {"name": "Pekerjaan Anda", "object_name": "Job", "admin_url": reverse("admin:jobs")}
                )
            app["models"].sort(key=lambda model: ORDER.get(model["object_name"], len(ORDER)))
            app["name"] = NAMES.get(app["app_label"], app["name"])
        return sorted(apps, key=lambda app: list(NAMES).index(app["app_label"]))

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The site has one log-in page."""
        return redirect_to_login(request.GET.get("next", reverse("admin:index")), settings.LOGIN_URL)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        from pelatihan.admin.autocomplete import OfficeAutocomplete  # noqa: PLC0415  (as above)

        return OfficeAutocomplete.as_view(admin_site=self)(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return LogOut.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("password_change")
