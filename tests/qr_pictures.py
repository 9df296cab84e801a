"""QR codes as a camera in a dim lobby sees them: grey pictures, and videos for the browser's fake camera."""

import io
import math
import random
from collections.abc import Iterable
from pathlib import Path

import segno
from PIL import Image, ImageFilter

SIZE = (640, 480)
WALL = 96  # the grey around a card
NEAR = 500  # px from the lens to the card: how strongly a tilt foreshortens


def picture(
    text: str, *, side: int = 230, turn: float = 0, tilt: float = 0, light: float = 1, noise: int = 0, blur: float = 0
) -> Image.Image:
    """A card of so many px, turned and tilted by so many degrees; ``noise`` is the most that a pixel is off."""
    card = _card(text, side).rotate(turn, expand=True, fillcolor=WALL, resample=Image.Resampling.BICUBIC)
    scene = Image.new("L", SIZE, WALL)
    scene.paste(card, ((SIZE[0] - card.width) // 2, (SIZE[1] - card.height) // 2))
    if tilt:
        bicubic = Image.Resampling.BICUBIC
        scene = scene.transform(SIZE, Image.Transform.PERSPECTIVE, _tilted(tilt), bicubic, fillcolor=WALL)
    if blur:
        scene = scene.filter(ImageFilter.GaussianBlur(blur))
    return _seen(scene, light, noise)


def _card(text: str, side: int) -> Image.Image:
    png = io.BytesIO()
    code = segno.make(text, version=None if len(text) > 8 else 2, error="m", micro=False)
    code.save(png, kind="png", scale=10, border=4)
    return Image.open(png).convert("L").resize((side, side), Image.Resampling.LANCZOS)


def _tilted(degrees: float) -> tuple[float, ...]:
    """Pillow's coefficients for a card that turns about its upright middle."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    x, y = SIZE[0] / 2, SIZE[1] / 2
    k = sine / (NEAR * cosine)
    by = 1 + k * x
    return (
        (1 / cosine - x * k) / by, 0, (x * by - x / cosine) / by,
        -y * k / by, 1 / by, (y * by - y) / by,
        -k / by, 0,
    )  # fmt: skip


def _seen(scene: Image.Image, light: float, noise: int) -> Image.Image:
    chance = random.Random(7)  # the same every time
    grain = [chance.randint(-noise, noise) for _ in range(997)]
    pixels = (max(0, min(255, int(value * light) + grain[place % 997])) for place, value in enumerate(scene.tobytes()))
    return Image.frombytes("L", SIZE, bytes(pixels))


def write_video(path: Path, frames: Iterable[Image.Image], *, each: int = 1, rate: int = 10) -> Path:
    """A file for ``--use-file-for-fake-video-capture``: grey, uncompressed, shown round and round."""
    width, height = SIZE
    grey = bytes([128]) * (width * height // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for frame in frames:
            file.write((b"FRAME\n" + frame.tobytes() + grey) * each)
    return path
