"""Write what typst draws at the corners of a sheet, and what a phone looks for there: ``python -m tools.marks``.

The marks are those of OpenCV's dictionary ``DICT_5X5_1000``, with its licence; the parts of the codes are our own.
"""

import json
from pathlib import Path

import cv2

from pelatihan.papers import marking
from tools import vendored

ROOT = Path(__file__).resolve().parent.parent
TYPST = ROOT / "pelatihan" / "papers" / "typst"
MARKS = TYPST / "marks"
PHONE = ROOT / "static" / "vendor" / "aruco"
PARTS = TYPST / "codes.json"
MODULES = 7  # a side: five with a black frame


DIGITS = "0123456789abcdefghijklmnopqrstuv"  # of JavaScript's base 32: five bits each


def main() -> None:
    facts = {
        "name": "ArUco DICT_5X5_1000 of OpenCV",
        "version": cv2.__version__,
        "license": "Apache-2.0",
        "source": "https://github.com/opencv/opencv",
    }
    for folder in (MARKS, PHONE):
        folder.mkdir(exist_ok=True)
        (folder / "vendor.json").write_text(json.dumps(facts))
        (folder / "LICENSE.txt").write_text(licence())
    (MARKS / "marks.json").write_text(_lines(marks()))
    (PHONE / "marks.js").write_text(script())
    PARTS.write_text(codes())
    vendored.write()


def script() -> str:
    """The marks for JavaScript: of each its 25 bits inside the frame, five a row, as five digits of base 32."""
    digits = "".join(DIGITS[row >> 1 & 31] for mark in marks() for row in mark[1:-1])
    banner = f"/*! ArUco DICT_5X5_1000 of OpenCV {cv2.__version__}, Apache-2.0: LICENSE.txt */"
    return f'{banner}\nexport const MARKS = "{digits}";\n'


def marks() -> list[marking.Square]:
    """All thousand, as rows of bits from the left: 1 is black."""
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
    pictures = (cv2.aruco.generateImageMarker(known, number, MODULES) for number in range(len(known.bytesList)))
    return [tuple(int("".join("0" if light else "1" for light in row), 2) for row in one) for one in pictures]


def codes() -> str:
    """What typst knows of the codes of pages."""
    facts = {"kind": marking.KIND, "most_pages": marking.MOST_PAGES, "marked_pages": marking.MARKED_PAGES}
    known = json.dumps(facts, separators=(",", ":"))[1:-1]
    return f'{{{known},"hundreds":{_lines(marking.hundreds())},"rest":{_lines(marking.rest())}}}\n'


def licence() -> str:
    """OpenCV's own, which stands first among those of its wheel."""
    all_of_them = (Path(cv2.__file__).parent / "LICENSE-3RD-PARTY.txt").read_text()
    own = all_of_them.split("\n" + "-" * 78 + "\n", 1)[0]
    return own[own.index("                                 Apache License") :].rstrip() + "\n"


def _lines(squares: list[marking.Square]) -> str:
    return "[\n" + ",\n".join(json.dumps(one, separators=(",", ":")) for one in squares) + "\n]"


if __name__ == "__main__":
    main()
