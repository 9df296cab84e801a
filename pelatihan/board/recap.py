"""Participants by sessions, paged and ordered as the signed sheets are; the session in hand is filled in."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import arrivals, figures, rules, sessions
from pelatihan.board import cells, rows
from pelatihan.board.rows import STATES, Addresses, Page, PersonLine, Wish
from pelatihan.models import Angkatan, AttendanceState, Session
from pelatihan.papers import returning
from pelatihan.papers.choices import Order
from pelatihan.papers.forms import SheetChoices
from pelatihan.papers.recap_sheet import LETTERS, UNKNOWN_LETTER, UNKNOWN_WORD
from pelatihan.papers.sheets import Sheet, printed_sheets

SHEET_FIELDS = frozenset({"bentuk", "kertas", "urut", "kosong", "lp", "hp"})  # those that move the breaks
UNKNOWN = ("not-yet", UNKNOWN_LETTER, UNKNOWN_WORD)
MOST_SHEETS, NEIGHBOURS = 12, 2  # shown side by side; of more, so many on each side of the one in hand
FEW_COLUMNS = 10  # of more the grid is a frame of its own, whose head stays
MOST_IN_SIGHT = 15  # beside each other on an office screen; of more the first column stays too
KEYS = {"": "B", AttendanceState.ABSENT: "K"}  # where the letter on paper is no key


@dataclass(frozen=True)
class Filled:
    """A column that came back: what was chosen, the reason and the time that were written, and what is missing."""

    wishes: Mapping[str, Wish] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    reason: str = ""
    left_at: str = ""
    refusals: tuple[str, ...] = ()
    lacks_reason: bool = False


@require_GET
@of_batch(access.RECAP)
def recap(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """``?lembar=2`` another sheet, ``?lembar=semua`` all of them (of few), ``?sesi=`` the session to fill in.

    ``?kertas=``, ``?urut=`` and the other choices of Cetak: the sheets that were printed so.
    """
    return page(request, angkatan, request.GET.get("sesi", ""), Filled())


def page(request: HttpRequest, angkatan: Angkatan, wish: str, filled: Filled) -> HttpResponse:
    """The recap, the column of a session as it stands or as it came back."""
    now = timezone.now()
    columns = list(angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    chosen = _chosen(columns, wish, now)
    form = sheet_form(request)
    choices = form.choices()
    breaks = printed_sheets(angkatan, chosen, choices, angkatan.registrations.expected().count(), now)
    asked = request.GET.get("lembar", "").replace(".", "").strip()  # typed as the page writes it: 1.001
    sheet = next((one for one in breaks.sheets if one.key == asked), breaks.sheets[0])
    context = {"angkatan": angkatan, "tab": "recap", "breaks": breaks, "sheets": breaks.sheets, "sheet": sheet}
    context |= {
        "late": arrivals.number_waiting(angkatan) if access.has(request.user, access.LATE) else 0,
        "may_see_sheets": access.has(request.user, access.SHEETS),
        "near": near(breaks.sheets, sheet),
        "pages": sum(one.key != "semua" for one in breaks.sheets),
        "chosen": chosen,
        "form": form,
        "choices": choices,
        "query": form.query(),
        "filled": filled,
        "form_id": uuid.uuid4(),
        "states": [*STATES[1:], STATES[0]],
    }
    context["sheets_owed"] = returning.number_owed(angkatan, now) if context["may_see_sheets"] else 0
    shown = grid(angkatan, columns, sheet, chosen, now, choices.order, filled.wishes)
    context |= {"grid": shown, "legend": legend()}
    if chosen:
        addresses = _addresses(angkatan, chosen, sheet, form.query())
        may = may_mark(request, chosen, now)
        shared = Page(when(chosen), shown.begun, addresses, may, shown.is_framed, filled.ticked)
        context |= {
            "may_mark": may,
            "chosen_when": shared.when,
            "addresses": addresses,
            "rows": rows.markup(shown.lines, shared),
            "left_at": filled.left_at or dates.clock(leaving(chosen, now)),
            "left_ms": _ms_left(chosen, now),
            "has_begun": now >= chosen.starts_at,
        }
    return render(request, "board/recap.html", context)


def _ms_left(session: Session, at: datetime) -> int:
    """Of the session's time, in milliseconds: a page that stays open goes on with the clock."""
    return max(int((session.ends_at - at).total_seconds() * 1000), 0)


