"""Everything that can be printed: the gallery, the choices of one paper, its picture, the paper itself."""

from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan
from pelatihan.models.office import office
from pelatihan.papers import catalogue, remembered, returning
from pelatihan.papers.catalogue import Desk
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.engine import RETRY_SECONDS, LetterMissing, QueueFull, TooLong, TypesettingFailed
from pelatihan.papers.forms import SheetChoices
from pelatihan.papers.making import make
from pelatihan.papers.offered import Offered, When
from pelatihan.papers.offers import BY_KEY, OFFERS
from pelatihan.papers.out_of_date import report_of as prints_of
from pelatihan.papers.pictures import NoPicture, picture_of
from pelatihan.papers.remembered import Remembered
from pelatihan.web import errors

FIRST = "daftar-hadir"  # the paper that is needed several times a day has its choices on the gallery itself


@require_safe
@of_batch(access.PRINT, "letterhead")
def gallery(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """What is needed today, and every paper in its group, each as it was chosen last."""
    desk, offers = desk_of(request, angkatan, remembered.known_of(angkatan)), OFFERS
    desk = replace(desk, printed=catalogue.last_prints(angkatan))
    figures = catalogue.figures_of(angkatan)
    shelves = catalogue.shelves(desk, offers, figures["people"])
    first = _first(desk, offers)
    cards = [card for shelf in shelves for card in shelf.cards]
    needed = [
        card
        for card in cards
        if card.name == card.offer.name
        and catalogue.is_needed(card.offer, angkatan, desk.at)
        and not (first and card.offer.key == first.key)
    ]
    context: dict[str, object] = figures | {
        "angkatan": angkatan, "tab": "print", "sessions": desk.sessions, "shelves": shelves, "needed": needed,
        "time": catalogue.time_words(angkatan, desk.at), "stale": prints_of(angkatan, desk.sessions).stale,
        "day": desk.soon.day if desk.soon else None, "sheets_owed": returning.number_owed(angkatan, desk.at),
    }  # fmt: skip
    if first:
        context |= _choosing(desk, first, catalogue.first_choice(desk, first), figures["people"])
    return render(request, "papers/gallery.html", context)


def _first(desk: Desk, offers: tuple[Offered, ...]) -> Offered | None:
    """The paper whose choices stand on the gallery: on the days of the training, while sessions are to come."""
    is_day = catalogue.time_of(desk.angkatan, desk.at) == When.DAY
    return next((one for one in offers if one.key == FIRST), None) if is_day and desk.soon else None


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The choices of one paper, with a large picture. What the form sends is remembered for the batch, then printed."""
    offer, angkatan = _found(request, slug, key)
    desk = desk_of(request, angkatan, remembered.known_of(angkatan))
    if request.method != "POST":
        form = desk.form(offer, request.GET.dict(), named=True) if request.GET else catalogue.first_choice(desk, offer)
        return _choices_page(request, desk, offer, form, 200 if form.is_valid() else 400)
    if request.POST.get("lalu") == "biasa":
        return _forgotten(request, desk, offer)
    form = desk.form(offer, request.POST.dict(), named=True)
    if not form.is_valid():
        return _choices_page(request, desk, offer, form, 400)
    return _chosen(request, desk, offer, form)


def _chosen(request: HttpRequest, desk: Desk, offer: Offered, form: SheetChoices) -> HttpResponseRedirect:
    """Remembered, then to where the button says: to the paper, or back to its choices."""
    then, sent = request.POST.get("lalu"), {name: str(value) for name, value in request.POST.items()}
    tail = catalogue.query_of(catalogue.choices_of(form, offer))
    try:
        if then == "semua":
            remembered.apply_to_all(desk.angkatan, OFFERS, sent, by=desk.by, at=desk.at)
        remembered.remember(desk.angkatan, offer, sent, by=desk.by, at=desk.at)
    except remembered.ChoicesShut as refusal:
        if then in {"semua", "ingat"}:
            messages.warning(request, str(refusal))
    else:
        if then == "semua":
            messages.success(request, "Kertas, urutan, dan cetak bolak-balik kini sama untuk semua lembar.")
        elif then == "ingat":
            messages.success(request, f"Pilihan {offer.name} diingat untuk angkatan ini.")
    if then == "semua":
        return redirect("print", desk.angkatan.slug)
    if then == "ingat":
        return redirect("paper_choices", desk.angkatan.slug, offer.key)
    return HttpResponseRedirect(reverse("paper", args=[desk.angkatan.slug, offer.key]) + tail)


def _forgotten(request: HttpRequest, desk: Desk, offer: Offered) -> HttpResponse:
    try:
        if remembered.forget(desk.angkatan, offer):
            messages.success(request, f"Pilihan {offer.name} kembali ke yang biasa.")
    except remembered.ChoicesShut as refusal:
        messages.warning(request, str(refusal))
    return redirect("paper_choices", desk.angkatan.slug, offer.key)


@require_safe
def picture(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Page one as PNG, of what would be printed now. It names people, so no browser keeps it."""
    offer, angkatan = _found(request, slug, key)
    desk = desk_of(request, angkatan)
    form = desk.form(offer, request.GET.dict())
    width = catalogue.LARGE_PICTURE if request.GET.get("besar") else catalogue.PICTURE
    try:
        png = picture_of(offer, desk.asked(catalogue.choices_of(form, offer)), width)
    except NoPicture as none:
        return HttpResponse(status=429 if none.again else 404, headers={"Retry-After": "2"} if none.again else {})
    return HttpResponse(png, content_type="image/png")


@require_safe
def paper(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One of the papers as PDF, or why there is none; what cannot be read comes back to its page of choices, with what
    to mend."""
    offer, angkatan = _found(request, slug, key)
    if is_prefetch(request):
        return HttpResponse(status=503)  # nothing is printed before somebody asks for it
    desk = desk_of(request, angkatan)
    form = desk.form(offer, request.GET.dict())
    if not form.is_valid():
        form = desk.form(offer, request.GET.dict(), named=True)
        return _choices_page(request, desk, offer, form, 400)
    asked = desk.asked(catalogue.choices_of(form, offer))
    try:
        if request.method == "HEAD":  # whoever only looks whether it is there prints nothing
            offer.check(asked)
            return inline(b"", offer.file_name(asked))
        made = make(offer, asked)
    except NothingToPrint as refusal:
        context = {
            "angkatan": angkatan, "refusal": refusal, "way": catalogue.way_to(desk, offer),
            "by_session": "sesi" in offer.fields,
        }  # fmt: skip
        return render(request, "papers/nothing.html", context, status=404)
    except (TooLong, LetterMissing) as refusal:
        return _to_mend(request, desk, offer, form, refusal)
    except (QueueFull, TypesettingFailed) as refusal:
        return _not_now(request, angkatan, refusal)
    return inline(made.pdf, made.printing.file_name)


def is_prefetch(request: HttpRequest) -> bool:
    """Whether a browser only guesses that somebody will want it."""
    told = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in words for words in told)


def _found(request: HttpRequest, slug: str, key: str) -> tuple[Offered, Angkatan]:
    """The paper and the batch that an address names."""
    offer = BY_KEY.get(key)
    if offer is None:
        raise Http404
    access.check(request.user, offer.permission)
    return offer, get_object_or_404(Angkatan.objects.select_related("letterhead"), slug=slug)


def desk_of(request: HttpRequest, angkatan: Angkatan, known: dict[str, Remembered] | None = None) -> Desk:
    """Who looks at the papers of this batch, and when.

    :param known: what was remembered of its papers, where the address does not say all of it
    """
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    user = cast(User, request.user)  # private pages let nobody else in
    return Desk(angkatan, sessions, office(), user, timezone.now(), known or {})


# ---- Answers -------------------------------------------------------------------------------------


def _choosing(desk: Desk, offer: Offered, form: SheetChoices, people: int) -> dict[str, object]:
    """What the form of a paper's choices shows."""
    choices = catalogue.choices_of(form, offer)
    asked, tail = desk.asked(choices), catalogue.query_of(choices)
    known = desk.remembered.get(offer.key)
    lies = offer.lies or any(
        look.lies and all(form.data.get(name) == value for name, value in look.sent.items()) for look in offer.also
    )
    return {
        "offer": offer,
        "form": form,
        "occasion": catalogue.occasion(desk.soon, desk.at) if "sesi" in offer.fields else offer.group.value,
        "about": offer.about(asked, people) if offer.about else choices.size.name,
        "picture": catalogue.picture_address(desk.angkatan, offer, (tail or "?") + "&besar=1"),
        "picture_size": catalogue.picture_size(choices.size, catalogue.LARGE_PICTURE, lies=lies),
        "thumb": catalogue.thumb_of(choices, lies=lies),
        "known": known,
        "way": catalogue.way_to(desk, offer),
        "refusal": catalogue.refusal_of(offer, asked),
    }


def _choices_page(
    request: HttpRequest, desk: Desk, offer: Offered, form: SheetChoices, status: int = 200, *, can_wait: bool = False
) -> HttpResponse:
    figures = catalogue.figures_of(desk.angkatan)
    context: dict[str, object] = figures | {"angkatan": desk.angkatan, "tab": "print", "can_wait": can_wait}
    context |= _choosing(desk, offer, form, figures["people"])
    return render(request, "papers/choices.html", context, status=status)


def _to_mend(
    request: HttpRequest, desk: Desk, offer: Offered, form: SheetChoices, refusal: TooLong | LetterMissing
) -> HttpResponse:
    """The page of choices again, which are not wrong but too many, or something on the paper has to be rewritten."""
    too_long = isinstance(refusal, TooLong)
    if errors.wants_json(request):
        return errors.answer(request, 400, "too_long" if too_long else "letter_missing", str(refusal))
    form.add_error(None, str(refusal))
    return _choices_page(request, desk, offer, form, 400, can_wait=too_long and offer.split is not None)


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


def inline(pdf: bytes, name: str) -> HttpResponse:
    shown = content_disposition_header(False, name)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": shown})
