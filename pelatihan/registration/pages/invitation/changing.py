"""The contact person puts somebody right, sends somebody else, lets somebody go: at once, or as a request to staff."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from pelatihan.accounts.actor import CONTACT
from pelatihan.lifecycle import ACTIVE, Action, NotAllowed, Status
from pelatihan.models import ChangeRequest, Invitation, Registration
from pelatihan.registration import changes, eligibility, often, requests, writer
from pelatihan.registration.nik_form import OF_OTHERS
from pelatihan.registration.often import TooOften
from pelatihan.registration.pages.invitation import page as invitation_page
from pelatihan.registration.pages.invitation import words
from pelatihan.registration.pages.invitation.door import address, invited, not_here, one_of, stopped
from pelatihan.registration.pages.invitation.forms import MendForm, ReasonForm, ReplaceForm
from pelatihan.registration.refusals import AlreadyRegistered, Overtaken, Refusal
from pelatihan.web import errors
from pelatihan.web.seen import NOTHING_CHANGED

STILL_TO_FIX = "Betulkan isian yang diminta, lalu kirim lagi. Bila datanya sudah benar, hubungi panitia."
NOW_ASKS = "Sementara Anda mengisi, perubahan menjadi permintaan kepada panitia. Periksa, lalu kirim lagi."
NOW_AT_ONCE = "Sementara Anda mengisi, perubahan dapat langsung berlaku lagi. Periksa, lalu kirim lagi."
NAMED_ALREADY = (
    "Orang ini sudah terdaftar dari ormas Anda: nama dan nomor HP-nya sama. Tulis orang lain, atau pilih cadangan."
)
ASKED = "Permintaan terkirim, dan menunggu keputusan panitia. Jawabannya tampil di halaman ini."


def _count(invitation: Invitation) -> None:
    """:raises TooOften: too many forms were sent by this link"""
    often.count([(often.LINK, str(invitation.pk))])


def _too_often(form: forms.Form, refusal: TooOften, draw: Callable[[], HttpResponse]) -> HttpResponse:
    form.add_error(None, refusal.reason)
    return errors.not_yet(draw(), refusal.seconds)


# ---- Putting right -------------------------------------------------------------------------------


@invited
def correct(request: HttpRequest, invitation: Invitation, ref: UUID) -> HttpResponse:
    return _correct(request, invitation, ref)


def _correct(request: HttpRequest, invitation: Invitation, ref: UUID) -> HttpResponse:
    at, one = timezone.now(), one_of(invitation, ref)
    if sentence := stopped(invitation) or eligibility.correct_sentence(one, at):
        return not_here(request, invitation, "Betulkan data", sentence)
    form = MendForm(one, at, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _draw_correct(request, invitation, one, form)
    try:
        _count(invitation)
        mended = requests.mend(
            one, form.mended(form.stands), actor=CONTACT, at=at, seen=form.stands, key=form.key_shown
        )  # fmt: skip
    except TooOften as refusal:
        return _too_often(form, refusal, lambda: _draw_correct(request, invitation, one, form))
    except Overtaken:  # between reading and writing; read anew, the form says where
        return _correct(request, invitation, ref)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _draw_correct(request, invitation, one, form)
    _tell_mended(request, one, mended)
    return redirect(address("invitation", invitation))


def _draw_correct(request: HttpRequest, invitation: Invitation, one: Registration, form: MendForm) -> HttpResponse:
    waiting = one.requests.filter(kind=ChangeRequest.Kind.CORRECT, state=ChangeRequest.State.WAITING).first()
    context = {
        "form": form,
        "registration": one,
        "note": invitation_page.clerks_note(one),
        "waiting": invitation_page.asked_of(waiting, one) if waiting else None,
    }
    return _page(request, invitation, "correct", context)


def _tell_mended(request: HttpRequest, one: Registration, mended: requests.Mended) -> None:
    if mended.corrections:
        messages.success(request, f"Data {one.name} sudah disimpan.")
    if mended.request:
        labels = ", ".join(label.lower() for label, _, _ in invitation_page.asked_of(mended.request, one).pairs)
        messages.success(request, f"{ASKED} Sampai diputuskan, data lama yang dipakai ({labels}).")
    if not mended.corrections and not mended.request:
        is_owed = one.status == Status.NEEDS_FIX
        messages.info(request, f"{NOTHING_CHANGED} {STILL_TO_FIX}" if is_owed else NOTHING_CHANGED)


# ---- Sending somebody else -----------------------------------------------------------------------


@invited
def replace(request: HttpRequest, invitation: Invitation, ref: UUID) -> HttpResponse:
    at, reserves = (
        timezone.now(),
        _reserves(invitation),
    )  # first: whoever moves up meanwhile was one of them
    one = one_of(invitation, ref)
    asks = eligibility.replaces_by_asking(one, at)
    data = request.POST if request.method == "POST" else None
    form = ReplaceForm(data, asks=asks, reserves=reserves)
    if one.angkatan.asks_nik and not asks:  # a request keeps none: who comes writes it on the own page
        form.ask_nik(required=False, help_text=OF_OTHERS)
    sentence = stopped(invitation) or eligibility.replace_sentence(one, at)
    if sentence and _was_done(one, form):
        return redirect(address("invitation", invitation))
    if sentence:
        return not_here(request, invitation, "Ganti utusan", sentence)

    def draw() -> HttpResponse:
        context = {"form": form, "registration": one, "asks": asks}
        return _page(request, invitation, "replace", context)

    if not form.is_valid() or _is_other_way(form, asks):
        return draw()
    try:
        _count(invitation)
        told = _replace(one, form, at, asks=asks)
    except TooOften as refusal:
        return _too_often(form, refusal, draw)
    except AlreadyRegistered:  # its sentence is for the person
        form.add_error("name", NAMED_ALREADY)
        return draw()
    except (Refusal, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
        return draw()
    messages.success(request, told)
    return redirect(address("invitation", invitation))


def _reserves(invitation: Invitation) -> list[Registration]:
    waiting = Registration.objects.filter(
        angkatan=invitation.angkatan_id, ormas=invitation.ormas_id, status=Status.WAITLISTED
    )
    return list(waiting.order_by("queue_number", "pk"))


def _was_done(one: Registration, form: ReplaceForm) -> bool:
    """Whether this very form has replaced the person already: sent twice it is answered alike."""
    comes: Registration | None = getattr(one, "replaced_by", None)  # nobody, when they have replaced another since
    if not form.is_bound or one.status != Status.REPLACED or comes is None:
        return False
    if form.data.get("comes") == str(comes.ref):
        return True
    return form.is_valid() and form.reserve is None and form.application(one).token == comes.submission_token


def _replace(one: Registration, form: ReplaceForm, at: datetime, *, asks: bool) -> str:
    """Do it, or ask for it; what to say."""
    reserve, goes = form.reserve, one.full_name
    if asks:
        comes = reserve or form.person()
        requests.ask_to_replace(one, comes, actor=CONTACT, at=at, reason=form.reason, key=form.key_shown)
        return f"{ASKED} Sampai diputuskan, {goes} tetap tercatat dan kodenya tetap berlaku."
    if reserve:
        new = changes.replace_by_reserve(one, reserve, actor=CONTACT, at=at, reason=form.reason)
    else:
        new = changes.replace(one, form.application(one), actor=CONTACT, at=at, reason=form.reason)
    return f"{new.full_name} menggantikan {goes}. Sekarang kirim kodenya kepada {new.name}."


def _is_other_way(form: ReasonForm, asks: bool) -> bool:
    """Whether the page said that it would be done at once, and now it is a request, or the other way round."""
    if form.said_that_it_asks == asks:
        return False
    form.add_error(None, NOW_ASKS if asks else NOW_AT_ONCE)
    form.data = dict(form.data.items()) | {"asks": "ya" if asks else ""}
    return True


# ---- Letting go ----------------------------------------------------------------------------------


@invited
def withdraw(request: HttpRequest, invitation: Invitation, ref: UUID) -> HttpResponse:
    at, one = timezone.now(), one_of(invitation, ref)
    home = address("invitation", invitation)
    if one.status not in ACTIVE:
        return redirect(home)  # pressed twice, or done by somebody else: the page says where it stands
    if sentence := stopped(invitation) or eligibility.withdraw_sentence(one, at):
        return not_here(request, invitation, "Batalkan pendaftaran", sentence)
    asks = eligibility.withdraws_by_asking(one, at)
    form = ReasonForm(request.POST if request.method == "POST" else None, asks=asks)
    if not asks:
        del form.fields["why"], form.fields["own_words"]  # nobody asks why somebody does what they may

    def draw() -> HttpResponse:
        context = {"form": form, "registration": one, "asks": asks, "told": words.withdrawing(one, at)}
        return _page(request, invitation, "withdraw", context)

    if not form.is_valid() or _is_other_way(form, asks):
        return draw()
    try:
        _count(invitation)
        _withdraw(request, one, form, at, asks=asks)
    except TooOften as refusal:
        return _too_often(form, refusal, draw)
    except (Refusal, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
        return draw()
    return redirect(home if asks else f"{home}#tidak-ikut")


def _withdraw(request: HttpRequest, one: Registration, form: ReasonForm, at: datetime, *, asks: bool) -> None:
    if asks:
        requests.ask_to_cancel(one, actor=CONTACT, at=at, reason=form.reason, key=form.key_shown)
        messages.success(request, f"{ASKED} Sampai diputuskan, {one.full_name} tetap memegang kursinya.")
    else:
        writer.move(one, Action.WITHDRAW, actor=CONTACT, at=at)
        messages.success(request, f"Pendaftaran {one.full_name} dibatalkan. Anda dapat mengurungkannya dalam 15 menit.")


def _page(request: HttpRequest, invitation: Invitation, name: str, context: dict[str, object]) -> HttpResponse:
    usual = {"invitation": invitation, "angkatan": invitation.angkatan, "home": address("invitation", invitation)}
    return render(request, f"registration/invitation/{name}.html", usual | context)
