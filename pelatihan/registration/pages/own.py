"""A delegate's own page: read it, put data right, withdraw. Opened by the phone number, once a browser."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pelatihan import codes
from pelatihan.accounts.actor import DELEGATE
from pelatihan.lifecycle import ACTIVE, Action, NotAllowed
from pelatihan.models import Registration
from pelatihan.registration import writer
from pelatihan.registration.eligibility import correct_sentence, withdraw_sentence
from pelatihan.registration.pages import own_page
from pelatihan.registration.pages.forms import CodeForm, CorrectForm, PhoneForm
from pelatihan.registration.pages.remembered import is_remembered, remember
from pelatihan.registration.person_form import typed
from pelatihan.registration.refusals import Refusal
from pelatihan.web import limits

TRIES_A_CODE, TRIES_AN_ADDRESS, WINDOW = 10, 60, 15 * 60  # in seconds; an office shares one address
NO_MATCH = "Kode dan nomor HP ini tidak cocok. Periksa keduanya, lalu coba lagi."

type OwnView = Callable[[HttpRequest, Registration], HttpResponse]


def own(view: OwnView) -> Callable[..., HttpResponse]:
    """Open the page only to a browser that has shown the phone number; others are asked for it."""

    @login_not_required
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        plain = codes.normalise(code)
        if not codes.is_valid(plain):
            return render(request, "registration/find.html", {"form": CodeForm({"code": code})}, status=404)
        name = str(request.resolver_match.url_name) if request.resolver_match else "delegate"
        if code != codes.display(plain):
            return redirect(name, codes.display(plain))
        if not is_remembered(request, plain):
            return _ask(request, plain) if name == "delegate" else redirect("delegate", code)
        people = Registration.objects.select_related("angkatan", "ormas", "delegate", "invitation")
        return view(request, get_object_or_404(people, code=plain))

    return guarded


def _ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the phone number. A code that nobody has is asked and answered in the same way."""
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not _may_try(request, code):
            return limits.too_many(request, WINDOW)
        if _belongs(code, form.cleaned_data["phone"]):
            return remember(request, redirect("delegate", codes.display(code)), code)
        form.add_error("phone", NO_MATCH)
    return render(request, "registration/delegate_ask.html", {"form": form, "code": codes.display(code)})


def _may_try(request: HttpRequest, code: str) -> bool:
    return limits.allow("code", code, TRIES_A_CODE, WINDOW) and limits.allow(
        "phone", limits.address_of(request), TRIES_AN_ADDRESS, WINDOW
    )


def _belongs(code: str, phone: str) -> bool:
    kept = Registration.objects.filter(code=code).values_list("delegate__phone", flat=True).first()
    return constant_time_compare(kept or "", phone)


@own
def delegate(request: HttpRequest, registration: Registration) -> HttpResponse:
    address = request.build_absolute_uri(registration.get_absolute_url())
    page = own_page.read(registration, at=timezone.now(), address=address)
    return render(request, "registration/delegate.html", {"page": page, "angkatan": registration.angkatan})


@own
def correct(request: HttpRequest, registration: Registration) -> HttpResponse:
    at = timezone.now()
    sentence = correct_sentence(registration, at)
    if sentence:
        return _not_here(request, registration, "Ubah data", sentence)
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=typed(registration))
    if not form.is_valid():
        return render(request, "registration/correct.html", {"form": form, "registration": registration})
    try:
        person = form.person(registration.delegate.privacy_version)
        writer.correct(registration, person, actor=DELEGATE, at=at)
    except Refusal as refusal:
        return _not_here(request, registration, "Ubah data", str(refusal))
    messages.success(request, "Perubahan data Anda sudah disimpan.")
    return redirect(registration)


@own
def withdraw(request: HttpRequest, registration: Registration) -> HttpResponse:
    sentence = withdraw_sentence(registration.angkatan, timezone.now())
    if registration.status not in ACTIVE:
        return redirect(registration)
    if sentence:
        return _not_here(request, registration, "Batalkan pendaftaran", sentence)
    if request.method != "POST":
        return render(request, "registration/withdraw.html", {"registration": registration})
    try:
        writer.move(registration, Action.WITHDRAW, actor=DELEGATE, at=timezone.now())
    except (Refusal, NotAllowed) as refusal:
        return _not_here(request, registration, "Batalkan pendaftaran", str(refusal))
    return redirect(registration)


def _not_here(request: HttpRequest, registration: Registration, title: str, sentence: str) -> HttpResponse:
    """What can no longer be done by oneself: why, and whom to call."""
    context = {
        "registration": registration,
        "angkatan": registration.angkatan,
        "title": title,
        "sentence": sentence,
    }
    return render(request, "registration/not_here.html", context)
