"""A board that renews itself: unchanged it reads one number, changed it is another one, and nobody sees another's."""

import uuid
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from ormas.models import Delegate
from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import figures, writer
from pelatihan.board import kept, overview, pages
from pelatihan.models import Angkatan, AttendanceState, Registration, Session, raw
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.door import at

PHONE = "+6281298765432"
EXCUSED = AttendanceState.EXCUSED


@pytest.fixture(autouse=True)
def nothing_kept():
    kept.forget()
    yield
    kept.forget()


class Board:
    """Somebody's board, which asks again with the mark of what it shows."""

    def __init__(self, client: Client, batch: Angkatan) -> None:
        self.client, self.batch, self.tag = client, batch, ""

    def ask(self, clock: str = "08.45", day: int = 11, **wish: str) -> Any:
        marked = {"If-None-Match": self.tag} if self.tag else {}
        with time_machine.travel(at(clock, day=day), tick=False):
            address = reverse("board", args=[self.batch.slug])
            answer = self.client.get(address, {"bagian": "papan"} | wish, headers=marked)
        self.tag = answer.headers.get("ETag", "")
        return answer

    def text(self, clock: str = "08.45", day: int = 11, **wish: str) -> str:
        return str(self.ask(clock, day, **wish).content.decode())


@pytest.fixture
def watching(door, client_of):
    a_registration(door.session.angkatan, name="Budi Santoso", phone=PHONE)
    return Board(client_of("pemantau"), door.session.angkatan)


@pytest.fixture
def grown_up(monkeypatch):
    """What is kept is older than two seconds."""
    monkeypatch.setattr(kept, "YOUNG", 0)


# ---- Unchanged ---------------------------------------------------------------------------------------


def test_unchanged_board_is_answered_by_two_tiny_statements(watching, django_assert_num_queries):
    assert watching.ask().status_code == 200
    with django_assert_num_queries(4):  # session and account; the number, and whether somebody writes
        answer = watching.ask()
    assert (answer.status_code, answer.content) == (304, b"")


def test_page_brings_the_mark_of_its_own_part(watching):
    with time_machine.travel(at("08.45"), tick=False):
        page = watching.client.get(reverse("board", args=[watching.batch.slug])).content.decode()
    watching.tag = page.partition('data-tag="')[2].partition('"')[0].replace("&quot;", '"')
    assert watching.ask().status_code == 304


def test_second_board_of_a_kind_is_made_of_nothing(watching, client_of, django_assert_num_queries):
    watching.ask()
    other = Board(client_of("pemantau"), watching.batch)
    with django_assert_num_queries(4):
        assert "0 dari 1" in other.text()


def test_mark_outlives_compression(watching):
    watching.client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip"
    assert watching.ask().headers["ETag"].startswith('W/"')
    assert watching.ask().status_code == 304


# ---- Changed -----------------------------------------------------------------------------------------


def test_check_in_changes_it(door, watching, grown_up):
    watching.ask()
    door.scan(watching.batch.registrations.get(), "08.00")
    assert "1 dari 1" in watching.text()


@pytest.mark.parametrize("what", ["name", "title", "accepted"])
def test_whatever_it_shows_changes_it(door, watching, grown_up, what):
    watching.ask()
    if what == "name":
        watching.batch.registrations.update(name="Bambang Santosa")
        assert "Bambang Santosa" in watching.text()
    elif what == "title":
        Session.objects.filter(pk=door.session.pk).update(title="Judul lain")
        assert "Judul lain" in watching.text()
    else:
        a_registration(watching.batch)
        assert "0 dari 2" in watching.text()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("06.59", "07.00", "Presensi dibuka"),
        ("07.59", "08.00", "Sedang berlangsung"),
        ("09.29", "09.30", "Selesai, belum ditutup"),
    ],
)
def test_clock_alone_changes_it(watching, before, after, words):
    """Nobody writes anything when a session opens, begins, or ends."""
    assert words not in watching.text(before)
    assert words in watching.text(after)


def test_clock_changes_nothing_in_between(watching):
    watching.ask("08.01")
    assert watching.ask("09.29").status_code == 304


def test_midnight_changes_it(watching):
    assert "Kehadiran hari ini" in watching.text("23.59")
    assert "Tidak ada sesi pada hari ini" in watching.text("00.00", 12)


@pytest.mark.parametrize(
    ("clock", "day", "turn"),
    [
        ("06.00", 11, at("07.00")),
        ("07.00", 11, at("08.00")),
        ("08.00", 11, at("09.30")),
        ("09.30", 11, at("00.00", day=12)),
        ("23.59", 10, at("00.00")),
    ],
)
def test_board_says_when_the_clock_changes_it(door, clock, day, turn):
    assert overview.next_change([door.session], at(clock, day=day)) == turn


def test_board_without_sessions_changes_at_midnight():
    assert overview.next_change([], at("08.00")) == at("00.00", day=12)


