"""Six digits instead of a scan: found among the sessions that show a code now, and not to be guessed.

There are a million, and two of them are right for each session. Wrong ones count by address, by phone and everywhere;
right ones are given back, and so are those that were right some minutes ago, so that a hotel's two hundred people pass
through one address. Whoever guesses there shuts it for strangers alone: a browser that knows a delegate counts by that
delegate, who cannot be made anew as a cookie can.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pelatihan.attendance import rules
from pelatihan.desk import phones, room_code
from pelatihan.desk.phones import Phone
from pelatihan.desk.self_forms import DigitsForm
from pelatihan.models import Session
from pelatihan.registration.pages.own import remembered
from pelatihan.registration.pages.proof import is_expired
from pelatihan.web import errors, limits
from pelatihan.web.limits import HOUR, Counted, Limit, TooMany

QUARTER = 15 * 60
BY_PERSON = Limit("room-digits-person", 10, QUARTER)
BY_PHONE = Limit("room-digits-phone", 10, QUARTER)
ADDRESS = Limit("room-digits-address", 60, QUARTER)  # a hotel full of people shares one
SITE = Limit("room-digits-site", 600, HOUR)  # wrong ones from everywhere; beyond, one in three seconds:
SITE_TURN = Limit("room-digits-turn", 1, 3)  # 1,800 an hour at most, a chance of one in 280
LONGEST = timedelta(days=2)  # a session, with the time before it that it is open
WRONG = "Angka ini tidak cocok dengan layar mana pun. Tulis angka yang tampil sekarang."
CHANGED = "Angka ini sudah berganti. Tulis angka yang tampil sekarang, lalu kirim sebelum berganti lagi."
TWO_ROOMS = "Angka ini sedang tampil di dua ruangan. Tunggu sampai berganti, atau pindai kodenya."
TOO_OFTEN = "Terlalu banyak angka yang keliru."
TO_DESK = "Kehadiran Anda belum tercatat: pindai kode di layar dengan kamera, atau datanglah ke meja presensi."
NO_COOKIES = "Peramban Anda tidak menyimpan kuki, jadi belum terkirim. Izinkan kuki, lalu kirim lagi."
EXPIRED = "Halaman ini terlalu lama terbuka, jadi belum terkirim. Kirim sekali lagi."


@login_not_required
@csrf_exempt  # checked below, so that an expired page keeps what was typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_digits(request: HttpRequest) -> HttpResponse:
    """``/hadir/``: type what the screen shows."""
    phone = phones.of(request)
    if request.method != "POST":
        return phones.keep(_page(request, DigitsForm()), phone)
    form = DigitsForm(request.POST)
    if is_expired(request):
        form.add_error(None, unsent(request))
        return _page(request, form, status=403)
    if not form.is_valid():
        return _page(request, form)
    at = timezone.now()
    try:
        session = found(request, phone, form.cleaned_data["digits"], at)
    except TooMany as refusal:
        form.add_error(None, f"{refusal.reason} {refusal.advice}")
        return errors.not_yet(_page(request, form), refusal.seconds)
    except NotShown as refusal:
        form.add_error("digits", str(refusal))
        return _page(request, form)
    return phones.give_ticket(redirect("self", room_code.token(session.pk, at)), phone, session)


def _page(request: HttpRequest, form: DigitsForm, status: int = 200) -> HttpResponse:
    return render(request, "desk/self_digits.html", {"form": form}, status=status)


def unsent(request: HttpRequest) -> str:
    """Why a form without its proof of origin was not taken."""
    return EXPIRED if request.COOKIES else NO_COOKIES


class NotShown(Exception):
    """No screen shows these digits; the text is a sentence that says what to do."""


def found(request: HttpRequest, phone: Phone, digits: str, at: datetime) -> Session:
    """The session whose screen shows these digits; of two the one whose delegates this browser knows.

    :raises NotShown: with the sentence to show
    :raises TooMany: a limit is reached; nothing was looked at
    """
    tried = _count(request, phone)
    showing = _showing(at)
    right = [session for session in showing if room_code.are_digits_of(session.pk, digits, at)]
    if not right:
        if any(room_code.were_digits_of(session.pk, digits, at) for session in showing):
            limits.give_back(tried)
            raise NotShown(CHANGED)
        raise NotShown(WRONG)
    limits.give_back(tried)
    return right[0] if len(right) == 1 else _ours(request, right)


def _showing(at: datetime) -> list[Session]:
    """The sessions whose projectors may show a code at this moment."""
    near = Session.objects.filter(self_check_in=True, closed_at=None, starts_at__gte=at - LONGEST, ends_at__gt=at)
    near = near.filter(starts_at__lte=at + LONGEST).select_related("angkatan").in_time_order()
    return [session for session in near if rules.at_the_door(session, at) in rules.ENTERS]


def _ours(request: HttpRequest, sessions: Sequence[Session]) -> Session:
    batches = {person.angkatan_id for person in remembered.pages(request)}
    ours = [session for session in sessions if session.angkatan_id in batches]
    if len(ours) != 1:
        raise NotShown(TWO_ROOMS)
    return ours[0]


def _count(request: HttpRequest, phone: Phone) -> list[Counted]:
    """Count a try before it is looked at.

    :raises TooMany: a limit is reached; the others have not counted it
    """
    if known := [(BY_PERSON, str(person.pk)) for person in remembered.pages(request)]:
        tried, ends = known, [tally.until for tally in limits.take(known) if not tally.passes]
    else:
        tried, ends = _as_stranger(request, phone)
    if ends:
        limits.give_back(tried)
        raise TooMany((max(ends) - timezone.now()).total_seconds(), TOO_OFTEN, TO_DESK)
    return tried


def _as_stranger(request: HttpRequest, phone: Phone) -> tuple[list[Counted], list[datetime]]:
    """What counts a try of somebody whom nobody knows, and when the limits end that are reached."""
    tried = [(BY_PHONE, phone.name), (ADDRESS, limits.address_of(request)), (SITE, "")]
    if phone.is_new:
        tried = tried[1:]  # who keeps no cookies has no count of one's own
    *ours, everywhere = limits.take(tried)
    ends = [tally.until for tally in ours if not tally.passes]
    if not ends and not everywhere.passes and not (turn := SITE_TURN.take("")).passes:
        ends = [turn.until]
    return tried, ends
