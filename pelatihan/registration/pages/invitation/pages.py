"""The page of an invitation: who is named, what is owed; sending codes, taking back what was withdrawn or asked for."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from ormas import phones
from pelatihan.accounts.actor import CONTACT
from pelatihan.lifecycle import ACTIVE, Role
from pelatihan.messaging import forwarding
from pelatihan.models import ChangeRequest, Invitation, Registration, Told
from pelatihan.registration import plan_changes, requests, writer
from pelatihan.registration.pages.invitation import letters
from pelatihan.registration.pages.invitation import page as invitation_page
from pelatihan.registration.pages.invitation.door import address, invited, one_of, stopped
from pelatihan.registration.pages.invitation.letter_form import LetterForm
from pelatihan.registration.refusals import Refusal

ONCE_A = timedelta(minutes=1)  # a code that is sent twice within it was sent once: a double tap
LONGEST_LINK = 6_000  # letters of an address that every proxy and WhatsApp take


@invited
def home(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    return _home(request, invitation)


def _home(request: HttpRequest, invitation: Invitation, refused: LetterForm | None = None) -> HttpResponse:
    """``refused``: what was sent as surat tugas and could not be taken."""
    at = timezone.now()
    page = invitation_page.read(invitation, address("invitation_fill", invitation), at=at)
    text = _list_text(request, page)
    context = {
        "page": page,
        "invitation": invitation,
        "angkatan": invitation.angkatan,
        "plan": plan_changes.shown(invitation.angkatan, at) if invitation.angkatan.published else None,
        "ormas": invitation.ormas,
        "token": address("invitation", invitation).split("/")[-2],
        "text": text,
        "letter": letters.card(invitation, refused),
        "letter_address": address("invitation_letter", invitation),
        "is_sent_at_once": len(phones.wa_link("", text)) <= LONGEST_LINK,
        "at": at,
    }
    template = "empty" if page.is_empty else "home"
    return render(request, f"registration/invitation/{template}.html", context)


@letters.takes_letter
@invited
def letter(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Take a surat tugas; what is refused is told on the card."""
    home = address("invitation", invitation)
    if request.method != "POST":
        return redirect(f"{home}#surat-tugas")
    if sentence := stopped(invitation):
        messages.error(request, sentence)
        return redirect(home)
    answer = letters.receive(request, invitation, f"{home}#surat-tugas")
    return _home(request, invitation, answer) if isinstance(answer, LetterForm) else answer


def _list_text(request: HttpRequest, page: invitation_page.InvitationPage) -> str:
    people, reserves = ([one.registration for one in part] for part in (page.named, page.reserves))
    return forwarding.list_for(page.invitation, people, reserves, request.build_absolute_uri(reverse("find")))


# ---- Sending codes -------------------------------------------------------------------------------


@invited
def send(request: HttpRequest, invitation: Invitation, ref: UUID) -> HttpResponse:
    """Note that the code goes to this person, and lead on to WhatsApp with the text ready."""
    one = one_of(invitation, ref)
    if request.method == "POST" or not _may_send(invitation, one):
        return redirect(address("invitation", invitation))
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        _note_sent(one, timezone.now())
    url = request.build_absolute_uri(one.get_absolute_url())
    return _to_whatsapp(phones.wa_link(one.delegate.phone, forwarding.text_for(one, url)))


def _may_send(invitation: Invitation, one: Registration) -> bool:
    """Who registered alone has the code already, and gave their number to the committee, not to the ormas."""
    is_named = one.source not in invitation_page.SENT_BY_THEMSELVES
    return is_named and one.status in ACTIVE and not stopped(invitation)


def _note_sent(one: Registration, at: datetime) -> None:
    if not one.told.filter(role=Role.CONTACT, status=one.status, at__gt=at - ONCE_A).exists():
        Told.objects.create(registration=one, status=one.status, role=Role.CONTACT, at=at)


@invited
def send_all(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Lead on to WhatsApp with the list of all codes, to whomever the contact person chooses there."""
    page = invitation_page.read(invitation, "", at=timezone.now())
    link = phones.wa_link("", _list_text(request, page))
    if request.method == "POST" or page.is_empty or page.disputed or len(link) > LONGEST_LINK:
        return redirect(address("invitation", invitation))
    return _to_whatsapp(link)


def _to_whatsapp(link: str) -> HttpResponse:
    answer = HttpResponseRedirect(link)
    answer.headers["Referrer-Policy"] = "no-referrer"  # WhatsApp learns of no invitation's address
    return answer


# ---- Taking back ---------------------------------------------------------------------------------


@invited
def undo(request: HttpRequest, invitation: Invitation, ref: UUID) -> HttpResponse:
    """Take back a withdrawal made by this link."""
    one, home = one_of(invitation, ref), address("invitation", invitation)
    if request.method != "POST":
        return redirect(home)
    last = one.history.last()
    if (sentence := stopped(invitation)) or (last and last.role != Role.CONTACT and one.status not in ACTIVE):
        messages.error(request, sentence or f"Pembatalan {one.name} tidak dibuat lewat tautan ini. Hubungi panitia.")
        return redirect(home)
    if one.status in ACTIVE:
        return redirect(home)  # pressed twice, or done by somebody else
    try:
        writer.undo_withdrawal(one, actor=CONTACT, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Pembatalan {one.name} sudah diurungkan.")
    return redirect(home)


@invited
def take_back(request: HttpRequest, invitation: Invitation, key: UUID) -> HttpResponse:
    """Ask no more for what was asked by this link."""
    of_theirs = {"registration__angkatan": invitation.angkatan_id, "registration__ormas": invitation.ormas_id}
    asked = ChangeRequest.objects.select_related("registration__angkatan").filter(role=Role.CONTACT, **of_theirs)
    found = get_object_or_404(asked, pk=key)
    if request.method == "POST":
        try:
            requests.take_back(found, at=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, "Permintaan sudah ditarik. Semuanya tetap seperti semula.")
    return redirect(address("invitation", invitation))
