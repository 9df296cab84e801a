"""The desk's PIN: one for each batch, made by the organisers, typed once on every device that is made ready.

The copy on a device is locked with it (docs/desk-threats.md). The server keeps it as it keeps passwords, only to tell a
slip of the finger from the right one, and counts every try before it looks at it, as it does with log-ins.
"""

import logging
from datetime import datetime
from itertools import pairwise

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.utils import timezone

from pelatihan import dates
from pelatihan.models import Angkatan
from pelatihan.web import errors, limits
from pelatihan.web.limits import Limit, TooMany

LEAST, MOST = 6, 12
QUARTER = 15 * 60
BROWSER = Limit("desk-pin", 5, QUARTER)  # wrong ones in one browser, as it is logged in
PERSON = Limit("desk-pin-person", 15, QUARTER)  # of one account, which may be used on several phones
BATCH = Limit("desk-pin-batch", 60, QUARTER)  # of all accounts together
DIGITS = f"PIN meja terdiri dari {LEAST} sampai {MOST} angka, tanpa huruf dan tanpa spasi."
TOO_PLAIN = "PIN itu terlalu mudah ditebak. Pilih angka yang tidak berurutan dan tidak berulang."
NOT_MADE = "PIN meja angkatan ini belum dibuat. Mintalah panitia membuatnya di halaman Perangkat."
WRONG = "PIN meja tidak cocok. Mintalah PIN yang berlaku kepada panitia."
OFTEN = "PIN meja terlalu sering salah. Demi keamanan, menyiapkan perangkat ditutup"
log = logging.getLogger("pelatihan.desk")


class Refused(Exception):
    """That is no PIN to take, or not the one; the sentence says what to do."""


def check_new(pin: str) -> None:
    """Whether it may become the PIN of a desk.

    :raises Refused: it is no number of so many digits, or one of those that are tried first
    """
    if not (pin.isascii() and pin.isdigit() and LEAST <= len(pin) <= MOST):
        raise Refused(DIGITS)
    if is_plain(pin):
        raise Refused(TOO_PLAIN)


def is_plain(pin: str) -> bool:
    """One of those that people try first: 000000, 123456, 987654, 121212, 123123, 112233."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1:  # always the same, up or down by one, by two
        return True
    pairs = [pin[place : place + 2] for place in range(0, len(pin), 2)]
    if all(len(set(pair)) == 1 for pair in pairs):  # 112233
        return True
    return any(pin == (pin[:length] * len(pin))[: len(pin)] for length in range(1, len(pin) // 2 + 1))


def make(angkatan: Angkatan, pin: str, *, user: User, at: datetime) -> None:
    """Set the PIN, or another one. Devices that were made ready before must be made ready again.

    :raises Refused: a sentence
    """
    check_new(pin)
    angkatan.desk_pin, angkatan.desk_pin_at, angkatan.desk_pin_by = make_password(pin), at, user
    angkatan.save(update_fields=["desk_pin", "desk_pin_at", "desk_pin_by"])
    log.info("Desk PIN made: batch=%s account=%s", angkatan.slug, user.get_username())


def check(angkatan: Angkatan, pin: str, user: User, browser: str) -> None:
    """Whether it is the PIN. A try is counted before it is looked at, and given back when it was right.

    :param browser: names the log-in from which it comes
    :raises Refused: there is none yet, or it is another
    :raises TooMany: too many were wrong
    """
    if not angkatan.desk_pin:
        raise Refused(NOT_MADE)
    batch = str(angkatan.pk)
    counted = [(BROWSER, f"{batch} {browser}"), (PERSON, f"{batch} {user.pk}"), (BATCH, batch)]
    _count(counted)
    if not check_password(pin[: MOST + 1], angkatan.desk_pin):
        log.warning("Desk PIN was wrong: batch=%s account=%s", angkatan.slug, user.get_username())
        raise Refused(WRONG)
    limits.give_back(counted)


def _count(counted: list[limits.Counted]) -> None:
    """:raises TooMany: one of the limits is reached; the others do not count this one then"""
    tallies = limits.take(counted)
    full = [tally for tally in tallies if not tally.passes]
    if full:
        limits.give_back(counted)
        until = max(tally.until for tally in full)
        seconds = (until - timezone.now()).total_seconds()
        sentence = f"{OFTEN} {errors.minutes(seconds)} menit lagi, sampai pukul {dates.clock(until)}."
        raise TooMany(seconds, sentence, "Perangkat yang sudah siap tetap dapat dipakai. Mintalah PIN kepada panitia.")
