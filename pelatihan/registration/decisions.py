"""Decide one or many registrations by one press of a button, report the result of each, and take it back."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from pelatihan import dates
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import TRANSITIONS, Action, NotAllowed, ReasonOwed, Role, Status, allowed_actions
from pelatihan.models import Angkatan, Decision, Job, Registration
from pelatihan.registration import rows, writer
from pelatihan.registration.eligibility import over_sentence
from pelatihan.registration.refusals import Refusal

# Replacing needs the new person, and a fix is sent with the mended data: both have pages of their own.
NOT_BUTTONS = frozenset({Action.REPLACE, Action.FIX})
DECISIONS = [action for action, row in TRANSITIONS.items() if Role.STAFF in row.roles and action not in NOT_BUTTONS]
LIST_DECISIONS = [action for action in DECISIONS if action != Action.REOPEN]
DESTRUCTIVE = frozenset({Action.REJECT, Action.CANCEL})


def buttons(registration: Registration) -> list[Action]:
    """The decisions allowed now, in the order of the table."""
    return [action for action in _allowed(registration) if action not in NOT_BUTTONS]


def fitting(statuses: Iterable[str]) -> list[Action]:
    """The decisions of a list that fit at least one who stands at one of the statuses."""
    shown = set(statuses)
    return [action for action in LIST_DECISIONS if TRANSITIONS[action].sources & shown]


def may_replace(registration: Registration) -> bool:
    return Action.REPLACE in _allowed(registration)


def _allowed(registration: Registration) -> list[Action]:
    by_table = allowed_actions(Status(registration.status), Role.STAFF)
    return [action for action in by_table if not over_sentence(registration.angkatan, action)]


# ---- Deciding ------------------------------------------------------------------------------------

type Refused = list[tuple[Registration, Exception]]


@dataclass
class Decided:
    """Those done, done before, and refused; ``decision`` is kept when somebody was moved."""

    action: Action
    done: list[Registration] = field(default_factory=list)
    already: list[Registration] = field(default_factory=list)
    refused: Refused = field(default_factory=list)
    decision: Decision | None = None

    @property
    def owes_reason(self) -> bool:
        return any(isinstance(refusal, ReasonOwed) for _, refusal in self.refused)


def decide(
    registrations: Iterable[Registration],
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    seen: dict[int, str],
    key: uuid.UUID | None = None,
    fields: Sequence[str] = (),
) -> Decided:
    """Apply the action to each, batch by batch. ``seen``: the status shown to the clerk, by id; ``key``: of the page
    that shows the button, so that pressing it twice is one decision; ``fields``: what a fix is asked of.
    """
    chosen = list(registrations)
    asked = list(fields) if action == Action.ASK_FIX else []
    wanted = Decision(pk=key, action=action, reason=reason.strip(), fields=asked, actor=actor.user, at=at)
    try:
        return _decide(chosen, wanted, actor=actor, at=at, seen=seen)
    except Refusal as clash:
        return Decided(action, refused=[(one, clash) for one in chosen])


@rows.whole
def _decide(
    chosen: list[Registration], wanted: Decision, *, actor: Actor, at: datetime, seen: dict[int, str]
) -> Decided:
    decided = Decided(Action(wanted.action))
    noted = ("action", "reason", "fields", "actor", "at")
    values = {name: getattr(wanted, name) for name in noted}
    decision, is_new = Decision.objects.get_or_create(pk=wanted.pk, defaults=values)
    if not is_new:
        decided.decision = decision
        return decided
    for angkatan in batches_of(chosen):
        ours = [one for one in chosen if one.angkatan_id == angkatan.pk]
        _decide_in(angkatan, ours, decided, decision, actor=actor, at=at, seen=seen)
    if not decided.done:
        decision.delete()
        return decided
    decision.refused = _pairs(decided.refused)
    decision.save(update_fields=["refused"])
    decided.decision = decision
    return decided


def batches_of(registrations: Iterable[Registration]) -> list[Angkatan]:
    """Each batch once, in the order in which all decisions lock them."""
    return sorted({one.angkatan for one in registrations}, key=lambda batch: batch.pk)


def _decide_in(
    angkatan: Angkatan,
    ours: list[Registration],
    decided: Decided,
    decision: Decision,
    *,
    actor: Actor,
    at: datetime,
    seen: dict[int, str],
) -> None:
    try:
        answers = writer.move_together(angkatan, [one.pk for one in ours], decision, actor=actor, at=at, seen=seen)
    except Refusal as refusal:
        decided.refused += [(one, refusal) for one in ours]
        return
    for registration, answer in answers:
        if isinstance(answer, (Refusal, NotAllowed)):
            decided.refused.append((registration, answer))
        else:
            (decided.done if answer else decided.already).append(registration)


def _pairs(refused: Refused) -> list[tuple[int, str]]:
    return [(registration.pk, str(refusal)) for registration, refusal in refused]


# ---- Taking back ---------------------------------------------------------------------------------


class UndoGone(Refusal):
    """The decision was undone by somebody else, or its ten minutes are over."""


def undo_sentence(decision: Decision, at: datetime) -> str:
    """Why the decision cannot be taken back any more, and what to do; empty while it can."""
    if decision.undone_at:
        return f"Sudah diurungkan oleh {_name(decision.undone_by)} pada {dates.long_moment(decision.undone_at)}."
    if not decision.can_be_undone(at):
        return (
            f"Keputusan ini hanya dapat diurungkan sampai {dates.long_moment(decision.undo_until)}."
            f" Buka pendaftarannya, lalu pilih “{Action.REOPEN.label}”."
        )
    if Job.objects.open().filter(pk=decision.pk).exists():  # of the same number, where a worker carries it out
        return "Keputusan ini masih dikerjakan. Hentikan dulu pekerjaannya, lalu urungkan yang sudah selesai."
    return ""


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


@dataclass
class Undone:
    """How many stand again where they stood, and who does not, with the reason."""

    count: int
    refused: Refused


@rows.whole
def take_back(key: uuid.UUID, *, actor: Actor, at: datetime) -> Undone:
    """Undo a whole decision, whoever took it.

    :raises Refusal: undone already, too late, or something else changed at the same moment
    :raises Decision.DoesNotExist: there is none
    """
    decision = Decision.objects.select_for_update(no_key=True).get(pk=key)
    if sentence := undo_sentence(decision, at):
        raise UndoGone(sentence)
    moved = [change.registration for change in decision.changes.select_related("registration__angkatan")]
    refused: Refused = []
    for angkatan in batches_of(moved):
        try:
            refused += writer.undo(angkatan, decision, actor=actor, at=at)
        except Refusal as refusal:
            refused += [(one, refusal) for one in moved if one.angkatan_id == angkatan.pk]
    if count := len(moved) - len(refused):
        decision.undone_at, decision.undone_by, decision.not_undone = at, actor.user, _pairs(refused)
        decision.save(update_fields=["undone_at", "undone_by", "not_undone"])
    return Undone(count, refused)
