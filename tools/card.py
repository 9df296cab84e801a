"""Draw the picture that WhatsApp shows beside a link (static/img/kartu.png): ``python -m tools.card``.

A list with ticks, a title and no emblem: an office that wants its own puts a picture of 1200 × 630 px in its place.
"""

import io
from pathlib import Path

import typst
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "pelatihan" / "papers" / "typst" / "font"
PICTURE = ROOT / "static" / "img" / "kartu.png"
COLOURS = 48  # flat areas and soft edges of letters need no more
DRAWING = """
#set page(width: 1200pt, height: 630pt, margin: 0pt, fill: rgb("#F5F7F9"))
#set text(font: "Liberation Sans", fill: rgb("#16202B"))
#place(rect(width: 1200pt, height: 24pt, fill: rgb("#14507A")))
#place(dx: 90pt, dy: 168pt, box(width: 620pt)[
  #set par(leading: 30pt)
  #text(92pt, weight: "bold")[Pelatihan \\ Ormas]
])
#place(dx: 90pt, dy: 404pt, rect(width: 560pt, height: 9pt, fill: rgb("#16202B")))
#place(dx: 90pt, dy: 419pt, rect(width: 560pt, height: 3pt, fill: rgb("#16202B")))
#place(dx: 90pt, dy: 456pt, text(44pt, fill: rgb("#55616E"))[Jadwal dan pendaftaran])
#let row(y, width) = {
  place(dx: 840pt, dy: y, rect(width: 46pt, height: 46pt, radius: 8pt, fill: rgb("#DDF3E4")))
  place(dx: 840pt, dy: y, curve(stroke: (paint: rgb("#0F5A32"), thickness: 7pt, cap: "round", join: "round"),
    curve.move((11pt, 24pt)), curve.line((20pt, 33pt)), curve.line((35pt, 14pt))))
  place(dx: 906pt, dy: y + 14pt, rect(width: width, height: 18pt, radius: 9pt, fill: rgb("#D9DFE5")))
}
#place(dx: 790pt, dy: 120pt, rect(width: 320pt, height: 400pt, radius: 14pt, fill: white,
  stroke: 3pt + rgb("#758391")))
#place(dx: 840pt, dy: 166pt, rect(width: 150pt, height: 22pt, radius: 11pt, fill: rgb("#14507A")))
#row(224pt, 150pt)
#row(296pt, 110pt)
#row(368pt, 150pt)
#row(440pt, 90pt)
"""


def drawn() -> bytes:
    """The picture as a small PNG."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    pages = typst.compile(DRAWING.encode(), format="png", ppi=72, font_paths=fonts)
    picture = Image.open(io.BytesIO(pages)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small = io.BytesIO()
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    PICTURE.write_bytes(drawn())
