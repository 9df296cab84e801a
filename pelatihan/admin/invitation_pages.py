"""Working through a batch's invitations: to whom the link was sent, who opened it, who may still name somebody."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from ormas import phones
from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.messaging import whatsapp
from pelatihan.models import Angkatan, Invitation
from pelatihan.models.angkatan import InvitationQuerySet
from pelatihan.phases import Phase
from pelatihan.registration import links

CHANGE = "admin:pelatihan_invitation_change"
LIST = "admin:pelatihan_angkatan_invitations"
FOLDER = "admin/pelatihan/invitation"
PER_PAGE = 50
OVER = {
    Phase.CANCELLED: "Angkatan ini dibatalkan, jadi tautannya tidak dikirim lagi.",
    Phase.FINISHED: "Angkatan ini sudah selesai, jadi tautannya tidak dikirim lagi.",
}
NO_WHATSAPP = (
    "Nomor HP narahubung {} belum dicatat. Lengkapi di halaman ormas, atau salin tautannya dan kirim dengan cara lain."
)
MARKED = {True: "Tautan {} ditandai sudah dikirim.", False: "Tautan {} ditandai belum dikirim."}


class Show(models.TextChoices):
    """Which invitations the page shows."""

    ALL = "semua", "Semua"
    NOT_TOLD = "belum-dikirim", "Belum dikirim"
    NOT_OPENED = "belum-dibuka", "Belum dibuka"
    INCOMPLETE = "belum-lengkap", "Belum lengkap"

    def of(self, invitations: InvitationQuerySet) -> InvitationQuerySet:
        match self:
            case Show.NOT_TOLD:
                return invitations.not_told()
            case Show.NOT_OPENED:
                return invitations.not_opened()
            case Show.INCOMPLETE:
                return invitations.incomplete()
        return invitations

    @property
    def empty(self) -> str:
        return EMPTY[self]


EMPTY = {
    Show.ALL: "Belum ada ormas yang diundang.",
    Show.NOT_TOLD: "Semua tautan sudah dikirim.",
    Show.NOT_OPENED: "Semua tautan yang dikirim sudah dibuka.",
    Show.INCOMPLETE: "Semua ormas sudah mengisi kursinya.",
}


# ---- What is told of one invitation ----------------------------------------------------------------


def contact_of(user: access.Person, invitation: Invitation) -> tuple[str, str]:
    """Name and number of the contact person; who may not see them gets no name and a masked number."""
    ormas = invitation.ormas
    if access.has(user, access.CONTACT):
        return ormas.contact_name, phones.display(ormas.contact_phone)
    return "", phones.masked(ormas.contact_phone)


def link_shown(request: HttpRequest, invitation: Invitation) -> str:
    """The whole address, to be copied; empty for who may not see it."""
    if not access.has(request.user, access.LINKS):
        return ""
    return request.build_absolute_uri(links.address_of(invitation))


def state_of(invitation: Invitation) -> tuple[str, str]:
    """How far the link has come, and the look of that word."""
    if invitation.opened_at:
        return "Sudah dibuka", "accepted"
    return ("Belum dibuka", "excused") if invitation.told_at else ("Belum dikirim", "submitted")


def told_note(invitation: Invitation) -> str:
    if invitation.told_at is None or invitation.told_by is None:
        return ""
    who = invitation.told_by.get_full_name() or invitation.told_by.get_username()
    return f"Dikirim {_moment(invitation.told_at)} oleh {who}"


def opened_note(invitation: Invitation) -> str:
    """First and last opening; the last is known to the hour."""
    first, last = invitation.opened_at, invitation.last_opened_at
    if first is None or last is None:
        return ""
    again = f", terakhir {_moment(last)}" if last > first else ""
    return f"Pertama dibuka {_moment(first)}{again}"


def _moment(at: Any) -> str:
    return f"{dates.short_date(at)} {dates.local_date(at).year}, {dates.clock(at)}"


def can_send(request: HttpRequest, invitation: Invitation) -> bool:
    return not send_refusal(invitation) and may_send(request)


def may_send(request: HttpRequest) -> bool:
    return all(access.has(request.user, right) for right in (access.LINKS, access.CONTACT))


def send_refusal(invitation: Invitation) -> str:
    """Why the link cannot go out by WhatsApp; empty when it can."""
    if over := OVER.get(invitation.angkatan.phase(timezone.now())):
        return over
    is_mobile = invitation.ormas.contact_phone.startswith("+628")
    return "" if is_mobile else NO_WHATSAPP.format(invitation.ormas)


# ---- The page of a batch ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One invitation of the list."""

    invitation: Invitation
    contact: tuple[str, str]
    link: str
    can_send: bool
    after: int  # the row below, where one goes on when this one leaves the list

    @property
    def state(self) -> tuple[str, str]:
        return state_of(self.invitation)

    @property
    def told(self) -> str:
        return told_note(self.invitation)

    @property
    def opened(self) -> str:
        return opened_note(self.invitation)


