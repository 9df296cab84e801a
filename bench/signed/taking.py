"""How paper becomes a picture: a scanner or a phone. What comes out is a file as somebody would send it."""

import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from bench.signed.curves import Chance
from bench.signed.ink import Mask, field, noise
from bench.signed.prints import SCALE, Grey

QUARTERS = (-1, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
HELD = (1, 6, 3, 8)  # what Exif says of a picture that must be turned so many quarters clockwise


@dataclass
class Taking:
    """Lengths in mm on paper, angles in degrees; pixels where it says so."""

    by: str = "scan"  # or "photo"
    dpi: int = 300
    skew: float = 0.5
    feed: float = 0.0  # how far an uneven feed displaces
    contrast: float = 1.0
    noise: float = 1.5  # of 255
    blur: float = 0.03
    motion: float = 0.0
    quality: int = 85  # of JPEG
    bilevel: bool = False
    tilt: float = 6.0  # of a phone
    curl: float = 0.0
    light: float = 0.12  # share by which one side is darker
    shadow: bool = False
    finger: bool = False
    glare: bool = False
    pixels: int = 12  # millions, of a phone
    small: int = 0  # px of the long side a messenger leaves
    quarters: int = 0  # turned by so many
    cut: float = 1.0  # share of the page that is in the picture
    lost: int = -1  # a corner that is outside the picture, clockwise from the top left


def taken(canvas: Grey, how: Taking, chance: Chance) -> bytes:
    """The file."""
    if how.by == "scan":
        return _filed(_scanned(canvas, how, chance), how, chance)
    return _sent(_photographed(canvas, how, chance), how, chance)


# ---- A scanner -------------------------------------------------------------------------------------


def _scanned(canvas: Grey, how: Taking, chance: Chance) -> Grey:
    size = how.dpi / 25.4  # px a mm
    share = size / SCALE
    small = cv2.resize(canvas, None, fx=share, fy=share, interpolation=cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC)
    if how.feed:
        small = _fed(small, how.feed * size, chance)
    high, wide = small.shape[:2]
    angle = how.skew * chance.choice([-1, 1])
    turn: Mask = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1)
    more = int(chance.uniform(0, 4) * size)
    over = np.array([high, wide]) * np.sin(np.radians(how.skew)) * (how.skew > 1.5)  # askew on a glass larger than it
    turn[:, 2] += (np.array([more, more]) + over) / 2 + chance.normal(0, 1, 2) * size
    bed = int(chance.choice([255, 250, 235, 190, 40]))
    out = (wide + more + int(over[0]), int((high + more + over[1]) * how.cut))
    if how.lost >= 0:  # it lay askew over the edge of the glass
        turn[:, 2] += np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)][how.lost]) * size * chance.uniform(13, 18)
    page = cv2.warpAffine(small, turn, out, flags=cv2.INTER_LINEAR, borderValue=(bed,) * 3)
    page = _unsharp(page, how, size, chance)
    page = _levelled(page, how.contrast, how.light, chance)
    return _noisy(page, how.noise, chance)


def _fed(page: Grey, most: float, chance: Chance) -> Grey:
    """Rollers that slip: rows displaced along the page, a little across."""
    high, wide = page.shape[:2]
    knots = np.linspace(0, 1, 9)
    along = np.interp(np.linspace(0, 1, high), knots, np.cumsum(chance.normal(0, 0.5, 9)) * most / 2)
    across = np.interp(np.linspace(0, 1, high), knots, chance.normal(0, 0.3, 9) * most)
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    y += along[:, None].astype(np.float32)
    x += across[:, None].astype(np.float32)
    return cv2.remap(page, x, y, cv2.INTER_LINEAR, borderValue=(255, 255, 255))


def _filed(page: Grey, how: Taking, chance: Chance) -> bytes:
    """Turned as it lay, then JPEG, PNG or a PDF."""
    if how.quarters:
        page = cv2.rotate(page, QUARTERS[how.quarters])
    if how.bilevel:
        return _black_and_white(page, how.dpi, chance)
    as_file = chance.choice(["jpeg", "png", "pdf"], p=[0.7, 0.15, 0.15]) if how.quality > 60 else "jpeg"
    if as_file == "png" and page.size < 12_000_000:
        return bytes(cv2.imencode(".png", page, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1])
    made = bytes(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, how.quality])[1])
    return _in_pdf(Image.open(io.BytesIO(made)), how.dpi, quality=how.quality) if as_file == "pdf" else made


