"""Bad input one by one, from the file that is sent to what is said of it, with the real reader: a clear answer, nothing
half, and the good page that comes with it is read all the same."""

import io
import random
import uuid
from collections.abc import Iterator

import pypdfium2
import pytest
import time_machine
from django.test import TestCase
from PIL import Image
from pypdf import PdfWriter

from pelatihan.jobs import tasks
from pelatihan.models import Job, PrintedSheet, SheetScan, SheetUpload
from pelatihan.papers import forgetting_scans
from pelatihan.scans import keeping, words
from pelatihan.web.kept_files import SHEETS
from tests.factories import UserFactory
from tests.pelatihan import letter_samples as a
from tests.pelatihan.scans.told_reader import sent
from tests.pelatihan.scans.world import EVENING, a_batch, a_printed_list

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def sheet(evening) -> PrintedSheet:
    return a_printed_list(a_batch(people=4))


DPI = 200


def scanned(sheet: PrintedSheet, page: int = 1) -> Image.Image:
    """The page as it was printed, nobody has signed."""
    pages = pypdfium2.PdfDocument(bytes(sheet.printing.file.content))
    return pages[page - 1].render(scale=DPI / 72).to_pil().convert("RGB")


def code_boxes(sheet: PrintedSheet, page: int) -> list[tuple[int, int, int, int]]:
    """Where its two squares lie with their white, in px."""
    px = DPI / 25.4
    codes = sheet.layout["pages"][page - 1]["codes"]
    return [
        (round((x - 1) * px), round((y - 1) * px), round((x + 13.5) * px), round((y + 13.5) * px)) for x, y in codes
    ]


def jpeg(picture: Image.Image) -> bytes:
    return a.written(picture, "JPEG", quality=85)


def a_wall() -> Image.Image:
    """As good as a cat."""
    fur = Image.frombytes("L", (300, 400), random.Random(12).randbytes(300 * 400)).resize((1200, 1600))
    return fur.convert("RGB")


def pages_of(count: int, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(200, 300)
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def read(sheet: PrintedSheet, *contents: bytes) -> list[SheetScan]:
    """What has become of them, in the order they were sent."""
    clerk = UserFactory(role="panitia")
    for minute, content in enumerate(contents):
        at = EVENING.replace(minute=minute)
        keeping.take(sheet.angkatan, sent(content), key=uuid.uuid4(), way=SheetUpload.Way.FILE, by=clerk, at=at)
    with TestCase.captureOnCommitCallbacks(execute=True):
        tasks.carry_out_ready()
    assert Job.objects.get().state == "done"
    return list(SheetScan.objects.select_related("upload").order_by("upload__at", "number"))


BROKEN = b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"\nstartxref\n0\n%%EOF"


@pytest.mark.parametrize(
    ("content", "problem", "detail"),
    [
        (a.a_bomb(), "unreadable", "too_many_pixels"),
        (a.a_bomb(12_000), "unreadable", "too_many_pixels"),  # 144 megapixels
        (jpeg(a_wall()), "no_code", "no_code"),
        (jpeg(a.a_drawing())[:900], "unreadable", "broken"),
        (pages_of(1, password="rahasia"), "unreadable", "locked"),
        (BROKEN, "unreadable", "broken"),
        (pages_of(500), "unreadable", "too_many_pages"),
    ],
    ids=["bomb", "144 megapixels", "cat", "half a photo", "locked", "broken", "500 pages"],
)
def test_bad_file_is_said_and_the_good_page_behind_it_is_read(sheet, content, problem, detail):
    bad, good = read(sheet, content, jpeg(scanned(sheet)))

    assert (bad.state, bad.problem, bad.detail) == ("problem", problem, detail)
    assert words.told(bad).sentence.endswith(".")
    assert (good.state, good.sheet, good.page) == ("read", sheet, 1)
    assert {file.name for file in SHEETS._folder().iterdir()} == {
        name for name in forgetting_scans.known_names() if SHEETS.has(name)
    }
    assert not any(file.name.endswith((".pdf", ".png", ".jpeg")) for file in SHEETS._folder().iterdir())


def test_page_upside_down_and_the_same_one_twice(sheet):
    page = scanned(sheet)
    first, second = read(sheet, jpeg(page.rotate(180)), jpeg(page))
    assert (first.state, "turned" in first.reading["warnings"]) == ("read", True)
    assert (second.problem, second.detail, second.page) == ("twice", "read", 1)


def test_two_pages_in_one_photo_are_named(sheet):
    other = scanned(a_printed_list(a_batch(people=2)))
    page = scanned(sheet)
    both = Image.new("RGB", (page.width * 2, page.height), "white")
    both.paste(page, (0, 0))
    both.paste(other.resize(page.size), (page.width, 0))
    (scan,) = read(sheet, jpeg(both))
    assert (scan.state, scan.problem) == ("problem", "two_sheets")


def test_page_of_which_half_is_missing_calls_nothing_empty_that_is_not_seen(evening):
    sheet = a_printed_list(a_batch(people=14))
    page = scanned(sheet)
    seen = 0.55
    (scan,) = read(sheet, jpeg(page.crop((0, 0, page.width, round(page.height * seen)))))

    assert (scan.state, scan.sheet) == ("read", sheet)
    cut = seen * sheet.layout["size"][1]
    below = {number for number, y, tall in sheet.layout["pages"][0]["rows"] if y + tall > cut}
    said = {cell["row"]: cell["verdict"] for cell in scan.reading["cells"]}
    assert len(below) > 3
    assert {said[number] for number in below} == {"unsure"}
    assert "partly_hidden" in scan.reading["warnings"]


def test_code_that_was_copied_onto_another_page_is_noticed(evening):
    sheet = a_printed_list(a_batch(people=40))
    first, second = scanned(sheet, 1), scanned(sheet, 2)
    for source, target in zip(code_boxes(sheet, 1), code_boxes(sheet, 2), strict=True):
        copied = first.crop(source).resize((target[2] - target[0], target[3] - target[1]))
        second.paste(copied, target[:2])
    (scan,) = read(sheet, jpeg(second))

    assert (scan.state, scan.problem) == ("problem", "wrong_page")
    assert scan.reading is None


def test_what_the_camera_wrote_into_a_photo_is_not_kept(sheet):
    exif = Image.Exif()
    exif[0x010F] = "Telepon Bu Siti"
    exif.get_ifd(0x8825)[0x1D] = "106 derajat timur"
    (scan,) = read(sheet, a.written(scanned(sheet), "JPEG", exif=exif, comment=b"rahasia keluarga", quality=85))
    kept = SHEETS.read(scan.picture_name) + SHEETS.read(scan.straight_name)
    for secret in (b"Telepon", b"106 derajat", b"rahasia"):
        assert secret not in kept
    assert Image.open(io.BytesIO(SHEETS.read(scan.picture_name))).format == "JPEG"
