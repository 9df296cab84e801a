"""The PDF engine: frozen data and one of the known templates become the bytes of a PDF, in a child process.

Data reach typst as JSON strings, so nothing in a name can become markup. The bytes carry no date: the same data
give the same file. Untagged: a list to be signed by hand is read on paper (measured: tags make it six times as big).
A child of its own for each paper gives all its memory back, and can be stopped (``typesetter.py``, ``turns.py``).
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from pelatihan.dates import thousands
from pelatihan.papers.turns import NoPlace, Turn

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from _typeshed import DataclassInstance

FOLDER = Path(__file__).parent / "typst"
TYPESETTER = Path(__file__).parent / "typesetter.py"
MOST_ROWS = 10_000  # of all sheets together: 6 s of CPU and 1 GB (measured); twice the longest list there is
WAIT_SECONDS = 20
SET_SECONDS = 35  # with the wait less than the minute that proxies allow
RETRY_SECONDS = 15

logger = logging.getLogger(__name__)


class Template(StrEnum):
    """The papers there are; the names are those of the files in typst/."""

    ATTENDANCE_SESSION = "attendance_session"
    ATTENDANCE_DAY = "attendance_day"


# ---- Refusals: each is a sentence for the organiser ------------------------------------------------


class TooLong(Exception):
    """More rows than one file takes; nothing was begun."""


class QueueFull(Exception):
    """Too many print at this moment."""

    def __init__(self, ahead: int) -> None:
        super().__init__(f"Saat ini {ahead} cetakan lain masih dikerjakan atau menunggu sebelum cetakan Anda.")


class TypesettingFailed(Exception):
    """No PDF came; ``may_pass`` tells whether it is worth trying again."""

    def __init__(self, sentence: str, *, may_pass: bool) -> None:
        super().__init__(sentence)
        self.may_pass = may_pass


def check_length(people: int, sheets: int, spare_rows: int = 0) -> None:
    """Say that a list is too long before anything is begun.

    :raises TooLong: with what to choose instead
    """
    rows = (people + spare_rows) * sheets
    if rows <= MOST_ROWS:
        return
    size = f"{thousands(rows)} baris ({thousands(people)} peserta, {thousands(sheets)} lembar)"
    choose = "Pilih satu sesi atau satu hari saja." if sheets > 1 else "Cetak lembar kosong, lalu tulis namanya."
    raise TooLong(f"Daftar ini {size}; satu berkas memuat paling banyak {thousands(MOST_ROWS)}. {choose}")


# ---- Setting ---------------------------------------------------------------------------------------


class Print:
    """A place in the machine's queue, for one paper. ``with Print() as place: place.render(template, data)``.

    Entering tells at once whether there is a place, before data are read in vain.

    :raises QueueFull: on entering, and on waiting too long
    """

    def __init__(self) -> None:
        self._turn = Turn(queue_folder())

    def __enter__(self) -> Self:
        try:
            self._turn.__enter__()
        except NoPlace as refusal:
            raise QueueFull(refusal.ahead) from None
        except OSError as trouble:  # a full or closed disk
            logger.error("No queue for papers: %s", trouble)
            raise _stopped() from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turn.__exit__(kind, value, trace)

    def render(self, template: Template, data: DataclassInstance) -> bytes:
        """The bytes of the PDF of a frozen dataclass that says all that stands on the paper."""
        return self.compiled(template, data)[0]

    def compiled(self, template: Template, data: DataclassInstance) -> tuple[bytes, list[str]]:
        """The PDF, and what the compiler has to say about it (nothing, in a sound template).

        :raises TypesettingFailed: when the child is killed, takes too long, or finds a fault in the template
        """
        written = json.dumps(data, default=vars).encode()
        try:
            self._turn.wait(WAIT_SECONDS)
        except NoPlace as refusal:
            raise QueueFull(refusal.ahead) from None
        head, _, pdf = _set(template, written).partition(b"\n")
        return pdf, json.loads(head)["warnings"]


def render_pdf(template: Template, data: DataclassInstance) -> bytes:
    """The bytes of the PDF, when it is its turn."""
    with Print() as place:
        return place.render(template, data)


def compiled(template: Template, data: DataclassInstance) -> tuple[bytes, list[str]]:
    """The PDF and the compiler's warnings, when it is its turn."""
    with Print() as place:
        return place.compiled(template, data)


def queue_folder() -> Path:
    """Where the workers of this installation meet."""
    return Path(settings.DATA_DIR) / "papers"


def _set(template: Template, written: bytes) -> bytes:
    """What the child answers. It is never waited for longer than ``SET_SECONDS``, and never left behind."""
    command = [sys.executable, "-S", "-P", str(TYPESETTER), template, str(os.getpid())]
    quiet = subprocess.DEVNULL  # a compiler's words may quote what stands on the paper
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet
    ) as child:
        try:
            answer, _ = child.communicate(written, timeout=SET_SECONDS)
        except subprocess.TimeoutExpired:
            logger.error("Typesetting %s took more than %s seconds", template, SET_SECONDS)
            raise _stopped() from None
        finally:
            child.kill()  # does nothing to one that has ended
    if child.returncode == 0:
        return answer
    places = answer.decode(errors="replace") if child.returncode == 1 else ""
    logger.error("Typesetting %s ended with %s %s", template, child.returncode, places)
    raise _faulty() if child.returncode == 1 else _stopped()


def _environment() -> dict[str, str]:
    """Nothing of the site's own. One thread: more would not wait for the desk, and take memory each."""
    spec = importlib.util.find_spec("typst")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("typst is not installed: see requirements.lock")
    return {"PYTHONPATH": str(Path(spec.origin).parent.parent), "RAYON_NUM_THREADS": "1"}


def _stopped() -> TypesettingFailed:
    return TypesettingFailed("Penyusunan lembar ini terhenti sebelum selesai.", may_pass=True)


def _faulty() -> TypesettingFailed:
    return TypesettingFailed("Lembar ini tidak dapat disusun. Gangguan ini sudah tercatat.", may_pass=False)
