"""The straightened page with the judgement drawn over it, to look at what went wrong."""

import cv2
import numpy as np

from bench.signed.trial import Judged, Outcome
from pelatihan.scans.shapes import SCALE, Verdict

COLOURS = {Verdict.SIGNED: (60, 160, 40), Verdict.EMPTY: (190, 120, 40), Verdict.UNSURE: (0, 160, 255)}  # BGR
WRONG = (0, 0, 255)


def drawn(outcome: Outcome) -> bytes:
    """A PNG: green signed, blue empty, orange unsure with its reason, red wrong."""
    picture = cv2.imdecode(np.frombuffer(outcome.straight, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    for one, box in zip(outcome.cells, outcome.boxes, strict=True):
        x, y, wide, tall = (round(side * SCALE) for side in box)
        cv2.rectangle(picture, (x + 3, y + 3), (x + wide - 3, y + tall - 3), _colour(one), 5 if one.is_wrong else 2)
        if one.is_wrong or not one.is_sure:
            words = f"{one.cell.content} {one.reason}"
            cv2.putText(
                picture, words, (x + 6, y + tall - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _colour(one), 1, cv2.LINE_AA
            )
    return bytes(cv2.imencode(".png", picture)[1])


def _colour(one: Judged) -> tuple[int, int, int]:
    return WRONG if one.is_wrong else COLOURS[one.verdict]
