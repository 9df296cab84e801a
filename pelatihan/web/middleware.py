"""What happens around every request: may it come in, whose clock does it see, how long is the answer kept."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from pelatihan import numbers
from pelatihan.models.office import office
from pelatihan.web import bodies, errors
from pelatihan.web.limits import TooMany

type Next = Callable[[HttpRequest], HttpResponse]

# ---- The office's clock --------------------------------------------------------------------------


class OfficeTimeMiddleware:
    """Activates the office's time zone, so that every clock on screens and papers is the one on its wall."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(None):  # restores afterwards what is activated below
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> None:
        if getattr(view_func, "shows_times", True):  # /sehat/ must answer when the office cannot be read
            timezone.activate(office().zone)


# ---- Which requests come in ----------------------------------------------------------------------


class ReadableRequestMiddleware:
    """Turns away what no view could use, before anything reads it: bodies that are too large, and NUL characters,
    which PostgreSQL stores nowhere. (In the fields of a form NUL is a fault that the form names.)"""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "Transfer-Encoding" in request.headers:  # without a length Django would read nothing of it
            raise BadRequest("A body of unknown length")
        if _holds_nul(request):
            raise BadRequest("A NUL character")
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            answer = errors.method_not_allowed(request, response["Allow"])
            patch_cache_control(answer, private=True, no_store=True)
            return answer
        return response

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> None:
        """Before that of any middleware that reads a form; an address that is not there reads nothing."""
        bodies.check_length(view_func, numbers.read(request.META.get("CONTENT_LENGTH") or "0"))


def _holds_nul(request: HttpRequest) -> bool:
    return (
        "\0" in request.path_info
        or "%00" in request.META.get("QUERY_STRING", "")
        or any("\0" in value for value in request.COOKIES.values())
    )


class PrivatePagesMiddleware(LoginRequiredMiddleware):
    """Every page is private unless its view is marked public, and every answer says who may keep it: a private page
    nobody, so that none is left after log-out."""

    LOST = "Waktu masuk Anda sudah habis, jadi isian terakhir belum tersimpan. Silakan masuk, lalu kirim lagi."

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        proof = getattr(view_func, "proof", None)  # another than a log-in (accounts.devices)
        proved = proof(request) if proof else False
        if proved:
            return None if proved is True else cast(HttpResponseBase, proved)
        to_log_in = super().process_view(request, view_func, view_args, view_kwargs)
        if to_log_in and errors.wants_json(request):
            return errors.login_required(request)
        return to_log_in

    def get_login_url(self, view_func: Callable[..., Any]) -> str:
        return str(settings.LOGIN_URL)  # one for the whole site; the admin would name its own

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        messages.warning(request, self.LOST)
        return redirect_to_login(_page_before(request))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "Cache-Control" not in response:
            kept = {"max_age": 0, "must_revalidate": True} if _is_for_everybody(request) else {"no_store": True}
            patch_cache_control(response, private=True, **kept)
        return response


def _is_for_everybody(request: HttpRequest) -> bool:
    """A public page that names nobody. It may be shown again on going back; what was typed or is private may not."""
    match, user = request.resolver_match, vars(request).get("_cached_user")
    is_public = match is None or not getattr(match.func, "login_required", True)
    return is_public and request.method in ("GET", "HEAD") and not (user and user.is_authenticated)


def _page_before(request: HttpRequest) -> str:
    """The page whose form was sent; addresses that only take a form cannot be gone back to."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(page)._replace(scheme="", netloc="").geturl() if ours else ""


class LimitsMiddleware:
    """Answers whoever has tried something too often (web.limits), wherever it was noticed."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooMany):
            return None
        return errors.too_many(request, seconds=exception.seconds, reason=exception.reason, advice=exception.advice)


class PermissionsPolicyMiddleware:
    """The camera for our own pages (the desk's scanner), no other device for anybody."""

    POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response
