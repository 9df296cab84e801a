"""Making a phone ready for the door: its token, the copy that it carries, what it says of itself."""

import logging
import secrets
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

import segno
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pelatihan import dates
from pelatihan.accounts import access, devices
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import sessions
from pelatihan.desk import pin, reading, snapshot
from pelatihan.desk.record import OTHER_BATCH
from pelatihan.models import Angkatan, Device, Session
from pelatihan.models.device import MOST_UNSENT
from pelatihan.web import errors
from pelatihan.web.limits import HOUR, Limit, TooMany

ROUNDS = 600_000  # of PBKDF2 with SHA-256, as OWASP has it
MOST_LETTERS = Device._meta.get_field("label").max_length or 0
NO_LABEL = "Tulis nama perangkat ini, misalnya Ponsel meja 1."
LONG_LABEL = f"Nama perangkat terlalu panjang. Tulis paling banyak {MOST_LETTERS} huruf."
NEEDS_SCRIPT = "Menyiapkan perangkat memerlukan JavaScript. Presensi dapat dipakai tanpa itu, selama ada sinyal."
OVER = (
    "Masa perangkat angkatan ini sudah lewat: 24 jam setelah sesi terakhir. Presensi tetap dapat dibuka dengan masuk."
)
OFTEN = Limit("prepare", 60, HOUR)  # devices made ready by one account
TOO_OFTEN = "Terlalu banyak perangkat disiapkan dari akun ini. Mohon tunggu sebentar, lalu coba lagi."
MOST_PAGES = 30  # sessions whose desk is kept on a device
TEST_CODE = "UJI-KAMERA"  # what the camera reads from another device's page; nobody's code
log = logging.getLogger("pelatihan.desk")

