"""The pages of one request: what was written, which organisation it may be, the answer, and telling it."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from ormas import phones
from ormas.models import Ormas
from ormas.search import search_words
from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.admin import deciding
from pelatihan.admin.kit import OfficeModelAdmin
from pelatihan.batches import listing
from pelatihan.messaging.listing import ready_text
from pelatihan.models import ListingRequest, ListingState
from pelatihan.phases import closed_sentence
from pelatihan.web.tags import badge

CHANGE = "admin:pelatihan_listingrequest_change"
FOLDER = "admin/pelatihan/listingrequest"
NEW = "baru"
LOOKS = {
    ListingState.WAITING: ("submitted", "hourglass-split"),
    ListingState.INVITED: ("accepted", "check-circle-fill"),
    ListingState.REFUSED: ("rejected", "x-circle-fill"),
}
NONE_CHOSEN = "Pilih dahulu ormas yang dimaksud, atau catat sebagai ormas baru."


def state_badge(request: ListingRequest) -> SafeString:
    look, icon = LOOKS[ListingState(request.state)]
    return badge(look, request.get_state_display(), icon)


def contact_shown(row: ListingRequest, user: access.Person) -> str:
    """Whom to call: name and number for those who may see them, else the number masked."""
    if not access.has(user, access.CONTACT):
        return phones.masked(row.phone)
    return ", ".join(filter(None, (row.contact_name, phones.display(row.phone))))


def _found(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> ListingRequest:
    rows = page.get_queryset(request).select_related(
        "angkatan", "ormas", "invitation__angkatan", "decided_by", "told_by"
    )
    return cast(ListingRequest, get_object_or_404(rows, pk=pk))


def show(page: OfficeModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    pk = numbers.read(object_id)
    if not page.has_view_permission(request):
        raise PermissionDenied
    if pk is None:
        raise Http404
    return _page(page, request, _found(page, request, pk))


def _page(
    page: OfficeModelAdmin, request: HttpRequest, asked: ListingRequest, *, error: str = "", reason: str = ""
) -> HttpResponse:
    may_answer, may_call = (access.has(request.user, right) for right in (access.LISTING, access.CONTACT))
    words = " ".join(search_words(request.GET.get("cari", "")))
    candidates = listing.candidates(asked, words) if may_answer and asked.waits else []
    same = [one for one in candidates if one.same_name]
    context = {
        **page.admin_site.each_context(request),
        "title": asked.name,
        "opts": page.opts,
        "asked": asked,
        "state": state_badge(asked),
        "may_call": may_call,
        "contact": contact_shown(asked, request.user),
        "wa": phones.wa_link(asked.phone) if may_call and asked.phone else "",
        "may_answer": may_answer and asked.waits,
        "may_reopen": may_answer and asked.state == ListingState.REFUSED,
        "may_tell": may_answer and may_call and not asked.waits and bool(asked.phone),
        "decided": _by(asked.decided_by, asked.decided_at),
        "told": _by(asked.told_by, asked.told_at),
        "over": listing.over_sentence(asked.angkatan),
        "closed": closed_sentence(asked.angkatan, timezone.now()),
        "candidates": candidates,
        "chosen": same[0].ormas.pk if len(same) == 1 else None,
        "is_known": bool(same),
        "words": words,
        "error": error,
        "reason": reason,
        "most": listing.MOST_LETTERS,
        "new": NEW,
    }
    return TemplateResponse(request, f"{FOLDER}/request.html", context)


def _by(who: User | None, at: Any) -> str:
    return f"{dates.long_moment(at)} oleh {listing.called(who)}" if who and at else ""


# ---- Acts ----------------------------------------------------------------------------------------


def invite(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The chosen organisation, or a new one, is invited."""
    access.check(request.user, access.LISTING)
    asked = _found(page, request, pk)
    if request.method != "POST":
        return redirect(CHANGE, pk)
    by, at = cast(User, request.user), timezone.now()
    try:
        if request.POST.get("ormas") == NEW:
            shown = set(numbers.read_all(request.POST.getlist("shown")))
            ormas, was_invited = listing.record_and_invite(asked, shown=shown, by=by, at=at), False
        else:
            chosen = _chosen(request)
            if chosen is None:
                messages.error(request, NONE_CHOSEN)
                return redirect(CHANGE, pk)
            ormas, was_invited = chosen, listing.invite_known(asked, chosen, by=by, at=at)
    except listing.AnswerRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(CHANGE, pk)
    _tell_invited(request, asked, ormas, was_invited)
    page.log_change(request, asked, f"Diundang sebagai {ormas}")
    return redirect(CHANGE, pk)


def _chosen(request: HttpRequest) -> Ormas | None:
    pk = numbers.read(request.POST.get("ormas", ""))
    return Ormas.objects.filter(pk=pk).first() if pk else None


def _tell_invited(request: HttpRequest, asked: ListingRequest, ormas: Ormas, was_invited: bool) -> None:
    if was_invited:
        said = f"{ormas.name} sudah diundang ke {asked.angkatan.name} sebelumnya; undangannya tetap satu."
        messages.info(request, f"{said} Kabari narahubungnya bahwa ormas itu dapat langsung mendaftar.")
    else:
        messages.success(request, f"{ormas.name} diundang ke {asked.angkatan.name}. Kabari narahubungnya.")


def refuse(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The answer is no, for a reason that the contact person reads."""
    access.check(request.user, access.LISTING)
    asked = _found(page, request, pk)
    if request.method != "POST":
        return redirect(CHANGE, pk)
    reason, error = deciding.read_reason(request, listing.MOST_LETTERS)
    if error:
        return _page(page, request, asked, error=error, reason=reason)
    try:
        listing.refuse(asked, reason, by=cast(User, request.user), at=timezone.now())
    except listing.ReasonMissing as missing:
        return _page(page, request, asked, error=str(missing))
    except listing.AnswerRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Permintaan {asked.name} dijawab tidak. Kabari narahubungnya.")
        page.log_change(request, asked, f"Dijawab tidak: {reason}")
    return redirect(CHANGE, pk)


def reopen(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """A refused one waits again."""
    access.check(request.user, access.LISTING)
    asked = _found(page, request, pk)
    if request.method != "POST":
        return redirect(CHANGE, pk)
    try:
        listing.reopen(asked)
    except listing.AnswerRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Permintaan {asked.name} menunggu jawaban lagi.")
        page.log_change(request, asked, "Dibuka lagi")
    return redirect(CHANGE, pk)


def tell(page: OfficeModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Noted, and on to WhatsApp with the ready text. The form opens it in a tab of its own: this page stays."""
    access.check(request.user, access.LISTING)
    access.check(request.user, access.CONTACT)
    asked = _found(page, request, pk)
    if request.method != "POST":
        return redirect(CHANGE, pk)
    at = timezone.now()
    try:
        listing.note_told(asked, by=cast(User, request.user), at=at)
    except listing.AnswerRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(CHANGE, pk)
    asked = _found(page, request, pk)
    url = request.build_absolute_uri(listing.form_address(asked))
    context = {
        **page.admin_site.each_context(request),
        "title": "Membuka WhatsApp",
        "opts": page.opts,
        "asked": asked,
        "wa": phones.wa_link(asked.phone, ready_text(asked, url, at=at)),
    }
    return TemplateResponse(request, f"{FOLDER}/told.html", context)
