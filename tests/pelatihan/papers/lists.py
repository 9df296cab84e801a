"""Lists to print that need no database, and how to read a PDF back."""

import io
import re
from dataclasses import replace
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont
from pypdf import PageObject, PdfReader

from pelatihan.papers.attendance_sheet import AttendanceList, DayColumn, DaySheet, SessionSheet
from pelatihan.papers.engine import FOLDER, compiled
from pelatihan.papers.parts import Document, PrintedLetterhead, PrintedPerson, PrintedSigner

LETTERHEAD = PrintedLetterhead("Pemerintah Contoh", "Badan Contoh", "Jalan Contoh", "Jakarta", "10110")
SIGNERS = (
    PrintedSigner("Mengetahui,", "Kepala Bidang Ketahanan Ekonomi, Seni Budaya, Agama,", "Dra. Wulandari, M.Si.", "1"),
    PrintedSigner("", "Ketua Panitia Pelaksana,", "Agus Darmawan, S.Sos.", ""),
)
SESSION = SessionSheet(
    "Selasa pagi", "Selasa", "Pagi", "Hotel Contoh", "Materi", "Wawasan kebangsaan", "Akademisi", "Bogor, hari ini"
)
DAY = DaySheet(
    "Selasa", "Selasa", "", "Hotel Contoh", (DayColumn("Pagi", "Wawasan"), DayColumn("Siang", "Diskusi")), "Bogor"
)
MILLIMETRE = 72 / 25.4  # in points
FIRST_NAMES = ("Endang", "Slamet", "Togar", "Metta", "Zulfa", "Yosef", "Wahyu", "Neneng", "Paulus", "Hanifah")


def people(count: int) -> tuple[PrintedPerson, ...]:
    """So many, their rows of one line and of two."""
    return tuple(
        PrintedPerson("Drs. H.", f"{FIRST_NAMES[number % 10]} Rahmawati", "M.Si.", "Wakil Sekretaris", "Forum Contoh")
        for number in range(count)
    )


def a_list(count: int = 3, **changes: Any) -> AttendanceList:
    """A list of so many people in one session, on F4."""
    usual = AttendanceList(
        title="Daftar Hadir Peserta Angkatan II, F4",
        heading="Daftar Hadir Peserta",
        paper="f4",
        letterhead=LETTERHEAD,
        theme="Pelatihan Peran Ormas",
        batch="Angkatan II",
        people=people(count),
        spare_rows=5,
        signers=SIGNERS,
        taken_at=(2019, 3, 11, 7, 45),
        as_of="Daftar per tadi pagi",
        sheets=(SESSION,),
    )
    return replace(usual, **changes)


def printed(paper: Document) -> list[PageObject]:
    """Its pages; a compiler's warning fails the test."""
    pdf, warnings = compiled(paper.template, paper)
    assert warnings == []
    return list(PdfReader(io.BytesIO(pdf)).pages)


def text_of(page: PageObject) -> str:
    """All words in one line, single spaces."""
    return " ".join(page.extract_text().split())


def page_numbers(pages: list[PageObject]) -> list[str]:
    return [found for page in pages for found in re.findall(r"Halaman \d+ dari \d+", text_of(page))]


def rows_on(page: PageObject) -> list[int]:
    """The numbers of the rows; these lists hold no other numbers below 1000 but the page's own."""
    words = re.sub(r"Halaman \d+ dari \d+|orang dari \d+|dari \d+ peserta|NIP \d+|[AF]4", "", text_of(page))
    return sorted({int(number) for number in re.findall(r"(?<!\d)\d{1,3}(?!\d)", words)})


def box_numbers(page: PageObject) -> list[tuple[int, float, float]]:
    """The small numbers of the boxes to sign in: number, from the left, from the top, in mm."""
    found = []

    def note(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if size == 7 and text.strip().isdigit():
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((int(text), x / MILLIMETRE, float(page.mediabox.height - y) / MILLIMETRE))

    page.extract_text(visitor_text=note)
    return found


@cache
def advances(font: str) -> dict[str, float]:
    """How wide each letter of a vendored font is, in em."""
    face = TTFont(FOLDER / "font" / f"{font}.ttf")
    em, widths = face["head"].unitsPerEm, face["hmtx"]
    return {chr(point): widths[glyph][0] / em for point, glyph in face.getBestCmap().items()}


def stretches(page: PageObject) -> list[tuple[str, float, float]]:
    """Each piece of text with where it begins and ends, in mm from the left (kerning left out)."""
    found = []

    def note(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        words = text.strip()
        if not words or font is None or abs(tm[1]) > 0.01:  # nothing that is turned
            return
        bold = "LiberationSans-Bold" if "Bold" in font["/BaseFont"] else "LiberationSans-Regular"
        start = (tm[4] * cm[0] + tm[5] * cm[2] + cm[4]) / MILLIMETRE
        wide = sum(advances(bold).get(sign, 0) for sign in words) * abs(size * tm[0]) / MILLIMETRE
        found.append((words, start, start + wide))

    page.extract_text(visitor_text=note)
    return found