def _black_and_white(page: Grey, dpi: int, chance: Chance) -> bytes:
    grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    made = Image.fromarray(np.asarray(grey > chance.integers(140, 205)))
    if chance.random() < 0.5:
        return _in_pdf(made, dpi)
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def _in_pdf(picture: Image.Image, dpi: int, **how: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=dpi, **how)
    return out.getvalue()


# ---- A phone ---------------------------------------------------------------------------------------


def _photographed(canvas: Grey, how: Taking, chance: Chance) -> Grey:
    if how.curl:
        canvas = _curled(canvas, how.curl, chance)
    high, wide = canvas.shape[:2]
    ratio = 4 / 3
    long = int((how.pixels * 1e6 * ratio) ** 0.5)
    frame = (long, int(long / ratio)) if wide > high else (int(long / ratio), long)
    page = _desk(frame, canvas.ndim, chance)
    turn, near = _pose(canvas, frame, how, chance)
    soft = cv2.GaussianBlur(canvas, (0, 0), max(0.3, 0.35 / near))
    cv2.warpPerspective(soft, turn, frame, dst=page, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    if how.finger:
        _touched(page, turn, canvas, near * SCALE, chance)
    page = _lit(page, how, chance)
    page = _unsharp(page, how, near * SCALE, chance)
    page = _levelled(page, how.contrast, 0, chance)
    return _noisy(page, how.noise, chance)


def _desk(frame: tuple[int, int], depth: int, chance: Chance) -> Grey:
    """What the sheet lies on: wood, cloth, a dark table."""
    shape = (frame[1] // 4, frame[0] // 4)
    grain = 12 * field(shape, (3, 60), chance) + 8 * field(shape, (30, 20), chance)
    tone = chance.choice([50, 90, 140, 185])
    made: Grey = np.clip(tone + grain, 0, 255).astype(np.uint8)
    made = cv2.resize(made, frame, interpolation=cv2.INTER_LINEAR)
    if depth == 2:
        return made
    tint = chance.uniform(0.7, 1, 3)
    return np.dstack([cv2.convertScaleAbs(made, alpha=float(one)) for one in tint])


def _pose(canvas: Grey, frame: tuple[int, int], how: Taking, chance: Chance) -> tuple[np.ndarray, float]:
    """Where the page lies in the picture, and how many of its px there are for one of the canvas."""
    high, wide = canvas.shape[:2]
    around, tilt = chance.normal(0, 1.5), np.radians(how.tilt)
    way = chance.uniform(0, 2 * np.pi)
    rx, ry, rz = tilt * np.sin(way), tilt * np.cos(way), np.radians(around + how.skew * chance.choice([-1, 1]))
    corners = np.array([(-wide, -high), (wide, -high), (wide, high), (-wide, high)], float) / 2 / max(wide, high)
    turn = np.array([[np.cos(rz), -np.sin(rz)], [np.sin(rz), np.cos(rz)]])
    flat = corners @ turn.T
    x, y = flat[:, 0] * np.cos(ry), flat[:, 1] * np.cos(rx)
    depth = 1.25 + flat[:, 0] * np.sin(ry) + flat[:, 1] * np.sin(rx)
    seen = np.column_stack([x / depth, y / depth])
    low, span = seen.min(0), np.ptp(seen, 0)
    room = chance.uniform(0.86, 0.97) if how.cut == 1 else 0.95
    share = float(min(frame[0] / span[0], frame[1] / span[1]) * room)
    slack = np.array(frame) - span * share
    placed = (seen - low) * share + slack * chance.uniform(0.3, 0.7, 2)
    if how.lost >= 0:
        corner = np.array([(0, 0), (1, 0), (1, 1), (0, 1)][how.lost]) * frame
        placed += (corner - placed[how.lost]) + (np.sign(corner - np.array(frame) / 2)) * share * chance.uniform(
            0.04, 0.06
        )
    if how.cut < 1:
        placed[:, 1] += (1 - how.cut) * span[1] * share + slack[1] / 2
    was = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    near = float(np.linalg.norm(placed[1] - placed[0]) / wide)
    return cv2.getPerspectiveTransform(was, placed.astype(np.float32)), near


def _curled(canvas: Grey, most: float, chance: Chance) -> Grey:
    """A page that does not lie flat: displaced along waves, the far side shaded."""
    high, wide = canvas.shape[:2]
    across, along = np.linspace(0, 1, wide, dtype=np.float32), np.linspace(0, 1, high, dtype=np.float32)
    wave = most * SCALE * np.sin(np.pi * (across * chance.uniform(0.7, 1.4) + chance.uniform(0, 0.4)))
    lift = most * SCALE * 0.5 * np.sin(np.pi * along * chance.uniform(0.8, 1.6)) * chance.choice([-1, 1])
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    y += (wave - wave.mean())[None, :] * chance.choice([-1, 1]).astype(np.float32)
    x += (lift - lift.mean())[:, None]
    bent: Grey = cv2.remap(canvas, x, y, cv2.INTER_LINEAR, borderValue=(120, 120, 120)).astype(np.float32)
    shade = (1 - 0.12 * np.abs(np.gradient(wave)) / max(1e-6, np.abs(np.gradient(wave)).max())).astype(np.float32)
    bent *= shade[:, None] if bent.ndim == 3 else shade
    return bent.astype(np.uint8)


def _touched(page: Grey, turn: np.ndarray, canvas: Grey, size: float, chance: Chance) -> None:
    """A finger that holds the sheet at one edge; ``size``: px a mm."""
    high, wide = canvas.shape[:2]
    side, at = int(chance.integers(4)), chance.uniform(0.1, 0.9)
    edge = np.array([(at * wide, 0), (wide, at * high), (at * wide, high), (0, at * high)][side], np.float32)
    inward = np.array([(0, 1), (-1, 0), (0, -1), (1, 0)][side], float)
    spot = cv2.perspectiveTransform(edge[None, None], turn)[0, 0] + inward * chance.uniform(5, 24) * size
    tone = np.array([105, 130, 185]) * chance.uniform(0.45, 1.1)
    colour = tuple(float(one) for one in (np.minimum(tone, 255) if page.ndim == 3 else [tone.mean()] * 3))
    thick, long = chance.uniform(8, 11) * size, 45 * size
    angle = float(np.degrees(np.arctan2(inward[1], inward[0])) + chance.normal(0, 20))
    middle = spot - long * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    hand = np.zeros(page.shape[:2], np.uint8)
    cv2.ellipse(hand, (int(middle[0]), int(middle[1])), (int(long), int(thick)), angle, 0, 360, 255, -1)
    x, y, w, h = cv2.boundingRect(hand)
    soft = cv2.blur(hand[y : y + h, x : x + w], (9, 9)).astype(np.float32)[..., None] / 255
    part = page[y : y + h, x : x + w]
    under = part.reshape(*part.shape[:2], -1).astype(np.float32)
    mixed = under * (1 - soft) + soft * np.array(colour[: under.shape[2]], np.float32)
    page[y : y + h, x : x + w] = mixed.astype(np.uint8).reshape(part.shape)


def _lit(page: Grey, how: Taking, chance: Chance) -> Grey:
    """Uneven light, a vignette, the photographer's shadow, a lamp that shines in a plastic sleeve."""
    high, wide = page.shape[0] // 8, page.shape[1] // 8
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j].astype(np.float32)
    way = chance.uniform(0, 2 * np.pi)
    light = 1 - how.light * (0.5 + 0.5 * (x * np.cos(way) + y * np.sin(way))) - 0.06 * (x * x + y * y)
    if how.shadow:
        light *= _shadow((high, wide), chance)
    lit = _times(page, light.astype(np.float32) * chance.uniform(0.85, 1.02))
    if how.glare:
        spot = np.exp(
            -(((x - chance.uniform(-0.7, 0.7)) / 0.35) ** 2 + ((y - chance.uniform(-0.7, 0.7)) / 0.25) ** 2) * 1.5
        )
        share = cv2.resize((spot * chance.uniform(0.5, 0.85)).astype(np.float32), (page.shape[1], page.shape[0]))
        share = share[..., None] if lit.ndim == 3 else share
        lit = (lit + (250 - lit.astype(np.float32)) * share).astype(np.uint8)
    return lit


def _shadow(shape: tuple[int, int], chance: Chance) -> Mask:
    """Of a head or a hand: a rounded shape with a more or less soft edge."""
    high, wide = shape
    dark: Mask = np.zeros(shape, np.float32)
    for _ in range(chance.integers(1, 3)):
        spot = (int(chance.uniform(0, 1) * wide), int(chance.uniform(0, 1) * high))
        axes = (int(chance.uniform(0.2, 0.5) * wide), int(chance.uniform(0.2, 0.6) * high))
        cv2.ellipse(dark, spot, axes, chance.uniform(0, 180), 0, 360, 1, -1)
    dark = cv2.GaussianBlur(dark, (0, 0), chance.uniform(0.4, 14))
    return 1 - chance.uniform(0.25, 0.6) * dark


def _sent(page: Grey, how: Taking, chance: Chance) -> bytes:
    """Kept by the phone, then perhaps made small by a messenger."""
    if how.small:
        once = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
        page = np.asarray(cv2.imdecode(once, cv2.IMREAD_UNCHANGED))
        share = how.small / max(page.shape[:2])
        page = cv2.resize(page, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    held = how.quarters if not how.small and chance.random() < 0.5 else 0  # the phone says how it was held
    if how.quarters:
        page = cv2.rotate(page, QUARTERS[how.quarters])
    made = bytes(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, how.quality])[1])
    return _with_exif(made, HELD[-held % 4]) if held else made