def work(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """All of a batch, fifty a page; seven queries, whatever their number."""
    if not request.user.has_perm("pelatihan.view_invitation"):
        raise PermissionDenied
    angkatan = get_object_or_404(Angkatan, pk=pk)
    invitations = angkatan.invitations.with_seats_held()
    figures = invitations.figures()
    show = _show(request.GET.get("tampil", "")) or Show.ALL
    shown = show.of(invitations).select_related("ormas", "angkatan", "told_by").order_by(Lower("ormas__name"), "pk")
    pages = Paginator(shown, PER_PAGE).get_page(numbers.read(request.GET.get("halaman", "")) or 1)
    ones = list(pages)
    below = [one.pk for one in ones[1:]] + [one.pk for one in ones[-2:-1]] + [0]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": f"Undangan {angkatan.name}",
        "angkatan": angkatan,
        "figures": figures,
        "filters": [(each, figures[each.name.lower()]) for each in Show],
        "show": show,
        "pages": pages,
        "rows": [
            Row(one, contact_of(request.user, one), link_shown(request, one), can_send(request, one), after)
            for one, after in zip(ones, below, strict=False)
        ],
        "over": OVER.get(angkatan.phase(timezone.now()), ""),
        "may_send": may_send(request),
        "may_change": access.has(request.user, access.LINKS) and request.user.has_perm("pelatihan.change_invitation"),
        "links_sentence": access.REFUSALS[access.LINKS],
        "may_invite": request.user.has_perm("pelatihan.add_invitation"),
    }
    return TemplateResponse(request, f"{FOLDER}/work.html", context)


def _show(text: str) -> Show | None:
    return Show(text) if text in Show.values else None


def _back(request: HttpRequest, invitation: Invitation) -> str:
    """Where one was: that page of the list, at the row, or below it when the row has left the list."""
    asked = request.POST if request.method == "POST" else request.GET
    show = _show(asked.get("tampil", ""))
    if show is None:
        return reverse(CHANGE, args=[invitation.pk])
    row = numbers.read(asked.get("lalu", "")) if show == Show.NOT_TOLD else None
    number = numbers.read(asked.get("halaman", "")) or 1
    there = reverse(LIST, args=[invitation.angkatan_id])
    return f"{there}?tampil={show.value}&halaman={number}#undangan-{row or invitation.pk}"


# ---- Sending, and another link ---------------------------------------------------------------------


def _one(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> Invitation:
    found: Invitation = get_object_or_404(page.get_queryset(request).select_related("angkatan", "ormas"), pk=pk)
    return found


def send(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Noted, and on to WhatsApp with the ready text. The form opens it in a tab of its own: the list stays."""
    access.check(request.user, access.LINKS)
    access.check(request.user, access.CONTACT)
    invitation = _one(page, request, pk)
    back = _back(request, invitation)
    if request.method != "POST":
        return redirect(back)
    if refusal := send_refusal(invitation):
        messages.error(request, refusal)
        return redirect(back)
    links.note_told(invitation, by=cast(User, request.user), at=timezone.now())
    page.log_change(request, invitation, "Tautan dikirim lewat WhatsApp")
    text = whatsapp.invitation_text(invitation, link_shown(request, invitation))
    context = {
        **page.admin_site.each_context(request),
        "title": "Membuka WhatsApp",
        "opts": page.opts,
        "invitation": invitation,
        "wa": phones.wa_link(invitation.ormas.contact_phone, text),
        "back": back,
    }
    return TemplateResponse(request, f"{FOLDER}/told.html", context)


def mark(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Sent by another way, or not sent after all."""
    access.check(request.user, access.LINKS)
    invitation = _one(page, request, pk)
    if request.method == "POST" and request.POST.get("dikirim") in ("ya", "belum"):
        is_sent = request.POST["dikirim"] == "ya"
        if is_sent:
            links.note_told(invitation, by=cast(User, request.user), at=timezone.now())
        else:
            links.forget_told(invitation)
        page.log_change(request, invitation, f"Tautan ditandai {'sudah' if is_sent else 'belum'} dikirim")
        messages.success(request, MARKED[is_sent].format(invitation.ormas))
    return redirect(_back(request, invitation))


def replace(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Another link, and the old one opens nothing any more: asks once."""
    access.check(request.user, access.LINKS)
    if not page.has_change_permission(request):
        raise PermissionDenied
    invitation = _one(page, request, pk)
    back = _back(request, invitation)
    if request.method != "POST":
        context = {
            **page.admin_site.each_context(request),
            "title": f"Ganti tautan {invitation.ormas}",
            "opts": page.opts,
            "invitation": invitation,
            "angkatan": invitation.angkatan,
            "told": told_note(invitation),
            "opened": opened_note(invitation),
            "no_longer": links.NO_LONGER,
            "show": request.GET.get("tampil", ""),
            "number": numbers.read(request.GET.get("halaman", "")) or 1,
            "back": back,
        }
        return TemplateResponse(request, f"{FOLDER}/replace.html", context)
    if numbers.read(request.POST.get("versi", "")) != invitation.token_version or not links.replace(invitation):
        messages.info(request, f"Tautan {invitation.ormas} sudah diganti. Yang tampil sekarang adalah yang baru.")
        return redirect(back)
    page.log_change(request, invitation, "Tautan diganti")
    messages.success(
        request, f"Tautan {invitation.ormas} diganti; yang lama tidak berlaku lagi. Kirimkan tautan yang baru."
    )
    return redirect(back)
