"""Surat tugas: what is kept of what people send, where it lies, and what happens when two come or something breaks."""

import os
import re
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from PIL import Image

from pelatihan.models import AssignmentLetter, Invitation
from pelatihan.models.letter import MOST_BYTES
from pelatihan.registration import letters
from pelatihan.registration.letters import content, keeping, pdf, picture
from pelatihan.registration.refusals import LetterRefused
from pelatihan.web import turns
from pelatihan.web.kept_files import LETTERS
from tests.factories import FIRST_DAY, NOON, AngkatanFactory, InvitationFactory, UserFactory
from tests.pelatihan import letter_samples as a

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters_folder")]
Kind = AssignmentLetter.Kind


@pytest.fixture
def invitation(db) -> Invitation:
    return InvitationFactory()


def kept(invitation: Invitation, sent: bytes, **how: str) -> AssignmentLetter:
    return letters.keep(invitation, a.uploaded(sent, **how), NOON)


def refusal(invitation: Invitation, sent: bytes, **how: str) -> str:
    """The sentence; nothing of it is kept."""
    with pytest.raises(LetterRefused) as refused:
        kept(invitation, sent, **how)
    assert not AssignmentLetter.objects.exists()
    assert names() == []
    return str(refused.value)


def folder() -> Path:
    return LETTERS._folder()


def known() -> set[str]:
    return {letter.file_name for letter in AssignmentLetter.objects.all()}


def names() -> list[str]:
    return sorted(file.name for file in folder().iterdir()) if folder().exists() else []


def on_disk(letter: AssignmentLetter) -> bytes:
    return (folder() / letter.file_name).read_bytes()


# ---- What is kept ----------------------------------------------------------------------------------


def test_pdf_is_kept_as_it_is(invitation):
    letter = kept(invitation, a.a_pdf())

    assert (letter.kind, letter.size, letter.uploaded_at) == (Kind.PDF, len(a.a_pdf()), NOON)
    assert on_disk(letter) == a.a_pdf()
    assert letters.opened(letter, NOON) == a.a_pdf()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_becomes_a_jpeg(invitation, kind):
    letter = kept(invitation, a.written(a.a_drawing(), kind), name="surat.png")
    shown = Image.open(BytesIO(on_disk(letter)))

    assert letter.kind == Kind.JPEG
    assert (shown.format, shown.size) == ("JPEG", (1200, 900))
    assert is_red(shown, 0.1, 0.5)
    assert not is_red(shown, 0.9, 0.5)


def is_red(picture: Image.Image, x: float, y: float) -> bool:
    dot = picture.convert("RGB").getpixel((int(picture.width * x), int(picture.height * y)))
    assert isinstance(dot, tuple)
    return dot[0] > 200 and dot[1] < 60 and dot[2] < 60


def test_nothing_of_the_telephone_survives(invitation):
    sent = a.a_photo()
    assert all(secret in sent for secret in (a.CAMERA, a.COMMENT, a.GPS, b"<script>"))

    found = on_disk(kept(invitation, sent))

    assert not any(secret in found for secret in (b"Exif", a.CAMERA, a.COMMENT, a.GPS, b"<script>"))
    assert Image.open(BytesIO(found)).getexif() == {}


@pytest.mark.parametrize(("orientation", "red"), [(3, (0.9, 0.5)), (6, (0.5, 0.1)), (8, (0.5, 0.9))])
def test_picture_stands_upright(invitation, orientation, red):
    shown = Image.open(BytesIO(on_disk(kept(invitation, a.a_photo(orientation=orientation)))))

    assert shown.size == ((1200, 900) if orientation == 3 else (900, 1200))
    assert is_red(shown, *red)


@pytest.mark.parametrize("size", [(6000, 4000), (2401, 20)])
def test_large_picture_is_made_smaller(invitation, size):
    shown = Image.open(BytesIO(on_disk(kept(invitation, a.a_photo(width=size[0], height=size[1])))))

    assert max(shown.size) == 2400


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_any_colours_are_read(invitation, mode):
    picture = a.a_drawing(mode=mode) if mode != "I;16" else Image.new("I;16", (1200, 900), 60_000)
    shown = Image.open(BytesIO(on_disk(kept(invitation, a.written(picture, "PNG")))))

    assert min(shown.convert("L").crop((900, 0, 1200, 900)).tobytes()) > 220


