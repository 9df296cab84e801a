"""The rows of the recap's grid as markup. A template took longer for a thousand of them than all else on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from pelatihan.board.cells import UNKNOWN, Cell
from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceState, Registration
from pelatihan.papers.recap_sheet import UNKNOWN_WORD
from pelatihan.web.tags import attendance_state

STATES = [("", UNKNOWN_WORD), *((state.value, str(state.label)) for state in AttendanceState)]


@dataclass(frozen=True)
class Wish:
    """What somebody chose for a cell and what was not stored, with the sentence that says why."""

    state: str
    refusal: str = ""


@dataclass(frozen=True)
class PersonLine:
    """One person's row: the cells of all sessions, the one in hand by its place. ``came`` of those begun."""

    number: int
    person: Registration
    cells: Sequence[Cell]
    place: int
    event: str
    came: int
    wish: Wish | None = None

    @property
    def cell(self) -> Cell:
        return self.cells[self.place] if self.cells else UNKNOWN

    @property
    def state(self) -> str:
        """What the cell in hand says: what was chosen, while it is not stored."""
        return self.wish.state if self.wish else self.cell.state


@dataclass(frozen=True)
class Addresses:
    """Of the recap; what those of its people in this session begin with; what leads back from them to this sheet."""

    here: str
    base: str
    back: str


@dataclass(frozen=True)
class Page:
    """What all rows of a page share. ``when`` is the session in hand, ``Sen 14.00``."""

    when: str
    begun: int
    addresses: Addresses
    may_mark: bool
    names_ormas: bool
    ticked: frozenset[str] = frozenset()


def markup(lines: Sequence[PersonLine], page: Page) -> SafeString:
    """All rows."""
    rest = f'<span class="grid-total-word"> dari {page.begun} sesi</span></td></tr>\n'
    row = _to_fill if page.may_mark else _to_read
    return mark_safe("".join([row(line, page) + rest for line in lines]))  # its parts are escaped below


def _to_fill(line: PersonLine, page: Page) -> str:
    person, cell, ref = line.person, line.cell, str(line.person.ref)
    name = escape(person.full_name)
    tick = " checked" if ref in page.ticked else ""
    address = f"{page.addresses.base}{ref}/{escape(page.addresses.back)}"
    link = f'<a class="grid-history" href="{address}">{name}</a>'
    title = f' title="{escape(cell.how)}"' if cell.how else ""
    more = ("" if cell.owes else " data-free") + (f' data-left="{cell.left}"' if cell.left else "")
    refusal = (
        f'<span class="cell-refusal">{escape(line.wish.refusal)}</span>' if line.wish and line.wish.refusal else ""
    )
    return (
        f'<tr data-ref="{ref}"><td class="grid-no num"><label class="cell-pick"><input type="checkbox" name="pick"'
        f' value="{ref}"{tick} aria-label="Pilih {name}"><span>{line.number}</span></label></td>'
        f"{_who(line, page, link)}"
        f'<td class="grid-edit{" cell-changed" if line.wish else ""}">'
        f'<span class="grid-label" aria-hidden="true">{page.when}</span>'
        f'<select class="form-select cell cell-{line.state or "none"}" name="state-{ref}" aria-label="Kehadiran {name}"'
        f"{title}{more}>{OPTIONS.get(line.state, OPTIONS[''])}</select>"
        f'<input type="hidden" name="seen-{ref}" value="{cell.state}.{line.event}">{refusal}{_print(cell)}</td>'
        f"{_after(line)}"
    )


def _to_read(line: PersonLine, page: Page) -> str:
    cell = line.cell
    title = f' title="{escape(cell.how)}"' if cell.how else ""
    return (
        f'<tr><td class="grid-no num">{line.number}</td>{_who(line, page, escape(line.person.full_name))}'
        f'<td class="grid-edit"><span class="grid-label">{page.when}</span>'
        f"<span{title}>{attendance_state(cell.state)}</span>{_print(cell)}</td>{_after(line)}"
    )


def _who(line: PersonLine, page: Page, name: str) -> str:
    """Name, position and organisation, and the cells before the one in hand."""
    person, ormas = line.person, escape(line.person.ormas_name)
    under = f'<span class="grid-of">, {ormas}</span>' if page.names_ormas else ""
    standing = ""
    if person.status != Status.ACCEPTED:
        said = render_to_string("board/includes/standing.html", {"person": person}).strip()
        standing = f' <span class="grid-role">{said}</span>'
    before = "".join([cell.mark for cell in line.cells[: line.place]])
    return (
        f'<th class="grid-name" scope="row">{name} <span class="grid-role">{escape(person.position)}{under}</span>'
        f'{standing}</th><td class="grid-ormas">{ormas}</td>{before}'
    )


def _print(cell: Cell) -> str:
    return f'<span class="print-letter" aria-hidden="true">{cell.letter}</span>'


def _after(line: PersonLine) -> str:
    after = "".join([cell.mark for cell in line.cells[line.place + 1 :]])
    return f'{after}<td class="grid-total num"><span class="grid-total-word">Hadir </span>{line.came}'


def _options(chosen: str) -> str:
    return "".join(
        [f'<option value="{state}"{" selected" if state == chosen else ""}>{word}</option>' for state, word in STATES]
    )


OPTIONS: Mapping[str, str] = {state: _options(state) for state, _word in STATES}
