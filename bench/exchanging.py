"""Lists from and to Excel: 10,000 delegates brought in, 50,000 registrations taken out. Time, and memory at its peak.

Each runs in a process of its own, as the worker does it, so that its peak is its own.
"""

import io
import json
import multiprocessing
import resource
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone
from openpyxl import Workbook

from bench.site import Site
from bench.tables import table
from ormas.models import Delegate, Ormas
from pelatihan.accounts import access
from pelatihan.exchange import exports, imports
from pelatihan.exchange.lists import LISTS
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Import, Job, Registration

ROWS, OUT, ORGANISATIONS = 10_000, 50_000, 1_000
HEAD = ["list", "rows", "time", "aim", "CPU beside PostgreSQL", "memory at its peak", "aim"]
AIM_IN_S, AIM_OUT_S, AIM_MIB = 15, 10, 300


def measure(_site: Site) -> str:
    """A table: read and judged, applied, read again, changed, taken out."""
    user = _clerk()
    batch = _batch(91)
    content = workbook("Anggota")
    rows: list[list[str]] = []
    key = _line(
        rows, "10,000 new delegates: read and judged", ROWS, AIM_IN_S, lambda: _read(content, batch.pk, user.pk)
    )
    _line(rows, "the same: applied in one transaction", ROWS, AIM_IN_S, lambda: _apply(key, user.pk))
    _line(rows, "the same file again: all the same", ROWS, AIM_IN_S, lambda: _read(content, batch.pk, user.pk))
    changed = workbook("Ketua", status="Diterima")
    key = _line(rows, "10,000 changed and accepted: judged", ROWS, AIM_IN_S, lambda: _read(changed, batch.pk, user.pk))
    _line(rows, "the same: applied", ROWS, AIM_IN_S, lambda: _apply(key, user.pk))
    _fill(batch, OUT - ROWS)
    _line(rows, "50,000 registrations to .xlsx", OUT, AIM_OUT_S, lambda: _take_out("xlsx", user.pk))
    _line(rows, "50,000 registrations to .csv", OUT, AIM_OUT_S, lambda: _take_out("csv", user.pk))
    return table("Lists from and to Excel", HEAD, rows)


def _line(rows: list[list[str]], name: str, count: int, aim: int, act: Callable[[], Any]) -> Any:
    answer, seconds, cpu, peak = _apart(act)
    rows.append(
        [name, f"{count:,}", f"{seconds:.1f} s", f"≤ {aim} s", f"{cpu:.1f} s", f"{peak:.0f} MiB", f"≤ {AIM_MIB} MiB"]
    )
    return answer


def _apart(act: Callable[[], Any]) -> tuple[Any, float, float, float]:
    """What the act answers, how long it took, its CPU and the memory that its process or a child had at most."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def run() -> None:
        start = time.perf_counter()
        answer = act()
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        cpu = sum(one.ru_utime + one.ru_stime for one in used)
        peak = max(one.ru_maxrss for one in used) / 1024
        theirs.send(json.dumps([answer, time.perf_counter() - start, cpu, peak]))

    child = context.Process(target=run)
    child.start()
    child.join()
    if not ours.poll():
        raise RuntimeError("A measurement ended without a figure.")
    answer, seconds, cpu, peak = json.loads(ours.recv())
    return answer, seconds, cpu, peak


def _clerk() -> User:
    access.make_groups()
    return User.objects.create_superuser(f"bench-{uuid.uuid4().hex[:8]}")


def _batch(number: int) -> Angkatan:
    now = timezone.now()
    day = timezone.localdate() + timedelta(days=30)
    names = [f"Perkumpulan Ukur {n}" for n in range(ORGANISATIONS)]
    Ormas.objects.bulk_create([Ormas(name=name, abbreviation="") for name in names], batch_size=1_000)
    return Angkatan.objects.create(
        number=number, year=day.year, theme="Ukuran", venue="Aula", town="Jakarta", starts_on=day, ends_on=day,
        capacity=32_000, seats_per_ormas=60, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1),
    )  # fmt: skip


def workbook(position: str, *, status: str = "") -> bytes:
    """The list of an office: 10,000 people of 1,000 organisations."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Peserta")
    sheet.append(
        ["No", "Gelar depan", "Nama", "Gelar belakang", "L/P", "Ormas", "Jabatan", "Nomor HP", "Surel", "Status"]
    )
    letters = "abcdefghijklmnopqrstuvwxyz"
    for n in range(ROWS):
        name = f"{letters[n % 26].upper()}{letters[n // 26 % 26]}ri {letters[n // 676 % 26].upper()}usanti"
        mail = f"orang{n}@contoh.example"
        ormas = f"Perkumpulan Ukur {n % ORGANISATIONS}"
        sheet.append(
            [n + 1, "", name, "S.Sos.", "LP"[n % 2], ormas, position, f"0812-{n // 10_000:04}-{n:04}", mail, status]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read(content: bytes, batch: int, user: int) -> str:
    angkatan, author = Angkatan.objects.get(pk=batch), User.objects.get(pk=user)
    one = imports.take(
        "registrations", angkatan, "ukur.xlsx", content, key=uuid.uuid4(), author=author, at=timezone.now()
    )
    assert one.job is not None
    running.carry_out(one.job.pk)
    one.refresh_from_db()
    if one.state != Import.State.READY or one.figures["error"] or one.figures["alike"]:
        raise RuntimeError(f"{one.state} {one.figures}: the figures would be worthless.")
    return str(one.pk)


def _apply(key: str, user: int) -> None:
    one = Import.objects.get(pk=key)
    imports.apply(one, sets_aside=False, user=User.objects.get(pk=user), at=timezone.now())
    one.refresh_from_db()
    assert one.job is not None
    running.carry_out(one.job.pk)
    one.refresh_from_db()
    if one.state != Import.State.APPLIED:
        raise RuntimeError(f"{one.state} {one.why}: the figures would be worthless.")


def _fill(batch: Angkatan, count: int) -> None:
    """More registrations, for the list that goes out."""
    now = timezone.now()
    ormas = list(Ormas.objects.filter(name__startswith="Perkumpulan Ukur").order_by("pk"))
    people = Delegate.objects.bulk_create(
        [Delegate(name=f"Orang Ukur {n}", phone=f"+62813{n:08}", gender="L") for n in range(count)], batch_size=5_000
    )
    Registration.objects.bulk_create(
        [
            Registration(
                angkatan=batch, delegate=person, ormas=ormas[n % len(ormas)], name=person.name, status="submitted",
                source="import", submitted_at=now, position="Anggota",
            )
            for n, person in enumerate(people)
        ],
        batch_size=5_000,
    )  # fmt: skip


def _take_out(form: str, user: int) -> None:
    keys = list(Registration.objects.order_by("pk").values_list("pk", flat=True)[:OUT])
    export = exports.start(
        LISTS["pendaftaran"], keys, filters="", form=form, author=User.objects.get(pk=user), at=timezone.now()
    )
    assert export.job_id is not None
    running.carry_out(export.job_id)
    if Job.objects.get(pk=export.job_id).state != Job.State.DONE:
        raise RuntimeError("The list was not written: the figure would be worthless.")
