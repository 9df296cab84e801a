"""Participants by sessions, paged and ordered as the signed sheets are."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import arrivals, figures, rules, sessions
from pelatihan.models import Angkatan, Attendance, AttendanceState, Registration, Session
from pelatihan.papers.choices import Order
from pelatihan.papers.forms import SheetChoices
from pelatihan.papers.recap_sheet import LETTERS, UNKNOWN_LETTER, UNKNOWN_WORD
from pelatihan.papers.sheets import Sheet, printed_sheets

SHEET_FIELDS = frozenset({"bentuk", "kertas", "urut", "kosong", "lp", "hp"})  # those that move the breaks
UNKNOWN = ("not-yet", UNKNOWN_LETTER, UNKNOWN_WORD)
MOST_SHEETS, NEIGHBOURS = 12, 2  # shown side by side; of more, so many on each side of the one in hand


@require_GET
@of_batch(access.RECAP)
def recap(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """``?lembar=2`` another sheet, ``?lembar=semua`` all of them (of few), ``?sesi=`` the session written in words.

    ``?kertas=``, ``?urut=`` and the other choices of Cetak: the sheets that were printed so.
    """
    now = timezone.now()
    columns = list(angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    chosen = _chosen(columns, request.GET.get("sesi", ""), now)
    form = sheet_form(request)
    choices = form.choices()
    breaks = printed_sheets(angkatan, chosen, choices, angkatan.registrations.expected().count(), now)
    wish = request.GET.get("lembar", "").replace(".", "").strip()  # typed as the page writes it: 1.001
    sheet = next((one for one in breaks.sheets if one.key == wish), breaks.sheets[0])
    context = {"angkatan": angkatan, "tab": "recap", "breaks": breaks, "sheets": breaks.sheets, "sheet": sheet}
    context |= {
        "may_mark": may_mark(request, chosen, now),
        "late": arrivals.number_waiting(angkatan) if access.has(request.user, access.LATE) else 0,
        "near": near(breaks.sheets, sheet),
        "chosen": chosen,
        "form": form,
        "choices": choices,
        "query": form.query(),
    }
    context |= {"grid": grid(angkatan, columns, sheet, chosen, now, choices.order), "legend": legend()}
    return render(request, "board/recap.html", context)


def may_mark(request: HttpRequest, session: Session | None, at: datetime) -> bool:
    """Whether the words of this session lead to where they are changed."""
    open_now = session is not None and not rules.mark_sentence_of_session(session, at)
    return open_now and access.has(request.user, access.MARK)


def sheet_form(request: HttpRequest) -> SheetChoices:
    """How the sheets were printed; the usual way where the address says nothing that can be read."""
    shows_phones = access.has(request.user, access.CONTACT)
    sent = {name: value for name, value in request.GET.items() if name in SHEET_FIELDS}
    form = SheetChoices([], sent, shows_phones=shows_phones)
    return form if form.is_valid() else _usual(shows_phones)


def _usual(shows_phones: bool) -> SheetChoices:
    form = SheetChoices([], {}, shows_phones=shows_phones)
    form.full_clean()
    return form


def near(sheets: list[Sheet], sheet: Sheet) -> list[Sheet | None]:
    """The sheets to choose from: all of them, or of very many the first, the last and the neighbours; None is a gap."""
    if len(sheets) <= MOST_SHEETS:
        return list(sheets)
    place = sheets.index(sheet)
    kept = sorted({0, len(sheets) - 1, *range(max(place - NEIGHBOURS, 0), min(place + NEIGHBOURS + 1, len(sheets)))})
    shown: list[Sheet | None] = []
    for before, number in zip([kept[0], *kept], kept, strict=False):
        shown += [None, sheets[number]] if number - before > 1 else [sheets[number]]
    return shown


@dataclass(frozen=True)
class Column:
    """A session as the head of a column: ``Sen 14.00``."""

    session: Session
    day: str
    clock: str
    is_chosen: bool
    came: int | None
    came_of_all: int | None


@dataclass(frozen=True)
class Cell:
    """What counts for one person in one session, as a letter and a word."""

    column: Column
    state: str
    look: str
    letter: str
    word: str


@dataclass(frozen=True)
class PersonLine:
    """One person's row. ``came`` of ``begun`` sessions."""

    number: int
    person: Registration
    cells: list[Cell]
    came: int


@dataclass(frozen=True)
class Grid:
    """The table of one sheet."""

    columns: list[Column]
    lines: list[PersonLine]
    begun: int
    expected: int


def legend() -> list[tuple[str, str, str]]:
    """(look, letter, word) of every state."""
    return [(state.value, letter, str(state.label)) for state, letter in LETTERS.items()] + [UNKNOWN]


def grid(
    angkatan: Angkatan,
    sessions: list[Session],
    sheet: Sheet,
    chosen: Session | None,
    at: datetime,
    order: Order = Order.ORMAS,
) -> Grid:
    """One sheet of the recap, in five queries."""
    everybody = angkatan.registrations.expected()
    ordered = everybody.sorted_by_name() if order == Order.NAME else everybody.sorted_by_ormas()
    people = list(ordered.part(sheet.first - 1, sheet.last).select_related("ormas"))
    rows = Attendance.objects.filter(session__in=sessions, registration__in=people)
    states = {(row[0], row[1]): row[2] for row in rows.values_list("registration", "session", "state")}
    totals = figures.of_sessions(angkatan, sessions)
    begun = {one.pk for one in sessions if at >= one.starts_at}
    columns = [
        _column(total, total.session == chosen, states if total.session.pk in begun else None) for total in totals
    ]
    lines = [_line(number, person, columns, states, begun) for number, person in enumerate(people, start=sheet.first)]
    return Grid(columns, lines, len(begun), totals[0].figures.expected if totals else len(people))


def _chosen(columns: list[Session], wish: str, at: datetime) -> Session | None:
    named = next((one for one in columns if str(one.pk) == wish), None)
    return named or sessions.nearest_session(columns, at)


def _column(total: figures.SessionFigures, is_chosen: bool, states: dict[tuple[int, int], str] | None) -> Column:
    session = total.session
    came = sum(one == session.pk and state in rules.INSIDE for (_who, one), state in (states or {}).items())
    numbers = (None, None) if states is None else (came, total.figures.came)
    return Column(session, dates.day_name(session.starts_at)[:3], dates.clock(session.starts_at), is_chosen, *numbers)


def _line(
    number: int, person: Registration, columns: list[Column], states: dict[tuple[int, int], str], begun: set[int]
) -> PersonLine:
    cells = [_cell(column, states.get((person.pk, column.session.pk), "")) for column in columns]
    came = sum(cell.state in rules.INSIDE for cell in cells if cell.column.session.pk in begun)
    return PersonLine(number, person, cells, came)


def _cell(column: Column, state: str) -> Cell:
    if not state:
        return Cell(column, "", *UNKNOWN)
    known = AttendanceState(state)
    return Cell(column, state, known.value, LETTERS[known], str(known.label))
