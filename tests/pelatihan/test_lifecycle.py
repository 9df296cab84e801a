"""The table of moves: the full matrix of status, action and role."""

from itertools import product

import pytest

from pelatihan import lifecycle
from pelatihan.lifecycle import ACTIVE, HOLDING_SEAT, TRANSITIONS, Action, Role, Status

# Written out by hand, so that a change of the table must be meant: action → (roles, sources, target, reason owed)
MATRIX = {
    "accept": ("staff", "submitted needs_fix waitlisted", "accepted", False),
    "accept_over": ("staff", "waitlisted", "accepted", True),
    "ask_fix": ("staff", "submitted", "needs_fix", True),
    "waitlist": ("staff", "submitted needs_fix accepted", "waitlisted", False),
    "reject": ("staff", "submitted needs_fix waitlisted", "rejected", True),
    "cancel": ("staff", "submitted needs_fix accepted waitlisted", "cancelled", True),
    "reopen": ("staff", "accepted waitlisted rejected cancelled", "submitted", True),
    "fix": ("staff delegate contact", "needs_fix", "submitted", False),
    "withdraw": ("delegate contact", "submitted needs_fix accepted waitlisted", "cancelled", False),
    "promote": ("system contact", "waitlisted", "submitted", False),
    "replace": ("staff contact", "submitted needs_fix accepted", "replaced", False),
}


def expected(action: Action, status: Status, role: Role) -> str:
    roles, sources, target, _ = MATRIX[action]
    if role not in roles.split():
        return "NotAllowed"
    if status in sources.split():
        return target
    return "AlreadyThere" if status == target else "NotAllowed"


def answer(action: Action, status: Status, role: Role) -> str:
    try:
        return lifecycle.target_of(action, status, role, reason="Sebab")
    except lifecycle.NotAllowed as refusal:
        return type(refusal).__name__


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_every_move_answers_as_written(action: Action, role: Role) -> None:
    assert [answer(action, status, role) for status in Status] == [expected(action, status, role) for status in Status]


@pytest.mark.parametrize("action", Action)
def test_reason_is_owed_where_written(action: Action) -> None:
    row = TRANSITIONS[action]
    role, status = next(iter(row.roles)), next(iter(row.sources))

    if MATRIX[action][3]:
        with pytest.raises(lifecycle.ReasonOwed):
            lifecycle.target_of(action, status, role, reason="  ")
    else:
        assert lifecycle.target_of(action, status, role, reason="") == row.target


def test_refusal_names_what_can_be_done() -> None:
    with pytest.raises(lifecycle.NotAllowed, match="Yang dapat dilakukan: “Kembalikan ke verifikasi”"):
        lifecycle.target_of(Action.REJECT, Status.CANCELLED, Role.STAFF, reason="Sebab")


def test_buttons_are_the_moves_that_work() -> None:
    for status, role in product(Status, Role):
        buttons = lifecycle.allowed_actions(status, role)
        assert buttons == [action for action in Action if answer(action, status, role) in Status.values]


def test_every_status_but_replaced_has_a_way_on() -> None:
    stuck = [status for status in Status if not any(lifecycle.allowed_actions(status, role) for role in Role)]

    assert stuck == [Status.REPLACED]


def test_who_holds_a_seat_is_active() -> None:
    assert HOLDING_SEAT | {Status.WAITLISTED} == ACTIVE


def test_diagram_shows_every_move() -> None:
    moves = sum(len(row.sources) for row in TRANSITIONS.values())

    assert lifecycle.as_mermaid().count("-->") == moves + 2


def test_stored_words_never_change() -> None:
    """They stand in the database, in the history too."""
    assert set(Action.values) == set(MATRIX)
    assert Role.values == ["delegate", "contact", "staff", "system"]
    assert Status.values == ["submitted", "needs_fix", "accepted", "waitlisted", "rejected", "cancelled", "replaced"]


@pytest.mark.parametrize(
    ("action", "status", "role", "sentence"),
    [
        (Action.ACCEPT, Status.SUBMITTED, Role.DELEGATE, "Peserta tidak berwenang untuk “Terima”."),
        (Action.ACCEPT, Status.ACCEPTED, Role.STAFF, "Pendaftaran ini sudah berstatus Diterima."),
        (
            Action.REJECT,
            Status.SUBMITTED,
            Role.STAFF,
            "Pilih atau tulis alasan untuk “Tolak”. Peserta membacanya di halamannya.",
        ),
        (Action.FIX, Status.ACCEPTED, Role.DELEGATE, "“Kirim perbaikan” tidak dapat dilakukan pada status Diterima. "
         "Yang dapat dilakukan: “Batalkan pendaftaran”."),
        (Action.FIX, Status.CANCELLED, Role.DELEGATE,
         "“Kirim perbaikan” tidak dapat dilakukan pada status Dibatalkan."),
    ],
)  # fmt: skip
def test_refusal_says_why_and_what_can_be_done(action: Action, status: Status, role: Role, sentence: str) -> None:
    with pytest.raises(lifecycle.NotAllowed) as refusal:
        lifecycle.target_of(action, status, role)
    assert str(refusal.value) == sentence


def test_diagram_starts_where_registrations_start() -> None:
    head = ["stateDiagram-v2", "    [*] --> submitted", "    [*] --> waitlisted"]

    assert lifecycle.as_mermaid().splitlines()[:3] == head
    assert lifecycle.as_mermaid().endswith("\n")