def test_what_shows_through_is_white(invitation):
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    shown = Image.open(BytesIO(on_disk(kept(invitation, a.written(clear, "PNG")))))

    assert shown.getpixel((150, 150)) == (255, 255, 255)


def test_printed_cmyk_is_read(invitation):
    assert kept(invitation, a.written(a.a_drawing(mode="CMYK"), "JPEG")).kind == Kind.JPEG


def test_largest_is_taken(invitation):
    assert kept(invitation, a.a_pdf_of(MOST_BYTES)).size == MOST_BYTES


def test_name_of_the_file_says_nothing(invitation):
    """A PDF that calls itself a picture is a PDF; a picture that calls itself a PDF is a picture."""
    assert kept(invitation, a.a_pdf(), name="surat.jpg", kind="image/jpeg").kind == Kind.PDF
    assert kept(invitation, a.a_photo(), name="surat.pdf", kind="application/pdf").kind == Kind.JPEG


@pytest.mark.parametrize(
    "name", ["x" * 500 + ".pdf", "../../etc/passwd", "..\\..\\web.config", "😀<script>.pdf", ".pdf"]
)
def test_name_of_the_sender_is_not_kept(invitation, name):
    upload = SimpleUploadedFile("x", a.a_pdf())
    vars(upload)["_name"] = name  # past what Django tidies
    letter = letters.keep(invitation, upload, NOON)

    assert names() == [f"{letter.pk}.pdf"]
    assert re.fullmatch(r"[0-9a-f-]{36}\.pdf", letter.file_name)


def test_files_are_for_the_site_alone(invitation):
    letter = kept(invitation, a.a_pdf())

    assert stat.S_IMODE((folder() / letter.file_name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder().stat().st_mode) == 0o700


@pytest.mark.usefixtures("db")
def test_no_address_leads_into_the_folder():
    storage, static = site.STORAGES["letters"]["OPTIONS"], Path(site.STATIC_ROOT)

    assert storage["base_url"] is None
    assert static not in Path(storage["location"]).parents
    assert Path(storage["location"]) not in static.parents


# ---- What is not -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (b"", content.EMPTY),
        (a.a_pdf_of(MOST_BYTES + 1), content.TOO_LARGE),
        (a.HEIC, content.HEIC),
        (a.WORD, content.OFFICE),
        (a.OLD_WORD, content.OFFICE),
        (a.SVG, content.OTHER),
        (a.HTML, content.OTHER),
        (a.GIF, content.OTHER),
        (b" " + a.a_pdf(), content.OTHER),
        (b"\0" * 1000, content.OTHER),
    ],
    ids=["empty", "10 MB + 1", "HEIC", "Word", "old Word", "SVG", "HTML", "GIF", "PDF behind something", "zeros"],
)
def test_what_is_no_letter_is_told_what_to_send(invitation, sent, sentence):
    assert refusal(invitation, sent) == sentence


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (a.a_bomb(), picture.TOO_MANY_PIXELS),
        (a.a_photo()[:5000], picture.UNREADABLE),
        (b"\xff\xd8\xff" + b"\0" * 500, picture.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, picture.UNREADABLE),
        (b"RIFF\0\0\0\0WEBP" + b"\0" * 500, picture.UNREADABLE),
        (b"\xff\xd8\xff" + a.SVG, picture.UNREADABLE),
    ],
    ids=["bomb", "cut", "no JPEG", "no PNG", "no WebP", "SVG in disguise"],
)
def test_picture_that_cannot_be_drawn_is_refused(invitation, sent, sentence):
    assert refusal(invitation, sent) == sentence


def test_bomb_below_the_limit_of_pixels_takes_no_more_than_its_share(invitation, monkeypatch):
    """The program's own limits of memory hold when that of pixels does not."""
    monkeypatch.setattr(picture, "MOST_PIXELS", 10**12)

    assert refusal(invitation, a.a_bomb()) in (picture.TOO_HEAVY, picture.UNREADABLE)


