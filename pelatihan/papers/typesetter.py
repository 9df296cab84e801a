"""The child process that sets one paper: JSON comes in, ``{"warnings": [...]}`` and the PDF go out.

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

FOLDER = Path(__file__).parent / "typst"
PATIENCE = 10  # nice: whoever waits at a door goes first
MOST_MEMORY = 2 * 1024**3  # bytes of address space; the longest list that is begun needs 1.2 GB
MOST_CPU = 60  # seconds; it needs 6
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def main(template: str, parent: int) -> int:
    """Exit status 0 with the PDF on standard output, 1 with the places of the faults, 2 when memory ends."""
    behave(parent)
    try:
        pdf, warnings = compiled(template, sys.stdin.buffer.read().decode())
    except typst.TypstError as fault:
        answer(places(f"{fault.diagnostic} {fault.trace}").encode())
        return 1
    except MemoryError:
        return 2
    answer(json.dumps({"warnings": warnings}).encode() + b"\n" + pdf)
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


def compiled(template: str, data: str) -> tuple[bytes, list[str]]:
    """The PDF, and what the compiler has to say about it. Only the vendored fonts: a paper is the same everywhere."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "font"])
    compiler = typst.Compiler(FOLDER / f"{template}.typ", root=FOLDER, font_paths=fonts, sys_inputs={"data": data})
    pdf, warnings = compiler.compile_with_warnings(format="pdf", pdf_tags=False)
    assert isinstance(pdf, bytes)
    return pdf, [warning.message for warning in warnings]


def places(diagnostic: str) -> str:
    """``sheet.typ:12:3``, and no word of the message."""
    return " ".join(dict.fromkeys(re.findall(r"\w+\.typ:\d+:\d+", diagnostic)))


if __name__ == "__main__":
    status = main(sys.argv[1], int(sys.argv[2]))
    os._exit(status)  # at once: giving the memory back piece by piece takes a tenth of the time
