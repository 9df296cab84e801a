"""One person's bed: another room, a swap, none; or the bed of somebody who does not come for who comes instead."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.lodging import house, placing
from pelatihan.lodging.held import Refused
from pelatihan.lodging.house import House, Lodger
from pelatihan.models import Angkatan
from pelatihan.phases import shut_sentence
from pelatihan.preparing.lodging_forms import PlaceForm, SwapForm

PLACE, SWAP, CLEAR, HAND_OVER = "tempatkan", "tukar", "kosongkan", "serahkan"


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.LODGE)
def person(request: HttpRequest, angkatan: Angkatan, key: str) -> HttpResponse:
    now = house.read(angkatan)
    one = now.find(key)
    if one is None:
        raise Http404
    act = request.POST.get("act", "") if request.method == "POST" else ""
    place = PlaceForm(one, now, request.POST if act == PLACE else None)
    swap = SwapForm(one, now, request.POST if act == SWAP else None)
    if act and (place.is_valid() if act == PLACE else swap.is_valid() if act == SWAP else act in (CLEAR, HAND_OVER)):
        try:
            told, room = _done(request, angkatan, one, act, place, swap)
        except Refused as sentence:
            messages.error(request, str(sentence))
            return redirect("lodging_person", angkatan.slug, key)
        messages.success(request, told)
        return redirect(f"{reverse('lodging', args=[angkatan.slug])}{f'#kamar-{room}' if room else ''}")
    room_now = _room_of(now, one)
    context = {
        "angkatan": angkatan,
        "tab": "print",
        "one": one,
        "room": room_now,
        "beside": [other.name for other in room_now.people if other is not one] if room_now else [],
        "heir": now.find(one.heir) if one.heir else None,
        "place": place,
        "swap": swap,
        "shut": shut_sentence(angkatan.closed_at, angkatan.name, "pembagian kamarnya"),
        "acts": {"place": PLACE, "swap": SWAP, "clear": CLEAR, "hand_over": HAND_OVER},
        "has_errors": place.errors or swap.errors,
    }
    return render(request, "preparing/lodging_person.html", context)


def _done(
    request: HttpRequest, angkatan: Angkatan, one: Lodger, act: str, place: PlaceForm, swap: SwapForm
) -> tuple[str, int | None]:
    """What was done, in words, and the number of the room to look at.

    :raises Refused: nothing was
    """
    seen, by, at = request.POST.get("seen", ""), cast(User, request.user), timezone.now()
    if act == PLACE:
        data = place.cleaned_data
        moved, room = placing.place(
            angkatan, one.key, data["room"], seen=seen, by=by, at=at, sex=data.get("sex", "")
        )  # fmt: skip
        return f"{moved.name} sekarang di kamar {room}.", room.pk
    if act == SWAP:
        other, _space, other_seen = swap.cleaned_data["other"].partition(" ")
        first, second = placing.swap(angkatan, one.key, other, seen=seen, other_seen=other_seen, by=by, at=at)
        return f"{first.name} dan {second.name} bertukar tempat.", first.stay.bedroom_id if first.stay else None
    if act == HAND_OVER:
        left, heir = placing.hand_over(angkatan, one.key, seen=seen, by=by, at=at)
        return f"Tempat {left.name} sekarang untuk {heir.name}.", left.stay.bedroom_id if left.stay else None
    left = placing.clear(angkatan, one.key, seen=seen)
    return f"Tempat {left.name} dikosongkan.", left.stay.bedroom_id if left.stay else None


def _room_of(now: House, one: Lodger) -> house.Room | None:
    return next((room for room in now.rooms if one in room.people), None)