def test_drawing_that_takes_too_long_is_stopped(invitation, monkeypatch):
    monkeypatch.setattr(picture, "SECONDS", 0.001)

    assert refusal(invitation, a.a_photo()) == picture.TOO_HEAVY


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (a.a_pdf_with_script(), pdf.DOES_THINGS),
        (a.a_pdf_with_script().replace(b"/JavaScript", b"/Java#53cript"), pdf.DOES_THINGS),
        (a.a_pdf_that("/Launch", F="cmd.exe"), pdf.DOES_THINGS),
        (a.a_pdf_that("/SubmitForm"), pdf.DOES_THINGS),
        (a.a_pdf_with_file(), pdf.DOES_THINGS),
        (a.a_pdf_with_packed(b"1 0 <</S/JavaScript/JS(app.alert(1))>>"), pdf.DOES_THINGS),
        (a.a_pdf_with_packed(b"1 0 <</S/JavaScript>>", how=b""), pdf.DOES_THINGS),
        (a.a_pdf_with_packed(b"1 0 <</S/X>>").replace(b"/ObjStm", b"/Obj#53tm"), pdf.UNREADABLE),
        (a.a_pdf_with_packed(b"1 0 <</S/X>>", how=b"/LZWDecode"), pdf.UNREADABLE),
        (a.a_pdf_with_packed(b" " * (pdf.MOST_UNPACKED + 1)), pdf.UNREADABLE),
        (a.a_locked_pdf(), pdf.LOCKED),
        (a.a_pdf()[:-30], pdf.BROKEN),
        (b"%PDF-1.7\n", pdf.BROKEN),
        (a.a_pdf() + b"\0" * 5000, pdf.BROKEN),
    ],
    ids=[
        *("script", "script in disguise", "launch", "submit", "attachment", "packed script", "open list"),
        *("list in disguise", "list in LZW", "PDF bomb", "locked", "cut", "head alone", "much behind"),
    ],
)
def test_pdf_that_is_unsafe_or_broken_is_refused(invitation, sent, sentence):
    assert refusal(invitation, sent) == sentence


@pytest.mark.parametrize(
    "sent",
    [
        a.a_pdf(3),
        a.a_pdf_with_packed(b"1 0 <</Type/Page/Launched true>>"),
        a.a_pdf().replace(b"/Pages", b"/Pages/OpenAction[3 0 R/Fit]", 1),
    ],
    ids=["three pages", "packed", "opens at a page"],
)
def test_what_ordinary_programs_write_is_taken(invitation, sent):
    assert kept(invitation, sent).kind == Kind.PDF


@pytest.mark.parametrize("refused", [content.EMPTY, content.TOO_LARGE, content.HEIC, content.OFFICE, content.OTHER])
def test_refusal_says_what_to_do(refused):
    assert "lalu" in refused


def test_over_is_over(invitation):
    after = NOON.replace(year=2019, month=3, day=FIRST_DAY.day + 3)
    with pytest.raises(LetterRefused, match="sudah selesai atau dibatalkan"):
        letters.keep(invitation, a.uploaded(a.a_pdf()), after)


@pytest.mark.parametrize("end", [{"cancelled_at": NOON, "cancel_reason": "Banjir"}, {"closed_at": NOON}])
def test_cancelled_or_closed_batch_takes_none(end):
    assert refusal(InvitationFactory(angkatan=AngkatanFactory(**end)), a.a_pdf()) == keeping.OVER


def test_late_letter_is_taken_while_the_training_runs(invitation):
    letters.keep(invitation, a.uploaded(a.a_pdf()), NOON.replace(month=3, day=FIRST_DAY.day))

    assert AssignmentLetter.objects.count() == 1


def test_who_finds_the_queue_full_comes_again(invitation, monkeypatch, tmp_path):
    monkeypatch.setattr(content, "WAIT_SECONDS", 0)
    with ExitStack() as crowd:
        for _ in range(turns.AT_ONCE):
            crowd.enter_context(turns.Turn(tmp_path / "queue"))
        assert refusal(invitation, a.a_pdf()) == content.BUSY
    assert kept(invitation, a.a_pdf())