def _addresses(angkatan: Angkatan, chosen: Session, sheet: Sheet, query: str) -> Addresses:
    here = reverse("recap", args=[angkatan.slug])
    back = f"?lembar={sheet.key}" + (f"&{query}" if query else "")
    return Addresses(here, f"{here}{chosen.pk}/", back)


def when(session: Session) -> str:
    """``Sen 14.00``."""
    return f"{dates.day_name(session.starts_at)[:3]} {dates.clock(session.starts_at)}"


def leaving(session: Session, at: datetime) -> datetime:
    """When somebody left early of whom nobody says it: now, while the session runs."""
    return min(max(at, session.starts_at), session.ends_at)


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
    pages, whole = [one for one in sheets if one.key != "semua"], [one for one in sheets if one.key == "semua"]
    place = pages.index(sheet) if sheet in pages else 0
    kept = sorted({0, len(pages) - 1, *range(max(place - NEIGHBOURS, 0), min(place + NEIGHBOURS + 1, len(pages)))})
    shown: list[Sheet | None] = []
    for before, number in zip([kept[0], *kept], kept, strict=False):
        shown += [None, pages[number]] if number - before > 1 else [pages[number]]
    return [*shown, *whole]


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
class Grid:
    """The table of one sheet."""

    columns: list[Column]
    lines: list[PersonLine]
    begun: int
    expected: int

    @property
    def is_framed(self) -> bool:
        return len(self.columns) > FEW_COLUMNS

    @property
    def is_wide(self) -> bool:
        """Whether one reads it by moving it sideways: then the people stay where they are."""
        return len(self.columns) > MOST_IN_SIGHT

    @property
    def states(self) -> list[tuple[str, int]]:
        """``("hadir", 14)``: what the cells in hand say, of those states that there are."""
        told = [line.state for line in self.lines]
        return [(str(word).lower(), told.count(state)) for state, word in [*STATES[1:], STATES[0]] if state in told]


def legend() -> list[tuple[str, str, str, str]]:
    """(look, letter, word, key where it is another letter) of every state."""
    known = [(state.value, letter, str(state.label), KEYS.get(state, "")) for state, letter in LETTERS.items()]
    return [*known, (*UNKNOWN, KEYS[""])]


def grid(
    angkatan: Angkatan,
    sessions: list[Session],
    sheet: Sheet,
    chosen: Session | None,
    at: datetime,
    order: Order = Order.ORMAS,
    wishes: Mapping[str, Wish] | None = None,
) -> Grid:
    """One sheet of the recap, in eight queries."""
    everybody = angkatan.registrations.expected()
    ordered = everybody.sorted_by_name() if order == Order.NAME else everybody.sorted_by_ormas()
    people = list(ordered.part(sheet.first - 1, sheet.last).select_related("ormas"))
    known = cells.cells_of(sessions, people, chosen)
    totals = figures.of_sessions(angkatan, sessions)
    begun = [one.pk for one in sessions if at >= one.starts_at]
    came = dict.fromkeys(begun, 0)
    place = sessions.index(chosen) if chosen else 0
    lines = []
    for number, person in enumerate(people, start=sheet.first):
        own = known.of_person[person.pk]
        inside = [pk for pk in begun if pk in own and own[pk].state in rules.CAME]
        for pk in inside:
            came[pk] += 1
        row = [own.get(one.pk, cells.UNKNOWN) for one in sessions]
        wish = (wishes or {}).get(str(person.ref))
        lines.append(PersonLine(number, person, row, place, known.events.get(person.pk, ""), len(inside), wish))
    columns = [_column(total, total.session == chosen, came.get(total.session.pk)) for total in totals]
    return Grid(columns, lines, len(begun), totals[0].figures.expected if totals else len(people))


def _chosen(columns: list[Session], wish: str, at: datetime) -> Session | None:
    named = next((one for one in columns if str(one.pk) == wish), None)
    return named or sessions.nearest_session(columns, at)


def _column(total: figures.SessionFigures, is_chosen: bool, came: int | None) -> Column:
    session = total.session
    of_all = None if came is None else total.figures.came
    return Column(
        session, dates.day_name(session.starts_at)[:3], dates.clock(session.starts_at), is_chosen, came, of_all
    )
