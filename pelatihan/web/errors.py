"""What people read when something goes wrong, and what programs get instead.

People get a page: what happened, what to do. Whoever sends or asks for JSON gets
``{"error": code, "message": sentence}`` with the same status, and never a redirect to the log-in page.
"""

import math
import sys
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from pelatihan.web import logs
from pelatihan.web.bodies import BodyTooLarge
from pelatihan.web.outage import is_outage

SENTENCES = {
    "bad_request": "Permintaan ini tidak terbaca. Muat ulang halamannya, lalu coba lagi.",
    "login_required": "Waktu masuk Anda sudah habis. Silakan masuk lagi, lalu kirim ulang.",
    "revoked": "Perangkat ini tidak boleh dipakai lagi.",
    "forbidden": "Akun Anda tidak berhak melakukan ini.",
    "csrf": "Halaman ini terlalu lama terbuka. Muat ulang, lalu kirim lagi.",
    "not_found": "Alamat ini tidak ada.",
    "method_not_allowed": "Alamat ini tidak dapat dibuka dengan cara itu.",
    "too_large": "Kiriman ini terlalu besar. Bagilah menjadi beberapa kiriman.",
    "too_many": "Terlalu banyak percobaan.",
    "unavailable": "Basis data sedang tidak dapat dipakai; kiriman ini belum tersimpan. Mohon coba lagi sebentar lagi.",
    "server_error": "Ada gangguan pada sistem. Mohon coba lagi beberapa menit lagi.",
}
RETRY_SECONDS = 10  # a locked table or a restart is over by then, most often
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: it sends JSON, or prefers it to a page."""
    return (
        request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def answer(
    request: HttpRequest, status: int, code: str, reason: str = "", *, template: str = "", **context: Any
) -> HttpResponse:
    """The error in the shape that the caller reads; ``reason`` is a sentence that takes the usual one's place."""
    if wants_json(request):
        return JsonResponse({"error": code, "message": reason or SENTENCES[code]}, status=status)
    return render(request, template or f"{status}.html", {"reason": reason, **context}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_outage(exception):  # a session that could not be written
        return unavailable(request)
    if isinstance(exception, TOO_LARGE):
        return answer(request, 413, "too_large", exception.sentence if isinstance(exception, BodyTooLarge) else "")
    return answer(request, 400, "bad_request")


def login_required(request: HttpRequest) -> HttpResponse:
    """For programs; people are led to the log-in page (pelatihan.web.middleware)."""
    return answer(request, 401, "login_required", template="403.html")


def permission_denied(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    return answer(request, 403, "forbidden", str(exception))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404, "not_found")


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """``allowed``: the methods that the address takes, as the Allow header lists them."""
    response = answer(request, 405, "method_not_allowed")
    response["Allow"] = allowed
    return response


def minutes(seconds: float) -> int:
    """How many minutes to say to somebody who has to wait so long: enough, and at least one."""
    return max(1, math.ceil(round(seconds) / 60))


def too_many(request: HttpRequest, *, seconds: float, reason: str = "", advice: str = "") -> HttpResponse:
    """A limit is reached; ``seconds`` until it makes sense to try again."""
    wait = f"Mohon tunggu {minutes(seconds)} menit, lalu coba lagi."
    if wants_json(request):
        reason = reason or f"{SENTENCES['too_many']} {wait}"
    return not_yet(answer(request, 429, "too_many", reason, advice=advice or wait), seconds)


def not_yet(response: HttpResponse, seconds: float) -> HttpResponse:
    """The same for a page that keeps what was typed and says why itself."""
    response.status_code = 429
    response["Retry-After"] = str(math.ceil(seconds))
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Whatever no view and no middleware caught; Django calls it while it handles the exception."""
    if is_outage(sys.exception()):
        return unavailable(request)
    return _bare(request, 500, "server_error")


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database cannot be used just now; what was sent is not stored."""
    response = _bare(request, 503, "unavailable")
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _bare(request: HttpRequest, status: int, code: str) -> HttpResponse:
    """Asks nothing of the database or the context: either may be what is broken."""
    reference = logs.reference(request)
    if wants_json(request):
        body = {"error": code, "message": SENTENCES[code], "reference": reference}
        return JsonResponse(body, status=status)
    return HttpResponse(render_to_string(f"{status}.html", {"reference": reference}), status=status)


# ---- A form without a valid CSRF token -----------------------------------------------------------


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into our own form, to be sent again; nothing when another site sent it, or a password is in it.

    The Origin header is the browser's own word, which no other site can forge: from elsewhere the person would
    confirm with a click what a stranger filled in.
    """
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return []
    try:
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    except (UnreadablePostError, *TOO_LARGE):
        return []
    if any("password" in name for name, _ in pairs):
        return []
    return [(name, value) for name, value in pairs if name != "csrfmiddlewaretoken"]


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, "csrf", template="403_csrf.html", typed=typed(request), address=request.get_full_path())
