"""A photograph of a letter, drawn anew in a child process (``redraw.py``): what is kept is ours, byte for byte."""

import importlib.util
import logging
import os
import subprocess
import sys
from pathlib import Path

from pelatihan.registration.refusals import LetterRefused

PROGRAM = Path(__file__).with_name("redraw.py")
SECONDS = 30
MOST_PIXELS = 50_000_000  # the largest that a telephone takes in its ordinary setting

UNREADABLE = (
    "Foto ini tidak terbaca; mungkin rusak atau terpotong saat disalin. Foto suratnya sekali lagi, lalu unggah lagi."
)
TOO_MANY_PIXELS = (
    f"Foto ini lebih dari {MOST_PIXELS // 1_000_000} megapiksel. Pilih resolusi yang lebih rendah di kamera,"
    " foto suratnya sekali lagi, lalu unggah lagi. PDF juga boleh."
)
TOO_HEAVY = "Foto ini terlalu berat untuk kami olah. Simpan sebagai JPG biasa atau PDF, lalu unggah lagi."
WHY = {1: UNREADABLE, 3: TOO_MANY_PIXELS}  # by the status with which the program ends

logger = logging.getLogger(__name__)


def redrawn(content: bytes) -> bytes:
    """The bytes of the JPEG that is kept.

    :raises LetterRefused: no picture, or too large a one
    """
    command = [sys.executable, "-S", "-P", str(PROGRAM), str(os.getpid()), str(MOST_PIXELS)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet
    ) as child:
        try:
            answer, _ = child.communicate(content, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning("Drawing a letter took more than %s seconds", SECONDS)
            raise LetterRefused(TOO_HEAVY) from None
        finally:
            child.kill()  # does nothing to one that has ended
    if child.returncode == 0:
        return answer
    logger.info("Drawing a letter ended with %s", child.returncode)
    raise LetterRefused(WHY.get(child.returncode, TOO_HEAVY))


def _environment() -> dict[str, str]:
    """Nothing of the site's own."""
    spec = importlib.util.find_spec("PIL")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("Pillow is not installed: see requirements.lock")
    return {"PYTHONPATH": str(Path(spec.origin).parent.parent)}
