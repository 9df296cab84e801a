"""Anybody checks a certificate by its code, without an account: genuine, revoked or unknown, and nothing else.

A code that is misspelt, one that nobody has and one whose time of keeping is over are answered alike. There are 2^60 of
them, so the count of wrong ones is against load, and generous: an office behind one address never meets it.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pelatihan.certificates import codes
from pelatihan.certificates.standing import Given, given_of
from pelatihan.certificates.wording import Wording
from pelatihan.models import Certificate
from pelatihan.preparing.certificate_forms import CodeForm
from pelatihan.web import limits
from pelatihan.web.limits import HOUR, Limit, TooMany

WRONG = Limit("certificate-wrong", 300, HOUR)  # codes that nobody has, from one address
TOO_OFTEN = "Terlalu banyak kode keliru diperiksa dari tempat Anda."
ADVICE = "Tunggu sebentar, lalu coba lagi. Bila ini menghalangi pekerjaan Anda, hubungi panitia."
UNKNOWN = "Kode ini tidak dikenal. Periksa huruf yang mirip: 8 dan B, 5 dan S, 2 dan Z, V dan W."


@login_not_required
@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """``/sertifikat/``: type the code that stands below the QR."""
    if "kode" not in request.GET:
        return _page(request, CodeForm())
    form = CodeForm({"kode": request.GET["kode"]})
    if not form.is_valid():
        return _page(request, form)
    code = codes.normalise(form.cleaned_data["kode"])
    if not codes.is_valid(code):
        return _answer(request, form.cleaned_data["kode"])
    return redirect("certificate", codes.display(code))


@login_not_required
@never_cache
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """``/sertifikat/7K4M-9QXP-2TWR5/``, where the QR leads."""
    return _answer(request, code)


def _answer(request: HttpRequest, typed: str) -> HttpResponse:
    address, code = limits.address_of(request), codes.normalise(typed)
    if not (tally := WRONG.take(address)).passes:
        raise TooMany((tally.until - timezone.now()).total_seconds(), TOO_OFTEN, ADVICE)
    given = _found(code if codes.is_valid(code) else "")
    if given is None:
        form = CodeForm({"kode": typed[:200]})
        form.add_error("kode", UNKNOWN)
        return _page(request, form, status=404, is_unknown=True)
    WRONG.give_back(address)
    words = Wording.read(given.certificate.issue.wording)
    return _page(request, CodeForm(), given=given, words=words, at=timezone.now())


def _found(code: str) -> Given | None:
    return next(iter(given_of(Certificate.objects.filter(code=code)).values()), None)


def _page(request: HttpRequest, form: CodeForm, status: int = 200, **context: Any) -> HttpResponse:
    page = render(request, "preparing/genuine.html", {"form": form, "example": codes.EXAMPLE, **context}, status=status)
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page
