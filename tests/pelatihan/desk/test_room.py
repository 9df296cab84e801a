"""The screen in the room: the code while it counts, why there is none otherwise, who is in, and the switch."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import segno
import time_machine
from django.conf import settings
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from pelatihan.accounts import access
from pelatihan.attendance.sessions import Crowd
from pelatihan.desk import room_code, room_shown, room_switch
from pelatihan.models import Angkatan, Session
from pelatihan.web.tags import SPRITE, STAFF_SPRITE
from tests.factories import SessionFactory, UserFactory, a_registration
from tests.pelatihan.door import at

OFF, NOT_OPEN, OVER, CLOSED = "Kode ruangan mati", "Presensi belum dibuka", "Sesi sudah selesai", "Presensi ditutup"


@pytest.fixture
def session(door) -> Session:
    """08.00-09.30; its doors open at 07.00, and its code is switched on."""
    return changed(door.session, self_check_in=True)


@pytest.fixture
def reader(client) -> Callable[..., Client]:
    """``reader(access.SCREEN)``: the browser of somebody who may do no more."""

    def logged_in(*rights: str) -> Client:
        user = UserFactory(role=None)
        user.user_permissions.set(Permission.objects.filter(codename__in=[one.split(".")[1] for one in rights]))
        client.force_login(user)
        return client

    return logged_in


def changed(session: Session, **fields) -> Session:
    Session.objects.filter(pk=session.pk).update(**fields)
    return Session.objects.select_related("angkatan").get(pk=session.pk)


def batch(session: Session, **fields) -> None:
    fields |= {"cancel_reason": "Banjir"} if "cancelled_at" in fields else {}
    Angkatan.objects.filter(pk=session.angkatan_id).update(**fields)


def address(session: Session) -> str:
    return reverse("room", args=[session.angkatan.slug, session.pk])


def open_at(client, session: Session, clock: str, seconds: float = 0, day: int = 11, **asked):
    with time_machine.travel(at(clock, day) + timedelta(seconds=seconds), tick=False):
        return client.get(address(session), **asked)


def part_at(client, session: Session, clock: str, seconds: float = 0, etag: str = ""):
    return open_at(client, session, clock, seconds, query_params={"bagian": "kode"}, headers={"If-None-Match": etag})


def words(response) -> str:
    """What people read, in one line."""
    main = response.content.decode().split("<main")[-1]
    return " ".join(html.unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", main, flags=re.S)).split())


def digits(response) -> str:
    found = re.search(r'wall-digits">([\d ]+)<', response.content.decode())
    return found[1] if found else ""


# ---- The code ------------------------------------------------------------------------------------


def test_code_is_shown_as_picture_digits_and_address(session, organiser):
    page = open_at(organiser, session, "08.00", 12)
    shown = room_code.digits(session.pk, at("08.00"))

    assert digits(page) == f"{shown[:3]} {shown[3:]}"
    assert "Buka testserver/hadir dan ketik" in words(page)
    assert "Kode ini berganti 18 detik lagi" in words(page)
    assert "wall-qr" in page.content.decode()


def test_picture_is_the_code_with_white_around_it():
    """Every module of the path is one of the code, moved by the white; each is drawn once."""
    picture = room_shown.Picture.of("https://pelatihan.example/hadir/7-0123456789ab/")
    known = segno.make("https://pelatihan.example/hadir/7-0123456789ab/", error="m", micro=False, boost_error=False)
    boxes = [tuple(map(int, box)) for box in re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", picture.path)]
    drawn = [(x + step, y) for x, y, wide in boxes for step in range(wide)]

    assert "".join(f"M{x} {y}h{wide}v1H{x}z" for x, y, wide in boxes) == picture.path
    assert sorted(drawn) == sorted(
        (x + 4, y + 4) for y, row in enumerate(known.matrix) for x, dark in enumerate(row) if dark
    )
    assert picture.side == len(known.matrix) + 8


def test_script_is_told_the_server_time_and_how_long_the_code_counts(session, organiser):
    page = open_at(organiser, session, "08.00", 12).content.decode()

    assert 'data-state="on" data-at="2019-03-11T08:00:12+07:00"' in page
    assert 'data-left="18000" data-window="30000" data-grace="30000"' in page
    assert 'width="60.0" height="1" data-bar' in page
    part = part_at(organiser, session, "08.00", 29.9).content.decode()
    assert '<div data-room-parts data-state="on" data-at="2019-03-11T08:00:29' in part
    assert 'data-left="100"' in part


def test_code_leads_to_the_site_by_the_name_that_the_screen_was_opened_with(session, organiser, settings):
    settings.ALLOWED_HOSTS = ["kesbangpol-dki.example"]
    page = open_at(organiser, session, "08.00", headers={"Host": "kesbangpol-dki.example"}).content.decode()
    here = f"http://kesbangpol-dki.example/hadir/{room_code.token(session.pk, at('08.00'))}/"

    assert f'd="{room_shown.Picture.of(here).path}"' in page
    assert "<strong>kesbangpol-dki.example/hadir</strong>" in page


def test_code_changes_every_half_minute(session, organiser):
    seen = [digits(open_at(organiser, session, "08.00", seconds)) for seconds in (0, 29.9, 30)]

    assert seen[0] == seen[1] != seen[2]


def test_browser_without_javascript_asks_again_as_the_code_changes(session, organiser):
    pages = [open_at(organiser, session, "08.00", seconds).content.decode() for seconds in (0, 18.5, 29.9)]

    assert [re.findall(r'<noscript><meta http-equiv="refresh" content="(\d+)">', page) for page in pages] == [
        ["15"],
        ["12"],
        ["1"],
    ]


def test_no_browser_keeps_the_code(session, organiser):
    assert "no-store" in open_at(organiser, session, "08.00")["Cache-Control"]
    assert "no-store" in part_at(organiser, session, "08.00")["Cache-Control"]


# ---- Why there is none ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "word"),
    [("06.59", NOT_OPEN), ("07.00", ""), ("09.29", ""), ("09.30", OVER), ("23.00", OVER)],
)
def test_code_is_shown_while_the_doors_are_open(session, organiser, clock, word):
    page = open_at(organiser, session, clock)

    assert bool(digits(page)) == (not word)
    assert word in words(page)


@pytest.mark.parametrize(
    ("fields", "of_batch", "word"),
    [
        ({"self_check_in": False}, {}, OFF),
        ({"closed_at": at("08.00")}, {}, CLOSED),
        ({"self_check_in": False, "takes_attendance": False}, {}, "Sesi ini tidak memakai daftar hadir."),
        ({}, {"cancelled_at": at("07.30")}, "Angkatan II 2019 dibatalkan, jadi kehadiran tidak dicatat."),
        ({}, {"closed_at": at("07.30")}, "Angkatan II 2019 sudah ditutup."),
        ({"self_check_in": False, "closed_at": at("08.00")}, {"cancelled_at": at("07.30")}, "Angkatan dibatalkan"),
    ],
)
def test_screen_says_why_it_shows_no_code(session, organiser, fields, of_batch, word):
    batch(session, number=2, **of_batch)
    page = open_at(organiser, changed(session, **fields), "08.10")

    assert word in words(page)
    assert digits(page) == ""
    assert "/hadir" not in page.content.decode()
    assert ("Nyalakan" in words(page)) == (word == OFF)


def test_every_reason_has_its_picture():
    sprites = [settings.BASE_DIR / "static" / name for name in (SPRITE, STAFF_SPRITE)]
    drawn = set(re.findall(r'symbol id="([\w-]+)"', "".join(sprite.read_text() for sprite in sprites)))

    assert set(room_shown.ICONS.values()) <= drawn


def test_reason_stands_beside_its_picture_and_is_asked_about_again(session, organiser):
    page = open_at(organiser, session, "06.59").content.decode()

    assert '#clock-fill"' in page
    assert '<meta http-equiv="refresh" content="15">' in page


@pytest.mark.parametrize(
    ("clock", "day", "when"), [("06.00", 11, "pukul 07.00"), ("22.00", 10, "Senin, 11 Maret 2019 pukul 07.00")]
)
def test_screen_says_from_when_the_code_is_shown(session, organiser, clock, day, when):
    assert f"Kode tampil di sini {when}." in words(open_at(organiser, session, clock, day=day))
    changed(session, self_check_in=False)
    assert f"Kode tampil {when}." in words(open_at(organiser, session, clock, day=day))


def test_switch_that_is_off_while_the_doors_are_open_promises_no_time(session, organiser):
    changed(session, self_check_in=False)

    assert "Kode tampil" not in words(open_at(organiser, session, "08.00"))


def test_screen_that_was_left_on_leads_to_the_session_of_now(session, organiser):
    tomorrow = SessionFactory(angkatan=session.angkatan, day=1, title="Empat pilar")
    page = open_at(organiser, session, "08.00", day=12)

    assert "Sesi ini sudah selesai Senin, 11 Maret 2019 pukul 09.30." in words(page)
    assert "Presensi sudah dibuka untuk sesi 08.00–09.30 Empat pilar." in words(page)
    assert f'href="{address(tomorrow)}"' in page.content.decode()


def test_screen_of_the_last_session_leads_to_the_desk(session, organiser):
    page = words(open_at(organiser, session, "10.00"))

    assert "Sesi ini sudah selesai pukul 09.30. Silakan ke meja presensi." in page
    changed(session, closed_at=at("09.40"))
    assert "Sesi ini sudah ditutup. Silakan temui panitia." in words(open_at(organiser, session, "10.00"))


# ---- Who is in -----------------------------------------------------------------------------------


def test_screen_counts_and_names_the_last_as_they_are_called(session, door, organiser):
    for name in ("Budi Santoso", "I Gusti Ayu Laksmi", "Nur Aini"):
        person = a_registration(session.angkatan, name=name)
        if name != "Nur Aini":
            door.scan(person, "08.01")
    page = open_at(organiser, session, "08.05")

    assert "2 dari 3 sudah hadir Baru saja I Gusti Ayu L. Budi S." in words(page)
    assert "Santoso" not in page.content.decode()


def test_screen_names_eight_at_most(session, door, organiser):
    for number in range(10):
        door.scan(a_registration(session.angkatan, name=f"Peserta {'ABCDEFGHIJ'[number]}"), "08.01")

    assert len(re.findall("<li>Peserta", open_at(organiser, session, "08.05").content.decode())) == 8


def test_screen_of_thousands_groups_its_numbers(session):
    shown = room_shown.of(session, at("08.05"), str)
    context = {"crowd": Crowd(1061, 1297), "shown": shown, "session": session, "angkatan": session.angkatan}
    side = render_to_string("desk/includes/room_side.html", context)

    assert "<strong>1.061</strong> dari 1.297" in side


@pytest.mark.parametrize(
    ("letters", "size"), [(100, ""), (101, "wall-long"), (160, "wall-long"), (161, "wall-longest")]
)
def test_long_title_is_written_smaller(session, organiser, letters, size):
    changed(session, title="A" * letters)

    assert f'<h1 class="{size}">{"A" * letters}</h1>' in open_at(organiser, session, "08.05").content.decode()


def test_nothing_on_the_screen_asks_more_than_six_questions(
    session, door, organiser, django_assert_num_queries, django_assert_max_num_queries
):
    for name in ("Budi Santoso", "Nur Aini", "Siti Rahmawati"):
        door.scan(a_registration(session.angkatan, name=name), "08.01")
    etag = part_at(organiser, session, "08.05")["ETag"]

    with django_assert_max_num_queries(6):  # who asks (2), the number (2), session with its count, names
        open_at(organiser, session, "08.05")
    with django_assert_num_queries(4):
        assert part_at(organiser, session, "08.05", etag=etag).status_code == 304


# ---- What has changed ----------------------------------------------------------------------------


def test_unchanged_screen_is_answered_without_a_page(session, organiser):
    etag = open_at(organiser, session, "08.00")["ETag"]

    for seconds, status in ((0, 304), (29.9, 304), (30, 200)):
        assert part_at(organiser, session, "08.00", seconds, etag).status_code == status


@pytest.mark.parametrize(
    ("known", "still", "another"),
    [("06.50", "06.59", "07.00"), ("09.30", "09.30", "09.31")],
)
def test_clock_alone_changes_the_screen(session, organiser, known, still, another):
    etag = part_at(organiser, session, known)["ETag"]

    assert part_at(organiser, session, still, etag=etag).status_code == 304
    assert part_at(organiser, session, another, etag=etag).status_code == 200


def test_switch_that_is_off_goes_with_the_session(session, organiser):
    changed(session, self_check_in=False)
    etag = part_at(organiser, session, "09.00")["ETag"]

    assert part_at(organiser, session, "09.29", etag=etag).status_code == 304
    assert OVER in words(part_at(organiser, session, "09.30", etag=etag))


def test_session_that_ends_within_a_half_minute_takes_its_code_along(session, organiser):
    changed(session, ends_at=at("09.29") + timedelta(seconds=10))
    etag = part_at(organiser, session, "09.29")["ETag"]

    assert part_at(organiser, session, "09.29", 9.9, etag).status_code == 304
    assert OVER in words(part_at(organiser, session, "09.29", 10, etag))


def test_whoever_comes_in_changes_the_screen(session, door, organiser, person):
    etag = part_at(organiser, session, "08.00")["ETag"]
    door.scan(person, "08.00")

    assert "1 dari 1" in words(part_at(organiser, session, "08.00", etag=etag))


def test_answer_of_one_reader_is_anothers_who_may_do_the_same(session, organiser, client_of, reader):
    etag = part_at(organiser, session, "08.00")["ETag"]

    assert part_at(client_of("admin"), session, "08.00", etag=etag).status_code == 304
    assert part_at(client_of("petugas"), session, "08.00", etag=etag).status_code == 403
    assert part_at(reader(access.SCREEN), session, "08.00", etag=etag).status_code == 200


def test_answer_of_one_address_is_not_anothers(session, organiser, settings):
    settings.ALLOWED_HOSTS = ["testserver", "pelatihan.example"]
    other, elsewhere = SessionFactory(angkatan=session.angkatan, hour=10), SessionFactory()
    etag = part_at(organiser, session, "08.00")["ETag"]
    strange = reverse("room", args=[elsewhere.angkatan.slug, session.pk])
    headers = {"If-None-Match": etag}

    assert part_at(organiser, other, "08.00", etag=etag).status_code == 200
    with time_machine.travel(at("08.00"), tick=False):
        assert organiser.get(strange, {"bagian": "kode"}, headers=headers).status_code == 404
        known_as = organiser.get(address(session), {"bagian": "kode"}, headers=headers | {"Host": "pelatihan.example"})
        assert "pelatihan.example/hadir" in known_as.content.decode()


@pytest.mark.parametrize("etag", ["", "*", 'W/"x"', 'W/"x-99999999999999999999"', "\xff", '"-"'])
def test_strange_mark_of_what_is_known_brings_the_page(session, organiser, etag):
    assert part_at(organiser, session, "08.00", etag=etag).status_code == 200


# ---- The switch ----------------------------------------------------------------------------------


def press(client, session: Session, clock: str, **data):
    with time_machine.travel(at(clock), tick=False):
        return client.post(address(session), data, follow=True)


@pytest.mark.parametrize("clock", ["06.00", "08.00"])
def test_switch_turns_the_code_on_and_off(door, organiser, clock):
    for press_name, is_on in (("nyala", True), ("nyala", True), ("mati", False), ("mati", False)):
        page = press(organiser, door.session, clock, **{press_name: "1"})

        assert changed(door.session).self_check_in is is_on
        assert (OFF in words(page)) is not is_on


@pytest.mark.parametrize(
    ("clock", "fields", "may"),
    [("06.00", {}, True), ("08.00", {}, True), ("10.00", {}, False), ("08.00", {"self_check_in": False}, False)],
)
def test_code_can_be_switched_off_where_it_is_or_will_be_shown(session, organiser, clock, fields, may):
    changed(session, **fields)

    assert ("Matikan kode" in words(open_at(organiser, session, clock))) == may


def test_form_without_a_button_changes_nothing(session, organiser):
    press(organiser, session, "08.00")

    assert changed(session).self_check_in


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"closed_at": at("08.00")}, "Sesi ini sudah ditutup. Kode ruangan tidak dinyalakan."),
        ({"takes_attendance": False}, "Sesi ini tidak memakai daftar hadir. Kode ruangan tidak dinyalakan."),
        ({"ends_at": at("08.05")}, "Sesi ini selesai pukul 08.05. Kode ruangan tidak dinyalakan."),
    ],
)
def test_code_that_could_not_be_shown_is_not_switched_on(door, organiser, fields, sentence):
    changed(door.session, **fields)
    page = press(organiser, door.session, "08.10", nyala="1")

    assert sentence in html.unescape(page.content.decode())
    assert not changed(door.session).self_check_in


def test_session_of_a_closed_batch_stays_as_it_is(session, organiser):
    batch(session, number=2, closed_at=at("08.00"))
    page = press(organiser, session, "08.10", mati="1")

    assert "Angkatan II 2019 sudah ditutup, jadi sesinya tidak berubah lagi." in page.content.decode()
    assert changed(session).self_check_in


def test_session_of_a_cancelled_batch_is_switched_off(session):
    batch(session, cancelled_at=at("08.00"))
    room_switch.switch(session, on=False, at=at("08.10"))

    assert not changed(session).self_check_in


def test_screen_takes_no_other_way_of_asking(session, organiser):
    assert organiser.put(address(session)).status_code == 405


# ---- The ways there ------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "sees"), [("panitia", True), ("petugas", False)])
def test_list_of_sessions_and_desk_lead_to_the_screen(session, client_of, role, sees):
    with time_machine.travel(at("08.00"), tick=False):
        pages = [
            client_of(role).get(reverse("desk", args=[session.angkatan.slug]), {"pilih": ""}),
            client_of(role).get(reverse("desk_session", args=[session.angkatan.slug, session.pk])),
        ]

    assert [f'href="{address(session)}"' in page.content.decode() for page in pages] == [sees, sees]


@pytest.mark.parametrize(
    ("rights", "presensi", "lewat_kode"),
    [([], False, False), ([access.DESK], True, False), ([access.LATE], False, True)],
)
def test_screen_leads_where_its_reader_may_go(session, reader, rights, presensi, lewat_kode):
    page = words(open_at(reader(access.SCREEN, *rights), session, "08.00"))

    assert ("Presensi" in page, "Yang hadir lewat kode" in page) == (presensi, lewat_kode)
