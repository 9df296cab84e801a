"""The PDF engine: frozen data and one of the known templates become the bytes of a PDF, in a child process.

Data reach typst as JSON strings, so nothing in a name can become markup. The only date in the bytes is the list's own:
the same data give the same file. PDF/A-2b: a letter that the font lacks is an error instead of a box. Untagged: a list
to be signed by hand is read on paper (measured: tags make it six times as big). What people keep as a file is tagged.
A child of its own for each paper gives all its memory back, and can be stopped (``typesetter.py``, ``turns.py``).
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ormas import names
from pelatihan import dates
from pelatihan.dates import thousands
from pelatihan.papers import marking
from pelatihan.web.turns import NoPlace, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

    from _typeshed import DataclassInstance

FOLDER = Path(__file__).parent / "typst"
TYPESETTER = Path(__file__).parent / "typesetter.py"
MOST_ROWS = 10_000  # of all sheets together: 5 s of CPU and 800 MB (measured); twice the longest list there is
WAIT_SECONDS = 20
SET_SECONDS = 35  # with the wait less than the minute that proxies allow
RETRY_SECONDS = 15
MOST_QUOTED = 60  # letters of a text that a refusal names

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How many seconds to wait for one's turn, and then for the child."""

    wait: float = field(default_factory=lambda: WAIT_SECONDS)
    set: float = field(default_factory=lambda: SET_SECONDS)


@dataclass(frozen=True)
class Typeset:
    """A paper as it was set: the PDF, and what the compiler has to say about it (nothing, in a sound template).

    Of lists also, for each of them: the number of the last person on each of its pages, printed or not; and of those
    printed, where rows, columns, signers, marks and codes lie (``sheet`` in ``sheet.typ``).
    """

    pdf: bytes
    warnings: list[str]
    breaks: list[list[int]]
    places: list[dict[str, Any]]


class Template(StrEnum):
    """The papers there are; the names are those of the files in typst/."""

    ATTENDANCE_SESSION = "attendance_session"
    ATTENDANCE_DAY = "attendance_day"
    RECAP = "recap"
    INVITATION_LETTER = "invitation_letter"
    RECEIPT_LIST = "receipt_list"
    HONORARIUM = "honorarium"
    EMERGENCY = "emergency"
    PACK_PAGES = "pack_pages"
    GUESTS = "guests"
    PARTICIPANTS = "participants"
    ASSIGNMENT = "assignment"
    BIODATA = "biodata"
    HOUSE_RULES = "house_rules"
    SCHEDULE = "schedule"
    BADGE = "badge"
    BADGE_OWN = "badge_own"
    ROOMS_HOTEL = "rooms_hotel"
    ROOMS_WALL = "rooms_wall"
    CERTIFICATE = "certificate"

    @property
    def is_tagged(self) -> bool:
        """Whether it is read on a screen, by whoever cannot see it, too: PDF/UA-1 beside PDF/A-2b."""
        return self is Template.CERTIFICATE


# ---- Refusals: each is a sentence for the organiser ------------------------------------------------


class TooLong(Exception):
    """More rows than one file takes; nothing was begun."""


class LetterMissing(Exception):
    """Something on the paper holds a sign that the font lacks; the text says what and where."""


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


def missing_letter(data: DataclassInstance) -> str:
    """Which sign it is that papers cannot show, and in which words it stands: the shortest of all that hold it."""
    texts = sorted((text for text in _texts(data) if not all(map(names.is_printed, text))), key=len)
    if not texts:
        return "Ada tanda yang tidak ada pada huruf yang dipakai mencetak. Periksa tema, judul sesi, dan nama ormas."
    sign = names.shown(next(sign for sign in texts[0] if not names.is_printed(sign)))
    words = texts[0] if len(texts[0]) <= MOST_QUOTED else texts[0][:MOST_QUOTED] + "…"
    return (
        f"Tanda “{sign}” dalam “{words}” tidak ada pada huruf yang dipakai mencetak. Ubah tulisan itu, lalu cetak lagi."
    )


