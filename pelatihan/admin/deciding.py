"""Decisions as the admin's pages send and tell them: nothing ever happens without a word."""

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from pelatihan.lifecycle import TRANSITIONS, Status
from pelatihan.models import StatusChange
from pelatihan.registration.decisions import Decided
from pelatihan.registration.fields import TOO_LONG, UNREADABLE

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


def tell(request: HttpRequest, decided: Decided) -> None:
    """One message for those who moved, one for those who stood there already, one for each refusal."""
    target = TRANSITIONS[decided.action].target.label
    if decided.done:
        messages.success(request, f"{target}: {'; '.join(decided.done)}.")
    if decided.already:
        messages.info(request, f"Sudah berstatus {target}, tidak ada yang berubah: {'; '.join(decided.already)}.")
    for sentence in decided.refused:
        messages.error(request, sentence)


def seen_in(request: HttpRequest, ids: Iterable[int]) -> dict[int, str]:
    """The statuses that the clerk's page showed, as it sent them back."""
    known = set(Status.values)
    sent = {number: request.POST.get(f"seen-{number}", "") for number in ids}
    return {number: status for number, status in sent.items() if status in known}
