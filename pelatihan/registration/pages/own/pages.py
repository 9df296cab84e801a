"""A delegate's own page: read it, put data right, withdraw. Opened by the phone number, once a browser."""

import uuid
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
from pelatihan.lifecycle import ACTIVE, Action, NotAllowed, Role, Status
from pelatihan.models import PlanAnswer, Registration, Told
from pelatihan.models.compiled import Compiled
from pelatihan.registration import changes, plan_changes, requests, writer
from pelatihan.registration.application import Person
from pelatihan.registration.eligibility import (
    asked_fields,
    correct_sentence,
    fields_that_wait,
    withdraw_sentence,
    withdraws_by_asking,
)
from pelatihan.registration.pages.forms import CodeForm, PhoneForm
from pelatihan.registration.pages.own import page as own_page
from pelatihan.registration.pages.own import remembered
from pelatihan.registration.pages.own import words as own_words
from pelatihan.registration.pages.own.forms import AgreeForm, CorrectForm, FixForm, WithdrawForm
from pelatihan.registration.pages.own.remembered import is_remembered, others, remember
from pelatihan.registration.refusals import (
    AlreadyRegistered,
    NoSeatLeft,
    OrmasNotInvited,
    Overtaken,
    Refusal,
    RequestGone,
)
from pelatihan.retention import PRIVACY_VERSION
from pelatihan.web import limits
from pelatihan.web.limits import HOUR, Counted, Limit, Tally, TooMany
from pelatihan.web.seen import NOTHING_CHANGED

QUARTER = 15 * 60
HERE = Limit("own-page", 10, QUARTER)  # wrong numbers for one code from one address
ADDRESS = Limit("own-page-address", 60, QUARTER)  # wrong numbers from one address: an office shares one
CODE = Limit("own-page-code", 40, HOUR)  # wrong numbers for one code from everywhere; beyond, one a minute ...
TURN = Limit("own-page-turn", 1, 60)  # ... so at most 100 an hour, of the 10^8 that one operator's numbers are
FEW = 3  # ... from an address that has not been wrong more often than this
PHONE = Limit("own-page-phone", 40, HOUR)  # wrong codes for one number from everywhere; beyond, one a minute
PHONE_TURN = Limit("own-page-phone-turn", 1, 60)
SITE = Limit("own-page-site", 2_000, HOUR)  # wrong ones from everywhere; beyond, one in three seconds
SITE_TURN = Limit("own-page-site-turn", 1, 3)
STILL_TO_FIX = "Betulkan isian yang diminta, lalu kirim lagi. Bila datanya sudah benar, hubungi panitia."
NO_MATCH = "Kode dan nomor HP ini tidak cocok. Periksa keduanya, lalu coba lagi."

with_code = Compiled(lambda code: _people().filter(code=code), str)

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
        registration = with_code.first(plain)
        if registration is None or not is_remembered(request, registration):
            return _ask(request, plain, registration) if name == "delegate" else redirect("delegate", code)
        return view(request, registration)

    return guarded


def _ask(request: HttpRequest, code: str, registration: Registration | None) -> HttpResponse:
    """Ask for the phone number. A code that nobody has is asked and answered in the same way."""
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if is_proved(request, code, form.cleaned_data["phone"], registration) and registration:
            return remember(request, redirect("delegate", codes.display(code)), registration)
        form.add_error("phone", NO_MATCH)
    return render(request, "registration/delegate_ask.html", {"form": form, "code": codes.display(code)})


def is_proved(
    request: HttpRequest, code: str, phone: str, registration: Registration | None, *, address: Limit = ADDRESS
) -> bool:
    """Whether this number belongs to the code; wrong ones count.

    :raises TooMany: a limit is reached; nothing was looked at
    """
    tried = count_try(request, code, phone, address)
    if not (registration and constant_time_compare(registration.delegate.phone, phone)):
        return False
    limits.give_back(tried)
    return True