def _texts(data: object) -> Iterator[str]:
    """Every text in a frozen dataclass, in the order of its fields."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, tuple):
        for one in data:
            yield from _texts(one)
    elif hasattr(data, "__dataclass_fields__"):
        for value in vars(data).values():
            yield from _texts(value)


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

    def typeset(self, template: Template, data: DataclassInstance) -> Typeset:
        """The PDF of a frozen dataclass that says all that stands on the paper, and where it stands.

        :raises TypesettingFailed: when the child is killed, takes too long, or finds a fault in the template
        :raises LetterMissing: when the font lacks a letter
        :raises TooLong: when a marked list has more pages than there are codes
        """
        head, pdf = self._answer(template, data, "pdf", Patience())
        return Typeset(pdf, **head)

    def render(self, template: Template, data: DataclassInstance) -> bytes:
        """The bytes of the PDF alone; refusals as above."""
        return self.typeset(template, data).pdf

    def compiled(self, template: Template, data: DataclassInstance) -> tuple[bytes, list[str]]:
        """The PDF and the compiler's warnings."""
        made = self.typeset(template, data)
        return made.pdf, made.warnings

    def picture(self, template: Template, data: DataclassInstance, width: int) -> bytes:
        """A PNG of the first page, so many pixels wide; refusals as for the PDF.

        :param data: best cut down to what the first page needs (``Document.first_page``)
        """
        return self._answer(template, data, str(width), Patience())[1]

    def breaks(self, template: Template, data: DataclassInstance, patience: Patience) -> list[list[int]]:
        """For each sheet of the paper, the number of the last person on each of its pages.

        :raises TypesettingFailed: as for the PDF
        """
        head, _ = self._answer(template, data, "breaks", patience)
        found: list[list[int]] = head["breaks"]
        return found

    def each(self, template: Template, data: DataclassInstance, field: str) -> list[bytes]:
        """A PDF of its own for each thing in this field of the data, in one child; refusals as above.

        :param field: of a tuple
        """
        head, pdfs = self._answer(template, data, f"each:{field}", Patience())
        ends = list(itertools.accumulate(head["sizes"]))
        return [pdfs[start:end] for start, end in itertools.pairwise([0, *ends])]

    def _answer(
        self, template: Template, data: DataclassInstance, product: str, patience: Patience
    ) -> tuple[dict[str, Any], bytes]:
        written = dates.unparted(json.dumps(_said(data), default=vars)).encode()
        try:
            self._turn.wait(patience.wait)
        except NoPlace as refusal:
            raise QueueFull(refusal.ahead) from None
        try:
            head, _, pdf = _set(template, written, product, patience.set).partition(b"\n")
        except LetterMissing:
            raise LetterMissing(missing_letter(data)) from None
        return json.loads(head), pdf


def _said(data: DataclassInstance) -> dict[str, Any]:
    """What typst reads: the data, and how the codes of its sheets are drawn."""
    fields = vars(data)
    return fields | {"squares": [marking.square(code) for code in fields.get("codes", ())]}


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


def _set(template: Template, written: bytes, product: str, seconds: float) -> bytes:
    """What the child answers. It is never waited for longer than so many seconds, and never left behind."""
    tagged = ["tagged"] if template.is_tagged else []
    command = [sys.executable, "-S", "-P", str(TYPESETTER), template, str(os.getpid()), product, *tagged]
    quiet = subprocess.DEVNULL  # a compiler's words may quote what stands on the paper
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet
    ) as child:
        try:
            answer, _ = child.communicate(written, timeout=seconds)
        except subprocess.TimeoutExpired:
            logger.error("Typesetting %s took more than %s seconds", template, seconds)
            raise _stopped() from None
        finally:
            child.kill()  # does nothing to one that has ended
    if child.returncode == 0:
        return answer
    if child.returncode == 3:
        logger.warning("The font of the papers lacks a letter on %s", template)
        raise LetterMissing
    if child.returncode == 4:
        raise TooLong(
            f"Daftar ini lebih dari {marking.MOST_PAGES} halaman; kode lembar hanya bernomor sampai sekian. "
            "Persingkat tulisan yang panjang, atau cetak lembar kosong, lalu tulis namanya."
        )
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
