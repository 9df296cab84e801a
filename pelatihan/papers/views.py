"""Everything that can be printed."""

from dataclasses import replace

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance.sessions import next_session
from pelatihan.models import Angkatan, Session
from pelatihan.models.office import office
from pelatihan.papers import catalogue
from pelatihan.papers.choices import Choices, NothingToPrint
from pelatihan.papers.engine import RETRY_SECONDS, LetterMissing, QueueFull, TooLong, TypesettingFailed
from pelatihan.papers.forms import EVERY_SESSION, SheetChoices
from pelatihan.papers.making import make
from pelatihan.papers.offered import Asked
from pelatihan.papers.offers import BY_KEY
from pelatihan.papers.out_of_date import report_of as prints_of
from pelatihan.web import errors


@require_safe
@of_batch(access.PRINT, "letterhead")
def gallery(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The papers with their choices, the sheet needed next chosen beforehand; ``?kertas=a4`` and the like as chosen."""
    sessions = _sessions(angkatan)
    soon = next_session(sessions, timezone.now())
    first = {"sesi": str(soon.pk) if soon else EVERY_SESSION, "cap": "1"}
    form = _form(request, sessions, request.GET.dict() or first)
    return _gallery(request, angkatan, form, status=200 if form.is_valid() else 400)


@require_safe
def paper(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One of the papers as PDF, or why there is none; what cannot be read comes back to the page of choices, with what
    to mend."""
    offer = BY_KEY.get(key)
    if offer is None:
        raise Http404
    if is_prefetch(request):
        return HttpResponse(status=503)  # a browser that guesses what will be wanted prints nothing
    access.check(request.user, offer.permission)
    angkatan = get_object_or_404(Angkatan.objects.select_related("letterhead"), slug=slug)
    form = _form(request, _sessions(angkatan), request.GET.dict())
    if not form.is_valid():
        return _gallery(request, angkatan, form, status=400)
    assert isinstance(request.user, User)  # private pages let nobody else in
    choices = form.choices()
    if choices.size not in offer.sizes:
        choices = replace(choices, size=offer.sizes[0])
    asked = Asked(angkatan, form.sessions, choices, office(), timezone.now(), request.user)
    try:
        if request.method == "HEAD":  # whoever only looks whether it is there prints nothing
            offer.check(asked)
            return inline(b"", offer.file_name(asked))
        made = make(offer, asked)
    except NothingToPrint as refusal:
        return render(request, "papers/nothing.html", {"angkatan": angkatan, "refusal": refusal}, status=404)
    except (TooLong, LetterMissing) as refusal:
        return _to_mend(request, angkatan, form, refusal)
    except (QueueFull, TypesettingFailed) as refusal:
        return _not_now(request, angkatan, refusal)
    return inline(made.pdf, made.printing.file_name)


def is_prefetch(request: HttpRequest) -> bool:
    """Whether nobody has asked for it yet."""
    said = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return any("prefetch" in word or "preview" in word for word in said)


def _form(request: HttpRequest, sessions: list[Session], sent: dict[str, str]) -> SheetChoices:
    return SheetChoices(sessions, sent, shows_phones=access.has(request.user, access.CONTACT))


def _to_mend(
    request: HttpRequest, angkatan: Angkatan, form: SheetChoices, refusal: TooLong | LetterMissing
) -> HttpResponse:
    """The page of choices again, which are not wrong but too many, or something on the paper has to be rewritten."""
    if errors.wants_json(request):
        code = "too_long" if isinstance(refusal, TooLong) else "letter_missing"
        return errors.answer(request, 400, code, str(refusal))
    form.add_error(None, str(refusal))
    return _gallery(request, angkatan, form, status=400)


def _not_now(request: HttpRequest, angkatan: Angkatan, refusal: QueueFull | TypesettingFailed) -> HttpResponse:
    """Why there is no PDF, and whether it is worth trying again."""
    busy = isinstance(refusal, QueueFull)
    again = isinstance(refusal, QueueFull) or refusal.may_pass
    status, code = (503, "busy") if again else (500, "server_error")
    response = errors.answer(
        request, status, code, str(refusal), template="papers/not_now.html", angkatan=angkatan, busy=busy, again=again
    )
    if again:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _sessions(angkatan: Angkatan) -> list[Session]:
    """Those of the batch that take attendance."""
    return list(angkatan.sessions.taking_attendance().in_time_order())


def _gallery(request: HttpRequest, angkatan: Angkatan, form: SheetChoices, status: int = 200) -> HttpResponse:
    choices = form.choices() if form.is_valid() else Choices(stamp=True)
    context = {"angkatan": angkatan, "tab": "print", "form": form}
    context |= catalogue.offer(angkatan, form.sessions, choices, timezone.now())
    context["stale"] = prints_of(angkatan, form.sessions).stale
    return render(request, "papers/gallery.html", context, status=status)


def inline(pdf: bytes, name: str) -> HttpResponse:
    shown = content_disposition_header(False, name)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": shown})
