"""Files that cannot be read, one by one, and a reader that outlives them."""

import io
import subprocess
import sys
import zlib

import numpy as np
import pikepdf
import pytest
from PIL import Image

from pelatihan.models import SheetUpload
from pelatihan.scans import reader as reading
from pelatihan.scans.reader import Reader, Unread, kind_of
from pelatihan.scans.shapes import Fault
from tests.pelatihan.scans.signed import CODE, a_sheet, as_jpeg, as_pdf, as_png

Kind = SheetUpload.Kind


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


def fault_of(reader: Reader, content: bytes) -> Fault | None:
    """Of the file, or of its first picture."""
    try:
        reader.open(content)
        return reader.find(1).fault
    except Unread as refusal:
        return refusal.fault


def saved(pdf: pikepdf.Pdf, **how) -> bytes:
    made = io.BytesIO()
    pdf.save(made, **how)
    return made.getvalue()


def pages(count: int, side: float = 500) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page(page_size=(side, side))
    return pdf


def with_picture(wide: int, tall: int, data: bytes) -> bytes:
    """A PDF of a few kilobytes whose one picture says that it is so large."""
    pdf = pages(1)
    picture = pikepdf.Stream(
        pdf, data, Filter=pikepdf.Name.FlateDecode, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=wide,
        Height=tall, BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceGray,
    )  # fmt: skip
    page = pdf.pages[0]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pdf.make_indirect(picture)))
    page.Contents = pikepdf.Stream(pdf, b"q 500 0 0 500 0 0 cm /Im Do Q")
    return saved(pdf)


def test_kind_is_told_by_the_first_bytes():
    page = np.full((20, 20), 255, np.uint8)
    assert [kind_of(content) for content in (as_jpeg(page), as_png(page), as_pdf(page))] == [
        Kind.JPEG,
        Kind.PNG,
        Kind.PDF,
    ]


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04", b"\x00\x00\x00\x18ftypheic", b"GIF89a"])
def test_anything_else_is_no_picture(content):
    with pytest.raises(Unread) as refusal:
        kind_of(content)
    assert refusal.value.fault == Fault.NOT_A_PICTURE


