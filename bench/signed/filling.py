"""Who signs what on a page, and how: strokes at their places, and the truth of each cell."""

from dataclasses import dataclass, field

import numpy as np

from bench.signed import strokes
from bench.signed.curves import Chance, Drawn, fitted, turned
from bench.signed.ink import Pen, a_dying_pen, a_pen, a_pencil, write
from bench.signed.lettering import CAPITALS, written
from bench.signed.prints import Grey
from pelatihan.models import PrintedSheet
from pelatihan.scans.leaves import Leaf

WORDS = ("izin", "sakit", "alpa", "-", "x", "dinas", "tidak hadir")
NOTES = ("izin", "sakit", "alpa", "dinas", "pulang", "sakit", "izin")
SPECIAL = {"short line": 0.007, "wrong half": 0.006, "struck": 0.009, "ditto": 0.002, "word": 0.006, "speck": 0.012}

type Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Cell:
    """One cell as it truly is: ``row`` is its number on the sheet, ``column`` counts signed columns from 0.

    ``signed``: whether the person of the row signed there. ``content``: what lies in the cell, a kind of signature or
    ``nothing``, ``nothing, note`` (there is ink in Ket.), ``short line``, ``wrong half``, ``struck``, ``ditto``,
    ``word``, ``speck``.
    """

    row: int
    column: int
    signed: bool
    content: str


@dataclass
class Habits:
    """How a page is filled in."""

    signed: tuple[float, float] = (0.35, 0.95)  # share of people who came, from … to
    special: dict[str, float] = field(default_factory=lambda: dict(SPECIAL))
    size: float = 1.0  # of signatures
    only: str = ""  # one kind of signature
    pen: str = ""  # "pencil" or "dying": of most
    notes: float = 0.015  # of rows
    scrawls: int = 0  # in other columns
    walk_ins: float = 0.3  # pages on which blank rows are filled in
    unseen: bool = False  # kinds of signatures that tuning never saw


