"""One page read against its print, from the picture to what each cell says."""

import resource
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from pelatihan.scans.reading import ink, judging, straightening
from pelatihan.scans.reading.finding import Look
from pelatihan.scans.reading.opening import Picture, Pixels
from pelatihan.scans.reading.page import Page
from pelatihan.scans.reading.straightening import Floats, Straight, Unfit
from pelatihan.scans.shapes import SCALE, Fault, Reading, Reason, Warn

FEW = 6  # rows
CLEAR = 0.75  # of the names: notes and damage spoil some, and of another list hardly one agrees
UNFIT = 0.4  # so much of the print must lie right where no name stands
LIST = 0.74  # names of the right sheet agree by 0.8 and more, those of a like one by 0.67 at most
SOUND_FIT = 0.85  # of the print lies where it should
BLURRED = 3  # of ``ink.BLURS``
QUALITY = 80
COLOURED = 12  # of 255: by how much red, green and blue of a px differ where there is colour
BLEAK = 0.002  # of the pixels, less is no colour


@dataclass(frozen=True)
class Outcome:
    """What was read, and the page made straight."""

    reading: Reading
    straight: Pixels


def read(picture: Picture, found: Look, page: Page, blank: ink.Blank) -> Outcome:
    """The page of this picture.

    :raises Unfit: it cannot be laid onto the page, or something else is printed on it
    """
    started = _cpu()
    first = straightening.flat(found, page)
    straight = straightening.straightened(picture.pixels, first, page, blank.dark)
    blur, fit, least = _fit(page, straight, blank)
    if fit < least:
        raise Unfit(Fault.NOT_THE_LIST)
    written = ink.found(page, straight, blank, blur)
    judged = judging.judged(page, straight, written, is_bilevel=picture.is_bilevel)
    warnings = {
        Warn.BILEVEL: picture.is_bilevel,
        Warn.TURNED: first.is_turned,
        Warn.FEW_MARKS: first.marks < 4,
        Warn.BLURRED: blur == BLURRED,
        Warn.PARTLY_HIDDEN: any(cell.reason == Reason.HIDDEN for cell in judged.cells),
        Warn.POOR_FIT: straight.agreeing < SOUND_FIT,
    }
    reading = Reading(
        cells=judged.cells,
        notes=judged.notes,
        warnings=tuple(warning for warning, holds in warnings.items() if holds),
        fit=round(fit, 3),
        width=straight.grey.shape[1],
        height=straight.grey.shape[0],
        seconds=round(_cpu() - started, 3),
    )
    return Outcome(reading, straight.pixels)


def jpeg(pixels: Pixels, quality: int = QUALITY) -> bytes:
    """As a JPEG without anything but the pixels; grey where there is no colour."""
    shown = pixels
    if pixels.ndim == 3:
        some = pixels[::8, ::8].astype(np.int16)
        coloured = np.count_nonzero(some.max(axis=2) - some.min(axis=2) > COLOURED) > BLEAK * some[..., 0].size
        shown = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR if coloured else cv2.COLOR_RGB2GRAY)
    return cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# ---- How well the print agrees -------------------------------------------------------------------


def _fit(page: Page, straight: Straight, blank: ink.Blank) -> tuple[int, float, float]:
    """The blur at which the printed names agree best, how well they do, and how well they must."""
    x0, y0, x1, y1 = _names(page)
    seen = straight.dark[y0:y1, x0:x1]
    best = (0, 0.0, LIST)
    for blur in range(len(ink.BLURS)):
        softened = ink.softened(blank, blur, (x0, y0, x1, y1))
        fits = _names_fit(page, softened, seen, (x0, y0))
        if not fits:
            return _fit_anywhere(straight, blank)
        few = len(fits) < FEW  # somebody may have written over one of them
        fit = max(fits) if few else float(np.quantile(fits, CLEAR))
        if fit > best[1]:
            best = (blur, fit, LIST)
        elif fit < best[1] - 0.02:
            break
    return best


def _names(page: Page) -> tuple[int, int, int, int]:
    boxes = np.array(page.words)
    left, top = boxes[:, 0].min(), boxes[:, 1].min()
    right, foot = (boxes[:, 0] + boxes[:, 2]).max(), (boxes[:, 1] + boxes[:, 3]).max()
    return round(left * SCALE), round(top * SCALE), round(right * SCALE), round(foot * SCALE)


def _names_fit(page: Page, print_: Floats, seen: Floats, origin: tuple[int, int]) -> list[float]:
    """The correlation of each row's words, found again within half a mm; none where no name is printed."""
    fits = []
    slack, inset = (
        4,
        6,
    )  # px: how far words may be off; what is left out of a row, for its lines are the same everywhere
    for x, y, wide, tall in page.words:
        top, foot = round(y * SCALE) - origin[1] + inset, round((y + tall) * SCALE) - origin[1] - inset
        left = round((x + 10) * SCALE) - origin[0]
        right = round((x + 10 + min(60, wide - 12)) * SCALE) - origin[0]
        words = print_[top:foot, left:right]
        if not _has_words(words):
            continue
        around = seen[max(0, top - slack) : foot + slack, max(0, left - slack) : right + slack]
        if around.std() < 1e-4:
            continue
        around, words = (cv2.GaussianBlur(one, (0, 0), 1.0) for one in (around, words))
        match = cv2.matchTemplate(around, words, cv2.TM_CCOEFF_NORMED)
        fits.append(float(match.max()))
    return fits


def _has_words(print_: Floats) -> bool:
    """Whether more than the lines between columns is printed there: a spare row has those, too, and what somebody wrote
    into it agrees with nothing."""
    if print_.size == 0:
        return False
    inked = print_ > 0.1
    words = inked[:, inked.mean(axis=0) < 0.8]
    return words.size > 0 and float(words.mean()) >= 0.02


def _fit_anywhere(straight: Straight, blank: ink.Blank) -> tuple[int, float, float]:
    """Of a list without names: the head and the lines."""
    half = straight.dark.shape[0] // 2
    fits = []
    for blur in range(len(ink.BLURS)):
        softened = ink.softened(blank, blur, (0, 0, straight.dark.shape[1], half))
        fits.append(
            float(cv2.matchTemplate(straight.dark[:half], np.ascontiguousarray(softened), cv2.TM_CCOEFF_NORMED)[0, 0])
        )
    best = int(np.argmax(fits))
    return best, max(fits[best], straight.agreeing), UNFIT


def page_of(layout: Mapping[str, Any], told: Mapping[str, Any]) -> Page:
    """From what the parent sends."""
    return Page.of(layout, told)
