"""Cards to wear, held against their cut marks on the rendered page and read by a scanner."""

import io
from datetime import UTC, datetime
from itertools import product

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from ormas.models import Ormas
from pelatihan import codes
from pelatihan.models import Guest, Office
from pelatihan.papers import badge, engine
from pelatihan.papers.badge import Badge, BadgeSheets, OwnBadge
from pelatihan.papers.choices import Choices, NothingToPrint, Order
from pelatihan.papers.engine import TooLong, compiled
from pelatihan.papers.offered import Asked
from tests.factories import AngkatanFactory, OrmasFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.papers.lists import LETTERHEAD, text_of

DPI = 200
NIGHT_BEFORE = datetime(2019, 3, 10, 9, 40, tzinfo=UTC)
CODES = [body + codes.check_sign(body) for body in (f"K7MPQ{number:02}" for number in range(23))]
WORDS = ("Endang", "W" * 40, "Mat Sani", "D'Angelo", "Yo", "Abdurrahman Wahid")
NAMES = (
    ("", "Endang Sulastri", ""),
    ("Prof. Dr. Ir. H.", "W" * 150, "S.Sos., M.Si., M.A.P."),
    ("", "Kanjeng Raden Ayu Sri Rejeki Handayaningsih Wulandari Kusumodiningrat Purbaningrum " * 1, "S.H."),
    ("", "#strong[Budi] $x$ \\ Santoso", ""),
)


def a_badge(number: int, category: str = badge.PARTICIPANT) -> Badge:
    """One card; of five in a row each has longer words than the last."""
    front, name, back = NAMES[number % len(NAMES)]
    is_participant = category == badge.PARTICIPANT
    body = ("'Aisyiyah", "X" * 200, "Perkumpulan Keluarga Besar Purnawirawan Angkatan Darat, Laut, dan Udara")[
        number % 3
    ]
    code = CODES[number] if is_participant else ""
    return Badge(
        WORDS[number % len(WORDS)], front, name, back, "" if category == "Moderator" else body, category,
        code=codes.display(code) if code else "", qr=badge.qr_path(code) if code else "",
    )  # fmt: skip


def sheets(count: int, places: int = 8, start: int = 1, **changes) -> BadgeSheets:
    guests = tuple(a_badge(0, category) for category in ("Narasumber", "Moderator", "Panitia", "Undangan"))
    return BadgeSheets(
        title="Kartu peserta Angkatan II", paper="a4", taken_at=(2019, 3, 10, 9, 40), letterhead=LETTERHEAD,
        office="Kesbangpol DKI Jakarta",
        batch="Pelatihan Ormas Angkatan II Tahun 2019", as_of="Daftar per tadi", places=places, start=start,
        badges=tuple(a_badge(number) for number in range(count)) + guests,
    )  # fmt: skip


def rendered(paper: BadgeSheets | OwnBadge) -> list[np.ndarray]:
    """Its pages as a printer at 200 dpi would dot them, grey; a compiler's warning fails the test."""
    pdf, warnings = compiled(paper.template, paper)
    assert warnings == []
    return [page.render(scale=DPI / 72, grayscale=True).to_numpy() for page in pypdfium2.PdfDocument(pdf)]


def mm(pixels: float) -> float:
    return pixels * 25.4 / DPI


