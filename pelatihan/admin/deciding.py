"""Decisions as the admin's pages send and tell them: nothing ever happens without a word."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest

from pelatihan.lifecycle import TRANSITIONS, Status
from pelatihan.registration.decisions import Decided


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
