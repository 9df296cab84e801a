""" "Tandai izin" on the board: one press, twice is once, taken back as easily; nothing is written over anybody."""

import re
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import marking, writer
from pelatihan.attendance.marking import Mark
from pelatihan.models import Angkatan, AttendanceEvent, AttendanceState, Registration, Session
from tests.factories import AngkatanFactory, SessionFactory, a_registration
from tests.pelatihan.door import Door, at


class Board:
    """The board in an organiser's browser."""

    def __init__(self, client: Client, batch: Angkatan) -> None:
        self.client, self.address = client, reverse("board", args=[batch.slug])
        self.look()

    def look(self, query: str = "") -> str:
        with time_machine.travel(at("08.45"), tick=False):
            self.page = self.client.get(self.address + query).content.decode()
        self.key = next(iter(re.findall(r'name="kunci" value="([^"]+)"', self.page)), "")
        return self.page

    def button(self, person: Registration) -> str:
        return next(iter(re.findall(rf'name="izin" value="([0-9]+:{person.ref}:[^"]*)"', self.page)), "")

    def press(self, person: Registration, query: str = "", **sent: str) -> str:
        """The page to which it leads."""
        return self.send({"kunci": self.key, "izin": self.button(person)} | sent, query)

    def send(self, sent: dict[str, str], query: str = "") -> str:
        with time_machine.travel(at("08.45"), tick=False):
            answer = self.client.post(self.address + query, sent)
            assert answer.status_code == 302
            self.last = str(answer.headers["Location"])
            return self.client.get(self.last).content.decode()


@pytest.fixture
def board(door, organiser, person):
    return Board(organiser, door.session.angkatan)


def marks() -> int:
    return AttendanceEvent.objects.filter(kind="mark").count()


def test_one_press_enters_izin_and_says_whose(door, board, person):
    page = board.press(person, "?sesi=" + str(door.session.pk))
    assert door.state(person) == "excused"
    assert "Dicatat izin: <strong>Siti Rahmawati</strong>" in page
    assert f"sesi={door.session.pk}&izin=" in board.last
    assert board.last.endswith("#belum")
    assert str(AttendanceEvent.objects.get().author_id) == board.client.session["_auth_user_id"]


def test_two_presses_are_one(door, board, person):
    board.press(person)
    assert "Dicatat izin" in board.press(person)
    assert marks() == 1


def test_it_is_taken_back_by_one_press(door, board, person):
    page = board.press(person)
    event = re.findall(r'name="urungkan" value="([^"]+)"', page)[0]
    page = board.send({"urungkan": event}, f"?izin={event}")
    assert "Diurungkan. Kehadiran Siti Rahmawati sekarang: Belum." in page
    assert door.state(person) is None
    assert "izin=" not in board.last
    board.send({"urungkan": event})
    assert AttendanceEvent.objects.filter(kind="undo").count() == 1


def test_pressed_again_after_taking_back_it_counts_again(door, board, person):
    """The page that follows is another one, and so is the press."""
    page = board.press(person)
    board.send({"urungkan": re.findall(r'name="urungkan" value="([^"]+)"', page)[0]})
    board.look()
    board.press(person)
    assert (door.state(person), marks()) == ("excused", 2)


def test_who_came_in_meanwhile_stays_in(door, board, person):
    door.scan(person, "08.40")
    page = board.press(person)
    assert "Siti Rahmawati: Sementara halaman ini terbuka, kehadirannya berubah menjadi Terlambat" in page
    assert (door.state(person), marks()) == ("late", 0)


def test_somebody_else_was_quicker(door, board, person):
    mark = Mark(uuid.uuid4(), person.ref, AttendanceState.EXCUSED, None)
    marking.mark_many(_session(door), [mark], actor=SYSTEM, at=at("08.44"))
    assert "Tidak ada yang berubah." in board.press(person)
    assert marks() == 1


def _session(door: Door) -> Session:
    return Session.objects.select_related("angkatan").get(pk=door.session.pk)


def test_who_is_absent_by_hand_leads_to_the_page_that_asks_why(door, board, person):
    """Changing what somebody entered owes a reason; one press gives none."""
    writer.mark(door.session, person, AttendanceState.ABSENT, event_id=uuid.uuid4(), actor=SYSTEM, at=at("08.30"))
    page = board.look()
    assert board.button(person) == ""
    assert reverse("mark", args=[door.session.angkatan.slug, door.session.pk, person.ref]) in page


def test_who_is_absent_by_closing_is_excused_by_one_press(door, board, person):
    event = AttendanceEvent.objects.create(
        id=uuid.uuid4(), kind="mark", registration=person, session=door.session, happened_at=at("08.30"),
        arrived_at=at("08.30"), means="closing", state="absent",
    )  # fmt: skip
    door.session.attendances.create(registration=person, state="absent", first_at=at("08.30"), event=event)
    board.look()
    assert "Dicatat izin" in board.press(person)
    assert door.state(person) == "excused"


@pytest.mark.parametrize("role", ["petugas", "verifikator", "pemantau"])
def test_who_only_looks_has_no_button_and_is_refused(door, client_of, person, role):
    board = Board(client_of(role), door.session.angkatan)
    assert "Tandai izin" not in board.page
    sent = {"kunci": str(uuid.uuid4()), "izin": f"{door.session.pk}:{person.ref}:"}
    with time_machine.travel(at("08.45"), tick=False):
        assert board.client.post(board.address, sent).status_code == 403
    assert marks() == 0


@pytest.mark.parametrize("izin", ["", "x", "1", "::", "1:x:", "-1:{ref}:", "99999999999999999999:{ref}:", "{ref}"])
def test_what_cannot_be_read_is_said(door, board, person, izin):
    page = board.press(person, izin=izin.format(ref=person.ref))
    assert "tidak ada yang disimpan" in page
    assert marks() == 0


@pytest.mark.parametrize("key", ["", "x", "123"])
def test_press_without_its_page_is_refused(door, board, person, key):
    assert "tidak ada yang disimpan" in board.press(person, kunci=key)


def test_session_or_person_of_another_batch_is_refused(door, board, person):
    stranger, other = a_registration(AngkatanFactory()), SessionFactory()
    assert "Sesi ini sudah dihapus" in board.press(person, izin=f"{other.pk}:{person.ref}:")
    assert "Peserta ini tidak ada di angkatan ini" in board.press(person, izin=f"{door.session.pk}:{stranger.ref}:")
    assert marks() == 0


def test_session_that_was_deleted_meanwhile_is_said(door, board, person):
    sent = board.button(person)
    door.session.delete()
    assert "Sesi ini sudah dihapus" in board.press(person, izin=sent)


@pytest.mark.parametrize("event", ["", "x", str(uuid.UUID(int=0))])
def test_taking_back_nothing_is_said(board, event):
    assert "tidak ada yang diurungkan" in board.send({"urungkan": event})


@pytest.mark.parametrize("izin", ["x", str(uuid.UUID(int=0))])
def test_made_up_word_of_an_entry_says_nothing(board, izin):
    assert "Dicatat izin" not in board.look(f"?izin={izin}")


def test_word_of_an_entry_is_for_who_made_it(door, board, person, client_of):
    board.press(person)
    with time_machine.travel(at("08.45"), tick=False):
        for role in ("panitia", "pemantau"):
            assert "Dicatat izin" not in client_of(role).get(board.last).content.decode()
