"""Certificates as somebody holds them: the words that were kept, the code, a file that archives and readers take."""

import io
import re
from dataclasses import replace
from functools import cache
from typing import Any

import cv2
import numpy
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from pelatihan.certificates import codes
from pelatihan.certificates.wording import Material, Signer
from pelatihan.papers import certificate as paper
from pelatihan.papers.certificate import CertificatePaper, PrintedHolder, PrintedWording, drawn
from pelatihan.papers.engine import Print, compiled
from tests.pelatihan.papers.lists import LETTERHEAD

CODE = codes.new_code(lambda signs: signs[7])
SITE = "https://pelatihan-ormas.kesbangpol.jakarta.go.id"
SIGNER = Signer(
    "Plt. Kepala Badan Kesatuan Bangsa dan Politik Provinsi Daerah Khusus Ibukota Jakarta",
    "Ir. H. Yudhistira Permadi Soelaiman, M.M.", "19630700 198903 1 000",
)  # fmt: skip
WORDS = PrintedWording(
    title="Sertifikat", role="sebagai peserta", theme="Pelatihan Peran Ormas", batch="Angkatan II Tahun 2019",
    text="diselenggarakan oleh Badan Contoh di Hotel Contoh, tanggal 11–13 Maret 2019, selama 5 jam pelajaran.", jp=5,
    town_and_date="Bogor, 13 Maret 2019", signer=SIGNER,
    back=(Material("Wawasan kebangsaan", "Akademisi", 3), Material("Diskusi", "", 2)), back_signer=None,
)  # fmt: skip
LONGEST = replace(
    WORDS, title="Surat Tanda Tamat Pendidikan Pelatihan X", theme="W" * 300, text="bersama " * 110, signer=None,
    back=tuple(Material("Materi yang judulnya sangat panjang " * 6, "Lembaga yang panjang " * 8, 2) for _ in range(12)),
    back_signer=SIGNER,
)  # fmt: skip


def holder(no: int, wording: int = 0, **changes: object) -> PrintedHolder:
    usual = PrintedHolder(
        front="", name="Suparman", back="", full="Suparman", ormas="Forum Contoh",
        number=f"{no:03}/SERT/III/2019", code=codes.display(CODE), copy="",
        qr=drawn(f"{SITE}/sertifikat/{CODE}/"), wording=wording,
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


HOLDERS = (
    holder(1),
    holder(2, front="Dra. Hj.", name="Siti Rahmawati", back="M.Si.", full="Dra. Hj. Siti Rahmawati, M.Si."),
    holder(
        3, front="Prof. Dr. Ir. H.", name="Muhammad Nur'aini Syarifuddin Al-Banjari Kusumawardhana",
        back="S.H., M.Si., Ph.D.", copy="Salinan ke-2, diterbitkan 20 Mei 2019",
    ),
    holder(4, name="W" * 150, full="W" * 150, ormas="M" * 200),
    holder(5, name="#strong[tebal] *bintang* $x$", ormas="@label <nama>"),
    holder(6, wording=1, number="N" * 120),
)  # fmt: skip


def a_paper(*holders: PrintedHolder) -> CertificatePaper:
    return CertificatePaper(
        title="Sertifikat, Angkatan II", paper="a4", taken_at=(2019, 3, 13, 10, 30), letterhead=LETTERHEAD,
        site="pelatihan.example/sertifikat", wordings=(WORDS, LONGEST), holders=holders or HOLDERS,
    )  # fmt: skip


@cache
def made() -> bytes:
    """All of them; a compiler's warning fails the test."""
    pdf, warnings = compiled(a_paper().template, a_paper())
    assert warnings == []
    return pdf


@cache
def texts() -> list[str]:
    pages = PdfReader(io.BytesIO(made())).pages
    return [re.sub(r"\s+", " ", page.extract_text()).replace("\u200b", "") for page in pages]


def test_each_has_one_front_and_one_back_on_a4_lying():
    pages = PdfReader(io.BytesIO(made())).pages

    assert len(pages) == 2 * len(HOLDERS)
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(842, 595)}


def test_front_says_whose_it_is_and_the_back_what_was_taught():
    front, back = texts()[2:4]

    for words in ("SERTIFIKAT", "Nomor 002/SERT/III/2019", "Dra. Hj. Siti Rahmawati, M.Si.", "Forum Contoh",
                  "sebagai peserta", "selama 5 jam pelajaran.", "Bogor, 13 Maret 2019", "NIP 19630700 198903 1 000",
                  codes.display(CODE)):  # fmt: skip
        assert words in front
    assert "1 Wawasan kebangsaan Akademisi 3" in back
    assert "Jumlah jam pelajaran 5" in back
    assert "atas nama Dra. Hj. Siti Rahmawati, M.Si." in back


def test_copy_says_so_on_both_sides():
    assert "Salinan ke-2, diterbitkan 20 Mei 2019" in texts()[4]
    assert "Salinan ke-2" in texts()[5]
    assert not any("Salinan" in text for text in texts()[:4])


