"""Attendance sheets asked for as an organiser does: all sheets of the usual batch, and one of a batch without equal."""

import io
import time
from dataclasses import dataclass

from django.urls import reverse
from pypdf import PdfReader

from bench.clients import Client
from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.models import Angkatan

TIMES = 3
MANY = 5000


@dataclass(frozen=True)
class Paper:
    """What is printed, and the CPU seconds and MiB in the child that it may cost."""

    batch: Angkatan
    sheets: int
    query: str
    aim: str


def measure(site: Site) -> str:
    """A line for each paper. Server CPU includes the child's."""
    usual = Angkatan.objects.get(slug="2019-ii")
    crowd, sessions = crowded_batch(MANY)
    organiser = Client(site.port)
    organiser.log_in("panitia")
    papers = [
        Paper(usual, usual.sessions.taking_attendance().count(), "", "≤ 1 s"),
        Paper(crowd, 1, f"?sesi={sessions[0].pk}", "≤ 2.5 s, ≤ 600 MiB"),
    ]
    head = ["sheets × people", "pages", "file", "server CPU", "child's memory", "aim", "time"]
    return table("Attendance sheets", head, [_row(site, organiser, paper) for paper in papers])


def _row(site: Site, organiser: Client, paper: Paper) -> list[str]:
    path = reverse("attendance_sheet", args=[paper.batch.slug]) + paper.query
    pdf = organiser.send("GET", path).body
    before, started = site.cpu(), time.perf_counter()
    for _ in range(TIMES):
        pdf = organiser.send("GET", path).body
    cpu, wall = (site.cpu() - before) / TIMES, (time.perf_counter() - started) / TIMES
    with site.watching_typesetters() as peak:
        organiser.send("GET", path)
    people, pages = paper.batch.registrations.expected().count(), len(PdfReader(io.BytesIO(pdf)).pages)
    return [
        f"{paper.sheets} × {people}", str(pages), f"{len(pdf) / 1024:.0f} KB", f"{cpu:.2f} s",
        f"{max(peak) / 1024**2:.0f} MiB", paper.aim, f"{wall:.2f} s",
    ]  # fmt: skip
