"""How a NIK is kept: sealed, so that a stolen dump tells nothing, with a keyed hash by which the same one is found.

Keys: ``NIK_KEY``, the newest first, else ``SECRET_KEY``. What an older key sealed is read as long as that key stands
in the list.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac

from ormas import nik
from pelatihan.models import Registration
from pelatihan.retention import RETENTION

SALT = "pelatihan.registration.nik"
UNREADABLE = "tidak terbaca (kunci NIK berganti)"


def kept(number: str) -> dict[str, str]:
    """The columns of a registration that hold this number, or none."""
    if not number:
        return {"nik_sealed": "", "nik_hash": ""}
    return {"nik_sealed": _seal().encrypt(number.encode()).decode(), "nik_hash": _hashes(number)[0]}


def opened(registration: Registration) -> str:
    """The number in full; empty when there is none, or its key is lost."""
    try:
        return _seal().decrypt(registration.nik_sealed).decode() if registration.nik_sealed else ""
    except InvalidToken:
        return ""


def masked(registration: Registration) -> str:
    """As it is shown to whoever may know that it is there."""
    if not registration.nik_sealed:
        return ""
    number = opened(registration)
    return nik.masked(number) if number else UNREADABLE


def is_same(registration: Registration, number: str) -> bool:
    return registration.nik_hash in _hashes(number) if number else not registration.nik_hash


def same(registration: Registration) -> Q:
    """Whoever has the same number, whichever key hashed it."""
    number = opened(registration)
    hashes = _hashes(number) if number else [registration.nik_hash]
    return Q(nik_hash__in=hashes) & ~Q(nik_hash="") & ~Q(pk=registration.pk)


def promise() -> str:
    """Until when it is kept, within a sentence."""
    return f"{RETENTION.nik_days} hari setelah pelatihan"


@dataclass(frozen=True)
class Renewed:
    """How many numbers were sealed anew, and how many no key opens."""

    count: int
    unreadable: int


def renew() -> Renewed:
    """Seal with the newest key whatever an older one sealed. A number that somebody writes meanwhile stays theirs."""
    count = unreadable = 0
    for one in Registration.objects.exclude(nik_sealed="").only("nik_sealed", "nik_hash").order_by("pk").iterator():
        number = opened(one)
        unreadable += not number
        if number and one.nik_hash != _hashes(number)[0]:
            stands = Registration.objects.filter(pk=one.pk, nik_sealed=one.nik_sealed)
            count += stands.update(**kept(number))
    return Renewed(count, unreadable)


def _keys() -> list[str]:
    return settings.NIK_KEYS or [settings.SECRET_KEY]


def _seal() -> MultiFernet:
    digests = [salted_hmac(f"{SALT}.seal", "", secret=key, algorithm="sha256").digest() for key in _keys()]
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def _hashes(number: str) -> list[str]:
    return [salted_hmac(f"{SALT}.hash", number, secret=key, algorithm="sha256").hexdigest() for key in _keys()]
