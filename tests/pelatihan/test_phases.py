"""What dates and seats tell of a batch, to the second, and the sentence about it."""

from datetime import UTC, datetime, timedelta

import pytest

from pelatihan import phases
from pelatihan.phases import Phase, closed_sentence, standing
from tests.factories import NOON, AngkatanFactory

RUNNING = datetime(2019, 3, 12, 3, 0, tzinfo=UTC)
LONG_AFTER = datetime(2026, 3, 1, tzinfo=UTC)
FIRST_MOMENT = datetime(2019, 3, 10, 17, 0, tzinfo=UTC)  # 00.00 WIB of the first day
LAST_MOMENT = datetime(2019, 3, 13, 16, 59, 59, tzinfo=UTC)  # 23.59 WIB of the last
SECOND = timedelta(seconds=1)


# ---- Where it stands -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "changes", "phase"),
    [
        (NOON - SECOND, {"opens_at": NOON}, Phase.NOT_YET_OPEN),
        (NOON, {"opens_at": NOON}, Phase.OPEN),
        (NOON, {"opens_at": None}, Phase.NOT_YET_OPEN),
        (NOON - SECOND, {"closes_at": NOON}, Phase.OPEN),
        (NOON, {"closes_at": NOON}, Phase.CLOSED),
        (NOON, {"closes_at": None}, Phase.OPEN),
        (NOON, {"frozen_at": NOON}, Phase.CLOSED),
        (NOON, {"frozen_at": NOON, "closes_at": None}, Phase.CLOSED),
        (FIRST_MOMENT - SECOND, {}, Phase.CLOSED),
        (FIRST_MOMENT, {}, Phase.RUNNING),
        (FIRST_MOMENT, {"opens_at": None}, Phase.RUNNING),
        (LAST_MOMENT, {}, Phase.RUNNING),
        (LAST_MOMENT + SECOND, {}, Phase.FINISHED),
        (NOON, {"closed_at": NOON}, Phase.FINISHED),
        (NOON, {"cancelled_at": NOON}, Phase.CANCELLED),
        (LONG_AFTER, {"cancelled_at": NOON}, Phase.CANCELLED),
    ],
)
def test_phase_follows_the_clock(at, changes, phase):
    assert phases.phase_of(AngkatanFactory.build(**changes), at) == phase


def test_phases_are_called_so_among_programs():
    assert [str(phase) for phase in Phase] == ["cancelled", "finished", "running", "not_yet_open", "open", "closed"]


@pytest.mark.parametrize(
    ("at", "changes", "moves"),
    [
        (NOON, {}, True),
        (FIRST_MOMENT - SECOND, {}, True),
        (FIRST_MOMENT, {}, False),
        (NOON, {"frozen_at": NOON}, False),
        (NOON, {"cancelled_at": NOON}, False),
        (NOON, {"closed_at": NOON}, False),
    ],
)
def test_queue_moves_until_freeze_and_first_day(at, changes, moves):
    assert phases.queue_moves(AngkatanFactory.build(**changes), at) is moves


@pytest.mark.parametrize(
    ("at", "changes", "is_at_once"),
    [
        (NOON - SECOND, {"closes_at": NOON}, True),
        (NOON, {"closes_at": NOON}, False),
        (FIRST_MOMENT - SECOND, {"closes_at": None}, True),
        (FIRST_MOMENT, {"closes_at": None}, False),
        (FIRST_MOMENT, {"closes_at": LAST_MOMENT}, False),
        (NOON, {"frozen_at": NOON}, False),
        (NOON, {"cancelled_at": NOON, "closes_at": None}, False),
        (NOON, {"closed_at": NOON}, False),
    ],
)
def test_people_change_things_by_themselves_until_registration_closes(at, changes, is_at_once):
    """And never once the queue stands still."""
    assert bool(phases.changes_at_once(AngkatanFactory.build(**changes), at)) is is_at_once


# ---- The sentence --------------------------------------------------------------------------------


def said(held=0, at=NOON, **changes):
    return standing(AngkatanFactory.build(**changes), held, at=at)


def test_open_batch_tells_until_when_and_seats():
    now = said(held=8)

    assert now.sentence == "Pendaftaran dibuka sampai Sabtu, 2 Maret 2019 pukul 12.00 WIB. Masih ada 12 dari 20 kursi."
    assert now.can_register


def test_full_batch_offers_the_waiting_list():
    now = said(held=20)

    assert now.sentence == "Semua 20 kursi sudah terisi."
    assert "sebagai cadangan" in now.advice
    assert now.can_register


def test_overfull_batch_has_no_negative_seats():
    assert said(held=25).seats_left == 0


def test_coming_batch_tells_when_it_opens():
    now = said(opens_at=NOON + timedelta(days=1))

    assert now.sentence == "Pendaftaran baru dibuka pada Kamis, 21 Februari 2019 pukul 12.00 WIB."
    assert not now.can_register


def test_batch_without_a_window_says_so():
    assert said(opens_at=None, closes_at=None).sentence == "Waktu pendaftaran belum ditetapkan."


def test_closed_batch_tells_whom_to_call():
    now = said(closes_at=NOON - timedelta(days=1))

    assert now.sentence == "Pendaftaran sudah ditutup pada Selasa, 19 Februari 2019 pukul 12.00 WIB."
    assert now.advice == "Mengganti atau membatalkan utusan masih dapat diminta dari halaman undangan atau peserta."


