"""Reads pictures of signed pages in a child process: what page a picture shows, and what each cell of it says.

A child serves one reader, picture after picture; one that dies of a picture is replaced for the next.
"""

import contextlib
import hashlib
import importlib.util
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from pelatihan.models import SheetUpload
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.reading import frames
from pelatihan.scans.shapes import Fault, Found, Reading

PROGRAM = "pelatihan.scans.reading.child"
SITE = Path(__file__).parents[2]
MOST_MEMORY = 1200 * 1024**2  # bytes of address space; a picture of 50 million pixels in colour needs 900
MOST_CPU = 12  # seconds a question; the slowest page needs 2
SECONDS = 60  # of the clock: others go first

logger = logging.getLogger(__name__)

PDF, JPEG, PNG = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


class Unread(Exception):
    """Why a file, or a picture in it, cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def kind_of(content: bytes) -> SheetUpload.Kind:
    """By its first bytes, whatever it is called.

    :raises Unread: it is neither
    """
    if content.startswith(JPEG):
        return SheetUpload.Kind.JPEG
    if content.startswith(PNG):
        return SheetUpload.Kind.PNG
    if PDF in content[:1024]:
        return SheetUpload.Kind.PDF
    raise Unread(Fault.NOT_A_PICTURE)


class Reader:
    """A child process to read with. ``with Reader() as reader: reader.open(content)``, then picture after picture:
    ``find`` it, take the ``picture`` itself, ``read`` it as the page that it shows.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._content: bytes | None = None
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def open(self, content: bytes) -> int:
        """The number of pictures in a file.

        :raises Unread: what is wrong with all of it
        """
        kind_of(content)
        self._content, self._number = None, 0
        count: int = self._ask({"ask": "open"}, content)[0]["count"]
        self._content = content
        return count

    def find(self, number: int) -> Found:
        """Look at a picture, from 1: which page it shows, or why that is not known.

        :raises Unread: it cannot be looked at
        """
        self._number = 0
        self._ready()
        told = self._ask({"ask": "find", "number": number})[0]["found"]
        self._number = number
        code = (told["code"][0], told["code"][1]) if told["code"] else None
        fault = Fault(told["fault"]) if told["fault"] else None
        return Found(told["width"], told["height"], code, told["marks"], fault)

    def picture(self) -> bytes:
        """The picture looked at: a JPEG, upright as the camera was held, nothing but its pixels."""
        self._ready()
        return self._ask({"ask": "picture"})[1][0]

    def read(self, leaf: Leaf, blank: bytes) -> tuple[Reading, bytes]:
        """What the picture looked at says, as this page, whatever code was found; and the page made straight, a JPEG.

        :param blank: the PDF that was printed
        :raises Unread: it does not show this page, or too little of it
        """
        if not leaf.told:
            raise Unread(Fault.NOT_THE_LIST)
        self._ready()
        layout = {name: leaf.sheet.layout[name] for name in ("size", "mark", "square")}
        question = {"ask": "read", "layout": layout, "told": leaf.told, "print": hashlib.sha256(blank).hexdigest()}
        head, parts = self._ask(question)
        if "wants" in head:
            self._ask({"ask": "print"}, blank)
            head, parts = self._ask(question)
        return Reading.of(head["reading"]), parts[0]

    # ---- The child -------------------------------------------------------------------------------

    def _ready(self) -> None:
        """A child that died forgot file and picture."""
        if self._child is not None or self._content is None:
            return
        self._ask({"ask": "open"}, self._content)
        if self._number:
            self._ask({"ask": "find", "number": self._number})

    def _ask(self, head: dict[str, Any], *parts: bytes) -> tuple[dict[str, Any], list[bytes]]:
        child = self._child or self._begun()
        alarm = threading.Timer(SECONDS, child.kill)
        alarm.start()
        try:
            frames.send(cast(BinaryIO, child.stdin), head, *parts)
            answer, made = frames.receive(cast(BinaryIO, child.stdout))
        except (OSError, EOFError):
            self._end()
            logger.warning("Reading a picture (%s) ended with %s", head["ask"], child.returncode)
            raise Unread(Fault.TOO_HEAVY) from None
        finally:
            alarm.cancel()
        if fault := answer.get("fault"):
            if where := answer.get("where"):
                logger.error("Reading a picture (%s) went wrong: %s", head["ask"], where)
            if fault == Fault.TOO_HEAVY:
                self._end()
            raise Unread(Fault(fault))
        return answer, made

    def _begun(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-S", "-P", "-m", PROGRAM, str(os.getpid()), str(MOST_MEMORY), str(MOST_CPU)]
        self._child = subprocess.Popen(
            command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):  # it may hold what a dead child did not take
                    pipe.close()


def _environment() -> dict[str, str]:
    """Nothing of the site's settings; one thread, for more take memory each."""
    spec = importlib.util.find_spec("cv2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("opencv-python-headless is not installed: see requirements.lock")
    return {
        "PYTHONPATH": os.pathsep.join((str(SITE), str(Path(spec.origin).parent.parent))), "PYTHONIOENCODING": "utf-8",
        "MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
    }  # fmt: skip