def test_names_are_never_markup():
    assert "#strong[tebal] *bintang* $x$" in texts()[8]
    assert "@label <nama>" in texts()[8]


@pytest.mark.parametrize("page", range(len(HOLDERS) * 2))
def test_nothing_leaves_its_frame_or_runs_over_something_else(page):
    """Words stay inside the inner frame; the block of words ends above the signature."""
    document = pypdfium2.PdfDocument(made())
    text = document[page].get_textpage()
    boxes = [text.get_rect(index) for index in range(text.count_rects())]

    frame = 11.5 * 72 / 25.4
    assert all(left >= frame and right <= 842 - frame for left, _bottom, right, _top in boxes)
    assert all(bottom >= frame and top <= 595.3 - frame for _left, bottom, _right, top in boxes)
    for one, box in enumerate(boxes):
        for other in boxes[one + 1 :]:
            across = min(box[2], other[2]) - max(box[0], other[0])
            along = min(box[3], other[3]) - max(box[1], other[1])
            assert across <= 1 or along <= 2.5, "two lines lie on each other"


def test_code_on_every_front_leads_to_its_page_when_it_is_photographed():
    document = pypdfium2.PdfDocument(made())
    for page in range(0, len(document), 2):
        picture = document[page].render(scale=200 / 72).to_numpy()
        grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (3, 3), 0)
        turned = cv2.warpAffine(grey, cv2.getRotationMatrix2D((400, 1200), 6, 1), grey.shape[::-1], borderValue=255)
        found = zxingcpp.read_barcodes(numpy.ascontiguousarray(turned))
        assert [one.text for one in found] == [f"{SITE}/sertifikat/{CODE}/"]


def test_square_of_22_mm_holds_the_address_at_level_m():
    usual = drawn(f"https://pelatihan.example/sertifikat/{CODE}/")
    long = drawn(f"{SITE}/sertifikat/{CODE}/")

    assert 'viewBox="0 0 33 33"' in usual  # version 4
    assert 'viewBox="0 0 37 37"' in long
    assert 'viewBox="0 0 33 33"' in drawn("https://a.id/")


def test_same_words_give_the_same_bytes():
    assert compiled(a_paper().template, a_paper())[0] == made()


def test_each_alone_is_a_file_of_its_own():
    people = a_paper(*HOLDERS[:3])

    with Print() as place:
        files = place.each(people.template, people, "holders")

    assert len(files) == 3
    assert all(len(PdfReader(io.BytesIO(file)).pages) == 2 for file in files)
    assert "Siti Rahmawati" in PdfReader(io.BytesIO(files[1])).pages[0].extract_text()
    assert files[0] == compiled(people.template, replace(people, holders=HOLDERS[:1]))[0]


# ---- What archives and readers ask ------------------------------------------------------------------


def test_file_says_that_it_is_pdf_a_2b_and_pdf_ua_1_and_keeps_to_the_main_clauses():
    """An own check of the clauses that typesetters break; veraPDF itself stands in docs/operations.md."""
    with pikepdf.open(io.BytesIO(made())) as pdf:
        with pdf.open_metadata() as said:
            assert (said["pdfaid:part"], said["pdfaid:conformance"], said["pdfuaid:part"]) == ("2", "B", "1")
            assert said["dc:title"] == "Sertifikat, Angkatan II"
        root = pdf.Root
        assert not pdf.is_encrypted
        assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert "/JavaScript" not in root.get("/Names", {})
        assert not {"/OpenAction", "/AA"} & set(root.keys())
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).startswith("id")
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        fonts = {str(font.objgen): font for page in pdf.pages for font in page.Resources.Font.values()}
        assert fonts
        assert all(has_its_letters(font) for font in fonts.values())
        figures = [one for one in elements(root.StructTreeRoot) if one.get("/S") == "/Figure"]
        assert len(figures) == len(HOLDERS)
        assert all("Kode QR" in str(one.Alt) for one in figures)


def has_its_letters(font: pikepdf.Object) -> bool:
    descriptor = font.DescendantFonts[0].FontDescriptor
    return any(key in descriptor for key in ("/FontFile2", "/FontFile3")) and "/ToUnicode" in font


def elements(node: pikepdf.Object) -> list[pikepdf.Dictionary]:
    """All structure below."""
    below: Any = node.get("/K", [])
    kids = list(below) if isinstance(below, pikepdf.Array) else [below]
    found = []
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found += [kid, *elements(kid)]
    return found


# ---- Names of files ----------------------------------------------------------------------------------


def test_files_are_named_by_the_number_and_nobody_else():
    assert paper.file_name("020/SERT-ORMAS/III/2019") == "sertifikat-020-SERT-ORMAS-III-2019.pdf"
    assert paper.file_names(["1/A", "1-A", "…"]) == [
        "sertifikat-1-A.pdf",
        "sertifikat-1-A-lagi.pdf",
        "sertifikat-tanpa-nomor.pdf",
    ]
