"""What the sheets of a batch would hold if they were printed now, and each print beside it."""

from dataclasses import dataclass

from pelatihan.models import Angkatan, Printed, PrintedSheet, Session
from pelatihan.models.office import office
from pelatihan.papers import parts, recap_sheet
from pelatihan.papers.attendance_sheet import day_sheets, expected_people, session_sheets
from pelatihan.papers.choices import Choices, Order
from pelatihan.papers.comparing import Difference, Row, difference, to_print
from pelatihan.papers.kept import Head, choices_of_sheet, digest

EVERY_COLUMN = ("sex", "phone")


@dataclass(frozen=True)
class Compared:
    """One sheet beside what it would hold now; ``pages`` are those to print again, ``fitting`` prints of chosen pages
    that came since and hold just that."""

    printed: Printed
    choices: Choices
    found: Difference
    rows: tuple[Row, ...]
    head: str
    pages: tuple[int, ...]
    fitting: tuple[PrintedSheet, ...] = ()

    @property
    def deed(self) -> tuple[object, ...]:
        """Sheets that were made at once and miss the same are one line, and one act."""
        made = self.printed
        return made.kind, made.sheet.printing_id, made.settled_at, self.found, self.pages


class Present:
    """What the sheets of a batch would hold if they were printed now."""

    def __init__(
        self, angkatan: Angkatan, sessions: list[Session], prints: list[Printed], since: list[PrintedSheet]
    ) -> None:
        self._angkatan, self._sessions, self._since = angkatan, sessions, since
        printings = {one.sheet.printing_id: one.sheet.printing for one in prints}
        self._choices = {key: choices_of_sheet(printing) for key, printing in printings.items()}
        orders = {choices.order for choices in self._choices.values()}
        self.people = {
            order: list(expected_people(angkatan, Choices(order=order, columns=EVERY_COLUMN))) for order in orders
        }
        self._head = Head.of_batch(angkatan, list(angkatan.signers.select_related("signatory")), office())
        self._rows: dict[tuple[str, Order, tuple[str, ...]], tuple[Row, ...]] = {}

    def beside(self, printed: Printed) -> Compared | None:
        """None for a sheet that is no longer made: its session takes no attendance any more, its day has none."""
        choices = self._choices[printed.sheet.printing_id]
        head = self._head_of(printed, choices)
        if not head:
            return None
        rows = self._rows_of(printed.kind, choices)
        found = difference(printed.lies_there, rows, head != printed.head_there)
        fitting = () if found.is_none else self._fitting(printed, rows, head)
        now = fitting[-1].ends if fitting else None
        pages = to_print(found, printed.ends, now, two_sided=choices.two_sided)
        return Compared(printed, choices, found, rows, head, pages, fitting)

    def _fitting(self, printed: Printed, rows: tuple[Row, ...], head: str) -> tuple[PrintedSheet, ...]:
        """Of the later prints of its pages those that hold the list of now, the oldest first."""
        kept, own = [list(row) for row in rows], printed.sheet
        later = (one for one in self._since if one.slot == own.slot and one.version > own.version)
        return tuple(one for one in later if one.head == head and one.rows == kept)

    def _rows_of(self, kind: str, choices: Choices) -> tuple[Row, ...]:
        key = (kind, choices.order, choices.columns)
        if key not in self._rows:
            people = self.people[choices.order]
            self._rows[key] = tuple(
                (one.pk, digest(parts.person(one, choices.columns), kind, choices.columns)) for one in people
            )
        return self._rows[key]

    def _head_of(self, printed: Printed, choices: Choices) -> str:
        """The digest of its head; nothing when there is no such sheet."""
        sheets: list[object] = []
        head, sessions = self._head, self._sessions
        if printed.kind == Printed.Kind.RECAP:
            head = head.of_recap(self._angkatan, sessions)
            sheets += recap_sheet.tables(len(sessions), choices.size) if sessions else []
        elif printed.kind == Printed.Kind.DAY:
            sheets += day_sheets(self._angkatan, [one for one in sessions if one.day == printed.day])
        elif mine := [one for one in sessions if one.pk == printed.session_id]:
            sheets += session_sheets(self._angkatan, mine, office())
        return head.digest(sheets[printed.part - 1]) if printed.part <= len(sheets) else ""
