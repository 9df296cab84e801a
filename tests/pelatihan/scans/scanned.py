"""Pictures of signed pages as they lie there once they were read, without anybody having read them."""

import io
import random
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import pypdfium2
from django.contrib.auth.models import User
from PIL import ImageDraw

from pelatihan.models import SheetScan, SheetUpload
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import SCALE, CellReading, Reading, Reason, Verdict, Warn, as_json
from pelatihan.web.kept_files import SHEETS
from tests.factories import UserFactory
from tests.pelatihan.scans.world import EVENING

type Cell = tuple[int, int]  # row, column
_numbers = iter(range(10_000_000))


def a_reading(
    leaf: Leaf,
    *,
    unsure: Mapping[Cell, Reason] | None = None,
    empty: Collection[Cell] = (),
    notes: Collection[int] = (),
    inked: Collection[int] = (),
    warnings: Collection[Warn] = (),
) -> Reading:
    """Everybody has signed, but for these cells; of blank rows only ``inked`` ones. Earlier named doubts weigh more."""
    doubts = dict(unsure or {})
    order = list(doubts)

    def cell(row: int, column: int, is_blank: bool) -> CellReading:
        at = (row, column)
        if at in doubts:
            return CellReading(row, column, Verdict.UNSURE, 0.95 - order.index(at) / 1000, doubts[at])
        is_empty = at in empty or (is_blank and row not in inked)
        return CellReading(row, column, Verdict.EMPTY if is_empty else Verdict.SIGNED, 0.02)

    columns = range(len(leaf.sessions))
    cells = tuple(cell(row.number, column, row.is_blank) for row in leaf.rows for column in columns)
    wide, tall = leaf.size()
    return Reading(cells, tuple(notes), tuple(warnings), 0.97, round(wide * SCALE), round(tall * SCALE), 0.4)


def a_scan(
    leaf: Leaf,
    reading: Reading | None,
    *,
    by: User | None = None,
    at: datetime = EVENING,
    draw: bool = False,
    **changes: Any,
) -> SheetScan:
    """One picture of a leaf, read, waiting for a person; with ``draw`` the picture itself lies in the folder, too."""
    number = next(_numbers)
    who = by or UserFactory(role="panitia")
    upload = SheetUpload.objects.create(
        angkatan=leaf.angkatan, kind="jpeg", way="phone", name=f"foto-{number}.jpg", size=1000, pages=1, at=at, by=who,
        sha256=f"{number:064x}",
    )  # fmt: skip
    usual: dict[str, Any] = {
        "state": SheetScan.State.READ,
        "sheet": leaf.sheet,
        "page": leaf.page,
        "read_at": at,
        "has_picture": True,
    }
    told = as_json(reading) if reading else None
    scan = SheetScan.objects.create(upload=upload, number=1, angkatan=leaf.angkatan, reading=told, **(usual | changes))
    if draw and reading:
        content = straight(leaf, reading)
        SHEETS.write(scan.straight_name, content)
        SHEETS.write(scan.picture_name, content)
    return scan


def straight(leaf: Leaf, reading: Reading) -> bytes:
    """The page as it was printed, with a scribble in each signed cell and less than that in each unsure one."""
    pdf = pypdfium2.PdfDocument(bytes(leaf.sheet.printing.file.content))
    picture = pdf[int(leaf.told["at"]) - 1].render(scale=SCALE * 25.4 / 72).to_pil().convert("RGB")
    pen, chance = ImageDraw.Draw(picture), random.Random(leaf.page)
    for cell in reading.cells:
        box = leaf.sign_box(cell.row, cell.column)
        if box and cell.verdict != Verdict.EMPTY:
            _scribble(pen, box, chance, is_faint=cell.verdict == Verdict.UNSURE)
    for row in reading.notes:
        if box := leaf.box(row, "note"):
            pen.text((box[0] * SCALE + 8, box[1] * SCALE + 16), "izin", fill=(30, 40, 120), font_size=34)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return kept.getvalue()


def _scribble(pen: ImageDraw.ImageDraw, box: tuple[float, ...], chance: random.Random, *, is_faint: bool) -> None:
    x, y, wide, tall = (one * SCALE for one in box)
    steps = 3 if is_faint else 14
    points = [
        (x + wide * (0.25 + 0.6 * step / 14), y + tall * (0.5 + chance.uniform(-0.3, 0.3) * (1 - is_faint)))
        for step in range(steps + 1)
    ]
    pen.line(points, fill=(160, 165, 190) if is_faint else (35, 45, 120), width=3 if is_faint else 5, joint="curve")
