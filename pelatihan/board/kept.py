"""Boards that this process has made: all who watch one get it while nothing changes, and two seconds when much does.

What is kept names nobody who watches: how it looks depends on the address and on what its reader may see, and both are
in its key, with the database and its schema.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import cache
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from pelatihan.attendance import shown

MOST_BYTES = 4_000_000  # of all together
YOUNG = 2.0  # seconds in which one that renews itself may get what was made before the last change
WAITS = 2.0  # seconds for somebody who makes the same
OF_PROGRAM = ("templates/board/includes/*.html", "pelatihan/board/*.py", "pelatihan/attendance/f*.py")


class Asked(NamedTuple):
    """All that a board depends on but the data and the clock: the address, and what its reader may."""

    origin: str
    slug: str
    day: str
    session: str
    page: str
    rights: tuple[str, ...]
    zone: str


class Made(NamedTuple):
    """A board: its words, until when the clock changes nothing of them, and what it was made of."""

    html: str
    until: datetime
    tag: str
    born: float


type Key = tuple[str, str, Asked]

_boards: OrderedDict[Key, Made] = OrderedDict()
_making = Lock()


def tag(asked: Asked, name: str, until: datetime) -> str:
    return shown.tag(name, asked, program(), until=until)


def holds(sent: str, asked: Asked, name: str, at: datetime) -> bool:
    """Whether who sends this mark has the board that they would get now."""
    return shown.holds(sent, name, asked, program(), at=at)


def board(
    asked: Asked, name: str, at: datetime, make: Callable[[], tuple[str, datetime]], *, renews: bool = False
) -> Made:
    """The board of what is named so; made by one at a time.

    :param name: ``shown.now()``, from before
    :param renews: whoever asks will ask again in seconds: then one that is hardly older than that is good enough
    """
    key = (str(connection.settings_dict["NAME"]), name.partition(".")[0], asked)
    if found := _found(key, asked, name, at, renews=renews):
        return found
    waited = _making.acquire(timeout=WAITS)
    try:
        if found := _found(key, asked, name, at, renews=renews):
            return found
        born = time.monotonic()
        html, until = make()
        made = Made(html, until, tag(asked, name, until), born)
        _keep(key, made)
        return made
    finally:
        if waited:
            _making.release()


def forget() -> None:
    """Between tests."""
    _boards.clear()


def _found(key: Key, asked: Asked, name: str, at: datetime, *, renews: bool) -> Made | None:
    made = _boards.get(key)
    if made is None or at >= made.until:
        return None
    is_young = renews and time.monotonic() - made.born < YOUNG
    return made if is_young or made.tag == tag(asked, name, made.until) else None


def _keep(key: Key, made: Made) -> None:
    """The last of each, and of all together no more than fit."""
    _boards.pop(key, None)
    _boards[key] = made
    while sum(len(one.html) for one in list(_boards.values())) > MOST_BYTES and _boards:
        _boards.popitem(last=False)


@cache
def program() -> str:
    """Another one when what writes the board is another one."""
    found = hashlib.sha256()
    for pattern in OF_PROGRAM:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:12]
