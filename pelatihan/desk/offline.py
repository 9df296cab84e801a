"""What keeps the desk's page on the device."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse


@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    raise Http404
