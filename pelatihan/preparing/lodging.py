"""Who sleeps where: the rooms of a batch, and a suggestion that is shown before it is written."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pelatihan import dates, ids
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.lodging import house, placing, rooms
from pelatihan.lodging.held import Refused
from pelatihan.lodging.house import House, Lodger, Room
from pelatihan.lodging.placing import Overtaken
from pelatihan.lodging.suggestion import Suggestion, suggest
from pelatihan.models import Angkatan
from pelatihan.phases import shut_sentence
from pelatihan.preparing.lodging_forms import MIXED, TOGETHER, RoomsForm, WayForm


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.LODGE)
def lodging(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """The rooms with their people, and who has none; a POST makes rooms."""
    form = RoomsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = rooms.add(angkatan, form.made, note=data["note"], is_near=data["is_near"])
        except Refused as sentence:
            form.add_error("rooms", str(sentence))
        else:
            messages.success(request, f"{dates.thousands(len(made))} kamar disimpan.")
            return redirect("lodging", angkatan.slug)
    now = house.read(angkatan)
    last = placing.last_suggestion(angkatan)
    return _render(request, "preparing/lodging.html", angkatan, now, form=form, way=WayForm(), last=last)


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.LODGE)
def suggestion(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """What would be written, and a POST that writes just that."""
    way = WayForm(request.POST if request.method == "POST" else {"cara": request.GET.get("cara", MIXED)})
    if not way.is_valid():
        now = house.read(angkatan)
        return _render(request, "preparing/lodging.html", angkatan, now, status=400, form=RoomsForm(), way=way)
    together, at = way.cleaned_data["cara"] == TOGETHER, timezone.now()
    refusal = ""
    if request.method == "POST":
        key, shown = ids.of_page(request.POST.get("key", "")), request.POST.get("shown", "")
        try:
            made = placing.accept(
                angkatan, key, together=together, shown=shown, by=cast(User, request.user), at=at
            )  # fmt: skip
        except Overtaken as sentence:
            refusal = str(sentence)
        except Refused as sentence:
            messages.error(request, str(sentence))
            return redirect("lodging", angkatan.slug)
        else:
            if made.places:
                messages.success(request, f"{dates.thousands(len(made.places))} orang ditempatkan menurut usulan.")
            return redirect("lodging", angkatan.slug)
    now = house.read(angkatan)
    made = suggest(now, together=together)
    context: dict[str, Any] = {
        "way": way,
        "made": made,
        "shown": _by_room(now, made),
        "key": uuid.uuid4(),
        "refusal": refusal,
    }
    return _render(request, "preparing/lodging_suggestion.html", angkatan, now, **context)


@require_POST
@of_batch(access.LODGE)
def undo_suggestion(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Take back what a suggestion wrote."""
    try:
        count = placing.undo(angkatan, ids.of_page(request.POST.get("key", "")))
    except Refused as sentence:
        messages.error(request, str(sentence))
    else:
        if count:
            messages.success(request, f"Usulan diurungkan: {dates.thousands(count)} orang tanpa kamar lagi.")
        else:
            messages.info(request, "Usulan ini sudah diurungkan, atau semua orangnya sudah dipindahkan sendiri.")
    return redirect("lodging", angkatan.slug)


def _by_room(now: House, made: Suggestion) -> list[tuple[Room, list[Lodger]]]:
    """The rooms to which somebody would come, and who."""
    new: dict[int, list[Lodger]] = {}
    for one, room in made.places:
        new.setdefault(room, []).append(one)
    return [(room, new[room.bedroom.pk]) for room in now.rooms if room.bedroom.pk in new]


def _render(
    request: HttpRequest, template: str, angkatan: Angkatan, now: House, *, status: int = 200, **more: Any
) -> HttpResponse:
    shut = shut_sentence(angkatan.closed_at, angkatan.name, "pembagian kamarnya")
    context = {"angkatan": angkatan, "tab": "print", "now": now, "shut": shut}
    return render(request, template, context | more, status=status)
