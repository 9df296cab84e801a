"""The reader of papers is shown faults, one at a time, and names each."""

from dataclasses import dataclass

import cv2
import pytest
import segno
import typst

from pelatihan.papers.engine import FOLDER
from pelatihan.papers.parts import Document, PrintedPerson, PrintedSigner
from tests.pelatihan.papers.reading import faults_of

CODE = "DH1-2345678A"
SOUND = """
#set document(title: "Contoh", date: datetime(year: 2019, month: 3, day: 11))
#set page(width: 215mm, height: 330mm, margin: 22mm, footer: context [
  Halaman #here().page() dari 2 · KODE-#if here().page() == 1 [001] else [002]
], background: context {
  let of = here().page()
  place(top + left, dx: 14mm, dy: 7mm, image(bytes(sys.inputs.at("code" + str(of))), width: 12.5mm))
  for (corner, at) in (top + left, top + right, bottom + right, bottom + left).enumerate() {
    let (x, y) = (if at.x == left { 7mm } else { -7mm }, if at.y == top { 7mm } else { -7mm })
    place(at, dx: x, dy: y, image(bytes(sys.inputs.at("mark" + str(4 * of - 4 + corner))), width: 5mm))
  }
})
#set text(font: "Liberation Sans", size: 9pt, hyphenate: false)
Senin, 11 Maret 2019
#let rows = range(1, 31).map(number => ([#number], [Budi Santoso]))
#let head = ([No], [Nama])
#table(columns: (9mm, 60mm), rows: 9mm, ..head, ..rows.slice(0, 22).flatten())
#pagebreak()
#table(columns: (9mm, 60mm), rows: 9mm, ..head, ..rows.slice(22).flatten())
#v(20mm)
Mengetahui,
#v(20mm)
Wulandari Setyaningrum
""".replace("KODE", CODE)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"'
SIGNATURE = "#v(20mm)\nMengetahui,\n#v(20mm)\nWulandari Setyaningrum\n"


@dataclass(frozen=True, kw_only=True)
class Sheet(Document):
    people: tuple[PrintedPerson, ...] = (PrintedPerson("", "Budi Santoso", "", "", ""),)
    signers: tuple[PrintedSigner, ...] = (PrintedSigner("Mengetahui,", "", "Wulandari Setyaningrum"),)


PAPER = Sheet(title="Contoh", paper="f4", taken_at=(2019, 3, 11, 7, 0))


def pictures(code: str) -> dict[str, str]:
    """The page's code, and marks as squares of five by five bits in a black frame."""
    drawn = {}
    for page in (1, 2, 3):
        drawing = segno.make(f"{code}-{page:03}", micro=False, error="h").svg_inline(omitsize=True)
        drawn[f"code{page}"] = drawing.replace("<svg", SVG, 1)
    known = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
    for number in range(12):
        bits = cv2.aruco.generateImageMarker(known, number, 7)
        cells = [(x, y) for y in range(7) for x in range(7) if not bits[y, x]]
        black = "".join(f'<rect x="{x}" y="{y}" width="1.02" height="1.02"/>' for x, y in cells)
        drawn[f"mark{number}"] = f'{SVG} viewBox="0 0 7 7">{black}</svg>'
    return drawn


def printed(source: str, code: str = CODE, *, archived: bool = True) -> bytes:
    return typst.compile(
        source.encode(),
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "font"]),
        sys_inputs=pictures(code),
        pdf_standards="a-2b" if archived else "1.7",
        pdf_tags=False,
    )


def test_sound_paper_has_no_faults():
    assert faults_of(printed(SOUND), PAPER) == []


FAULTS = {
    "another size": ("height: 330mm", "height: 329mm", "page 1: 215.0 × 329.0 mm"),
    "lying": ("height: 330mm", "height: 330mm, flipped: true", "page 1: 330.0 × 215.0 mm"),
    "number of pages": ("dari 2 ·", "dari 3 ·", "the last list has 3 pages, of which 2 are there"),
    "page twice": ("#here().page() dari", "1 dari", "page 2: the list before has 2 pages, of which 1 are there"),
    "weekday": ("Senin, 11 Maret 2019", "Selasa, 11 Maret 2019", "Selasa, 11 Maret 2019 is a Senin"),
    "gap in the numbers": ("rows.slice(22)", "rows.slice(23)", "page 2: row 24 after 22"),
    "split row": (
        "[#number], [Budi Santoso]",
        "[#if number != 23 [#number]], [Budi Santoso]",
        "row without its number",
    ),
    "words over each other": (
        "Mengetahui,",
        "#place(dx: 1mm, dy: 1mm)[setuju]Mengetahui,",
        "“Mengetahui,” over “setuju”",
    ),
    "word through a line": ("[Budi Santoso]", "[#move(dx: 50mm)[Budi Santoso]]", "“Santoso” on a line"),
    "too pale": ("Senin, 11", "#text(luma(160))[Pucat] Senin, 11", "“Pucat” hardly to be seen"),
    "near the edge": ("#v(20mm)\nM", "#place(dx: -20mm)[tepi]#v(20mm)\nM", "mm from the edge"),
    "ink at the edge": (
        "#pagebreak()",
        "#place(top, dy: -21mm, line(length: 1cm))#pagebreak()",
        "ink at the very edge",
    ),
    "lonely signers": (SIGNATURE, f"#pagebreak(){SIGNATURE}", "the signers stand alone"),
    "mark in a wrong place": ("{ -7mm }", "{ -8mm }", "mark 1 at 8.1, 7.0 mm"),
    "somebody missing": ("Budi Santoso", "Budi Susanto", "“Budi Santoso” is not on it"),
    "blotted code": (
        "width: 12.5mm))",
        "width: 12.5mm))\n  place(top + left, dx: 19mm, dy: 12mm, circle(radius: 2mm, fill: black))",
        "a code that cannot be read",
    ),
    "code of another page": ('"code" + str(of)', '"code" + str(3 - of)', "its code is that of page"),
    "code to type is another": ("5678A", "5678B", "its code cannot be typed"),
}


@pytest.mark.parametrize(("change", "instead", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(change, instead, told):
    assert change in SOUND

    assert any(told in fault for fault in faults_of(printed(SOUND.replace(change, instead)), PAPER))


@pytest.mark.parametrize("code", ["Budi Santoso", "081200000101", "budi@ormas.example"])
def test_a_code_that_tells_about_somebody_is_named(code):
    assert any("tells about somebody" in fault for fault in faults_of(printed(SOUND, code), PAPER))


def test_a_file_that_is_no_archive_is_named():
    assert "does not say that it is PDF/A-2" in faults_of(printed(SOUND, archived=False), PAPER)


def test_a_sign_without_meaning_is_named():
    boxed = SOUND.replace("Senin, 11", "\ue123 Senin, 11")

    assert any("signs without meaning" in fault for fault in faults_of(printed(boxed, archived=False), PAPER))
