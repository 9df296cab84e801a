"""The surat tugas of an invitation as staff see it: whether it is there, what it says, the tick "diterima"."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify

from pelatihan import numbers
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.admin.history import name_of
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.models import AssignmentLetter, Invitation, Registration
from pelatihan.registration import letters
from pelatihan.registration.refusals import LetterRefused

TYPES = {AssignmentLetter.Kind.PDF: "application/pdf", AssignmentLetter.Kind.JPEG: "image/jpeg"}
# A stranger's file runs nothing and fetches nothing; the style is that of the browser's own viewer.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
LONGEST_NAME = 40
GONE = "Berkas surat ini tidak ada di server. Mintalah ormas mengunggahnya sekali lagi."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LetterState:
    """What a page says of it, to this reader."""

    invitation: Invitation
    files: list[AssignmentLetter]  # newest first
    may_view: bool
    may_tick: bool
    received_at: datetime | None
    received_by: str

    @property
    def newest(self) -> AssignmentLetter | None:
        return self.files[0] if self.files else None

    @property
    def earlier(self) -> int:
        return len(self.files) - 1


def state(invitation: Invitation, reader: User | AnonymousUser) -> LetterState:
    return LetterState(
        invitation=invitation,
        files=list(invitation.letters.all()),
        may_view=access.has(reader, access.LETTER),
        may_tick=access.has(reader, access.RECEIVE_LETTER),
        received_at=invitation.letter_received_at,
        received_by=name_of(invitation.letter_received_by),
    )


def show(page: OfficeModelAdmin, request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The letter itself: a photograph in the browser, a PDF as a file of one's own, for the office's reader to open."""
    access.check(request.user, access.LETTER)
    letter = get_object_or_404(AssignmentLetter.objects.select_related("invitation__ormas"), pk=key, invitation=pk)
    try:
        content = letters.opened(letter, timezone.now())
    except FileNotFoundError:
        messages.error(request, GONE)
        return redirect("admin:pelatihan_invitation_change", pk)
    logger.info("Letter %s opened by account=%s", letter.pk, request.user.get_username())
    answer = HttpResponse(content, content_type=TYPES[AssignmentLetter.Kind(letter.kind)])
    answer["Content-Disposition"] = f'{_way(letter)}; filename="{_name(letter)}"'
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _way(letter: AssignmentLetter) -> str:
    return "inline" if letter.kind == AssignmentLetter.Kind.JPEG else "attachment"


def _name(letter: AssignmentLetter) -> str:
    """``surat-tugas-hipakad.pdf``: letters, digits and hyphens alone."""
    ormas = letter.invitation.ormas
    whose = slugify(ormas.abbreviation or ormas.name)[:LONGEST_NAME].strip("-_") or "ormas"
    return f"surat-tugas-{whose}.{letter.file_name.rpartition('.')[2]}"


def receive(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The tick, given or taken back; then to the page it was pressed on."""
    access.check(request.user, access.RECEIVE_LETTER)
    invitation = get_object_or_404(Invitation, pk=pk)
    wish = request.POST.get("received", "")
    if wish in ("0", "1"):
        _tick(page, request, invitation, is_received=wish == "1")
    registration = numbers.read(request.POST.get("registration", ""))
    if registration and Registration.objects.filter(pk=registration, invitation=pk).exists():
        return redirect("admin:pelatihan_registration_change", registration)
    return redirect("admin:pelatihan_invitation_change", pk)


def _tick(page: OfficeModelAdmin, request: HttpRequest, invitation: Invitation, *, is_received: bool) -> None:
    user = staff(request.user).user
    assert user is not None
    try:
        is_changed = letters.tick(invitation, is_received=is_received, user=user, at=timezone.now())
    except LetterRefused as refusal:
        messages.error(request, str(refusal))
        return
    if is_changed:
        word = "Surat tugas diterima" if is_received else "Tanda surat tugas diterima dihapus"
        page.log_change(request, invitation, word)
        messages.success(request, f"{word}: {invitation.ormas}.")
