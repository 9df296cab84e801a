"""STAND-IN, to be removed when branches are merged: the page of long acts (``admin:job``) is built elsewhere."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from pelatihan.models import Job


def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """On to the result once it is there; how far it is until then."""
    found = get_object_or_404(Job, pk=pk, author=request.user.pk)
    if not found.is_open and found.shown_at:
        return redirect(found.shown_at)
    return TemplateResponse(request, "admin/job_stand_in.html", {"job": found, "title": found.title})
