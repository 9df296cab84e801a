"""What everybody may read of the batches: which there are, what each is about, its rundown."""

from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from pelatihan.accounts.batch import public
from pelatihan.messaging.calendar import as_calendar
from pelatihan.models import Angkatan, PlanChange
from pelatihan.phases import Phase, Standing, standing
from pelatihan.registration.pages.own import remembered
from pelatihan.registration.plan_changes import shown

SHOWN = 30  # batches on the front page, newest first: some years of them


class Entry(NamedTuple):
    """One batch on the front page."""

    angkatan: Angkatan
    standing: Standing
    plan: PlanChange | None

    def section(self, today: date) -> str:
        """Under which heading it stands: open, running, coming or past."""
        match self.standing.phase:
            case Phase.OPEN | Phase.RUNNING | Phase.FINISHED as phase:
                return str(phase.value)
            case Phase.CANCELLED if self.angkatan.ends_on < today:
                return str(Phase.FINISHED.value)
        return "coming"


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    sections: dict[str, list[Entry]] = {"open": [], "running": [], "coming": [], "finished": []}
    now = timezone.now()
    for entry in _entries(now):
        sections[entry.section(timezone.localdate(now))].append(entry)
    for name in ("open", "running", "coming"):
        sections[name].reverse()  # what comes first stands first; of the past, the latest
    own = remembered.pages(request)
    answer = render(request, "batches/home.html", {"sections": sections, "own": own})
    if own:
        patch_cache_control(answer, private=True, no_store=True)  # it names somebody
    return answer


def _entries(at: datetime) -> list[Entry]:
    batches = Angkatan.objects.published().with_seats_held().with_figures().select_related("plan_change")
    return [
        Entry(batch, standing(batch, batch.held, at=at), shown(batch, at)) for batch in batches.newest_first()[:SHOWN]
    ]


@public
@require_safe
def angkatan(request: HttpRequest, batch: Angkatan) -> HttpResponse:
    now = timezone.now()
    sessions = list(batch.sessions.in_time_order())
    context = {
        "angkatan": batch,
        "standing": standing(batch, batch.held, at=now),
        "plan": shown(batch, now),
        "invited": batch.invitations.count(),
        "days": [(day, list(rows)) for day, rows in groupby(sessions, key=lambda session: session.day)],
        "hours": sum(session.jp for session in sessions),
        "now": now,
    }
    return render(request, "batches/angkatan.html", context)


@public
@require_safe
def calendar(request: HttpRequest, batch: Angkatan) -> HttpResponse:
    address = request.build_absolute_uri(batch.get_absolute_url())
    file = as_calendar(batch, batch.sessions.in_time_order(), at=timezone.now(), address=address)
    headers = {"Content-Disposition": f'attachment; filename="jadwal-{batch.slug}.ics"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)
