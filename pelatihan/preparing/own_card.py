"""A participant's own card as a PDF of one small page, opened as the own page is: by this browser alone."""

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from pelatihan.models import Registration
from pelatihan.models.office import office
from pelatihan.papers.badge import own_badge
from pelatihan.papers.engine import RETRY_SECONDS, LetterMissing, Print, QueueFull, TypesettingFailed
from pelatihan.registration.pages.own.page import has_card
from pelatihan.registration.pages.own.pages import own
from pelatihan.web import errors, limits
from pelatihan.web.limits import HOUR, Limit, TooMany

MINE = Limit("own-card", 20, HOUR)  # of one person
EVERYBODY = Limit("own-card-site", 60, 60)  # the office prints by the same queue: a card takes 0.2 s of CPU


@own
def own_card(request: HttpRequest, registration: Registration) -> HttpResponse:
    if not has_card(registration, timezone.now()):
        raise Http404
    _count(registration)
    try:
        with Print() as place:
            card = own_badge(registration, office(), timezone.now())
            if not connection.in_atomic_block:
                connection.close()  # none is held while waiting there
            pdf = place.render(card.template, card)
    except (QueueFull, TypesettingFailed, LetterMissing) as refusal:
        return _not_now(request, registration, refusal)
    name = content_disposition_header(False, f"kartu-{registration.angkatan.slug}.pdf")
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


def _count(registration: Registration) -> None:
    """
    :raises TooMany: this person, or everybody together, asked too often
    """
    tallies = limits.take([(MINE, registration.code), (EVERYBODY, "")])
    if ends := [tally.until for tally in tallies if not tally.passes]:
        raise TooMany((max(ends) - timezone.now()).total_seconds(), "Kartu ini sedang terlalu sering diminta.")


def _not_now(
    request: HttpRequest, registration: Registration, refusal: QueueFull | TypesettingFailed | LetterMissing
) -> HttpResponse:
    """Why there is no card, and whether it is worth trying again; the code on the own page does as well."""
    again = isinstance(refusal, QueueFull) or getattr(refusal, "may_pass", False)
    status, code = (503, "busy") if again else (500, "server_error")
    response = errors.answer(
        request, status, code, "Kartu Anda belum dapat dibuat.", template="preparing/own_card_not_now.html",
        registration=registration, again=again,
    )  # fmt: skip
    if again:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response
