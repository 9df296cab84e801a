"""A signed page from a seed. Seeds below :data:`FIRST_TRIED` set thresholds, the others try them: other people, other
lists, and kinds of signatures and of damage that tuning never shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from bench.signed import wear
from bench.signed.curves import Chance
from bench.signed.filling import Cell, Filled
from bench.signed.ink import noise
from bench.signed.kinds import APART, KINDS, UNSEEN, Plan, plan_of
from bench.signed.prints import DAILY, FORMATS, SCALE, SETS, Blank, Grey, leaves_of, softened
from bench.signed.taking import taken
from pelatihan.scans.leaves import Leaf

FIRST_TRIED = 10_000


@dataclass(frozen=True)
class SignedPage:
    """A picture of one signed page as somebody sends it, and the truth of each cell in the order of the sheet.

    ``leaf``, ``blank``: what was printed (with a strange code: what the code says was). ``notes``: rows with ink in
    Ket.
    """

    seed: int
    kind: str
    plan: Plan
    picture: bytes
    blank: bytes
    leaf: Leaf
    truth: tuple[Cell, ...]
    notes: tuple[int, ...]


def is_tried(seed: int) -> bool:
    return seed >= FIRST_TRIED


def kinds_of(*, tried: bool) -> list[str]:
    """The mix, in the order in which seeds go round it."""
    return [*KINDS, *(UNSEEN if tried else ())]


def pages(seeds: Iterable[int], kind: str = "", *, daily: bool = False) -> Iterator[SignedPage]:
    """One page a seed; see :func:`page`."""
    return (page(seed, kind, daily=daily) for seed in seeds)


def page(seed: int, kind: str = "", *, daily: bool = False) -> SignedPage:
    """A page of the kind that is this seed's turn, or of one that is named.

    :param daily: a table of a day, whatever the seed says
    """
    names = kinds_of(tried=is_tried(seed))
    kind = kind or names[seed % len(names)]
    if kind in UNSEEN and not is_tried(seed):
        raise ValueError(f"{kind!r} is kept from seeds to tune on")
    assert kind in names or kind in APART, kind
    chance = np.random.default_rng([12, seed])
    return _signed(_chosen(seed, chance, daily=daily), seed, kind, chance)


def signed(blank: Blank, seed: int, kind: str) -> SignedPage:
    """A page that was printed somewhere else, signed and sent."""
    return _signed(blank, seed, kind, np.random.default_rng([13, seed]))


def _signed(blank: Blank, seed: int, kind: str, chance: Chance) -> SignedPage:
    plan = plan_of(kind, chance, unseen=is_tried(seed))
    filled = Filled(blank.leaf, plan.habits, chance)
    paper = _paper(blank, plan, chance)
    claims = _other(blank, seed, chance) if plan.wear.strange_code else blank
    if claims is not blank:
        _stick(paper, claims)
    picture = taken(_worn(paper, filled, plan, chance), plan.taking, chance)
    return SignedPage(seed, kind, plan, picture, claims.pdf, claims.leaf, tuple(filled.truth), tuple(filled.notes))


def _chosen(seed: int, chance: Chance, *, daily: bool) -> Blank:
    form = int(chance.integers(FORMATS))
    form = form // 4 * 4 + DAILY if daily else form
    number = 2 * (form + FORMATS * int(chance.integers(SETS))) + is_tried(seed)
    leaves = leaves_of(number)
    return leaves[int(chance.integers(len(leaves)))]


def _other(blank: Blank, seed: int, chance: Chance) -> Blank:
    """A page of another list on the same paper, its codes in the same places."""
    told = blank.leaf.told
    numbers = 2 * chance.permutation(FORMATS * SETS) + is_tried(seed)
    every = (one for number in numbers for one in leaves_of(int(number)))
    return next(
        one
        for one in every
        if one.size == blank.size and one.leaf.code != blank.leaf.code and one.leaf.told["codes"] == told["codes"]
    )


def _stick(paper: Grey, claims: Blank) -> None:
    """The codes of another page over its own; the marks stay."""
    for x, y in claims.leaf.told["codes"]:
        left, top, side = (round(one * SCALE) for one in (x - 0.5, y - 0.5, 13.5))
        piece = claims.grey()[top : top + side, left : left + side]
        paper[top : top + side, left : left + side] = piece if paper.ndim == 2 else piece[..., None]


def _paper(blank: Blank, plan: Plan, chance: Chance) -> Grey:
    """Out of the printer: grey or in colour, not signed yet."""
    page = softened(blank.grey(), chance.uniform(0, 0.05))
    if plan.wear.fade:
        page = wear.faded(page, chance)
    toner = plan.wear.toner * chance.uniform(0.85, 1)
    paper = np.clip(chance.uniform(240, 254) + 1.2 * noise(page.shape, chance, soft=2), 0, 255)
    page = (paper * (1 - (1 - page.astype(np.float32) / 255) * toner)).astype(np.uint8)
    return cv2.cvtColor(page, cv2.COLOR_GRAY2BGR) if plan.colour else page


def _worn(canvas: Grey, filled: Filled, plan: Plan, chance: Chance) -> Grey:
    """Signed, and what it went through."""
    before = canvas.copy() if plan.wear.shines_through else canvas
    filled.sign(canvas)
    if plan.wear.shines_through:
        behind = Filled(filled.leaf, replace(filled.habits, signed=(0.6, 0.9)), chance)
        behind.sign(before)
        wear.shining_through(canvas, before if before.ndim == 2 else cv2.cvtColor(before, cv2.COLOR_BGR2GRAY), chance)
    for damage, count in ((wear.stamped, plan.wear.stamps), (wear.spilt, plan.wear.spills)):
        for _ in range(count):
            damage(canvas, _somewhere(filled.leaf, chance), chance)
    if plan.wear.folds:
        wear.folded(canvas, chance, plan.wear.folds)
    if plan.wear.holes:
        wear.holed(canvas, chance, backs=filled.leaf.told["back"])
    if plan.wear.shrink < 1:
        canvas = wear.shrunk(canvas, plan.wear.shrink, chance)
    if plan.wear.crumpled:
        canvas = wear.crumpled(canvas, chance)
    if plan.wear.torn >= 0:
        wear.torn(canvas, plan.wear.torn, chance, beyond=int(chance.integers(40, 240)))
    return canvas


def _somewhere(leaf: Leaf, chance: Chance) -> tuple[float, float]:
    """In or near the columns that are signed, in mm."""
    row = leaf.rows[int(chance.integers(len(leaf.rows)))]
    box = leaf.sign_box(row.number, int(chance.integers(len(leaf.sessions))))
    assert box
    return box[0] + chance.uniform(0, box[2]), box[1] + chance.uniform(0, box[3])
