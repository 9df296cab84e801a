"""Asking for a lost code again, by phone number. Every number is answered alike, known or not."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pelatihan.registration import code_requests
from pelatihan.registration.pages.forms import PhoneForm
from pelatihan.web import errors, limits
from pelatihan.web.limits import HOUR, Limit, Tally, TooMany
from pelatihan.web.robots import PeopleForm

# Whoever floods a number with requests keeps its owner from nothing: what they ask for is on its way to the owner.
ADDRESS = Limit("lost-code-address", 60, HOUR)  # a hotel full of people shares one
DAY = Limit("lost-code-day", 6, 24 * HOUR)  # of one number, known or not
PHONE = Limit("lost-code", 3, HOUR)
FROM_HERE = "Terlalu banyak permintaan kode dari tempat Anda."
FOR_NUMBER = "Kode untuk nomor ini sudah beberapa kali diminta."
ADVICE = (
    "Tunggu {wait}, lalu minta lagi. Permintaan yang sudah Anda kirim tetap kami jawab: periksa surel (email), juga"
    " folder spam, atau tunggu pesan WhatsApp dari panitia."
)


class LostCodeForm(PeopleForm, PhoneForm):
    """The number to which codes are sent."""


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def lost_code(request: HttpRequest) -> HttpResponse:
    form = LostCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "registration/lost_code.html", {"form": form})
    _ask(limits.address_of(request), form.cleaned_data["phone"])
    return redirect("lost_code_asked")


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "registration/lost_code_asked.html")


def _ask(address: str, phone: str) -> None:
    """Count, then write down. The last count and the requests go into one transaction: so the disk is waited for once,
    whether there was something to write down or not.

    :raises TooMany: a limit is reached; known numbers and others are counted alike
    """
    _check(ADDRESS.take(address), FROM_HERE)
    _check(DAY.take(phone), FOR_NUMBER)
    with transaction.atomic():
        tally = PHONE.take(phone)
        if tally.passes:
            code_requests.ask(phone, at=timezone.now())
    _check(tally, FOR_NUMBER)


def _check(tally: Tally, reason: str) -> None:
    if not tally.passes:
        seconds = (tally.until - timezone.now()).total_seconds()
        raise TooMany(seconds, reason, ADVICE.format(wait=_spoken(seconds)))


def _spoken(seconds: float) -> str:
    return f"{errors.minutes(seconds)} menit" if seconds <= 2 * HOUR else "sampai besok"
