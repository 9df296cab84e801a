"""The board: how many of how many are in, and who is missing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from ormas import phones
from pelatihan import access
from pelatihan.access import needs
from pelatihan.attendance import day
from pelatihan.models import Angkatan, Phase


@require_GET
@needs(access.BOARD)
def committee(request: HttpRequest) -> HttpResponse:
    """Choose a batch: running ones first, then the coming, then the past."""
    now = timezone.now()
    rows = [(batch, batch.phase(now)) for batch in Angkatan.objects.with_figures().newest_first()]
    running = [row for row in rows if row[1] == Phase.RUNNING]
    past = [row for row in rows if row[1] in {Phase.FINISHED, Phase.CANCELLED}]
    coming = [row for row in reversed(rows) if row not in running and row not in past]
    groups = [("Sedang berlangsung", running), ("Akan datang", coming), ("Sudah lewat", past)]
    return render(request, "attendance/committee.html", {"groups": [group for group in groups if group[1]]})


@require_GET
@needs(access.BOARD)
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """``?hari=`` another day, ``?sesi=`` another session in large, ``?bagian=papan`` the changing part alone."""
    angkatan, now, wish = get_object_or_404(Angkatan, slug=slug), timezone.now(), request.GET
    contacts = access.has(request.user, access.CONTACT)
    shown = day.of(angkatan, now, day=wish.get("hari", ""), session=wish.get("sesi", ""), contacts=contacts)
    context = {"angkatan": angkatan, "tab": "board", "board": shown, "phase": angkatan.phase(now)}
    if shown.focus is None or not shown.focus.figures.expected:
        return render(request, "attendance/board_empty.html", context | _why_empty(request, angkatan))
    page = "includes/board" if wish.get("bagian") == "papan" else "board"
    context["may_check_in"] = access.has(request.user, access.DESK)
    return render(request, f"attendance/{page}.html", context)


def _why_empty(request: HttpRequest, angkatan: Angkatan) -> dict[str, object]:
    """What is missing before the board can show anything, and the link to share."""
    form = request.build_absolute_uri(reverse("register", args=[angkatan.slug]))
    return {
        "registrations": angkatan.registrations.count(),
        "expected": angkatan.registrations.expected().count(),
        "sessions": angkatan.sessions.taking_attendance().exists(),
        "share": phones.wa_link("", f"Pendaftaran {angkatan.name}: {angkatan.theme}. Daftar di {form}"),
    }
