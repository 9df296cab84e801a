"""The child process that reads pictures of signed pages: it answers one question after the other until nobody asks.

A file may say that it is small and take all memory while it is opened, so that happens here, where memory and time end
early. This program knows OpenCV, zxing, pdfium, Pillow and plain values of the site: no settings, no database, no keys.
"""

import ctypes
import hashlib
import os
import resource
import signal
import sys
import traceback
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import pypdfium2

from pelatihan.scans.reading import finding, frames, reading
from pelatihan.scans.reading.finding import Look
from pelatihan.scans.reading.ink import Blank
from pelatihan.scans.reading.opening import Opened, Picture, Unreadable, blank_page
from pelatihan.scans.reading.page import Page
from pelatihan.scans.reading.straightening import Unfit
from pelatihan.scans.shapes import SCALE, Fault

PATIENCE = 10  # nice: whoever waits at a door goes first
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
KEPT_PRINTS, KEPT_BLANKS = 2, 3  # PDFs of printings; their pages as pictures, 22 MB each


class Desk:
    """What lies there between two questions."""

    def __init__(self) -> None:
        self._opened: Opened | None = None
        self._picture: Picture | None = None
        self._look: Look | None = None
        self._prints: OrderedDict[bytes, pypdfium2.PdfDocument] = OrderedDict()
        self._blanks: OrderedDict[tuple[bytes, int], Blank] = OrderedDict()

    def answer(self, head: dict[str, Any], parts: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
        """To one question.

        :raises Unreadable, Unfit: why there is none
        """
        match head["ask"]:
            case "open":
                self._opened, self._picture, self._look = None, None, None
                self._opened = Opened(parts[0])
                return {"count": self._opened.count}, []
            case "find":
                assert self._opened
                self._picture, self._look = None, None
                self._picture = self._opened.picture(head["number"])
                grey = self._picture.grey
                self._look = finding.look(grey)
                return {"found": asdict(finding.told(self._look, grey))}, []
            case "picture":
                assert self._picture
                return {}, [reading.jpeg(self._picture.pixels)]
            case "print":
                self._print(hashlib.sha256(parts[0]).digest(), parts[0])
                return {}, []
            case _:
                return self._read(head)

    def _read(self, head: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        assert self._picture
        assert self._look
        page = reading.page_of(head["layout"], head["told"])
        digest = bytes.fromhex(head["print"])
        if digest not in self._prints:
            return {"wants": "print"}, []
        outcome = reading.read(self._picture, self._look, page, self._blank(digest, head["told"]["at"], page))
        return {"reading": asdict(outcome.reading)}, [reading.jpeg(outcome.straight)]

    def _print(self, digest: bytes, content: bytes) -> None:
        self._prints[digest] = pypdfium2.PdfDocument(content)
        while len(self._prints) > KEPT_PRINTS:
            gone, _ = self._prints.popitem(last=False)
            for key in [key for key in self._blanks if key[0] == gone]:
                del self._blanks[key]

    def _blank(self, digest: bytes, at: int, page: Page) -> Blank:
        key = digest, at
        if key not in self._blanks:
            size = round(page.size[0] * SCALE), round(page.size[1] * SCALE)
            self._blanks[key] = Blank.of(blank_page(self._prints[digest], at - 1, size))
            while len(self._blanks) > KEPT_BLANKS:
                self._blanks.popitem(last=False)
        return self._blanks[key]


def main(parent: int, most_memory: int, most_cpu: int) -> int:
    """Until the questions end; 1 when memory does."""
    behave(parent, most_memory)
    desk, asks, answers = Desk(), sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library might print is no answer
    while True:
        try:
            head, parts = frames.receive(asks)
        except EOFError:
            return 0
        allow(most_cpu)
        if not _answered(desk, answers, head, parts):
            return 1


def _answered(desk: Desk, answers: BinaryIO, head: dict[str, Any], parts: list[bytes]) -> bool:
    """Whether the child may go on: after its memory ended it had better not."""
    try:
        told, made = desk.answer(head, parts)
    except (Unreadable, Unfit) as why:
        frames.send(answers, {"fault": why.fault})
        return True
    except MemoryError:
        return _too_heavy(answers)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            return _too_heavy(answers)
        return _broken(answers, error)
    except Exception as error:  # libraries have faults of many kinds
        return _broken(answers, error)
    frames.send(answers, told, *made)
    return True


def _broken(answers: BinaryIO, error: Exception) -> bool:
    """Where it was, and no word of what the picture shows."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}"
    frames.send(answers, {"fault": Fault.BROKEN, "where": where})
    return True


def _too_heavy(answers: BinaryIO) -> bool:
    frames.send(answers, {"fault": Fault.TOO_HEAVY})
    return False


def behave(parent: int, most_memory: int) -> None:
    """Let others go first, take no more than a share, leave nothing behind, and end with the parent."""
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold signatures
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before the line above
        os._exit(1)
    os.nice(PATIENCE)
    cv2.setNumThreads(1)


def allow(seconds: int) -> None:
    """So much CPU more; then the process is ended."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, most))


if __name__ == "__main__":
    os._exit(main(*map(int, sys.argv[1:4])))  # at once: giving the memory back piece by piece takes time
