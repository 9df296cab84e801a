"""The emblem of the office: which pictures are taken, what is kept of them, and that it is printed."""

import base64
import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image, ImageDraw
from pypdf import PdfReader

from pelatihan.models import Letterhead, Office
from pelatihan.models.paper import MOST_EMBLEM_BYTES
from pelatihan.papers import emblem, parts
from pelatihan.papers.engine import render_pdf
from pelatihan.web import pictures
from tests.factories import LetterheadFactory, UserFactory
from tests.pelatihan.letter_samples import GIF, HTML, SVG, WORD, a_bomb, a_photo, a_writer, bytes_of, uploaded, written
from tests.pelatihan.papers.lists import LETTERHEAD, a_list, text_of

pytestmark = pytest.mark.django_db


def a_drawing(mode: str = "RGBA", width: int = 900, height: int = 1000) -> Image.Image:
    """A red shield on nothing."""
    drawing = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(drawing).rectangle(
        (width // 3, height // 3, 2 * width // 3, 2 * height // 3), fill=(200, 30, 30, 255)
    )
    return drawing.convert(mode)


def a_moving_picture() -> bytes:
    return written(a_drawing("RGB", 60, 60), "PNG", save_all=True, append_images=[Image.new("RGB", (60, 60), "blue")])


def kept(content: bytes) -> Image.Image:
    found = emblem.taken(uploaded(content, "lambang.png", "image/png"))
    return Image.open(io.BytesIO(found))


# ---- What is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        written(a_drawing(), "PNG"),
        written(a_drawing("RGB"), "PNG"),
        written(a_drawing("RGB"), "JPEG"),
        a_photo(),
        written(a_drawing("RGB").convert("CMYK"), "JPEG"),
    ],
    ids=["through", "plain", "jpeg", "photo", "four inks"],
)
def test_picture_is_kept_small_and_as_png(content):
    picture = kept(content)

    assert picture.format == "PNG"
    assert max(picture.size) == emblem.LONG_SIDE
    assert b"Telepon Bu Siti" not in emblem.taken(uploaded(content))


def test_what_shows_through_is_white():
    picture = kept(written(a_drawing(), "PNG")).convert("RGB")

    assert picture.getpixel((5, 5)) == (255, 255, 255)
    red, green, _blue = picture.getpixel((picture.width // 2, picture.height // 2))  # type: ignore[misc]
    assert red > 150 > 90 > green


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_picture_without_colours_is_taken(mode):
    assert kept(written(a_drawing().convert(mode), "PNG")).size == (461, 512)


# ---- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", emblem.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + b"0" * emblem.MOST_BYTES, emblem.TOO_LARGE),
        (a_bomb(10_000), emblem.TOO_MANY_PIXELS),
        (a_moving_picture(), emblem.MOVING),
        (written(a_drawing(), "PNG")[:900], emblem.UNREADABLE),
        (b"\xff\xd8\xff" + SVG, emblem.UNREADABLE),
        (SVG, emblem.OTHER),
        (bytes_of(a_writer()), emblem.OTHER),
        (GIF, emblem.OTHER),
        (HTML, emblem.OTHER),
        (WORD, emblem.OTHER),
    ],
    ids=["empty", "large", "bomb", "moving", "cut", "svg in jpeg", "svg", "pdf", "gif", "html", "word"],
)
def test_what_is_no_picture_to_print_is_refused_with_what_to_do(content, sentence):
    with pytest.raises(emblem.EmblemRefused) as refusal:
        emblem.taken(uploaded(content, "lambang.png", "image/png"))

    assert str(refusal.value) == sentence


def test_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(emblem, "SECONDS", 5)  # unpacking takes longer, and more memory than the child has

    with pytest.raises(emblem.EmblemRefused, match="megapiksel"):
        emblem.taken(uploaded(a_bomb()))


def test_drawing_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(emblem, "SECONDS", 0.001)

    with pytest.raises(emblem.EmblemRefused, match="terlalu berat"):
        emblem.taken(uploaded(a_photo()))


