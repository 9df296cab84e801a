"""The page of a long act: how far it is, stop it, go on with it; and the newest of one's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.jobs import running
from pelatihan.models import Job

SHOWN = 50
IDLE = timedelta(seconds=30)  # a worker looks every three seconds
NOT_YOURS = "Pekerjaan ini dimulai petugas lain. Hanya dia dan verifikator yang melihatnya."
NO_WORKER = "Belum ada pekerja yang mengambilnya. Bila lama, minta pengelola situs memeriksa layanan pekerja."
STOPPING = "Diminta berhenti; bagian yang sedang dikerjakan diselesaikan dulu."
TONES = {  # of the badge, and its icon
    Job.State.WAITING: ("submitted", "hourglass-split"),
    Job.State.RUNNING: ("excused", "clock-fill"),
    Job.State.DONE: ("accepted", "check-circle-fill"),
    Job.State.STOPPED: ("cancelled", "slash-circle"),
    Job.State.FAILED: ("rejected", "x-circle-fill"),
}


def urls(site: AdminSite) -> list[URLPattern]:
    """``admin:job`` is where whoever has started one is led."""

    def at(address: str, view: Any, name: str) -> URLPattern:
        def bound(request: HttpRequest, **named: Any) -> HttpResponse:
            answer: HttpResponse = view(site, request, **named)
            return answer

        return path(address, site.admin_view(bound), name=name)

    return [
        at("pekerjaan/", newest, "jobs"),
        at("pekerjaan/<uuid:pk>/", page, "job"),
        at("pekerjaan/<uuid:pk>/keadaan.json", state, "job_state"),
        at("pekerjaan/<uuid:pk>/berhenti/", stop, "job_stop"),
        at("pekerjaan/<uuid:pk>/lanjut/", go_on, "job_resume"),
    ]


@dataclass(frozen=True)
class Shown:
    """A job as the page tells it."""

    job: Job
    at: datetime

    @property
    def tone(self) -> str:
        return TONES[Job.State(self.job.state)][0]

    @property
    def icon(self) -> str:
        return TONES[Job.State(self.job.state)][1]

    @property
    def figures(self) -> str:
        job = self.job
        return f"{dates.thousands(job.done)} dari {dates.thousands(job.total)} ({job.percent} %)"

    @property
    def note(self) -> str:
        """What there is to know besides."""
        job = self.job
        if job.is_open and job.stop_asked_at:
            return STOPPING
        if job.state == Job.State.WAITING and self.at > job.created_at + IDLE:
            return NO_WORKER
        return job.why

    @property
    def result(self) -> str:
        """The page of the result, an address of this site."""
        address = self.job.shown_at
        is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
        return address if is_ours else ""

    @property
    def can_stop(self) -> bool:
        return self.job.is_open and self.job.stop_asked_at is None

    @property
    def can_go_on(self) -> bool:
        return self.job.state in {Job.State.STOPPED, Job.State.FAILED} and self.job.done < self.job.total


def _found(request: HttpRequest, pk: UUID) -> Job:
    """Seen by whoever started it, and by those who decide."""
    job = get_object_or_404(Job.objects.select_related("author", "stop_asked_by"), pk=pk)
    if job.author_id != request.user.pk and not access.has(request.user, access.DECIDE):
        raise PermissionDenied(NOT_YOURS)
    return job


def page(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    shown = Shown(_found(request, pk), timezone.now())
    context = {**site.each_context(request), "title": shown.job.title, "shown": shown, "job": shown.job}
    return TemplateResponse(request, "admin/jobs/page.html", context)


def state(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the page's script asks every few seconds."""
    shown = Shown(_found(request, pk), timezone.now())
    return JsonResponse(
        {
            "state": shown.job.state, "is_open": shown.job.is_open, "word": shown.job.get_state_display(),
            "done": shown.job.done, "total": shown.job.total, "figures": shown.figures, "note": shown.note,
        }
    )  # fmt: skip


def stop(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _found(request, pk)
    if request.method == "POST":
        if job.is_open:
            running.stop(job, author=cast(User, request.user), at=timezone.now())
        else:
            messages.info(request, f"Pekerjaan ini sudah berakhir: {job.get_state_display().lower()}.")
    return redirect("admin:job", pk)


def go_on(site: AdminSite, request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _found(request, pk)
    if request.method == "POST" and not running.resume(job):
        messages.info(request, f"Tidak ada yang perlu dilanjutkan: {job.get_state_display().lower()}.")
    return redirect("admin:job", pk)


def newest(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """One's own, the newest first."""
    jobs = Job.objects.filter(author=request.user.pk).order_by("-created_at", "pk")[:SHOWN]
    at = timezone.now()
    context = {**site.each_context(request), "title": "Pekerjaan Anda", "jobs": [Shown(job, at) for job in jobs]}
    return TemplateResponse(request, "admin/jobs/newest.html", context)
