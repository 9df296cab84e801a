"""Decisions as the admin's pages send and tell them: nothing ever happens without a word."""

import uuid
from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from pelatihan.lifecycle import TRANSITIONS, Action, Status
from pelatihan.models import Registration, StatusChange
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
