"""Deciding one or many registrations, and saying what became of each: nothing ever happens without a word."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest

from pelatihan.lifecycle import TRANSITIONS, Action, NotAllowed, Role, Status, allowed_actions
from pelatihan.models import Registration
from pelatihan.registration import writer

# Replacing needs the new person, and a fix is sent with the mended data: both have pages of their own.
NOT_BUTTONS = frozenset({Action.REPLACE, Action.FIX})
DECISIONS = [action for action, row in TRANSITIONS.items() if Role.STAFF in row.roles and action not in NOT_BUTTONS]
LIST_DECISIONS = [action for action in DECISIONS if action != Action.REOPEN]
DESTRUCTIVE = frozenset({Action.REJECT, Action.CANCEL})


def actor_of(user: object) -> writer.Actor:
    """The clerk, as the writer wants to know one."""
    assert isinstance(user, User)  # the admin lets nobody else in
    return writer.Actor(Role.STAFF, user)


def buttons(status: Status) -> list[Action]:
    """The decisions open from this status, in the order of the table."""
    return [action for action in allowed_actions(status, Role.STAFF) if action not in NOT_BUTTONS]


@dataclass
class Outcome:
    """What became of each registration."""

    action: Action
    done: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def tell(self, request: HttpRequest) -> None:
        """One message for those who moved, one for those who stood there already, one for each refusal."""
        target = TRANSITIONS[self.action].target.label
        if self.done:
            messages.success(request, f"{target}: {'; '.join(self.done)}.")
        if self.already:
            messages.info(request, f"Sudah berstatus {target}, tidak ada yang berubah: {'; '.join(self.already)}.")
        for sentence in self.refused:
            messages.error(request, sentence)


def decide(
    registrations: Iterable[Registration],
    action: Action,
    *,
    actor: writer.Actor,
    at: datetime,
    reason: str = "",
    seen: dict[int, str],
) -> Outcome:
    """Do the action to each, one transaction each. ``seen``: by id, the status that the clerk looked at."""
    outcome = Outcome(action)
    for registration in registrations:
        name = registration.full_name
        try:
            change = writer.move(
                registration, action, actor=actor, at=at, reason=reason, seen=seen.get(registration.pk)
            )
        except (writer.Refusal, NotAllowed) as refusal:
            outcome.refused.append(f"{name}: {refusal}")
        else:
            (outcome.done if change else outcome.already).append(name)
    return outcome


def seen_in(request: HttpRequest, ids: Iterable[int]) -> dict[int, str]:
    """The statuses that the clerk's page showed, as it sent them back."""
    known = set(Status.values)
    sent = {number: request.POST.get(f"seen-{number}", "") for number in ids}
    return {number: status for number, status in sent.items() if status in known}
