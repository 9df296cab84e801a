"""An uploaded picture, drawn anew in a child process (``redraw.py``): what is kept is ours, byte for byte."""

import importlib.util
import logging
import os
import subprocess
import sys
from enum import Enum
from pathlib import Path

PROGRAM = Path(__file__).with_name("redraw.py")

logger = logging.getLogger(__name__)


class Fault(Enum):
    """Why nothing was drawn."""

    UNREADABLE = 1
    TOO_HEAVY = 2  # its memory or its time ended
    TOO_MANY_PIXELS = 3
    MOVING = 4


class NotDrawn(Exception):
    """No picture, or none that is drawn here; whoever asked has a sentence for each fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def redrawn(content: bytes, *, long_side: int, kind: str, most_pixels: int, seconds: float) -> bytes:
    """The picture upright, on white, its long side of at most so many pixels.

    :param kind: ``JPEG``, or ``PNG`` in 256 colours, which takes none that moves
    :raises NotDrawn: why not
    """
    command = [sys.executable, "-S", "-P", str(PROGRAM), str(os.getpid()), str(most_pixels), str(long_side), kind]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet
    ) as child:
        try:
            answer, _ = child.communicate(content, timeout=seconds)
        except subprocess.TimeoutExpired:
            logger.warning("Drawing a picture took more than %s seconds", seconds)
            raise NotDrawn(Fault.TOO_HEAVY) from None
        finally:
            child.kill()  # does nothing to one that has ended
    if child.returncode == 0:
        return answer
    logger.info("Drawing a picture ended with %s", child.returncode)
    known = {fault.value for fault in Fault}
    raise NotDrawn(Fault(child.returncode) if child.returncode in known else Fault.TOO_HEAVY)


def _environment() -> dict[str, str]:
    """Nothing of the site's own."""
    spec = importlib.util.find_spec("PIL")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("Pillow is not installed: see requirements.lock")
    return {"PYTHONPATH": str(Path(spec.origin).parent.parent)}