def centres(dark: np.ndarray) -> list[float]:
    """In mm the middle of each run of dark dots."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], dark.astype(int), [0]))))
    return [mm((start + end) / 2) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def cut_lines(page: np.ndarray) -> tuple[list[float], list[float]]:
    """Where the marks at the edges say that one cuts, in mm from the left and from the top; both edges agree."""
    strip = slice(int(5 / 25.4 * DPI), int(7 / 25.4 * DPI))
    far = slice(-strip.stop, -strip.start)
    across, down = (centres((page[strip] < 200).all(axis=0)), centres((page[:, strip] < 200).all(axis=1)))
    assert across == pytest.approx(centres((page[far] < 200).all(axis=0)), abs=0.15)
    assert down == pytest.approx(centres((page[:, far] < 200).all(axis=1)), abs=0.15)
    return across, down


def ink(page: np.ndarray, left: float, right: float, top: float, bottom: float) -> tuple[float, ...] | None:
    """How far from the cut the ink of a card begins, from each side (left, right, top, bottom); None without any."""
    near = 2.6  # mm: past the marks between the cards
    x, y = (int((left + near) / 25.4 * DPI), int((right - near) / 25.4 * DPI)), (
        int((top + near) / 25.4 * DPI), int((bottom - near) / 25.4 * DPI),
    )  # fmt: skip
    dark = page[y[0] : y[1], x[0] : x[1]] < 128
    if not dark.any():
        return None
    columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
    return (
        mm(x[0] + columns[0]) - left, right - mm(x[0] + columns[-1] + 1),
        mm(y[0] + rows[0]) - top, bottom - mm(y[0] + rows[-1] + 1),
    )  # fmt: skip


@pytest.mark.parametrize(("places", "start", "height"), [(8, 4, 67), (10, 1, 55)])
def test_every_card_lies_six_millimetres_inside_its_cut(places, start, height):
    pages = rendered(sheets(23, places, start))
    counts = []
    for page in pages:
        across, down = cut_lines(page)
        assert np.diff(across) == pytest.approx([95, 95], abs=0.2)
        assert np.diff(down) == pytest.approx([height] * (places // 2), abs=0.2)
        cards = [
            ink(page, across[column], across[column + 1], down[row], down[row + 1])
            for row, column in product(range(places // 2), range(2))
        ]
        counts.append([card is not None for card in cards])
        for card in cards:
            assert card is None or card == pytest.approx((6, 6, 6, 6), abs=0.2)
    flat = [lies for page in counts for lies in page]
    assert flat == [False] * (start - 1) + [True] * 27 + [False] * (len(flat) - 27 - start + 1)


@pytest.mark.parametrize("places", [8, 10])
def test_a_scanner_reads_every_participants_code_and_no_other(places):
    found = [code for page in rendered(sheets(23, places)) for code in zxingcpp.read_barcodes(page)]

    assert sorted(code.text for code in found) == sorted(CODES)
    for code in found:
        corners = code.position
        wide = np.hypot(corners.top_right.x - corners.top_left.x, corners.top_right.y - corners.top_left.y)
        assert mm(wide) == pytest.approx(20, abs=0.4)


def test_a_sheet_says_whatever_is_written_and_by_word_who_one_is():
    pdf, _ = compiled(sheets(5).template, sheets(5))
    pages = PdfReader(io.BytesIO(pdf)).pages
    text = " ".join(map(text_of, pages))

    assert "#strong[Budi] $x$ \\ Santoso" in text
    assert text.count("PESERTA") == 5
    assert all(word in text for word in ("NARASUMBER", "MODERATOR", "PANITIA", "UNDANGAN", "Mat Sani", "K7MP-Q00"))
    assert [tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pages] == [(210, 297)] * 2


def test_ones_own_card_is_one_small_page_with_a_large_code():
    own = OwnBadge(
        title="Kartu peserta", paper="a6", taken_at=(2019, 3, 10, 9, 40), letterhead=LETTERHEAD,
        office="Kesbangpol", batch="Angkatan II",
        dates="Senin–Rabu, 11–13 Maret 2019", place="Hotel Contoh, Bogor", badge=a_badge(1),
    )  # fmt: skip
    (page,) = rendered(own)

    assert [mm(side) for side in page.shape] == pytest.approx([148, 105], abs=0.3)
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [CODES[1]]


# ---- Whose cards ---------------------------------------------------------------------------------


@pytest.fixture
def angkatan(db):
    batch = AngkatanFactory(number=2)
    for name, ormas, nickname in (("Zulfa", "Alfa", ""), ("H. M. Agus Salim", "Beta", ""), ("Budi", "Alfa", "Bud")):
        body = Ormas.objects.filter(name=ormas).first() or OrmasFactory(name=ormas)
        a_registration(batch, ormas=body, name=name, nickname=nickname)
    a_registration(batch, "waitlisted", name="Cadangan")
    session = SessionFactory(angkatan=batch)
    for category, name in ((Guest.Category.COMMITTEE, "Eko"), (Guest.Category.SPEAKER, "Dr. Ratih Kusumadewi, M.H.")):
        Guest.objects.create(angkatan=batch, category=category, name=name, institution="Bawaslu", session=session)
    return batch


def asked(angkatan, **choices) -> Asked:
    return Asked(angkatan, [], Choices(**choices), Office(pk=1), NIGHT_BEFORE, UserFactory.build())


def cards(angkatan, **choices) -> list[str]:
    wish = asked(angkatan, **choices)
    badge.check(wish)
    return [one.called for one in badge.build(wish).badges]


def test_cards_lie_by_ormas_and_guests_come_last(angkatan):
    assert cards(angkatan) == ["Bud", "Zulfa", "Agus", "Ratih", "Eko"]
    assert cards(angkatan, order=Order.NAME) == ["Bud", "Agus", "Zulfa", "Ratih", "Eko"]


def test_only_some_are_printed(angkatan):
    agus = angkatan.registrations.get(name__contains="Agus")
    eko = angkatan.guests.get(name="Eko")

    assert cards(angkatan, style="10-peserta") == ["Bud", "Zulfa", "Agus"]
    assert cards(angkatan, style="8-tamu") == ["Ratih", "Eko"]
    assert cards(angkatan, who=(agus.ref,), start=8) == ["Agus"]
    assert cards(angkatan, subject=eko.pk) == ["Eko"]


def test_who_speaks_twice_has_one_card(angkatan):
    twice = angkatan.guests.get(category=Guest.Category.SPEAKER)
    Guest.objects.create(angkatan=angkatan, category=twice.category, name=twice.name)

    assert cards(angkatan, style="8-tamu") == ["Ratih", "Eko"]


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"start": 9}, "Satu lembar memuat 8 kartu"),
        ({"style": "12"}, "Ragam kartu ini tidak dikenal"),
        ({"subject": 10**12}, "Tamu yang dipilih tidak ada"),
        ({"who": ("00000000-0000-4000-8000-000000000000",)}, "tidak, atau tidak lagi, diterima"),
    ],
)
def test_what_cannot_be_printed_is_told_before_anybody_is_read(angkatan, choices, sentence):
    with pytest.raises(NothingToPrint, match=sentence):
        badge.check(asked(angkatan, **choices))


def test_nobody_yet_is_told(db):
    empty = AngkatanFactory(number=3)
    for style, sentence in (("8", "Belum ada peserta"), ("8-tamu", "Belum ada narasumber")):
        with pytest.raises(NothingToPrint, match=sentence):
            badge.check(asked(empty, style=style))


def test_more_than_one_file_takes_is_told(angkatan, monkeypatch):
    monkeypatch.setattr(engine, "MOST_ROWS", 4)
    with pytest.raises(TooLong, match="Ada 5 kartu; satu berkas memuat paling banyak 4"):
        badge.check(asked(angkatan))


def test_cards_of_many_are_read_with_as_many_queries(angkatan, django_assert_num_queries):
    for number in range(4):
        a_registration(angkatan, name=f"Peserta {number}")
    with django_assert_num_queries(2):
        badge.build(asked(angkatan))


def test_position_beyond_the_sheet_comes_back_to_the_page(angkatan, client):
    client.force_login(UserFactory(role="panitia"))

    far = client.get("/panitia/2019-ii/cetak/kartu.pdf?mulai=99")
    made = client.get("/panitia/2019-ii/cetak/kartu.pdf?mulai=8&ragam=8-peserta")

    assert (far.status_code, made.status_code) == (400, 200)
    assert "Tempat kartu di lembar dihitung dari 1 sampai 10." in far.text
    assert "kartu-2019-ii-a4" in made["Content-Disposition"]
    assert len(PdfReader(io.BytesIO(made.content)).pages) == 2


def test_who_prints_finds_the_card_beside_the_person(angkatan, client):
    agus = angkatan.registrations.get(name__contains="Agus")
    link = f"/panitia/2019-ii/cetak/kartu.pdf?siapa={agus.ref}"
    pages = {
        "panitia": f"/panitia/2019-ii/rekap/{angkatan.sessions.get().pk}/{agus.ref}/",
        "admin": f"/admin/pelatihan/registration/{agus.pk}/change/",
        "verifikator": f"/admin/pelatihan/registration/{agus.pk}/change/",
    }
    for role, address in pages.items():
        client.force_login(UserFactory(role=role))
        assert (link in client.get(address).text) == (role != "verifikator"), role
    client.force_login(UserFactory(role="panitia"))
    (page,) = PdfReader(io.BytesIO(client.get(link).content)).pages
    assert "H. M. Agus Salim" in text_of(page)
    assert "Zulfa" not in text_of(page)


def test_sheets_are_counted_from_the_place_where_they_begin(angkatan):
    assert badge.about(asked(angkatan, start=8, style="8-peserta"), 3) == "A4 · sekitar 2 lembar"
    assert badge.about(asked(angkatan, style="10"), 0) == "A4 · sekitar 1 lembar"


def test_cards_of_a_training_that_was_called_off_say_so(angkatan):
    type(angkatan).objects.filter(pk=angkatan.pk).update(cancelled_at=NIGHT_BEFORE, cancel_reason="Banjir")
    angkatan.refresh_from_db()
    paper = badge.build(asked(angkatan))
    pdf, _ = compiled(paper.template, paper)

    assert all("DIBATALKAN" in page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
