"""A prepared phone at the door: a token of its own stands for the log-in, for checking in alone.

The token is random, lies in a cookie that no script reads, and is stored hashed. It speaks in the name of who logged in
on the device last, for a day at most, until that person logs out, changes the password, is deactivated or loses the
right, and until a day after the batch's last session; never again once the device is revoked.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from pelatihan.accounts import access
from pelatihan.models import Angkatan, Device, Session
from pelatihan.models.raw import columns, made, rows, table, width
from pelatihan.web import errors, logs

COOKIE = "meja"
DAYS = 40  # longer than any batch with the time to prepare it
LONGEST = timedelta(hours=24)  # from the log-in on the device
KEPT = timedelta(hours=24)  # after the last session: then copy and token end
REVOKED = "Perangkat ini dicabut oleh panitia: salinannya dihapus. Catatan yang belum terkirim tetap tersimpan di sini."
_FOUND = f"""
    SELECT {columns(Device)}, {columns(User)}, ARRAY({access.HELD}), slug,
        (SELECT max(ends_at) FROM {table(Session)} WHERE angkatan_id = pelatihan_angkatan.id)
    FROM {table(Device)} JOIN {table(Angkatan)} ON pelatihan_angkatan.id = angkatan_id
    LEFT JOIN {table(User)} ON auth_user.id = user_id WHERE token_hash = %s
"""


@dataclass(frozen=True)
class Known:
    """The device that a token belongs to, and who used it last, with what they may; the batch that it is for."""

    device: Device
    user: User | None
    slug: str = ""
    last_end: datetime | None = None  # of the batch's sessions

    def speaks(self, at: datetime) -> bool:
        """Whether the token still stands for the log-in of its person."""
        device, user = self.device, self.user
        if device.revoked_at or user is None or device.signed_in_at is None or not user.is_active:
            return False
        is_same = constant_time_compare(device.user_mark, mark_of(user))
        lasts = at < device.signed_in_at + LONGEST and (self.last_end is None or at < self.last_end + KEPT)
        return is_same and lasts and access.has(user, access.DESK)


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}{COOKIE}"


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is stored of a token. It is random and long: a plain hash serves, and finds its row."""
    return sha256(token.encode()).hexdigest()


def mark_of(user: User) -> str:
    """Changes with the password."""
    return str(user.get_session_auth_hash())


def of(request: HttpRequest) -> Known | None:
    """The device whose cookie a request carries, revoked or not; one query, and none without a cookie."""
    token = request.COOKIES.get(cookie_name(), "")
    for row in rows(_FOUND, [hashed(token)]) if token else []:
        device, rest = made(Device, row), row[width(Device) :]
        user = made(User, rest) if device.user_id else None
        if user and not user.is_superuser:
            vars(user)["_perm_cache"] = set(rest[width(User)])
        return Known(device, user, *rest[width(User) + 1 :])
    return None


# ---- Made ready, used, emptied -------------------------------------------------------------------


def make_ready(known: Known | None, angkatan: Angkatan, label: str, user: User, at: datetime) -> tuple[Device, str]:
    """Give this browser a token for the batch: the device that it was before with a new one, else a new device.

    :returns: the device, and its token, which nobody can read again
    """
    before, token = known.device if known else None, new_token()
    if before and (before.revoked_at or before.angkatan_id != angkatan.pk):
        retire(before, at)  # the copy for another batch is gone with this one
        before = None
    fresh: dict[str, Any] = {
        "label": label, "token_hash": hashed(token), "made_at": at, "seen_at": at, "copied_at": None, "wiped_at": None,
        "user": user, "user_mark": mark_of(user), "signed_in_at": at,
    }  # fmt: skip
    if before is None:
        return Device.objects.create(angkatan=angkatan, **fresh), token
    Device.objects.filter(pk=before.pk).update(**fresh)  # whoever revokes it meanwhile has the last word
    return before, token


def retire(device: Device, at: datetime) -> None:
    """It holds no copy any more, and its token is nobody's."""
    Device.objects.filter(pk=device.pk).update(
        user=None, user_mark="", signed_in_at=None, token_hash=hashed(new_token()), wiped_at=at, copied_at=None
    )


def revoke(device: Device, user: User, at: datetime) -> bool:
    """Refuse the device from now on, whoever logs in on it; False when somebody has done so before."""
    standing = Device.objects.filter(pk=device.pk, revoked_at=None)
    return bool(standing.update(revoked_at=at, revoked_by=user))


def arrived(request: HttpRequest, user: User) -> None:
    """Somebody has logged in: the device speaks for this person, if it may speak at all; for whoever was there before
    no longer.
    """
    known = of(request)
    if known and not known.device.revoked_at and access.has(user, access.DESK):
        sign_in(known.device, user, timezone.now())
    elif known:
        sign_out(known.device)


def left(request: HttpRequest) -> None:
    """Somebody has logged out: the device speaks for nobody."""
    if known := of(request):
        sign_out(known.device)


def silence(user: User, request: HttpRequest) -> None:
    """All other devices speak for this account no longer: it was logged out somewhere, perhaps of a lost phone."""
    known = of(request)
    others = Device.objects.filter(user=user)
    if known:
        others = others.exclude(pk=known.device.pk)
    others.update(user=None, user_mark="", signed_in_at=None)


def sign_in(device: Device, user: User, at: datetime) -> None:
    """From now on the device speaks for this person."""
    device.user, device.user_mark, device.signed_in_at = user, mark_of(user), at
    device.save(update_fields=["user", "user_mark", "signed_in_at"])


def sign_out(device: Device) -> None:
    """It speaks for nobody, until somebody logs in on it."""
    device.user, device.user_mark, device.signed_in_at = None, "", None
    device.save(update_fields=["user", "user_mark", "signed_in_at"])


def give(response: HttpResponseBase, token: str) -> None:
    """Put the token into the device's cookie."""
    response.set_cookie(
        cookie_name(), token, max_age=DAYS * 24 * 60 * 60, secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True,
        samesite="Lax",
    )  # fmt: skip


def take_back(response: HttpResponseBase) -> None:
    """Remove the cookie."""
    response.delete_cookie(cookie_name(), samesite="Lax")


# ---- A view that takes the token instead of a log-in ---------------------------------------------


def or_log_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a prepared device in by its token (``web.middleware.PrivatePagesMiddleware`` asks ``proof`` first).

    The view finds the device as ``tool_of(request)``; whether its batch is the one of the address, it asks itself.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    vars(guarded)["proof"] = proof
    return guarded


def proof(request: HttpRequest) -> HttpResponse | bool:
    """Whether a device speaks for somebody, who is the request's user then; a revoked one is told so."""
    found = of(request)
    if found is None:
        return False
    if found.device.revoked_at:
        return errors.answer(request, 401, "revoked", REVOKED, template="403.html")
    if not found.speaks(timezone.now()) or (_is_elsewhere(request, found) and request.user.is_authenticated):
        return False
    user = cast(User, found.user)
    request.user = user
    vars(request)["tool"] = found.device
    request.META[logs.ACCOUNT] = user.get_username()
    return True


def _is_elsewhere(request: HttpRequest, found: Known) -> bool:
    """Whether the address names another batch than the device's: there a log-in counts, and the token does not."""
    match = request.resolver_match
    return match is not None and match.kwargs.get("slug", found.slug) != found.slug


def tool_of(request: HttpRequest) -> Device | None:
    """The device that let this request in, if one did."""
    return cast("Device | None", vars(request).get("tool"))