@pytest.mark.parametrize(("at", "changes"), [(NOON, {"closes_at": NOON}), (NOON, {"frozen_at": NOON}), (RUNNING, {})])
def test_walk_ins_are_invited_only_where_the_batch_says_so(at, changes):
    assert said(at=at, welcomes_walk_ins=True, **changes).advice.endswith(phases.WALK_INS)
    assert phases.closed_sentence(AngkatanFactory.build(welcomes_walk_ins=True, **changes), at).endswith(
        phases.WALK_INS
    )
    assert "surat tugas" not in said(at=at, **changes).advice


@pytest.mark.parametrize(
    ("at", "changes"),
    [
        (NOON, {}),
        (NOON, {"opens_at": None}),
        (LONG_AFTER, {}),
        (NOON, {"cancelled_at": NOON, "cancel_reason": "Banjir"}),
    ],
)
def test_nobody_is_invited_to_come_while_one_can_register_or_all_is_over(at, changes):
    assert "surat tugas" not in said(at=at, welcomes_walk_ins=True, **changes).advice


def test_running_batch_tells_its_last_day():
    assert "sedang berlangsung sampai Rabu, 13 Maret 2019" in said(at=RUNNING).sentence


def test_finished_batch_tells_when_it_ended():
    assert said(at=LONG_AFTER).sentence == "Pelatihan ini sudah selesai pada Rabu, 13 Maret 2019."


def test_cancelled_batch_gives_its_reason():
    now = said(cancelled_at=NOON, cancel_reason="Tempat terdampak longsor.")

    assert now.sentence == "Pelatihan ini dibatalkan: Tempat terdampak longsor."
    assert not now.can_register


@pytest.mark.parametrize(
    ("phase", "at", "changes", "tone", "icon"),
    [
        (Phase.NOT_YET_OPEN, NOON, {"opens_at": None, "closes_at": None}, "excused", "clock-fill"),
        (Phase.OPEN, NOON, {}, "accepted", "door-open"),
        (Phase.CLOSED, NOON, {"closes_at": NOON}, "cancelled", "lock-fill"),
        (Phase.RUNNING, RUNNING, {}, "excused", "people"),
        (Phase.FINISHED, LONG_AFTER, {}, "cancelled", "check-lg"),
        (Phase.CANCELLED, NOON, {"cancelled_at": NOON, "cancel_reason": "Longsor"}, "rejected", "x-circle-fill"),
    ],
)
def test_every_phase_has_its_badge(phase, at, changes, tone, icon):
    now = said(at=at, **changes)

    assert (now.phase, now.word, now.tone, now.icon) == (phase, phase.label, tone, icon)


def test_full_batch_has_the_badge_of_the_queue():
    now = said(held=20)

    assert (now.word, now.tone, now.icon) == ("Penuh, daftar cadangan dibuka", "waitlisted", "list-ol")
    assert now.is_full
    assert now.seats_left == 0


def test_last_seat_is_still_offered():
    now = said(held=19)

    assert (now.seats_left, now.is_full) == (1, False)
    assert "Masih ada 1 dari 20 kursi" in now.sentence


def test_full_batch_that_is_closed_is_closed():
    now = said(held=20, closes_at=NOON)

    assert (now.phase, now.is_full, now.tone) == (Phase.CLOSED, False, "cancelled")


def test_open_end_names_no_time():
    assert said(closes_at=None).sentence == "Pendaftaran dibuka. Masih ada 20 dari 20 kursi."
    assert said(held=20, closes_at=None).advice.startswith("Anda tetap dapat mendaftar sebagai cadangan.")


def test_waiting_list_is_open_as_long():
    until = "Anda tetap dapat mendaftar sampai Sabtu, 2 Maret 2019 pukul 12.00 WIB sebagai cadangan."

    assert said(held=20).advice.startswith(until)


def test_frozen_batch_names_no_closing_time():
    assert said(frozen_at=NOON, closes_at=NOON + timedelta(days=9)).sentence == "Pendaftaran sudah ditutup."


def test_sentence_says_nothing_of_the_word_none():
    for changes in ({"cancelled_at": NOON, "cancel_reason": "Longsor"}, {"opens_at": None}, {"frozen_at": NOON}):
        assert "None" not in closed_sentence(AngkatanFactory.build(**changes), NOON)


def test_public_is_told_why_it_cannot_register():
    coming = AngkatanFactory.build(opens_at=NOON + timedelta(days=1))

    assert closed_sentence(AngkatanFactory.build(), NOON) == ""
    assert closed_sentence(coming, NOON) == (
        "Pendaftaran baru dibuka pada Kamis, 21 Februari 2019 pukul 12.00 WIB. "
        "Silakan kembali ke halaman ini pada waktu itu."
    )


def test_running_batch_has_no_advice_after_its_sentence():
    sentence = "Pelatihan sedang berlangsung sampai Rabu, 13 Maret 2019. Pendaftaran sudah ditutup."

    assert closed_sentence(AngkatanFactory.build(), RUNNING) == sentence


def test_called_off_batch_asks_nothing_of_its_people():
    batch = AngkatanFactory.build(cancelled_at=NOON, cancel_reason="Longsor. ")

    assert closed_sentence(batch, NOON) == (
        "Pelatihan ini dibatalkan: Longsor. Jika Anda sudah mendaftar, Anda tidak perlu berbuat apa-apa."
    )