def _with_exif(jpeg: bytes, orientation: int) -> bytes:
    """The only thing said of it: how the phone was held."""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + bytes([0, orientation, 0, 0])
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + bytes(4)
    return jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + jpeg[2:]


# ---- Both ------------------------------------------------------------------------------------------


def _unsharp(page: Grey, how: Taking, size: float, chance: Chance) -> Grey:
    """Out of focus or moved; ``size``: px a mm."""
    if how.motion:
        page = cv2.filter2D(page, -1, _moved(how.motion * size, chance))
    if how.blur * size > 0.3:
        page = cv2.GaussianBlur(page, (0, 0), how.blur * size)
    elif how.by == "photo" and chance.random() < 0.5:  # phones sharpen
        page = cv2.addWeighted(page, 1.6, cv2.GaussianBlur(page, (0, 0), 1.5), -0.6, 0)
    return page


def _moved(length: float, chance: Chance) -> Mask:
    side = int(length) // 2 * 2 + 3
    kernel = np.zeros((side, side), np.float32)
    angle, half = chance.uniform(0, np.pi), length / 2
    ends = [(side // 2 + turn * half * np.cos(angle), side // 2 + turn * half * np.sin(angle)) for turn in (-1, 1)]
    spots = [tuple(round(one * 16) for one in end) for end in ends]
    cv2.line(kernel, spots[0], spots[1], 1.0, 1, cv2.LINE_AA, 4)
    return kernel / kernel.sum()


def _levelled(page: Grey, contrast: float, light: float, chance: Chance) -> Grey:
    """White not quite white, black not quite black; a lamp that ages from one side to the other."""
    white = chance.uniform(225, 253)
    black = white - contrast * (white - chance.uniform(0, 35))
    table = np.clip(np.arange(256) / 255 * (white - black) + black, 0, 255).astype(np.uint8)
    page = cv2.LUT(page, table)
    if light > 0.15:
        return _times(page, np.linspace(1, 1 - light, 16, dtype=np.float32)[None, :].repeat(2, 0))
    return page


def _times(page: Grey, share: Mask) -> Grey:
    whole = cv2.resize(share, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_LINEAR)
    if page.ndim == 3:
        whole = cv2.merge([whole] * 3)
    return cv2.multiply(page, whole, dtype=cv2.CV_8U)


def _noisy(page: Grey, sigma: float, chance: Chance) -> Grey:
    """Of the sensor; of a photo a little coarser than a pixel."""
    grain: Grey = np.rint(noise(page.shape, chance, soft=0.6) * sigma).astype(np.int16)
    grain = cv2.merge([grain] * 3) if page.ndim == 3 else grain
    return cv2.add(page, grain, dtype=cv2.CV_8U)
