"""The work of a worker: pictures of signed pages, one after the other, each told what it is and read. A part is some
seconds of it (``jobs.running``). Nothing of it counts before a person confirms.

A picture is a file before its row says so, under a name that follows from the row: a worker that is killed leaves at
most files that are written over when the page is read again. The file that was sent goes once that is certain.
"""

import time
from functools import partial

from django.db import transaction
from django.utils import timezone

from pelatihan.models import Angkatan, Job, PrintedSheet, SheetScan, SheetUpload
from pelatihan.papers import lying
from pelatihan.scans import keeping, states, waiting
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.reader import Reader, Unread
from pelatihan.scans.shapes import Fault, Found
from pelatihan.scans.states import Why
from pelatihan.web.kept_files import SHEETS

MOST_SECONDS = 4.0  # of one part; the page in hand is finished
FIRST = 1

Problem = SheetScan.Problem


class Stuck(Exception):
    """Somebody has to decide about this picture."""

    def __init__(self, problem: Problem, detail: str = "", leaf: tuple[PrintedSheet, int] | None = None) -> None:
        super().__init__(problem)
        self.problem, self.detail, self.leaf = problem, detail, leaf


def part(job: Job) -> int:
    """The next pages of the batch, until some seconds are over; how many. In the order they came."""
    angkatan = Angkatan.objects.get(pk=job.plan["angkatan"])
    waiting.read_alone(angkatan)
    if not waiting.left(angkatan):
        waiting.stand_in_door(angkatan)
        if not waiting.left(angkatan):
            Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)  # behind whoever enters a leaf
            states.entered_meanwhile(angkatan)
            return 0
    count = _pages(angkatan)
    job.total = job.done + count + waiting.left(angkatan)
    return count


def _pages(angkatan: Angkatan) -> int:
    count, until = 0, time.monotonic() + MOST_SECONDS
    with Reader() as reader:
        desk = Desk(reader)
        while not count or time.monotonic() < until:
            if scan := waiting.unread(angkatan).select_related("upload", "angkatan", "sheet__printing").first():
                desk.read(scan)
                count += 1
            elif upload := waiting.uncut(angkatan).first():
                count += desk.cut(upload)
            else:
                break
    return count


class Desk:
    """One reader and the file that it has open: the next page of the same PDF is at hand."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self._open, self._pages = reader, "", 0

    def cut(self, upload: SheetUpload) -> int:
        """A picture for each page; or the one that says why not. How many were dealt with."""
        try:
            pages = self._opened(upload.file_name)
        except Stuck as stuck:
            states.spoiled(upload, stuck.problem, stuck.detail, at=timezone.now())
            _tidy(upload)
            return 1
        states.cut(upload, pages)
        return 0

    def read(self, scan: SheetScan) -> None:
        """What it shows, or what is wrong with it."""
        try:
            leaf = self._leaf(scan)
            reading, straight = self.reader.read(leaf, bytes(leaf.sheet.printing.file.content))
            SHEETS.write(scan.straight_name, straight)
            states.read(scan, leaf.sheet, leaf.page, reading, at=timezone.now())
        except Unread as unread:
            self._open = ""
            self._stuck(scan, Stuck(states.problem_of(unread.fault), unread.fault, _known(scan)))
        except Stuck as stuck:
            self._stuck(scan, stuck)
        _tidy(scan.upload)

    def _stuck(self, scan: SheetScan, why: Stuck) -> None:
        if why.problem == Problem.OTHER_ANGKATAN and scan.has_picture:
            scan.has_picture = False
            transaction.on_commit(partial(SHEETS.remove, scan.picture_name))
        leaf = why.leaf or (_known(scan) if scan.is_typed else None)
        states.stuck(scan, why.problem, why.detail, leaf=leaf, at=timezone.now())

    def _leaf(self, scan: SheetScan) -> Leaf:
        """Which page it is, once the picture itself is kept; that of another batch is not.

        :raises Stuck: none that can be read
        """
        found = self._look(scan)
        other = None if scan.is_typed else _other_batch(found, scan.angkatan)
        if other:
            raise Stuck(Problem.OTHER_ANGKATAN, other.name)
        if not scan.has_picture:
            SHEETS.write(scan.picture_name, self.reader.picture())
            scan.has_picture = True
        leaf = _typed(scan) if scan.is_typed else _printed(found)
        scan.sheet, scan.page = leaf.sheet, leaf.page
        _check(leaf)
        return leaf

    def _look(self, scan: SheetScan) -> Found:
        if scan.has_picture:
            self._opened(scan.picture_name)
            return self.reader.find(FIRST)
        self._opened(scan.upload.file_name)
        return self.reader.find(scan.number)

    def _opened(self, name: str) -> int:
        """How many pictures are in that file.

        :raises Stuck: none
        """
        if name == self._open:
            return self._pages
        self._open = ""
        try:
            self._pages = self.reader.open(SHEETS.read(name))
        except FileNotFoundError:
            raise Stuck(Problem.UNREADABLE, Why.FILE_GONE) from None
        except Unread as unread:
            raise Stuck(states.problem_of(unread.fault), unread.fault) from None
        self._open = name
        return self._pages


# ---- Which page it is ------------------------------------------------------------------------------


def _other_batch(found: Found, angkatan: Angkatan) -> Angkatan | None:
    sheet = lying.sheet_by_code(found.code[0]) if found.code else None
    return sheet.angkatan if sheet and sheet.angkatan_id != angkatan.pk else None


def _typed(scan: SheetScan) -> Leaf:
    """What a person said it is; the code in the picture may be covered."""
    leaf = leaf_of(scan.sheet, scan.page) if scan.sheet and scan.page else None
    if leaf is None:
        raise Stuck(Problem.UNKNOWN_CODE)
    return leaf


def _printed(found: Found) -> Leaf:
    if found.fault or not found.code:
        fault = found.fault or Fault.NO_CODE
        raise Stuck(states.problem_of(fault), fault)
    sheet = lying.sheet_by_code(found.code[0])
    if sheet is None:
        raise Stuck(Problem.UNKNOWN_CODE)
    leaf = leaf_of(sheet, found.code[1])
    if leaf is None:
        raise Stuck(Problem.WRONG_PAGE, Why.NO_SUCH_PAGE)
    return leaf


def _check(leaf: Leaf) -> None:
    """Whether it can be read against its print.

    :raises Stuck: it is kept as what it is, but not read
    """
    known = (leaf.sheet, leaf.page)
    if not leaf.is_attendance:
        raise Stuck(Problem.NOT_ATTENDANCE, leaf=known)
    if not any(leaf.sessions):
        raise Stuck(Problem.SESSION_GONE, Why.SESSION_GONE if leaf.sessions else Why.NO_SESSION, leaf=known)
    if not leaf.told:
        raise Stuck(Problem.UNREADABLE, Why.NO_LAYOUT, leaf=known)


def _known(scan: SheetScan) -> tuple[PrintedSheet, int] | None:
    return (scan.sheet, scan.page) if scan.sheet and scan.page else None


def _tidy(upload: SheetUpload) -> None:
    """The file that was sent goes with the last page that needs it."""
    if not keeping.needs_original(upload):
        transaction.on_commit(partial(SHEETS.remove, upload.file_name))