# ---- A few of an invitation ------------------------------------------------------------------------


def five(invitation: Invitation) -> list[AssignmentLetter]:
    return [
        letters.keep(invitation, a.uploaded(a.a_pdf(pages)), NOON + timedelta(minutes=pages)) for pages in range(1, 6)
    ]


def test_newest_comes_first(invitation):
    letters_in_order = five(invitation)

    assert list(invitation.letters.all()) == letters_in_order[::-1]


def test_sixth_takes_the_place_of_the_oldest_that_nobody_opened(invitation, django_capture_on_commit_callbacks):
    first, second, *_ = five(invitation)
    letters.opened(first, NOON)
    with django_capture_on_commit_callbacks(execute=True):
        sixth = letters.keep(invitation, a.uploaded(a.a_pdf(9)), NOON + timedelta(hours=1))

    left = set(invitation.letters.all())
    assert len(left) == 5
    assert {first, sixth} <= left
    assert second not in left
    assert names() == sorted(letter.file_name for letter in left)


def test_sixth_is_refused_once_staff_have_opened_all(invitation):
    for letter in five(invitation):
        letters.opened(letter, NOON)
    before = names()

    with pytest.raises(LetterRefused, match="Hubungi panitia"):
        letters.keep(invitation, a.uploaded(a.a_pdf(9)), NOON)
    assert names() == before


def test_each_invitation_has_its_own(invitation):
    five(invitation)

    assert letters.keep(InvitationFactory(), a.uploaded(a.a_pdf()), NOON).pk


def test_same_letter_again_is_the_same_row_and_the_newest(invitation):
    first, *_ = five(invitation)
    again = letters.keep(invitation, a.uploaded(a.a_pdf()), NOON + timedelta(hours=1))

    assert again == first == invitation.letters.first()
    assert len(names()) == 5


def test_same_photo_again_is_the_same_row(invitation):
    assert kept(invitation, a.a_photo()) == kept(invitation, a.a_photo())
    assert len(names()) == 1


def test_first_look_is_kept(invitation):
    letter = kept(invitation, a.a_pdf())
    letters.opened(letter, NOON)
    letters.opened(letter, NOON + timedelta(hours=1))

    letter.refresh_from_db()
    assert letter.opened_at == NOON


# ---- Ticking ---------------------------------------------------------------------------------------


def test_tick_names_who_and_when_and_is_taken_back(invitation):
    rina = UserFactory()

    assert letters.tick(invitation, is_received=True, user=rina, at=NOON)
    invitation.refresh_from_db()
    assert (invitation.letter_received_at, invitation.letter_received_by) == (NOON, rina)

    assert letters.tick(invitation, is_received=False, user=rina, at=NOON)
    invitation.refresh_from_db()
    assert (invitation.letter_received_at, invitation.letter_received_by) == (None, None)


def test_second_tick_changes_nothing(invitation):
    letters.tick(invitation, is_received=True, user=(rina := UserFactory()), at=NOON)

    assert not letters.tick(invitation, is_received=True, user=UserFactory(), at=NOON + timedelta(hours=1))
    invitation.refresh_from_db()
    assert invitation.letter_received_by == rina
    assert letters.tick(invitation, is_received=False, user=rina, at=NOON)
    assert not letters.tick(invitation, is_received=False, user=rina, at=NOON)


# ---- The database holds it -------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"kind": "svg"}, {"size": 0}, {"size": MOST_BYTES + 1}])
def test_database_refuses_what_is_no_letter(invitation, change):
    letter = kept(invitation, a.a_pdf())
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentLetter.objects.filter(pk=letter.pk).update(**change)


