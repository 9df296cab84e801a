"""The delegate's own certificate, from the own page."""

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from pelatihan.certificates.standing import given_of
from pelatihan.models import Angkatan, Certificate, Registration
from pelatihan.models.office import office
from pelatihan.papers import certificate as paper
from pelatihan.papers.engine import RETRY_SECONDS, LetterMissing, Print, QueueFull, TypesettingFailed
from pelatihan.registration.pages.own.pages import own
from pelatihan.web import errors
from pelatihan.web.limits import HOUR, Limit, TooMany

PRINTS = Limit("own-certificate", 30, HOUR)  # each takes a place in the queue of the office's papers
TOO_OFTEN = "Sertifikat ini sudah sering diunduh dalam satu jam ini."


@own
def own_certificate(request: HttpRequest, registration: Registration) -> HttpResponse:
    """As PDF, while it holds."""
    rows = Certificate.objects.in_force().filter(registration=registration)
    given = given_of(rows).get(registration.pk)
    if given is None:
        raise Http404
    if not (tally := PRINTS.take(str(registration.pk))).passes:
        raise TooMany((tally.until - timezone.now()).total_seconds(), TOO_OFTEN)
    angkatan = Angkatan.objects.select_related("letterhead").get(pk=registration.angkatan_id)
    try:
        with Print() as place:
            made = paper.certificate_paper(angkatan, [given], office())
            if not connection.in_atomic_block:
                connection.close()  # none is held while waiting there
            pdf = place.render(made.template, made)
    except (LetterMissing, QueueFull, TypesettingFailed):
        response = errors.answer(request, 503, "unavailable", template="preparing/own_certificate_later.html")
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    name = paper.file_name(given.certificate.number)
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
