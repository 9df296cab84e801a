"""Decide one or many registrations, and report the result of each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import TRANSITIONS, Action, NotAllowed, Role, Status, allowed_actions
from pelatihan.models import Registration
from pelatihan.registration import writer
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


def may_replace(registration: Registration) -> bool:
    return Action.REPLACE in _allowed(registration)


def _allowed(registration: Registration) -> list[Action]:
    by_table = allowed_actions(Status(registration.status), Role.STAFF)
    return [action for action in by_table if not over_sentence(registration.angkatan, action)]


@dataclass
class Decided:
    """The names of those done, done before, and refused."""

    action: Action
    done: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def decide(
    registrations: Iterable[Registration],
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    seen: dict[int, str],
) -> Decided:
    """Apply the action to each, one transaction each. ``seen``: the status shown to the clerk, by id."""
    decided = Decided(action)
    for registration in registrations:
        name = registration.full_name
        try:
            change = writer.move(
                registration, action, actor=actor, at=at, reason=reason, seen=seen.get(registration.pk)
            )
        except (Refusal, NotAllowed) as refusal:
            decided.refused.append(f"{name}: {refusal}")
        else:
            (decided.done if change else decided.already).append(name)
    return decided