def test_batch_that_is_deleted_or_renamed_is_gone(watching, grown_up):
    watching.ask()
    Angkatan.objects.filter(pk=watching.batch.pk).update(slug="2019-xx")
    assert watching.ask().status_code == 404


# ---- Much changes ------------------------------------------------------------------------------------


def test_board_that_renews_itself_is_made_once_in_two_seconds_at_most(door, watching, monkeypatch):
    """Five check-ins a second must not make fifty boards anew five times a second: the next asking brings them."""
    watching.ask()
    door.scan(watching.batch.registrations.get(), "08.00")
    assert watching.ask().status_code == 304
    monkeypatch.setattr(kept, "YOUNG", 0)
    assert "1 dari 1" in watching.text()


def test_first_look_is_never_old(door, watching, client_of):
    watching.ask()
    door.scan(watching.batch.registrations.get(), "08.00")
    assert "1 dari 1" in Board(client_of("pemantau"), watching.batch).text()


def test_young_board_ends_with_the_clock(watching):
    watching.ask("07.59")
    assert "Sedang berlangsung" in watching.text("08.00")


# ---- Whose it is -------------------------------------------------------------------------------------


def test_nobody_gets_what_another_may_see(watching, client_of):
    """All at the same moment, from the same process: who may see numbers first, then who may not."""
    panitia, petugas = (Board(client_of(role), watching.batch) for role in ("panitia", "petugas"))
    assert f"tel:{PHONE}" in panitia.text()
    for other in (petugas, watching):
        assert "98765432" not in other.text()
    assert "Tandai izin" in panitia.text(hari="2019-03-11")
    assert "Tandai izin" not in petugas.text(hari="2019-03-11")


def test_right_that_is_taken_away_changes_the_board(watching):
    somebody = UserFactory(role="panitia")
    board = Board(Client(), watching.batch)
    board.client.force_login(somebody)
    assert f"tel:{PHONE}" in board.text()
    somebody.groups.set(UserFactory(role="pemantau").groups.all())
    assert "98765432" not in board.text()


def test_mark_of_one_reader_is_none_of_another(watching, client_of):
    panitia = Board(client_of("panitia"), watching.batch)
    panitia.ask()
    watching.tag = panitia.tag
    assert watching.ask().status_code == 200


def test_who_may_not_is_refused_with_the_right_mark(watching, client_of):
    watching.ask()
    stranger = Board(client_of("verifikator"), watching.batch)
    stranger.tag = watching.tag
    stranger.client.force_login(UserFactory())
    assert stranger.ask().status_code == 403
    assert Board(Client(), watching.batch).ask().status_code == 302


def test_mark_of_another_wish_or_batch_does_not_hold(door, watching):
    watching.ask()
    tag = watching.tag
    assert watching.ask(hari="2019-03-12").status_code == 200
    other = AngkatanFactory()
    SessionFactory(angkatan=other)
    a_registration(other)
    foreign = Board(watching.client, other)
    foreign.tag = tag
    assert foreign.ask().status_code == 200


def test_board_says_nothing_of_its_reader(watching):
    """It is kept for all who may see the same: no name, no token, nothing of a form."""
    reader = UserFactory(role="panitia", first_name="Rahasia", last_name="Sekali", username="rahasia")
    board = Board(Client(), watching.batch)
    board.client.force_login(reader)
    text = board.text()
    assert "rahasia" not in text.lower()
    assert "csrf" not in text


def test_board_of_another_schema_is_not_served(watching):
    """Its sequence is another one; and even a young board is only what this schema shows."""
    watching.ask()
    same = next(key for _, _, key in kept._boards)
    assert kept.board(same, "99.1.", at("08.45"), lambda: ("lain", at("09.30")), renews=True).html == "lain"


# ---- What is kept ------------------------------------------------------------------------------------


def asked(slug: str) -> kept.Asked:
    return kept.Asked("http://testserver", slug, "", "", "", (), "WIB")


