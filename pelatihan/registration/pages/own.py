"""A delegate's own page: read it, put data right, withdraw. Opened by the phone number, once a browser."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pelatihan import codes, numbers
from pelatihan.accounts.actor import DELEGATE
from pelatihan.lifecycle import ACTIVE, Action, NotAllowed, Status
from pelatihan.models import PlanAnswer, Registration
from pelatihan.models.compiled import Compiled
from pelatihan.registration import plan_changes, writer
from pelatihan.registration.application import Person
from pelatihan.registration.eligibility import correct_sentence, withdraw_sentence
from pelatihan.registration.pages import own_page, own_words, remembered
from pelatihan.registration.pages.forms import AgreeForm, CodeForm, CorrectForm, PhoneForm
from pelatihan.registration.pages.remembered import is_remembered, others, remember
from pelatihan.registration.person_form import typed
from pelatihan.registration.refusals import Overtaken, Refusal
from pelatihan.web import limits
from pelatihan.web.limits import HOUR, Limit, Tally, TooMany
from pelatihan.web.seen import NOTHING_CHANGED

QUARTER = 15 * 60
HERE = Limit("own-page", 10, QUARTER)  # wrong numbers for one code from one address
ADDRESS = Limit("own-page-address", 60, QUARTER)  # wrong numbers from one address: an office shares one
CODE = Limit("own-page-code", 40, HOUR)  # wrong numbers for one code from everywhere; beyond, one a minute ...
TURN = Limit("own-page-turn", 1, 60)  # ... so at most 100 an hour, of the 10^8 that one operator's numbers are
FEW = 3  # ... from an address that has not been wrong more often than this
STILL_TO_FIX = "Betulkan isian yang diminta, lalu kirim lagi. Bila datanya sudah benar, hubungi panitia."
NO_MATCH = "Kode dan nomor HP ini tidak cocok. Periksa keduanya, lalu coba lagi."

_with_code = Compiled(lambda code: _people().filter(code=code), str)

type OwnView = Callable[[HttpRequest, Registration], HttpResponse]


def _people() -> QuerySet[Registration]:
    return Registration.objects.select_related("angkatan__plan_change", "ormas", "delegate", "invitation")


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
        registration = _with_code.first(plain)
        if registration is None or not is_remembered(request, registration):
            return _ask(request, plain, registration) if name == "delegate" else redirect("delegate", code)
        return view(request, registration)

    return guarded


def _ask(request: HttpRequest, code: str, registration: Registration | None) -> HttpResponse:
    """Ask for the phone number. A code that nobody has is asked and answered in the same way."""
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        tried = count_try(request, code)
        if registration and _belongs(registration, form.cleaned_data["phone"]):
            for limit, key in tried:
                limit.give_back(key)  # only wrong numbers count
            return remember(request, redirect("delegate", codes.display(code)), registration)
        form.add_error("phone", NO_MATCH)
    return render(request, "registration/delegate_ask.html", {"form": form, "code": codes.display(code)})


def count_try(request: HttpRequest, code: str) -> list[tuple[Limit, str]]:
    """Count a number before it is looked at; what was counted.

    A stranger who guesses at a code closes it to that stranger. Many strangers at once slow everybody down who is new
    to the code, by a minute at a time.

    :raises TooMany: a limit is reached
    """
    address = limits.address_of(request)
    tried = [(HERE, f"{address} {code}"), (ADDRESS, address), (CODE, code)]
    here, there, everywhere = (limit.take(key) for limit, key in tried)
    ends = [tally.until for tally in (here, there) if not tally.passes]
    if not ends and not everywhere.passes:
        ends = _ends_beyond(here, code)
    if ends:
        for limit, key in tried[1:]:
            limit.give_back(key)  # it was not looked at
        raise TooMany((max(ends) - timezone.now()).total_seconds())
    return tried


def _ends_beyond(here: Tally, code: str) -> list[datetime]:
    """When to come again, with a code that is tried from everywhere; empty: it is one's turn."""
    if here.count > FEW:
        return [here.until]
    turn = TURN.take(code)
    return [] if turn.passes else [turn.until]


def _belongs(registration: Registration, phone: str) -> bool:
    return constant_time_compare(registration.delegate.phone, phone)


@own
def delegate(request: HttpRequest, registration: Registration) -> HttpResponse:
    address = request.build_absolute_uri(registration.get_absolute_url())
    page = own_page.read(registration, at=timezone.now(), address=address)
    context = {
        "page": page,
        "angkatan": registration.angkatan,
        "others": others(request, registration),
        "agreed": own_page.agreed(registration),
        "device_days": remembered.DAYS,
    }
    return render(request, "registration/delegate.html", context)


