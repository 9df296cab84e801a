"""The child process that reads a workbook: an .xlsx comes in, its visible sheets go out, a line of JSON a row.

A file may say that it is small and be 200 MB, or take all memory while it is read. So it is read here, where time and
memory end early. This program knows openpyxl and the standard library, nothing of the site.

A cell goes out as a text, as null, or as a pair of what it is and its value: ``n`` number, ``d`` day, ``b`` yes or no,
``f`` formula with the value kept beside it, ``e`` error.
"""

import ctypes
import datetime
import io
import json
import os
import re
import resource
import signal
import sys
import zipfile
from typing import Any

from openpyxl import load_workbook

MOST_MEMORY = 640 * 1024**2  # bytes of address space; 10,000 rows of twenty columns need a quarter
MOST_CPU = 60  # seconds; they need 3
PATIENCE = 5  # nice: whoever waits at a door goes first
MOST_UNPACKED = 64 * 1024**2  # bytes; 10,000 rows of twenty columns are 12 million
MOST_PARTS = 2_000  # files in the file
MOST_COLUMNS = 60
MOST_LETTERS = 2_000  # of a cell; no field takes more than 300
MOST_NUMBER = 10**30
MOST_SENT = 48 * 1024**2
MOST_SHEETS = 8
MOST_MERGED = 2_000
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

# how the program ends: the sentences stand in reading/opening.py
UNREADABLE, MEMORY_ENDED, TOO_LARGE, MACROS, NOT_A_WORKBOOK, BINARY, OPEN_DOCUMENT = range(1, 8)
MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')


class Ended(Exception):
    """Why nothing is read."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def main(parent: int, most_rows: int) -> int:
    """Exit status 0 with the rows on standard output, or why there are none."""
    behave(parent)
    try:
        content = sys.stdin.buffer.read()
        check(content)
        send(content, most_rows)
    except Ended as end:
        return end.status
    except MemoryError:
        return MEMORY_ENDED
    except Exception:  # a reader's faults are of many kinds
        return UNREADABLE
    sys.stdout.flush()
    return 0


def behave(parent: int) -> None:
    """Let others go first, take no more than a share, leave nothing behind, and end with the parent."""
    for limit, most in {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_CPU,
        resource.RLIMIT_CORE: 0,  # a dump would hold the list
    }.items():
        resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before the line above
        os._exit(MEMORY_ENDED)
    os.nice(PATIENCE)


def check(content: bytes) -> None:
    """What the parts of the file say of themselves. A part that says less than it holds is cut off there by zipfile.

    :raises Ended: it is something else, or too large
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        names = {part.filename for part in parts}
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Ended(TOO_LARGE)
        if "xl/workbook.bin" in names:
            raise Ended(BINARY)
        if any(name.endswith("vbaProject.bin") for name in names):
            raise Ended(MACROS)
        if "content.xml" in names and "mimetype" in names:
            raise Ended(OPEN_DOCUMENT)
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise Ended(NOT_A_WORKBOOK)
        if b"macroEnabled" in packed.read("[Content_Types].xml"):
            raise Ended(MACROS)


def send(content: bytes, most_rows: int) -> None:
    """All visible sheets, each with its name first."""
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    values: Any = None
    line = Line()
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    line.send({"hidden": hidden[:MOST_SHEETS], "date1904": book.epoch.year == 1904})
    for sheet in visible[:MOST_SHEETS]:
        line.send({"sheet": sheet.title, "merged": merged_in(content, sheet)})
        count, formulas = 0, set[tuple[int, int]]()
        sheet.reset_dimensions()  # what the file says of its size need not be true
        for row in sheet.iter_rows(max_col=MOST_COLUMNS):
            cells = [shown(cell) for cell in row]
            while cells and cells[-1] is None:
                cells.pop()
            if not cells:
                continue
            count += 1
            if count > most_rows:
                line.send({"more": True})
                break
            number = next(cell.row or 0 for cell in row if getattr(cell, "row", None))
            formulas |= {
                (number, place) for place, cell in enumerate(cells) if isinstance(cell, list) and cell[0] == "f"
            }
            line.send([number, cells])
        if formulas:
            values = values or load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            send_values(line, values[sheet.title], formulas)


def send_values(line: "Line", sheet: Any, wanted: set[tuple[int, int]]) -> None:
    """What stood in cells with a formula when the file was saved."""
    sheet.reset_dimensions()
    last = max(number for number, _ in wanted)
    for row in sheet.iter_rows(max_col=MOST_COLUMNS, max_row=last):
        for place, cell in enumerate(row):
            if cell.value is not None and (cell.row, place) in wanted:
                line.send({"value": [cell.row, place, shown(cell)]})


class Line:
    """Standard output, a line of JSON at a time, and no more than is agreed."""

    def __init__(self) -> None:
        self.sent = 0

    def send(self, what: Any) -> None:
        text = json.dumps(what, ensure_ascii=True, separators=(",", ":")) + "\n"
        self.sent += len(text)
        if self.sent > MOST_SENT:
            raise Ended(TOO_LARGE)
        sys.stdout.write(text)


def shown(cell: Any) -> Any:
    """One cell, as the head of this module says."""
    value = cell.value
    if value is None or value == "":
        return None
    kind = getattr(cell, "data_type", "s")
    if kind == "f":
        return ["f", str(value)[:MOST_LETTERS], None]
    if kind == "e":
        return ["e", str(value)[:20]]
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, datetime.datetime):
        return ["d", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["d", value.isoformat()]
    if isinstance(value, (int, float)) and abs(value) < MOST_NUMBER:  # neither infinite nor no number at all
        return ["n", value]
    text = str(value)[:MOST_LETTERS].replace("\0", "")
    return text if text.strip() else None


def merged_in(content: bytes, sheet: Any) -> list[str]:
    """The merged ranges, which openpyxl leaves out when it reads row by row."""
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as packed, packed.open(sheet._worksheet_path.lstrip("/")) as part:
        rest = b""
        while block := part.read(1024 * 1024):
            block = rest + block
            found += [match.decode() for match in MERGED.findall(block)]
            rest = block[-200:] if not block.endswith(b">") else b""
            rest = rest[rest.rfind(b"<") :] if b"<" in rest else b""
            if len(found) > MOST_MERGED:
                break
    return list(dict.fromkeys(found))[:MOST_MERGED]


if __name__ == "__main__":
    os._exit(main(*map(int, sys.argv[1:3])))  # at once: giving the memory back piece by piece takes time