def count_try(request: HttpRequest, code: str, phone: str, of_address: Limit = ADDRESS) -> list[Counted]:
    """Count a code and a number before they are looked at; what was counted.

    A stranger who guesses at a code closes it to that stranger. Many strangers at once, at a code, at a number or
    anywhere, slow everybody down who is new to the code, by a turn at a time.

    :raises TooMany: a limit is reached
    """
    address = limits.address_of(request)
    tried = [(HERE, f"{address} {code}"), (of_address, address), (CODE, code), (PHONE, phone), (SITE, "")]
    here, there, *everywhere = limits.take(tried)
    ends = [tally.until for tally in (here, there) if not tally.passes]
    if not ends:
        turns = ((TURN, code, here), (PHONE_TURN, phone, there), (SITE_TURN, "", there))
        crowded = [turn for turn, tally in zip(turns, everywhere, strict=True) if not tally.passes]
        ends = [end for turn, key, own in crowded for end in _ends_beyond(own, turn, key)]
    if ends:
        limits.give_back(tried[1:])  # it was not looked at
        raise TooMany((max(ends) - timezone.now()).total_seconds())
    return tried


def _ends_beyond(own: Tally, turn: Limit, key: str) -> list[datetime]:
    """When to come again, with what is tried from everywhere; empty: it is one's turn. ``own``: tries of one's own."""
    if own.count > FEW:
        return [own.until]
    tally = turn.take(key)
    return [] if tally.passes else [tally.until]


@own
def delegate(request: HttpRequest, registration: Registration) -> HttpResponse:
    return _page(request, registration)


def _page(request: HttpRequest, registration: Registration, fix: FixForm | None = None) -> HttpResponse:
    page = own_page.read(registration, at=timezone.now())
    context = {
        "page": page,
        "angkatan": registration.angkatan,
        "others": others(request, registration),
        "agreed": own_page.agreed(registration),
        "device_days": remembered.DAYS,
        "form": fix or (FixForm(registration, page.fix) if page.fix else None),
    }
    return render(request, "registration/delegate.html", context)


@own
def save(request: HttpRequest, registration: Registration) -> HttpResponse:
    """On to WhatsApp with a message to oneself; the site knows that it was opened."""
    if request.method == "GET" and registration.delegate.phone:
        Told.objects.create(
            registration=registration, status=registration.status, role=Role.DELEGATE, at=timezone.now()
        )
    address = request.build_absolute_uri(registration.get_absolute_url())
    return redirect(own_page.save_link(registration, address))


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
    if sentence := correct_sentence(registration, at):
        return _not_here(request, registration, "Ubah data", sentence)
    data = request.POST if request.method == "POST" else None
    form = CorrectForm(registration, fields_that_wait(registration, at), data)
    if form.is_valid():
        stands = Person.of(registration)
        try:
            mended = requests.mend(
                registration,
                form.mended(stands),
                actor=DELEGATE,
                at=at,
                seen=stands,
                ormas=form.chosen_ormas(),
                nik=form.new_nik,
                reason=form.cleaned_data.get("reason", ""),
                key=form.cleaned_data["key"],
            )
        except Overtaken:  # between reading and writing; read anew, the form says where
            return _correct(request, with_code.first(registration.code) or registration)
        except (NoSeatLeft, OrmasNotInvited, AlreadyRegistered) as refusal:
            form.add_error("ormas" if "ormas" in form.fields else None, str(refusal))
        except Refusal as refusal:
            return _not_here(request, registration, "Ubah data", str(refusal))
        else:
            return _mended(request, registration, mended)
    note = own_words.note_in(own_words.last_change(registration))
    context = {"form": form, "registration": registration, "note": note}
    return render(request, "registration/correct.html", context)


def _mended(request: HttpRequest, registration: Registration, mended: requests.Mended) -> HttpResponse:
    """Back on the own page with what was done; a new phone number ends it in other browsers only."""
    if sentence := own_words.mended(mended):
        messages.success(request, sentence)
    else:
        needs_fix = registration.status == Status.NEEDS_FIX
        messages.info(request, f"{NOTHING_CHANGED} {STILL_TO_FIX}" if needs_fix else NOTHING_CHANGED)
    return remember(request, redirect(registration), registration)


