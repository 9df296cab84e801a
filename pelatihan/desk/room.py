"""The screen in the room: the code by which delegates check themselves in, and who is in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.access import needs
from pelatihan.attendance import sessions
from pelatihan.attendance import shown as changes
from pelatihan.desk import door, room_shown, room_switch

LAST = 8  # names in sight
RIGHTS = {"check_in": access.DESK, "strike": access.LATE}  # what a link on the screen leads to, and who may go there


@require_http_methods(["GET", "POST"])
@needs(access.SCREEN)
def room(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    """``?bagian=kode`` is the changing part alone. A form switches the code on (``nyala``) and off (``mati``)."""
    if request.method == "POST":
        return _switch(request, slug, session)
    is_part, at, name = request.GET.get("bagian") == "kode", timezone.now(), changes.now()
    rights = {f"may_{word}": access.has(request.user, right) for word, right in RIGHTS.items()}
    asked = [slug, session, request.build_absolute_uri("/"), *rights.items()]
    if is_part and changes.holds(request.headers.get("If-None-Match", ""), name, *asked, at=at):
        return HttpResponseNotModified()
    here, crowd = door.with_crowd(slug, session)
    shown = room_shown.of(here, at, lambda token: request.build_absolute_uri(reverse("self", args=[token])))
    context: dict[str, Any] = {"angkatan": here.angkatan, "session": here, "crowd": crowd, "shown": shown, **rights}
    context["names"] = room_shown.names_of(sessions.last_in(here, LAST))
    context["typed_at"] = f"{request.get_host()}{reverse('self_type').rstrip('/')}"
    context["etag"] = changes.tag(name, *asked, until=shown.until)
    response = render(request, f"desk/{'includes/room_parts' if is_part else 'room'}.html", context)
    response["ETag"] = context["etag"]
    return response


def _switch(request: HttpRequest, slug: str, session: int) -> HttpResponse:
    here = door.at_door(slug, session)
    try:
        if "nyala" in request.POST or "mati" in request.POST:
            room_switch.switch(here, on="nyala" in request.POST, at=timezone.now())
    except room_switch.NoCode as refusal:
        messages.error(request, str(refusal))
    return redirect("room", slug, here.pk)
