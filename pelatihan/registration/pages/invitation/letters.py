"""The surat tugas of an ormas on its invitation's page: what stands on the card, and taking what is uploaded."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from pelatihan.models import AssignmentLetter, Invitation
from pelatihan.models.letter import MOST_BYTES
from pelatihan.registration import letters
from pelatihan.registration.letters.content import TOO_LARGE
from pelatihan.registration.pages.invitation.letter_form import LetterForm
from pelatihan.registration.refusals import LetterRefused
from pelatihan.web.bodies import body_limit
from pelatihan.web.limits import HOUR, Limit, TooMany

UPLOADS = Limit("letter", 20, HOUR)  # of one invitation; each costs a second of CPU
KEPT = "Surat tugas sudah terunggah. Petugas akan memeriksanya."
TOO_OFTEN = "Surat tugas sudah terlalu sering diunggah dalam satu jam ini."

takes_letter = body_limit(MOST_BYTES + 1024 * 1024, TOO_LARGE)  # above the view; the form around the file needs little


@dataclass(frozen=True)
class LetterCard:
    """What the card shows: a badge (colour, word, icon), the newest letter, and the form while one may still come."""

    look: tuple[str, str, str]
    newest: AssignmentLetter | None
    form: LetterForm | None
    closed: str

    @property
    def is_owed(self) -> bool:
        return self.look == MISSING and self.form is not None


MISSING = ("submitted", "Belum diunggah", "hourglass-split")
UPLOADED = ("excused", "Sudah diunggah", "upload")
RECEIVED = ("accepted", "Diterima", "check-circle-fill")


def card(invitation: Invitation, form: LetterForm | None = None) -> LetterCard:
    """For ``registration/includes/letter.html``. ``form``: the one that was refused, with its error."""
    newest = invitation.letters.first()
    look = RECEIVED if invitation.letter_received_at else UPLOADED if newest else MISSING
    closed = letters.closed_sentence(invitation.angkatan, timezone.now())
    return LetterCard(look, newest, None if closed else form or LetterForm(), closed)


def receive(request: HttpRequest, invitation: Invitation, back: str) -> HttpResponse | LetterForm:
    """Keep what was sent and go back to the page; or the form with its error, for ``card`` on that page.

    The address that calls this takes a larger body than others: ``@takes_letter``.

    :raises TooMany: twenty uploads an hour
    """
    form = LetterForm(request.POST, request.FILES)
    if not form.is_valid():
        return form
    at = timezone.now()
    tally = UPLOADS.take(str(invitation.pk))
    if not tally.passes:
        raise TooMany((tally.until - at).total_seconds(), TOO_OFTEN)
    try:
        letters.keep(invitation, form.cleaned_data["letter"], at)
    except LetterRefused as refusal:
        form.add_error("letter", str(refusal))
        return form
    messages.success(request, KEPT)
    return redirect(back)