@own
def fix(request: HttpRequest, registration: Registration) -> HttpResponse:
    """The answer to a fix, sent from the own page itself: exactly what was asked for."""
    return _fix(request, registration)


def _fix(request: HttpRequest, registration: Registration) -> HttpResponse:
    at, asked = timezone.now(), asked_fields(registration)
    if request.method != "POST" or registration.status != Status.NEEDS_FIX or not asked:
        return redirect(registration)  # answered already, or decided meanwhile: the page says where it stands
    if sentence := correct_sentence(registration, at):
        return _not_here(request, registration, "Kirim perbaikan", sentence)
    form = FixForm(registration, asked, request.POST)
    if not form.is_valid():
        return _page(request, registration, form)
    stands = Person.of(registration)
    try:
        person = form.mended(stands)
        mended = requests.mend(registration, person, actor=DELEGATE, at=at, seen=stands, nik=form.new_nik)
    except Overtaken:
        return _fix(request, with_code.first(registration.code) or registration)
    except Refusal as refusal:
        return _not_here(request, registration, "Kirim perbaikan", str(refusal))
    return _mended(request, registration, mended)


@own
def withdraw(request: HttpRequest, registration: Registration) -> HttpResponse:
    """At once with a way back for a quarter of an hour; after the window or the freeze as a request."""
    at = timezone.now()
    if registration.status not in ACTIVE:
        return redirect(registration)
    if sentence := withdraw_sentence(registration, at):
        return _not_here(request, registration, "Batalkan pendaftaran", sentence)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    asks = withdraws_by_asking(registration, at)
    if form.is_valid() and asks == ("asks" in request.POST):
        reason = form.cleaned_data["reason"] or plan_changes.withdraw_reason(registration)
        key = form.cleaned_data["key"]
        try:
            if asks:
                requests.ask_to_cancel(registration, actor=DELEGATE, at=at, reason=reason, key=key)
                messages.success(request, "Permintaan pembatalan sudah kami terima. Panitia memutuskannya.")
            else:
                writer.move(registration, Action.WITHDRAW, actor=DELEGATE, at=at, reason=reason)
        except (Refusal, NotAllowed) as refusal:
            return _not_here(request, registration, "Batalkan pendaftaran", str(refusal))
        return redirect(registration)
    context = {
        "registration": registration,
        "form": form,
        "asks": asks,
        "has_moved": request.method == "POST" and form.is_valid(),  # closed or frozen since the page was shown
        "told": own_words.withdrawing(registration, at),
    }
    return render(request, "registration/withdraw.html", context)


@own
def undo_withdrawal(request: HttpRequest, registration: Registration) -> HttpResponse:
    if request.method == "POST":
        try:
            writer.undo_withdrawal(registration, actor=DELEGATE, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Pembatalan diurungkan. Pendaftaran Anda berlaku lagi.")
    return redirect(registration)


@login_not_required
def take_back(request: HttpRequest, code: str, key: uuid.UUID) -> HttpResponse:
    """What one asked for is asked for no more."""
    return _take_back(key)(request, code)


def _take_back(key: uuid.UUID) -> Callable[..., HttpResponse]:
    @own
    def taken(request: HttpRequest, registration: Registration) -> HttpResponse:
        mine = registration.requests.filter(pk=key, role=Role.DELEGATE).first()
        if mine is None:
            raise Http404
        if request.method == "POST":
            try:
                requests.take_back(mine, at=timezone.now())
            except RequestGone as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, "Permintaan ditarik. Tidak ada yang berubah.")
        return redirect(registration)

    return taken


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
    version = PRIVACY_VERSION if "privacy" in form.fields else ""
    given = changes.agree(registration, form.agreed(), actor=DELEGATE, at=timezone.now(), privacy_version=version)
    if given or version:
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
        "mending_link": own_page.mending_link(registration) if registration.status in ACTIVE else "",
    }
    return render(request, "registration/not_here.html", context)
