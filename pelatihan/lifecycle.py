"""Which change of a registration is allowed, by whom, and whether a reason is owed. Pure: no database.

Buttons, refusals, tests and the diagram in docs/architecture.md are all read from ``TRANSITIONS``. What dates
can tell (open, full, running) and what the desk can tell (present, late) is never a stored status.
"""

from dataclasses import dataclass

from django.db.models import TextChoices


class Status(TextChoices):
    """Where a registration stands."""

    SUBMITTED = "submitted", "Menunggu verifikasi"
    NEEDS_FIX = "needs_fix", "Perlu perbaikan"
    ACCEPTED = "accepted", "Diterima"
    WAITLISTED = "waitlisted", "Cadangan"
    REJECTED = "rejected", "Ditolak"
    CANCELLED = "cancelled", "Dibatalkan"
    REPLACED = "replaced", "Digantikan"


HOLDING_SEAT = frozenset({Status.SUBMITTED, Status.NEEDS_FIX, Status.ACCEPTED})
ACTIVE = HOLDING_SEAT | {Status.WAITLISTED}


class Role(TextChoices):
    """Who moves a registration. Staff are those who hold the permission to decide registrations."""

    DELEGATE = "delegate", "Peserta"
    CONTACT = "contact", "Narahubung ormas"
    STAFF = "staff", "Petugas verifikasi"
    SYSTEM = "system", "Sistem"


class Action(TextChoices):
    """What is done to a registration, as the button says it."""

    ACCEPT = "accept", "Terima"
    ACCEPT_OVER = "accept_over", "Terima di luar kapasitas"
    ASK_FIX = "ask_fix", "Minta perbaikan"
    WAITLIST = "waitlist", "Jadikan cadangan"
    REJECT = "reject", "Tolak"
    CANCEL = "cancel", "Batalkan"
    REOPEN = "reopen", "Kembalikan ke verifikasi"
    FIX = "fix", "Kirim perbaikan"
    WITHDRAW = "withdraw", "Batalkan pendaftaran"
    PROMOTE = "promote", "Naik dari cadangan"
    REPLACE = "replace", "Gantikan"


@dataclass(frozen=True)
class Transition:
    """One row of the table."""

    sources: frozenset[Status]
    target: Status
    roles: frozenset[Role]
    needs_reason: bool


def _row(sources: set[Status], target: Status, *roles: Role, needs_reason: bool = False) -> Transition:
    return Transition(frozenset(sources), target, frozenset(roles), needs_reason)


_S = Status
TRANSITIONS: dict[Action, Transition] = {
    Action.ACCEPT: _row({_S.SUBMITTED, _S.NEEDS_FIX, _S.WAITLISTED}, _S.ACCEPTED, Role.STAFF),
    Action.ACCEPT_OVER: _row({_S.WAITLISTED}, _S.ACCEPTED, Role.STAFF, needs_reason=True),
    Action.ASK_FIX: _row({_S.SUBMITTED}, _S.NEEDS_FIX, Role.STAFF, needs_reason=True),
    Action.WAITLIST: _row({_S.SUBMITTED, _S.NEEDS_FIX, _S.ACCEPTED}, _S.WAITLISTED, Role.STAFF),
    Action.REJECT: _row({_S.SUBMITTED, _S.NEEDS_FIX, _S.WAITLISTED}, _S.REJECTED, Role.STAFF, needs_reason=True),
    Action.CANCEL: _row(set(ACTIVE), _S.CANCELLED, Role.STAFF, needs_reason=True),
    Action.REOPEN: _row(
        {_S.ACCEPTED, _S.WAITLISTED, _S.REJECTED, _S.CANCELLED}, _S.SUBMITTED, Role.STAFF, needs_reason=True
    ),
    Action.FIX: _row({_S.NEEDS_FIX}, _S.SUBMITTED, Role.DELEGATE, Role.CONTACT, Role.STAFF),
    Action.WITHDRAW: _row(set(ACTIVE), _S.CANCELLED, Role.DELEGATE, Role.CONTACT),
    Action.PROMOTE: _row({_S.WAITLISTED}, _S.SUBMITTED, Role.SYSTEM, Role.CONTACT),
    Action.REPLACE: _row({_S.SUBMITTED, _S.NEEDS_FIX, _S.ACCEPTED}, _S.REPLACED, Role.STAFF, Role.CONTACT),
}


class NotAllowed(Exception):
    """The table has no such move; the text is a sentence for the person who tried."""


class AlreadyThere(NotAllowed):
    """The registration stands where the action would put it: nothing to do."""


class ReasonOwed(NotAllowed):
    """This action needs a reason, and none was given."""


def target_of(action: Action, status: Status, role: Role, reason: str = "") -> Status:
    """The status that the action leads to.

    :raises AlreadyThere: when the registration already stands there
    :raises ReasonOwed: when a reason is owed and missing
    :raises NotAllowed: when this role may not do it, or not from this status
    """
    row = TRANSITIONS[action]
    if role not in row.roles:
        raise NotAllowed(f"{role.label} tidak berwenang untuk “{action.label}”.")
    if status not in row.sources:
        if status == row.target:
            raise AlreadyThere(f"Pendaftaran ini sudah berstatus {status.label}.")
        raise NotAllowed(f"“{action.label}” tidak dapat dilakukan pada status {status.label}.{_way_out(status, role)}")
    if row.needs_reason and not reason.strip():
        raise ReasonOwed(f"Pilih atau tulis alasan untuk “{action.label}”. Peserta membacanya di halamannya.")
    return row.target


def _way_out(status: Status, role: Role) -> str:
    names = [f"“{action.label}”" for action in allowed_actions(status, role)]
    return f" Yang dapat dilakukan: {', '.join(names)}." if names else ""


def allowed_actions(status: Status, role: Role) -> list[Action]:
    """The buttons to draw, in the order of the table."""
    return [action for action, row in TRANSITIONS.items() if role in row.roles and status in row.sources]


def as_mermaid() -> str:
    """The table as a state diagram, one line a move, for docs/architecture.md."""
    lines = ["stateDiagram-v2", f"    [*] --> {_S.SUBMITTED}", f"    [*] --> {_S.WAITLISTED}"]
    for action, row in TRANSITIONS.items():
        for source in sorted(row.sources):
            lines.append(f"    {source} --> {row.target}: {action}")
    return "\n".join(lines) + "\n"
