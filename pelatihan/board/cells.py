"""What stands in the cells of the recap: a letter, and who recorded it, how, when and why.

Fifteen thousand cells hold few different things: what a clock shows to the minute, by whom and how. Each of them is put
into words once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.contrib.auth.models import User
from django.db.models import Case, CharField, F, Func, Q, Value, When
from django.utils.timezone import get_current_timezone_name

from pelatihan import dates
from pelatihan.models import Attendance, AttendanceEvent, AttendanceState, Registration, Session
from pelatihan.papers.recap_sheet import LETTERS, UNKNOWN_LETTER, UNKNOWN_WORD

Kind, Means = AttendanceEvent.Kind, AttendanceEvent.Means
WAYS = {
    Means.SCAN: "dipindai",
    Means.NAME: "dicari namanya",
    Means.PAPER: "menurut lembar, diisi",
    Means.SELF: "lewat kode ruangan",
    Means.WALK_IN: "datang langsung, dicatat",
    Means.CORRECTION: "diisi",
    Means.OVERRIDE: "dipersilakan masuk",
    Means.CLOSING: "belum tercatat saat sesi ditutup",
}
KEPT = "dipertahankan"  # what came late, or by the room's code and was struck
LOOKS = {state.value: (LETTERS[state], str(state.label)) for state in AttendanceState}
WITHOUT_CLOCK = frozenset({AttendanceState.EXCUSED, AttendanceState.SICK, AttendanceState.ABSENT})

type Row = tuple[str, str, str, str, int | None, str, str, str | None, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """What counts for one person in one session. ``how`` is empty where nothing counts.

    ``left`` is when somebody went who left early, and ``owes`` whether changing it takes a reason.
    """

    state: str
    letter: str
    word: str
    how: str
    left: str
    owes: bool
    mark: str  # the cell of a session that is only read


def _marked(look: str, letter: str, title: str) -> str:
    return f'<td class="grid-cell"><abbr class="mark mark-{look}" title="{escape(title)}">{letter}</abbr></td>'


UNKNOWN = Cell("", UNKNOWN_LETTER, UNKNOWN_WORD, "", "", False, _marked("not-yet", UNKNOWN_LETTER, UNKNOWN_WORD))


@dataclass(frozen=True)
class Cells:
    """What counts for some people in some sessions."""

    of_person: dict[int, dict[int, Cell]]
    events: dict[int, str]  # by person: what decided in the session that was asked for

    def get(self, person: int, session: int) -> Cell:
        return self.of_person.get(person, {}).get(session, UNKNOWN)


def cells_of(sessions: Sequence[Session], people: Sequence[Registration], chosen: Session | None) -> Cells:
    """In three queries.

    :param chosen: the session of which one wants to know the event that decided
    """
    rows = Attendance.objects.filter(session__in=sessions, registration__in=[person.pk for person in people])
    names = {user.pk: user.get_full_name() or user.get_username() for user in _authors(sessions)}
    known: dict[Row, Cell] = {}
    found: dict[int, dict[int, Cell]] = {person.pk: {} for person in people}
    for row in rows.values_list("registration_id", "session_id", *TOLD, *_clocks()):
        told: Row = row[2:]
        cell = known.get(told)
        if cell is None:
            cell = known[told] = _cell(told, names)
        found[row[0]][row[1]] = cell
    deciding = rows.filter(session=chosen).values_list("registration_id", "event_id") if chosen else ()
    return Cells(found, {person: str(event) for person, event in deciding})


TOLD = ("state", "event__kind", "event__means", "event__device", "event__author_id", "event__reason")
BY_HAND = Q(event__kind__in=[Kind.MARK, Kind.KEEP])  # whose own time says more than that of coming


def _clocks() -> tuple[Case | Func, ...]:
    entered = _clock("event__arrived_at", "YYYY-MM-DD HH24.MI")
    by_hand = Case(When(BY_HAND, then=entered), default=Value(""), output_field=CharField())
    return _clock("first_at", "HH24.MI"), _clock("left_at", "HH24.MI"), by_hand


def _clock(field: str, shape: str) -> Func:
    zone = Value(get_current_timezone_name())
    return Func(
        F(field),
        zone,
        template=f"to_char(%(expressions)s, '{shape}')",
        arg_joiner=" AT TIME ZONE ",
        output_field=CharField(),
    )


def _authors(sessions: Sequence[Session]) -> Iterable[User]:
    authors = AttendanceEvent.objects.filter(session__in=sessions, author__isnull=False).order_by().values("author")
    return User.objects.filter(pk__in=authors.distinct()).only("username", "first_name", "last_name")


def _cell(row: Row, names: dict[int, str]) -> Cell:
    state, kind, means, device, author, reason, first, left, recorded = row
    letter, word = LOOKS[state]
    clock = left or ("" if state in WITHOUT_CLOCK else first)
    title = f"{word} {clock}".rstrip()
    how = f"{title}: {how_recorded(kind, means, device, names.get(author or 0, ''), recorded)}"
    if reason and (kind != Kind.CHECK_IN or means == Means.OVERRIDE):
        how = f"{how}. Alasan: {reason}"
    return Cell(state, letter, word, how, left or "", means != Means.CLOSING, _marked(state, letter, how))


def how_recorded(kind: str, means: str, device: str, author: str, recorded: str) -> str:
    """``dipindai di Ponsel meja 1 oleh Eko Prasetyawan``, ``diisi oleh Rina Kartika 12 Mar 09.50``.

    :param recorded: day and clock time, as the query writes them; empty where the time of coming says it
    """
    way = KEPT if kind == Kind.KEEP else WAYS[Means(means)]
    where = f" di {device}" if device and kind == Kind.CHECK_IN else ""
    who = f" oleh {author}" if author else ""
    if not recorded:
        return f"{way}{where}{who}"
    day, clock = recorded.split()
    return f"{way}{where}{who}, {dates.short_date(date.fromisoformat(day))} {clock}"