@pytest.mark.parametrize("change", [{"letter_received_at": NOON}, {"letter_received_by": 1}])
def test_database_refuses_half_a_tick(invitation, change):
    UserFactory(pk=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(**change)


# ---- When something breaks ---------------------------------------------------------------------------


def test_no_file_is_left_when_the_row_cannot_be_written(invitation, monkeypatch):
    monkeypatch.setattr(keeping, "_noted", lambda letter: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        kept(invitation, a.a_pdf())

    assert names() == []


def test_full_disk_is_told_and_leaves_nothing(invitation, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    assert refusal(invitation, a.a_pdf()) == keeping.NOT_STORED


def test_folder_that_cannot_be_written_is_told(invitation):
    folder().parent.mkdir(exist_ok=True)
    folder().write_text("a file where the folder should be")
    with pytest.raises(LetterRefused, match="gangguan pada server"):
        kept(invitation, a.a_pdf())


KILLED = """
import os, signal, sys, django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pelatihan.models import Angkatan, Invitation
from pelatihan.registration.letters import content, keeping
from pelatihan.web.kept_files import KeptFiles
KeptFiles._folder = lambda _: __import__("pathlib").Path(sys.argv[1])
content.queue_folder = lambda: __import__("pathlib").Path(sys.argv[1]) / "queue"
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "row": keeping._noted = die
else: os.fsync = die
now = timezone.now()
batch = Angkatan(starts_on=timezone.localdate(), ends_on=timezone.localdate())
keeping.keep(Invitation(pk=1, angkatan=batch), SimpleUploadedFile("x", sys.stdin.buffer.read()), now)
"""


@pytest.mark.parametrize(("where", "left"), [("row", ".pdf"), ("file", ".pdf.part")])
def test_server_killed_in_the_middle_leaves_a_stray_that_is_swept_away(tmp_path, where, left):
    """kill -9 between file and row, and within the file: no row, one file, which goes a day later."""
    there = folder()
    there.mkdir(parents=True)
    command = [sys.executable, "-c", KILLED, str(there), where]
    done = subprocess.run(command, input=a.a_pdf(), cwd=site.BASE_DIR, env=os.environ, check=False)
    (stray,) = [name for name in names() if name != "queue"]

    assert done.returncode == -signal.SIGKILL
    assert stray.endswith(left)
    written_at = NOON.fromtimestamp((there / stray).stat().st_mtime, NOON.tzinfo)
    assert LETTERS.strays(written_at + timedelta(hours=23), known()) == []
    assert stray in LETTERS.strays(written_at + timedelta(hours=25), known())


def test_file_of_a_row_is_no_stray(invitation):
    kept(invitation, a.a_pdf())

    assert LETTERS.strays(NOON.replace(year=2100), known()) == []


def test_row_without_its_file_says_so(invitation):
    letter = kept(invitation, a.a_pdf())
    LETTERS.remove(letter.file_name)

    with pytest.raises(FileNotFoundError):
        letters.opened(letter, NOON)
    letter.refresh_from_db()
    assert letter.opened_at is None


def test_removed_letters_lose_their_files_once_that_is_certain(invitation, django_capture_on_commit_callbacks):
    five(invitation)
    with django_capture_on_commit_callbacks(execute=True):
        assert letters.remove(invitation.letters.all()) == 5
        assert len(names()) == 5

    assert names() == []


# ---- Two at once -----------------------------------------------------------------------------------


def at_once(people: int, act: Callable[[int], object]) -> list[object]:
    gate = threading.Barrier(people)

    def go(number: int) -> object:
        gate.wait()
        try:
            return act(number)
        except LetterRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(go, range(people)))


@pytest.mark.django_db(transaction=True)
def test_same_letter_twice_at_once_is_one(invitation):
    for _ in range(5):
        both = at_once(2, lambda number: kept(invitation, a.a_pdf()))

        assert both[0] == both[1]
    assert len(names()) == AssignmentLetter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_come_sixth_at_once_leave_five(invitation):
    five(invitation)
    at_once(3, lambda number: kept(invitation, a.a_pdf(20 + number)))

    there = AssignmentLetter.objects.all()
    assert len(there) == 5
    assert names() == sorted(letter.file_name for letter in there)


@pytest.mark.django_db(transaction=True)
def test_two_who_tick_at_once_are_one(invitation):
    people = [UserFactory(), UserFactory()]
    done = at_once(2, lambda n: letters.tick(invitation, is_received=True, user=people[n], at=NOON))

    assert sorted(map(bool, done)) == [False, True]
    invitation.refresh_from_db()
    assert invitation.letter_received_by == people[done.index(True)]
