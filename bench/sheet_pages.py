"""Forty signed pages in one PDF, read by a worker; and what the pages about signed sheets ask of the database when a
batch has four hundred of them.

The worker does its parts in this process, with the child of its own that reads.
"""

import io
import resource
import statistics
import time
import uuid
from collections import Counter

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from bench.site import Site
from bench.tables import table
from bench.world import crowded_batch
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Job, PrintedSheet, SheetScan, SheetUpload
from pelatihan.models.office import office
from pelatihan.papers import making
from pelatihan.papers.choices import Choices
from pelatihan.papers.offered import Asked
from pelatihan.papers.offers import BY_KEY
from pelatihan.scans import keeping
from pelatihan.scans.leaves import Leaf, leaf_of

PEOPLE, SESSIONS, PAGES = 97, 80, 40  # of the lists; sent
DPI, QUALITY = 200, 70
ROUNDS = 5
MOST_QUERIES, MOST_MS = 20, 200
AIM_S = 60.0


def measure(_site: Site) -> str:
    """Two tables."""
    batch, leaves = _printed()
    return _read(batch, leaves[:PAGES]) + "\n" + _pages(batch, leaves)


def _printed() -> tuple[Angkatan, list[Leaf]]:
    """A list for each session, in one printing; every page of it."""
    made, _ = crowded_batch(PEOPLE, number=83, sessions=SESSIONS)
    batch = Angkatan.objects.select_related("letterhead").get(pk=made.pk)
    sessions = list(batch.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    clerk, now = User.objects.get(username="panitia"), timezone.now()
    printing = making.make(BY_KEY["daftar-hadir"], Asked(batch, sessions, Choices(), office(), now, clerk)).printing
    sheets = PrintedSheet.objects.filter(printing=printing).select_related("angkatan", "printing").order_by("number")
    found = (leaf_of(sheet, page) for sheet in sheets for page in sheet.printed_pages)
    return batch, [leaf for leaf in found if leaf and leaf.rows]


# ---- By itself -------------------------------------------------------------------------------------


def _read(batch: Angkatan, leaves: list[Leaf]) -> str:
    clerk = User.objects.get(username="panitia")
    pdf = _scanned(leaves)
    sent = keeping.take(
        batch, UploadedFile(ContentFile(pdf), "pindaian.pdf", "application/pdf", len(pdf)), key=uuid.uuid4(),
        way=SheetUpload.Way.FILE, by=clerk, at=timezone.now(),
    ).upload  # fmt: skip
    assert sent.job is not None
    cpu, ends = _cpu(), [time.perf_counter()]

    def note() -> bool:
        ends.append(time.perf_counter())
        return False

    running.carry_out(sent.job.pk, note)
    cpu, wall = _cpu() - cpu, time.perf_counter() - ends[0]
    if Job.objects.get(pk=sent.job.pk).state != Job.State.DONE:
        raise RuntimeError("The job did not end: the figures would be worthless.")
    states = Counter(sent.scans.values_list("state", flat=True))
    row = [
        str(sum(states.values())), f"{len(pdf) / 1024**2:.1f} MB", str(states[SheetScan.State.READ]), f"{wall:.1f} s",
        f"{cpu:.1f} s", f"{cpu / max(1, sum(states.values())):.2f} s", str(len(ends) - 1), f"≤ {AIM_S:.0f} s",
    ]  # fmt: skip
    head = ["pages", "file", "read", "time", "CPU of worker and child", "CPU a page", "parts", "aim for time"]
    return table(f"One PDF of {PAGES} signed pages, {DPI} dpi, by a worker", head, [row])


def _scanned(leaves: list[Leaf]) -> bytes:
    """As a scanner with a feeder makes it."""
    from bench.signed import FIRST_TRIED, signed
    from bench.signed.prints import Blank

    pictures = []
    for place, leaf in enumerate(leaves):
        pdf = bytes(leaf.sheet.printing.file.content)
        made = signed(Blank(pdf, leaf), FIRST_TRIED + place, "scan").picture
        pictures.append(_as_picture(made))
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=DPI, quality=QUALITY)
    return out.getvalue()


def _as_picture(content: bytes) -> Image.Image:
    """Whatever it was sent as, at the dots of a usual scanner."""
    import pypdfium2

    if content.startswith(b"%PDF"):
        page = pypdfium2.PdfDocument(content)[0]
        found: Image.Image = page.render(scale=DPI / 72).to_pil()
    else:
        found = Image.open(io.BytesIO(content))
        found.thumbnail((round(330 / 25.4 * DPI),) * 2)
    return found.convert("L")


def _cpu() -> float:
    """Of this process and of its children that ended."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


# ---- The pages about them --------------------------------------------------------------------------


def _pages(batch: Angkatan, leaves: list[Leaf]) -> str:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username="panitia"))
    rows = [[name, *_asked(client, address)] for name, address in _addresses(batch, leaves).items()]
    head = ["page", "queries", "aim", "time (median)", "aim", "KB"]
    return table(f"Pages about signed sheets, a batch of {len(leaves)} pages", head, rows)


def _addresses(batch: Angkatan, leaves: list[Leaf]) -> dict[str, str]:
    slug, owed = batch.slug, leaves[-1]
    scan = batch.scans.filter(state=SheetScan.State.READ).order_by("pk")[0]
    here = [slug, owed.sheet.pk, owed.page]
    return {
        "list": reverse("sheets", args=[slug]),
        "review of one that was read": reverse("sheet_review", args=[slug, scan.pk]),
        "typing in": reverse("sheet_type", args=here),
        "a leaf that is owed": reverse("sheet_leaf", args=here),
        "camera": reverse("sheet_photo", args=[slug]),
        "board": reverse("board", args=[slug]),
    }


def _asked(client: Client, address: str) -> list[str]:
    client.get(address)  # what a process keeps is read once
    times = []
    for _ in range(ROUNDS):
        with CaptureQueriesContext(connection) as asked:
            started = time.perf_counter()
            answer = client.get(address)
            times.append(time.perf_counter() - started)
    status = "" if answer.status_code == 200 else f" ({answer.status_code})"
    size = len(answer.content) / 1024 if not answer.streaming else 0
    took = f"{statistics.median(times) * 1000:.0f} ms"
    return [f"{len(asked)}{status}", f"≤ {MOST_QUERIES}", took, f"≤ {MOST_MS} ms", f"{size:.0f}"]
