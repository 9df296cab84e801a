"""The site with an invitation's page that holds nothing but the card of the surat tugas."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from pelatihan.models import Invitation
from pelatihan.registration.pages.invitation import letters
from pelatihan.registration.pages.invitation.letter_form import LetterForm
from pelatihan.urls import handler400, handler403, handler404, handler500
from pelatihan.urls import urlpatterns as site


def _shown(request: HttpRequest, invitation: Invitation, form: LetterForm | None = None) -> HttpResponse:
    context = {
        "letter": letters.card(invitation, form),
        "letter_address": f"/undangan/{invitation.pk}/surat-tugas/",
        "angkatan": invitation.angkatan,
    }
    return render(request, "letter_page.html", context)


@login_not_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    return _shown(request, Invitation.objects.select_related("angkatan").get(pk=pk))


@login_not_required
@letters.takes_letter
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = Invitation.objects.select_related("angkatan").get(pk=pk)
    answer = letters.receive(request, invitation, f"/undangan/{pk}/#surat-tugas")
    return _shown(request, invitation, answer) if isinstance(answer, LetterForm) else answer


urlpatterns = [path("undangan/<int:pk>/", page), path("undangan/<int:pk>/surat-tugas/", upload), *site]
__all__ = ["handler400", "handler403", "handler404", "handler500"]
