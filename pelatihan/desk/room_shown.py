"""What stands on the screen in the room at one moment: the code, or why there is none and what to do instead."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Self

import segno

from ormas.called import short_name
from pelatihan import dates
from pelatihan.desk import answers, room_code
from pelatihan.desk.over import Over, over
from pelatihan.models import Attendance, Session

QUIET = 4  # modules of white around a code
LONG, LONGEST = 100, 160  # letters of a title, from which on it is written smaller
OFTEN = 15  # s
A_MINUTE = timedelta(minutes=1)
GO_TO_DESK = "Silakan ke meja presensi."
ICONS = {
    "cancelled": "x-circle-fill",
    "batch_closed": "lock-fill",
    "no_attendance": "slash-circle",
    "closed": "lock-fill",
    "over": "check-circle-fill",
    "off": "qr-code-scan",
    "not_open": "clock-fill",
}


@dataclass(frozen=True)
class Picture:
    """A QR code as a drawing of so many modules on each side, white around it included."""

    side: int
    path: str

    @classmethod
    def of(cls, text: str) -> Self:
        made = segno.make(text, error="m", micro=False, boost_error=False)
        lines = list(made.matrix_iter(border=QUIET))
        return cls(len(lines), "".join(_dark(y, line) for y, line in enumerate(lines)))


def _dark(y: int, line: Iterable[int]) -> str:
    """The dark modules of a line, each run of them as one box."""
    drawn, begun = [], None
    for x, dark in enumerate([*line, 0]):
        if dark and begun is None:
            begun = x
        elif not dark and begun is not None:
            drawn.append(f"M{begun} {y}h{x - begun}v1H{begun}z")
            begun = None
    return "".join(drawn)


@dataclass(frozen=True)
class Code:
    """The code of the present half minute."""

    picture: Picture
    digits: str
    ends_at: datetime


@dataclass(frozen=True)
class Instead:
    """Why there is no code: a word to be read from ten metres, what it means, and what to do."""

    state: str
    word: str
    text: str
    then: str = GO_TO_DESK
    leads_to: Session | None = None
    may_switch_on: bool = False

    @property
    def icon(self) -> str:
        return ICONS[self.state]


@dataclass(frozen=True)
class Shown:
    """One moment of the screen; ``until`` says from when on the clock alone makes it another one."""

    session: Session
    at: datetime
    code: Code | None
    instead: Instead | None
    until: datetime | None

    @property
    def state(self) -> str:
        return self.instead.state if self.instead else "on"

    @property
    def may_switch_off(self) -> bool:
        return self.state in {"on", "not_open"}

    @property
    def left(self) -> timedelta:
        """For how long the code is the present one."""
        return self.code.ends_at - self.at if self.code else timedelta()

    @property
    def seconds_left(self) -> int:
        return ceil(self.left.total_seconds())

    @property
    def share_left(self) -> str:
        """Of a hundred, as a drawing takes it."""
        return f"{100 * (self.left / room_code.WINDOW):.1f}"

    @property
    def times(self) -> dict[str, str]:
        """For the script, in ms: how long the code is present, how long each is, and is taken after that."""
        length = _ms(room_code.WINDOW)
        return {"left": _ms(self.left), "window": length, "grace": length}

    @property
    def refresh(self) -> int:
        """Seconds after which a browser without JavaScript asks again: as the code changes, or somebody may be in."""
        return min(self.seconds_left, OFTEN) if self.code else OFTEN

    @property
    def title_size(self) -> str:
        letters = len(self.session.title)
        return "wall-longest" if letters > LONGEST else "wall-long" if letters > LONG else ""


def _ms(span: timedelta) -> str:
    return str(span // timedelta(milliseconds=1))


def why_never(session: Session, at: datetime) -> Instead | None:
    """Why no switch brings a code to the screen any more; None while it does."""
    batch = session.angkatan
    if batch.cancelled_at:
        return Instead(
            "cancelled", "Angkatan dibatalkan", f"{batch.name} dibatalkan, jadi kehadiran tidak dicatat.", ""
        )
    if batch.closed_at:
        return Instead("batch_closed", "Angkatan sudah ditutup", f"{batch.name} sudah ditutup.", "")
    if not session.takes_attendance:
        return Instead("no_attendance", "Tanpa daftar hadir", "Sesi ini tidak memakai daftar hadir.", "")
    if session.closed_at:
        return Instead("closed", "Presensi ditutup", "Sesi ini sudah ditutup.", "Silakan temui panitia.")
    if session.is_over(at):
        return Instead("over", "Sesi sudah selesai", f"Sesi ini selesai pukul {dates.clock(session.ends_at)}.")
    return None


def of(session: Session, at: datetime, address: Callable[[str], str]) -> Shown:
    """What the screen shows, and until when if nothing is written; one query more once the session is over.

    :param address: of the page behind the code, by its token
    """
    instead = why_never(session, at) or _off(session, at) or _not_open(session, at)
    if instead is None:
        ends = room_code.ends_at(at)
        token = room_code.token(session.pk, at)
        code = Code(Picture.of(address(token)), _grouped(room_code.digits(session.pk, at)), ends)
        return Shown(session, at, code, None, min(ends, session.ends_at))
    if instead.state in {"closed", "over"}:
        instead = _with_way(instead, over(session, at))
        return Shown(session, at, None, instead, at + A_MINUTE)
    coming = [moment for moment in (session.opens_at, session.ends_at) if moment > at]
    return Shown(session, at, None, instead, min(coming, default=None))


def _off(session: Session, at: datetime) -> Instead | None:
    if session.self_check_in:
        return None
    later = "" if session.is_open(at) else f" Kode tampil {answers.opening(session, at)}."
    text = "Dengan kode ini peserta mencatat kehadirannya sendiri: memindai layar dengan ponselnya, lalu satu ketukan."
    then = f"Kode berganti tiap 30 detik, dan meja presensi tetap bekerja seperti biasa.{later}"
    return Instead("off", "Kode ruangan mati", text, then, may_switch_on=True)


def _not_open(session: Session, at: datetime) -> Instead | None:
    if session.is_open(at):
        return None
    text = f"Kode tampil di sini {answers.opening(session, at)}."
    return Instead("not_open", "Presensi belum dibuka", text, "")


def _with_way(instead: Instead, told: Over | None) -> Instead:
    """With what the desk says of a session that is over, and the session to go on with."""
    if told is None:
        return instead
    then = told.then if told.leads_to else instead.then
    return Instead(instead.state, instead.word, told.words, then, told.leads_to)


def _grouped(digits: str) -> str:
    return f"{digits[:3]} {digits[3:]}"


def names_of(last: Iterable[Attendance]) -> list[str]:
    """Who came in last, as they are called."""
    return [short_name(one.registration.name) for one in last]
