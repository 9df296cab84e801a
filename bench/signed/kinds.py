"""The disturbances. Each page has one that it is counted under; two of five have a second, milder thing."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields

from bench.signed.curves import Chance
from bench.signed.filling import SPECIAL, Habits
from bench.signed.taking import Taking


@dataclass
class Wear:
    """What happens to the paper."""

    toner: float = 1.0  # how dark the print is
    fade: bool = False
    shrink: float = 1.0
    stamps: int = 0
    spills: int = 0
    folds: int = 0
    holes: bool = False
    torn: int = -1  # a corner, clockwise from the top left
    crumpled: bool = False
    shines_through: bool = False
    strange_code: bool = False  # that of another list on both its places


@dataclass
class Plan:
    """All that makes a page what it is."""

    kind: str
    habits: Habits = field(default_factory=Habits)
    wear: Wear = field(default_factory=Wear)
    taking: Taking = field(default_factory=Taking)
    colour: bool = False

    def set(self, **knobs: object) -> None:
        """Turn knobs, wherever they are."""
        for name, value in knobs.items():
            for part in (self.habits, self.wear, self.taking, self):
                if name in {one.name for one in fields(part)}:
                    setattr(part, name, value)
                    break
            else:
                raise AttributeError(name)


type Change = Callable[[Plan, Chance], object]


def _photo(plan: Plan, chance: Chance, **knobs: object) -> None:
    usual = {"by": "photo", "skew": 0.0, "noise": chance.uniform(1.5, 4), "quality": int(chance.integers(80, 94))}
    usual |= {"tilt": chance.uniform(0, 9), "pixels": int(chance.choice([8, 12])), "light": chance.uniform(0.05, 0.25)}
    plan.set(**(usual | knobs))


def _either(plan: Plan, chance: Chance, **knobs: object) -> None:
    if chance.random() < 0.5:
        _photo(plan, chance)
    plan.set(**knobs)


def _more(**rates: float) -> dict[str, float]:
    return SPECIAL | rates


KINDS: dict[str, Change] = {
    "scan": lambda p, c: p.set(),
    "scan 100 dpi": lambda p, c: p.set(dpi=100),
    "scan 150 dpi": lambda p, c: p.set(dpi=150),
    "scan 600 dpi": lambda p, c: p.set(dpi=600, colour=False),
    "skew": lambda p, c: p.set(skew=c.uniform(2, 6)),
    "uneven feed": lambda p, c: p.set(feed=c.uniform(0.5, 1.6)),
    "1-bit": lambda p, c: p.set(bilevel=True, dpi=int(c.choice([200, 300]))),
    "toner": lambda p, c: _either(p, c, fade=True),
    "JPEG 40 scan": lambda p, c: p.set(quality=40, dpi=int(c.choice([150, 200, 300]))),
    "JPEG 40 photo": lambda p, c: _photo(p, c, quality=40),
    "shrunk, scan": lambda p, c: p.set(shrink=c.uniform(0.93, 0.97)),
    "shrunk, photo": lambda p, c: _photo(p, c, shrink=c.uniform(0.93, 0.97)),
    "photo": lambda p, c: _photo(p, c),
    "grey photo": lambda p, c: _photo(p, c, colour=False, contrast=c.uniform(0.6, 0.9)),
    "uneven light": lambda p, c: _photo(p, c, light=c.uniform(0.4, 0.65)),
    "shadow": lambda p, c: _photo(p, c, shadow=True),
    "low contrast": lambda p, c: _either(p, c, contrast=c.uniform(0.35, 0.55), toner=c.uniform(0.6, 0.9)),
    "noise": lambda p, c: _either(p, c, noise=c.uniform(8, 16)),
    "blur": lambda p, c: _either(p, c, blur=c.uniform(0.13, 0.26)),
    "motion": lambda p, c: _photo(p, c, motion=c.uniform(0.3, 1.0)),
    "steep": lambda p, c: _photo(p, c, tilt=c.uniform(18, 32)),
    "curl": lambda p, c: _photo(p, c, curl=c.uniform(1.2, 3.5)),
    "finger": lambda p, c: _photo(p, c, finger=True),
    "corner lost": lambda p, c: _either(p, c, **{str(c.choice(["lost", "torn"])): int(c.integers(4))}),
    "folds": lambda p, c: _either(p, c, folds=int(c.integers(1, 4))),
    "stamp": lambda p, c: _either(p, c, stamps=int(c.integers(1, 3))),
    "coffee": lambda p, c: _either(p, c, spills=int(c.integers(1, 3))),
    "holes, staple": lambda p, c: p.set(holes=True),
    "notes": lambda p, c: _either(p, c, notes=0.12, scrawls=int(c.integers(3, 14))),
    "struck, ditto": lambda p, c: _either(p, c, special=_more(struck=0.09, ditto=0.02)),
    "wrong half": lambda p, c: _either(p, c, special=_more(**{"wrong half": 0.08})),
    "large": lambda p, c: _either(p, c, size=c.uniform(1.25, 1.6)),
    "pencil": lambda p, c: _either(p, c, pen=str(c.choice(["pencil", "dying"]))),
    "tiny": lambda p, c: _either(p, c, size=0.7, only=str(c.choice(["initials", "small"]))),
    "messenger": lambda p, c: _photo(p, c, small=int(c.choice([1600, 1600, 1280])), quality=int(c.integers(65, 76))),
    "upside down": lambda p, c: _either(p, c, quarters=int(c.integers(1, 4))),
}  # fmt: skip
UNSEEN: dict[str, Change] = {  # of tried pages only
    "shines through": lambda p, c: _either(p, c, shines_through=True),
    "crumpled": lambda p, c: _either(p, c, crumpled=True),
    "glare": lambda p, c: _photo(p, c, glare=True),
}
APART: dict[str, Change] = {  # never of the mix: asked for by name
    "words": lambda p, c: _either(p, c, special=_more(word=0.12)),
    "strange code": lambda p, c: _either(p, c, strange_code=True),
    "cut off": lambda p, c: _either(p, c, cut=c.uniform(0.6, 0.75)),
}
SECOND: tuple[Change, ...] = (
    lambda p, c: p.set(toner=c.uniform(0.65, 0.9)),
    lambda p, c: p.set(holes=True),
    lambda p, c: p.set(folds=1),
    lambda p, c: p.set(shrink=c.uniform(0.95, 0.99)),
    lambda p, c: p.set(noise=c.uniform(3, 7)),
    lambda p, c: p.set(scrawls=int(c.integers(1, 4))),
    lambda p, c: p.set(quarters=2),
)


def plan_of(kind: str, chance: Chance, *, unseen: bool) -> Plan:
    """What page a kind asks for."""
    plan = Plan(kind, colour=bool(chance.random() < 0.35))
    plan.set(dpi=int(chance.choice([200, 300, 300])), quality=int(chance.integers(72, 93)), unseen=unseen)
    plan.set(skew=float(abs(chance.normal(0, 0.5))), noise=chance.uniform(0.5, 3))
    (KINDS | UNSEEN | APART)[kind](plan, chance)
    if chance.random() < 0.4:
        SECOND[int(chance.integers(len(SECOND)))](plan, chance)
    return plan
