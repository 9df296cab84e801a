"""Blank lists to sign: real papers of this program, set by its own typesetter, their people drawn from a number.

No database: the frozen data of a paper is all that the typesetter wants, and a leaf needs no saved sheet. What was set
is kept in ``.data/bench/signed``, for it is the same each time (``EDITION`` counts up when papers change).
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from pelatihan.models import Angkatan, PrintedSheet, Registration, Session
from pelatihan.papers import marking
from pelatihan.papers.attendance_sheet import AttendanceList, DayColumn, DaySheet, SessionSheet
from pelatihan.papers.engine import Print
from pelatihan.papers.parts import PrintedLetterhead, PrintedPerson, PrintedSigner
from pelatihan.scans.leaves import Leaf, Row

KEPT = Path(__file__).parents[2] / ".data" / "bench" / "signed"
EDITION = 4  # of the papers below: another one is set anew
SCALE = 12  # px a mm of a page before it is scanned or photographed; 305 dpi
FORMATS = 12  # kinds of list: paper, shape, sides, columns
DAILY = 3  # of each four of them, this one: a table of a day
SETS = 4  # of people, of each format and each kind of seeds

FIRST = "Agus Bambang Citra Dedi Endang Fatimah Gunawan Hj. Nur'aini Slamet Wahyu Maria Yosef Togar Ida Siti Muhammad"
MIDDLE = "Abdul Sri Putri Wulan Kusuma Rahmat Nugroho Parulian Ayu Dwi Tri Eka Hadi Wiryo Catur Lestari"
LAST = "Santoso Rahmawati Simanjuntak Hidayat Setiawan Kusumadiningrat Saputra Nasution Siregar Wibowo Halim Oei"
OFFICES = (
    "Ketua", "Sekretaris", "Bendahara", "Anggota", "Wakil Ketua", "Staf", "Ketua Bidang Organisasi",
)  # fmt: skip
BODIES = (
    "Forum Betawi Rempug", "Majelis Ta'lim Nurul 'Ilmi", "Perkumpulan Persaudaraan Putra-Putri Keluarga Besar",
    "Yayasan Pendidikan Nusantara Jaya Raya", "Pemuda Maju", "Ikatan Keluarga Besar Tanah Abang", "Karang Taruna",
)  # fmt: skip
TOPICS = (
    "Wawasan kebangsaan dan kewaspadaan dini masyarakat", "Tata kelola organisasi kemasyarakatan",
    "Pendidikan politik", "Keuangan ormas dan pelaporannya", "Diskusi kelompok", "Pembukaan", "Penutupan",
)  # fmt: skip

type Grey = NDArray[Any]  # eight bits, perhaps in colour


@dataclass(frozen=True)
class Blank:
    """One page to sign: the file it is in, and its leaf."""

    pdf: bytes
    leaf: Leaf

    @property
    def size(self) -> tuple[float, float]:
        """Of the paper, in mm."""
        return self.leaf.size()

    def grey(self) -> Grey:
        """As it comes out of a perfect printer, :data:`SCALE` px a mm."""
        return _drawn(self.pdf, self.leaf.told["at"]).copy()


def leaves_of(number: int) -> list[Blank]:
    """Every page of list ``number``; lists count from 0, and those of seeds to tune on are even."""
    pdf, layouts = _set(number)
    return [Blank(pdf, _leaf(layout, told)) for layout in layouts for told in layout["pages"] if told["rows"]]


@lru_cache(maxsize=4)
def _drawn(pdf: bytes, at: int) -> Grey:
    page = pypdfium2.PdfDocument(pdf)[at - 1]
    return np.ascontiguousarray(page.render(scale=SCALE * 25.4 / 72, grayscale=True).to_numpy().squeeze())


@lru_cache(maxsize=64)
def _set(number: int) -> tuple[bytes, list[dict[str, Any]]]:
    """The PDF and where everything lies in it."""
    kept = KEPT / f"{EDITION}-{number}.pdf"
    if not (told := kept.with_suffix(".json")).exists():
        paper = a_list(number)
        with Print() as place:
            made = place.typeset(paper.template, paper)
        KEPT.mkdir(parents=True, exist_ok=True)
        for file, content in ((kept, made.pdf), (told, json.dumps(made.places).encode())):  # the layout last
            part = file.with_suffix(f".part{np.random.default_rng().integers(2**31)}")
            part.write_bytes(content)
            part.replace(file)
    return kept.read_bytes(), json.loads(told.read_text())


def _leaf(layout: dict[str, Any], told: dict[str, Any]) -> Leaf:
    days = [name for name in told["columns"] if name.startswith("session-")]
    sheet = PrintedSheet(
        pk=1, code=layout["code"], layout=layout, ends=[0] * told["of"], angkatan=Angkatan(pk=1),
        kind=PrintedSheet.Kind.DAY if days else PrintedSheet.Kind.SESSION,
    )  # fmt: skip
    person = Registration(pk=1, name="Peserta")
    people = (None if number > layout["people"] else person for number, _, _ in told["rows"])
    rows = tuple(Row(line[0], one, one) for line, one in zip(told["rows"], people, strict=True))
    return Leaf(
        sheet, told["number"], rows, tuple(Session(pk=place) for place in range(1, 1 + max(1, len(days)))), told
    )


# ---- What stands on them ----------------------------------------------------------------------------


def a_list(number: int) -> AttendanceList:
    """List ``number``: its shape by :data:`FORMATS`, its people by chance."""
    chance = np.random.default_rng([7, number])
    form = number // 2 % FORMATS
    daily, paper = form % 4 == DAILY, ("f4", "a4")[(form // 4 + form) % 2]
    count = int(chance.integers(30, 100))
    days = tuple(_day(chance, 2 + (form + turn) % 5) for turn in range(2)) if daily else ()
    sheets = days or (_session(chance), _session(chance))
    return AttendanceList(
        title="Daftar Hadir Peserta", heading="Daftar Hadir Peserta", paper=paper, two_sided=form >= 8,
        letterhead=PrintedLetterhead("Pemerintah Contoh", "Badan Contoh", "Jalan Contoh Nomor 1", "Jakarta", "10110"),
        theme="Pelatihan Peran Ormas dalam Pembangunan", batch="Angkatan II Tahun 2019", people=_people(chance, count),
        signers=(PrintedSigner("Mengetahui,", "Kepala Bidang,", "Dra. Wulandari", "1"), PrintedSigner("")),
        taken_at=(2019, 3, 11, 7, 45), as_of="Daftar per 11 Maret 2019 pukul 07.45 WIB", spare_rows=5,
        sheets=sheets, codes=tuple(_code(chance) for _ in sheets), versions=(1, 1), stamp=bool(form % 2),
        columns=(("sex",), (), ("sex", "phone"), ("sex",))[form % 4] if form > 5 else (),
    )  # fmt: skip


def _code(chance: np.random.Generator) -> str:
    return "".join(marking.ALPHABET[place] for place in chance.integers(0, len(marking.ALPHABET), marking.LENGTH))


def _people(chance: np.random.Generator, count: int) -> tuple[PrintedPerson, ...]:
    def some(words: str) -> str:
        return str(chance.choice(words.split()))

    def name() -> str:
        return " ".join([some(FIRST), *(some(MIDDLE) for _ in range(chance.integers(0, 3))), some(LAST)])

    return tuple(
        PrintedPerson(
            str(chance.choice(["", "", "Drs. H.", "Dr."])), name(),
            str(chance.choice(["", "", "S.H.", "M.Si., Ph.D."])),
            str(chance.choice(OFFICES)), str(chance.choice(BODIES)), str(chance.choice(["L", "P"])),
            f"0812-{chance.integers(1000, 9999)}-{chance.integers(1000, 9999)}",
        )
        for _ in range(count)
    )  # fmt: skip


def _session(chance: np.random.Generator) -> SessionSheet:
    topic = str(chance.choice(TOPICS))
    return SessionSheet(
        topic, "Selasa, 12 Maret 2019", "08.00–09.30 WIB", "Hotel Contoh", "Materi", topic, "Bawaslu", "Bogor, 12 Maret"
    )


def _day(chance: np.random.Generator, count: int) -> DaySheet:
    columns = tuple(
        DayColumn(f"{8 + turn:02}.00–{8 + turn:02}.45", str(chance.choice(TOPICS))) for turn in range(count)
    )
    return DaySheet("Selasa", "Selasa, 12 Maret 2019", "", "Hotel Contoh", columns, "Bogor, 12 Maret 2019")


def softened(page: Grey, sigma: float) -> Grey:
    """A little ink spread of the printer; ``sigma`` in mm."""
    return cv2.GaussianBlur(page, (0, 0), sigma * SCALE) if sigma else page
