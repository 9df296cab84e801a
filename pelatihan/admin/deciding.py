"""Decisions as the admin's pages send and tell them: nothing ever happens without a word."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from pelatihan import numbers
from pelatihan.lifecycle import TRANSITIONS, Action, Status
from pelatihan.models import ReadyReason, Registration, StatusChange
from pelatihan.registration.decisions import Decided, Refused
from pelatihan.registration.fields import TOO_LONG, UNREADABLE

MOST_TOLD = 20
# The key of each button; K and J go back and on, U undoes the last one (static/js/deciding.js).
KEYS = {
    Action.ACCEPT: "T",
    Action.ACCEPT_OVER: "L",
    Action.ASK_FIX: "P",
    Action.WAITLIST: "C",
    Action.REJECT: "X",
    Action.CANCEL: "B",
    Action.REOPEN: "R",
}
MOST_LETTERS = StatusChange._meta.get_field("reason").max_length or 0


def read_reason(request: HttpRequest, most: int = MOST_LETTERS) -> tuple[str, str]:
    """The reason as it was typed, and the sentence that says what to mend in it (nothing: it can be kept)."""
    field = forms.CharField(
        required=False,
        max_length=most,
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
    )
    typed = request.POST.get("reason", "")
    try:
        return field.clean(typed), ""
    except ValidationError as refusal:
        return typed, f"Alasan: {refusal.messages[0]}"


# ---- Reasons: of the list, in own words, or both ---------------------------------------------------


@dataclass(frozen=True)
class Given:
    """The reason of a decision as it was sent, and what is to be mended in it (nothing: it can be kept)."""

    own: str
    listed: ReadyReason | None = None
    error: str = ""

    @property
    def text(self) -> str:
        """What the person reads, and the history keeps whatever becomes of the list."""
        return " ".join(filter(None, (self.listed.text if self.listed else "", self.own.strip())))


NOTHING_GIVEN = Given("")


def given(request: HttpRequest, action: Action) -> Given:
    """What was chosen and written for this decision."""
    own, error = read_reason(request)
    number = numbers.read(request.POST.get("listed", ""))
    listed = ReadyReason.objects.filter(pk=number).first() if number else None
    if number and (listed is None or not listed.in_use):
        return Given(own, error="Alasan yang Anda pilih sudah tidak dipakai. Pilih yang lain, atau tulis sendiri.")
    words = Given(own, listed, error)
    if not error and listed and action not in listed.actions:
        return Given(
            own, listed, f"Alasan yang Anda pilih bukan untuk “{action.label}”. Pilih yang lain, atau tulis sendiri."
        )
    if not error and len(words.text) > MOST_LETTERS:
        return Given(
            own,
            listed,
            f"Alasan dan kata-kata Anda bersama-sama lebih dari {MOST_LETTERS} huruf. Ringkaskan kata-kata Anda.",
        )
    return words


@dataclass(frozen=True)
class ReasonGroup:
    """Those of the list that serve the same decisions."""

    label: str
    reasons: list[ReadyReason]


def ready_reasons(actions: Collection[Action]) -> list[ReasonGroup]:
    """What can be chosen for these decisions, by decision; one query."""
    groups: dict[str, list[ReadyReason]] = {}
    for reason in ReadyReason.objects.offered().filter(actions__overlap=[str(each) for each in actions]):
        label = ", ".join(str(each.label) for each in Action if each in reason.actions)
        groups.setdefault(label, []).append(reason)
    return [ReasonGroup(label, reasons) for label, reasons in groups.items()]


def key_in(request: HttpRequest) -> uuid.UUID | None:
    """The key that the page was made with, so that pressing twice decides once."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def tell(request: HttpRequest, decided: Decided) -> None:
    """One message for those who moved, one for those who stood there already, one for each refusal."""
    target = TRANSITIONS[decided.action].target.label
    if decided.done:
        messages.success(request, f"{target}: {_named(decided.done)}.")
    if decided.already:
        messages.info(request, f"Sudah berstatus {target}, tidak ada yang berubah: {_named(decided.already)}.")
    tell_refused(request, decided.refused)


def tell_refused(request: HttpRequest, refused: Refused) -> None:
    """Each by name, with what to do."""
    for registration, refusal in refused[:MOST_TOLD]:
        messages.error(request, f"{registration.full_name}: {refusal}")
    if (rest := len(refused) - MOST_TOLD) > 0:
        messages.error(request, f"Dan {rest} orang lain.")


def _named(registrations: list[Registration]) -> str:
    return "; ".join(one.full_name for one in registrations)


def seen_in(request: HttpRequest, ids: Iterable[int]) -> dict[int, str]:
    """The statuses that the clerk's page showed, as it sent them back."""
    known = set(Status.values)
    sent = {number: request.POST.get(f"seen-{number}", "") for number in ids}
    return {number: status for number, status in sent.items() if status in known}