def test_no_more_is_kept_than_fits(db, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES", 10)
    for slug in ("a", "b", "c"):
        kept.board(asked(slug), "1.1.", at("08.00"), lambda: ("x" * 5, at("09.30")))
    assert [key[2].slug for key in kept._boards] == ["b", "c"]


def test_board_larger_than_all_that_fits_is_not_kept(db, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES", 10)
    assert kept.board(asked("a"), "1.1.", at("08.00"), lambda: ("x" * 11, at("09.30"))).html == "x" * 11
    assert not kept._boards


def test_board_that_cannot_be_made_keeps_nobody_waiting(db):
    def fail() -> tuple[str, datetime]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kept.board(asked("a"), "1.1.", at("08.00"), fail)
    assert kept.board(asked("a"), "1.1.", at("08.00"), lambda: ("jadi", at("09.30"))).html == "jadi"


def test_new_program_makes_new_boards():
    """The words of a board stand in these files; another one of them is another board."""
    files = {path.name for pattern in kept.OF_PROGRAM for path in settings.BASE_DIR.glob(pattern)}
    assert files >= {"board.html", "missing_person.html", "overview.py", "pages.py", "figures.py", "flow.py"}
    assert len(kept.program()) == 12


def test_wish_of_any_length_is_cut(watching):
    assert watching.ask(hari="9" * 3000, sesi="x" * 3000, hal="-" * 900).status_code == 200
    assert all(len(part) <= pages.MOST_LETTERS for _, _, key in kept._boards for part in key[2:5])


# ---- Figures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [{}, {"present": 3, "late": 1, "left": 2, "excused": 1, "sick": 1, "absent": 2}])
def test_parts_always_add_up(counts):
    shown = figures.Figures(12, counts)
    for parts in (shown.parts, shown.all_parts):
        assert sum(number for _colour, _word, number in parts) == 12
    assert shown.came + shown.away + shown.missing == 12


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, ["Hadir", "Terlambat", "Izin, sakit", "Belum"]),
        ({"absent": 2}, ["Hadir", "Terlambat", "Izin, sakit", "Tanpa keterangan", "Belum"]),
        ({"absent": 4}, ["Hadir", "Terlambat", "Izin, sakit", "Tanpa keterangan"]),
        ({"left": 1}, ["Hadir", "Terlambat", "Pulang awal", "Izin, sakit", "Belum"]),
    ],
)
def test_absent_and_unknown_stand_apart_where_there_are_both(counts, words):
    assert [word for _colour, word, _number in figures.Figures(4, counts).parts] == words


def test_izin_of_somebody_who_cancelled_is_not_counted(door):
    """They are neither expected nor away; who was let in and cancelled stays."""
    gone, stays = (a_registration(door.session.angkatan) for _ in range(2))
    other = SessionFactory(angkatan=door.session.angkatan, hour=10)
    door.scan(stays, "08.00")
    for person, session in ((gone, door.session), (stays, other)):
        writer.mark(session, person, EXCUSED, event_id=uuid.uuid4(), actor=SYSTEM, at=at("09.30"))
    door.session.angkatan.registrations.update(status="cancelled")
    first, second = figures.of_sessions(door.session.angkatan, [door.session, other])
    assert (first.figures.expected, first.figures.came, first.figures.away) == (1, 1, 0)
    assert (second.figures.came, second.figures.away, second.figures.missing) == (0, 1, 0)


# ---- Without equal -----------------------------------------------------------------------------------


def test_board_of_a_thousand_is_no_longer_than_one_page(door, client_of, django_assert_max_num_queries):
    """Half have come. What is sent, and how often the database is asked, does not grow with them."""
    crowd(a_registration(door.session.angkatan), 1_000)
    board = Board(client_of("panitia"), door.session.angkatan)
    with django_assert_max_num_queries(13):
        text = board.text()
    assert "500 dari 1.000" in text
    assert "Belum hadir: 500 orang</h2>" in text
    assert f"Dan {500 - overview.MOST_MISSING} orang lagi" in text
    assert len(text) < 250_000


def crowd(first: Registration, number: int) -> None:
    """Others like the first, every second of whom came; made by the database itself, without its triggers."""
    people = f"generate_series(1000001, {1_000_000 + number - 1}) i"
    copies = (
        (Delegate, first.delegate_id, {"id": "i"}),
        (Registration, first.pk, {"id": "i", "delegate_id": "i", "code": "lpad(i::text, 8, '0')", "ref": NEW}),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model, row, own in copies:
            table, columns = model._meta.db_table, ["id", *(str(field.column) for field in raw.written(model))]
            chosen = ", ".join(own.get(column, f'"{column}"') for column in columns)
            names = '", "'.join(columns)
            cursor.execute(
                f'INSERT INTO {table} ("{names}") SELECT {chosen} FROM {table}, {people} WHERE id = %s', [row]
            )
        cursor.execute(COME, {"session": first.angkatan.sessions.get().pk, "at": at("08.00")})
        cursor.execute("SET LOCAL session_replication_role = origin")


NEW = "gen_random_uuid()"
COME = """
    WITH came AS (
        INSERT INTO pelatihan_attendanceevent (id, number, kind, registration_id, session_id, happened_at, arrived_at,
            device, means, outcome, state, code, is_clock_ahead, clock_error, needs_review, reason)
        SELECT gen_random_uuid(), id, 'check_in', id, %(session)s, %(at)s, %(at)s, '', 'scan', 'present', 'present',
            '', false, 0, false, '' FROM pelatihan_registration WHERE id %% 2 = 1 AND id > 1000000
        RETURNING id, registration_id
    )
    INSERT INTO pelatihan_attendance (registration_id, session_id, state, first_at, event_id)
    SELECT registration_id, %(session)s, 'present', %(at)s, id FROM came
"""
