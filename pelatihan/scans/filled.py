"""What the form of a leaf shows: its rows and keys as they were filled in so far, and what is wrong, beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pelatihan import dates
from pelatihan.models import Session
from pelatihan.scans import claimed, claims, fields
from pelatihan.scans.claimed import NotEntered
from pelatihan.scans.leaves import Leaf, Row
from pelatihan.scans.shapes import Claim, Mark
from pelatihan.scans.standing import DESK, PAPER, Difference, differences, standing_of

WORDS = {Mark.PRESENT: "Hadir", Mark.EXCUSED: "Izin", Mark.SICK: "Sakit", Mark.EMPTY: "Kosong"}
CHOICES = {PAPER: "Kertas", DESK: "Meja"}
RIGHT_AWAY = 1  # blank rows that are open though nobody has filled them in


@dataclass(frozen=True)
class Option:
    """One of the keys of a field."""

    value: str
    word: str
    is_checked: bool

    @property
    def letter(self) -> str:
        """By which it is chosen on the keyboard."""
        return self.word[0]

    @property
    def rest(self) -> str:
        return self.word[1:]


@dataclass(frozen=True)
class Field:
    """A field of the form, with what stands in it."""

    name: str
    value: str
    fault: str = ""

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")


@dataclass(frozen=True)
class Cell(Field):
    """What the paper says of one person in one session."""

    session: Session | None = None

    @property
    def options(self) -> list[Option]:
        return [Option(mark.value, word, mark == self.value) for mark, word in WORDS.items()]


@dataclass(frozen=True)
class Line:
    """A row of somebody who was printed."""

    row: Row
    cells: list[Cell]

    @property
    def is_filled(self) -> bool:
        return all(cell.value for cell in self.cells)

    @property
    def labelled(self) -> str:
        """The id of the words that name its person."""
        return f"siapa{self.row.number}"


@dataclass(frozen=True)
class Blank:
    """A row that was printed blank. ``cells``: a tick for each session; none where there is only one."""

    number: int
    name: Field
    ormas: Field
    ormas_id: Field
    cells: list[Cell]
    is_open: bool

    @property
    def is_filled(self) -> bool:
        return bool(self.name.value or self.ormas.value or any(cell.value for cell in self.cells))


@dataclass(frozen=True)
class Count(Field):
    """Signatures counted on paper for one session."""

    session: Session | None = None


@dataclass(frozen=True)
class Choice(Field):
    """Which of the two counts, where paper and record disagree."""

    difference: Difference | None = None
    seen_name: str = ""
    seen: str = ""

    @property
    def options(self) -> list[Option]:
        return [Option(value, word, value == self.value) for value, word in CHOICES.items()]


@dataclass(frozen=True)
class FilledForm:
    """All that the pages of a leaf show of what was filled in."""

    leaf: Leaf
    lines: list[Line]
    blanks: list[Blank]
    counts: list[Count]
    choices: list[Choice]
    faults: Mapping[str, str]

    @property
    def sessions(self) -> list[Session]:
        return [session for session in self.leaf.sessions if session]

    @property
    def total(self) -> int:
        return len(self.lines)

    @cached_property
    def filled(self) -> int:
        return sum(line.is_filled for line in self.lines)

    @property
    def owed(self) -> list[Choice]:
        """What somebody recorded otherwise: to be decided one by one."""
        return [choice for choice in self.choices if choice.difference and choice.difference.is_owed]

    @property
    def unrecorded(self) -> list[Choice]:
        """What nobody recorded: the paper's word, unless somebody says otherwise."""
        return [choice for choice in self.choices if choice.difference and not choice.difference.is_owed]

    @property
    def is_unfolded(self) -> bool:
        """Whether something is wrong among what nobody recorded."""
        return any(choice.fault for choice in self.unrecorded)

    @property
    def undecided(self) -> int:
        return sum(not choice.value for choice in self.choices)

    @property
    def spare(self) -> int:
        """Blank rows that are not open yet."""
        return sum(not blank.is_open for blank in self.blanks)

    @property
    def says(self) -> str:
        """What is left to do. static/js/sheet-cells.js says it, too."""
        rows, uncounted = self.total - self.filled, any(not count.value for count in self.counts)
        counted = "jumlah belum sama" if any(count.fault for count in self.counts) else ""
        left = [f"{rows} baris" if rows else "", "jumlah tanda tangan" if uncounted else counted]
        left.append(f"{self.undecided} yang berbeda" if self.undecided else "")
        return f"Belum: {', '.join(filter(None, left))}." if any(left) else "Semua terisi."

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) of all that is wrong, in the order of the page; cells that nobody filled in as
        one."""
        return _summary(self)


def as_kept(leaf: Leaf, values: Mapping[str, str]) -> FilledForm:
    """The form with what was kept of it, without a word about what is missing; with the differences once they are
    due."""
    claim, faults = claims.read(values, leaf) if values else (None, {})
    if claim is None or faults:
        return form_of(leaf, values)
    try:
        claimed.check(leaf, claim)
    except NotEntered:
        return form_of(leaf, values)
    return form_of(leaf, values, {}, differences(leaf, claim.marks, standing_of(leaf)))


def as_sent(leaf: Leaf, values: Mapping[str, str], claim: Claim, faults: Mapping[str, str]) -> FilledForm:
    """The form that came back with what is wrong. What the desk recorded is shown once all else is right: whoever
    counts again counts without being told."""
    own = {name: sentence for name, sentence in faults.items() if not name.startswith("pilih")}
    if own:
        return form_of(leaf, values, own)
    was_asked = any(name.startswith("lihat") for name in values)
    return form_of(leaf, values, faults if was_asked else {}, differences(leaf, claim.marks, standing_of(leaf)))


def form_of(
    leaf: Leaf,
    values: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    differences: Sequence[Difference] = (),
) -> FilledForm:
    """The form as it was filled in.

    :param values: by name of field: of a form that came back, of a draft, or what a reading proposes
    :param faults: by name of field
    :param differences: shown when somebody has to decide one of them
    """
    known = _Known(values, faults or {})
    sessions = [session for session in leaf.sessions if session]
    lines = [Line(row, [known.cell(row, session) for session in sessions]) for row in leaf.people]
    blanks = _opened([known.blank(row, sessions) for row in leaf.blanks])
    asked = differences if any(one.is_owed for one in differences) else ()
    choices = [_choice(one, known.values, known.faults) for one in asked]
    return FilledForm(leaf, lines, blanks, [known.count(session) for session in sessions], choices, known.faults)


@dataclass(frozen=True)
class _Known:
    """What stands in each field, and what is wrong with it."""

    values: Mapping[str, str]
    faults: Mapping[str, str]

    def field(self, name: str) -> Field:
        return Field(name, self.values.get(name, ""), self.faults.get(name, ""))

    def cell(self, row: Row, session: Session) -> Cell:
        name = fields.mark(row.number, session.pk)
        return Cell(name, self.values.get(name, ""), self.faults.get(name, ""), session)

    def count(self, session: Session) -> Count:
        name = fields.count(session.pk)
        return Count(name, self.values.get(name, ""), self.faults.get(name, ""), session)

    def blank(self, row: Row, sessions: Sequence[Session]) -> Blank:
        ticks = [self.cell(row, session) for session in sessions] if len(sessions) > 1 else []
        name, ormas, picked = (self.field(of(row.number)) for of in (fields.name, fields.ormas, fields.ormas_id))
        is_open = any(part.value or part.fault for part in (name, ormas, *ticks))
        return Blank(row.number, name, ormas, picked, ticks, is_open)


def _opened(blanks: list[Blank]) -> list[Blank]:
    """With one more open than are filled in."""
    free = [blank for blank in blanks if not blank.is_open][:RIGHT_AWAY]
    return [replace(blank, is_open=True) if blank in free else blank for blank in blanks]


def _choice(difference: Difference, values: Mapping[str, str], faults: Mapping[str, str]) -> Choice:
    """As it was decided, unless what stands there has changed since; then, and at first, as is proposed."""
    name, seen_name = fields.choice(*difference.cell), fields.seen(*difference.cell)
    seen = difference.stands.event or ""
    value = values.get(name, "") if values.get(seen_name) == seen else ""
    return Choice(name, value or difference.proposed, faults.get(name, ""), difference, seen_name, seen)


# ---- What is wrong -------------------------------------------------------------------------------


def _summary(form: FilledForm) -> list[tuple[str, str]]:
    found = [("", form.faults[""])] if form.faults.get("") else []
    found += _missing(form)
    for line in form.lines:
        found += [(cell.id, f"No. {line.row.number}: {cell.fault}") for cell in line.cells if _is_told(cell)]
    for blank in form.blanks:
        parts = (blank.name, blank.ormas, *blank.cells)
        found += [(part.id, f"Baris kosong no. {blank.number}: {part.fault}") for part in parts if part.fault]
    found += [(count.id, f"{_of(count.session, form)}{count.fault}") for count in form.counts if count.fault]
    for choice in form.choices:
        if choice.fault and choice.difference:
            found.append((choice.id, f"No. {choice.difference.row.number}: {choice.fault}"))
    return found


def _is_told(cell: Cell) -> bool:
    return bool(cell.fault) and cell.fault != claims.MISSING


def _missing(form: FilledForm) -> list[tuple[str, str]]:
    found = []
    for place, session in enumerate(form.sessions):
        lines = [line for line in form.lines if line.cells[place].fault == claims.MISSING]
        if lines:
            numbers = in_words(line.row.number for line in lines)
            found.append((lines[0].cells[place].id, f"{_of(session, form)}Belum diisi: no. {numbers}."))
    return found


def _of(session: Session | None, form: FilledForm) -> str:
    """Which of several sessions is meant."""
    return f"Sesi {dates.clock(session.starts_at)}: " if session and len(form.sessions) > 1 else ""


def in_words(numbers: Iterable[int]) -> str:
    """``23–25, 31``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
