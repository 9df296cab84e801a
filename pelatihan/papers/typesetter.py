"""The child process that sets one paper: JSON comes in, ``{"warnings": [...], "breaks": [...]}`` and PDF or PNG go out.

It knows typst and the standard library, nothing of the site: no settings, no database, no keys. Whatever goes wrong it
says only where in the templates, for a compiler's message may quote what stands on the paper.
"""

import ctypes
import json
import os
import re
import resource
import signal
import sys
from pathlib import Path

import typst

MISSING = "could not be displayed with font"  # what typst says of a letter that the font lacks
FOLDER = Path(__file__).parent / "typst"
PATIENCE = 10  # nice: whoever waits at a door goes first
MOST_MEMORY = 2 * 1024**3  # bytes of address space; the longest list that is begun needs 1.2 GB
GLANCE = 24  # pixels an inch
MOST_CPU = 60  # seconds; it needs 6
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main(template: str, parent: int, product: str) -> int:
    """Exit status 0 with what was made on standard output, 1 with the places of the faults, 2 when memory ends, 3 when
    the font lacks a letter.

    :param product: ``pdf``; ``breaks`` for the page breaks alone, which takes less; a number for a picture of the first
        page, so many pixels wide
    """
    behave(parent)
    try:
        compiler = compiler_of(template, sys.stdin.buffer.read().decode())
        made, warnings, breaks = b"", list[str](), []
        if product.isdigit():
            made = picture(compiler, int(product))
        else:
            if product == "pdf":
                made, warnings = compiled(compiler)
            breaks = json.loads(compiler.query("<breaks>", field="value"))
    except typst.TypstError as fault:
        if MISSING in fault.diagnostic:
            return 3
        answer(places(f"{fault.diagnostic} {fault.trace}").encode())
        return 1
    except MemoryError:
        return 2
    answer(json.dumps({"warnings": warnings, "breaks": breaks}).encode() + b"\n" + made)
    return 0


def answer(written: bytes) -> None:
    sys.stdout.buffer.write(written)
    sys.stdout.flush()


def behave(parent: int) -> None:
    """Let others go first, take no more than a share, leave nothing behind, and end with the parent."""
    for limit, most in {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_CPU,
        resource.RLIMIT_CORE: 0,  # a dump would hold names
    }.items():
        resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before the line above
        os._exit(2)
    os.nice(PATIENCE)


def compiler_of(template: str, data: str) -> typst.Compiler:
    """Only the vendored fonts: a paper is the same everywhere."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "font"])
    return typst.Compiler(FOLDER / f"{template}.typ", root=FOLDER, font_paths=fonts, sys_inputs={"data": data})


def compiled(compiler: typst.Compiler) -> tuple[bytes, list[str]]:
    """The PDF, and what the compiler has to say about it. PDF/A refuses a letter that would be a box."""
    pdf, warnings = compiler.compile_with_warnings(format="pdf", pdf_tags=False, pdf_standards=["a-2b"])
    assert isinstance(pdf, bytes)
    return pdf, [warning.message for warning in warnings]


def picture(compiler: typst.Compiler, width: int) -> bytes:
    """A PNG of the first page. How wide the page is, a tiny one tells; the others are drawn as well, so the data had
    better hold little more than one page."""
    inch = pixels(first(compiler.compile(format="png", ppi=GLANCE))) / GLANCE
    return first(compiler.compile(format="png", ppi=width / inch))


def first(made: bytes | list[bytes] | None) -> bytes:
    """Of one page typst gives the bytes themselves."""
    assert made
    return made if isinstance(made, bytes) else made[0]


def pixels(png: bytes) -> int:
    """How wide: the first number of its header."""
    return int.from_bytes(png[16:20])


def places(diagnostic: str) -> str:
    """``sheet.typ:12:3``, and no word of the message."""
    return " ".join(dict.fromkeys(re.findall(r"\w+\.typ:\d+:\d+", diagnostic)))


if __name__ == "__main__":
    status = main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    os._exit(status)  # at once: giving the memory back piece by piece takes a tenth of the time