# ---- The page, and making ready ------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.DESK)
def prepare(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The page that checks a device; a POST of ``{label, pin}`` gives it a token and what its copy is locked with."""
    if request.method != "POST":
        return _page(request, angkatan)
    if request.content_type != "application/json":  # a script that failed, or none
        messages.warning(request, NEEDS_SCRIPT)
        return redirect("prepare", angkatan.slug)
    body = _body(request)
    label, typed = _label(body.get("label")), body.get("pin")
    at, user = timezone.now(), cast(User, request.user)
    if not label or not isinstance(typed, str) or not typed.isascii():
        return _refused(request, "label", NO_LABEL) if not label else _refused(request, "pin", pin.DIGITS)
    if len(label) > MOST_LETTERS:
        return _refused(request, "label", LONG_LABEL)
    if at >= snapshot.ends_at(angkatan, list(angkatan.sessions.all())):
        return _refused(request, "over", OVER)
    try:
        pin.check(angkatan, typed, user, request.session.session_key or "")
    except pin.Refused as refusal:
        return _refused(request, "pin", str(refusal))
    tally = OFTEN.take(str(user.pk))
    if not tally.passes:
        raise TooMany((tally.until - at).total_seconds(), TOO_OFTEN)
    device, token = devices.make_ready(devices.of(request), angkatan, label, user, at)
    log.info("Device made ready: batch=%s device=%s account=%s", angkatan.slug, device.pk, user.get_username())
    salt = b64encode(secrets.token_bytes(16)).decode()
    answer = JsonResponse({"key": str(device.key), "salt": salt, "rounds": ROUNDS, "label": label})
    devices.give(answer, token)
    return answer


def _page(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    at = timezone.now()
    rows = list(angkatan.sessions.in_time_order())
    known = devices.of(request)
    device = known.device if known and known.device.angkatan_id == angkatan.pk else None
    first = sessions.next_session([one for one in rows if one.takes_attendance], at)
    copied_at = device.copied_at if device and not device.revoked_at else None
    context = {
        "angkatan": angkatan,
        "tab": "desk",
        "device": device,
        "needs_new_pin": bool(device and angkatan.desk_pin_at and device.made_at < angkatan.desk_pin_at),
        "copied_at": copied_at,
        "changed": snapshot.changed_since(angkatan, copied_at) if copied_at else 0,
        "starts": _starts(first.starts_at, at) if first else "",
        "good_until": snapshot.ends_at(angkatan, rows),
        "is_over": at >= snapshot.ends_at(angkatan, rows),
        "may_manage": access.has(request.user, access.DEVICES),
        "test_code": TEST_CODE,
        "test_picture": _test_picture(),
        "pages": _pages(angkatan, rows, at),
        "longest": MOST_LETTERS,
        "pin_least": pin.LEAST,
        "pin_most": pin.MOST,
    }
    return render(request, "desk/prepare.html", context)


def _pages(angkatan: Angkatan, rows: list[Session], at: datetime) -> list[str]:
    """What the door may need without a signal: this page, and the desk of each session that is not long over."""
    left = [one for one in rows if one.takes_attendance and one.ends_at > at - devices.KEPT][:MOST_PAGES]
    desks = [reverse(name, args=[angkatan.slug, one.pk]) for one in left for name in ("desk_session", "walk_in")]
    return [reverse("prepare", args=[angkatan.slug]), *desks]


def _test_picture() -> SafeString:
    """The test code as a drawing, as large and as coarse as a participant's."""
    made = segno.make(TEST_CODE, version=2, error="m", micro=False, boost_error=False)
    return mark_safe(made.svg_inline(border=4, omitsize=True, title="Kode uji"))  # our own text alone


def _starts(moment: datetime, at: datetime) -> str:
    """``besok, Senin, 11 Maret 2019 pukul 14.00 WIB``; ``""`` once it has begun."""
    days = (dates.local_date(moment) - dates.local_date(at)).days
    if moment <= at:
        return ""
    return {0: "hari ini, ", 1: "besok, "}.get(days, "") + dates.long_moment(moment)


def _body(request: HttpRequest) -> dict[str, Any]:
    body = reading.body_of(request)
    return body if isinstance(body, dict) else {}


def _label(text: Any) -> str:
    """The name of a device, in one line, without signs that nobody can see."""
    signs = "".join(sign if sign.isprintable() else " " for sign in text) if isinstance(text, str) else ""
    return " ".join(signs.split())


def _refused(request: HttpRequest, field: str, sentence: str) -> HttpResponse:
    """What is wrong with one field; ``error`` names it."""
    return JsonResponse({"error": field, "message": sentence}, status=400)


# ---- The copy ------------------------------------------------------------------------------------


@require_GET
@devices.or_log_in
@of_batch(access.DESK)
def copy(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """All that the door may meet, as JSON; 304 for who holds the same already (``If-None-Match``)."""
    tool = devices.tool_of(request)
    if tool and tool.angkatan_id != angkatan.pk:
        raise PermissionDenied(OTHER_BATCH)
    if request.headers.get("Sec-Fetch-Dest") == "document":  # somebody types it; the script fetches
        raise Http404
    at = timezone.now()
    if at >= snapshot.ends_at(angkatan, list(angkatan.sessions.all())):
        return errors.answer(request, 403, "forbidden", OVER)
    text, digest = snapshot.written(snapshot.of(angkatan, cast(User, request.user), at))
    etag = f'"{digest}"'
    is_same = request.headers.get("If-None-Match", "").removeprefix("W/") == etag
    answer = HttpResponseNotModified() if is_same else HttpResponse(text, content_type="application/json")
    if not is_same:
        log.info("Copy handed out: batch=%s device=%s", angkatan.slug, tool.pk if tool else "none")
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-store"
    return answer


# ---- What a device says of itself ----------------------------------------------------------------


def _by_cookie(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a device in by its cookie, revoked or silent too: it is told nothing but that."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    vars(guarded)["proof"] = lambda request: cookie_of(request) is not None
    return guarded


def cookie_of(request: HttpRequest) -> Device | None:
    """The device by its cookie, without asking for whom it speaks."""
    kept = vars(request)
    if "device_by_cookie" not in kept:
        token = request.COOKIES.get(devices.cookie_name(), "")
        found = Device.objects.filter(token_hash=devices.hashed(token)).first() if token else None
        kept["device_by_cookie"] = found
    return cast("Device | None", kept["device_by_cookie"])


@require_POST
@_by_cookie
def said(request: HttpRequest, slug: str) -> HttpResponse:
    """A device says how many scans wait on it, from when its copy is, or that it has wiped it."""
    at, device, body = timezone.now(), cookie_of(request), _body(request)
    if device is None:
        access.check(request.user, access.DESK)
    answer = JsonResponse(
        {"revoked": bool(device and device.revoked_at), "known": device is not None, "now": at.isoformat()}
    )
    if device and body.get("wiped") is True:
        devices.retire(device, at)
        devices.take_back(answer)
        log.info("Device wiped: device=%s revoked=%s", device.pk, bool(device.revoked_at))
    elif device:
        Device.objects.filter(pk=device.pk).update(seen_at=at, **_of_itself(body, at))
    return answer


def _of_itself(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """What may be believed: a number within bounds, a moment that has been."""
    unsent, copied_at = body.get("unsent"), reading.moment(body.get("copied_at"))
    told: dict[str, Any] = {}
    if isinstance(unsent, int) and not isinstance(unsent, bool):
        told["unsent"] = min(max(unsent, 0), MOST_UNSENT)
    if copied_at:
        told["copied_at"] = min(copied_at, at)
    return told