class Filled:
    """A page while people sign it. ``truth`` and ``notes`` are complete afterwards."""

    def __init__(self, leaf: Leaf, habits: Habits, chance: Chance) -> None:
        self.leaf, self.habits, self.chance = leaf, habits, chance
        self.is_daily = leaf.sheet.kind == PrintedSheet.Kind.DAY
        self.pens = [a_pen(chance) for _ in range(chance.integers(1, 4))]
        self.slant = chance.normal(0, 3)
        self.truth: list[Cell] = []
        self.notes: list[int] = []
        self.written: list[tuple[Drawn, Pen]] = []
        kinds = strokes.KINDS | (strokes.UNSEEN if habits.unseen else {})
        self.kinds, self.weights = list(kinds), np.array(list(kinds.values())) / sum(kinds.values())

    def sign(self, canvas: Grey) -> None:
        """Everybody in turn, as on the day."""
        self._note_some()
        shares = [self.chance.uniform(*self.habits.signed) for _ in self.leaf.sessions]
        filled = self._walk_ins()
        for row in self.leaf.rows:
            for column, share in enumerate(shares):
                if row.is_blank:
                    content = self._kind() if row.number in filled and self.chance.random() < 0.95 else "nothing"
                else:
                    content = self._content(share)
                self._fill(row.number, column, content)
        self._scrawl()
        for drawn, pen in self.written:
            write(canvas, drawn, pen, self.chance)

    def _content(self, share: float) -> str:
        name = ""
        at = self.chance.random()
        for name, rate in self.habits.special.items():
            at -= rate
            if at < 0 and not (name == "wrong half" and self.is_daily):
                return name
        return self._kind() if self.chance.random() < share else "nothing"

    def _kind(self) -> str:
        return self.habits.only or str(self.kinds[self.chance.choice(len(self.kinds), p=self.weights)].__name__)

    def _fill(self, number: int, column: int, content: str) -> None:
        box = self.leaf.sign_box(number, column)
        assert box
        if content == "nothing":
            content += ", note" if number in self.notes else ""
        elif content in SPECIAL:
            self._special(content, number, box)
        else:
            self._signature(content, box)
        signed = content not in {"nothing", "nothing, note", "struck", "ditto", "word", "speck"}
        self.truth.append(Cell(number, column, signed, content))

    # ---- What lies in a cell -------------------------------------------------------------------------

    def _signature(self, kind: str, box: Box) -> None:
        x, y, wide, tall = box
        chance, size = self.chance, self.habits.size
        usual = 0.62 if self.is_daily else 0.76
        height = float(
            np.clip(tall * usual * size * chance.lognormal(0, 0.32), 2.4, (1.15 if self.is_daily else 1.5) * 9 * size)
        )
        width = float(wide * chance.uniform(0.4, 0.95) * size**0.5)
        draw = next(one for one in self.kinds if one.__name__ == kind)
        drawn = turned(draw(chance, width, height), self.slant + chance.normal(0, 5), chance.normal(0.15, 0.15))
        middle = (x + wide / 2 + chance.normal(0, 0.08 * wide), y + tall / 2 + chance.normal(0, 0.09 * tall))
        self._put(drawn, middle)

    def _special(self, content: str, number: int, box: Box) -> None:
        x, y, wide, tall = box
        chance = self.chance
        middle = (x + wide / 2 + chance.normal(0, 0.06 * wide), y + tall / 2 + chance.normal(0, 0.07 * tall))
        match content:
            case "short line":
                self._put(strokes.short_line(chance), middle)
            case "ditto":
                self._put(strokes.ditto(chance), middle)
            case "struck":
                self._put(strokes.strike(chance, wide, tall), (x + wide / 2, middle[1]))
            case "speck":
                self._put([np.array([(0, 0), chance.uniform(0.05, 0.5, 2)])], middle)
            case "word":
                self._word(str(chance.choice(WORDS)), (x + 1, y, wide - 2, tall), (2.4, 4))
            case "wrong half":
                other = self.leaf.box(number, "even" if number % 2 else "odd")
                assert other
                self._signature(self._kind(), other)

    def _put(self, drawn: Drawn, middle: tuple[float, float], pen: Pen | None = None) -> None:
        self.written.append(([stroke + middle for stroke in drawn], pen or self._pen()))

    def _pen(self) -> Pen:
        """Mostly the one that goes round."""
        chance = self.chance
        if self.habits.pen and chance.random() < 0.6:
            return a_pencil(chance) if self.habits.pen == "pencil" else a_dying_pen(chance)
        if chance.random() < 0.25:
            return a_pen(chance)
        return self.pens[int(chance.integers(len(self.pens)))].shaken(chance)

    def _word(self, word: str, box: Box, heights: tuple[float, float]) -> None:
        """At the left of a box, no wider than it."""
        x, y, wide, tall = box
        drawn = written(word, self.chance.uniform(*heights), self.chance)
        low, high = np.vstack(drawn).min(0), np.vstack(drawn).max(0)
        if high[0] - low[0] > wide:
            drawn = fitted(drawn, wide, high[1] - low[1])
            x += wide / 2
        self._put(drawn, (x, y + tall * self.chance.uniform(0.6, 0.75)))

    # ---- Beside the cells ----------------------------------------------------------------------------

    def _note_some(self) -> None:
        for row in self.leaf.people:
            if self.chance.random() < self.habits.notes:
                box = self.leaf.box(row.number, "note")
                assert box
                self._word(str(self.chance.choice(NOTES)), (box[0] + 0.6, box[1], box[2] - 1.4, box[3]), (2, 3))
                self.notes.append(row.number)

    def _walk_ins(self) -> set[int]:
        """The first of the blank rows, their names and organisations written in."""
        blanks = [row.number for row in self.leaf.blanks]
        if not blanks or self.chance.random() > self.habits.walk_ins:
            return set()
        filled = blanks[: int(self.chance.integers(1, len(blanks) + 1))]
        for number in filled:
            x, y, wide, tall = self._words_of(number)
            for share in (0.02, 0.55):
                word = "".join(self.chance.choice(list(CAPITALS), int(self.chance.integers(5, 9))))
                self._word(word, (x + share * wide, y, 0.4 * wide, tall), (2.4, 3.6))
        return set(filled)

    def _words_of(self, number: int) -> Box:
        """Where the printed words of a row stand."""
        note = self.leaf.box(number, "note")
        first = self.leaf.sign_box(number, 0)
        assert note
        assert first
        left = (15 if self.leaf.told["back"] else 20) + 9
        return left, first[1], min(first[0], note[0]) - left, first[3]

    def _scrawl(self) -> None:
        """Ticks, corrections and rings among the printed words."""
        rows = [row.number for row in self.leaf.people]
        for _ in range(self.habits.scrawls if rows else 0):
            x, y, wide, tall = self._words_of(int(self.chance.choice(rows)))
            at = (x + self.chance.uniform(0.1, 0.9) * wide, y + tall / 2)
            match int(self.chance.integers(4)):
                case 0:
                    self._put(strokes.tick(self.chance, 6, 6), at)
                case 1:
                    self._put(strokes.short_line(self.chance), at)
                case 2:
                    self._word("".join(self.chance.choice(list(CAPITALS), 5)), (*at, 20, 3), (2, 3))
                case _:
                    t = np.linspace(0, 6.6, 40)
                    self._put(
                        [np.column_stack([0.2 * wide * np.cos(t), 0.42 * tall * np.sin(t)])], (x + 0.3 * wide, at[1])
                    )