def test_database_keeps_none_that_is_large():
    head = LetterheadFactory(emblem=b"x" * MOST_EMBLEM_BYTES)

    with pytest.raises(IntegrityError, match="emblem_is_small"), transaction.atomic():
        Letterhead.objects.filter(pk=head.pk).update(emblem=b"x" * (MOST_EMBLEM_BYTES + 1))


def test_child_knows_nothing_of_the_site():
    assert set(pictures._environment()) == {"PYTHONPATH"}


# ---- On paper ------------------------------------------------------------------------------------


def test_emblem_stands_in_the_head_instead_of_its_place():
    small = emblem.taken(uploaded(written(a_drawing(), "PNG")))
    head = LetterheadFactory(emblem=small)
    Letterhead.objects.get(pk=head.pk)
    shown = parts.letterhead(Letterhead.objects.get(pk=head.pk), Office())
    without, within = a_list(letterhead=LETTERHEAD), a_list(letterhead=shown)

    assert base64.b64decode(shown.emblem) == small
    pages = [PdfReader(io.BytesIO(render_pdf(one.template, one))).pages[0] for one in (without, within)]
    assert ["lambang daerah" in text_of(page) for page in pages] == [True, False]
    (picture,) = (image for image in pages[1].images if image.image and image.image.size == (461, 512))
    assert picture.image is not None


# ---- In the admin --------------------------------------------------------------------------------


@pytest.fixture
def committee(client):
    client.force_login(UserFactory(role="panitia"))
    return client


def sent(head: Letterhead, **more: object) -> dict[str, object]:
    names = ("label", "first_line", "second_line", "address", "city", "postcode")
    return {name: getattr(head, name) for name in names} | more


def page_of(head: Letterhead) -> str:
    return reverse("admin:pelatihan_letterhead_change", args=[head.pk])


def test_picture_is_uploaded_shown_and_removed(committee):
    head = LetterheadFactory()
    file = uploaded(written(a_drawing(), "PNG"), "lambang.png", "image/png")

    committee.post(page_of(head), sent(head, picture=file))
    html = committee.get(page_of(head)).content.decode()
    address = reverse("admin:pelatihan_letterhead_emblem", args=[head.pk])
    answer = committee.get(address)

    assert f'src="{address}?' in html
    assert (answer["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    committee.post(page_of(head), sent(head, city="Bogor"))
    head.refresh_from_db()
    assert (head.city, head.emblem is not None) == ("Bogor", True)
    committee.post(page_of(head), sent(head, without_picture="on"))
    head.refresh_from_db()
    assert head.emblem is None
    assert committee.get(address).status_code == 404


def test_picture_that_is_refused_is_told_at_its_field_and_changes_nothing(committee):
    head = LetterheadFactory()

    answer = committee.post(page_of(head), sent(head, city="Bogor", picture=uploaded(SVG, "lambang.svg")))

    assert answer.context["adminform"].form.errors == {"picture": [emblem.OTHER]}
    head.refresh_from_db()
    assert (head.city, head.emblem) == ("Jakarta", None)


def test_new_picture_and_none_at_once_is_asked_again(committee):
    head = LetterheadFactory(emblem=emblem.taken(uploaded(a_photo())))

    answer = committee.post(page_of(head), sent(head, picture=uploaded(a_photo()), without_picture="on"))

    assert list(answer.context["adminform"].form.errors) == ["without_picture"]
    head.refresh_from_db()
    assert head.emblem is not None


def test_file_of_three_megabytes_reaches_the_form(committee):
    """The site takes requests of one megabyte elsewhere."""
    head = LetterheadFactory()
    file = uploaded(b"\x89PNG\r\n\x1a\n" + b"0" * 3 * emblem.MEGABYTE)

    answer = committee.post(page_of(head), sent(head, picture=file))

    assert answer.context["adminform"].form.errors == {"picture": [emblem.UNREADABLE]}
    assert committee.post(page_of(head), sent(head, picture=uploaded(b"0" * 7 * emblem.MEGABYTE))).status_code == 413
