"""The page Cetak: what is needed today, every paper with a true picture, and choices that are remembered."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from io import BytesIO

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from pelatihan.accounts import access
from pelatihan.models import Angkatan, PaperChoice, Printed, Registration, Session
from pelatihan.papers import engine, pictures, views
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.offered import Asked, Group, Offered
from pelatihan.papers.offers import BY_KEY
from pelatihan.web.turns import Turn
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.papers.conftest import FEW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few")]
HERE = "/panitia/2019-ii/cetak/"
CHOICES = f"{HERE}lembar/daftar-hadir/"
SHEET = f"{HERE}daftar-hadir.pdf"
PICTURE = f"{HERE}gambar/daftar-hadir.png"
BEFORE, ON_DAY, AFTER = (datetime(2019, 3, day, 1, 30, tzinfo=UTC) for day in (5, 12, 20))  # 08.30 WIB


@pytest.fixture
def angkatan() -> Angkatan:
    return AngkatanFactory(number=2)


@pytest.fixture
def sessions(angkatan) -> list[Session]:
    return [SessionFactory(angkatan=angkatan, day=day, title=f"Materi hari {day + 1}") for day in range(3)]


@pytest.fixture
def organiser(client) -> Client:
    client.force_login(UserFactory(role="panitia", first_name="Rina", last_name="Kartika"))
    return client


def nobody_lodges(asked: Asked) -> None:
    raise NothingToPrint("Belum ada kamar yang dibagi.")


ROOMS = Offered(
    key="daftar-kamar", name="Daftar kamar", note="Untuk hotel.", group=Group.PEOPLE, build=BY_KEY["rekap"].build,
    check=nobody_lodges, fields=("kertas", "ragam"), prepared=("Bagi kamar", "print"),
    styles=(("hotel", "Untuk hotel"), ("dinding", "Untuk dinding")),
)  # fmt: skip
RECEIPT = replace(BY_KEY["rekap"], key="tanda-terima", name="Tanda terima", group=Group.MONEY, when=())


@pytest.fixture
def more(few, monkeypatch) -> None:
    """Papers of other rooms."""
    for one in (ROOMS, RECEIPT):
        monkeypatch.setitem(BY_KEY, one.key, one)
    monkeypatch.setattr(views, "OFFERS", (*FEW, ROOMS, RECEIPT))


def page(client: Client, address: str = HERE, at: datetime = ON_DAY) -> str:
    with time_machine.travel(at, tick=False):
        response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def part(html: str, start: str, end: str = "</section>") -> str:
    return html.split(start, 1)[1].split(end, 1)[0]


def links(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]+\.pdf[^"]*)"', html)]


# ---- What is needed, and what there is ------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "words", "named"),
    [
        (BEFORE, "6 hari sebelum kegiatan", {"Daftar kamar", "Paket darurat"}),
        (datetime(2019, 3, 10, 12, tzinfo=UTC), "Kegiatan mulai besok", {"Daftar kamar", "Paket darurat"}),
        (ON_DAY, "Hari ke-2, Selasa, 12 Maret 2019", {"Paket darurat"}),
        (AFTER, "Setelah kegiatan", {"Rekap kehadiran", "Tanda terima"}),
    ],
)
def test_what_is_needed_today_goes_by_the_date(organiser, sessions, more, at, words, named):
    needed = part(page(organiser, at=at), 'id="dibutuhkan"', 'id="sekaligus"')

    assert words in needed
    assert set(re.findall(r'list-title">([^<]+)<', needed)) == named
    assert ("Daftar hadir peserta" in needed) == (at == ON_DAY)


def test_what_cannot_be_printed_says_why_and_where_to_go(organiser, sessions, more):
    card = part(page(organiser), ">Daftar kamar</h3>", "</li>")

    assert "Belum ada kamar yang dibagi." in card
    assert f'href="{HERE}">Bagi kamar</a>' in card
    assert "daftar-kamar.pdf" not in card
    assert "daftar-kamar.png" not in card


def test_only_papers_that_one_may_print_are_shown(client, sessions, more):
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename="print_papers"))
    client.force_login(user)

    html = page(client, at=AFTER)

    assert "Daftar hadir peserta" in html
    assert "Rekap kehadiran" not in html
    assert client.get(f"{HERE}lembar/rekap/").status_code == 403
    assert client.get(f"{HERE}gambar/rekap.png").status_code == 403


def test_page_takes_many_papers(organiser, angkatan, sessions, monkeypatch, django_assert_max_num_queries):
    many = tuple(replace(RECEIPT, key=f"lembar-{number}", name=f"Lembar {number}") for number in range(25))
    monkeypatch.setattr(views, "OFFERS", (*FEW, *many))
    a_registration(angkatan)

    with django_assert_max_num_queries(45):  # at most one or two for each paper: whether there is any
        html = page(organiser)

    assert html.count('loading="lazy"') == 30
    assert len(re.findall(r'<img class="paper-image"[^>]+ width="\d+" height="\d+"', html)) == html.count("paper-image")


def test_card_tells_when_its_paper_was_printed_last(organiser, angkatan, sessions):
    assert "F4 · mendatar<" in part(page(organiser), ">Rekap kehadiran</h3>", "</li>")
    with time_machine.travel(ON_DAY, tick=False):
        organiser.get(f"{HERE}rekap.pdf")

    again = part(page(organiser, at=AFTER).replace("\xa0", " "), ">Rekap kehadiran</h3>", "</li>")
    assert re.search(r"F4 · mendatar · terakhir \d halaman, 12 Maret 2019<", again)


@pytest.mark.parametrize("address", ["lembar/nirwana/", "gambar/nirwana.png", "nirwana.pdf"])
def test_unknown_paper_is_not_found(organiser, sessions, address):
    assert organiser.get(HERE + address).status_code == 404


# ---- Choices -------------------------------------------------------------------------------------


def press(client: Client, then: str, address: str = CHOICES, at: datetime = ON_DAY, **sent: str):
    usual = {"sesi": "semua", "bentuk": "sesi", "kertas": "f4", "urut": "ormas", "kosong": "5"}
    with time_machine.travel(at, tick=False):
        return client.post(address, usual | sent | {"lalu": then})


def test_what_was_printed_last_is_offered_next_time(organiser, angkatan, sessions):
    answer = press(organiser, "cetak", sesi=str(sessions[1].pk), kertas="a4", bolakbalik="1", kosong="7")
    assert answer["Location"] == f"{SHEET}?kertas=a4&kosong=7&bolakbalik=1&sesi={sessions[1].pk}"

    html = page(organiser, at=BEFORE)
    assert f"{SHEET}?kertas=a4&kosong=7&bolakbalik=1" in links(html)
    assert f"{HERE}rekap.pdf?cap=1" in links(html)  # another paper
    mine = page(organiser, CHOICES, BEFORE)
    assert '<option value="a4" selected>' in mine
    assert f'<option value="{sessions[0].pk}" selected>' in mine  # not the session of that time
    assert "terakhir diubah Rina Kartika Selasa, 12 Maret 2019 pukul 08.30 WIB" in mine


def test_address_that_says_otherwise_is_followed(organiser, angkatan, sessions):
    press(organiser, "ingat", kertas="a4")

    response = organiser.get(SHEET, {"hari": "2019-03-12"})

    assert round(float(PdfReader(BytesIO(response.content)).pages[0].mediabox.height) / 72 * 25.4) == 330
    assert '<option value="f4" selected>' in page(organiser, f"{CHOICES}?kertas=f4")


def test_one_choice_is_applied_to_all_papers_and_taken_back(organiser, angkatan, sessions, more):
    press(organiser, "ingat", kosong="9")
    press(organiser, "semua", f"{HERE}lembar/rekap/", kertas="a4")
    found = links(page(organiser, at=BEFORE))
    assert f"{SHEET}?kertas=a4&kosong=9" in found
    assert f"{HERE}rekap.pdf?kertas=a4" in found

    press(organiser, "biasa")
    assert f"{SHEET}?cap=1" in links(page(organiser, at=BEFORE))
    assert not PaperChoice.objects.filter(paper="daftar-hadir").exists()


def test_each_paper_asks_only_what_it_looks_at(organiser, sessions, more):
    recap = page(organiser, f"{HERE}lembar/rekap/")
    rooms = page(organiser, f"{HERE}lembar/daftar-kamar/")

    assert 'name="kertas"' in recap
    assert not re.search('name="(?:sesi|kosong|lp|mulai)"', recap)
    assert '<option value="dinding">Untuk dinding</option>' in rooms
    assert organiser.get(f"{HERE}rekap.pdf", {"kosong": "99", "sesi": "x"}).status_code == 200


@pytest.mark.parametrize("address", [f"{HERE}rekap.pdf", f"{HERE}lembar/rekap/"])
def test_wrong_choice_comes_back_at_its_field_with_the_others_kept(organiser, sessions, address):
    response = organiser.get(address, {"kertas": "a3", "urut": "nama"})
    html = response.content.decode()

    assert response.status_code == 400
    assert 'href="#id_kertas">Kertas: Pilih F4 atau A4.</a>' in html
    assert '<option value="nama" selected>' in html
    assert press(organiser, "ingat", kertas="a3").status_code == 400
    assert not PaperChoice.objects.exists()


def test_style_that_a_paper_does_not_have_is_refused(organiser, sessions, more):
    response = organiser.get(f"{HERE}lembar/daftar-kamar/", {"ragam": "emas"})

    assert response.status_code == 400
    assert "Ragam lembar ini tidak dikenal." in response.content.decode()


def test_closed_batch_prints_and_remembers_nothing(organiser, angkatan, sessions):
    press(organiser, "ingat", kertas="a4")
    Angkatan.objects.update(closed_at=AFTER)

    assert press(organiser, "cetak", kosong="9").status_code == 302
    press(organiser, "biasa")
    press(organiser, "semua", kosong="9")
    assert "pilihan cetaknya tidak berubah lagi" in page(organiser)
    assert PaperChoice.objects.get().asked == "bentuk=sesi&kertas=a4&urut=ormas&kosong=5"


def test_phones_are_remembered_for_those_who_see_them(organiser, angkatan, sessions):
    press(organiser, "ingat", hp="1")
    assert f"{SHEET}?hp=1" in links(page(organiser, at=BEFORE))

    other = Client()
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename="print_papers"))
    other.force_login(user)

    assert not any("hp=1" in link for link in links(page(other, at=BEFORE)))
    assert other.get(CHOICES).status_code == 200


# ---- Pictures ------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch, settings, tmp_path) -> list[str]:
    """What was drawn, by template; pictures of other tests are not at hand."""
    settings.PRIVATE_DIR, told, draw = tmp_path, [], engine.Print.picture

    def noted(place, template, data, width):
        told.append(str(template))
        return draw(place, template, data, width)

    monkeypatch.setattr(engine.Print, "picture", noted)
    return told


def test_picture_is_page_one_and_drawn_once_for_what_stands_there(organiser, angkatan, sessions, queue, drawn):
    person = a_registration(angkatan, name="Togar Simanjuntak")
    with time_machine.travel(ON_DAY, tick=False) as clock:
        first = organiser.get(PICTURE, {"kertas": "a4"})
        clock.shift(3600)
        again = organiser.get(PICTURE, {"kertas": "a4"})
        Registration.objects.filter(pk=person.pk).update(name="Togar Simanjuntuk")
        changed = organiser.get(PICTURE, {"kertas": "a4"})

    width, height = Image.open(BytesIO(first.content)).size
    assert abs(width - 360) <= 1
    assert abs(height / width - 297 / 210) < 0.01
    assert (first["Content-Type"], first["Cache-Control"]) == ("image/png", "private, no-store")
    assert (again.content == first.content, changed.content == first.content) == (True, False)
    assert len(first.content) < 30_000
    assert drawn == ["attendance_session"] * 2
    assert not Printed.objects.exists()


def test_picture_gives_way_to_prints(organiser, sessions, full_queue, drawn):
    response = organiser.get(PICTURE)

    assert (response.status_code, response["Retry-After"]) == (429, "2")


def test_pictures_take_one_place_among_the_prints(organiser, sessions, queue, drawn, monkeypatch):
    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0)
    with Turn(queue / "pictures"):
        assert organiser.get(PICTURE).status_code == 429
        assert organiser.get(SHEET).status_code == 200


def test_paper_that_cannot_be_made_has_no_picture(organiser, angkatan, more):
    assert organiser.get(f"{HERE}gambar/daftar-kamar.png").status_code == 404
    assert organiser.get(PICTURE).status_code == 404  # no session


def test_picture_is_kept_for_a_day_in_a_private_folder(organiser, sessions, queue, drawn, settings):
    organiser.get(PICTURE)
    (kept,) = (settings.PRIVATE_DIR / "gambar").iterdir()

    assert kept.stat().st_mode & 0o777 == 0o600
    assert pictures.PICTURES.stay.days == 1


# ---- Nothing is printed by accident --------------------------------------------------------------


@pytest.mark.parametrize("header", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}])
def test_guess_of_a_browser_prints_nothing(organiser, sessions, header):
    response = organiser.get(SHEET, headers=header)

    assert (response.status_code, response.content) == (503, b"")
    assert not Printed.objects.exists()


def test_looking_whether_there_is_a_paper_sets_none(organiser, sessions, full_queue):
    assert organiser.head(SHEET).status_code == 200
    assert organiser.head(SHEET, {"hari": "2019-03-20"}).status_code == 404
    assert BY_KEY["daftar-hadir"].permission == access.PRINT
