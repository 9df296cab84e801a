"""The child process that draws an uploaded picture anew: a picture comes in, a smaller JPEG or PNG goes out.

Nothing but the colours of the pixels survives: no place of taking, no name of a camera, nothing hung behind it. It
knows Pillow and the standard library, nothing of the site, and takes no more than its share of memory and time.
"""

import contextlib
import ctypes
import io
import os
import resource
import signal
import sys

from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

READ = [plugin.format for plugin in (JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile)]
READ.append(WebPImagePlugin.WebPImageFile.format)
QUALITY, COLOURS = 80, 256
MOST_MEMORY = 768 * 1024**2  # bytes of address space; a PNG of 50 million pixels with transparency needs most of it
MOST_CPU = 20  # seconds; they need 3
PATIENCE = 10  # nice: whoever waits at a door goes first
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
UNREADABLE, MEMORY_ENDED, TOO_MANY_PIXELS, MOVING = 1, 2, 3, 4

ORIENTATION = 0x0112  # Exif
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def main(parent: int, most_pixels: int, long_side: int, kind: str) -> int:
    """Exit status 0 with the picture on standard output, or why there is none.

    :param kind: ``JPEG``, or ``PNG`` of few colours, of which none may move
    """
    behave(parent)
    Image.MAX_IMAGE_PIXELS = None  # asked below, with an answer of its own
    try:
        picture = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=READ)
        if picture.width * picture.height > most_pixels:
            return TOO_MANY_PIXELS
        if kind == "PNG" and picture.format == "PNG" and getattr(picture, "is_animated", False):
            return MOVING
        drawn = redrawn(picture, long_side)
    except MemoryError:
        return MEMORY_ENDED
    except Exception:  # a decoder's faults are of many kinds
        return UNREADABLE
    if kind == "PNG":
        drawn.quantize(COLOURS).save(sys.stdout.buffer, "PNG", optimize=True)
    else:
        drawn.save(sys.stdout.buffer, "JPEG", quality=QUALITY)
    sys.stdout.flush()
    return 0


def behave(parent: int) -> None:
    """Let others go first, take no more than a share, leave nothing behind, and end with the parent."""
    for limit, most in {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_CPU,
        resource.RLIMIT_CORE: 0,  # a dump would hold the picture
    }.items():
        resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before the line above
        os._exit(MEMORY_ENDED)
    os.nice(PATIENCE)


def redrawn(picture: Image.Image, long_side: int) -> Image.Image:
    """The picture upright, on white, no longer than it must be, and without what it carried along."""
    picture.draft(None, (long_side, long_side))  # a JPEG is then read at a half or a quarter at once
    small = with_plain_colours(picture)
    small.thumbnail((long_side, long_side))
    if turn := TURNED.get(orientation(picture)):
        small = small.transpose(turn)
    clean = Image.new("RGB", small.size, "white")
    clean.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    return clean


def with_plain_colours(picture: Image.Image) -> Image.Image:
    """Whatever its colours are kept as: RGB, or RGBA where something shows through."""
    if picture.mode.startswith("I"):  # a scanner's 16 bits of grey
        return picture.point(lambda grey: grey / 256).convert("L")
    if picture.mode in {"RGB", "RGBA", "L"} and "transparency" not in picture.info:
        return picture
    shows_through = picture.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    return picture.convert("RGBA" if shows_through else "RGB")


def orientation(picture: Image.Image) -> int:
    """How the camera was held, as far as that can be read."""
    with contextlib.suppress(Exception):
        return int(picture.getexif().get(ORIENTATION, 1))
    return 1


if __name__ == "__main__":
    parent, most_pixels, long_side = map(int, sys.argv[1:4])
    os._exit(main(parent, most_pixels, long_side, sys.argv[4]))  # at once: giving memory back piece by piece takes time
