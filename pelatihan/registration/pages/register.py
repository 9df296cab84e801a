"""Registering for a batch, and finding one's own page by its code."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pelatihan import codes
from pelatihan.accounts.actor import DELEGATE
from pelatihan.models import Angkatan, Registration
from pelatihan.models.angkatan import AngkatanQuerySet
from pelatihan.models.compiled import Compiled
from pelatihan.phases import closed_sentence, standing
from pelatihan.registration import networks, often, writer
from pelatihan.registration.often import TooOften
from pelatihan.registration.pages import blank_form
from pelatihan.registration.pages.forms import CodeForm, RegisterForm
from pelatihan.registration.pages.own.remembered import pages, remember
from pelatihan.registration.pages.proof import EXPIRED, is_expired
from pelatihan.registration.plan_changes import shown
from pelatihan.registration.refusals import AlreadyRegistered, NotOpenNow, Refusal
from pelatihan.web import errors


def _batches() -> AngkatanQuerySet:
    return Angkatan.objects.published().with_seats_held().select_related("plan_change")


_published = Compiled(lambda slug: _batches().filter(slug=slug), str)


@login_not_required
@csrf_exempt  # checked below, so that an expired page keeps what was typed
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    angkatan = _published.first(slug)
    if angkatan is None:
        raise Http404
    at = timezone.now()
    is_closed = bool(closed_sentence(angkatan, at))
    if request.method != "POST":
        return (
            _closed(request, angkatan, at)
            if is_closed
            else _open(request, RegisterForm(angkatan, ormas=request.GET.get("ormas", "")), at)
        )
    form, is_old = RegisterForm(angkatan, request.POST), is_expired(request)
    if is_closed and (is_old or not form.is_valid()):
        return _closed(request, angkatan, at)  # a whole form may have been taken before closing: the writer knows
    if is_old:
        return _again(request, form, at, EXPIRED, status=403)
    if not form.is_valid():
        return _again(request, form, at)
    try:
        often.count(often.registering(request, angkatan, form.cleaned_data["ormas"], form.cleaned_data["phone"]))
    except TooOften as refusal:
        return _too_often(request, form, at, refusal)
    return _submit(request, form, at)


def _closed(request: HttpRequest, angkatan: Angkatan, at: datetime) -> HttpResponse:
    now = standing(angkatan, angkatan.held, at=at)
    context = {"angkatan": angkatan, "standing": now, "plan": shown(angkatan, at)}
    return render(request, "registration/closed.html", context)


def _open(
    request: HttpRequest, form: RegisterForm, at: datetime, *, own: Sequence[Registration] = (), status: int = 200
) -> HttpResponse:
    now = standing(form.angkatan, form.angkatan.held, at=at)
    context = {"angkatan": form.angkatan, "standing": now, "form": form, "own": own}
    if not form.is_bound and not form.is_ormas_given:
        context["blank"] = blank_form.drawn(request, form, now)
    return render(request, "registration/register.html", context, status=status)


def _again(
    request: HttpRequest,
    form: RegisterForm,
    at: datetime,
    sentence: str = "",
    *,
    own: Sequence[Registration] = (),
    status: int = 200,
) -> HttpResponse:
    """The form as it was sent, with what to mend above it."""
    if sentence:
        form.add_error(None, sentence)
    answer = _open(request, form, at, own=own, status=status)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _too_often(request: HttpRequest, form: RegisterForm, at: datetime, refusal: TooOften) -> HttpResponse:
    if errors.wants_json(request):
        raise refusal  # answered as programs read it
    form.add_error(refusal.field, refusal.reason)
    return errors.not_yet(_again(request, form, at), refusal.seconds)


def _submit(request: HttpRequest, form: RegisterForm, at: datetime) -> HttpResponse:
    wish = form.application(networks.network_of(request, form.angkatan))
    try:
        registration = writer.register(form.angkatan, wish, actor=DELEGATE, at=at)
    except NotOpenNow:
        form.angkatan.refresh_from_db()  # closed since it was read
        return _closed(request, form.angkatan, at)
    except AlreadyRegistered as refusal:
        own = [each for each in pages(request) if each.angkatan_id == form.angkatan.pk]
        return _again(request, form, at, str(refusal), own=own)
    except Refusal as refusal:
        return _again(request, form, at, str(refusal))
    return remember(request, redirect(registration), registration)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("delegate", codes.display(form.cleaned_data["code"]))
    own = pages(request)
    answer = render(request, "registration/find.html", {"form": form, "own": own})
    if own:
        patch_cache_control(answer, private=True, no_store=True)  # it names somebody
    return answer
