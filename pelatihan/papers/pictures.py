"""True small pictures of papers: page one as it would be printed now, drawn once for what stands there.

Prints go first: of all pictures of the machine one at a time asks for a place in the queue of the papers, and those
that wait for it are few. A picture shows names, so it is kept in a private folder, and a day at most.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac
from PIL import Image

from pelatihan.papers import engine
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.engine import LetterMissing, Print, QueueFull, TooLong, TypesettingFailed
from pelatihan.papers.offered import Asked, Offered
from pelatihan.papers.parts import Document
from pelatihan.web.private_files import PrivateFolder
from pelatihan.web.turns import NoPlace, Turn

PICTURES = PrivateFolder("gambar", timedelta(days=1))
WAIT_SECONDS = 8
COLOURS = 24
SALT, LENGTH = "pelatihan.papers.pictures", 32
OF_THE_MOMENT = {"title", "as_of", "taken_at"}  # what alone makes one minute's paper differ from the next one's


class NoPicture(Exception):
    """None now: nothing to print, or others print. ``again`` tells whether it is worth asking again."""

    def __init__(self, *, again: bool) -> None:
        super().__init__(again)
        self.again = again


def picture_of(offer: Offered, asked: Asked, width: int) -> bytes:
    """The PNG.

    :raises NoPicture: there is none now
    """
    try:
        with Turn(engine.queue_folder() / "pictures") as turn:
            turn.wait(WAIT_SECONDS)
            offer.check(asked)
            page = offer.build(asked).first_page()
            stamp = stamp_of(page, width)
            return _kept(stamp) or _drawn(stamp, page, width)
    except (NoPlace, QueueFull, OSError):
        raise NoPicture(again=True) from None
    except TypesettingFailed as failed:
        raise NoPicture(again=failed.may_pass) from None
    except (NothingToPrint, TooLong, LetterMissing):
        raise NoPicture(again=False) from None


def _kept(stamp: str) -> bytes | None:
    place = PICTURES.path(f"{stamp}.png")
    return place.read_bytes() if place.exists() else None


def _drawn(stamp: str, page: Document, width: int) -> bytes:
    if not connection.in_atomic_block:
        connection.close()  # none is held while waiting
    with Print() as place:
        png = _small(place.picture(page.template, page, width))
    PICTURES.write(f"{stamp}.png", png)
    return png


def _small(png: bytes) -> bytes:
    """In few colours: a quarter of the bytes."""
    made = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS).save(made, "PNG", optimize=True)
    return made.getvalue()


# ---- What tells one picture from another ---------------------------------------------------------


def stamp_of(page: Document, width: int) -> str:
    """The same for the same words in the same template; keyed, so that nobody finds out words by trying."""
    words = json.dumps([page.template, width, _templates(), _shown(page)])
    return salted_hmac(SALT, words, algorithm="sha256").hexdigest()[:LENGTH]


def _shown(data: Any) -> Any:
    """What a paper shows, without the moment and without what was drawn for this one alone (``compare=False``)."""
    if isinstance(data, tuple | list):
        return [_shown(one) for one in data]
    if is_dataclass(data):
        own = {one.name: getattr(data, one.name) for one in fields(data) if one.compare}
        return {name: _shown(value) for name, value in own.items() if name not in OF_THE_MOMENT}
    return data if isinstance(data, str | int | float | bool | None) else str(data)


@cache
def _templates() -> list[int]:
    """When the templates were last changed: another release draws anew."""
    return [file.stat().st_mtime_ns for file in sorted(engine.FOLDER.glob("*.typ"))]