@own
def code_picture(request: HttpRequest, registration: Registration) -> HttpResponse:
    if not own_page.carries_qr(registration, timezone.now()):
        raise Http404
    return HttpResponse(own_page.qr(registration.code), content_type="image/png")


@own
def correct(request: HttpRequest, registration: Registration) -> HttpResponse:
    return _correct(request, registration)


def _correct(request: HttpRequest, registration: Registration) -> HttpResponse:
    at = timezone.now()
    sentence = correct_sentence(registration, at)
    if sentence:
        return _not_here(request, registration, "Ubah data", sentence)
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=typed(registration))
    if not form.is_valid():
        note = own_words.note_in(own_words.last_change(registration))
        context = {"form": form, "registration": registration, "note": note}
        return render(request, "registration/correct.html", context)
    stands = Person.of(registration)
    try:
        corrections = writer.correct(registration, form.mended(stands), actor=DELEGATE, at=at, seen=stands)
    except Overtaken:  # between reading and writing; read anew, the form says where
        return _correct(request, _with_code.first(registration.code) or registration)
    except Refusal as refusal:
        return _not_here(request, registration, "Ubah data", str(refusal))
    if corrections:
        messages.success(request, "Perubahan data Anda sudah disimpan.")
    else:
        needs_fix = registration.status == Status.NEEDS_FIX
        messages.info(request, f"{NOTHING_CHANGED} {STILL_TO_FIX}" if needs_fix else NOTHING_CHANGED)
    return remember(request, redirect(registration), registration)  # a new number ends it in other browsers only


@own
def withdraw(request: HttpRequest, registration: Registration) -> HttpResponse:
    sentence = withdraw_sentence(registration.angkatan, timezone.now())
    if registration.status not in ACTIVE:
        return redirect(registration)
    if sentence:
        return _not_here(request, registration, "Batalkan pendaftaran", sentence)
    if request.method != "POST":
        told = own_words.withdrawing(registration, timezone.now())
        return render(request, "registration/withdraw.html", {"registration": registration, "told": told})
    try:
        reason = plan_changes.withdraw_reason(registration)
        writer.move(registration, Action.WITHDRAW, actor=DELEGATE, at=timezone.now(), reason=reason)
    except (Refusal, NotAllowed) as refusal:
        return _not_here(request, registration, "Batalkan pendaftaran", str(refusal))
    return redirect(registration)


@own
def answer_plan(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Coming on the new days, or not: who cannot is led on to withdrawing, and has said so even without."""
    if request.method != "POST":
        return redirect(registration)
    said = request.POST.get("jawaban", "")
    try:
        change = plan_changes.answer(
            registration, numbers.read(request.POST.get("perubahan", "")), said, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(registration)
    if said == PlanAnswer.Answer.COMING:
        messages.success(request, f"Terima kasih. Kami catat bahwa Anda tetap datang pada {change.new_range}.")
        return redirect(registration)
    messages.info(request, f"Kami catat bahwa Anda tidak bisa pada {change.new_range}.")
    return redirect("withdraw", registration.shown_code)


@own
def agree(request: HttpRequest, registration: Registration) -> HttpResponse:
    """What one agrees to, given or taken back at any time: also when data are mended by the office alone."""
    form = AgreeForm(registration, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "registration/agree.html", {"form": form, "registration": registration})
    if writer.agree(registration, form.cleaned_data, actor=DELEGATE, at=timezone.now()):
        messages.success(request, "Persetujuan Anda sudah disimpan.")
    else:
        messages.info(request, NOTHING_CHANGED)
    return redirect(registration)


@own
def forget(request: HttpRequest, registration: Registration) -> HttpResponse:
    """This browser opens the page no more; with ``semua`` none of the pages that it has opened."""
    if request.method != "POST":
        return redirect(registration)
    messages.success(request, "Perangkat ini sudah lupa. Untuk membuka halaman Anda lagi, siapkan kode dan nomor HP.")
    whose = None if "semua" in request.POST else registration
    return remembered.forget(request, redirect("find"), whose)


def _not_here(request: HttpRequest, registration: Registration, title: str, sentence: str) -> HttpResponse:
    """What can no longer be done by oneself: why, and whom to call."""
    context = {
        "registration": registration,
        "angkatan": registration.angkatan,
        "title": title,
        "sentence": sentence,
        "mending_link": own_page.mending_link(registration),
    }
    return render(request, "registration/not_here.html", context)