class TestPictures:
    def test_web_page_that_calls_itself_a_png(self, reader):
        assert fault_of(reader, b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>") == Fault.BROKEN

    def test_jpeg_cut_short(self, reader):
        assert fault_of(reader, as_jpeg(a_sheet().pixels)[:20_000]) == Fault.BROKEN

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_hundred_megapixels_are_not_decoded(self, reader, kind):
        made = io.BytesIO()
        Image.new("L", (10_000, 10_001), 255).save(made, kind)
        assert fault_of(reader, made.getvalue()) == Fault.TOO_MANY_PIXELS

    def test_photo_of_something_else(self, reader):
        cat = np.random.default_rng(1).normal(128, 50, (60, 80, 3)).clip(0, 255).astype(np.uint8)
        large = np.array(Image.fromarray(cat).resize((1600, 1200), Image.Resampling.NEAREST))
        assert fault_of(reader, as_jpeg(large)) == Fault.NO_CODE

    def test_cause_is_named_where_it_is_likely(self, reader):
        sheet = a_sheet().pixels
        small = np.array(Image.fromarray(sheet).resize((380, 590)))
        assert fault_of(reader, as_jpeg(small)) == Fault.TOO_SMALL
        assert fault_of(reader, as_jpeg((sheet * 0.02).astype(np.uint8))) == Fault.DARK
        soft = np.array(Image.fromarray(sheet).resize((70, 105)).resize((1400, 2100), Image.Resampling.BICUBIC))
        assert fault_of(reader, as_jpeg(soft)) == Fault.BLURRED

    def test_picture_is_upright_and_carries_nothing_along(self, reader):
        exif = Image.Exif()
        exif[0x0112] = 6  # held on its side
        exif[0x010F] = "Ponsel Rahasia"
        on_its_side = np.rot90(a_sheet().pixels)
        reader.open(as_jpeg(on_its_side, exif=exif))
        found = reader.find(1)
        picture = reader.picture()
        shown = Image.open(io.BytesIO(picture))
        assert shown.size == (found.width, found.height) == on_its_side.shape
        assert not shown.getexif()
        assert b"Rahasia" not in picture

    def test_fine_picture_is_kept_at_four_thousand_px(self, reader):
        made = io.BytesIO()
        Image.new("RGB", (6000, 3000), "white").save(made, "PNG")
        reader.open(made.getvalue())
        reader.find(1)
        assert Image.open(io.BytesIO(reader.picture())).size == (4000, 2000)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_png_of_any_colours(self, reader, mode):
        page = Image.fromarray(a_sheet().pixels)
        made = io.BytesIO()
        (page.convert("I").point(lambda grey: grey * 256).convert(mode) if mode == "I;16" else page.convert(mode)).save(
            made, "PNG"
        )
        reader.open(made.getvalue())
        assert reader.find(1).code == (CODE, 1)


class TestPdf:
    def test_broken(self, reader):
        assert fault_of(reader, b"%PDF-1.7 and no more") == Fault.BROKEN

    def test_with_a_password(self, reader):
        locked = saved(pages(1), encryption=pikepdf.Encryption(owner="a", user="b"))
        assert fault_of(reader, locked) == Fault.LOCKED

    def test_locked_for_changes_only_is_read(self, reader):
        pdf = pikepdf.open(io.BytesIO(as_pdf(a_sheet().pixels)))
        reader.open(saved(pdf, encryption=pikepdf.Encryption(owner="a", user="")))
        assert reader.find(1).code == (CODE, 1)

    def test_without_pages_also_after_a_locked_one(self, reader):
        self.test_with_a_password(reader)
        assert fault_of(reader, saved(pikepdf.new())) == Fault.NO_PAGES

    def test_hundred_pages_and_no_more(self, reader):
        assert reader.open(saved(pages(100))) == 100
        assert fault_of(reader, saved(pages(101))) == Fault.TOO_MANY_PAGES

    def test_picture_that_says_it_is_huge(self, reader):
        assert fault_of(reader, with_picture(20_000, 20_000, zlib.compress(b"\0" * 1000))) == Fault.TOO_MANY_PIXELS

    def test_page_as_large_as_a_wall(self, reader):
        reader.open(saved(pages(1, side=14_400)))
        found = reader.find(1)
        assert (found.width, found.height) == (4000, 4000)

    def test_small_picture_on_a_page_does_not_make_all_of_it_coarse(self, reader):
        pdf = pikepdf.open(io.BytesIO(a_sheet().pdf))
        page = pdf.pages[0]
        emblem = pikepdf.Stream(
            pdf, bytes(400), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=20, Height=20,
            BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceGray,
        )  # fmt: skip
        name = page.add_resource(emblem, pikepdf.Name.XObject)
        page.contents_add(f"q 20 0 0 20 300 400 cm {name} Do Q".encode())
        reader.open(saved(pdf))
        found = reader.find(1)
        assert (found.code, found.height) == ((CODE, 1), round(330 / 25.4 * 300))


class TestChild:
    def test_memory_ends_and_the_next_picture_is_read(self, monkeypatch):
        monkeypatch.setattr(reading, "MOST_MEMORY", 420 * 1024**2)
        bomb = io.BytesIO()
        Image.new("RGBA", (7000, 7000)).save(bomb, "PNG")
        with Reader() as reader:
            assert fault_of(reader, bomb.getvalue()) == Fault.TOO_HEAVY
            monkeypatch.undo()
            assert fault_of(reader, as_jpeg(a_sheet().pixels)) is None

    def test_pdf_that_inflates_without_end(self, monkeypatch):
        monkeypatch.setattr(reading, "MOST_MEMORY", 420 * 1024**2)
        pdf = pages(1)
        packer = zlib.compressobj(9)
        packed = b"".join(packer.compress(b" " * 10_000_000) for _ in range(60)) + packer.flush()
        pdf.pages[0].obj.Contents = pdf.make_indirect(pikepdf.Stream(pdf, packed, Filter=pikepdf.Name.FlateDecode))
        with Reader() as reader:
            assert fault_of(reader, saved(pdf, compress_streams=False)) == Fault.TOO_HEAVY

    def test_time_ends(self, monkeypatch):
        monkeypatch.setattr(reading, "SECONDS", 0.05)
        with Reader() as reader:
            assert fault_of(reader, as_jpeg(a_sheet().pixels)) == Fault.TOO_HEAVY

    def test_one_that_was_killed_is_replaced_and_knows_where_it_was(self):
        sheet = a_sheet()
        with Reader() as reader:
            reader.open(as_jpeg(sheet.pixels))
            reader.find(1)
            assert reader._child
            reader._child.kill()
            with pytest.raises(Unread):
                reader.picture()
            assert reader.read(sheet.leaf, sheet.pdf)[0].fit > 0.9

    def test_it_ends_with_its_reader(self):
        with Reader() as reader:
            fault_of(reader, as_jpeg(np.full((50, 50), 255, np.uint8)))
            child = reader._child
        assert child
        assert child.poll() is not None

    def test_it_knows_nothing_of_the_site(self):
        program = (
            "import sys, pelatihan.scans.reading.child;"
            "ours = {'django', 'ormas', 'pelatihan', 'psycopg'};"
            "print(*sorted(name for name in sys.modules if name.split('.')[0] in ours))"
        )
        told = subprocess.run(
            [sys.executable, "-S", "-P", "-c", program], env=reading._environment(), capture_output=True, check=True
        )
        known = set(told.stdout.decode().split())
        assert {name for name in known if not name.startswith("pelatihan.scans.reading")} == {
            "pelatihan", "pelatihan.papers", "pelatihan.papers.marking", "pelatihan.scans", "pelatihan.scans.shapes",
        }  # fmt: skip

    def test_its_surroundings_hold_no_secret(self):
        assert set(reading._environment()) == {
            "PYTHONPATH", "PYTHONIOENCODING", "MALLOC_ARENA_MAX", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS",
        }  # fmt: skip
