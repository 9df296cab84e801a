"""All attendance sheets of the finished batch in one PDF, asked for as an organiser does."""

import io
import time

from django.urls import reverse
from pypdf import PdfReader

from bench.clients import Client
from bench.site import Site
from bench.tables import table
from pelatihan.models import Angkatan

TIMES = 3


def measure(site: Site) -> str:
    """A table of one line."""
    batch = Angkatan.objects.get(slug="2019-ii")
    organiser = Client(site.port)
    organiser.log_in("panitia")
    path = reverse("attendance_sheet", args=[batch.slug])
    pdf = organiser.send("GET", path).body
    before, started = site.cpu(), time.perf_counter()
    for _ in range(TIMES):
        pdf = organiser.send("GET", path).body
    cpu, wall = (site.cpu() - before) / TIMES, (time.perf_counter() - started) / TIMES
    sessions = batch.sessions.taking_attendance().count()
    people = batch.registrations.expected().count()
    pages = len(PdfReader(io.BytesIO(pdf)).pages)
    row = [f"{sessions} × {people}", str(pages), f"{len(pdf) / 1024:.0f} KB", f"{cpu:.2f} s", "< 1 s", f"{wall:.2f} s"]
    head = ["sheets × people", "pages", "file", "server CPU", "aim", "time"]
    return table("All attendance sheets in one PDF", head, [row])
