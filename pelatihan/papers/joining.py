"""Several PDFs become one, or one zip. Pages stay as they were made; the one file says again that it is PDF/A-2b."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.timezone import localtime
from pikepdf import Dictionary, Name, OutlineItem, Page, Pdf, Rectangle


@dataclass(frozen=True)
class Piece:
    """One PDF: how readers list it beside the pages, how it is called in a zip, where it lies."""

    name: str
    file_name: str
    path: Path


def sizes_of(path: Path) -> list[tuple[float, float]]:
    """Width and height of each page, in mm."""
    with Pdf.open(path) as pdf:
        return [_size(page) for page in pdf.pages]


def _size(page: Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return (right - left) / 72 * 25.4, (top - bottom) / 72 * 25.4


def join(pieces: Sequence[Piece], target: Path, *, title: str, at: datetime, stamps: Path | None = None) -> int:
    """One PDF in the order of the pieces, with a bookmark for each; how many pages.

    :param stamps: a PDF whose pages are laid over the last ones of these, one over each
    """
    with Pdf.new() as whole:
        starts = []
        for piece in pieces:
            starts.append(len(whole.pages))
            with Pdf.open(piece.path) as pdf:
                if not starts[-1]:
                    whole.Root.OutputIntents = whole.copy_foreign(pdf.Root.OutputIntents)
                whole.pages.extend(pdf.pages)
        for page in whole.pages:
            if "/StructParents" in page.obj:  # what a tagged paper says of its order is not brought along
                del page.obj["/StructParents"]
        if stamps:
            _stamp(whole, stamps)
        with whole.open_outline() as outline:
            outline.root.extend(OutlineItem(piece.name, start) for piece, start in zip(pieces, starts, strict=True))
        _say_what_it_is(whole, title, at)
        whole.save(target, deterministic_id=True, min_version="1.7")
        return len(whole.pages)


def _stamp(whole: Pdf, stamps: Path) -> None:
    with Pdf.open(stamps) as over:
        first = len(whole.pages) - len(over.pages)
        for number, page in enumerate(over.pages, start=first):
            whole.pages[number].add_overlay(page, Rectangle(whole.pages[number].mediabox))


def _say_what_it_is(whole: Pdf, title: str, at: datetime) -> None:
    """Nothing but the metadata that PDF/A asks for: of when the lists are, and what it is called."""
    whole.Root.Lang = "id"
    whole.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    whole.Root.PageMode = Name.UseOutlines
    with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
        about["pdfaid:part"], about["pdfaid:conformance"] = "2", "B"
        about["dc:title"] = title
        about["xmp:CreateDate"] = localtime(at).isoformat(timespec="seconds")
    if "/Info" in whole.trailer:
        del whole.trailer["/Info"]


def pack(pieces: Sequence[Piece], target: Path, *, at: datetime) -> None:
    """One zip, numbered in the order of the pieces. PDFs are packed already."""
    moment = localtime(at).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as whole:
        for number, piece in enumerate(pieces, start=1):
            info = zipfile.ZipInfo(f"{number:02}-{piece.file_name}", moment)
            info.external_attr = 0o600 << 16
            whole.writestr(info, piece.path.read_bytes())
