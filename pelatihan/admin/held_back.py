"""Registrations that wait without a seat because many came from one place: seen together, let in or refused at once."""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.admin import deciding, many
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import decisions, networks, writer
from pelatihan.registration.refusals import Refusal

CHANGE = "admin:pelatihan_registration_change"
LIST = "admin:pelatihan_registration_changelist"
TITLE = "Perlu dilihat: banyak dari satu tempat"


class HeldBackFilter(SimpleListFilter):
    """Only those held back, one place after the other."""

    title = "perlu dilihat"
    parameter_name = "dilihat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("ya", TITLE)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_held_back=True) if self.value() == "ya" else queryset


def order(request: HttpRequest) -> list[str] | None:
    """One place after the other, in order of arrival, while the filter is on."""
    return ["network", "pk"] if request.GET.get("dilihat") == "ya" else None


@dataclass(frozen=True)
class Place:
    """One place of the panel above the list."""

    crowd: networks.Crowd
    title: str
    note: str


def places(angkatan: Angkatan | None) -> list[Place]:
    """What the panel shows for the chosen batch."""
    found = networks.crowds(angkatan) if angkatan else []
    return [Place(crowd, f"Tempat {number}", _note(crowd)) for number, crowd in enumerate(found, start=1)]


def _note(crowd: networks.Crowd) -> str:
    told = f"{dates.thousands(crowd.count)} pendaftaran sejak {dates.long_moment(crowd.first_at)}"
    if not crowd.others:
        return told
    return f"{told}; {dates.thousands(crowd.others)} lain dari tempat ini tidak ditahan"


# ---- At once -------------------------------------------------------------------------------------


class CrowdForm(forms.Form):
    """Which of those held back are meant: of that place, up to the last one that was shown."""

    angkatan = forms.ModelChoiceField(Angkatan.objects.all(), to_field_name="slug")
    network = forms.RegexField(r"^[0-9a-f]{32}$")
    newest = forms.IntegerField(min_value=1, max_value=2**62)
    deed = forms.ChoiceField(choices=[("release", "Loloskan"), ("reject", "Tolak semua")])
    reason = forms.CharField(required=False, max_length=500)

    def meant(self) -> QuerySet[Registration]:
        """Those held back, in order of arrival. Call after ``is_valid()``."""
        batch: Angkatan = self.cleaned_data["angkatan"]
        ours = batch.registrations.held_back().filter(network=self.cleaned_data["network"])
        return ours.filter(pk__lte=self.cleaned_data["newest"]).select_related("angkatan", "ormas").order_by("pk")


def at_once(page: OfficeModelAdmin, request: HttpRequest) -> HttpResponse:
    """All of one place: let in, or refused with one reason, which is asked for on a page of its own."""
    access.check(request.user, access.DECIDE)
    form = CrowdForm(request.POST)
    if not form.is_valid():
        return redirect(LIST)
    back = f"{reverse(LIST)}?angkatan={form.cleaned_data['angkatan'].slug}&dilihat=ya"
    if form.cleaned_data["deed"] == "release":
        release(request, form.cleaned_data["angkatan"], form.meant())
        return redirect(back)
    if not form.cleaned_data["reason"]:
        return _ask_reason(page, request, form, back)
    decision = _reject(request, form)
    return redirect(many.result_address(decision, urlsplit(back).query) if decision else back)


def _ask_reason(page: OfficeModelAdmin, request: HttpRequest, form: CrowdForm, back: str) -> HttpResponse:
    context = {
        **page.admin_site.each_context(request),
        "title": "Tolak semua dari satu tempat",
        "opts": page.opts,
        "sent": form.data,
        "meant": list(form.meant()),
        "is_missing": "reason" in form.data,
        "back": back,
    }
    return TemplateResponse(request, "admin/pelatihan/registration/held_back_reject.html", context)


def _reject(request: HttpRequest, form: CrowdForm) -> uuid.UUID | None:
    """The decision, on whose page all of it can be taken back."""
    meant = list(form.meant())
    decided = decisions.decide(
        meant,
        Action.REJECT,
        actor=staff(request.user),
        at=timezone.now(),
        reason=form.cleaned_data["reason"],
        seen={registration.pk: Status.SUBMITTED for registration in meant},
    )
    deciding.tell(request, decided)
    return decided.decision.pk if decided.decision else None


# ---- Letting in ----------------------------------------------------------------------------------


def release(request: HttpRequest, angkatan: Angkatan, chosen: QuerySet[Registration]) -> None:
    """Let the chosen ones in; the clerk reads who got a seat and who waits."""
    ids = list(chosen.values_list("pk", flat=True))
    try:
        released = writer.release(angkatan, ids, actor=staff(request.user), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return
    seated = [one.full_name for one in released if one.holds_seat]
    waiting = [f"{one.full_name} (nomor {one.queue_number})" for one in released if not one.holds_seat]
    if seated:
        messages.success(request, f"Diloloskan dan mendapat kursi: {'; '.join(seated)}.")
    if waiting:
        messages.success(request, f"Diloloskan ke daftar cadangan, kursi sudah terisi: {'; '.join(waiting)}.")
    if not released:
        messages.info(request, "Tidak ada yang perlu diloloskan di antara yang dipilih.")


def release_one(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The button on the page of one registration."""
    access.check(request.user, access.DECIDE)
    registration = get_object_or_404(page.get_queryset(request).select_related("angkatan"), pk=pk)
    if request.method == "POST":
        release(request, registration.angkatan, Registration.objects.filter(pk=pk))
    return redirect(CHANGE, pk)


@admin.action(description="Loloskan", permissions=["decide"])
def release_ticked(page: OfficeModelAdmin, request: HttpRequest, chosen: QuerySet[Registration]) -> None:
    """The ticked ones, batch by batch."""
    batches = Angkatan.objects.filter(pk__in=chosen.order_by().values("angkatan")).order_by("pk")
    for angkatan in batches:
        release(request, angkatan, chosen.filter(angkatan=angkatan))
