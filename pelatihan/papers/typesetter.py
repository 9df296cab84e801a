"""The child process that sets one paper: JSON comes in; what is known of the paper, as JSON, and the PDF or PNG go out.

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
from typing import Any

import typst

MISSING = "could not be displayed with font"  # what typst says of a letter that the font lacks
TOO_MANY = "more pages than codes"  # what sheet.typ says
FOLDER = Path(__file__).parent / "typst"
PATIENCE = 10  # nice: whoever waits at a door goes first
MOST_MEMORY = 2 * 1024**3  # bytes of address space; the longest list that is begun needs 1 GB
MOST_CPU = 60  # seconds; it needs 5
GLANCE = 24  # pixels an inch
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main(template: str, parent: int, product: str, tagged: bool) -> int:
    """Exit status 0 with what was made on standard output, 1 with the places of the faults, 2 when memory ends, 3 when
    the font lacks a letter, 4 when a list has more pages than there are codes.

    :param product: ``pdf``; ``breaks`` for the page breaks alone, which takes less; a number for a picture of the first
        page, so many pixels wide; ``each:people`` for a PDF of each of these, one after the other, with their ``sizes``
    """
    behave(parent)
    try:
        data = sys.stdin.buffer.read().decode()
        if product.startswith("each:"):
            return each(template, json.loads(data), product.removeprefix("each:"), tagged)
        compiler = compiler_of(template, data)
        head, made = dict[str, Any](), b""
        if product.isdigit():
            made = picture(compiler, int(product))
        elif product == "breaks":
            head = {"breaks": told(compiler, "breaks")}
        else:
            made, warnings = compiled(compiler, tagged)
            head = {"warnings": warnings, "breaks": told(compiler, "breaks"), "places": placed(compiler)}
    except typst.TypstError as fault:
        if MISSING in fault.diagnostic:
            return 3
        if TOO_MANY in fault.diagnostic:
            return 4
        answer(places(f"{fault.diagnostic} {fault.trace}").encode())
        return 1
    except MemoryError:
        return 2
    answer(json.dumps(head).encode() + b"\n" + made)
    return 0


def each(template: str, data: dict[str, Any], field: str, tagged: bool) -> int:
    """A PDF of each thing in this field, as if there were no other."""
    fonts = found_fonts()
    alone = (json.dumps(data | {field: [one]}) for one in data[field])
    pdfs = [compiled(compiler_of(template, text, fonts), tagged)[0] for text in alone]
    answer(json.dumps({"warnings": [], "sizes": list(map(len, pdfs))}).encode() + b"\n" + b"".join(pdfs))
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


def found_fonts() -> typst.Fonts:
    """Only the vendored ones: a paper is the same everywhere."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "font"])


def compiler_of(template: str, data: str, fonts: typst.Fonts | None = None) -> typst.Compiler:
    known = fonts or found_fonts()
    return typst.Compiler(FOLDER / f"{template}.typ", root=FOLDER, font_paths=known, sys_inputs={"data": data})


def compiled(compiler: typst.Compiler, tagged: bool) -> tuple[bytes, list[str]]:
    """The PDF, and what the compiler has to say about it. PDF/A refuses a letter that would be a box."""
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf", pdf_tags=tagged, pdf_standards=["a-2b", "ua-1"] if tagged else ["a-2b"]
    )
    assert isinstance(pdf, bytes)
    return pdf, [warning.message for warning in warnings]


def told(compiler: typst.Compiler, label: str) -> list[Any]:
    """What the template says under that label, once for each list."""
    found: list[Any] = json.loads(compiler.query(f"<{label}>", field="value"))
    return found


def placed(compiler: typst.Compiler) -> list[dict[str, Any]]:
    """Where the parts of each list lie, with the page of the file on which each of its pages stands."""
    lists: list[dict[str, Any]] = told(compiler, "places")
    at = 0
    for one in lists:
        for page in one["pages"]:
            at += 1
            page["at"] = at
        at += one.pop("blank_after")
    return lists


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
    status = main(sys.argv[1], int(sys.argv[2]), sys.argv[3], "tagged" in sys.argv[4:])
    os._exit(status)  # at once: giving the memory back piece by piece takes a tenth of the time
