"""The PDF engine: frozen data and one of the known templates become the bytes of a PDF.

Data reach typst as JSON strings, so nothing in a name can become markup. The bytes carry no date: the same data
give the same file. Untagged: a list to be signed by hand is read on paper (measured: tags make it six times as big).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# typst keeps what its last ten compilations made, for a compilation alike: a gigabyte after ten long lists (measured).
COMPILATIONS_KEPT = 10
FOLDER = Path(__file__).parent / "typst"


class Template(StrEnum):
    """The papers there are; the names are those of the files in typst/."""

    ATTENDANCE_SESSION = "attendance_session"
    ATTENDANCE_DAY = "attendance_day"


@cache
def _fonts() -> typst.Fonts:
    """The vendored fonts only: a paper looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "font"])


def compiled(template: Template, data: DataclassInstance) -> tuple[bytes, list[str]]:
    """The PDF of a frozen dataclass, and what the compiler has to say about it (nothing, in a sound template)."""
    compiler = typst.Compiler(
        FOLDER / f"{template}.typ",
        root=FOLDER,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(asdict(data))},
    )
    pdf, warnings = compiler.compile_with_warnings(format="pdf", pdf_tags=False)
    _forget(compiler)
    assert isinstance(pdf, bytes)
    return pdf, [warning.message for warning in warnings]


def _forget(compiler: typst.Compiler) -> None:
    """Push the work just done out of typst's memory with empty documents (0.1 s of CPU after thirty pages)."""
    for _ in range(COMPILATIONS_KEPT):
        compiler.compile(b"", format="pdf", pdf_tags=False)


def render_pdf(template: Template, data: DataclassInstance) -> bytes:
    """The bytes of the PDF of a frozen dataclass that says all that stands on the paper."""
    return compiled(template, data)[0]
