"""What a decision on five thousand costs: choosing, the plan's page, the worker's parts, the result's page, the undo.

The worker does it in this process, part by part as in production; the longest part is how long one who registers in
that batch waits for its lock at most.
"""

import resource
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.site import Site
from bench.tables import table
from ormas.models import Delegate
from pelatihan.jobs import running
from pelatihan.lifecycle import Action, Status
from pelatihan.models import Angkatan, Decision, Job, Registration, Selection, StatusChange
from pelatihan.models.selection import MOST_CHOSEN
from pelatihan.registration import deciding_many

SEATED, OUT = 25_000, 20_000  # others in the same batch, so that it holds fifty thousand
ALREADY_THERE = SEATED + OUT
AIM_S, AIM_PART_S, AIM_PAGE_MS, AIM_MIB = 60.0, 3.0, 1500.0, 200
HEAD = ["what", "time", "aim"]


def measure(_site: Site) -> str:
    """A table: accepted and taken back, then refused, all of a filtered list of 5,000 in a batch of 50,000."""
    batch, clerk = _batch(), User.objects.get(username="verifikator")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(clerk)
    rows: list[list[str]] = []
    for action, reason in ((Action.ACCEPT, ""), (Action.REJECT, "Kursi untuk ormas lain")):
        took, selection = _timed(partial(_choose, batch, action, clerk))
        rows.append([f"{action}: choose {len(selection.ids)}", f"{took * 1000:.0f} ms", ""])
        page = reverse("admin:pelatihan_registration_chosen", args=[selection.pk])
        rows.append([f"{action}: page of the plan", *_page(client, page)])
        shown_at = reverse("admin:pelatihan_registration_decided", args=[selection.pk])
        job = deciding_many.start(selection, author=clerk, at=timezone.now(), reason=reason, shown_at=shown_at)
        rows += _carried_out(f"{action}", job.pk)
        if Decision.objects.get(pk=job.pk).changes.count() != MOST_CHOSEN:
            raise RuntimeError("Not everybody was decided: the figures would be worthless.")
        rows.append([f"{action}: page of the result", *_page(client, shown_at)])
        undo = deciding_many.start_undo(selection.pk, author=clerk, at=timezone.now(), shown_at=shown_at)
        rows += _carried_out(f"{action}, taken back", undo.pk)
        if batch.registrations.filter(status=Status.SUBMITTED).count() != MOST_CHOSEN:
            raise RuntimeError("Not everybody stands again where they stood: the figures would be worthless.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(["memory of this process at its peak", f"{peak:.0f} MiB", f"≤ {AIM_MIB} MiB"])
    return table(f"A decision on {MOST_CHOSEN} of a batch of {MOST_CHOSEN + ALREADY_THERE}", HEAD, rows)


def _choose(batch: Angkatan, action: Action, clerk: User) -> Selection:
    waiting = Registration.objects.filter(angkatan=batch, status=Status.SUBMITTED)
    return deciding_many.choose(waiting, action, author=clerk, at=timezone.now())


def _timed[R](act: Callable[[], R]) -> tuple[float, R]:
    started = time.perf_counter()
    result = act()
    return time.perf_counter() - started, result


def _page(client: Client, address: str) -> tuple[str, str]:
    took, answer = _timed(lambda: client.get(address, secure=True))
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} {answer.headers}")
    return f"{took * 1000:.0f} ms, {len(answer.content) / 1024:.0f} KiB", f"≤ {AIM_PAGE_MS:.0f} ms"


def _carried_out(what: str, key: uuid.UUID) -> list[list[str]]:
    """All parts, timed each."""
    ends = [time.perf_counter()]

    def note() -> bool:
        ends.append(time.perf_counter())
        return False

    running.carry_out(key, note)
    if Job.objects.get(pk=key).state != Job.State.DONE:
        raise RuntimeError("The job did not end: the figures would be worthless.")
    parts = [after - before for before, after in pairwise(ends)]
    whole = time.perf_counter() - ends[0]
    return [
        [f"{what}: {len(parts)} parts", f"{whole:.1f} s", f"≤ {AIM_S:.0f} s"],
        [f"{what}: the longest part", f"{max(parts):.2f} s", f"≤ {AIM_PART_S:.0f} s"],
    ]


def _status(place: int) -> Status:
    if place < OUT:
        return Status.REJECTED
    return Status.ACCEPTED if place < ALREADY_THERE else Status.SUBMITTED


def _batch() -> Angkatan:
    """Fifty thousand in one batch; the last five thousand wait for a decision."""
    day, now = timezone.localdate() + timedelta(days=30), timezone.now()
    batch = Angkatan.objects.create(
        number=84, year=day.year, theme="Ukuran", venue="Aula", town="Jakarta", starts_on=day, ends_on=day,
        capacity=MOST_CHOSEN + SEATED, seats_per_ormas=10,
    )  # fmt: skip
    everyone = range(MOST_CHOSEN + ALREADY_THERE)
    people = Delegate.objects.bulk_create(
        [Delegate(name=f"Peserta Ukur {place}", phone=f"+62813{place:08d}") for place in everyone], 5_000
    )
    made = Registration.objects.bulk_create(
        [
            Registration(
                angkatan=batch, delegate=person, name=person.name, ormas_text=f"Perkumpulan Ukur {place % 9000}",
                source="web", status=_status(place),
                submitted_at=now - timedelta(hours=2) + timedelta(milliseconds=100 * place),
            )
            for place, person in zip(everyone, people, strict=True)
        ],
        5_000,
    )  # fmt: skip
    StatusChange.objects.bulk_create(
        [
            StatusChange(
                registration=one, action="register", to_status=one.status, role="delegate", at=one.submitted_at
            )
            for one in made
        ],
        5_000,
    )
    return batch
