"""Which devices check people in, the PIN of the desk, and revoking one."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts import devices as prepared
from pelatihan.accounts.batch import of_batch
from pelatihan.desk import pin
from pelatihan.models import Angkatan, Device

STALE = timedelta(hours=12)
NEAR = timedelta(minutes=10)  # a device that is in use says something every minute
log = logging.getLogger("pelatihan.desk")


@dataclass(frozen=True)
class Row:
    """One device as the organisers read of it."""

    device: Device
    word: str
    note: str
    is_fine: bool
    seen: str
    copied: str

    @property
    def user(self) -> str:
        return _name(self.device.user)


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.DEVICES, "desk_pin_by")
def devices(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The list, and the PIN; a POST of ``pin`` makes another PIN."""
    at, refusal = timezone.now(), ""
    if request.method == "POST":
        try:
            pin.make(angkatan, request.POST.get("pin", "").strip(), user=cast(User, request.user), at=at)
        except pin.Refused as sentence:
            refusal = str(sentence)
        else:
            messages.success(request, "PIN meja sudah dibuat. Sampaikan kepada petugas, lalu siapkan setiap perangkat.")
            return redirect("devices", angkatan.slug)
    known = angkatan.devices.select_related("user", "revoked_by").order_by("revoked_at", "-seen_at", "-pk")
    rows = [row_of(device, angkatan, at) for device in known]
    context = {
        "angkatan": angkatan,
        "tab": "desk",
        "rows": [row for row in rows if row.device.wiped_at is None and row.device.revoked_at is None],
        "ended": [row for row in rows if row.device.wiped_at or row.device.revoked_at],
        "unsent": sum(row.device.unsent for row in rows),
        "pin_by": _name(angkatan.desk_pin_by),
        "refusal": refusal,
        "pin_least": pin.LEAST,
        "pin_most": pin.MOST,
    }
    return render(request, "desk/devices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.DEVICES)
def revoke(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """Revoke one device; asks once, and says what will happen."""
    device = get_object_or_404(angkatan.devices.select_related("user", "revoked_by"), key=key)
    at, user = timezone.now(), cast(User, request.user)
    if request.method == "POST":
        if prepared.revoke(device, user, at):
            log.info("Device revoked: device=%s account=%s", device.pk, user.get_username())
            messages.success(request, f"{device.label} sudah dicabut.")
        else:
            messages.warning(request, f"{device.label} sudah dicabut sebelumnya.")
        return redirect("devices", angkatan.slug)
    context = {"angkatan": angkatan, "tab": "desk", "row": row_of(device, angkatan, at), "device": device}
    return render(request, "desk/device_revoke.html", context)


def row_of(device: Device, angkatan: Angkatan, at: datetime) -> Row:
    word, note, is_fine = _standing(device, angkatan, at)
    return Row(device, word, note, is_fine, moment(device.seen_at, at), moment(device.copied_at, at))


def _standing(device: Device, angkatan: Angkatan, at: datetime) -> tuple[str, str, bool]:
    """The word for a device, what to do about it, and whether nothing is to be done."""
    if device.revoked_at:
        who = f"Dicabut {_name(device.revoked_by)}, {moment(device.revoked_at, at)}."
        wiped = f" Salinannya terhapus {moment(device.wiped_at, at)}." if device.wiped_at else ""
        return ("Dicabut", who + (wiped or " Salinannya terhapus saat perangkat itu tersambung lagi."), False)
    if device.wiped_at:
        return "Dikosongkan", f"Salinannya dihapus {moment(device.wiped_at, at)}.", True
    if angkatan.desk_pin_at and device.made_at < angkatan.desk_pin_at:
        return "Siapkan lagi", "PIN meja diganti sesudah perangkat ini disiapkan.", False
    if device.copied_at is None:
        return "Belum selesai", "Salinan daftar belum sampai di perangkat ini.", False
    if is_stale(device.copied_at, at):
        return "Salinan lama", "Buka Siapkan perangkat di sana selagi ada sinyal.", False
    if device.user is None:
        return (
            "Perlu masuk",
            "Tidak ada yang masuk di sana; catatannya terkirim sesudah ada yang masuk.",
            False,
        )
    if device.unsent and device.seen_at and at - device.seen_at > NEAR:
        return "Tanpa kabar", "Ada catatan yang belum terkirim di sana.", False
    return "Siap", "", True


def is_stale(copied_at: datetime, at: datetime) -> bool:
    """Whether a copy should be renewed before the door opens: of another day, or older than twelve hours."""
    return at - copied_at > STALE or dates.local_date(copied_at) != dates.local_date(at)


def moment(then: datetime | None, at: datetime) -> str:
    """``hari ini pukul 19.42``, ``kemarin pukul 16.05``, else with the whole date; ``""`` for never."""
    if then is None:
        return ""
    days = (dates.local_date(at) - dates.local_date(then)).days
    return f"{ {0: 'hari ini', 1: 'kemarin'}.get(days) or dates.long_date(then) } pukul {dates.clock(then)}".strip()


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
