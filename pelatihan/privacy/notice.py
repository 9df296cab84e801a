"""How data is handled, in words for the people concerned."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pelatihan.models.office import office
from pelatihan.retention import PRIVACY_VERSION, RETENTION


@login_not_required
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    context = {"office": office(), "version": PRIVACY_VERSION, "retention": RETENTION}
    return render(request, "privacy/notice.html", context)
