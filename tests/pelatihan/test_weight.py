"""What a page weighs on its way to a phone, and the font that is cut down for it."""

import gzip
import re

import brotli
import pytest
import time_machine
from django.urls import reverse
from fontTools.ttLib import TTFont

from pelatihan.desk import room_code
from pelatihan.registration import links
from tests.factories import NOON, InvitationFactory, SessionFactory, a_registration
from tests.pelatihan.door import client_of, door, organiser
from tests.pelatihan.test_walk import given_to
from tests.pelatihan.web.test_looks import STATIC, TEMPLATES, script_as_served, whole
from tools.vendor import FONT_FILES, FONT_WEIGHTS, letters

__all__ = ["client_of", "door", "organiser"]

FIRST_VISIT = 40 * 1024
ASSET = re.compile(r'(?:href|src)="/static/([^"#]+)')
IMPORT = re.compile(r'from "\./([^"]+)"')
FONTS = {subset: STATIC / f"vendor/plus-jakarta-sans/plus-jakarta-sans-{subset}.woff2" for subset in FONT_FILES}


def weight(html: str) -> int:
    """Bytes of a first visit: the page and all it names, compressed as they are served."""
    names = list(dict.fromkeys(ASSET.findall(html)))
    for name in names:
        if name.endswith(".js"):
            names += [f"js/{module}" for module in IMPORT.findall((STATIC / name).read_text())]
    return len(gzip.compress(html.encode())) + sum(asset_weight(name) for name in set(names))


def asset_weight(name: str) -> int:
    if name.endswith(".css"):
        return len(brotli.compress(whole(name).encode()))
    if name.endswith(".js"):
        return len(brotli.compress(script_as_served(name).encode()))
    content = (STATIC / name).read_bytes()
    return len(content) if name.endswith(".woff2") else len(brotli.compress(content))


@pytest.fixture
def public_pages(db) -> dict[str, str]:
    """Every page that a delegate may open first, of a batch with forty ormas invited."""
    batch = InvitationFactory().angkatan
    InvitationFactory.create_batch(40, angkatan=batch)
    person = a_registration(batch)
    assert person.invitation
    token = links.token_of(person.invitation)
    named = {name: [batch.slug] for name in ("angkatan", "register", "listing")} | {"delegate": [person.code]}
    named |= {name: [token] for name in ("invitation", "invitation_fill")}
    SessionFactory(angkatan=batch, day=1)
    given_to(person)
    named["certificate"] = [person.certificate.code]
    named["self"] = [room_code.token(SessionFactory(angkatan=batch).pk, NOON)]
    return {
        name: reverse(name, args=named.get(name))
        for name in (
            "home",
            "angkatan",
            "register",
            "listing",
            "privacy",
            "find",
            "lost_code",
            "lost_code_asked",
            "delegate",
            "login",
            "invitation",
            "invitation_fill",
            "self_type",
            "self",
            "certificate_find",
            "certificate",
        )
    }


def test_first_visit_of_each_public_page_stays_within_budget(client, public_pages):
    with time_machine.travel(NOON, tick=False):  # while registration is open
        pages = {name: client.get(path, follow=True).text for name, path in public_pages.items()}
    weights = {name: weight(html) for name, html in pages.items()}

    assert 'name="ormas"' in pages["register"]
    assert {name: size for name, size in weights.items() if size > FIRST_VISIT} == {}
    assert min(weights.values()) > 20 * 1024  # font and styles are among what is counted


# ---- The font ------------------------------------------------------------------------------------


def test_style_sheet_says_which_letters_the_font_files_hold():
    said = re.findall(r"unicode-range: ([^;]+);", (STATIC / "css/tokens.css").read_text())

    assert said == list(FONT_FILES.values())


def test_font_holds_every_letter_that_it_is_asked_for():
    assert set(letters(FONT_FILES["latin"])) - {0xAD} == set(TTFont(FONTS["latin"]).getBestCmap()) - {0xAD}
    assert {ord(sign) for sign in "ĀāĪīŪūŠšŽžĆćÑñĞğŞşŁłḤḥȘș"} <= {
        point for path in FONTS.values() for point in TTFont(path).getBestCmap()
    }


def test_font_holds_every_sign_that_templates_show():
    shown = {sign for path in TEMPLATES for sign in path.read_text() if ord(sign) > 0x7F}

    assert shown - set("→↑↓") <= {chr(point) for point in letters(FONT_FILES["latin"])}  # the family never had arrows


@pytest.mark.parametrize("path", FONTS.values(), ids=FONTS)
def test_font_keeps_its_weights_and_kerning(path):
    font = TTFont(path)
    features = {row.FeatureTag for table in ("GSUB", "GPOS") for row in font[table].table.FeatureList.FeatureRecord}

    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [("wght", *FONT_WEIGHTS)]
    assert "kern" in features
    assert "The Plus Jakarta Sans Project Authors" in font["name"].getDebugName(0)


def test_figures_can_stand_in_columns():
    font = TTFont(FONTS["latin"])
    tags = {row.FeatureTag for row in font["GSUB"].table.FeatureList.FeatureRecord}

    assert "tnum" in tags


# ---- The desk ------------------------------------------------------------------------------------

DESK = 60 * 1024
DECODER = 16 * 1024


def test_desk_weighs_little_the_first_time(door, organiser):
    """With ten people listed, everything that may be shown, and all scripts but the one that reads codes."""
    html = organiser.get(reverse("desk_session", args=[door.session.angkatan.slug, door.session.pk])).text

    assert "camera-button.js" in html
    assert weight(html) <= DESK


def test_reader_of_codes_is_fetched_on_its_own_and_small():
    reader = (STATIC / "vendor/qr/decode.js").read_bytes()
    users = [path.name for path in (STATIC / "js").glob("*.js") if "vendor/qr/" in path.read_text()]

    assert users == ["decoder.js"]
    assert 'await import("../vendor/qr/decode.js")' in (STATIC / "js/decoder.js").read_text()
    assert len(gzip.compress(reader)) <= DECODER
    assert not re.search(rb"\?\?=|\|\|=|&&=|#[a-z]\w*[=(;]|static\s*\{|\bimport\b", reader)  # Chrome 80 reads it, alone
