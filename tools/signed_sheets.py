"""What of the daftar hadir was signed and is on its way back, for the pictures of docs/panduan: printed the evening
before, entered for two days, some pages sent as pictures that the program itself has signed (``bench.signed``) and
read."""

import io
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import cv2
import numpy as np
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from bench.signed import signed
from bench.signed.prints import Blank
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Job, PrintedSheet, SheetEntry, SheetScan, SheetUpload
from pelatihan.papers import returning
from pelatihan.papers.returning import Status
from pelatihan.scans import entering, keeping
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.shapes import Claim, Mark, Reading, Verdict
from pelatihan.scans.standing import PAPER, differences, standing_of
from tests import sheet_pictures

SEED = 20_190_312
SENT = ("photo", "notes", "struck, ditto", "wrong half", "steep")  # kinds of the pictures that were sent last
LEFT = 3  # lists of the last day of which nothing is back


def fill(angkatan: Angkatan, at: datetime) -> None:
    """Print, enter, send and read."""
    by = User.objects.get(username="panitia")
    _print(angkatan, by, at - timedelta(hours=60))
    leaves = list(_leaves(angkatan, at))
    sent, typed = leaves[-len(SENT) :], leaves[: -len(SENT)]
    for leaf in typed:
        _enter(leaf, by, at)
    for number, (leaf, kind) in enumerate(zip(sent, SENT, strict=True)):
        _send(leaf, kind, number, by, at)
    _send_picture(angkatan, "IMG_2046.jpg", _table_top(), by, at)
    for job in Job.objects.open():
        running.carry_out(job.pk)
    _confirm(by, at)


def seen(angkatan: Angkatan, at: datetime) -> Any:
    """The first page that is owed, as a phone's camera has it."""
    leaf = next(_owed(angkatan, at))
    page = sheet_pictures.printed(bytes(leaf.sheet.printing.file.content), leaf.told["at"])
    return sheet_pictures.photo(page, size=(1200, 1600))


def _print(angkatan: Angkatan, by: User, at: datetime) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(by)
    with time_machine.travel(at):
        answer = client.get(f"/panitia/{angkatan.slug}/cetak/daftar-hadir.pdf")
    assert answer.status_code == 200, answer.status_code


def _leaves(angkatan: Angkatan, at: datetime) -> Iterator[Leaf]:
    """Those that are owed, without the last lists."""
    lists = returning.lists_of(angkatan, at).lists
    left = {session.pk for one in lists[-LEFT:] for session in one.sessions}
    return (leaf for leaf in _owed(angkatan, at) if leaf.sheet.session_id not in left)


def _owed(angkatan: Angkatan, at: datetime) -> Iterator[Leaf]:
    for one in returning.lists_of(angkatan, at).lists:
        for standing in one.leaves:
            if standing.status == Status.OWED and standing.sheet:
                sheet = PrintedSheet.objects.select_related("angkatan", "printing").get(pk=standing.sheet)
                leaf = leaf_of(sheet, standing.page)
                assert leaf is not None
                yield leaf


def _enter(leaf: Leaf, by: User, at: datetime) -> None:
    """As the desk has it: paper and record agree."""
    stands = standing_of(leaf)
    marks = {cell: _mark(one.state, has_come=one.has_come) for cell, one in stands.items()}
    marks |= {(row.number, one.pk): Mark.EMPTY for row in leaf.blanks for one in leaf.sessions if one}
    counts = {
        one.pk: sum(mark == Mark.PRESENT for (_, session), mark in marks.items() if session == one.pk)
        for one in leaf.sessions
        if one
    }
    entering.enter(leaf, Claim(marks, counts), kind=SheetEntry.Kind.TYPED, scan=None, key=uuid.uuid4(), by=by, at=at)


def _mark(state: str, *, has_come: bool) -> Mark:
    if has_come:
        return Mark.PRESENT
    return {"excused": Mark.EXCUSED, "sick": Mark.SICK}.get(state, Mark.EMPTY)


def _send(leaf: Leaf, kind: str, number: int, by: User, at: datetime) -> None:
    page = signed(Blank(bytes(leaf.sheet.printing.file.content), leaf), SEED + number, kind)
    _send_picture(leaf.angkatan, f"IMG_{2041 + number}.jpg", _cleared(page.picture), by, at)


def _cleared(picture: bytes) -> bytes:
    """As a phone sends it in its mode for documents: paper is white. Grain would be most of a picture's bytes."""
    seen = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    if seen is None:  # a PDF
        return picture
    light = np.maximum(cv2.GaussianBlur(seen, (0, 0), 40), 1).astype(np.float32)
    white = np.clip((seen / light - 0.3) / 0.62, 0, 1)
    return cv2.imencode(".jpg", (255 * white).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def _send_picture(angkatan: Angkatan, name: str, picture: bytes, by: User, at: datetime) -> None:
    keeping.take(angkatan, SimpleUploadedFile(name, picture), key=uuid.uuid4(), way=SheetUpload.Way.PHONE, by=by, at=at)


def _table_top() -> bytes:
    """A picture with nothing on it."""
    made = io.BytesIO()
    Image.new("RGB", (1200, 1600), (120, 96, 74)).save(made, "JPEG")
    return made.getvalue()


def _confirm(by: User, at: datetime) -> None:
    """The first page that was read, as it was read; where the desk had something else the paper counts."""
    scan = (
        SheetScan.objects.to_review().select_related("sheet__angkatan", "sheet__printing").earliest("upload__at", "pk")
    )
    assert scan.sheet
    assert scan.page
    leaf = leaf_of(scan.sheet, scan.page)
    assert leaf is not None
    stands, (session,) = standing_of(leaf), [one for one in leaf.sessions if one]
    marks = {
        (cell.row, session.pk): Mark.PRESENT if cell.verdict == Verdict.SIGNED else Mark.EMPTY
        for cell in Reading.of(scan.reading or {}).cells
    }
    marks |= {(row.number, session.pk): Mark.EMPTY for row in leaf.blanks}
    owed = [one for one in differences(leaf, marks, stands) if one.is_owed]
    claim = Claim(
        marks,
        {session.pk: sum(mark == Mark.PRESENT for mark in marks.values())},
        wins={one.cell: PAPER for one in owed},
        seen={one.cell: one.stands.event for one in owed},
    )
    entering.enter(leaf, claim, kind=SheetEntry.Kind.READ, scan=scan, key=uuid.uuid4(), by=by, at=at)
