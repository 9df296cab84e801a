"""One room: its name, beds and whether it is easy to reach; and giving it back to the hotel."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.lodging import rooms
from pelatihan.lodging.held import Refused
from pelatihan.models import Angkatan, Bedroom
from pelatihan.phases import shut_sentence
from pelatihan.preparing.lodging_forms import RoomForm
from pelatihan.web.seen import NOTHING_CHANGED


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.LODGE)
def room(request: HttpRequest, angkatan: Angkatan, room: int) -> HttpResponse:
    """Change one room; what somebody else saved meanwhile is asked about."""
    here = _here(angkatan, room)
    form = RoomForm(request.POST if request.method == "POST" else None, instance=here)
    if request.method == "POST" and form.is_valid():
        fields = form.edited_columns()
        try:
            if fields:
                rooms.change(form.instance, fields)
        except Refused as sentence:
            form.add_error(None, str(sentence))
        else:
            messages.success(request, f"Kamar {form.instance} disimpan." if fields else NOTHING_CHANGED)
            return redirect(f"{reverse('lodging', args=[angkatan.slug])}#kamar-{here.pk}")
    return _render(request, "preparing/lodging_room.html", angkatan, here, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.LODGE)
def remove(request: HttpRequest, angkatan: Angkatan, room: int) -> HttpResponse:
    """Delete one room; asks once, and says who would be without a bed."""
    if request.method == "POST" and not angkatan.bedrooms.filter(pk=room).exists():
        messages.info(request, "Kamar ini sudah dihapus.")
        return redirect("lodging", angkatan.slug)
    here = _here(angkatan, room)
    if request.method == "POST":
        try:
            people = rooms.remove(here)
        except Refused as sentence:
            messages.error(request, str(sentence))
        else:
            left = f" {people} orang tanpa kamar lagi." if people else ""
            messages.success(request, f"Kamar {here} dihapus.{left}")
        return redirect("lodging", angkatan.slug)
    return _render(request, "preparing/lodging_remove.html", angkatan, here, people=here.stays.count())


def _here(angkatan: Angkatan, number: int) -> Bedroom:
    return get_object_or_404(angkatan.bedrooms.select_related("angkatan"), pk=number)


def _render(request: HttpRequest, template: str, angkatan: Angkatan, here: Bedroom, **more: object) -> HttpResponse:
    shut = shut_sentence(angkatan.closed_at, angkatan.name, "pembagian kamarnya")
    return render(request, template, {"angkatan": angkatan, "tab": "print", "room": here, "shut": shut} | more)
